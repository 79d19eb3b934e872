"""The description of history: changes, versions, former states."""

from __future__ import annotations

from typing import Any

from napgraph.formats import GRAPH_FORMATS, HTML
from napgraph.web.feeds import ATOM
from napgraph.web.openapi.parts import Part, Schema, problem_responses
from napgraph.web.signposting import LINK_FORMAT

_JSON = "application/json"


def _parameter(name: str, place: str, description: str, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": {"type": "string", **schema},
    }


_KIND = _parameter("kind", "path", "Of which kind the thing is, such as plan.", minLength=1)
_KEY = _parameter("key", "path", "The last part of the thing's IRI, such as MLI-3.", minLength=1)
_NAME = _parameter("name", "path", "The name of the graph, such as MLI.", minLength=1)
_TIME = _parameter(
    "time", "path", "When, in UTC: year, month, day, hour, minute, second.", pattern="^[0-9]{14}$"
)
_ACCEPTED = _parameter(
    "Accept-Datetime", "header", "The time of which the state is wanted, as HTTP writes dates."
)
_PAGE = _parameter("page", "query", "Which page.", type="integer", minimum=1)
_FILTERS = [
    _parameter("country", "query", "Only what changes something of this country, by its code."),
    _parameter("graph", "query", "Only what changes this named graph, by its name."),
    _parameter(
        "since",
        "query",
        "Only what came after: the commit of the last change that one has, or a time.",
    ),
    _PAGE,
]
_BETWEEN = [
    _parameter("from", "query", "The commit of the older of two versions to compare."),
    _parameter("to", "query", "The commit of the newer; alone, what it changed."),
    _PAGE,
]
_STATE_HEADERS: Schema = {
    "Memento-Datetime": {
        "description": "When this state came to be (RFC 7089).",
        "schema": {"type": "string"},
    }
}


def _get(name: str, summary: str, parameters: list[Schema], responses: Schema) -> Schema:
    problems = problem_responses("bad-request", "not-found", "store-unavailable")
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["history"],
            "parameters": parameters,
            "responses": {**responses, **problems},
        }
    }


def _answer(description: str, *media_types: str, headers: Schema | None = None) -> Schema:
    answer: dict[str, Any] = {"description": description}
    if media_types:
        answer["content"] = {media_type: {} for media_type in media_types}
    if headers:
        answer["headers"] = headers
    return answer


def _of(path: str, name: str, parameters: list[Schema]) -> dict[str, Schema]:
    """Describe the former states of documents, or of named graphs."""
    led = {"302": _answer("Where the state is that was there at that time.")}
    formats = [form.media_type for form in (*GRAPH_FORMATS, HTML)]
    state = _answer("The state.", *formats, headers=_STATE_HEADERS)
    return {
        f"/timegate{path}": _get(
            f"find{name}ByTime",
            f"Find a {name.lower()} as it was at a time",
            [*parameters, _ACCEPTED],
            led,
        ),
        f"/timemap{path}": _get(
            f"listStatesOf{name}",
            f"List the former states of a {name.lower()}",
            [*parameters, _PAGE],
            {"200": _answer("All of them, with their times.", LINK_FORMAT, _JSON)},
        ),
        f"/memento/{{time}}{path}": _get(
            f"get{name}AsItWas",
            f"Get a {name.lower()} as it was",
            [_TIME, *parameters],
            {"200": state, **led},
        ),
    }


PART = Part(
    name="history",
    description="Changes of the data, versions of things and named graphs, and both as they were "
    "(Memento, RFC 7089).",
    paths={
        "/changes.jsonld": _get(
            "listChanges",
            "List changes as activities, the first first, from where one stopped",
            _FILTERS,
            {"200": _answer("A collection of ActivityStreams 2.0, or a page of it.",
                            "application/ld+json")},
        ),
        "/changes.atom": _get(
            "getChangeFeed",
            "Get changes as a feed, the last first",
            _FILTERS,
            {"200": _answer("The feed.", ATOM)},
        ),
        "/history/{kind}/{key}.json": _get(
            "listVersions",
            "List the versions of a thing, and compare two",
            [_KIND, _KEY, *_BETWEEN],
            {"200": _answer("The versions and, where two are named, what differs.", _JSON)},
        ),
        "/history/graph/{name}.json": _get(
            "listVersionsOfGraph",
            "List the versions of a named graph, and compare two",
            [_NAME, *_BETWEEN],
            {"200": _answer("The versions and, where two are named, what differs.", _JSON)},
        ),
        **_of("/doc/{kind}/{key}", "Document", [_KIND, _KEY]),
        **_of("/graph/{name}", "Graph", [_NAME]),
    },
)  # fmt: skip
