"""What people do with submissions: comment, ask for changes, accept, publish; and the queue."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from napgraph.curation.rebasing import clash_words
from napgraph.curation.reports import KeptReport, kept_report
from napgraph.curation.submissions import Action, Person, Status, Submission, require_may
from napgraph.errors import (
    CurationError,
    DataError,
    EndpointBusy,
    NapgraphError,
    NotAllowed,
    PublicationError,
    RequestError,
    SignInError,
    StoreError,
)
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
from napgraph.web.curation.guarding import ACT, acting_person, take_turn
from napgraph.web.curation.looking import prospect_of, report_on
from napgraph.web.curation.submissions import submission_page
from napgraph.web.languages import form_route, language, page_route, path_prefix

bp = Blueprint("review", __name__)

# What the last part of an address may be.
_NAMES = """'comment','request-changes','accept','reject','withdraw','supersede','publish'"""
# What nobody does without a word.
_WITH_REASON = (Action.COMMENT, Action.REQUEST_CHANGES, Action.REJECT, Action.SUPERSEDE)
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that waits, and what is known of it."""

    submission: Submission
    report: KeptReport | None
    is_own: bool


@page_route(bp, "/review")
def queue() -> Response:
    """List what waits for a reviewer, the oldest first."""
    who = person()
    if who is None:
        return lead_to(f"{path_prefix(language())}/sign-in?next={request.path}")
    if not who.role.may_review:
        raise NotAllowed("The queue is for reviewers; all submissions are at /submissions.")
    waiting = {
        status: [_waiting(one, who) for one in reversed(desk().journal.submissions(status=status))]
        for status in (Status.SUBMITTED, Status.ACCEPTED)
    }
    text = render_template(
        "submissions_review.html",
        submitted=waiting[Status.SUBMITTED],
        accepted=waiting[Status.ACCEPTED],
        review_own=desk().config.review_own,
    )
    return page(text)


@form_route(bp, f"/submissions/<submission_id>/<any({_NAMES}):name>")
def act(submission_id: str, name: str) -> Response:
    """Do something to a submission."""
    found = desk().journal.get(submission_id)
    try:
        who = acting_person()
        take_turn(ACT, who)
        if name == "publish":
            _publish_again(found, who)
        else:
            _act(found, Action(name), who)
    except (CurationError, DataError, EndpointBusy, RequestError, StoreError) as exc:
        return _explained(submission_id, exc)
    found = desk().journal.get(submission_id)
    if wants_page():
        return lead_to(path_of(found))
    return respond_json(with_report(found, kept_report(desk().journal, found)))


def _act(found: Submission, action: Action, who: Person) -> None:
    text, revision = said("text").strip(), said("revision").strip()
    require_may(who, action, found, review_own=desk().config.review_own)
    if action in _WITH_REASON and not text:
        raise RequestError("text is missing: say why.")
    if len(text) > _LONGEST:
        raise RequestError(f"text has more than {_LONGEST:,} characters.")
    if revision and not (revision.isascii() and revision.isdecimal() and len(revision) < 9):
        raise RequestError(f"revision is {revision[:20]!r}; it is a number.")
    if action is Action.ACCEPT:
        if not revision:
            raise RequestError("revision is missing: give the number of the one you looked at.")
        _require_conforming(found)
    number = int(revision) if revision else None
    desk().journal.act(found.id, action, who=who.name, text=text, revision=number)
    if action is Action.ACCEPT:
        desk().publisher.publish(found.id)


def _publish_again(found: Submission, who: Person) -> None:
    if not who.role.may_review:
        raise NotAllowed("To publish takes the role of a reviewer.")
    desk().publisher.publish(found.id)


def _require_conforming(found: Submission) -> None:
    """Check that a submission can be published, before somebody's acceptance is noted.

    Raises:
        PublicationError: It clashes with what was published since, or breaks a rule.
        EndpointBusy: It cannot be judged just now.
    """
    if conflicts := prospect_of(found).conflicts:
        raise PublicationError(clash_words(conflicts))
    report = report_on(found)
    if report is None:
        raise EndpointBusy("What the rules say could not be found out just now; try again.")
    if report.violations:
        first = report.violations[0]
        raise PublicationError(
            f"This breaks a rule and cannot be published: {first.name}: {first.message}"
        )


def _explained(submission_id: str, exc: NapgraphError) -> Response:
    """Show a person the submission with what went wrong; to a program it is a problem."""
    if not wants_page() or isinstance(exc, SignInError):
        raise exc
    return submission_page(desk().journal.get(submission_id), error=exc)


def _waiting(submission: Submission, who: Person) -> Waiting:
    report = kept_report(desk().journal, submission)
    return Waiting(submission, report, submission.author == who.name)
