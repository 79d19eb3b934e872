"""When a named graph was last changed, as it says itself."""

from __future__ import annotations

from datetime import date

from rdflib import DCTERMS, XSD, Graph, Literal, URIRef

from napgraph.turtle import to_turtle


def dated(before: Graph, after: Graph, iri: URIRef, today: date) -> Graph:
    """Say in a named graph when it was last changed.

    Args:
        before: What is published; empty if nothing is.
        after: What is to be published instead.
        iri: The graph.
        today: The day of the change, if there is one.

    Returns:
        `after` with that day or, where it says what was said before, with the
        day that stands there already.
    """
    days = set(before.objects(iri, DCTERMS.modified))
    if not days or to_turtle(_undated(before, iri)) != to_turtle(_undated(after, iri)):
        days = {Literal(today.isoformat(), datatype=XSD.date)}
    graph = _undated(after, iri)
    for day in days:
        graph.add((iri, DCTERMS.modified, day))
    return graph


def _undated(graph: Graph, iri: URIRef) -> Graph:
    copy = Graph(bind_namespaces="none")
    for triple in graph:
        if triple[:2] != (iri, DCTERMS.modified):
            copy.add(triple)
    return copy
