"""Pages of forms: filled in, with what is wrong at the fields and above all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from rdflib import Literal, URIRef

from napgraph.curation.form_basis import Basis
from napgraph.curation.form_problems import UNTOLD, Verdict
from napgraph.curation.form_proposals import Problem
from napgraph.curation.forms import BODY, OBJECTIVE, Form
from napgraph.curation.submissions import Submission
from napgraph.formats import HTML
from napgraph.namespaces import thing_iri
from napgraph.pages.reading import Link, Text
from napgraph.resources import choose_text, local_path
from napgraph.web.curation.form_controls import Shower, ShownPart
from napgraph.web.curation.form_posts import Claim
from napgraph.web.index import current_index
from napgraph.web.languages import in_language, language

# Where the message and the source of a change are asked, among the parts of a form.
CLAIM = "claim"


def register(app: Flask) -> None:
    """Let templates lead to things by their IRIs."""
    app.jinja_env.filters.update(thing_path=lambda iri: in_language(local_path(iri)), told=words_of)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it came back, and what is to be said of it."""

    form: Form
    basis: Basis
    claim: Claim
    revised: Submission | None = None
    verdict: Verdict = UNTOLD
    is_checked: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the list at the top: where it is, what it is about, and what to do."""

    anchor: str
    label: str
    problem: Problem
    path: str = ""


def words_of(problem: Problem) -> Text:
    """Give what a problem says for the reader, else in English."""
    in_english = Literal(problem.message, lang="en")
    chosen = choose_text((*problem.translations, in_english), language()) or in_english
    return Text(str(chosen), chosen.language or "")


def show(filled: Filled, *, is_signed_out: bool = False) -> Response:
    """Answer with a form, and with what is to be said of it."""
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
        claim_problems={p.field: p for p in found.problems if p.part == CLAIM},
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
    return respond(text, HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK)


def _named(thing: URIRef, basis: Basis) -> Link:
    reading = current_index().reading
    if reading.thing(thing):
        return reading.link(thing, language())
    return Link(Text(basis.name_of(thing)), local_path(thing), thing.rpartition("/")[2])


def _first_given(form: Form) -> Link | None:
    given = [o for _, o in form.main.given if isinstance(o, URIRef)]
    return current_index().reading.link(given[0], language()) if given else None


def _crumbs(form: Form) -> Sequence[Link]:
    """Lead back to the country, and to the thing or what a new one belongs to."""
    reading = current_index().reading
    given = [o for _, o in form.main.given if isinstance(o, URIRef)]
    up = [thing_iri("country", form.owner)] if form.owner else []
    up += [form.main.subject] if form.main.subject else given
    published = (iri for iri in dict.fromkeys(up) if reading.thing(iri))
    return reading.links(published, language())


def _told(problem: Problem, parts: Mapping[str, ShownPart]) -> Told:
    path = in_language(local_path(problem.thing)) if problem.thing else ""
    if problem.part == CLAIM:
        return Told(problem.field, "", problem)
    part = parts.get(problem.part)
    if part is None:
        reading = current_index().reading
        label = reading.label(problem.thing, language()).text if problem.thing else ""
        return Told("", label, problem, path)
    control = next((c for c in part.controls if c.field.name == problem.field), None)
    if control is None:
        return Told(f"part-{problem.part}", part.title.text, problem, path)
    return Told(control.id, control.label.text, problem, path)


def respond(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with a page that no cache keeps."""
    response = Response(text, status=status, content_type=HTML.content_type)
    response.headers["Cache-Control"] = "no-store"
    response.content_language.add(language())
    return response
