"""What the first page and the list of countries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rdflib import SKOS

from napgraph.namespaces import NAP, SCHEMA, thing_iri
from napgraph.pages.bibliography import Bibliography
from napgraph.pages.plan_lists import PlanEntry, count_by_year, enter_plan
from napgraph.pages.plan_parts import Event, PlanReader
from napgraph.pages.plans import Country, Index, Plan, Standing, State
from napgraph.pages.reading import Link, Thing
from napgraph.resources import natural_key

_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class CountryLine:
    """A country in a list, how it stands, and the plan to speak of."""

    country: Country
    link: Link
    standing: Standing
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class RegionGroup:
    """The countries of a region, by name."""

    region: Link
    lines: tuple[CountryLine, ...]


@dataclass(frozen=True)
class HomePage:
    """All that the first page says.

    Attributes:
        states: How many countries are in each of the six states.
        ending: Plans in force that end within a year, the soonest first.
        newest: Plans adopted last.
        adoptions: How many national plans were adopted in each year, those without any among them.
        countries_with_plans: How many have a plan that was adopted, in preparation or not.
        disagreements: How many countries and plans have sources that differ.
    """

    day: date
    states: Mapping[State, int]
    regions: tuple[RegionGroup, ...]
    ending: tuple[PlanEntry, ...]
    newest: tuple[PlanEntry, ...]
    events: tuple[Event, ...]
    adoptions: Mapping[int, int]
    plans: int
    countries_with_plans: int
    objectives: int
    sources: int
    disagreements: int


def read_home_page(index: Index, language: str, day: date) -> HomePage:
    """Read the first page.

    Args:
        index: All plans and countries.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    national = [plan for plan in index.plans.values() if plan.country]
    adopted = [plan for plan in national if plan.is_adopted]
    return HomePage(
        day=day,
        states=index.count_states(day),
        regions=read_regions(index, language, day),
        ending=_entries(index, _ending(index, adopted, day), language, day),
        newest=_entries(index, _newest(adopted, day), language, day),
        events=_latest_events(index, language, day),
        adoptions=_adoptions(adopted, day),
        plans=len(national),
        countries_with_plans=sum(bool(country.plans) for country in index.countries.values()),
        objectives=index.count(NAP.Objective),
        sources=index.count(NAP.Source),
        disagreements=index.count_saying(SKOS.editorialNote, NAP.Country, NAP.NationalActionPlan),
    )


def read_regions(index: Index, language: str, day: date) -> tuple[RegionGroup, ...]:
    """Group all countries by their smallest region, in the order of the regions' names."""
    groups: dict[Link, list[CountryLine]] = defaultdict(list)
    for country in index.countries.values():
        region = country.region or thing_iri("region", "001")
        line = CountryLine(
            country,
            index.reading.link(country.iri, language),
            country.standing(day),
            country.newest(day),
        )
        groups[index.reading.link(region, language)].append(line)
    return tuple(
        RegionGroup(region, tuple(sorted(groups[region], key=lambda line: _name(line.link))))
        for region in sorted(groups, key=_name)
    )


def _name(link: Link) -> str:
    return link.text.text.casefold()


def _ending(index: Index, plans: list[Plan], day: date) -> list[Plan]:
    within = day + timedelta(days=366)
    found = [
        plan
        for plan in plans
        if plan.ends
        and index.standing(plan, day).state is State.IN_FORCE
        and date(plan.ends, 12, 31) <= within
    ]
    return sorted(found, key=lambda plan: (plan.ends or 0, natural_key(plan.key)))


def _newest(plans: list[Plan], day: date) -> list[Plan]:
    known = [plan for plan in plans if (plan.adopted or str(plan.begins or "")) <= day.isoformat()]
    return sorted(
        known, key=lambda plan: (plan.adopted or str(plan.begins or ""), plan.key), reverse=True
    )[:_MOST_LISTED]


def _entries(index: Index, plans: list[Plan], language: str, day: date) -> tuple[PlanEntry, ...]:
    return tuple(enter_plan(index, plan, language, day) for plan in plans)


def _latest_events(index: Index, language: str, day: date) -> tuple[Event, ...]:
    reader = PlanReader(index.reading, language, Bibliography(index.reading, language))
    begun: list[Thing] = [
        thing
        for thing in index.things(NAP.Event)
        if thing.value(SCHEMA.startDate) <= day.isoformat()
    ]
    latest = sorted(begun, key=lambda thing: thing.value(SCHEMA.startDate), reverse=True)
    return reader.events(latest[:_MOST_LISTED])


def _adoptions(plans: list[Plan], day: date) -> Mapping[int, int]:
    return count_by_year((plan.adopted_in or plan.begins for plan in plans), day)
