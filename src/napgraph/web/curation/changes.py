"""All changes of the data, of a named graph or of a country: a page, a feed, and a stream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request

from napgraph.curation.versions import Version
from napgraph.formats import HTML
from napgraph.namespaces import BASE, NAP, graph_iri
from napgraph.pages.history import read_difference
from napgraph.pages.reading import Link as ThingLink
from napgraph.pages.reading import Text
from napgraph.web.address import site_address
from napgraph.web.curation.history import (
    Pages,
    find_version,
    history,
    iso_time,
    stamp,
)
from napgraph.web.feeds import ATOM, FeedItem, write_atom
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route, path_prefix
from napgraph.web.public import respond_public
from napgraph.web.representations import page_number
from napgraph.web.signposting import Link

bp = Blueprint("changes", __name__)

_PATH = "/changes"
_STREAM = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_PAGE_SIZE = 50
# The terms of activities that ActivityStreams 2.0 has none for.
_CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    {
        "nap": str(NAP),
        "dcterms": "http://purl.org/dc/terms/",
        "source": "dcterms:source",
        "commit": "dcterms:identifier",
        "reviewer": {"@id": "nap:reviewer"},
    },
]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which changes are asked for.

    Attributes:
        graph: Those of a named graph, by its name.
        country: Those of a country, by its code.
        since: Those after a version; None for all.
        since_text: What the request said.
    """

    graph: str
    country: str
    since: int | None
    since_text: str

    @property
    def thing(self) -> str:
        """The country as the index names it."""
        return f"country/{self.country}" if self.country else ""

    def query(self, **more: object) -> str:
        """Write it as a query string, in one order."""
        said = {"country": self.country, "graph": self.graph, **more}
        asked = {key: value for key, value in said.items() if value}
        return f"?{urlencode(asked)}" if asked else ""


@page_route(bp, _PATH)
def changes() -> Response:
    """Show the changes, the last first."""
    asked = _selection()
    found, pages = _newest(asked)
    index = current_index()
    countries = [index.reading.link(c.thing.iri, language()) for c in index.countries.values()]
    text = render_template(
        "data_changes.html",
        asked=asked,
        versions=found,
        pages=pages,
        countries=sorted(countries, key=lambda link: link.text.text.casefold()),
        named=_named,
        day_of=iso_time,
        stamp=stamp,
        links=_links(asked),
    )
    return respond_public(text, HTML.content_type)


@bp.get(f"{_PATH}.atom")
def feed() -> Response:
    """Give the changes as a feed, the last first."""
    asked = _selection()
    found, pages = _newest(asked)
    prefix = site_address()
    around = {"previous": pages.number - 1, "next": pages.number + 1}
    body = write_atom(
        map(_feed_item, found),
        title=_title(asked),
        language="en",
        address=f"{prefix}{_PATH}.atom{asked.query()}",
        page=f"{prefix}{_PATH}{asked.query()}",
        changed=_time(found[0]) if found else datetime.fromtimestamp(0, UTC),
        pages={
            relation: f"{prefix}{_PATH}.atom{asked.query(page=number)}"
            for relation, number in around.items()
            if 1 <= number <= pages.count
        },
    )
    return respond_public(body, f"{ATOM}; charset=utf-8")


