"""Graphs as responses."""

from __future__ import annotations

from flask import Response
from rdflib import Graph

from napgraph.formats import Format
from napgraph.oxigraph_terms import OxigraphStatements


def respond_with_graph(graph: Graph, chosen: Format) -> Response:
    """Write a small graph of our own making."""
    statements = OxigraphStatements.of(sorted(graph))
    return rdf_response(statements.to_bytes(chosen.media_type), chosen)


def rdf_response(body: bytes, chosen: Format) -> Response:
    """Send RDF that is written already."""
    charset = "; charset=utf-8" if chosen.media_type.startswith("text/") else ""
    response = Response(body, content_type=f"{chosen.media_type}{charset}")
    response.headers["Vary"] = "Accept"
    return response
