"""Events: a list by year, one year by months, a calendar and a feed, of all or some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request

from napgraph.formats import HTML
from napgraph.pages.events import Chosen, Entry, choose_events, list_events, read_entries
from napgraph.web.address import site_address
from napgraph.web.days import asked_day
from napgraph.web.feeds import ATOM, CALENDAR, event_item, write_atom, write_calendar
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route, path_prefix
from napgraph.web.public import respond_public
from napgraph.web.site import site

bp = Blueprint("events", __name__)

_MAX_VALUES = 20
# How many entries a feed has: the newest.
_FEED_LENGTH = 100
# Of more events than this, only those of the latest years are listed at once.
_MANY, _SOME_YEARS = 250, 3
_LIST, _MONTHS = "list", "months"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which events are asked for, and how they are to be shown."""

    countries: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    view: str = _LIST
    year: str = ""

    def query(self, **changes: object) -> str:
        """Write it as a query string, in one order and without what is so anyway."""
        said = {"country": self.countries, "kind": self.kinds, "view": self.view, "year": self.year}
        asked = {key: value for key, value in {**said, **changes}.items() if value}
        if asked.get("view") == _LIST:
            del asked["view"]
        return f"?{urlencode(asked, doseq=True)}" if asked else ""

    def following(self) -> str:
        """Write which events are asked for, however they are shown."""
        return self.query(view="", year="")

    def path(self, suffix: str) -> str:
        """Give the path of the calendar or the feed of these events.

        One country has a path without a query, which a server of files can answer, too.
        """
        if len(self.countries) == 1 and not self.kinds:
            return f"/events/{self.countries[0]}.{suffix}"
        return f"/events.{suffix}{self.following()}"


@page_route(bp, "/events")
def events() -> Response:
    """Show events: those that come, then by year; or a year by months."""
    asked = _selection()
    _require_known(asked)
    found = list_events(_all(), asked_day(), countries=asked.countries, kinds=asked.kinds)
    year = asked.year or next(iter(found.years), "")
    by_year = found.by_year
    if asked.year:
        by_year = [(one, entries) for one, entries in by_year if one == asked.year]
    elif found.total > _MANY:
        by_year = by_year[:_SOME_YEARS]
    text = render_template(
        "events.html",
        events=found,
        asked=asked,
        year=year,
        by_year=by_year,
    )
    return respond_public(text, HTML.content_type)


@page_route(bp, "/events.ics")
@page_route(bp, "/events/<code>.ics")
def calendar(code: str = "") -> Response:
    """Give the events as a calendar to subscribe to: all, those asked for, or a country's."""
    asked = _selection(code)
    found = _choose(asked)
    body = write_calendar(
        (*found.past, *found.coming),
        name=_title(asked),
        language=language(),
        changed=_changed(),
        site=_site_prefix(),
    )
    return respond_public(body, f"{CALENDAR}; charset=utf-8")


@page_route(bp, "/events.atom")
@page_route(bp, "/events/<code>.atom")
def feed(code: str = "") -> Response:
    """Give the newest events as a feed: of all, of those asked for, or of a country's."""
    asked = _selection(code)
    found = _choose(asked)
    newest = (*reversed(found.coming), *found.past)[:_FEED_LENGTH]
    prefix = _site_prefix()
    body = write_atom(
        map(event_item, newest),
        title=_title(asked),
        language=language(),
        address=f"{prefix}{asked.path('atom')}",
        page=f"{prefix}/events{asked.following()}",
        changed=_changed(),
    )
    return respond_public(body, f"{ATOM}; charset=utf-8")


def _selection(code: str = "") -> Selection:
    view = request.args.get("view", _LIST)
    year = request.args.get("year", "")
    if view not in (_LIST, _MONTHS):
        abort(400, f"view is {view[:40]!r}; it takes {_LIST} or {_MONTHS}.")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        abort(400, f"year is {year[:40]!r}; it takes a year such as 2020.")
    countries = (code,) if code else _values("country")
    return Selection(countries, _values("kind"), view, year)


def _values(name: str) -> tuple[str, ...]:
    values = tuple(sorted({value for value in request.args.getlist(name) if value}))
    if len(values) > _MAX_VALUES:
        abort(400, f"{name} is given {len(values)} times; it may be {_MAX_VALUES} times at most.")
    return values


def _choose(asked: Selection) -> Chosen:
    _require_known(asked)
    return choose_events(_all(), asked_day(), countries=asked.countries, kinds=asked.kinds)


def _require_known(asked: Selection) -> None:
    countries = current_index().countries
    unknown = [code for code in asked.countries if code not in countries]
    if unknown:
        abort(404, f"There is no country {unknown[0][:40]!r}; codes have three letters, as MLI.")


def _all() -> tuple[Entry, ...]:
    """Give all events in the language of this request, read once."""
    tag = language()
    return site().kept(("events", tag), lambda _: read_entries(current_index(), tag))


def _title(asked: Selection) -> str:
    index, tag = current_index(), language()
    names = sorted(
        (str(index.name(index.countries[c], tag)) for c in asked.countries), key=str.casefold
    )
    title = gettext("Events on women, peace and security")
    return f"{title}: {', '.join(names)}" if names else title


def _changed() -> datetime:
    return datetime.fromisoformat(site().current().generation.created)


def _site_prefix() -> str:
    return f"{site_address()}{path_prefix(language())}"
