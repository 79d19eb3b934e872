"""Correcting and adding by filling in forms, which work without a script."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request
from rdflib import Literal, URIRef

from napgraph.curation.consequences import terms
from napgraph.curation.form_basis import Basis
from napgraph.curation.form_problems import Verdict, clashes, verdict
from napgraph.curation.form_proposals import Problem, Proposal, propose
from napgraph.curation.forms import ADDED, BODY, OBJECTIVE, Form, Forms
from napgraph.curation.judging import Judged
from napgraph.curation.reports import keep_report, report_of
from napgraph.curation.submissions import Action, Draft, Person, Submission, require_may
from napgraph.errors import (
    CurationError,
    DataError,
    EndpointBusy,
    SignInError,
    SubmissionChanged,
)
from napgraph.namespaces import thing_iri
from napgraph.resources import local_path
from napgraph.web.curation.answers import lead_to, path_of
from napgraph.web.curation.desk import desk, person
from napgraph.web.curation.form_posts import Claim, read_claim, read_posted, read_rows
from napgraph.web.curation.form_showing import CLAIM, Filled, respond, show
from napgraph.web.curation.guarding import (
    ACT,
    ANONYMOUS,
    SUBMIT,
    SUBMIT_ANONYMOUSLY,
    Limit,
    submitting_person,
    take_turn,
)
from napgraph.web.curation.intake import judge_files
from napgraph.web.index import current_index
from napgraph.web.languages import form_route, gettext, language, page_route, path_prefix
from napgraph.web.site import site

bp = Blueprint("forms", __name__)


# Makes the form with so many rows of each kind for new things.
_Maker = Callable[[Forms, Mapping[str, int]], Form]


# -- pages -------------------------------------------------------------------------------------


@page_route(bp, "/edit/<kind>/<key>")
def edit_page(kind: str, key: str) -> Response:
    """Give the form by which a thing is corrected."""
    return _offer(_editing(kind, key))


@form_route(bp, "/edit/<kind>/<key>")
def edit(kind: str, key: str) -> Response:
    """Check or submit a correction."""
    return _take(_editing(kind, key))


@page_route(bp, "/add/<kind>")
def add_page(kind: str) -> Response:
    """Give the form by which a thing is added, once it is known what it belongs to."""
    _require_kind(kind)
    if _asked_name(kind) not in request.args:
        return _choose(kind)
    return _offer(_adding(kind))


@form_route(bp, "/add/<kind>")
def add(kind: str) -> Response:
    """Check or submit an addition."""
    _require_kind(kind)
    return _take(_adding(kind))


def _editing(kind: str, key: str) -> _Maker:
    thing = thing_iri(kind, key)

    def make(forms: Forms, rows: Mapping[str, int]) -> Form:
        form = forms.to_edit(thing, rows=rows)
        return form or abort(
            404, f"There is nothing at {local_path(thing)} that a form can change."
        )

    return make


def _adding(kind: str) -> _Maker:
    belongs_to = _belongs_to(kind)
    return lambda forms, rows: forms.to_add(kind, belongs_to, rows=rows)


def _require_kind(kind: str) -> None:
    if kind not in ADDED:
        abort(404, f"There is no form for a new {kind[:40]}; there are {', '.join(ADDED)}.")


def _asked_name(kind: str) -> str:
    """Name the parameter that says what a new thing belongs to."""
    return "plan" if kind in ("objective", "remark") else "country"


def _belongs_to(kind: str) -> URIRef | None:
    name = _asked_name(kind)
    key = request.args.get(name, "")
    if not key and name == "country" and kind != "plan":
        return None
    index = current_index()
    if key not in (index.plans if name == "plan" else index.countries):
        abort(404, f"There is no {name} {key[:40]!r}; choose one at /add/{kind}.")
    return thing_iri(name, key)


def _choose(kind: str) -> Response:
    index, tag = current_index(), language()
    name = _asked_name(kind)
    if name == "plan":
        links = [index.reading.link(plan.iri, tag) for plan in index.plans.values()]
    else:
        links = [index.reading.link(country.iri, tag) for country in index.countries.values()]
    links.sort(key=lambda link: link.text.text.casefold())
    text = render_template("form_choose.html", kind=kind, asked=name, links=links)
    return respond(text)


# -- what is sent ------------------------------------------------------------------------------


def _offer(make: _Maker) -> Response:
    if person() is None and not desk().config.anonymous:
        query = urlencode({"next": request.full_path.rstrip("?")})
        return lead_to(f"{path_prefix(language())}/sign-in?{query}")
    revised = _revised()
    basis = _basis(desk().workspace.head(), revised)
    form = make(_forms(basis), _rows_at_first())
    claim = Claim(base=basis.commit, key=secrets.token_hex(8))
    if revised:
        claim = replace(
            claim,
            message=revised.message,
            source=revised.source,
            revision=str(revised.revision),
        )
    return show(Filled(form, basis, claim, revised))


def _take(make: _Maker) -> Response:
    claim, revised = read_claim(), _revised()
    basis = _basis(claim.base, revised)
    form = make(_forms(basis), read_rows()).filled_in(read_posted())
    filled = Filled(form, basis, claim, revised)
    try:
        who = submitting_person()
        if "more" in request.form:
            return show(filled)
        take_turn(_limit(who), who)
        return _judge(filled, who)
    except _Clash as exc:
        return show(_begun_anew(make, filled, exc.verdict))
    except (CurationError, DataError, EndpointBusy) as exc:
        # Nothing that was typed is lost: the form comes back with what went wrong.
        problem = Problem("", "", str(exc))
        filled = replace(filled, verdict=Verdict((problem,), ()))
        return show(filled, is_signed_out=isinstance(exc, SignInError))


class _Clash(CurationError):
    """What was published since the form was begun clashes with it; `verdict` says where."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("Somebody else has changed the same meanwhile.")
        self.verdict = verdict


