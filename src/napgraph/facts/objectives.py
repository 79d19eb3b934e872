"""A plan's objectives and remarks, from a fact sheet to statements."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rdflib import DCTERMS, RDF, Graph, Literal, URIRef

from napgraph.facts import terms
from napgraph.facts.keys import objective_iri
from napgraph.namespaces import NAP, thing_iri


def add_objectives(graph: Graph, plan_key: str, plan: dict[str, Any], keys: dict[str, str]) -> None:
    """Add a plan's objectives, keyed `MLI-3-2` by their number; `keys` comes from `source_keys`."""
    for fact in plan.get("objectives", []):
        objective = objective_iri(plan_key, fact)
        graph.add((objective, RDF.type, NAP.Objective))
        graph.add((objective, NAP.objectiveOf, thing_iri("plan", plan_key)))
        graph.add((objective, NAP.number, Literal(fact["number"])))
        graph.add((objective, NAP.text, terms.text(fact["text"])))
        for pillar in fact.get("pillars", []):
            graph.add((objective, NAP.pillar, thing_iri("pillar", pillar)))
        add_sources(graph, objective, plan_key[:3], fact, keys)


def add_remarks(graph: Graph, plan_key: str, plan: dict[str, Any], keys: dict[str, str]) -> None:
    """Add the remarks on one plan, keyed by aspect: `MLI-3-context`, `MLI-3-context-2`."""
    seen: Counter[str] = Counter()
    for fact in plan.get("remarks", []):
        aspect = fact["aspect"]
        seen[aspect] += 1
        suffix = f"-{seen[aspect]}" if seen[aspect] > 1 else ""
        remark = thing_iri("remark", f"{plan_key}-{aspect}{suffix}")
        graph.add((remark, RDF.type, NAP.Remark))
        graph.add((remark, NAP.remarkOn, thing_iri("plan", plan_key)))
        graph.add((remark, NAP.aspect, thing_iri("aspect", aspect)))
        graph.add((remark, NAP.text, terms.text(fact["text"])))
        add_sources(graph, remark, plan_key[:3], fact, keys)


def add_sources(
    graph: Graph, thing: URIRef, iso3: str, fact: dict[str, Any], keys: dict[str, str]
) -> None:
    """Say which sources a thing was made from; `keys` comes from `source_keys`."""
    for key in fact["sources"]:
        graph.add((thing, DCTERMS.source, thing_iri("source", f"{iso3}-{keys[key]}")))
