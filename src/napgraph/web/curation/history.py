"""The history of things and named graphs: their versions, and how any two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from rdflib import URIRef

from napgraph.curation.differences import Difference
from napgraph.curation.versions import FILE, History, Version
from napgraph.documents import is_known
from napgraph.formats import HTML
from napgraph.namespaces import BASE, ID, SCHEMES, graph_iri
from napgraph.pages.history import Differing, read_difference
from napgraph.pages.reading import Text
from napgraph.pages.records import to_json
from napgraph.resources import local_path
from napgraph.web.address import site_address
from napgraph.web.documents import thing_iri
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route, path_prefix
from napgraph.web.public import respond_public
from napgraph.web.representations import page_number
from napgraph.web.signposting import Link
from napgraph.web.site import site
from napgraph.wording import LICENCE

bp = Blueprint("history", __name__)

_KEY = "napgraph-history"
_JSON = "application/json"
# How many versions are on a page.
PAGE_SIZE = 50
_SHORT = 10


@dataclass(frozen=True, slots=True)
class Subject:
    """What a history is of: a thing, or a named graph.

    Attributes:
        kind: `plan`; `graph` for a named graph.
        key: `MLI-3`; the name of a named graph.
    """

    kind: str
    key: str

    @property
    def is_graph(self) -> bool:
        """Whether it is a named graph."""
        return self.kind == "graph"

    @property
    def thing(self) -> str:
        """The thing as the index names it; empty for a named graph."""
        return "" if self.is_graph else f"{self.kind}/{self.key}"

    @property
    def graph(self) -> str:
        """The name of the named graph; empty for a thing."""
        return self.key if self.is_graph else ""

    @property
    def iri(self) -> URIRef:
        """Its IRI."""
        return graph_iri(self.key) if self.is_graph else URIRef(f"{ID}{self.thing}")

    @property
    def path(self) -> str:
        """Where its document is."""
        return local_path(self.iri)

    @property
    def history_path(self) -> str:
        """Where its history is."""
        return f"/history/{self.kind}/{self.key}"


@dataclass(frozen=True, slots=True)
class Pages:
    """Which page of a list this is, of how many, and where in the list it begins.

    Attributes:
        first: The place of the first item, counted from the list's end.
    """

    number: int
    count: int
    first: int


@bp.record_once
def open_history(state: BlueprintSetupState) -> None:
    """Keep the history of the workspace with the application."""
    opened = state.app.extensions["napgraph-curation"]
    state.app.extensions[_KEY] = History(opened.workspace, opened.config.workspace_dir / FILE)


bp.app_template_filter("on_this_site")(local_path)


@bp.app_context_processor
def _tell_templates() -> dict[str, Any]:
    return {"has_history": True}


def history() -> History:
    """Give the history of the application that serves this request."""
    return cast(History, current_app.extensions[_KEY])


@page_route(bp, "/history/<kind>/<key>")
def versions(kind: str, key: str) -> Response:
    """List the versions of a thing or a named graph, and say how two of them differ."""
    if key.endswith(".json"):
        return _as_json(read_subject(kind, key.removesuffix(".json")))
    subject = read_subject(kind, key)
    shown, pages = _page_of(subject)
    chosen = _chosen(subject)
    text = render_template(
        "history.html",
        subject=subject,
        name=_name(subject),
        versions=shown,
        mementos=mementos_of(subject),
        pages=pages,
        chosen=chosen,
        differing=_in_words(_difference(subject, *chosen)) if chosen else None,
        stamp=stamp,
        day_of=iso_time,
        links=_links(subject),
    )
    return respond_public(text, HTML.content_type)


def read_subject(kind: str, key: str) -> Subject:
    """Read what a path names, whose parts the server has decoded."""
    if kind == "graph":
        return Subject(kind, key)
    kind, _, key = thing_iri(kind, key).removeprefix(str(ID)).partition("/")
    return Subject(kind, key)


def mementos_of(subject: Subject) -> frozenset[int]:
    """List the numbers of the versions after which there is a document to give."""
    index = history().index
    if subject.is_graph:
        return frozenset(n for n, there in index.graph_states(subject.key) if there)
    states = history().exists_after(subject.thing)
    # Concepts are defined by the ontology, whether data speak of them or not.
    always = subject.kind in SCHEMES
    return frozenset(number for number, there in states.items() if there or always)


def stamp(version: Version) -> str:
    """Write the time of a version as the address of its documents has it."""
    return datetime.fromtimestamp(version.time, UTC).strftime("%Y%m%d%H%M%S")


def iso_time(version: Version) -> str:
    """Write the time of a version as ISO 8601 has it."""
    return datetime.fromtimestamp(version.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(version: Version) -> str:
    """Name a version as addresses do."""
    return version.commit[:_SHORT]


def version_record(version: Version) -> dict[str, Any]:
    """Give what is known of a version, for programs."""
    return {
        "number": version.number,
        "commit": version.commit,
        "time": iso_time(version),
        "author": version.author,
        "reviewer": version.reviewer or None,
        "message": version.message,
        "submission": version.submission or None,
        "source": version.source or None,
        "graphs": [str(graph_iri(name)) for name in version.graphs],
    }


# -- what is asked for -------------------------------------------------------------------------


def _page_of(subject: Subject) -> tuple[list[Version], Pages]:
    index, asked = history().index, page_number()
    total = index.count(thing=subject.thing, graph=subject.graph)
    count = max(1, -(-total // PAGE_SIZE))
    # What comes with the program has a page, and no versions of the data.
    is_there = total or is_known(site().current().store, subject.iri)
    if not is_there or not 1 <= asked <= count:
        abort(404, f"We know no history of {subject.iri}, or there is no such page of it.")
    found = index.newest(
        thing=subject.thing,
        graph=subject.graph,
        limit=PAGE_SIZE,
        offset=(asked - 1) * PAGE_SIZE,
    )
    return found, Pages(asked, count, total - (asked - 1) * PAGE_SIZE)


def _chosen(subject: Subject) -> tuple[Version | None, Version] | None:
    """Read which two versions are to be compared; without a first, what the second changed."""
    older, newer = request.args.get("from", ""), request.args.get("to", "")
    if not newer and not older:
        return None
    if not newer:
        abort(400, "Give two versions, as from= and to=, or to= alone for what it changed.")
    after = find_version(newer)
    if older:
        return find_version(older), after
    before = history().index.last_before(after.number, thing=subject.thing, graph=subject.graph)
    return before, after


def find_version(commit: str) -> Version:
    """Find a version by its commit or the beginning of that.

    Raises:
        NotFound: There is none.
    """
    is_name = 7 <= len(commit) <= 40 and all(c in "0123456789abcdef" for c in commit)
    found = history().index.find(commit) if is_name else None
    if found is None:
        abort(404, f"There is no version {commit[:50]!r}; a version is named by its commit.")
    return found


def _difference(subject: Subject, older: Version | None, newer: Version) -> Difference | None:
    if subject.is_graph:
        return history().difference_of_graph(subject.key, older, newer)
    return history().difference_of_thing(subject.thing, older, newer)


def _in_words(found: Difference | None) -> Differing | None:
    return read_difference(found, current_index().reading, language())


def _name(subject: Subject) -> Text:
    if subject.is_graph:
        return Text(gettext("Named graph %(name)s") % {"name": subject.key})
    return current_index().reading.label(subject.iri, language())


def _links(subject: Subject) -> list[Link]:
    own = f"{path_prefix(language())}{subject.history_path}"
    return [
        Link(own, "canonical"),
        Link(f"{subject.history_path}.json", "alternate", _JSON),
        Link(f"/timemap{subject.path}", "timemap", "application/link-format"),
    ]


# -- for programs ------------------------------------------------------------------------------


def _as_json(subject: Subject) -> Response:
    shown, pages = _page_of(subject)
    chosen = _chosen(subject)
    about: dict[str, object] = {
        "about": str(subject.iri),
        "license": str(LICENCE),
        "page": pages.number,
        "pages": pages.count,
    }
    if chosen:
        about["difference"] = _difference_record(subject, *chosen)
    there = mementos_of(subject)
    records = [
        version_record(v)
        | {
            "memento": f"{site_address()}/memento/{stamp(v)}{subject.path}"
            if v.number in there
            else None
        }
        for v in shown
    ]
    return respond_public(to_json(about, "versions", records), _JSON)


def _difference_record(
    subject: Subject, older: Version | None, newer: Version
) -> dict[str, object]:
    found = _difference(subject, older, newer)
    between: dict[str, object] = {"from": older.commit if older else None, "to": newer.commit}
    if found is None:
        return between | {"tooLarge": True}
    return between | {
        "removed": [_line(statement) for statement in found.removed],
        "added": [_line(statement) for statement in found.added],
        "minted": [str(iri) for iri in found.minted],
        "gone": [str(iri) for iri in found.gone],
        "pages": [f"{BASE}{path.removeprefix('/')}" for path in found.pages],
    }


def _line(statement: tuple[Any, ...]) -> str:
    return " ".join(term.n3() for term in statement) + " ."
