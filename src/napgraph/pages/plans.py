"""Plans and the states they are in on a day, and the index of all plans and countries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from rdflib import DCTERMS, RDF, SKOS, URIRef

from napgraph.namespaces import ID, NAP
from napgraph.pages.reading import Reading, Text, Thing
from napgraph.resources import natural_key


class State(StrEnum):
    """The state of a plan, or of a country by its plans, on a day."""

    IN_FORCE = "in-force"
    STARTS = "starts"
    END_NOT_STATED = "end-not-stated"
    ENDED = "ended"
    REPLACED = "replaced"
    YEARS_NOT_KNOWN = "years-not-known"
    IN_PREPARATION = "in-preparation"
    NOT_ADOPTED = "not-adopted"
    LATER = "later"
    NONE = "none"


# The six states that readers are shown, each with those that it stands for.
GROUPS: Mapping[State, frozenset[State]] = {
    State.IN_FORCE: frozenset((State.IN_FORCE, State.STARTS)),
    State.END_NOT_STATED: frozenset((State.END_NOT_STATED,)),
    State.ENDED: frozenset((State.ENDED, State.REPLACED)),
    State.YEARS_NOT_KNOWN: frozenset((State.YEARS_NOT_KNOWN,)),
    State.IN_PREPARATION: frozenset((State.IN_PREPARATION,)),
    State.NONE: frozenset((State.NONE, State.NOT_ADOPTED, State.LATER)),
}
_GROUP_OF = {state: group for group, states in GROUPS.items() for state in states}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan, or a country, stands on a day.

    Attributes:
        year: The year that the words name: in which it ends, ended, starts, was replaced or
            adopted; None where there is none to name.
        is_followed: Whether, with the last plan over, a source says that one is being written.
    """

    state: State
    year: int | None = None
    is_followed: bool = False

    @property
    def group(self) -> State:
        """Which of the six states that readers are shown it is in."""
        return _GROUP_OF[self.state]


@dataclass(frozen=True)
class Plan:
    """A plan, its years, and how it stands to others of its country."""

    thing: Thing
    key: str
    country: URIRef | None
    organisation: URIRef | None
    generation: int | None
    starts: int | None
    ends: int | None
    adopted: str
    status: str

    @property
    def iri(self) -> URIRef:
        """Its IRI."""
        return self.thing.iri

    @property
    def path(self) -> str:
        """Where its page is, without a language's prefix."""
        return self.thing.path

    @property
    def begins(self) -> int | None:
        """The year from which it counts: the first of its period, or that of its adoption."""
        return self.starts or self.adopted_in

    @property
    def adopted_in(self) -> int | None:
        """The year of its adoption."""
        return int(self.adopted[:4]) if self.adopted[:4].isdigit() else None

    @property
    def is_adopted(self) -> bool:
        """Whether a source says that it was adopted."""
        return self.status == "adopted"

    @property
    def order(self) -> tuple[int, int, list[tuple[int, str]]]:
        """Where it stands among its country's plans, the oldest first."""
        return self.generation or self.begins or 9999, self.begins or 9999, natural_key(self.key)


@dataclass(frozen=True)
class Country:
    """A country and its plans, the newest first."""

    iri: URIRef
    thing: Thing
    plans: tuple[Plan, ...]
    region: URIRef | None

    @property
    def key(self) -> str:
        """Its ISO 3166-1 alpha-3 code."""
        return self.thing.key

    @property
    def path(self) -> str:
        """Where its page is, without a language's prefix."""
        return self.thing.path

    def standing(self, day: date) -> Standing:
        """Say how it stands: as a plan in force, else as the newest that it had by then."""
        standings = [(plan, standing_of(plan, self.plans, day)) for plan in self.plans]
        for wanted in (State.IN_FORCE, State.STARTS):
            for _, standing in standings:
                if standing.state is wanted:
                    return standing
        seen = [standing for _, standing in standings if standing.state not in _DO_NOT_COUNT]
        adopted = [standing for standing in seen if standing.state is not State.IN_PREPARATION]
        if not adopted:
            return seen[0] if seen else Standing(State.NONE)
        newest = adopted[0]
        is_followed = any(s.state is State.IN_PREPARATION for s in seen)
        return Standing(newest.state, newest.year, is_followed)

    def newest(self, day: date) -> Plan | None:
        """Give the plan to speak of: the one in force, else the newest that it had by then."""
        ranked = sorted(
            (rank, index, plan)
            for index, plan in enumerate(self.plans)
            if (rank := _rank(standing_of(plan, self.plans, day).state)) is not None
        )
        return ranked[0][2] if ranked else None


_DO_NOT_COUNT = frozenset((State.LATER, State.NOT_ADOPTED))


def _rank(state: State) -> int | None:
    if state in _DO_NOT_COUNT:
        return None
    order = (State.IN_FORCE, State.STARTS)
    if state in order:
        return order.index(state)
    return 3 if state is State.IN_PREPARATION else 2


def standing_of(plan: Plan, siblings: Iterable[Plan], day: date) -> Standing:
    """Say how a plan stands on a day; a year counts from its first day to its last.

    Args:
        plan: The plan.
        siblings: The plans of its country, itself among them or not.
        day: The day.

    Source: the questions plans_in_force and expired_without_successor, which say the same
    """
    if not plan.is_adopted:
        return Standing(_NOT_ADOPTED.get(plan.status, State.YEARS_NOT_KNOWN))
    year, begins = day.year, plan.begins
    if _first_day(plan.adopted) > day.isoformat():
        return Standing(State.LATER, plan.adopted_in)
    if begins and begins > year:
        return Standing(State.STARTS if plan.adopted else State.LATER, begins)
    if plan.ends and plan.ends < year:
        return Standing(State.ENDED, plan.ends)
    if (next_begins := _next_begins(plan, siblings)) and next_begins <= year:
        return Standing(State.REPLACED, next_begins)
    if not begins:
        return Standing(State.YEARS_NOT_KNOWN)
    if plan.ends:
        return Standing(State.IN_FORCE, plan.ends)
    return Standing(State.END_NOT_STATED, begins)


