"""A plan's own facts, from a fact sheet to statements."""

from __future__ import annotations

import re
from typing import Any

from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal, URIRef

from napgraph.facts import terms
from napgraph.facts.keys import plan_key
from napgraph.facts.objectives import add_objectives, add_remarks, add_sources
from napgraph.facts.stakeholders import Names, add_stakeholders, stakeholder
from napgraph.namespaces import NAP, thing_iri

# What a title itself says of a plan that has no date of adoption.
_STATUS_WORDS = (
    (re.compile(r"\bnot officially adopted\b", re.I), "never-adopted"),
    (
        re.compile(
            r"\bdraft\b|\bin preparation\b|\bprocess of adoption\b|\bfinal text agreed\b", re.I
        ),
        "in-preparation",
    ),
)

_CIVIL_SOCIETY = {
    "development": NAP.civilSocietyInDevelopment,
    "implementation": NAP.civilSocietyInImplementation,
    "monitoring": NAP.civilSocietyInMonitoring,
}


def add_plan(
    graph: Graph, sheet: dict[str, Any], plan: dict[str, Any], keys: dict[str, str], names: Names
) -> None:
    """Add one plan of a sheet and all that hangs on it."""
    iso3 = sheet["iso3"]
    key = plan_key(iso3, plan)
    iri = thing_iri("plan", key)
    graph.add((iri, RDF.type, NAP.NationalActionPlan))
    graph.add((iri, RDFS.label, terms.text(plan_label(sheet["name"], plan))))
    graph.add((iri, NAP.country, thing_iri("country", iso3)))
    _add_history(graph, iri, iso3, sheet, plan)
    _add_content(graph, iri, plan)
    add_sources(graph, iri, iso3, plan, keys)
    _add_budget(graph, iri, key, plan, keys)
    _add_monitoring(graph, iri, key, plan, keys, names)
    add_objectives(graph, key, plan, keys)
    add_remarks(graph, key, plan, keys)
    add_stakeholders(graph, key, plan, keys, names)


def plan_label(country: str, plan: dict[str, Any]) -> str:
    """Make the label of a plan: `Mali, plan 3, 2019–2023`, with what is known."""
    start, end = plan["period_start"], plan["period_end"]
    years = f"{start or ''}–{end or ''}" if start or end else ""
    number = f"plan {plan['generation']}" if plan["generation"] else "plan"
    return ", ".join(part for part in (country, number, years) if part)


def _add_history(
    graph: Graph, iri: URIRef, iso3: str, sheet: dict[str, Any], plan: dict[str, Any]
) -> None:
    generation = plan["generation"]
    if generation:
        graph.add((iri, NAP.generation, Literal(generation)))
        if any(other["generation"] == generation - 1 for other in sheet["plans"]):
            before = thing_iri("plan", f"{iso3}-{generation - 1}")
            graph.add((iri, DCTERMS.replaces, before))
    if plan["adopted"]:
        graph.add((iri, NAP.adopted, terms.date(plan["adopted"])))
    if plan["period_start"]:
        graph.add((iri, NAP.periodStart, terms.year(plan["period_start"])))
    if plan["period_end"]:
        graph.add((iri, NAP.periodEnd, terms.year(plan["period_end"])))
    status = _adoption_status(plan)
    if status:
        graph.add((iri, NAP.adoptionStatus, thing_iri("adoption-status", status)))


def _adoption_status(plan: dict[str, Any]) -> str | None:
    """Say whether a plan was adopted, as far as the sheet tells.

    A stated date of adoption says so; without one the title may say otherwise;
    else a plan that is counted as the country's n-th, with its years, was adopted.
    """
    if plan.get("adoption_status"):
        return str(plan["adoption_status"])
    if plan["adopted"]:
        return "adopted"
    for words, status in _STATUS_WORDS:
        if words.search(plan.get("title") or ""):
            return status
    return "adopted" if plan["generation"] and plan["period_start"] else None


def _add_content(graph: Graph, iri: URIRef, plan: dict[str, Any]) -> None:
    graph.add((iri, NAP.implements, thing_iri("document", "S-RES-1325-2000")))
    if plan.get("title"):
        graph.add((iri, DCTERMS.title, terms.name(plan["title"], plan.get("title_language"))))
    if plan.get("aim"):
        graph.add((iri, NAP.aim, terms.text(plan["aim"])))
    if plan.get("document_url"):
        graph.add((iri, NAP.documentUrl, terms.address(plan["document_url"])))
    if plan.get("orientation"):
        graph.add((iri, NAP.orientation, thing_iri("orientation", plan["orientation"])))
    for language in plan.get("languages", []):
        graph.add((iri, DCTERMS.language, thing_iri("language", language)))
    for theme in plan.get("themes", []):
        graph.add((iri, NAP.theme, thing_iri("theme", theme)))
    for feature in plan.get("features", []):
        graph.add((iri, NAP.feature, thing_iri("feature", feature)))
    _add_degree(graph, iri, NAP.disarmament, plan.get("disarmament"))
    for part, degree in (plan.get("civil_society") or {}).items():
        _add_degree(graph, iri, _CIVIL_SOCIETY[part], degree)


def _add_degree(graph: Graph, iri: URIRef, predicate: URIRef, degree: str | None) -> None:
    if degree:
        graph.add((iri, predicate, thing_iri("degree", degree)))


def _add_budget(
    graph: Graph, plan_iri: URIRef, key: str, plan: dict[str, Any], keys: dict[str, str]
) -> None:
    fact = plan.get("budget")
    if not fact:
        return
    budget = thing_iri("budget", key)
    graph.add((plan_iri, NAP.budget, budget))
    graph.add((budget, RDF.type, NAP.Budget))
    graph.add((budget, NAP.budgetStatus, thing_iri("budget-status", fact["status"])))
    note = fact.get("note")
    if fact.get("amount") is not None and not fact.get("currency"):
        # A number without its currency is no sum of money, but it is not to be lost.
        note = f"{note or ''} Amount: {fact['amount']}, in a currency that no source names.".strip()
    elif fact.get("amount") is not None:
        graph.add((budget, NAP.amount, terms.amount(fact["amount"])))
    if fact.get("currency"):
        graph.add((budget, NAP.currency, terms.code(fact["currency"])))
    if note:
        graph.add((budget, SKOS.note, terms.text(note)))
    add_sources(graph, budget, key[:3], plan, keys)


def _add_monitoring(
    graph: Graph,
    plan_iri: URIRef,
    key: str,
    plan: dict[str, Any],
    keys: dict[str, str],
    names: Names,
) -> None:
    fact = plan.get("monitoring")
    if not fact:
        return
    monitoring = thing_iri("monitoring", key)
    graph.add((plan_iri, NAP.monitoring, monitoring))
    graph.add((monitoring, RDF.type, NAP.Monitoring))
    _add_degree(graph, monitoring, NAP.monitoringStatus, fact["status"])
    _add_degree(graph, monitoring, NAP.indicators, fact.get("indicators"))
    if fact.get("reporting"):
        graph.add((monitoring, NAP.reporting, terms.text(fact["reporting"])))
    if fact.get("body"):
        body = stakeholder(graph, key[:3], fact["body"], None, names)
        graph.add((monitoring, NAP.monitoringBody, body))
        add_sources(graph, body, key[:3], plan, keys)
    add_sources(graph, monitoring, key[:3], plan, keys)
