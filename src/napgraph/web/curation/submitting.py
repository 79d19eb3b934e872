"""Submitting: by a form or a program, anew, as a revision, or to take something back."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from napgraph.curation.reports import KeptReport, keep_report, kept_report, report_of
from napgraph.curation.submissions import Action, Draft, Person, Submission, require_may
from napgraph.data_formats import FORMATS
from napgraph.errors import NapgraphError, SubmissionChanged
from napgraph.web.address import site_address
from napgraph.web.bodies import allow_body
from napgraph.web.curation.answers import (
    lead_to,
    page,
    path_of,
    respond_json,
    said,
    wants_page,
    with_report,
)
from napgraph.web.curation.desk import desk, person
from napgraph.web.curation.guarding import (
    ANONYMOUS,
    SUBMIT,
    SUBMIT_ANONYMOUSLY,
    acting_person,
    submitting_person,
    take_turn,
)
from napgraph.web.curation.intake import Proposal, judge_files, judged_draft, read_proposal
from napgraph.web.curation.looking import prospect_of
from napgraph.web.languages import form_route, page_route

bp = Blueprint("submitting", __name__)


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form of a submission is filled with."""

    message: str = ""
    source: str = ""
    base: str = ""
    key: str = ""
    graph: str = ""
    text: str = ""
    format: str = "ttl"
    patch: str = ""
    revision: str = ""


@bp.before_request
def take_long_texts() -> None:
    """Let a request be as long as what is judged may be, and some words."""
    allow_body(desk().config.judge_mb * 1_000_000 + _WORDS_BYTES)


@page_route(bp, "/submissions/new")
def new() -> Response:
    """Show the form of a new submission; of a graph that is named, with what is published."""
    head, graph = desk().workspace.head(), request.args.get("graph", "")
    published = desk().workspace.read(graph, head) or b""
    return _form(Filled(base=head, key=_new_key(), graph=graph, text=published.decode()))


@form_route(bp, "/submissions")
def submit() -> Response:
    """Take a submission."""
    try:
        who = submitting_person()
        take_turn(SUBMIT_ANONYMOUSLY if who is ANONYMOUS else SUBMIT, who)
        proposal = read_proposal()
        if known := _known(proposal, who):
            return _made(known, kept_report(desk().journal, known), status=200)
        draft, judged = judged_draft(proposal, who.name, client=_client())
        submission = desk().journal.submit(draft)
    except NapgraphError as exc:
        return _explained(exc)
    _remember(proposal, submission)
    report = report_of(judged)
    keep_report(desk().journal, submission, report)
    return _made(submission, report, status=201)


@page_route(bp, "/submissions/<submission_id>/revise")
def revising(submission_id: str) -> Response:
    """Show the form of a submission with what it proposes."""
    submission = desk().journal.get(submission_id)
    prospect, base, files = prospect_of(submission), submission.base, submission.files
    if prospect.conflicts:
        # Where it clashes, to begin with what is published now.
        base, head = prospect.head, prospect.head
        files = {**desk().workspace.read_all(submission.names, head), **prospect.files}
    name = submission.names[0] if len(submission.names) == 1 else ""
    filled = Filled(
        message=submission.message,
        source=submission.source,
        base=base,
        graph=name,
        text=(files.get(name) or b"").decode(),
        revision=str(submission.revision),
    )
    return _form(filled, submission)


@form_route(bp, "/submissions/<submission_id>/revise")
def revise(submission_id: str) -> Response:
    """Put a new revision in place of what a submission proposes."""
    submission = desk().journal.get(submission_id)
    try:
        who = acting_person()
        require_may(who, Action.REVISE, submission)
        take_turn(SUBMIT, who)
        proposal = read_proposal()
        _require_revision(submission)
        draft, judged = judged_draft(proposal, submission.author, client=_client())
        revised = desk().journal.revise(submission_id, draft, who=who.name)
    except NapgraphError as exc:
        return _explained(exc, submission)
    report = report_of(judged)
    keep_report(desk().journal, revised, report)
    return _made(revised, report, status=200)


@form_route(bp, "/submissions/<submission_id>/revert")
def revert(submission_id: str) -> Response:
    """Submit what takes back a publication."""
    who = acting_person()
    take_turn(SUBMIT, who)
    message = said("text").strip()
    draft = desk().publisher.reverting(submission_id, author=who.name, message=message)
    submission, report = submit_draft(draft)
    return _made(submission, report, status=201)


def submit_draft(draft: Draft) -> tuple[Submission, KeptReport]:
    """Submit a draft whose files are in the canonical layout, and keep what the rules say of it.

    Raises:
        CurationError: It cannot be submitted.
        DataError: It passes a limit.
        EndpointBusy: Too many are waiting to be judged.
    """
    rebased = desk().publisher.check(draft)
    report = report_of(judge_files(rebased.files, client=_client()))
    submission = desk().journal.submit(draft)
    keep_report(desk().journal, submission, report)
    return submission, report


def _form(
    filled: Filled, submission: Submission | None = None, error: NapgraphError | None = None
) -> Response:
    may_submit = person() is not None or (submission is None and desk().config.anonymous)
    text = render_template(
        "submissions_new.html",
        filled=filled,
        submission=submission,
        error=error,
        formats=FORMATS,
        names=desk().workspace.names(),
        may_submit=may_submit,
    )
    return page(text, error=error)


def _explained(exc: NapgraphError, submission: Submission | None = None) -> Response:
    """Show a person the form again with what they have written and what is wrong with it."""
    if not wants_page():
        raise exc
    fields = {name: request.form.get(name, "") for name in Filled.__slots__}
    return _form(Filled(**fields), submission, exc)


def _made(submission: Submission, report: KeptReport | None, *, status: int) -> Response:
    if wants_page():
        return lead_to(path_of(submission))
    response = respond_json(with_report(submission, report), status=status)
    response.headers["Location"] = f"{site_address()}/submissions/{submission.id}"
    return response


def _known(proposal: Proposal, who: Person) -> Submission | None:
    """Find the submission that this proposal was when it was sent before, with its key."""
    found = desk().journal.with_key(who.name, proposal.key)
    if found is None or desk().journal.kept(found.id, 1, _REQUEST) != _fingerprint(proposal):
        return None
    return found


def _remember(proposal: Proposal, submission: Submission) -> None:
    if proposal.key and submission.revision == 1:
        desk().journal.keep(submission.id, 1, _REQUEST, _fingerprint(proposal))


def _fingerprint(proposal: Proposal) -> bytes:
    return hashlib.sha256(repr(proposal).encode()).digest()


def _require_revision(submission: Submission) -> None:
    revision = request.form.get("revision") or request.args.get("revision")
    if revision and revision != str(submission.revision):
        raise SubmissionChanged(
            f"The submission has been revised meanwhile (revision {submission.revision}); "
            "look at it again."
        )


def _new_key() -> str:
    return f"form-{secrets.token_urlsafe(12)}"


def _client() -> str:
    known = person()
    return known.name if known else request.remote_addr or ""


_WORDS_BYTES = 50_000
# What is kept of a request that had a key.
_REQUEST = "request"
