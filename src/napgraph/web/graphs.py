"""Named graphs as they are published, the ontology and the shapes among them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from rdflib import URIRef

from napgraph.documents import read_profile
from napgraph.formats import GRAPH_FORMATS, HTML, JSON_LD, LINKSET_FORMATS, TURTLE, Format
from napgraph.jsonld import flatten
from napgraph.namespaces import ONTOLOGY, SHAPES, graph_iri
from napgraph.resources import local_path
from napgraph.web.representations import (
    Representation,
    choose_representation,
    named_format,
    respond,
    respond_with_linkset,
    split_name,
)
from napgraph.web.signposting import Signposts
from napgraph.web.site import site
from napgraph.web.vocabulary import is_explained, vocabulary_page

bp = Blueprint("graphs", __name__)


@bp.get("/graph/<name>")
def graph(name: str) -> Response:
    """Give a named graph as it is published: in Turtle the file itself."""
    stem, named = split_name(name)
    return _named_graph(graph_iri(stem), named)


@bp.get("/ontology")
@bp.get("/ontology.<suffix>")
def ontology(suffix: str = "") -> Response:
    """Give the ontology, or the page that explains it."""
    return _named_graph(ONTOLOGY, named_format(suffix))


@bp.get("/shapes")
@bp.get("/shapes.<suffix>")
def shapes(suffix: str = "") -> Response:
    """Give the shapes, or the page that explains them."""
    return _named_graph(SHAPES, named_format(suffix))


def _named_graph(iri: URIRef, named: Format | None) -> Response:
    opened = site().current()
    file = opened.generation.files.get(iri)
    if file is None:
        abort(404, f"There is no named graph {iri}.")
    profile = read_profile(opened.store, iri)
    representation = choose_representation(Signposts(local_path(iri), iri, profile), named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is HTML:
        return respond(representation, _page(iri, file.read(), representation))
    if form is TURTLE:
        return respond(representation, file.read())
    # The IRI is one of the generation's own graphs, never a stranger's text.
    text = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}"
    body = opened.store.query(text, media_type=form.media_type)
    return respond(representation, flatten(body, site().context) if form is JSON_LD else body)


def _page(iri: URIRef, content: bytes, representation: Representation) -> str:
    generation = site().current().generation
    if iri in (ONTOLOGY, SHAPES) and is_explained(generation):
        return vocabulary_page(iri)
    return render_template(
        "graph.html",
        iri=iri,
        entry=generation.graphs[iri],
        text=content.decode(),
        path=representation.signposts.path,
        formats=GRAPH_FORMATS,
        links=representation.links,
    )
