"""Graphs of our own making, as bytes and as responses."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response
from rdflib import Graph

from napgraph.formats import Format
from napgraph.oxigraph_statements import OxigraphStatements


def write_graph(
    graph: Graph, chosen: Format, *, prefixes: Mapping[str, str] | None = None, first: str = ""
) -> bytes:
    """Write a small graph in a format.

    Args:
        graph: What to write.
        chosen: The format.
        prefixes: Prefixes to use besides ours.
        first: What the subjects begin with that come first.
    """
    triples = sorted(graph)  # so that what did not change is written as it was, in any process
    leading = {triple for triple in triples if str(triple[0]).startswith(first)} if first else set()
    before = OxigraphStatements.of(triple for triple in triples if triple in leading)
    after = OxigraphStatements.of(triple for triple in triples if triple not in leading)
    return (before + after).to_bytes(chosen.media_type, prefixes=prefixes)


def respond_with_graph(graph: Graph, chosen: Format) -> Response:
    """Answer with a small graph in the format that Accept likes best."""
    return rdf_response(write_graph(graph, chosen), chosen)


def rdf_response(body: bytes, chosen: Format) -> Response:
    """Answer with RDF that is written already, in the format that Accept likes best."""
    return Response(body, headers={"Content-Type": chosen.content_type, "Vary": "Accept"})
