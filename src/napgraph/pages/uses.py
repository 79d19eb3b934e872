"""Which plans, or other things, use a concept, and of which years they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, URIRef

from napgraph.namespaces import NAP, SCHEMA
from napgraph.pages.plan_lists import count_by_year, in_force, plans_of
from napgraph.pages.plans import WORLD, Country, Index, Plan


@dataclass(frozen=True, slots=True)
class Uses:
    """How often a concept is used.

    Attributes:
        plans: The plans that have it, or whose parts have it.
        in_force: Those of them that are in force.
        countries: How many countries' they are.
        by_year: How many of them were adopted in each year; of a kind of event or source, how many
            there are of each year.
    """

    plans: tuple[Plan, ...]
    in_force: tuple[Plan, ...]
    countries: int
    by_year: Mapping[int, int]


def read_uses(index: Index, concept: URIRef, day: date) -> Uses:
    """Count how often a concept is used, by a day."""
    plans = plans_having(index, concept)
    dated = _DATED_BY.get(kind_of(concept))
    return Uses(
        plans=plans,
        in_force=tuple(in_force(index, plans, day)),
        countries=len({plan.country for plan in plans if plan.country}),
        by_year=count_by_year(_years(index, concept, *dated), day)
        if dated
        else count_by_year((plan.adopted_in or plan.begins for plan in plans), day),
    )


def plans_having(index: Index, concept: URIRef) -> tuple[Plan, ...]:
    """Give the plans that have a concept themselves, or through one of their parts."""
    kind = kind_of(concept)
    if kind == "region":
        inside = (c for c in index.countries.values() if lies_in(index, c, concept))
        return tuple(plan for country in inside for plan in country.plans)
    found = dict.fromkeys(
        plan
        for predicate in _SAID_BY.get(kind, ())
        for plan in _plans_by(index, predicate, concept)
    )
    return tuple(plans_of(index, found))


def lies_in(index: Index, country: Country, region: URIRef) -> bool:
    """Tell whether a country lies in a region, or in a part of it."""
    return region == WORLD or region in index.regions_of(country)


def kind_of(iri: URIRef) -> str:
    """Give the type that a thing's IRI names: `theme`."""
    return iri.rpartition("/")[0].rpartition("/")[2]


def _plans_by(index: Index, predicate: URIRef, concept: URIRef) -> Iterable[URIRef]:
    """Give the plans that have a concept by a property, or parts with it.

    Whole properties are read, each once a generation, since a concept may be in hundreds of parts.
    """
    subjects = index.reading.subjects(predicate, concept)
    if up := _UP.get(predicate):
        return _ahead(index, up, subjects)
    if down := _DOWN.get(predicate):
        return _behind(index, down, subjects)
    if predicate == _KIND:
        return _ahead(index, NAP.plan, _behind(index, NAP.stakeholder, subjects))
    return subjects


def _ahead(index: Index, predicate: URIRef, subjects: Iterable[URIRef]) -> list[URIRef]:
    values = index.reading.values(predicate)
    return [v for s in subjects for v in values.get(s, ()) if isinstance(v, URIRef)]


def _behind(index: Index, predicate: URIRef, values: Iterable[URIRef]) -> list[URIRef]:
    wanted = set(values)
    found = index.reading.values(predicate)
    return [subject for subject, nodes in found.items() if not wanted.isdisjoint(nodes)]


# The properties by which plans, or parts of them, have the concepts of each type.
_SAID_BY = {
    "theme": (NAP.theme,),
    "feature": (NAP.feature,),
    "orientation": (NAP.orientation,),
    "language": (DCTERMS.language,),
    "adoption-status": (NAP.adoptionStatus,),
    "degree": (
        NAP.civilSocietyInDevelopment, NAP.civilSocietyInImplementation,
        NAP.civilSocietyInMonitoring, NAP.disarmament, NAP.monitoringStatus, NAP.indicators,
    ),
    "pillar": (NAP.pillar,),
    "role": (NAP.role,),
    "aspect": (NAP.aspect,),
    "budget-status": (NAP.budgetStatus,),
    "stakeholder-kind": (NAP.stakeholderKind,),
}  # fmt: skip
_KIND = NAP.stakeholderKind
# From what has the property to its plan, or from the plan to it.
_UP = {NAP.pillar: NAP.objectiveOf, NAP.role: NAP.plan, NAP.aspect: NAP.remarkOn}
_DOWN = {
    NAP.budgetStatus: NAP.budget,
    NAP.monitoringStatus: NAP.monitoring,
    NAP.indicators: NAP.monitoring,
}
# What is counted by year besides plans: by which property it is of a kind, and has a date.
_DATED_BY = {
    "event-kind": (NAP.eventKind, SCHEMA.startDate),
    "source-kind": (NAP.sourceKind, DCTERMS.issued),
}
COUNTED = {"event-kind": "events", "source-kind": "sources"}


def _years(index: Index, concept: URIRef, kind: URIRef, dated: URIRef) -> Iterable[int | None]:
    dates = index.reading.values(dated)
    for subject in index.reading.subjects(kind, concept):
        year = str(dates.get(subject, ("",))[0])[:4]
        yield int(year) if year.isdigit() else None


# The types of concepts that plans have.
WITH_PLANS = frozenset((*_SAID_BY, "region"))
