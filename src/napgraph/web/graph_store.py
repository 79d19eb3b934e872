"""The graph store, to read: a named graph by its IRI, and the default graph.

Source: SPARQL 1.1 Graph Store HTTP Protocol
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, request
from rdflib import URIRef
from werkzeug.exceptions import HTTPException

from napgraph.formats import GRAPH_FORMATS, Format, choose
from napgraph.protocol import Plan, Query
from napgraph.web.rdf import rdf_response
from napgraph.web.site import site

bp = Blueprint("graph_store", __name__)

_READING = ("GET", "HEAD", "OPTIONS")
_WRITING = ("PUT", "POST", "DELETE", "PATCH")
_DEFAULT_GRAPH = Query("CONSTRUCT WHERE { ?subject ?property ?object }")


class ReadOnly(HTTPException):
    """Somebody would change a graph, which is not done here."""

    code = 405
    description = (
        "Graphs can only be read here (GET, HEAD); to change what one says, send a correction "
        "of its file."
    )

    def get_headers(self, *_: object, **__: object) -> list[tuple[str, str]]:
        """Say what is done here."""
        return [("Allow", ", ".join(_READING))]


@bp.route("/graph-store", methods=(*_READING, *_WRITING), provide_automatic_options=False)
def graph_store() -> Response:
    """Give the graph that the request names."""
    if request.method in _WRITING:
        raise ReadOnly()
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": ", ".join(_READING)})
    iri = _named_graph()
    chosen = choose(request.headers.get("Accept"), GRAPH_FORMATS)
    generation = site().current().generation
    response = _default_graph(chosen) if iri is None else rdf_response(_read(iri, chosen), chosen)
    # But for a file as it is, the order of statements may differ.
    is_file = iri is not None and chosen.media_type == generation.files[iri].media_type
    response.set_etag(f"{generation.id}-{chosen.suffix}", weak=not is_file)
    response.headers["Cache-Control"] = "public, max-age=60"
    if iri is not None:
        response.headers.add("Link", f'<{iri}>; rel="describes"')
    response.make_conditional(request)
    return response


def _named_graph() -> URIRef | None:
    """Read which graph is asked for: None for the default graph.

    Source: section 4.2
    """
    graphs, defaults = request.args.getlist("graph"), request.args.getlist("default")
    if len(graphs) + len(defaults) != 1:
        abort(
            400, "Name one graph: /graph-store?graph=IRI, or /graph-store?default for their union."
        )
    if defaults:
        return None
    if not _ABSOLUTE_IRI.fullmatch(graphs[0]):
        abort(400, "The parameter graph takes an absolute IRI, percent-encoded.")
    return URIRef(graphs[0])


def _read(iri: URIRef, chosen: Format) -> bytes:
    opened = site().current()
    file = opened.generation.files.get(iri)
    if file is None:
        abort(404, f"There is no named graph {iri}.")
    if chosen.media_type == file.media_type:
        return file.read()
    return opened.store.read(iri).statements.to_bytes(chosen.media_type)


def _default_graph(chosen: Format) -> Response:
    """Send the union of all graphs, in parts and from a worker, since it may be large."""
    plan = Plan(_DEFAULT_GRAPH, "construct", chosen, names_services=False, is_repeatable=True)
    body = site().evaluate(plan, client=request.remote_addr or "")
    response = Response(body, content_type=chosen.content_type)
    response.headers["Vary"] = "Accept"
    response.content_length = body.size
    response.call_on_close(body.close)
    return response


_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")
