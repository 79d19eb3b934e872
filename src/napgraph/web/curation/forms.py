"""Correcting and adding by filling in forms, which work without a script."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import zip_longest
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, render_template, request
from rdflib import URIRef

from napgraph.curation.consequences import terms
from napgraph.curation.form_basis import Basis
from napgraph.curation.form_problems import UNTOLD, Verdict, verdict
from napgraph.curation.form_proposals import Problem, Proposal, propose
from napgraph.curation.form_values import Written
from napgraph.curation.forms import ADDED, BODY, MOST_ROWS, OBJECTIVE, Answers, Form, Forms
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
from napgraph.formats import HTML
from napgraph.namespaces import thing_iri
from napgraph.pages.reading import Link, Text
from napgraph.resources import local_path
from napgraph.web.curation.answers import lead_to, path_of
from napgraph.web.curation.desk import desk, person
from napgraph.web.curation.form_controls import Shower, ShownPart
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
from napgraph.web.languages import form_route, in_language, language, page_route, path_prefix
from napgraph.web.site import site

bp = Blueprint("forms", __name__)

# Where the message and the source of a change are asked, among the parts of a form.
CLAIM = "claim"
_LONGEST_TEXT = 5_000


def register(app: Flask) -> None:
    """Let templates lead to things by their IRIs."""
    app.jinja_env.filters["thing_path"] = lambda iri: in_language(local_path(iri))


# Makes the form with so many rows of each kind for new things.
_Maker = Callable[[Forms, Mapping[str, int]], Form]


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of their change.

    Attributes:
        base: The commit that the form was made from.
        key: Tells a form that is sent twice from two.
        revision: That of the submission which the form revises, if it does.
    """

    message: str = ""
    source: str = ""
    base: str = ""
    key: str = ""
    revision: str = ""


@dataclass(frozen=True, slots=True)
class _Filled:
    """A form as it came back, and what is to be said of it."""

    form: Form
    basis: Basis
    claim: Claim
    revised: Submission | None = None
    verdict: Verdict = UNTOLD
    is_checked: bool = False


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
    return _respond(text)


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
    return _show(_Filled(form, basis, claim, revised))


def _take(make: _Maker) -> Response:
    claim, revised = _claim(), _revised()
    basis = _basis(claim.base, revised)
    form = make(_forms(basis), _rows()).filled_in(_posted())
    filled = _Filled(form, basis, claim, revised)
    try:
        who = submitting_person()
        if "more" in request.form:
            return _show(filled)
        take_turn(_limit(who), who)
        return _judge(filled, who)
    except (CurationError, DataError, EndpointBusy) as exc:
        # Nothing that was typed is lost: the form comes back with what went wrong.
        problem = Problem("", "", str(exc))
        filled = replace(filled, verdict=Verdict((problem,), ()))
        return _show(filled, is_signed_out=isinstance(exc, SignInError))


def _limit(who: Person) -> Limit:
    if "submit" not in request.form:
        return ACT
    return SUBMIT_ANONYMOUSLY if who is ANONYMOUS else SUBMIT


def _judge(filled: _Filled, who: Person) -> Response:
    proposal = propose(filled.form, filled.basis)
    files = {**filled.basis.proposed, **proposal.files}
    judged = judge_files(files, client=_client()) if proposal.files else None
    results = judged.report.results if judged else ()
    found = verdict(filled.form, proposal, results, terms(desk().config).shapes)
    problems = (*found.problems, *_of_whole(proposal, found))
    if "submit" not in request.form or problems:
        problems += _of_claim(filled.claim, proposal) if "submit" in request.form else ()
        checked = Verdict(problems, found.notices)
        return _show(replace(filled, verdict=checked, is_checked=True))
    if problems := _of_claim(filled.claim, proposal):
        return _show(replace(filled, verdict=Verdict(problems, found.notices)))
    return _submit(filled, proposal, who, judged)


def _submit(filled: _Filled, proposal: Proposal, who: Person, judged: Judged | None) -> Response:
    claim, revised = filled.claim, filled.revised
    draft = Draft(
        author=revised.author if revised else who.name,
        message=claim.message,
        source=claim.source or " ".join(proposal.sources),
        base=filled.basis.commit,
        files={**filled.basis.proposed, **proposal.files},
        key=claim.key,
    )
    desk().publisher.check(draft)
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
    return (Problem("", "", "Nothing is changed yet: what you sent is what is published."),)


def _of_claim(claim: Claim, proposal: Proposal) -> tuple[Problem, ...]:
    problems = []
    if not claim.message:
        problems.append(Problem(CLAIM, "message", "Say in a sentence what you change and why."))
    if not claim.source and not proposal.sources:
        problems.append(
            Problem(CLAIM, "source", "Say where this can be read: an address, or a citation.")
        )
    return tuple(problems)


