"""From a fact sheet to statements."""

from typing import Any

import pytest
from rdflib import DCTERMS, RDF, XSD, Graph, Literal

from napgraph.facts import terms
from napgraph.facts.objectives import add_objectives, add_remarks
from napgraph.facts.sources import add_source_entities
from napgraph.namespaces import NAP, thing_iri

PLAN: dict[str, Any] = {
    "objectives": [
        {"number": 1, "text": "Take part.", "pillars": ["participation"], "sources": ["a", "b"]},
        {"number": 3, "text": "Be safe.", "sources": ["a"]},
    ],
    "remarks": [
        {"aspect": "context", "text": "One.", "sources": ["a"]},
        {"aspect": "context", "text": "Two.", "sources": ["b"]},
    ],
}


def test_objectives_are_keyed_by_number() -> None:
    """An objective has text, number, pillar and each of its sources."""
    graph = Graph()
    add_objectives(graph, "MLI-3", PLAN, {"a": "a", "b": "b"})
    first = thing_iri("objective", "MLI-3-1")

    assert {first, thing_iri("objective", "MLI-3-3")} == set(
        graph.subjects(RDF.type, NAP.Objective)
    )
    assert Literal("Take part.", lang="en") == graph.value(first, NAP.text, any=False)
    assert thing_iri("pillar", "participation") == graph.value(first, NAP.pillar, any=False)
    assert len(set(graph.objects(first, DCTERMS.source))) == 2


def test_remarks_of_one_aspect_stay_apart() -> None:
    """The second remark of an aspect gets a key of its own."""
    graph = Graph()
    add_remarks(graph, "MLI-3", PLAN, {"a": "a", "b": "b"})

    expected = {thing_iri("remark", "MLI-3-context"), thing_iri("remark", "MLI-3-context-2")}
    assert expected == set(graph.subjects(NAP.remarkOn, thing_iri("plan", "MLI-3")))


@pytest.mark.parametrize(
    ("value", "datatype"),
    [("2019", XSD.gYear), ("2019-10", XSD.gYearMonth), ("2019-10-31", XSD.date)],
)
def test_date_is_as_precise_as_the_source(value: str, datatype: object) -> None:
    """A year stays a year, a month a month."""
    assert (value, datatype) == (str(terms.date(value)), terms.date(value).datatype)


@pytest.mark.parametrize(
    ("value", "lexical", "datatype"),
    [(1500000, "1500000", XSD.integer), (2.0, "2", XSD.integer), (0.5, "0.5", XSD.decimal)],
)
def test_amount_is_exact(value: float, lexical: str, datatype: object) -> None:
    """A whole sum is an integer, another a decimal with the digits it has."""
    assert (lexical, datatype) == (str(terms.amount(value)), terms.amount(value).datatype)


def test_one_address_is_one_source() -> None:
    """Two keys of one address give one source that keeps both keys and titles."""
    entry = {"publisher": "WILPF", "url": "https://example.org/mali", "published": "2019-10"}
    sheet = {
        "iso3": "MLI",
        "sources": {"new": {"title": "Mali", **entry}, "old": {"title": "Mali (older)", **entry}},
    }
    graph = Graph()
    add_source_entities(graph, sheet)
    source = thing_iri("source", "MLI-new")

    assert [source] == list(graph.subjects(RDF.type, NAP.Source))
    assert {"new", "old"} == {str(o) for o in graph.objects(source, DCTERMS.identifier)}
    assert [str(o) for o in graph.objects(source, DCTERMS.alternative)] == ["Mali (older)"]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Ministry of Defence", "en"),
        ("Ministère de la Femme et de la Famille", "fr"),
        ("Centro de Derechos Humanos de la Universidad de Chile", "es"),
        ("Ministério da Defesa Nacional", "pt"),
        ("Ministero degli Affari Esteri", "it"),
        ("Steering committee (Comité national)", "und"),
        ("MONUSCO", "und"),
        ("Žene ženama", "und"),
    ],
)
def test_language_is_tagged_where_words_leave_no_doubt(name: str, language: str) -> None:
    """Words of one language alone decide; of two, or of none, nothing is claimed."""
    assert language == terms.name(name).language
