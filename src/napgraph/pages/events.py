"""What happened and what is coming: events of all countries, or of some, and of some kinds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from rdflib import URIRef

from napgraph.namespaces import NAP, SCHEMA
from napgraph.pages.plans import Index
from napgraph.pages.reading import Link, Reading, Text, Thing


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in a list.

    Attributes:
        starts: Its first day, or month, or year, as precisely as it is known.
        ends: Its last; empty if it is the first, or not known.
    """

    iri: URIRef
    name: Text
    path: str
    starts: str
    ends: str
    kind: Link | None
    countries: tuple[Link, ...]
    places: tuple[Text, ...]

    @property
    def year(self) -> str:
        """The year in which it begins."""
        return self.starts[:4]

    @property
    def month(self) -> int | None:
        """The month in which it begins; None where only the year is known."""
        return int(self.starts[5:7]) if self.starts[5:7].isdigit() else None

    @property
    def first_day(self) -> date | None:
        """Its first day, if that is known."""
        return _day(self.starts)

    @property
    def day_after(self) -> date | None:
        """The first day after it, if its days are known."""
        last = _day(self.ends) or self.first_day
        return last + timedelta(days=1) if last else None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that events can be chosen by, and how many there are of it."""

    link: Link
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Chosen:
    """Events that were chosen.

    Attributes:
        coming: Those that end on the day or later, the soonest first.
        past: All others, the latest first.
    """

    coming: tuple[Entry, ...]
    past: tuple[Entry, ...]

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.coming) + len(self.past)

    @property
    def by_year(self) -> list[tuple[str, list[Entry]]]:
        """Those that are over, by the year in which they began, the latest first."""
        return [(year, list(found)) for year, found in groupby(self.past, lambda e: e.year)]

    @property
    def years(self) -> list[str]:
        """The years in which any of them begins, the latest first."""
        return sorted({entry.year for entry in (*self.coming, *self.past)}, reverse=True)

    def months(self, year: str) -> list[tuple[int | None, list[Entry]]]:
        """Give those that begin in a year by month, last those of which the month is not known."""
        found = [entry for entry in (*self.past, *self.coming) if entry.year == year]
        found.sort(key=lambda entry: (entry.month or 13, entry.starts))
        return [(month, list(some)) for month, some in groupby(found, lambda e: e.month)]


@dataclass(frozen=True)
class EventList(Chosen):
    """Events that were chosen, and what others may be chosen by.

    Attributes:
        countries: What may be chosen of the kinds that were, and the other way round.
    """

    countries: tuple[Choice, ...]
    kinds: tuple[Choice, ...]


def read_entries(index: Index, language: str) -> tuple[Entry, ...]:
    """Read all events, the first first.

    Args:
        index: All plans and countries.
        language: The reader's, as a BCP 47 tag.
    """
    entries = (_entry(index.reading, thing, language) for thing in index.things(NAP.Event))
    return tuple(sorted(entries, key=lambda entry: entry.starts))


def choose_events(
    entries: Iterable[Entry], day: date, *, countries: Collection[str], kinds: Collection[str]
) -> Chosen:
    """Choose some events.

    Args:
        entries: All of them.
        day: The day from which on an event is coming.
        countries: The codes of the countries that are asked for; of all, if there are none.
        kinds: The keys of the kinds that are asked for; all, if there are none.
    """
    chosen = [e for e in entries if _is_of(e, countries) and _is_one(e, kinds)]
    today = day.isoformat()
    coming = tuple(e for e in chosen if (e.ends or e.starts) >= today[: len(e.ends or e.starts)])
    soon = {entry.iri for entry in coming}
    return Chosen(coming, tuple(e for e in reversed(chosen) if e.iri not in soon))


def list_events(
    entries: Sequence[Entry], day: date, *, countries: Collection[str], kinds: Collection[str]
) -> EventList:
    """Choose some events as `choose_events` does, and count by what others may be chosen."""
    chosen = choose_events(entries, day, countries=countries, kinds=kinds)
    of_countries = (entry for entry in entries if _is_of(entry, countries))
    of_kinds = (entry for entry in entries if _is_one(entry, kinds))
    return EventList(
        chosen.coming,
        chosen.past,
        countries=_choices(of_kinds, lambda e: e.countries, countries),
        kinds=_choices(of_countries, lambda e: (e.kind,) if e.kind else (), kinds),
    )


def _is_of(entry: Entry, countries: Collection[str]) -> bool:
    return not countries or any(country.key in countries for country in entry.countries)


def _is_one(entry: Entry, kinds: Collection[str]) -> bool:
    return not kinds or (entry.kind is not None and entry.kind.key in kinds)


def _entry(reading: Reading, thing: Thing, language: str) -> Entry:
    kind = thing.iri_of(NAP.eventKind)
    return Entry(
        iri=thing.iri,
        name=reading.label(thing.iri, language),
        path=thing.path,
        starts=thing.value(SCHEMA.startDate),
        ends=thing.value(SCHEMA.endDate),
        kind=reading.link(kind, language) if kind else None,
        countries=reading.links(thing.iris(NAP.country), language),
        places=thing.texts(SCHEMA.location),
    )


def _choices(
    entries: Iterable[Entry], links: Callable[[Entry], Sequence[Link]], chosen: Collection[str]
) -> tuple[Choice, ...]:
    counts = Counter(link for entry in entries for link in links(entry))
    by_name = sorted(counts, key=lambda link: link.text.text.casefold())
    return tuple(Choice(link, counts[link], link.key in chosen) for link in by_name)


def _day(partial: str) -> date | None:
    try:
        return date.fromisoformat(partial) if len(partial) == 10 else None
    except ValueError:  # there is no 30 February
        return None
