"""What the page about a country says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rdflib import DCTERMS, SKOS, URIRef

from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Bibliography, Citation, Entry
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_parts import Event, PlanParts, PlanReader
from napgraph.pages.plans import WORLD, Country, Index, Plan, Standing
from napgraph.pages.reading import Link, Text, Thing
from napgraph.pages.timeline import Timeline, lay_out_timeline

_MOST_NEIGHBOURS, _MOST_ALIKE = 12, 6


@dataclass(frozen=True, slots=True)
class Contribution:
    """How many people a country had in the United Nations' peace operations.

    Attributes:
        as_of: The day, month or year of the figure.
        rank: Its place among contributors, from 1 on, if a source gives it.
        notes: What a source says about the figure.
    """

    as_of: str
    personnel: int | None
    women: int | None
    men: int | None
    rank: int | None
    types: tuple[Link, ...]
    notes: tuple[Text, ...]
    path: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class PlanLine:
    """A plan in the list of a country's: how it stands and how much is known of it.

    Attributes:
        previous: The one before it.
    """

    plan: Plan
    standing: Standing
    parts: PlanParts
    previous: Plan | None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another country and how it stands.

    Attributes:
        shared: How many themes its newest plan shares with that of the page, where that matters.
    """

    link: Link
    standing: Standing
    plan: Plan | None
    shared: int = 0


@dataclass(frozen=True)
class CountryPage:
    """All that the page about a country says.

    Attributes:
        day: The day on which plans are in force or not.
        focus: The plan in force, else the newest; None without any.
        lines: All of its plans, the newest first.
        regions: Those it lies in, the smallest first.
        other_names: Names that it also has, in whatever language.
        disagreements: Where sources differ.
        contributions: The latest first.
        neighbours: Countries of its region that have a plan.
        alike: Countries whose plans share the most themes with its own.
        others: What else is said of it.
    """

    country: Country
    name: Text
    day: date
    standing: Standing
    focus: PlanParts | None
    lines: tuple[PlanLine, ...]
    timeline: Timeline | None
    regions: tuple[Link, ...]
    other_names: tuple[Text, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    contributions: tuple[Contribution, ...]
    events: tuple[Event, ...]
    neighbours: tuple[Neighbour, ...]
    alike: tuple[Neighbour, ...]
    others: tuple[OtherFact, ...]
    sources: tuple[Entry, ...]


# The properties of a country that its page has a place for.
_SHOWN = frozenset(
    (SKOS.prefLabel, SKOS.altLabel, SKOS.note, SKOS.editorialNote, DCTERMS.source, NAP.iso2,
     NAP.iso3, NAP.m49, NAP.region)
)  # fmt: skip


def read_country_page(index: Index, country: Country, language: str, day: date) -> CountryPage:
    """Read the page about a country.

    Args:
        index: All plans and countries.
        country: The country.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    bibliography = Bibliography(reading, language)
    reader = PlanReader(reading, language, bibliography)
    newest = country.newest(day)
    plans = sorted(country.plans, key=lambda plan: plan is not newest)  # its sources come first
    read = {plan.key: reader.read(plan) for plan in plans}
    thing = country.thing
    return CountryPage(
        country=country,
        name=index.name(country, language),
        day=day,
        standing=country.standing(day),
        focus=read[newest.key] if newest else None,
        lines=tuple(
            PlanLine(plan, index.standing(plan, day), read[plan.key], previous)
            for plan, previous in zip(country.plans, (*country.plans[1:], None), strict=False)
        ),
        timeline=lay_out_timeline(country.plans, day),
        regions=reading.links(index.regions_of(country), language),
        other_names=thing.texts(SKOS.altLabel),
        notes=thing.texts(SKOS.note),
        disagreements=thing.texts(SKOS.editorialNote),
        contributions=_contributions(index, country, language, bibliography),
        events=reader.events(reading.things(NAP.country, country.iri)),
        neighbours=_neighbours(index, country, language, day),
        alike=_alike(index, country, newest, language, day),
        others=other_facts(reading, thing, _SHOWN, language),
        sources=bibliography.entries,
    )


def _contributions(
    index: Index, country: Country, language: str, bibliography: Bibliography
) -> tuple[Contribution, ...]:
    things = index.reading.things(NAP.country, country.iri)
    found = [thing for thing in things if thing.is_a(NAP.PersonnelContribution)]
    found.sort(key=lambda thing: thing.value(NAP.asOf), reverse=True)
    return tuple(_contribution(index, thing, language, bibliography) for thing in found)


def _contribution(
    index: Index, thing: Thing, language: str, bibliography: Bibliography
) -> Contribution:
    return Contribution(
        as_of=thing.value(NAP.asOf),
        personnel=thing.number(NAP.personnel),
        women=thing.number(NAP.women),
        men=thing.number(NAP.men),
        rank=thing.number(NAP.rank),
        types=index.reading.links(thing.iris(NAP.personnelType), language),
        notes=thing.texts(SKOS.note),
        path=thing.path,
        citations=bibliography.cite(thing.iris(DCTERMS.source), "peacekeeping"),
    )


def _neighbours(index: Index, country: Country, language: str, day: date) -> tuple[Neighbour, ...]:
    """Give the countries with plans of the smallest region that has some others."""
    for region in (*index.regions_of(country), WORLD):
        found = [
            other
            for other in index.countries.values()
            if other.plans and other.iri != country.iri and region in index.regions_of(other)
        ]
        if found:
            named = _neighbour_list(index, found, language, day)
            return tuple(sorted(named, key=lambda n: n.link.text.text))[:_MOST_NEIGHBOURS]
    return ()


def _alike(
    index: Index, country: Country, newest: Plan | None, language: str, day: date
) -> tuple[Neighbour, ...]:
    themes = frozenset(newest.thing.iris(NAP.theme)) if newest else frozenset[URIRef]()
    ranked: list[tuple[float, str, Country, int]] = []
    for other, theirs in _themes_of_all(index, day):
        if other.iri != country.iri and (shared := len(themes & theirs)):
            ranked.append((-shared / len(themes | theirs), other.key, other, shared))
    best = sorted(ranked, key=lambda entry: entry[:2])[:_MOST_ALIKE]
    return tuple(
        Neighbour(
            index.reading.link(other.iri, language), other.standing(day), other.newest(day), shared
        )
        for _, _, other, shared in best
    )


@lru_cache(maxsize=2)
def _themes_of_all(index: Index, day: date) -> list[tuple[Country, frozenset[URIRef]]]:
    """Give each country that has a plan with the themes of its newest, read once for all pages."""
    newest = ((country, country.newest(day)) for country in index.countries.values())
    return [(country, frozenset(plan.thing.iris(NAP.theme))) for country, plan in newest if plan]


def _neighbour_list(
    index: Index, countries: Iterable[Country], language: str, day: date
) -> list[Neighbour]:
    return [
        Neighbour(index.reading.link(c.iri, language), c.standing(day), c.newest(day))
        for c in countries
    ]
