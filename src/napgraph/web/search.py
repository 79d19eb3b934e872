"""Searching: the page, the same for programs, suggestions while typing, and OpenSearch."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, render_template, request

from napgraph.derived_folder import Derived
from napgraph.errors import NotReady, RequestError
from napgraph.formats import HTML
from napgraph.pages.plans import Plan, Standing
from napgraph.search import MAX_CHARACTERS, Found, Hit, Said, SearchIndex, Suggestion
from napgraph.search_index import KINDS, NAME
from napgraph.web.address import site_address
from napgraph.web.index import current_index
from napgraph.web.languages import LANGUAGES, gettext, language, page_route, path_prefix, speak
from napgraph.web.public import respond_public
from napgraph.web.site import site

bp = Blueprint("search", __name__)

SUGGESTIONS_TYPE = "application/x-suggestions+json"
DESCRIPTION_TYPE = "application/opensearchdescription+xml"
MAX_RESULTS = 100
_PAGE_SIZE = 20
# How many of each kind a page of all kinds shows.
_EACH = 5
_MAX_PAGE = 1_000
# To find what was made before the start takes less; to make it takes longer.
_WAIT_S = 0.25
# What people look for most, of which an index is made at once while that of all is being made.
_FIRST_KINDS = ("country", "plan", "document", "theme", "region")
# What a copy made of files can search for.
_IN_FILES = (*_FIRST_KINDS, "organisation", "event", "question", "external-dataset")


@dataclass(frozen=True)
class CurrentIndex:
    """The index of the current generation; `is_whole` unless that is still being made."""

    index: SearchIndex
    is_whole: bool


def current_search(wait_s: float = _WAIT_S) -> CurrentIndex:
    """Give the index to search, that of all if it is there in time; never nothing."""
    served = site()
    generation_id = served.current().generation.id
    derived = served.deriver.get(generation_id, wait_s=wait_s)
    if derived is not None:
        index = served.kept("search", lambda _: _open(derived))
        if index is not None:
            return CurrentIndex(index, True)
    some = served.kept(
        "search of some", lambda opened: SearchIndex.of_some(opened.store, _FIRST_KINDS)
    )
    return CurrentIndex(some, False)


def _open(derived: Derived) -> SearchIndex | None:
    try:
        return SearchIndex.open(derived.path / NAME)
    except FileNotFoundError:
        return None


# -- the page ----------------------------------------------------------------------------------


@page_route(bp, "/search")
def search() -> Response:
    """Show what was found, by kind; without words, the box and what to look for."""
    current = current_search()
    text, kind, page = _text(), _kind(), _number("page", 1, _MAX_PAGE)
    found = current.index.search(
        text,
        kind=kind,
        language=language(),
        page=page,
        size=_PAGE_SIZE if kind else 0,
        each=0 if kind else _EACH,
    )
    shown = found.hits or tuple(hit for group in found.groups for hit in group.hits)
    body = render_template(
        "search.html",
        found=found,
        kind=kind,
        page=page,
        pages=-(-found.total // _PAGE_SIZE) if kind else 1,
        is_whole=current.is_whole,
        plans=_plans(shown),
        standings=_standings(shown),
        address=_address,
    )
    return _respond(body, HTML.content_type, current)


def _address(text: str, kind: str = "", page: int = 1) -> str:
    """Give the address of a search, with nothing in it that is so anyway."""
    said = {"q": text, "type": kind, "page": str(page) if page > 1 else ""}
    asked = urlencode({name: value for name, value in said.items() if value})
    return f"{path_prefix(language())}/search?{asked}"


def _plans(hits: Iterable[Hit]) -> Mapping[str, Plan]:
    """Give the plans among what was found, by IRI."""
    plans = current_index().plans
    found = ((hit.iri, plans.get(_key(hit))) for hit in hits if hit.kind == "plan")
    return {iri: plan for iri, plan in found if plan}


def _standings(hits: Sequence[Hit]) -> Mapping[str, Standing]:
    """Say how the plans and countries among what was found stand today, by IRI."""
    index, day = current_index(), datetime.now(UTC).date()
    standings = {iri: index.standing(plan, day) for iri, plan in _plans(hits).items()}
    for hit in hits:
        if hit.kind == "country" and (country := index.countries.get(_key(hit))):
            standings[hit.iri] = country.standing(day)
    return standings


def _key(hit: Hit) -> str:
    return hit.iri.rpartition("/")[2]


# -- for programs ------------------------------------------------------------------------------


@bp.get("/api/search")
def search_api() -> Response:
    """Give what was found as JSON, best first."""
    speak(_language())
    current = current_search()
    limit, page = _number("limit", _PAGE_SIZE, MAX_RESULTS), _number("page", 1, _MAX_PAGE)
    kind = _kind()
    if "q" not in request.args:
        raise RequestError("Say what to look for: /api/search?q=Mali.")
    found = current.index.search(_text(), kind=kind, language=language(), page=page, size=limit)
    body = json.dumps(_as_json(found, kind, page, limit, current), ensure_ascii=False)
    return _respond(body, "application/json", current)


def _as_json(
    found: Found, kind: str, page: int, limit: int, current: CurrentIndex
) -> dict[str, Any]:
    more = page * limit < found.total
    said = {"q": found.asked, "type": kind, "page": page + 1, "limit": limit}
    following = urlencode({name: value for name, value in said.items() if value})
    return {
        "query": found.asked,
        "spelling": found.spelling or None,
        "unknown": found.unknown,
        "hasAllWords": found.has_all,
        "isComplete": current.is_whole,
        "total": found.total,
        "types": [{"type": group.kind, "total": group.total} for group in found.groups],
        "results": [_hit_as_json(hit) for hit in found.hits],
        "next": f"{site_address()}/api/search?{following}" if more else None,
    }


def _hit_as_json(hit: Hit) -> dict[str, Any]:
    above = hit.above
    return {
        "id": hit.iri,
        "type": hit.kind,
        "name": _said_as_json(hit.name),
        "symbol": hit.code or None,
        "page": f"{site_address()}{hit.path}",
        "partOf": {"name": str(above.name), "page": f"{site_address()}{above.path}"}
        if above
        else None,
        "text": _said_as_json(hit.snippet) if hit.snippet else None,
    }


def _said_as_json(said: Said) -> dict[str, Any]:
    """Give a text with the places of its matched words, which need no escaping."""
    matches, place = [], 0
    for part in said.parts:
        if part.is_match:
            matches.append([place, place + len(part.text)])
        place += len(part.text)
    return {"value": str(said), "language": said.language or None, "matches": matches}


@bp.get("/api/search/suggest")
def suggest() -> Response:
    """Suggest things whose names begin as what is being typed.

    Source: https://github.com/dewitt/opensearch, “OpenSearch Suggestions” 1.0
    """
    speak(_language())
    current = current_search()
    text = _text()
    suggestions = current.index.suggest(text, language=language())
    prefix = f"{site_address()}{path_prefix(language())}"
    body = [
        text,
        [suggestion.name for suggestion in suggestions],
        [_describe(suggestion) for suggestion in suggestions],
        [f"{prefix}{suggestion.path}" for suggestion in suggestions],
    ]
    return _respond(json.dumps(body, ensure_ascii=False), SUGGESTIONS_TYPE, current)


def _describe(suggestion: Suggestion) -> str:
    kind = kind_name(suggestion.kind)
    return f"{kind}{gettext(', ')}{suggestion.above}" if suggestion.above else kind


def kind_name(kind: str) -> str:
    """Say what a thing of a kind is, in the language of this request."""
    names = {
        "country": gettext("Country"),
        "plan": gettext("Plan"),
        "document": gettext("UN document"),
        "theme": gettext("Theme or pillar"),
        "region": gettext("Region"),
        "objective": gettext("Objective"),
        "organisation": gettext("Body"),
        "event": gettext("Event"),
        "remark": gettext("Remark"),
        "question": gettext("Saved question"),
        "external-dataset": gettext("Dataset of others"),
        "source": gettext("Source"),
        "publisher": gettext("Publisher"),
        "concept": gettext("Term"),
    }
    return names[kind]


@bp.get("/search/names.json")
def names() -> Response:
    """Give the names of what people look for most, for a search without a server."""
    current = current_search(wait_s=10)
    if not current.is_whole:
        raise NotReady("The index is being made; ask again in some seconds.")
    things = [
        [thing.kind, thing.path, thing.names, thing.beside]
        for thing in current.index.names(_IN_FILES)
    ]
    body = json.dumps({"things": things}, ensure_ascii=False, separators=(",", ":"))
    return _respond(body, "application/json", current)


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """Tell browsers how to search here from their own box.

    Source: https://github.com/dewitt/opensearch, “OpenSearch 1.1”
    """
    address = site_address()
    root = ET.Element("OpenSearchDescription", xmlns="http://a9.com/-/spec/opensearch/1.1/")
    ET.SubElement(root, "ShortName").text = "napgraph"
    ET.SubElement(root, "Description").text = "National action plans on women, peace and security"
    for media_type, path in (
        ("text/html", "/search"),
        (SUGGESTIONS_TYPE, "/api/search/suggest"),
        ("application/json", "/api/search"),
    ):
        template = f"{address}{path}?q={{searchTerms}}"
        ET.SubElement(root, "Url", type=media_type, template=template)
    for tag in LANGUAGES:
        ET.SubElement(root, "Language").text = tag
    ET.SubElement(root, "InputEncoding").text = "UTF-8"
    return respond_public(
        ET.tostring(root, "utf-8", xml_declaration=True), f"{DESCRIPTION_TYPE}; charset=utf-8"
    )


# -- what was not found ------------------------------------------------------------------------


@dataclass(frozen=True)
class Near:
    """What somebody may have meant by an address at which there is nothing."""

    words: str
    hits: tuple[Hit, ...]


def near_to(path: str) -> Near:
    """Look for what an address that leads nowhere may have meant."""
    words = _words_of(path)
    return Near(words, current_search().index.search(words, language=language(), size=5).hits)


def _words_of(path: str) -> str:
    """Take the words from an address; one that begins with `_` is for machines and has none."""
    if path.startswith("/_"):
        return ""
    parts = [part for part in path.split("/") if part not in _NO_WORDS]
    words = re.sub(r"\.[a-z]{2,6}$|[-_.+]", " ", " ".join(parts[-2:]))
    return " ".join(words.split())[:MAX_CHARACTERS]


_NO_WORDS = frozenset(("", "id", "doc", "api", "graph", "table", "dump", *LANGUAGES, *KINDS))


# -- reading the request -----------------------------------------------------------------------


def _text() -> str:
    return request.args.get("q", "")


def _kind() -> str:
    kind = request.args.get("type", "")
    if kind and kind not in KINDS:
        raise RequestError(f"There is no type {kind[:40]!r}; there are {', '.join(KINDS)}.")
    return kind


def _language() -> str:
    tag = request.args.get("lang", "en")
    if tag not in LANGUAGES:
        raise RequestError(f"lang is {tag[:20]!r}; it takes {', '.join(LANGUAGES)}.")
    return tag


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= most:
        raise RequestError(f"{name} is {text[:20]!r}; it takes a number from 1 to {most:,}.")
    return int(text)


def _respond(body: str, content_type: str, current: CurrentIndex) -> Response:
    response = respond_public(body, content_type)
    if not current.is_whole:  # there is more to find in a moment
        response.headers.pop("ETag", None)
        response.headers["Cache-Control"] = "no-store"
    return response
