"""Events are listed by year and by months, and given as calendars and feeds that others read."""

from __future__ import annotations

import re
from datetime import date, datetime
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 3339, as RFC 4287 asks for.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def titles(page: str) -> list[str]:
    """List the events that a page lists."""
    return re.findall(r'<span class="when">.*?</span> <a href="[^"]+"[^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize("prefix", ["", "/fr", "/es", "/ar"])
def test_events_are_listed(world: FlaskClient, prefix: str) -> None:
    """All events are on the page in every language, the latest first."""
    page = world.get(f"{prefix}/events?asOf=2026-11-24").text
    listed = titles(page)

    assert listed.index("Kenya launches its second plan") < listed.index(
        "Mali adopts its second plan"
    )


def test_coming_comes_first(world: FlaskClient) -> None:
    """What is still to come is listed first; a year counts as coming until it is over."""
    page = world.get("/events?asOf=2020-05-19").text
    coming, past = page.split("<h2>Coming</h2>")[1].split("<h2>2020", 1)

    assert "Kenya adopts its second plan" in titles(coming)
    assert "Kenya launches its second plan" in titles(past)


@pytest.mark.parametrize(
    ("query", "listed"),
    [
        ("country=MLI", ["Mali adopts its second plan"]),
        ("country=KEN&kind=launch", ["Kenya launches its second plan"]),
        ("country=MLI&kind=launch", []),
        ("country=MLI&country=KEN&kind=adoption&year=2015", ["Mali adopts its second plan"]),
        ("country=&kind=", None),
    ],
)
def test_events_are_chosen(world: FlaskClient, query: str, listed: list[str] | None) -> None:
    """One key repeated means or, different ones and; an empty one asks for all."""
    given = titles(world.get(f"/events?asOf=2026-11-24&{query}").text)
    expected = titles(world.get("/events?asOf=2026-11-24").text) if listed is None else listed

    assert expected == given


def test_choices_count_the_other_choice(world: FlaskClient) -> None:
    """How many events a kind has is counted among those of the country, and it stays visible."""
    page = world.get("/events?country=KEN&kind=launch").text

    assert re.search(r'<option value="adoption">[^<]*\(1\)', page)
    assert re.search(r'<option value="launch" selected>[^<]*\(1\)', page)


def test_year_by_months(world: FlaskClient) -> None:
    """A year's events are listed by month, last those of which the month is not known."""
    page = world.get("/events?view=months&year=2020&country=KEN").text

    assert ["May 2020", "Month not known"] == re.findall("<h3>([^<]+)</h3>", page)


def test_page_leads_to_what_can_be_followed(world: FlaskClient) -> None:
    """The page names calendar and feed of the same events, for programs to find."""
    page = world.get("/fr/events?country=KEN&view=months").text

    assert 'type="application/atom+xml" title="Événements" href="/fr/events/KEN.atom"' in page
    assert 'type="text/calendar" title="Événements" href="/fr/events/KEN.ics"' in page


def calendar(world: FlaskClient, query: str) -> Calendar:
    """Read the calendar of some events as a program does."""
    answer = world.get(f"/events.ics?{query}")
    assert "text/calendar; charset=utf-8" == answer.content_type
    return Calendar.from_ical(answer.data)


def test_calendar_has_whole_days(world: FlaskClient) -> None:
    """An event is in the calendar on its days, whose last is the one before the end."""
    (event,) = calendar(world, "country=KEN").walk("VEVENT")

    assert "Kenya launches its second plan" == str(event["summary"])
    assert (date(2020, 5, 18), date(2020, 5, 19)) == (event.start, event.end)
    assert "Nairobi" == event["location"]
    assert event["uid"].startswith("https://w3id.org/napgraph/id/event/KEN-2020")
    assert event["url"].startswith("https://world.example/doc/event/KEN-2020")


def test_calendar_leaves_out_what_has_no_day(world: FlaskClient) -> None:
    """An event of which only the month is known is on no day of a calendar."""
    assert not calendar(world, "country=MLI").walk("VEVENT")


def test_calendar_is_by_the_standard(world: FlaskClient) -> None:
    """The calendar has what RFC 5545 asks for, lines of at most 75 octets that end as it says."""
    content = world.get("/events.ics").data
    read = calendar(world, "")

    assert ("2.0", "-//napgraph//Events//EN") == (read["version"], read["prodid"])
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert all({"UID", "DTSTAMP", "DTSTART"} <= set(e) for e in read.walk("VEVENT"))
    assert not [e for e in read.walk("VEVENT") if e.errors]


def feed(world: FlaskClient, address: str) -> ET.Element:
    """Read a feed."""
    answer = world.get(address)
    assert "application/atom+xml; charset=utf-8" == answer.content_type
    return ET.fromstring(answer.data)


@pytest.mark.parametrize("address", ["/events.atom", "/events/MLI.atom", "/ar/events.atom"])
def test_feed_is_by_the_standard(world: FlaskClient, address: str) -> None:
    """Feed and entries have each one id, title and date, an author and where they are.

    Source: RFC 4287, sections 4.1.1 and 4.1.2
    """
    read = feed(world, address)
    entries = read.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]

    assert entries
    assert len(ids) == len(set(ids))
    assert 1 == len(read.findall(f"{ATOM}author"))
    assert ["self", "alternate"] == [link.get("rel") for link in read.findall(f"{ATOM}link")]
    for part in (read, *entries):
        for name in ("id", "title", "updated"):
            assert 1 == len(part.findall(f"{ATOM}{name}"))
        assert INSTANT.fullmatch(part.findtext(f"{ATOM}updated") or "")
        assert part.find(f"{ATOM}link") is not None


