"""Who takes part in a plan, from a fact sheet to statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rdflib import RDF, SKOS, Graph, URIRef

from napgraph.facts import terms
from napgraph.facts.keys import involvement_iri
from napgraph.facts.objectives import add_sources
from napgraph.namespaces import NAP, slug, thing_iri

_SHARED_KINDS = ("un-entity", "regional-organisation")


@dataclass(frozen=True)
class Names:
    """The bodies that all countries share.

    Attributes:
        bodies: Each body by the slug of each of its names.
        preferred: The names that `organisations.ttl` prefers.
        codes: Their short codes, such as `EU`, where they have one.
    """

    bodies: dict[str, URIRef]
    preferred: dict[URIRef, str]
    codes: dict[URIRef, str]

    @classmethod
    def from_graph(cls, organisations: Graph) -> Names:
        """Read the names from the graph of shared organisations, other names included."""
        bodies: dict[str, URIRef] = {}
        for predicate in (SKOS.prefLabel, SKOS.altLabel):
            for body, label in organisations.subject_objects(predicate):
                if isinstance(body, URIRef) and (body, RDF.type, NAP.Stakeholder) in organisations:
                    bodies.setdefault(slug(str(label)), body)
        preferred = {
            body: str(organisations.value(body, SKOS.prefLabel)) for body in set(bodies.values())
        }
        codes = {
            body: str(code)
            for body, code in organisations.subject_objects(SKOS.notation)
            if isinstance(body, URIRef)
        }
        return cls(bodies, preferred, codes)


def add_stakeholders(
    graph: Graph, plan_key: str, plan: dict[str, Any], keys: dict[str, str], names: Names
) -> None:
    """Add the bodies of one plan and their parts in it.

    A body that takes part in several plans of a country is one stakeholder; its
    part in each is an involvement, keyed `MLI-3-ministry-of-…`.
    """
    iso3 = plan_key[:3]
    for fact in plan.get("stakeholders", []):
        body = stakeholder(
            graph, iso3, fact["name"], fact["kind"], names, language=fact.get("name_language")
        )
        graph.add((body, NAP.stakeholderKind, thing_iri("stakeholder-kind", fact["kind"])))
        add_sources(graph, body, iso3, fact, keys)
        involvement = involvement_iri(plan_key, body)
        graph.add((involvement, RDF.type, NAP.Involvement))
        graph.add((involvement, NAP.plan, thing_iri("plan", plan_key)))
        graph.add((involvement, NAP.stakeholder, body))
        for role in fact["roles"]:
            graph.add((involvement, NAP.role, thing_iri("role", role)))
        add_sources(graph, involvement, iso3, fact, keys)


def body_iri(iso3: str, name: str, kind: str | None, names: Names) -> URIRef:
    """Find the IRI of a body by its name.

    A body of the United Nations or a regional organisation, and whatever the
    shared organisations know by this name, is one for all countries; any other
    is the country's. Spellings that differ only in case, accents or punctuation
    are one body.
    """
    if shared := names.bodies.get(slug(name)):
        return shared
    key = slug(name) if kind in _SHARED_KINDS else f"{iso3}-{slug(name)}"
    return thing_iri("organisation", key)


def stakeholder(
    graph: Graph,
    iso3: str,
    name: str,
    kind: str | None,
    names: Names,
    *,
    language: str | None = None,
) -> URIRef:
    """Add a body, named as it was named first, and return its IRI."""
    body = body_iri(iso3, name, kind, names)
    if body.startswith(thing_iri("organisation", f"{iso3}-")):
        graph.add((body, NAP.country, thing_iri("country", iso3)))
    graph.add((body, RDF.type, NAP.Stakeholder))
    preferred = names.preferred.get(body) or graph.value(body, SKOS.prefLabel)
    if preferred is None:
        graph.add((body, SKOS.prefLabel, terms.name(name, language)))
    elif str(preferred) != name:
        graph.add((body, SKOS.altLabel, terms.name(name, language)))
    return body
