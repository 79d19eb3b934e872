"""Questions that others asked: a page each, with its answer, and an address for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request

from napgraph import protocol
from napgraph.answer_rows import read_answer, to_csv, to_json
from napgraph.errors import QueryError, RequestError
from napgraph.formats import (
    CSV,
    HTML,
    PARQUET,
    QUESTION_FORMATS,
    RESULTS_JSON,
    ROWS_FORMATS,
    ROWS_JSON,
    SPARQL,
    Format,
    by_suffix,
)
from napgraph.protocol import Query
from napgraph.question_forms import Option, fields_of, read_options
from napgraph.questions import Question, all_questions, bound_text
from napgraph.table_files import rows_to_parquet
from napgraph.web import ask_page
from napgraph.web.address import site_address
from napgraph.web.labels import label_of, word_of
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.public import respond_public
from napgraph.web.result_pages import ReadableTable, make_readable
from napgraph.web.results import Table, read_results
from napgraph.web.site import site
from napgraph.wording import CITATION, LICENCE

bp = Blueprint("questions", __name__)

API = "/api/queries"
# More rows than this make a page heavy, and all of them are a link away.
_SHOWN = 250
# What the address of an answer may have besides the question's parameters.
_FORMAT = "format"

# -- pages -------------------------------------------------------------------------------------


@page_route(bp, "/questions")
def questions() -> Response:
    """List all questions by what they are about."""
    page = render_template("questions.html", subjects=list(ask_page.questions_by_subject()))
    return respond_public(page, HTML.content_type)


@page_route(bp, "/questions/<name>")
def question_page(name: str) -> Response:
    """Answer a question on a page, with a form for what it leaves open."""
    question = _find(name)
    given = _given(question, allowed=())
    try:
        text = bound_text(question, **given)
    except QueryError as exc:
        page = _page(question, given, problem=str(exc))
        return Response(page, status=400, content_type=HTML.content_type)
    table = read_results(_evaluate(text, RESULTS_JSON))
    assert isinstance(table, Table)
    parameters = [parameter.name for parameter in question.parameters]
    readable = make_readable(
        table, most=_SHOWN, hidden=parameters, label=label_of, translate=word_of
    )
    address = f"{API}/{question.name}"
    page = _page(
        question,
        given,
        table=readable,
        **_drawings(table, readable),
        text=text,
        ask=f"{ask_page.PATH}?{urlencode({'query': text})}",
        api=address,
        query_string=f"?{urlencode(given)}" if given else "",
        address=site_address() + address,
    )
    return respond_public(page, HTML.content_type)


def _page(question: Question, given: Mapping[str, str], **shown: object) -> str:
    return render_template(
        "question.html",
        question=question,
        fields=fields_of(question, given, _options),
        formats=ROWS_FORMATS,
        is_copy=site().is_copy,
        generation=site().current().generation,
        **shown,
    )


def _drawings(table: Table, readable: ReadableTable) -> dict[str, object]:
    """Draw an answer in the reader's words, if all of it was put into them."""
    if readable.total > len(readable.rows):
        return ask_page.drawings(table)
    names = [gettext(column.name) for column in readable.columns]
    within = tuple(name[:1].lower() + name[1:] for name in names)
    return ask_page.draw(Table(within, readable.rows, has_more=False))


def _options(kind: str) -> tuple[Option, ...]:
    tag = language()
    return site().kept(("options", kind, tag), lambda opened: read_options(opened.store, kind, tag))


# -- for programs ------------------------------------------------------------------------------


@bp.get(API)
def listed() -> Response:
    """List all questions, with what each leaves open."""
    entries = [
        {
            "name": question.name,
            "title": question.title,
            "description": question.description,
            "subject": question.subject,
            "parameters": [
                {
                    "name": parameter.name,
                    "type": parameter.type,
                    "default": parameter.default or None,
                    "description": parameter.description,
                }
                for parameter in question.parameters
            ],
            "columns": question.columns,
            "address": f"{site_address()}{API}/{question.name}",
        }
        for question in all_questions()
    ]
    return respond_public(json.dumps(entries, ensure_ascii=False), ROWS_JSON.content_type)


@bp.get(f"{API}/<name>")
def answer(name: str) -> Response:
    """Answer a question as rows, or in the format that a suffix, a parameter or Accept asks for."""
    stem, _, suffix = name.partition(".")
    named = by_suffix(suffix, QUESTION_FORMATS) if suffix else None
    if suffix and named is None:
        suffixes = ", ".join(form.suffix for form in QUESTION_FORMATS)
        abort(404, f"There is no format {suffix} of an answer; there are {suffixes}.")
    question = _find(stem)
    given = _given(question, allowed=(_FORMAT,))
    wanted = given.pop(_FORMAT, None)
    form = named or protocol.choose_format(wanted, request.headers.get("Accept"), QUESTION_FORMATS)
    try:
        text = bound_text(question, **given)
    except QueryError as exc:
        raise RequestError(str(exc)) from exc
    response = respond_public(_written(question, text, form), form.content_type)
    if named is None:
        response.headers.add("Vary", "Accept")
    response.headers.add("Link", f'<{LICENCE}>; rel="license"')
    response.headers.add("Link", f'</questions/{question.name}>; rel="describedby"')
    return response


def _written(question: Question, text: str, form: Format) -> bytes:
    if form is SPARQL:
        return text.encode()
    if form not in ROWS_FORMATS:
        return _evaluate(text, form)
    rows = read_answer(_evaluate(text, RESULTS_JSON))
    if form is CSV:
        return to_csv(rows)
    if form is PARQUET:
        about = {
            "title": question.title,
            "description": question.description,
            "license": str(LICENCE),
            "bibliographicCitation": CITATION,
            "generation": site().current().generation.id,
        }
        return rows_to_parquet(rows, about)
    return to_json(rows)


# -- both --------------------------------------------------------------------------------------


def _find(name: str) -> Question:
    found = next((one for one in all_questions() if one.name == name), None)
    return found or abort(404, f"There is no question {name[:60]!r}; {API} lists them.")


def _given(question: Question, *, allowed: tuple[str, ...]) -> dict[str, str]:
    """Read the parameters that the address has, those left empty aside.

    Raises:
        RequestError: One is unknown, or given twice.
    """
    known = [parameter.name for parameter in question.parameters]
    for name, values in request.args.lists():
        if name not in (*known, *allowed):
            names = ", ".join(known) or "none"
            raise RequestError(
                f"{question.name} has no parameter {name[:40]!r}; those it has: {names}."
            )
        if len(values) > 1:
            raise RequestError(f"The parameter {name} is given {len(values)} times; give it once.")
    return {name: value for name, value in request.args.items() if value.strip()}


def _evaluate(text: str, form: Format) -> bytes:
    """Answer in a worker, as any query is answered."""
    plan = protocol.plan(Query(text, format_name=form.suffix), None, federation=frozenset())
    return site().evaluate(plan, client=request.remote_addr or "").read()
