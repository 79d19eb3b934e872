"""Dereferencing: things and the documents about them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote

from flask import Blueprint, Response, abort, request
from rdflib import RDF, URIRef

from napgraph.documents import Document, is_known, read_document
from napgraph.formats import (
    HTML,
    JSON_LD,
    LINKSET_FORMATS,
    N_QUADS,
    N_TRIPLES,
    TRIG,
    TURTLE,
    Format,
)
from napgraph.namespaces import ID, NAP
from napgraph.resources import local_path
from napgraph.store import Store
from napgraph.web.languages import IN_ADDRESSES, TAG
from napgraph.web.public import respond_public
from napgraph.web.representations import (
    Representation,
    choose_representation,
    page_number,
    respond,
    respond_with_linkset,
    see_other,
    split_name,
)
from napgraph.web.signposting import LANDING_PAGE, Signposts, links_of
from napgraph.web.site import site
from napgraph.web.things import thing_page

bp = Blueprint("documents", __name__)


@bp.get("/id/<kind>/<key>")
def thing(kind: str, key: str) -> Response:
    """Lead from a thing to the document about it; what was withdrawn leads nowhere."""
    iri = thing_iri(kind, key)
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
    return _document(thing_iri(kind, key), named, page=page_number())


@bp.get(f"/<{IN_ADDRESSES}:{TAG}>/doc/<kind>/<key>")
def page(kind: str, key: str) -> Response:
    """Tell people what is known of a thing in another language than English."""
    iri = thing_iri(kind, key)
    about = read(site().current().store, iri, page_number())
    if about is None:
        abort(404, f"The graph says nothing about {iri}, or there is no such page of it.")
    signposts = signposts_of(about, has_history=site().has_history)
    response = respond_public(
        thing_page(about, signposts, links_of(signposts, None)), HTML.content_type
    )
    if about.profile.is_withdrawn:
        response.status_code = 410
    return response


def thing_iri(kind: str, key: str) -> URIRef:
    """Name a thing by the parts of a path, which the server has decoded."""
    return URIRef(f"{ID}{quote(kind, safe=_PLAIN)}/{quote(key, safe=_PLAIN)}")


@lru_cache(maxsize=4)
def read(store: Store, iri: URIRef, page: int) -> Document | None:
    """Read a page of a document once for whoever asks for it in one format after another."""
    return read_document(store, iri, page=page)


@lru_cache(maxsize=8)
def written(about: Document, form: Format) -> bytes:
    """Write a document in an RDF format but JSON-LD, once for formats that are written alike."""
    # Its statements are of no graph.
    alike = _ALIKE.get(form)
    return written(about, alike) if alike else about.to_bytes(form.media_type)


def asks_for_list(accept: str | None) -> bool:
    """Tell whether an Accept header asks for JSON-LD that is a flat list."""
    return accept is not None and _FLATTENED in accept


def signposts_of(about: Document, *, has_history: bool) -> Signposts:
    """Say what the links of a document follow from."""
    iri = about.description.iri
    return Signposts(
        local_path(iri),
        iri,
        about.profile,
        LANDING_PAGE,
        about.page,
        has_history=has_history and not str(iri).startswith(_NO_DATA),
    )


def _document(iri: URIRef, named: Format | None, *, page: int) -> Response:
    about = read(site().current().store, iri, page)
    if about is None:
        abort(404, f"The graph says nothing about {iri}, or there is no such page of it.")
    signposts = signposts_of(about, has_history=site().has_history)
    representation = choose_representation(signposts, named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is JSON_LD and _asks_for_list():
        representation = replace(representation, query="frame=flat")
    body = _body(about, representation)
    return respond(representation, body, status=410 if about.profile.is_withdrawn else 200)


def _asks_for_list() -> bool:
    """Tell whether JSON-LD is to be a flat list: by `?frame=flat`, or by the profile of Accept."""
    shape = request.args.get("frame")
    if shape not in (None, "flat"):
        abort(400, f"There is no frame {shape!r}; leave it out for a tree, or say flat for a list.")
    return shape == "flat" or asks_for_list(request.headers.get("Accept"))


def _body(about: Document, representation: Representation) -> str | bytes:
    form = representation.format
    if form is HTML:
        return thing_page(about, representation.signposts, representation.links)
    if form is not JSON_LD:
        return written(about, form)
    write = about.to_list if representation.query else about.to_tree
    return write(site().context)


_ALIKE = {TRIG: TURTLE, N_QUADS: N_TRIPLES}
# What comes with the program, whatever the data are.
_NO_DATA = (f"{ID}question/", f"{ID}scheme/")
# What a segment of a path may have besides letters and digits.
_PLAIN = "-._~!$&'()*+,;=:@"
# The profile of JSON-LD that asks for a flat list (JSON-LD 1.1, section 8).
_FLATTENED = "http://www.w3.org/ns/json-ld#flattened"