# -- reading what is sent ----------------------------------------------------------------------


def _claim() -> Claim:
    def said(name: str) -> str:
        return request.form.get(name, "").strip()[:_LONGEST_TEXT]

    workspace, base = desk().workspace, said("base")
    return Claim(
        message=said("message"),
        source=said("source"),
        base=base if workspace.has_commit(base) else workspace.head(),
        key=said("key")[:40],
        revision=said("revision"),
    )


def _revised() -> Submission | None:
    """Give the submission that the form revises, which the address names.

    Raises:
        SubmissionMissing: There is none of this name.
    """
    name = request.args.get("submission", "")
    return desk().journal.get(name) if name else None


def _posted() -> Mapping[str, Answers]:
    posted: dict[str, dict[str, tuple[Written, ...]]] = {}
    for name, texts in request.form.lists():
        part, _, field = name.partition(".")
        if not field or field.endswith(".language"):
            continue
        tags = request.form.getlist(f"{name}.language")
        pairs = zip_longest(texts, tags[: len(texts)], fillvalue="")
        posted.setdefault(part, {})[field] = tuple(Written(*pair) for pair in pairs)
    return posted


def _rows_at_first() -> Mapping[str, int]:
    is_new = request.path.removeprefix(path_prefix(language())).startswith("/add/")
    return {OBJECTIVE: 2, BODY: 1} if is_new else {}


def _rows() -> Mapping[str, int]:
    """Say how many objectives and bodies the form has, with one more of what is asked for."""
    more = request.form.get("more", "")
    return {kind: _number(f"rows.{kind}") + (more == kind) for kind in (OBJECTIVE, BODY)}


def _number(name: str) -> int:
    text = request.form.get(name, "0")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


# -- showing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the list at the top: where it is, what it is about, and what to do."""

    anchor: str
    label: str
    problem: Problem
    path: str = ""


def _show(filled: _Filled, *, is_signed_out: bool = False) -> Response:
    form, claim, found = filled.form, filled.claim, filled.verdict
    reading = current_index().reading
    shower = Shower(form, filled.basis, reading, found)
    parts = shower.parts()
    main = form.main
    text = render_template(
        "form.html",
        form=form,
        main=parts[main.name],
        parts=parts,
        objectives=[parts[part.name] for part in form.rows(OBJECTIVE)],
        bodies=[parts[part.name] for part in form.rows(BODY)],
        claim=claim,
        claim_problems={p.field: p.message for p in found.problems if p.part == CLAIM},
        problems=[_told(problem, parts) for problem in found.problems],
        notices=found.notices,
        languages=shower.languages(),
        is_checked=filled.is_checked,
        is_signed_out=is_signed_out,
        more=request.form.get("more", ""),
        named=_named(main.subject, filled.basis) if main.subject else None,
        submission=filled.revised,
        belongs_to=_first_given(form),
        crumbs=_crumbs(form),
    )
    is_wrong = bool(found.problems)
    return _respond(text, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK)


def _named(thing: URIRef, basis: Basis) -> Link:
    reading = current_index().reading
    if reading.thing(thing):
        return reading.link(thing, language())
    return Link(Text(basis.name_of(thing)), local_path(thing), thing.rpartition("/")[2])


def _first_given(form: Form) -> Link | None:
    given = [o for _, o in form.main.given if isinstance(o, URIRef)]
    return current_index().reading.link(given[0], language()) if given else None


def _crumbs(form: Form) -> Sequence[Link]:
    reading, tag = current_index().reading, language()
    up = []
    if form.owner:
        up.append(thing_iri("country", form.owner))
    thing = form.main.subject or next(
        (o for _, o in form.main.given if isinstance(o, URIRef)), None
    )
    if thing and thing not in up:
        up.append(thing)
    return reading.links(up, tag)


def _told(problem: Problem, parts: Mapping[str, ShownPart]) -> Told:
    path = in_language(local_path(problem.thing)) if problem.thing else ""
    if problem.part == CLAIM:
        return Told(problem.field, "", problem)
    part = parts.get(problem.part)
    if part is None:
        label = (
            current_index().reading.label(problem.thing, language()).text if problem.thing else ""
        )
        return Told("", label, problem, path)
    control = next((c for c in part.controls if c.field.name == problem.field), None)
    if control is None:
        return Told(f"part-{problem.part}", part.title.text, problem, path)
    return Told(control.id, control.label.text, problem, path)


def _basis(commit: str, revised: Submission | None) -> Basis:
    store = site().current().store
    if revised:
        return Basis(desk().workspace, revised.base, store, revised.files)
    return Basis(desk().workspace, commit, store)


def _forms(basis: Basis) -> Forms:
    return Forms(terms(desk().config).shapes, basis)


def _respond(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = Response(text, status=status, content_type=HTML.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.content_language.add(language())
    return response