def _begun_anew(make: _Maker, filled: Filled, found: Verdict) -> Filled:
    """Begin a form with what is published now, with what somebody has changed in theirs."""
    begun = make(_forms(filled.basis), read_rows())
    basis = _basis(desk().workspace.head(), None)
    form = make(_forms(basis), read_rows()).filled_in(filled.form.changes_since(begun))
    claim = replace(filled.claim, base=basis.commit, key=secrets.token_hex(8))
    return replace(filled, form=form, basis=basis, claim=claim, verdict=found)


def _limit(who: Person) -> Limit:
    if "submit" not in request.form:
        return ACT
    return SUBMIT_ANONYMOUSLY if who is ANONYMOUS else SUBMIT


def _judge(filled: Filled, who: Person) -> Response:
    proposal = propose(filled.form, filled.basis)
    files = {**filled.basis.proposed, **proposal.files}
    judged = judge_files(files, client=_client()) if proposal.files else None
    results = judged.report.results if judged else ()
    found = verdict(filled.form, proposal, results, terms(desk().config).shapes)
    problems = (*found.problems, *_of_whole(proposal, found))
    if "submit" not in request.form or problems:
        problems += _of_claim(filled.claim, proposal) if "submit" in request.form else ()
        checked = Verdict(problems, found.notices)
        return show(replace(filled, verdict=checked, is_checked=True))
    if problems := _of_claim(filled.claim, proposal):
        return show(replace(filled, verdict=Verdict(problems, found.notices)))
    return _submit(filled, proposal, who, judged)


def _submit(filled: Filled, proposal: Proposal, who: Person, judged: Judged | None) -> Response:
    claim, revised = filled.claim, filled.revised
    draft = Draft(
        author=revised.author if revised else who.name,
        message=claim.message,
        source=claim.source or " ".join(proposal.sources),
        base=filled.basis.commit,
        files={**filled.basis.proposed, **proposal.files},
        key=claim.key,
    )
    rebased = desk().publisher.check(draft)
    if rebased.conflicts and not revised:
        raise _Clash(clashes(filled.form, proposal, rebased.conflicts))
    if revised:
        require_may(who, Action.REVISE, revised)
        if claim.revision != str(revised.revision):
            raise SubmissionChanged(
                "The submission has been revised meanwhile; look at it again, and correct that."
            )
        submission = desk().journal.revise(revised.id, draft, who=who.name)
    else:
        submission = desk().journal.submit(draft)
    if judged:
        keep_report(desk().journal, submission, report_of(judged))
    return lead_to(path_of(submission))


def _client() -> str:
    return request.remote_addr or ""


def _of_whole(proposal: Proposal, found: Verdict) -> tuple[Problem, ...]:
    if proposal.files or found.problems:
        return ()
    message = gettext("Nothing is changed yet: what you sent is what is published.")
    return (_said_here("", "", message),)


def _said_here(part: str, field: str, message: str) -> Problem:
    """Make a problem of a message that is in the language of this request."""
    return Problem(part, field, message, translations=(Literal(message, lang=language()),))


def _of_claim(claim: Claim, proposal: Proposal) -> tuple[Problem, ...]:
    problems = []
    if not claim.message:
        message = gettext("Say in a sentence what you change and why.")
        problems.append(_said_here(CLAIM, "message", message))
    if not claim.source and not proposal.sources:
        message = gettext("Say where this can be read: an address, or a citation.")
        problems.append(_said_here(CLAIM, "source", message))
    return tuple(problems)


def _revised() -> Submission | None:
    """Give the submission that the form revises, which the address names.

    Raises:
        SubmissionMissing: There is none of this name.
    """
    name = request.args.get("submission", "")
    return desk().journal.get(name) if name else None


def _rows_at_first() -> Mapping[str, int]:
    is_new = request.path.removeprefix(path_prefix(language())).startswith("/add/")
    return {OBJECTIVE: 2, BODY: 1} if is_new else {}


def _basis(commit: str, revised: Submission | None) -> Basis:
    store = site().current().store
    if revised:
        return Basis(desk().workspace, revised.base, store, revised.files)
    return Basis(desk().workspace, commit, store)


def _forms(basis: Basis) -> Forms:
    return Forms(terms(desk().config).shapes, basis)
