"""Graphs as responses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from rdflib import RDF, Graph

from napgraph.formats import Format
from napgraph.namespaces import PREFIXES
from napgraph.oxigraph_terms import OxigraphStatements


def respond_with_graph(
    graph: Graph,
    chosen: Format,
    *,
    prefixes: Mapping[str, str] | None = None,
    first: str = "",
) -> Response:
    """Write a small graph of our own making.

    Args:
        graph: What to write.
        chosen: The format.
        prefixes: Those to use besides ours.
        first: What the statements that come first have a subject that begins with.
    """
    ordered = sorted(
        graph, key=lambda t: (not str(t[0]).startswith(first), t[0], t[1] != RDF.type, t)
    )
    statements = OxigraphStatements.of(ordered)
    known = {**PREFIXES, **(prefixes or {})}
    return rdf_response(statements.to_bytes(chosen.media_type, prefixes=known), chosen)


def rdf_response(body: bytes, chosen: Format) -> Response:
    """Send RDF that is written already."""
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    response = Response(body, content_type=f"{chosen.media_type}{charset}")
    response.headers["Vary"] = "Accept"
    return response
