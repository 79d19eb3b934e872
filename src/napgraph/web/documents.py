"""Dereferencing: things, their documents, named graphs, ontology and shapes."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from rdflib import URIRef

from napgraph.formats import GRAPH_FORMATS, HTML, JSON_LD, TURTLE, Format, by_suffix, choose
from napgraph.jsonld import flatten
from napgraph.namespaces import ID, ONTOLOGY, SHAPES, graph_iri
from napgraph.resources import lay_out, lay_out_parts, read_document
from napgraph.web.rdf import rdf_response
from napgraph.web.site import site
from napgraph.web.vocabulary import is_explained, vocabulary_page

bp = Blueprint("documents", __name__)

# A program that says nothing gets Turtle; a browser, which asks for HTML, gets a page.
FORMATS = (*GRAPH_FORMATS, HTML)
# The profile of JSON-LD that asks for a flat list (JSON-LD 1.1, section 8).
_FLATTENED = "http://www.w3.org/ns/json-ld#flattened"

_MAX_LISTED = 100


@bp.get("/id/<kind>/<key>")
def thing(kind: str, key: str) -> Response:
    """Lead from a thing to the document about it."""
    iri = URIRef(f"{ID}{kind}/{key}")
    if not site().current().store.describe(iri, incoming_limit=1):
        abort(404, f"The graph says nothing about {iri}.")
    response = redirect(url_for("documents.document", kind=kind, name=key), 303)
    response.headers["Vary"] = "Accept"
    return response  # type: ignore[return-value]


@bp.get("/doc/<kind>/<name>")
def document(kind: str, name: str) -> Response:
    """Say all that is known of a thing, in the format asked for."""
    key, chosen = _split(name)
    opened = site().current()
    # A page can say that it lists the first of many; RDF has no way to.
    limit = _MAX_LISTED if chosen is HTML else None
    about = read_document(opened.store, URIRef(f"{ID}{kind}/{key}"), incoming_limit=limit)
    if about is None:
        abort(404, f"The graph says nothing about {ID}{kind}/{key}.")
    etag = f"{opened.generation.id}-{chosen.suffix}"
    if chosen is HTML:
        placements = site().placements()
        page = render_template(
            "resource.html",
            page=lay_out(about.description, placements),
            groups=lay_out_parts(about, placements),
            max_listed=_MAX_LISTED,
            formats=GRAPH_FORMATS,
        )
        response = Response(page, mimetype="text/html")
    elif chosen is JSON_LD and _asks_for_list():
        etag += "-flat"
        response = rdf_response(about.to_list(site().context), chosen)
    elif chosen is JSON_LD:
        response = rdf_response(about.to_tree(site().context), chosen)
    else:
        response = rdf_response(about.to_bytes(chosen.media_type), chosen)
    return _finish(response, etag, f"/doc/{kind}/{key}", chosen)


@bp.get("/graph/<name>")
def graph(name: str) -> Response:
    """Give a named graph as it is published: in Turtle the file itself."""
    stem, chosen = _split(name)
    return _named_graph(graph_iri(stem), f"/graph/{stem}", chosen)


@bp.get("/ontology")
@bp.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> Response:
    """Give the ontology, or the page that explains it."""
    return _vocabulary(ONTOLOGY, "/ontology", suffix)


@bp.get("/shapes")
@bp.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """Give the shapes, or the page that explains them."""
    return _vocabulary(SHAPES, "/shapes", suffix)


def _asks_for_list() -> bool:
    """Tell whether JSON-LD is to be a flat list: by `?frame=flat`, or by the profile of Accept."""
    shape = request.args.get("frame")
    if shape not in (None, "flat"):
        abort(400, f"There is no frame {shape!r}; leave it out for a tree, or say flat for a list.")
    return shape == "flat" or _FLATTENED in request.headers.get("Accept", "")


def _vocabulary(iri: URIRef, path: str, suffix: str) -> Response:
    chosen = _by_suffix(suffix) if suffix else choose(request.headers.get("Accept"), FORMATS)
    opened = site().current()
    if chosen is not HTML or not is_explained(opened.generation):
        return _named_graph(iri, path, chosen)
    response = Response(vocabulary_page(iri), mimetype="text/html")
    return _finish(response, f"{opened.generation.id}-html", path, chosen)


def _named_graph(iri: URIRef, path: str, chosen: Format) -> Response:
    opened = site().current()
    file = opened.generation.files.get(iri)
    if file is None:
        abort(404, f"There is no named graph {iri}.")
    etag = f"{opened.generation.id}-{chosen.suffix}"
    if chosen is HTML:
        entry = opened.generation.graphs[iri]
        page = render_template(
            "graph.html", iri=iri, path=path, entry=entry, text=file.read().decode(),
            formats=GRAPH_FORMATS,
        )  # fmt: skip
        return _finish(Response(page, mimetype="text/html"), etag, path, chosen)
    if chosen is TURTLE:
        return _finish(rdf_response(file.read(), chosen), etag, path, chosen)
    # The IRI is one of the generation's own graphs, never a stranger's text.
    text = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    body = opened.store.query(text, media_type=chosen.media_type)
    if chosen is JSON_LD:
        body = flatten(body, site().context)
    return _finish(rdf_response(body, chosen), etag, path, chosen)


def _split(name: str) -> tuple[str, Format]:
    """Split `MLI-3.ttl` into key and format; without a suffix, Accept decides."""
    key, dot, suffix = name.rpartition(".")
    chosen = by_suffix(suffix, FORMATS) if dot else None
    if chosen is not None:
        return key, chosen
    return name, choose(request.headers.get("Accept"), FORMATS)


def _by_suffix(suffix: str) -> Format:
    chosen = by_suffix(suffix, FORMATS)
    if chosen is None:
        abort(
            404, f"There is no format .{suffix}; there are {', '.join(f.suffix for f in FORMATS)}."
        )
    return chosen


def _finish(response: Response, etag: str, path: str, chosen: Format) -> Response:
    response.set_etag(etag)
    response.headers["Vary"] = "Accept"
    response.headers["Content-Location"] = f"{path}.{chosen.suffix}"
    response.headers["Cache-Control"] = "public, max-age=60"
    for form in FORMATS:
        link = f'<{path}.{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        response.headers.add("Link", link)
    response.make_conditional(request)
    return response
