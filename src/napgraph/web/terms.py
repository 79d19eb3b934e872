"""The terms of a vocabulary as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rdflib import DCTERMS, RDFS, SH, SKOS, Graph, Literal, URIRef

from napgraph.resources import choose_text, short_name
from napgraph.turtle import parse_turtle


@dataclass(frozen=True)
class Term:
    """A class, property or shape with its label, what it means, and an example."""

    iri: str
    anchor: str
    name: str
    label: str
    definition: str
    example: str


@lru_cache(maxsize=8)
def read_terms(content: bytes, vocabulary: URIRef) -> tuple[str, tuple[Term, ...]]:
    """Read a vocabulary's title and its terms, in alphabetical order, from Turtle."""
    graph = parse_turtle(content, name=str(vocabulary))
    terms = sorted(
        {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(f"{vocabulary}#")}
    )
    title = _text(graph, vocabulary, DCTERMS.title, RDFS.label) or str(vocabulary)
    return title, tuple(_term(graph, term) for term in terms)


def _term(graph: Graph, term: URIRef) -> Term:
    return Term(
        iri=str(term),
        anchor=term.rsplit("#", 1)[1],
        name=short_name(str(term)),
        label=_text(graph, term, RDFS.label, SH.name),
        definition=_text(graph, term, SKOS.definition, SH.description),
        example=_text(graph, term, SKOS.example),
    )


def _text(graph: Graph, term: URIRef, *predicates: URIRef) -> str:
    for predicate in predicates:
        found = [o for o in graph.objects(term, predicate) if isinstance(o, Literal)]
        if text := choose_text(found, "en"):
            return str(text)
    return ""
