"""The fact sheet of the United Nations and regional organisations as named graphs."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rdflib import DCAT, DCTERMS, PROV, QB, RDF, RDFS, SKOS, Graph, Literal, URIRef

from napgraph.errors import FactSheetError
from napgraph.facts import terms
from napgraph.facts.keys import contribution_iri, document_iri, event_iri
from napgraph.facts.objectives import add_sources
from napgraph.facts.sources import add_source_entities, source_keys
from napgraph.facts.stakeholders import Names, stakeholder
from napgraph.namespaces import NAP, SCHEMA, graph_iri, slug, thing_iri

_LICENCE = URIRef("https://creativecommons.org/licenses/by/4.0/")
_WORLD = thing_iri("region", "001")
_TITLES = {
    "un-documents": "Resolutions and reports of the United Nations on women, peace and security",
    "figures": "Personnel in United Nations missions, and counts of national action plans",
    "world-events": "Events of the world on women, peace and security",
    "regional-plans": "Action plans of regional organisations on women, peace and security",
    "external-datasets": "Data sets of others on personnel in United Nations missions",
    "un-sources": "Sources of the facts about the United Nations and regional organisations",
}


@dataclass(frozen=True)
class _Sheet:
    """What every part of the sheet needs."""

    facts: dict[str, Any]
    names: Names
    countries: dict[str, URIRef]
    keys: dict[str, str]
    graphs: dict[str, Graph] = field(
        default_factory=lambda: {name: Graph(bind_namespaces="none") for name in _TITLES}
    )

    def source(self, graph: Graph, thing: URIRef, fact: dict[str, Any]) -> None:
        add_sources(graph, thing, "UN", fact, self.keys)


def country_names(countries: Graph) -> dict[str, URIRef]:
    """Map each English name of a country, other names included, to its IRI."""
    return {
        str(label): country
        for predicate in (SKOS.altLabel, SKOS.prefLabel)
        for country, label in countries.subject_objects(predicate)
        if isinstance(country, URIRef) and isinstance(label, Literal) and label.language == "en"
    }


def un_graphs(
    facts: dict[str, Any], names: Names, countries: dict[str, URIRef]
) -> dict[str, Graph]:
    """Turn the sheet into named graphs, by the names of their files.

    Args:
        facts: As in schemas/un-facts.schema.json.
        names: The bodies that all countries share.
        countries: As `country_names` gives them.

    Raises:
        FactSheetError: A resolution was initiated by a state that no name matches.
    """
    sheet = _Sheet(facts, names, countries, source_keys(facts))
    add_source_entities(sheet.graphs["un-sources"], {"iso3": "UN", **facts})
    _add_resolutions(sheet)
    _add_reports(sheet)
    _add_figures(sheet)
    _add_plan_counts(sheet)
    _add_events(sheet)
    _add_regional_plans(sheet)
    _add_external_datasets(sheet)
    _add_disagreements(sheet)
    for name, graph in sheet.graphs.items():
        node = graph_iri(name)
        used = set(graph.objects(None, DCTERMS.source))
        graph.add((node, RDF.type, PROV.Entity))
        graph.add((node, DCTERMS.title, terms.text(_TITLES[name])))
        graph.add((node, DCTERMS.license, _LICENCE))
        for source in used:
            graph.add((node, PROV.hadPrimarySource, source))
    return sheet.graphs


def _add_resolutions(sheet: _Sheet) -> None:
    graph = sheet.graphs["un-documents"]
    for fact in sheet.facts["resolutions"]:
        iri = document_iri(fact["symbol"])
        graph.add((iri, RDF.type, NAP.Resolution))
        graph.add((iri, NAP.symbol, terms.code(fact["symbol"])))
        graph.add((iri, NAP.number, Literal(fact["number"])))
        graph.add((iri, DCTERMS.title, terms.text(fact["subject"])))
        graph.add((iri, DCTERMS.issued, terms.date(fact["adopted"])))
        if fact.get("core_agenda") is not None:
            graph.add((iri, NAP.coreAgenda, Literal(fact["core_agenda"])))
        if fact.get("group"):
            group = thing_iri("resolution-group", slug(fact["group"]))
            graph.add((iri, NAP.resolutionGroup, group))
        if fact.get("meeting"):
            graph.add((iri, NAP.meetingNumber, Literal(fact["meeting"])))
        if fact.get("vote"):
            graph.add((iri, NAP.vote, terms.text(fact["vote"])))
        if fact.get("initiated_by"):
            graph.add((iri, NAP.initiatedBy, _country(sheet, fact["initiated_by"])))
        if fact.get("document_url"):
            graph.add((iri, NAP.documentUrl, terms.address(fact["document_url"])))
        for sentence in fact.get("adds", []):
            graph.add((iri, NAP.provision, terms.text(sentence)))
        sheet.source(graph, iri, fact)


def _country(sheet: _Sheet, name: str) -> URIRef:
    if name not in sheet.countries:
        raise FactSheetError(
            f"resolutions: no country is called {name!r}; use a name that countries.ttl has."
        )
    return sheet.countries[name]


def _add_reports(sheet: _Sheet) -> None:
    graph = sheet.graphs["un-documents"]
    unnamed: Counter[int] = Counter()
    for fact in sheet.facts["secretary_general_reports"]:
        if fact["symbol"]:
            iri = document_iri(fact["symbol"])
            graph.add((iri, NAP.symbol, terms.code(fact["symbol"])))
        else:
            iri = thing_iri("document", f"SG-{_numbered(unnamed, fact['year'])}")
        title = f"Report of the Secretary-General on women, peace and security, {fact['year']}"
        graph.add((iri, RDF.type, NAP.UNReport))
        graph.add((iri, DCTERMS.title, terms.text(title)))
        graph.add((iri, DCTERMS.issued, terms.date(fact["date"] or str(fact["year"]))))
        graph.add((iri, DCTERMS.abstract, terms.text(fact["note"])))
        if fact["document_url"]:
            graph.add((iri, NAP.documentUrl, terms.address(fact["document_url"])))
        sheet.source(graph, iri, fact)


def _numbered(seen: Counter[Any], key: Any) -> str:
    """Make a key that may come again: `2019-09`, then `2019-09-2`."""
    seen[key] += 1
    return f"{key}-{seen[key]}" if seen[key] > 1 else str(key)


def _add_figures(sheet: _Sheet) -> None:
    graph = sheet.graphs["figures"]
    for fact in sheet.facts["uniformed_personnel"]:
        iri = contribution_iri(fact["iso3"] or slug(fact["name"]), fact)
        graph.add((iri, RDF.type, NAP.PersonnelContribution))
        graph.add((iri, QB.dataSet, thing_iri("cube", "personnel")))
        graph.add((iri, NAP.asOf, terms.date(fact["as_of"])))
        if fact["iso3"]:
            graph.add((iri, NAP.country, thing_iri("country", fact["iso3"])))
        else:
            graph.add((iri, NAP.region, _WORLD))
        for key, predicate in (("total", NAP.personnel), ("women", NAP.women), ("rank", NAP.rank)):
            if fact.get(key) is not None:
                graph.add((iri, predicate, Literal(fact[key])))
        if fact.get("note"):
            graph.add((iri, SKOS.note, terms.text(fact["note"])))
        sheet.source(graph, iri, fact)


def _add_plan_counts(sheet: _Sheet) -> None:
    graph = sheet.graphs["figures"]
    seen: Counter[str] = Counter()
    for fact in sheet.facts["national_plan_counts"]:
        iri = thing_iri("plan-count", _numbered(seen, fact["as_of"]))
        graph.add((iri, RDF.type, NAP.PlanCount))
        graph.add((iri, QB.dataSet, thing_iri("cube", "plan-counts")))
        graph.add((iri, NAP.asOf, terms.date(fact["as_of"])))
        qualifier = thing_iri("count-qualifier", slug(fact["qualifier"]))
        graph.add((iri, NAP.countQualifier, qualifier))
        if fact["count"] is not None:
            graph.add((iri, NAP.planCount, Literal(fact["count"])))
        if fact.get("share_of_un_members_percent") is not None:
            share = terms.amount(fact["share_of_un_members_percent"])
            graph.add((iri, NAP.shareOfMembers, share))
        if fact.get("extra"):
            graph.add((iri, SKOS.note, terms.text(fact["extra"])))
        sheet.source(graph, iri, fact)


def _add_events(sheet: _Sheet) -> None:
    graph = sheet.graphs["world-events"]
    for fact in sheet.facts["events"]:
        iri = event_iri("UN", fact)
        kind = "commitment" if fact["kind"] == "commitments" else fact["kind"]
        graph.add((iri, RDF.type, NAP.Event))
        graph.add((iri, SCHEMA.name, terms.text(fact["title"])))
        graph.add((iri, SCHEMA.startDate, terms.date(fact["date"])))
        graph.add((iri, NAP.eventKind, thing_iri("event-kind", kind)))
        if fact.get("end"):
            graph.add((iri, SCHEMA.endDate, terms.date(fact["end"])))
        if fact.get("place"):
            graph.add((iri, SCHEMA.location, terms.text(fact["place"])))
        graph.add((iri, SCHEMA.organizer, _body(sheet, graph, fact["body"], fact)))
        sheet.source(graph, iri, fact)


def _body(sheet: _Sheet, graph: Graph, name: str, fact: dict[str, Any]) -> URIRef:
    """Find whose event or plan it is: a country, or a body that all share."""
    if name in sheet.countries:
        return sheet.countries[name]
    body = stakeholder(graph, "UN", name, "regional-organisation", sheet.names, language="en")
    sheet.source(graph, body, fact)
    return body


def _add_regional_plans(sheet: _Sheet) -> None:
    graph = sheet.graphs["regional-plans"]
    seen: Counter[str] = Counter()
    for fact in sheet.facts["regional_action_plans"]:
        organisation = _body(sheet, graph, fact["organisation"], fact)
        code = sheet.names.codes.get(organisation, slug(fact["organisation"]).upper())
        iri = thing_iri("plan", _numbered(seen, f"{code}-{fact['period_start']}"))
        start, end = fact["period_start"], fact["period_end"]
        label = f"{fact['organisation']}, plan, {start}–{end or ''}"
        graph.add((iri, RDF.type, NAP.RegionalActionPlan))
        graph.add((iri, RDFS.label, terms.text(label)))
        graph.add((iri, NAP.organisation, organisation))
        graph.add((iri, DCTERMS.title, terms.name(fact["title"], "en")))
        graph.add((iri, NAP.periodStart, terms.year(start)))
        if end:
            graph.add((iri, NAP.periodEnd, terms.year(end)))
        if fact["adopted"]:
            graph.add((iri, NAP.adopted, terms.date(fact["adopted"])))
            graph.add((iri, NAP.adoptionStatus, thing_iri("adoption-status", "adopted")))
        if fact.get("note"):
            graph.add((iri, SKOS.note, terms.text(fact["note"])))
        sheet.source(graph, iri, fact)


def _add_external_datasets(sheet: _Sheet) -> None:
    graph = sheet.graphs["external-datasets"]
    reports = sheet.facts.get("contribution_reports", [])
    for fact in reports + sheet.facts.get("open_data", []):
        iri = thing_iri("external-dataset", fact["id"])
        graph.add((iri, RDF.type, DCAT.Dataset))
        graph.add((iri, DCTERMS.title, terms.text(fact.get("title") or fact["name"])))
        graph.add((iri, DCTERMS.description, terms.text(fact["contains"])))
        for name in fact.get("columns") or []:
            graph.add((iri, NAP.columnName, terms.code(name)))
        formats = [fact["format"]] if fact.get("format") else []
        for name in formats + fact.get("formats", []):
            graph.add((iri, NAP.formatName, terms.code(name)))
        for name in fact.get("datasets_seen", []):
            graph.add((iri, NAP.datasetCode, terms.code(name)))
        for use, value in fact.get("api", {}).items():
            graph.add((iri, NAP.apiNote, terms.text(f"{use}: {value}")))
        place = fact.get("url") or fact["published_at"]
        if place.startswith(("http://", "https://")):
            graph.add((iri, DCAT.landingPage, URIRef(place)))
        else:
            graph.add((iri, NAP.publishedAt, terms.text(place)))
        for key, predicate in (
            ("frequency", NAP.frequency),
            ("licence", NAP.licenceNote),
            ("note", SKOS.note),
        ):
            if fact.get(key):
                graph.add((iri, predicate, terms.text(fact[key])))
        sheet.source(graph, iri, fact)


def _add_disagreements(sheet: _Sheet) -> None:
    """Put each note on what it names: a document, an organisation's plans, or else a graph."""
    for sentence in sheet.facts["conflicts"]:
        for name, iri in _named_in(sheet, sentence):
            sheet.graphs[name].add((iri, SKOS.editorialNote, terms.text(sentence)))


def _named_in(sheet: _Sheet, sentence: str) -> list[tuple[str, URIRef]]:
    words = set(re.findall(r"[\w/]+", sentence))
    documents = [
        ("un-documents", document_iri(fact["symbol"]))
        for fact in sheet.facts["resolutions"] + sheet.facts["secretary_general_reports"]
        if fact["symbol"] and (fact["symbol"] in words or str(fact.get("number")) in words)
    ]
    if documents:
        return documents
    graph = sheet.graphs["regional-plans"]
    plans = [
        ("regional-plans", plan)
        for plan, organisation in graph.subject_objects(NAP.organisation)
        if isinstance(plan, URIRef)
        and re.search(rf"\b{re.escape(_name(sheet, graph, organisation))}\b", sentence)
        and "counts" not in words
        and "count" not in words
    ]
    if plans:
        return plans
    about_events = {"debate", "meeting", "summit"} & words
    name = "world-events" if about_events else "figures"
    return [(name, graph_iri(name))]


def _name(sheet: _Sheet, graph: Graph, organisation: Any) -> str:
    label = sheet.names.codes.get(organisation) or graph.value(organisation, SKOS.prefLabel)
    return str(label or sheet.names.preferred.get(organisation))