@bp.get(f"{_PATH}.jsonld")
def stream() -> Response:
    """Give the changes as a collection of activities, the first first, a page at a time.

    Source: https://www.w3.org/TR/activitystreams-core/, section 5
    """
    asked = _selection()
    if asked.since is not None:
        return _respond(_page_since(asked))
    if "page" in request.args:
        return _respond(_page(asked, page_number()))
    total = _count(asked)
    last = max(1, -(-total // _PAGE_SIZE))
    return _respond(
        {
            "id": _stream_address(asked),
            "type": "OrderedCollection",
            "summary": f"{_title(asked)}, the first first",
            "totalItems": total,
            "first": {"id": _stream_address(asked, page=1), "type": "OrderedCollectionPage"},
            "last": {"id": _stream_address(asked, page=last), "type": "OrderedCollectionPage"},
        }
    )


@page_route(bp, f"{_PATH}/<commit>")
def change(commit: str) -> Response:
    """Show one change: who, when, why, and what differs."""
    if commit.endswith(".jsonld"):
        return _respond(_activity(find_version(commit.removesuffix(".jsonld"))))
    version = find_version(commit)
    before = history().index.last_before(version.number)
    found = history().difference(before, version)
    text = render_template(
        "data_change.html",
        version=version,
        at=iso_time(version),
        before=before,
        differing=read_difference(found, current_index().reading, language()),
        named=_named,
        stamp=stamp,
        links=[
            Link(f"{path_prefix(language())}{_PATH}/{version.commit}", "canonical"),
            Link(f"{_PATH}/{version.commit}.jsonld", "alternate", "application/ld+json"),
        ],
    )
    return respond_public(text, HTML.content_type)


# -- what is asked for -------------------------------------------------------------------------


def _selection() -> Selection:
    graph, country = request.args.get("graph", ""), request.args.get("country", "")
    if graph and country:
        abort(400, "Ask for the changes of a graph or of a country, not of both at once.")
    text = request.args.get("since", "")
    return Selection(graph, country, _read_since(text) if text else None, text)


def _read_since(text: str) -> int:
    """Find the number of the last version that somebody has, by its commit or by a time."""
    if len(text) >= 7 and all(c in "0123456789abcdef" for c in text):
        return find_version(text).number
    try:
        # A plus sign that is not encoded is a space.
        at = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        abort(400, f"since is {text[:60]!r}; give a time such as 2026-11-26T12:00:00Z, or the "
                   "commit of the last change that you have.")  # fmt: skip
    before = history().index.last_until(int(at.replace(tzinfo=at.tzinfo or UTC).timestamp()))
    return before.number if before else 0


def _count(asked: Selection) -> int:
    return history().index.count(thing=asked.thing, graph=asked.graph)


def _newest(asked: Selection) -> tuple[list[Version], Pages]:
    index = history().index
    if asked.since is not None:
        later = index.after(asked.since, thing=asked.thing, graph=asked.graph, limit=_PAGE_SIZE)
        return later[::-1], Pages(1, 1, len(later))
    number, total = page_number(), _count(asked)
    count = max(1, -(-total // _PAGE_SIZE))
    if not 1 <= number <= count:
        abort(404, f"There is no page {number} of these changes; there are {count}.")
    offset = (number - 1) * _PAGE_SIZE
    found = index.newest(thing=asked.thing, graph=asked.graph, limit=_PAGE_SIZE, offset=offset)
    return found, Pages(number, count, total - offset)


def _title(asked: Selection) -> str:
    of = f" of graph {asked.graph}" if asked.graph else ""
    of = f" of {_country_name(asked.country)}" if asked.country else of
    return f"napgraph: changes{of}"


def _country_name(code: str) -> str:
    index = current_index()
    country = index.countries.get(code)
    return str(index.reading.label(country.thing.iri, "en")) if country else code


def _named(name: str) -> ThingLink:
    """Link to a named graph by the country that it is about, if it is a country's."""
    country = current_index().countries.get(name)
    path = f"/graph/{name}"
    if country is None:
        return ThingLink(Text(name), path, name)
    return ThingLink(current_index().reading.label(country.thing.iri, language()), path, name)


def _links(asked: Selection) -> list[Link]:
    return [
        Link(f"{path_prefix(language())}{_PATH}{asked.query()}", "canonical"),
        Link(f"{_PATH}.atom{asked.query()}", "alternate", ATOM),
        Link(f"{_PATH}.jsonld{asked.query()}", "alternate", "application/ld+json"),
    ]


# -- as a feed ---------------------------------------------------------------------------------


def _feed_item(version: Version) -> FeedItem:
    return FeedItem(
        iri=f"{BASE}changes/{version.commit}",
        title=_first_line(version),
        dated=iso_time(version)[:10],
        path=f"{_PATH}/{version.commit}",
        words=tuple(filter(None, (version.message, version.source, _graph_words(version)))),
        author=version.author,
        at=_time(version),
    )


def _first_line(version: Version) -> str:
    return next(iter(version.message.splitlines()), "") or gettext("Changed without a word.")


def _graph_words(version: Version) -> str:
    names = version.graphs
    shown = ", ".join(names[:_SOME])
    return shown if len(names) <= _SOME else f"{shown} … ({len(names)})"


# How many named graphs a summary names.
_SOME = 10


def _time(version: Version) -> datetime:
    return datetime.fromtimestamp(version.time, UTC)


# -- as activities -----------------------------------------------------------------------------


def _page(asked: Selection, number: int) -> dict[str, Any]:
    count = max(1, -(-_count(asked) // _PAGE_SIZE))
    if not 1 <= number <= count:
        abort(404, f"There is no page {number} of these changes; there are {count}.")
    begin = (number - 1) * _PAGE_SIZE
    # From the first on, so that a page that is full stays as it is.
    found = history().index.oldest(
        thing=asked.thing, graph=asked.graph, limit=_PAGE_SIZE, offset=begin
    )
    page = _collection_page(asked, found, {"page": number})
    page["startIndex"] = begin
    if number > 1:
        page["prev"] = _stream_address(asked, page=number - 1)
    if number < count:
        page["next"] = _stream_address(asked, page=number + 1)
    return page


def _page_since(asked: Selection) -> dict[str, Any]:
    since = asked.since or 0
    found = history().index.after(since, thing=asked.thing, graph=asked.graph, limit=_PAGE_SIZE + 1)
    shown = found[:_PAGE_SIZE]
    page = _collection_page(asked, shown, {"since": asked.since_text})
    if len(found) > len(shown):
        page["next"] = _stream_address(asked, since=shown[-1].commit)
    return page


def _collection_page(
    asked: Selection, found: Sequence[Version], place: dict[str, object]
) -> dict[str, Any]:
    return {
        "id": _stream_address(asked, **place),
        "type": "OrderedCollectionPage",
        "partOf": _stream_address(asked),
        "totalItems": _count(asked),
        "orderedItems": [_activity(version) for version in found],
    }


def _activity(version: Version) -> dict[str, Any]:
    """Give a version as an activity.

    Source: https://www.w3.org/TR/activitystreams-vocabulary/
    """
    said: dict[str, Any] = {
        "id": f"{BASE}changes/{version.commit}",
        "type": _kind(version),
        "summary": version.message,
        "actor": {"type": "Person", "name": version.author},
        "published": iso_time(version),
        "object": [
            {
                "id": str(graph_iri(name)),
                "type": "Document",
                "name": name,
                "url": f"{site_address()}/memento/{stamp(version)}/graph/{name}",
            }
            for name in version.graphs
        ],
        "url": f"{site_address()}{_PATH}/{version.commit}",
        "commit": version.commit,
    }
    if version.reviewer:
        said["reviewer"] = {"type": "Person", "name": version.reviewer}
    if version.submission:
        said["context"] = version.submission
    if version.source:
        said["source"] = version.source
    return said


def _kind(version: Version) -> str:
    made = history().index.changes(version.number, version.number)
    if all(change.before is None for change in made):
        return "Create"
    return "Delete" if all(change.after is None for change in made) else "Update"


def _stream_address(asked: Selection, **place: object) -> str:
    return f"{site_address()}{_PATH}.jsonld{asked.query(**place)}"


def _respond(said: dict[str, Any]) -> Response:
    text = json.dumps({"@context": _CONTEXT, **said}, ensure_ascii=False, indent=1)
    return respond_public(f"{text}\n", _STREAM)
