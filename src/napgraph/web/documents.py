"""Dereferencing: things, the documents about them, and the dataset."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template
from rdflib import RDF, URIRef

from napgraph.dataset import describe_dataset
from napgraph.documents import Document, Profile, is_known, read_document
from napgraph.formats import GRAPH_FORMATS, HTML, LINKSET_FORMATS, TURTLE, Format
from napgraph.namespaces import BASE, DATASET, ID, LICENCE, NAP, SCHEMA
from napgraph.resources import lay_out, lay_out_parts, local_path
from napgraph.web.rdf import write_graph
from napgraph.web.representations import (
    Representation,
    choose_representation,
    named_format,
    page_number,
    respond,
    respond_with_linkset,
    see_other,
    split_name,
)
from napgraph.web.signposting import DATASET_PATH, Link, Signposts
from napgraph.web.site import site

bp = Blueprint("documents", __name__)

# What a page is that a cited IRI leads to and that stands for what it is about.
_LANDING_PAGE = (str(SCHEMA.AboutPage),)


@bp.get("/id/<kind>/<key>")
def thing(kind: str, key: str) -> Response:
    """Lead from a thing to the document about it; what was withdrawn leads nowhere."""
    iri = _thing_iri(kind, key)
    store = site().current().store
    if any(store.triples(iri, RDF.type, NAP.Tombstone)):
        return _document(iri, None, page=1)
    if not is_known(store, iri):
        abort(404, f"The graph says nothing about {iri}.")
    return see_other(local_path(iri), "describedby")


@bp.get("/doc/<kind>/<name>")
def document(kind: str, name: str) -> Response:
    """Say all that is known of a thing, in the format asked for."""
    key, named = split_name(name)
    return _document(_thing_iri(kind, key), named, page=page_number())


@bp.get("/dataset")
@bp.get("/dataset.<suffix>")
def dataset(suffix: str = "") -> Response:
    """Describe the dataset."""
    opened = site().current()
    graphs = (iri for iri in opened.generation.graphs if iri.startswith(BASE))
    signposts = Signposts(
        path=DATASET_PATH,
        iri=DATASET,
        profile=Profile(types=(SCHEMA.Dataset,), licence=LICENCE),
        types=_LANDING_PAGE,
        items=tuple(Link(local_path(iri), "item", TURTLE.media_type) for iri in graphs),
    )
    representation = choose_representation(signposts, named_format(suffix))
    if representation.format in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    described = describe_dataset(opened.store, opened.generation, f"{BASE}sparql")
    if representation.format is not HTML:
        return respond(representation, write_graph(described, representation.format))
    page = render_template(
        "dataset.html",
        base=BASE,
        generation=opened.generation,
        facts=sorted(described.predicate_objects(DATASET)),
        formats=GRAPH_FORMATS,
        links=representation.links,
    )
    return respond(representation, page)


@bp.get("/.well-known/void")
def void() -> Response:
    """Lead to the dataset's description, where VoID says it is to be found."""
    return see_other(DATASET_PATH, "describedby")


def _thing_iri(kind: str, key: str) -> URIRef:
    """Name a thing by the parts of a path, which the server has decoded."""
    return URIRef(f"{ID}{quote(kind, safe=_PLAIN)}/{quote(key, safe=_PLAIN)}")


# What a segment of a path may have besides letters and digits.
_PLAIN = "-._~!$&'()*+,;=:@"


def _document(iri: URIRef, named: Format | None, *, page: int) -> Response:
    about = read_document(site().current().store, iri, page=page)
    if about is None:
        abort(404, f"The graph says nothing about {iri}, or there is no such page of it.")
    signposts = Signposts(local_path(iri), iri, about.profile, _LANDING_PAGE, about.page)
    representation = choose_representation(signposts, named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    body = _page(about, representation) if form is HTML else about.to_bytes(form.media_type)
    return respond(representation, body, status=410 if about.profile.is_withdrawn else 200)


def _page(about: Document, representation: Representation) -> str:
    placements = site().placements()
    return render_template(
        "resource.html",
        page=lay_out(about.description, placements),
        groups=lay_out_parts(about, placements),
        formats=GRAPH_FORMATS,
        document=about,
        signposts=representation.signposts,
        links=representation.links,
    )
