"""The list of submissions, and one: what it changes, what the rules say, how pages would look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, render_template, request
from rdflib import DCTERMS, BNode

from napgraph.curation.differences import EntityChange
from napgraph.curation.prospects import Prospect
from napgraph.curation.reports import Finding, KeptReport
from napgraph.curation.submissions import Action, Event, Files, Status, Submission, may
from napgraph.documents import read_document
from napgraph.errors import NapgraphError, WorkspaceError
from napgraph.formats import HTML, ROWS_JSON, TURTLE, choose, split_suffix
from napgraph.namespaces import GRAPH
from napgraph.turtle import graph_of, parse_turtle, to_turtle
from napgraph.web.curation.answers import page, respond_json, summary, whole
from napgraph.web.curation.desk import desk, person
from napgraph.web.curation.guarding import PREVIEW, take_turn
from napgraph.web.curation.looking import preview_site, prospect_of, report_on
from napgraph.web.curation.wording import Named, Namer
from napgraph.web.documents import signposts_of, thing_iri
from napgraph.web.languages import page_route
from napgraph.web.site import serve_from
from napgraph.web.things import thing_page

bp = Blueprint("submissions", __name__)

_FORMATS = (ROWS_JSON, TURTLE, HTML)
_PAGE_LENGTH = 50
# How many of each a page shows; programs get all.
MOST_THINGS, MOST_STATEMENTS, MOST_FINDINGS, MOST_PAGES = 60, 400, 60, 200


@dataclass(frozen=True, slots=True)
class Asked:
    """Which submissions are asked for."""

    status: str = ""
    author: str = ""
    country: str = ""
    page: int = 1

    def query(self, **changes: object) -> str:
        """Write it as a query string, without what is so anyway."""
        said = {
            "status": self.status,
            "author": self.author,
            "country": self.country,
            "page": self.page,
        }
        asked = {name: value for name, value in {**said, **changes}.items() if value}
        if asked.get("page") == 1:
            del asked["page"]
        return f"?{urlencode(asked)}" if asked else ""


@page_route(bp, "/submissions")
@page_route(bp, "/submissions.json")
def submissions() -> Response:
    """List submissions, the newest first."""
    asked = _asked()
    found = desk().journal.submissions(
        status=Status(asked.status) if asked.status else None,
        author=asked.author or None,
        graph=asked.country or None,
        limit=_PAGE_LENGTH + 1,
        offset=(asked.page - 1) * _PAGE_LENGTH,
    )
    has_more, shown = len(found) > _PAGE_LENGTH, found[:_PAGE_LENGTH]
    following = f"/submissions{asked.query(page=asked.page + 1)}" if has_more else None
    is_named = request.path.endswith(".json")
    if is_named or choose(request.headers.get("Accept"), (ROWS_JSON, HTML)) is ROWS_JSON:
        return respond_json({"submissions": list(map(summary, shown)), "next": following})
    text = render_template(
        "submissions.html",
        submissions=shown,
        asked=asked,
        statuses=desk().journal.count(),
        has_more=has_more,
    )
    return page(text)


@page_route(bp, "/submissions/<name>")
def submission(name: str) -> Response:
    """Show a submission: as a page, as JSON, or what it proposes in Turtle."""
    submission_id, named = split_suffix(name, _FORMATS)
    found = desk().journal.get(submission_id)
    form = named or choose(request.headers.get("Accept"), _FORMATS)
    if form is TURTLE:
        return _proposed(found)
    return submission_page(found) if form is HTML else _whole(found)


@page_route(bp, "/submissions/<submission_id>/preview/doc/<kind>/<key>")
def preview(submission_id: str, kind: str, key: str) -> Response:
    """Show the page about a thing as it would be if a submission were published."""
    found = desk().journal.get(submission_id)
    take_turn(PREVIEW, person())
    if not found.status.is_open:
        abort(404, "This submission is closed, so that there is no preview of it any more.")
    shown = preview_site(prospect_of(found))
    about = read_document(shown.current().store, thing_iri(kind, key))
    if about is None:
        abort(404, f"After this change nothing would be said about {thing_iri(kind, key)}.")
    serve_from(shown)
    g.preview = found
    response = page(thing_page(about, signposts_of(about, has_history=False), []))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def submission_page(found: Submission, *, error: NapgraphError | None = None) -> Response:
    """Answer with the page of a submission, and with an error on it if there is one."""
    try:
        prospect = prospect_of(found)
    except WorkspaceError as exc:
        # Its base is in no repository any more: what was said about it is left.
        prospect, error = Prospect(found, "", {}, (), {}), error or exc
    report, namer = report_on(found), Namer(prospect)
    entities = [entity for entity in prospect.entities if not _is_day(entity)]
    text = render_template(
        "submission.html",
        submission=found,
        prospect=prospect,
        things=namer.changed_things(entities[:MOST_THINGS]),
        things_left=max(0, len(entities) - MOST_THINGS),
        clashes={name: namer.clashes(c) for name, c in prospect.conflicts.items()},
        report=report,
        findings=namer.said(_grave(report)[:MOST_FINDINGS]),
        infos=namer.said(report.of("Info")[:MOST_FINDINGS]) if report else [],
        pages=[(path, _named_page(path, namer)) for path in prospect.pages[:MOST_PAGES]],
        minted=[namer.name(iri) for iri in prospect.minted[:MOST_THINGS]],
        most_statements=MOST_STATEMENTS,
        events=desk().journal.events(found.id),
        buttons=buttons(prospect, report),
        error=error,
    )
    return page(text, error=error)


def buttons(prospect: Prospect, report: KeptReport | None) -> frozenset[str]:
    """Name what whoever asks may do to a submission."""
    found, who = prospect.submission, person()
    if who is None:
        return frozenset()
    own = desk().config.review_own
    allowed = {str(action) for action in _BUTTONS if may(who, action, found, review_own=own)}
    if report is None or report.violations or prospect.conflicts or not prospect.files:
        allowed.discard(str(Action.ACCEPT))
    if found.status == Status.ACCEPTED and who.role.may_review:
        allowed.add("publish")
    if found.status == Status.PUBLISHED:
        allowed.add("revert")
    return frozenset(allowed)


def _named_page(path: str, namer: Namer) -> Named:
    """Name what a page is about."""
    _, _, kind, key = path.split("/", 3)
    return namer.name(thing_iri(kind, key))


def _grave(report: KeptReport | None) -> tuple[Finding, ...]:
    """Give what has to be mended, and what should be looked at."""
    return (*report.violations, *report.warnings) if report else ()


def _is_day(entity: EntityChange) -> bool:
    """Tell whether of a graph nothing has changed but the day of its change."""
    return str(entity.subject).startswith(str(GRAPH)) and [
        change.predicate for change in entity.changes
    ] == [DCTERMS.modified]


_BUTTONS = (
    Action.COMMENT, Action.REVISE, Action.REQUEST_CHANGES, Action.ACCEPT, Action.REJECT,
    Action.WITHDRAW, Action.SUPERSEDE,
)  # fmt: skip


def _whole(found: Submission) -> Response:
    events: Sequence[Event] = desk().journal.events(found.id)
    return respond_json(whole(prospect_of(found), report_on(found), events))


def _proposed(found: Submission) -> Response:
    """Give what is proposed in Turtle: all graphs, or the one that `graph` names."""
    name = request.args.get("graph", "")
    if name and name not in found.files:
        abort(404, f"This submission does not change the graph {name[:40]!r}.")
    files: Files = {name: found.files[name]} if name else found.files
    response = Response(_turtle(files), content_type=TURTLE.content_type)
    response.headers["Vary"] = "Accept"
    return response


def _turtle(files: Files) -> bytes:
    if len(files) == 1:
        return next(iter(files.values())) or b""
    statements = []
    for name, content in files.items():
        # A blank node of one graph is none of another.
        own: dict[BNode, BNode] = {}
        for statement in parse_turtle(content or b"", name=f"{name}.ttl"):
            s, p, o = (
                own.setdefault(term, BNode()) if isinstance(term, BNode) else term
                for term in statement
            )
            statements.append((s, p, o))
    return to_turtle(graph_of(statements)).encode()


def _asked() -> Asked:
    status = request.args.get("status", "")
    if status and status not in set(Status):
        known = ", ".join(Status)
        abort(400, f"status is {status[:40]!r}; it is one of {known}.")
    number = request.args.get("page", "1")
    is_number = number.isascii() and number.isdecimal() and len(number) < 6 and int(number) > 0
    if not is_number:
        abort(400, f"page is {number[:40]!r}; pages are counted from 1 on.")
    author, country = (request.args.get(name, "").strip() for name in ("author", "country"))
    return Asked(status, author, country, int(number))
