"""Lists as news readers take them, and events as calendars do: Atom and iCalendar."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from icalendar import Calendar, vDate
from icalendar import Event as CalendarEvent

from napgraph.pages.events import Entry

CALENDAR, ATOM = "text/calendar", "application/atom+xml"


@dataclass(frozen=True, slots=True)
class FeedItem:
    """A thing in a feed.

    Attributes:
        iri: Its own.
        dated: The day, month or year that says how old it is.
        path: Where its page is.
        words: What is said of it besides its title.
        category: The key and the label of what it is, if that is known.
        author: The name of who wrote it; empty if that is nobody.
        at: The very time that says how old it is, if that is known.
    """

    iri: str
    title: str
    dated: str
    path: str
    words: tuple[str, ...] = ()
    category: tuple[str, str] | None = None
    author: str = ""
    at: datetime | None = None


_PRODUCT = "-//napgraph//Events//EN"


def write_calendar(
    entries: Iterable[Entry], *, name: str, language: str, changed: datetime, site: str
) -> bytes:
    """Write events as a calendar; those of which no day is known are not in it.

    Args:
        entries: The events.
        name: What the calendar is called.
        language: Its BCP 47 tag.
        changed: When the data last changed.
        site: The address of the site, to which entries lead.

    Source: RFC 5545; RFC 7986 for the calendar's name
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name, parameters={"language": language})
    calendar.add("x-wr-calname", name)
    for entry in entries:
        if (first := entry.first_day) and (after := entry.day_after):
            calendar.add_component(_calendar_event(entry, first, after, changed, site))
    return bytes(calendar.to_ical())


def event_item(entry: Entry) -> FeedItem:
    """Give an event for a feed; it is as old as its first day."""
    countries, places = (c.text.text for c in entry.countries), (p.text for p in entry.places)
    return FeedItem(
        iri=str(entry.iri),
        title=entry.name.text,
        dated=entry.starts,
        path=entry.path,
        words=(entry.starts, *countries, *places),
        category=(entry.kind.key, entry.kind.text.text) if entry.kind else None,
    )


def write_atom(
    items: Iterable[FeedItem],
    *,
    title: str,
    language: str,
    address: str,
    page: str,
    changed: datetime,
    pages: Mapping[str, str] | None = None,
) -> bytes:
    """Write things as a feed.

    Args:
        items: The things, in the order of the feed.
        title: What it is called.
        language: Its BCP 47 tag.
        address: Where the feed is, on the site with its address.
        page: Where the same is for people, likewise.
        changed: When the data last changed.
        pages: Where other pages of the feed are, by their relation to this one.

    Source: RFC 4287; RFC 5005, section 3, for pages
    """
    feed = FeedGenerator()
    feed.id(address)
    feed.title(_of_xml(title))
    feed.language(language)
    feed.updated(changed)
    feed.author({"name": "napgraph"})
    feed.link(href=address, rel="self", type=ATOM)
    feed.link(href=page, rel="alternate", type="text/html")
    for relation, href in (pages or {}).items():
        feed.link(href=href, rel=relation, type=ATOM)
    site = "/".join(address.split("/")[:3])
    for item in items:
        feed.add_entry(_feed_entry(item, site), order="append")
    return bytes(feed.atom_str(pretty=False))


def _calendar_event(
    entry: Entry, first: date, after: date, changed: datetime, site: str
) -> CalendarEvent:
    event = CalendarEvent()
    event.add("uid", str(entry.iri))
    event.add("dtstamp", changed)
    event.add("summary", entry.name.text)
    event["dtstart"] = vDate(first)
    event["dtend"] = vDate(after)
    event.add("url", f"{site}{entry.path}")
    if entry.places:
        event.add("location", ", ".join(place.text for place in entry.places))
    if entry.kind:
        event.add("categories", [entry.kind.text.text])
    event.add("transp", "TRANSPARENT")
    return event


def _feed_entry(item: FeedItem, site: str) -> FeedEntry:
    said = FeedEntry()
    said.id(item.iri)
    said.title(_of_xml(item.title))
    said.updated(item.at or datetime.combine(_first_possible(item.dated), time(tzinfo=UTC)))
    if item.author:
        said.author({"name": _of_xml(item.author)})
    said.link(href=f"{site}{item.path}", rel="alternate", type="text/html")
    said.summary(_of_xml(" · ".join(item.words)))
    if item.category:
        key, label = item.category
        said.category(term=key, label=label)
    return said


# What people write may have characters that XML has no place for.
_NOT_OF_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _of_xml(text: str) -> str:
    return _NOT_OF_XML.sub("\ufffd", text)


def _first_possible(partial: str) -> date:
    """Give the first day that a date of whatever precision can be."""
    year, month, day = (*partial.split("-"), "1", "1")[:3]
    return date(int(year), int(month), int(day))