def test_feed_says_where_it_is(world: FlaskClient) -> None:
    """A feed is identified by its own address, with the site's and not with the request's host."""
    read = feed(world, "/events.atom?country=MLI")

    assert "https://world.example/events/MLI.atom" == read.findtext(f"{ATOM}id")
    assert "Events on women, peace and security: Mali" == read.findtext(f"{ATOM}title")


@pytest.mark.parametrize("suffix", ["ics", "atom"])
def test_country_has_its_own(world: FlaskClient, suffix: str) -> None:
    """A country's calendar and feed have a path without a query, with the same in them."""
    by_query = world.get(f"/events.{suffix}?country=MLI")

    assert by_query.data == world.get(f"/events/MLI.{suffix}").data
    assert 404 == world.get(f"/events/XXX.{suffix}").status_code


def test_country_page_leads_to_its_feed(world: FlaskClient) -> None:
    """The page of a country of which an event is known names its calendar and feed."""
    page = world.get("/doc/country/MLI.html").text

    assert 'type="application/atom+xml"' in page
    assert 'href="/events/MLI.ics"' in page


def test_entry_is_as_old_as_its_event(world: FlaskClient) -> None:
    """An entry's date is the first day that the event can have been on, so it does not change."""
    entry = feed(world, "/events.atom?country=MLI").find(f"{ATOM}entry")
    assert entry is not None
    updated = datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")

    assert date(2015, 6, 1) == updated.date()
    assert "2015-06 · Mali · Bamako" == entry.findtext(f"{ATOM}summary")


@pytest.mark.parametrize("path", ["/events", "/events.ics", "/events.atom"])
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("view=map", 400),
        ("year=20", 400),
        ("year=２０２０", 400),
        ("asOf=yesterday", 400),
        ("country=XXX", 404),
        ("&".join(f"kind={n}" for n in range(21)), 400),
    ],
)
def test_what_cannot_be_asked(world: FlaskClient, path: str, query: str, status: int) -> None:
    """What is not known is refused, in whatever form."""
    assert status == world.get(f"{path}?{query}").status_code