_NOT_ADOPTED = {"in-preparation": State.IN_PREPARATION, "never-adopted": State.NOT_ADOPTED}


def _first_day(partial: str) -> str:
    """Give the first day that a date of whatever precision can be: `2019` is 2019-01-01."""
    return partial + "-01-01"[len(partial) - 10 :] if 4 <= len(partial) < 10 else partial


def _next_begins(plan: Plan, siblings: Iterable[Plan]) -> int | None:
    if plan.generation is None:
        return None
    later = (
        other.begins
        for other in siblings
        if other.is_adopted and other.generation and other.generation > plan.generation
    )
    return min((begins for begins in later if begins), default=None)


class Index:
    """All plans and countries of a generation, and what they may be chosen by."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        by_country: dict[URIRef | None, list[Plan]] = defaultdict(list)
        for cls in (NAP.NationalActionPlan, NAP.RegionalActionPlan):
            for thing in reading.things(RDF.type, cls):
                plan = _plan(thing)
                by_country[plan.country].append(plan)
        for plans in by_country.values():
            plans.sort(key=lambda plan: plan.order, reverse=True)
        self.regional: tuple[Plan, ...] = tuple(by_country.pop(None, ()))
        self.countries: Mapping[str, Country] = {
            thing.key: Country(
                thing.iri, thing, tuple(by_country.get(thing.iri, ())), thing.iri_of(NAP.region)
            )
            for thing in reading.things(RDF.type, NAP.Country)
        }
        self.plans: Mapping[str, Plan] = {
            plan.key: plan for plans in (*by_country.values(), self.regional) for plan in plans
        }

    def country_of(self, plan: Plan) -> Country | None:
        """Give the country of a plan."""
        return self.countries.get(plan.country.rpartition("/")[2]) if plan.country else None

    def siblings(self, plan: Plan) -> tuple[Plan, ...]:
        """Give all plans of a plan's country or organisation, the newest first."""
        if country := self.country_of(plan):
            return country.plans
        same = (p for p in self.regional if p.organisation == plan.organisation)
        return tuple(sorted(same, key=lambda p: p.order, reverse=True))

    def standing(self, plan: Plan, day: date) -> Standing:
        """Say how a plan stands on a day."""
        return standing_of(plan, self.siblings(plan), day)

    def count_states(self, day: date) -> Mapping[State, int]:
        """Count the countries in each of the six states."""
        counts = dict.fromkeys(GROUPS, 0)
        for country in self.countries.values():
            counts[country.standing(day).group] += 1
        return counts

    @cached_property
    def pillars(self) -> Mapping[URIRef, frozenset[URIRef]]:
        """The pillars of each plan's objectives."""
        pillars: dict[URIRef, set[URIRef]] = defaultdict(set)
        for objective in self.reading.things(RDF.type, NAP.Objective):
            for plan in objective.iris(NAP.objectiveOf):
                pillars[plan].update(objective.iris(NAP.pillar))
        return {plan: frozenset(found) for plan, found in pillars.items()}

    def things(self, cls: URIRef) -> tuple[Thing, ...]:
        """Give all things of a class."""
        return self.reading.things(RDF.type, cls)

    def count(self, cls: URIRef) -> int:
        """Count the things of a class."""
        return len(self.reading.subjects(RDF.type, cls))

    def count_saying(self, predicate: URIRef, *classes: URIRef) -> int:
        """Count the things of some classes that have a property."""
        return sum(predicate in thing.values for cls in classes for thing in self.things(cls))

    def regions_of(self, country: Country) -> tuple[URIRef, ...]:
        """Give a country's region and those around it, the smallest first, without the world."""
        return self._regions[country.region] if country.region else ()

    @cached_property
    def _regions(self) -> Mapping[URIRef, tuple[URIRef, ...]]:
        smallest = {country.region for country in self.countries.values() if country.region}
        return {region: self._around(region) for region in smallest}

    def _around(self, smallest: URIRef) -> tuple[URIRef, ...]:
        found: list[URIRef] = []
        region: URIRef | None = smallest
        while region is not None and region not in found:
            found.append(region)
            region = self.reading.thing(region).iri_of(SKOS.broader)
        return tuple(region for region in found if region != WORLD)

    def name(self, country: Country, language: str) -> Text:
        """Give a country's name."""
        return self.reading.label(country.iri, language)


WORLD = URIRef(f"{ID}region/001")


def _plan(thing: Thing) -> Plan:
    return Plan(
        thing=thing,
        key=thing.key,
        country=thing.iri_of(NAP.country),
        organisation=thing.iri_of(NAP.organisation),
        generation=thing.number(NAP.generation),
        starts=thing.year(NAP.periodStart),
        ends=thing.year(NAP.periodEnd),
        adopted=thing.value(NAP.adopted),
        status=thing.key_of(NAP.adoptionStatus),
    )


def languages_of(plan: Plan) -> tuple[URIRef, ...]:
    """Give the languages that a plan is written in."""
    return plan.thing.iris(DCTERMS.language)
