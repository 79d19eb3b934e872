"""One country's fact sheet as the named graph that its file holds."""

from __future__ import annotations

from typing import Any

from rdflib import DCTERMS, PROV, QB, RDF, SKOS, Graph, Literal, URIRef

from napgraph.facts import terms
from napgraph.facts.keys import contribution_iri, event_iri
from napgraph.facts.objectives import add_sources
from napgraph.facts.plans import add_plan
from napgraph.facts.sources import add_source_entities, source_keys
from napgraph.facts.stakeholders import Names
from napgraph.namespaces import NAP, SCHEMA, graph_iri, thing_iri

_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")


def country_graph(sheet: dict[str, Any], names: Names) -> Graph:
    """Turn a fact sheet that follows its schema into one country's graph.

    Args:
        sheet: As in schemas/country-facts.schema.json.
        names: The bodies that all countries share.
    """
    graph = Graph(bind_namespaces="none")
    keys = source_keys(sheet)
    add_source_entities(graph, sheet)
    for plan in sheet["plans"]:
        add_plan(graph, sheet, plan, keys, names)
    for fact in sheet["peacekeeping"]:
        _add_contribution(graph, sheet["iso3"], fact, keys)
    for fact in sheet["events"]:
        _add_event(graph, sheet["iso3"], fact, keys)
    for sentence in sheet["conflicts"]:
        country = thing_iri("country", sheet["iso3"])
        graph.add((country, SKOS.editorialNote, terms.text(sentence)))
    describe_graph(graph, sheet["iso3"], sheet["name"])
    return graph


def describe_graph(graph: Graph, iso3: str, country: str) -> None:
    """Say in a country's graph what it is about, and which sources it was made from."""
    node = graph_iri(iso3)
    sources = set(graph.subjects(RDF.type, NAP.Source))
    graph.add((node, RDF.type, PROV.Entity))
    title = f"{country}: national action plans on women, peace and security"
    graph.add((node, DCTERMS.title, terms.text(title)))
    graph.add((node, DCTERMS.subject, thing_iri("country", iso3)))
    graph.add((node, DCTERMS.license, _LICENCE))
    for source in sources:
        graph.add((node, PROV.hadPrimarySource, source))


def _add_contribution(graph: Graph, iso3: str, fact: dict[str, Any], keys: dict[str, str]) -> None:
    contribution = contribution_iri(iso3, fact)
    graph.add((contribution, RDF.type, NAP.PersonnelContribution))
    graph.add((contribution, QB.dataSet, thing_iri("cube", "personnel")))
    graph.add((contribution, NAP.country, thing_iri("country", iso3)))
    graph.add((contribution, NAP.asOf, terms.date(fact["as_of"])))
    for field, predicate in (("total", NAP.personnel), ("women", NAP.women), ("rank", NAP.rank)):
        if fact.get(field) is not None:
            graph.add((contribution, predicate, Literal(fact[field])))
    add_sources(graph, contribution, iso3, fact, keys)


def _add_event(graph: Graph, iso3: str, fact: dict[str, Any], keys: dict[str, str]) -> None:
    event = event_iri(iso3, fact)
    graph.add((event, RDF.type, NAP.Event))
    graph.add((event, SCHEMA.name, terms.text(fact["title"])))
    graph.add((event, SCHEMA.startDate, terms.date(fact["date"])))
    graph.add((event, NAP.eventKind, thing_iri("event-kind", fact["kind"])))
    graph.add((event, NAP.country, thing_iri("country", iso3)))
    if fact.get("place"):
        graph.add((event, SCHEMA.location, terms.text(fact["place"])))
    add_sources(graph, event, iso3, fact, keys)
