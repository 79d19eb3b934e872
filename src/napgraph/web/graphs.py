"""Named graphs as they are published, the ontology and the shapes among them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request
from rdflib import OWL, PROV, URIRef

from napgraph.documents import read_profile
from napgraph.formats import GRAPH_FORMATS, HTML, JSON_LD, LINKSET_FORMATS, TURTLE, Format
from napgraph.jsonld import flatten
from napgraph.namespaces import GRAPH, NAP, ONTOLOGY, PROVENANCE, SHAPES, graph_iri
from napgraph.resources import local_path
from napgraph.web.representations import (
    Representation,
    choose_representation,
    named_format,
    respond,
    respond_with_linkset,
    see_other,
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


@bp.get("/ontology/<version>")
def ontology_version(version: str) -> Response:
    """Lead from the IRI of the ontology's version to the ontology, while that is its version."""
    return _version_of(ONTOLOGY, version)


@bp.get("/shapes/<version>")
def shapes_version(version: str) -> Response:
    """Lead from the IRI of the shapes' version to the shapes, while that is their version."""
    return _version_of(SHAPES, version)


def _version_of(iri: URIRef, version: str) -> Response:
    store = site().current().store
    asked = URIRef(f"{iri}/{quote(version)}")
    if not any(store.triples(iri, OWL.versionIRI, asked)):
        known = [str(version) for _, _, version in store.triples(iri, OWL.versionIRI, None)]
        abort(404, f"There is no version {asked}; there is {', '.join(known) or 'none'}.")
    return see_other(local_path(iri), "latest-version")


def _named_graph(iri: URIRef, named: Format | None) -> Response:
    opened = site().current()
    file = opened.generation.files.get(iri)
    if file is None:
        abort(404, f"There is no named graph {iri}.")
    profile = read_profile(opened.store, iri)
    signposts = Signposts(local_path(iri), iri, profile, has_history=_has_history(iri))
    representation = choose_representation(signposts, named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is HTML:
        return respond(representation, _page(iri, file.read(), representation))
    if form is TURTLE:
        return respond(representation, file.read())
    body = opened.store.read(iri).statements.to_bytes(form.media_type)
    return respond(representation, flatten(body, site().context) if form is JSON_LD else body)


@bp.after_request
def lead_to_provenance(response: Response) -> Response:
    """Say where it is told what a named graph comes from, if it is.

    Source: https://www.w3.org/TR/prov-aq/, section 3.1
    """
    is_graph = request.endpoint == "graphs.graph" and response.status_code == 200
    if is_graph and PROVENANCE in site().current().generation.graphs:
        response.headers.add("Link", f'<{local_path(PROVENANCE)}>; rel="{PROV.has_provenance}"')
    return response


def _has_history(iri: URIRef) -> bool:
    """Tell whether a named graph is one of the data, which alone are changed by submissions."""
    name, config = iri.removeprefix(str(GRAPH)), site().config
    return site().has_history and (config.data_dir / f"{name}.ttl").is_file()


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
        has_versions=representation.signposts.has_history,
        revision=_revision(iri),
    )


@dataclass(frozen=True, slots=True)
class Revision:
    """The last change of a named graph: when, by whom, why and from what.

    Attributes:
        path: Where it is told.
    """

    path: str
    time: str
    author: str
    reviewer: str
    message: str
    source: str


def _revision(iri: URIRef) -> Revision | None:
    """Read what the provenance of the generation says of a named graph, if it says anything."""
    rows = site().current().store.select(_REVISION, graph=iri)
    if not rows:
        return None
    row = rows[0]
    return Revision(
        local_path(row.change),
        str(row.time),
        str(row.author or ""),
        str(row.reviewer or ""),
        str(row.message or ""),
        str(row.source or ""),
    )


_REVISION = f"""
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX nap: <{NAP}>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?graph ?change ?time ?author ?reviewer ?message ?source {{
    GRAPH <{PROVENANCE}> {{
        ?graph prov:wasGeneratedBy ?change ; prov:wasAttributedTo/foaf:name ?author .
        ?change prov:endedAtTime ?time .
        OPTIONAL {{ ?change nap:reviewer/foaf:name ?reviewer }}
        OPTIONAL {{ ?change dcterms:description ?message }}
        OPTIONAL {{ ?change dcterms:source ?source }}
    }}
}}
"""
