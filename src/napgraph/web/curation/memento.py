"""Former states of documents and named graphs, by the time at which they were there.

A document says where its TimeGate and its TimeMap are. The TimeGate leads, with
302, to the state that was there at the time of Accept-Datetime; each state has
an address of its own.

Source: RFC 7089, pattern 2.1
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

from flask import (
    Blueprint,
    Response,
    abort,
    after_this_request,
    current_app,
    render_template,
    request,
)
from flask.blueprints import BlueprintSetupState
from werkzeug.http import http_date

from napgraph.curation.past import PastStates
from napgraph.curation.versions import Version
from napgraph.documents import read_document, read_profile
from napgraph.formats import GRAPH_FORMATS, HTML, JSON_LD, LINKSET_FORMATS, TURTLE, Format, choose
from napgraph.jsonld import flatten
from napgraph.resources import lay_out
from napgraph.web.address import site_address
from napgraph.web.curation.desk import desk
from napgraph.web.curation.history import (
    Subject,
    history,
    iso_time,
    mementos_of,
    read_subject,
    stamp,
)
from napgraph.web.languages import language
from napgraph.web.public import respond_public
from napgraph.web.representations import (
    Representation,
    choose_representation,
    page_number,
    respond,
    respond_with_linkset,
    split_name,
)
from napgraph.web.signposting import (
    LANDING_PAGE,
    LINK_FORMAT,
    TIMEGATE,
    TIMEMAP,
    Signposts,
)
from napgraph.web.site import site

bp = Blueprint("memento", __name__)

_KEY = "napgraph-past"
_LINKS = Format("link", LINK_FORMAT, "link format")
_JSON = Format("json", "application/json", "JSON")
_TIME = "%Y%m%d%H%M%S"
_STAMP = re.compile(r"[0-9]{14}")
# How many states are in a TimeMap; of more there are several.
_PAGE_SIZE = 1_000
# A state never changes, but napgraph may come to write it in another way.
_CACHE_CONTROL = "public, max-age=86400"


@dataclass(frozen=True, slots=True)
class Original:
    """What there are former states of: a document, perhaps in one format, or a named graph.

    Attributes:
        subject: The thing or the named graph.
        path: Its address on this site: `/doc/plan/MLI-3.ttl`.
        named: The format, if the address names one.
    """

    subject: Subject
    path: str
    named: Format | None

    @property
    def address(self) -> str:
        """Its whole address."""
        return f"{site_address()}{self.path}"

    def at(self, version: Version) -> str:
        """Give the whole address of a former state."""
        return f"{site_address()}/memento/{stamp(version)}{self.path}"


@bp.record_once
def open_past(state: BlueprintSetupState) -> None:
    """Keep former states with the application while they are asked for."""
    opened = state.app.extensions["napgraph-curation"]
    state.app.extensions[_KEY] = PastStates(
        opened.workspace, state.app.extensions["napgraph-history"], opened.config.store_dir
    )


# -- TimeGates ---------------------------------------------------------------------------------


@bp.get("/timegate/doc/<kind>/<name>")
@bp.get("/timegate/graph/<name>")
def timegate(name: str, kind: str = "graph") -> Response:
    """Lead to the state that was there at the time that Accept-Datetime names, or to the last."""
    after_this_request(_vary)
    original = _original(kind, name)
    asked = _accepted_time()
    states = _states(original)
    if not states:
        abort(404, _not_found(original))
    there = [state for state in states if asked is None or state.time <= asked]
    chosen = there[-1] if there else states[0]
    headers = {
        "Location": original.at(chosen),
        "Link": _header(
            [*_ways(original, states, gate=False), *_neighbours(original, states, chosen)]
        ),
        "Cache-Control": "no-cache",
    }
    return Response(f"See {headers['Location']}\n", 302, headers, mimetype="text/plain")


def _accepted_time() -> int | None:
    text = request.headers.get("Accept-Datetime")
    if text is None:
        return None
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        abort(
            400,
            f"Accept-Datetime is {text[:60]!r}; give a time such as Thu, 26 Nov 2026 12:00:00 GMT.",
        )
    return int(asked.replace(tzinfo=asked.tzinfo or UTC).timestamp())


def _vary(response: Response) -> Response:
    """Say on whatever is answered that it depends on the time asked for."""
    response.vary.add("accept-datetime")
    return response


# -- TimeMaps ----------------------------------------------------------------------------------


@bp.get("/timemap/doc/<kind>/<name>")
@bp.get("/timemap/graph/<name>")
def timemap(name: str, kind: str = "graph") -> Response:
    """List all former states, in link format or in JSON, as Accept asks."""
    form = choose(request.headers.get("Accept"), (_LINKS, _JSON))
    response = _timemap(_original(kind, name), form)
    response.vary.add("Accept")
    return response


@bp.get("/timemap/<any(link,json):suffix>/doc/<kind>/<name>")
@bp.get("/timemap/<any(link,json):suffix>/graph/<name>")
def timemap_in_format(suffix: str, name: str, kind: str = "graph") -> Response:
    """List all former states in one of the two formats."""
    return _timemap(_original(kind, name), _JSON if suffix == "json" else _LINKS)


def _timemap(original: Original, form: Format) -> Response:
    states, number = _states(original), page_number()
    count = max(1, -(-len(states) // _PAGE_SIZE))
    if not states or not 1 <= number <= count:
        abort(404, _not_found(original))
    shown = states[(number - 1) * _PAGE_SIZE : number * _PAGE_SIZE]
    if form is _JSON:
        body = _timemap_json(original, shown, states, number, count)
        return respond_public(body, _JSON.media_type)
    lines = [
        _link(original.address, "original"),
        _link(f"{site_address()}{TIMEGATE}{original.path}", "timegate"),
        _link(
            _timemap_address(original, number),
            "self",
            type=LINK_FORMAT,
            **{"from": _http(shown[0]), "until": _http(shown[-1])},
        ),
        *(
            _link(
                _timemap_address(original, other),
                "timemap",
                type=LINK_FORMAT,
                **_span(states, other),
            )
            for other in range(1, count + 1)
            if other != number
        ),
        *(
            _link(original.at(state), _relation(state, states), datetime=_http(state))
            for state in shown
        ),
    ]
    return respond_public(",\n".join(lines) + "\n", LINK_FORMAT)


def _timemap_json(
    original: Original,
    shown: Sequence[Version],
    states: Sequence[Version],
    number: int,
    count: int,
) -> str:
    def item(state: Version) -> dict[str, str]:
        return {"datetime": iso_time(state), "uri": original.at(state)}

    said: dict[str, Any] = {
        "original_uri": original.address,
        "timegate_uri": f"{site_address()}{TIMEGATE}{original.path}",
        "timemap_uri": {
            "link_format": _timemap_address(original, number, "link"),
            "json_format": _timemap_address(original, number, "json"),
        },
        "mementos": {
            "first": item(states[0]),
            "last": item(states[-1]),
            "list": [item(state) for state in shown],
        },
    }
    if count > 1:
        said["pages"] = [
            {"uri": _timemap_address(original, other, "json")} for other in range(1, count + 1)
        ]
    return json.dumps(said, indent=1) + "\n"


def _timemap_address(original: Original, page: int, suffix: str = "") -> str:
    way = f"{TIMEMAP}/{suffix}" if suffix else TIMEMAP
    address = f"{site_address()}{way}{original.path}"
    return address if page == 1 else f"{address}?page={page}"


def _span(states: Sequence[Version], page: int) -> dict[str, str]:
    shown = states[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
    return {"from": _http(shown[0]), "until": _http(shown[-1])}


# -- mementos ----------------------------------------------------------------------------------


@bp.get("/memento/<time>/doc/<kind>/<name>")
@bp.get("/memento/<time>/graph/<name>")
def memento(time: str, name: str, kind: str = "graph") -> Response:
    """Give a document or a named graph as it was."""
    original = _original(kind, name)
    states = _states(original)
    at = _read_stamp(time)
    there = [state for state in states if state.time <= at]
    if not there:
        abort(404, f"{_not_found(original)} At {time} there was none.")
    state = there[-1]
    if stamp(state) != time:
        # Between two versions, the state is that of the first.
        return Response(
            f"See {original.at(state)}\n",
            302,
            {"Location": original.at(state), "Cache-Control": "no-cache"},
            mimetype="text/plain",
        )
    write = _graph if original.subject.is_graph else _document
    response = write(original, state)
    links = [*_ways(original, states, gate=True), *_neighbours(original, states, state)]
    response.headers["Link"] = ", ".join([response.headers["Link"], _header(links)])
    response.headers["Memento-Datetime"] = _http(state)
    response.headers["Last-Modified"] = _http(state)
    response.headers["Cache-Control"] = _CACHE_CONTROL
    return response


def _document(original: Original, state: Version) -> Response:
    store = _past().at(state)
    about = read_document(store, original.subject.iri, page=page_number())
    if about is None:
        abort(404, _not_found(original))
    path = f"/memento/{stamp(state)}{original.subject.path}"
    signposts = Signposts(path, original.subject.iri, about.profile, LANDING_PAGE, about.page)
    representation = choose_representation(signposts, original.named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is HTML:
        body: str | bytes = render_template(
            "memento.html",
            page=lay_out(about.description, site().placements(), language=language()),
            subject=original.subject,
            at=iso_time(state),
            path=path,
            formats=GRAPH_FORMATS,
            links=representation.links,
        )
    elif form is JSON_LD:
        body = about.to_tree(site().context)
    else:
        body = about.to_bytes(form.media_type)
    return respond(representation, body, status=410 if about.profile.is_withdrawn else 200)


def _graph(original: Original, state: Version) -> Response:
    name, iri = original.subject.key, original.subject.iri
    content = desk().workspace.read(name, state.commit) or b""
    store = _past().at(state)
    path = f"/memento/{stamp(state)}{original.subject.path}"
    signposts = Signposts(path, iri, read_profile(store, iri))
    representation = choose_representation(signposts, original.named)
    form = representation.format
    if form in LINKSET_FORMATS:
        return respond_with_linkset(representation)
    if form is TURTLE:
        return respond(representation, content)
    if form is HTML:
        return respond(representation, _graph_page(original, state, content, representation))
    body = store.read(iri).statements.to_bytes(form.media_type)
    return respond(representation, flatten(body, site().context) if form is JSON_LD else body)


def _graph_page(
    original: Original, state: Version, content: bytes, representation: Representation
) -> str:
    return render_template(
        "memento.html",
        page=None,
        text=content.decode("utf-8", "replace"),
        subject=original.subject,
        at=iso_time(state),
        path=representation.signposts.path,
        formats=GRAPH_FORMATS,
        links=representation.links,
    )


def _past() -> PastStates:
    return cast(PastStates, current_app.extensions[_KEY])


def _read_stamp(text: str) -> int:
    try:
        at = datetime.strptime(text if _STAMP.fullmatch(text) else "", _TIME)
    except ValueError:
        abort(
            404,
            f"{text[:40]!r} is no time; write year, month, day, hour, minute and second, as in "
            "20261126120000.",
        )
    return int(at.replace(tzinfo=UTC).timestamp())


# -- what is asked for -------------------------------------------------------------------------


def _original(kind: str, name: str) -> Original:
    key, named = split_name(name)
    subject = read_subject(kind, key)
    suffix = f".{named.suffix}" if named else ""
    return Original(subject, f"{subject.path}{suffix}", named)


def _states(original: Original) -> list[Version]:
    """List the versions that have a document, the first first and one for each second."""
    subject = original.subject
    there = mementos_of(subject)
    found = history().index.after(0, thing=subject.thing, graph=subject.graph, limit=1_000_000)
    by_time = {state.time: state for state in found}
    return [state for state in by_time.values() if state.number in there]


def _not_found(original: Original) -> str:
    return f"We know no former states of {original.address}."


# -- links -------------------------------------------------------------------------------------


def _ways(original: Original, states: Sequence[Version], *, gate: bool) -> list[str]:
    """Link to the original, to all states and, but from there, to the TimeGate."""
    links = [_link(original.address, "original")]
    if gate:
        links.append(_link(f"{site_address()}{TIMEGATE}{original.path}", "timegate"))
    span = {"from": _http(states[0]), "until": _http(states[-1])}
    links.append(_link(_timemap_address(original, 1), "timemap", type=LINK_FORMAT, **span))
    return links


def _neighbours(original: Original, states: Sequence[Version], state: Version) -> list[str]:
    """Link to the first state, the last, and those before and after one."""
    place = states.index(state)
    relations: dict[int, list[str]] = {}
    for relation, number in (
        ("first", 0), ("last", len(states) - 1), ("prev", place - 1), ("next", place + 1),
    ):  # fmt: skip
        if 0 <= number < len(states):
            relations.setdefault(number, []).append(relation)
    relations.setdefault(place, [])
    return [
        _link(
            original.at(states[number]), " ".join([*words, "memento"]),
            datetime=_http(states[number]),
        )
        for number, words in sorted(relations.items())
    ]  # fmt: skip


def _relation(state: Version, states: Sequence[Version]) -> str:
    words = ["first"] * (state is states[0]) + ["last"] * (state is states[-1])
    return " ".join([*words, "memento"])


def _link(target: str, rel: str, **attributes: str) -> str:
    said = "".join(f'; {name}="{value}"' for name, value in attributes.items())
    return f'<{target}>; rel="{rel}"{said}'


def _header(links: Sequence[str]) -> str:
    return ", ".join(links)


def _http(state: Version) -> str:
    return http_date(state.time)
