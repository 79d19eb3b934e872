"""Graphs of our own making, as bytes and as responses."""

from __future__ import annotations

from flask import Response
from rdflib import Graph

from napgraph.formats import Format
from napgraph.oxigraph_terms import OxigraphStatements


def write_graph(graph: Graph, chosen: Format) -> bytes:
    """Write a small graph in a format."""
    return OxigraphStatements.of(sorted(graph)).to_bytes(chosen.media_type)


def respond_with_graph(graph: Graph, chosen: Format) -> Response:
    """Answer with a small graph in the format that Accept likes best."""
    headers = {"Content-Type": chosen.content_type, "Vary": "Accept"}
    return Response(write_graph(graph, chosen), headers=headers)
