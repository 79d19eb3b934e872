"""What the page about an event says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, SKOS, URIRef

from napgraph.namespaces import NAP, SCHEMA
from napgraph.pages.bibliography import Bibliography, Citation, Entry
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_lists import PlanEntry, enter_plans, plans_of
from napgraph.pages.plan_parts import Event, PlanReader
from napgraph.pages.plans import Index, Plan
from napgraph.pages.reading import Link, Text, Thing
from napgraph.resources import natural_key

_MOST_AROUND = 3


@dataclass(frozen=True)
class EventPage:
    """All that the page about an event says.

    Attributes:
        is_past: Whether it began before the day or on it.
        plans: The plans that it was about.
        plan_then: The plan of its country whose years it falls into, where no source names one.
        organisers: Who held it.
        before: The events of its country, or of the world, just before it, the latest first.
        after: Those just after it, the latest first.
    """

    thing: Thing
    event: Event
    day: date
    is_past: bool
    country: Link | None
    country_key: str
    plans: tuple[PlanEntry, ...]
    plan_then: tuple[PlanEntry, ...]
    organisers: tuple[Link, ...]
    before: tuple[Event, ...]
    after: tuple[Event, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    others: tuple[OtherFact, ...]
    sources: tuple[Entry, ...]
    citations: tuple[Citation, ...]


_SHOWN = frozenset((
    SCHEMA.name, SCHEMA.startDate, SCHEMA.endDate, SCHEMA.location, SCHEMA.organizer, SKOS.note,
    SKOS.editorialNote, DCTERMS.source, NAP.eventKind, NAP.country, NAP.plan,
))  # fmt: skip


def read_event_page(index: Index, iri: URIRef, language: str, day: date) -> EventPage:
    """Read the page about an event.

    Args:
        index: All plans and countries.
        iri: The event.
        language: The reader's, as a BCP 47 tag.
        day: The day up to which things have happened.
    """
    reading = index.reading
    thing = reading.thing(iri)
    bibliography = Bibliography(reading, language)
    event = PlanReader(reading, language, bibliography).events([thing])[0]
    unnumbered = PlanReader(reading, language, Bibliography(reading, language))
    country = thing.iri_of(NAP.country)
    order = _around(index, country)
    place = order.index(iri) if iri in order else 0
    plans = plans_of(index, thing.iris(NAP.plan))
    return EventPage(
        thing=thing,
        event=event,
        day=day,
        is_past=event.starts <= day.isoformat(),
        country=reading.link(country, language) if country else None,
        country_key=country.rpartition("/")[2] if country else "",
        plans=enter_plans(index, plans, language, day),
        plan_then=()
        if plans
        else enter_plans(index, _plans_then(index, country, event.starts), language, day),
        organisers=reading.links(thing.iris(SCHEMA.organizer), language),
        before=unnumbered.events(map(reading.thing, order[max(0, place - _MOST_AROUND) : place])),
        after=unnumbered.events(map(reading.thing, order[place + 1 : place + 1 + _MOST_AROUND])),
        notes=thing.texts(SKOS.note),
        disagreements=thing.texts(SKOS.editorialNote),
        others=other_facts(reading, thing, _SHOWN, language),
        sources=bibliography.entries,
        citations=event.citations,
    )


def _around(index: Index, country: URIRef | None) -> list[URIRef]:
    """Give the events of a country, or those of none, the first first."""
    starts = index.reading.values(SCHEMA.startDate)
    countries = index.reading.values(NAP.country)
    found: Iterable[URIRef] = (
        (iri for iri in index.reading.subjects(NAP.country, country) if iri in starts)
        if country
        else (iri for iri in starts if iri not in countries)
    )
    return sorted(found, key=lambda iri: (str(starts[iri][0]), natural_key(iri)))


def _plans_then(index: Index, country: URIRef | None, starts: str) -> list[Plan]:
    owner = index.countries.get(country.rpartition("/")[2]) if country else None
    if owner is None or not starts[:4].isdigit():
        return []
    year = int(starts[:4])
    return [
        plan
        for plan in owner.plans
        if plan.is_adopted and plan.begins and plan.ends and plan.begins <= year <= plan.ends
    ]
