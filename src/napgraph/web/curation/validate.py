"""Judging data from outside together with what is published, for programs and on a page."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, render_template, request

from napgraph.annotations import to_sarif
from napgraph.checking import row_of, severity
from napgraph.curation.judging import Given, Judged
from napgraph.data_formats import FORMATS, SHEET, find_format, format_of_file, guess_format
from napgraph.errors import EndpointBusy, NapgraphError, RequestError, UnsupportedBody
from napgraph.formats import (
    HTML,
    JSON_LD,
    RDF_XML,
    ROWS_JSON,
    TRIG,
    TURTLE,
    Format,
    by_name,
)
from napgraph.namespaces import BASE, SHAPES
from napgraph.protocol import choose_format
from napgraph.resources import local_path, short_name
from napgraph.validation import Result
from napgraph.web import languages
from napgraph.web.address import site_address
from napgraph.web.bodies import allow_body, read_body
from napgraph.web.errors import Line, lines_around
from napgraph.web.judging import judges
from napgraph.web.languages import page_route
from napgraph.web.problems import Problem, problem_of
from napgraph.web.public import respond_public
from napgraph.web.rdf import rdf_response, write_graph
from napgraph.web.site import site

bp = Blueprint("validate", __name__)

PATH = "/validate"
SARIF = Format("sarif", "application/sarif+json", "SARIF")
REPORT_FORMATS = (TURTLE, ROWS_JSON, JSON_LD, SARIF, HTML)
# What people choose from: the names and suffixes of formats.
CHOICES = (TURTLE, JSON_LD, RDF_XML, TRIG, SHEET)

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MB = 1_000_000
# What a form has besides the data.
_FORM_BYTES = 20_000
# A longer text is not sent back in a page.
_LONGEST_ECHO = 300_000
_LONGEST_EXCERPT = 160


@page_route(bp, PATH)
def validate_page() -> Response:
    """Show the form to judge data with."""
    if not site().is_copy:
        judges().start()  # who reads the page will ask soon
    return respond_public(_page(_Asked()), HTML.content_type)


def read_ahead() -> None:
    """Get ready to judge with a new generation, where data are judged at all."""
    if site().config.workspace_dir or judges().is_started:
        judges().start()


@bp.post(PATH)
@bp.post(f"/<{languages.IN_ADDRESSES}:{languages.TAG}>{PATH}")
def validate() -> Response:
    """Judge data, and report what the rules say."""
    allow_body(site().config.judge_mb * _MB + _FORM_BYTES)
    accept = request.headers.get("Accept")
    chosen = choose_format(request.args.get("format"), accept, REPORT_FORMATS)
    if chosen is HTML:
        return _respond_with_page()
    asked = _read()
    return _with_headers(_report(_judge(asked), asked, chosen))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was sent to be judged.

    Attributes:
        given: The data.
        form: Their format.
        file: The name of the file that they came in, if they did.
        text: The same as text, to be shown and changed; empty if it is too long.
    """

    given: Given | None = None
    form: Format | None = None
    file: str = ""
    text: str = ""

    @property
    def name(self) -> str:
        """The graph that was named, if one was."""
        return (self.given and self.given.name) or ""


def _judge(asked: _Asked) -> Judged:
    assert asked.given
    return judges().judge([asked.given], client=request.remote_addr or "")


def _with_headers(response: Response) -> Response:
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-store"
    return response


# -- reading -----------------------------------------------------------------------------------


def _read() -> _Asked:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedBody("The body is compressed; send it as it is.")
    if request.mimetype in _FORMS:
        return _read_form()
    if not request.mimetype:
        raise UnsupportedBody("Say in the header Content-Type in which format the data are.")
    form = find_format(request.mimetype)
    given = Given(_graph_name(request.args.get("graph")), read_body(), form.media_type)
    return _Asked(given, form)


def _read_form() -> _Asked:
    """Read the fields of the form; a file that is chosen counts, not the text beside it."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        content, file = upload.read(), _file_name(upload.filename)
    else:
        # Browsers send line breaks as CR LF.
        content, file = request.form.get("data", "").replace("\r\n", "\n").encode(), ""
    if not content.strip():
        raise RequestError("There are no data; write or paste them, or choose a file.")
    text = content.decode(errors="replace")
    form = _chosen_form() or (file and format_of_file(file)) or guess_format(text)
    given = Given(_graph_name(request.form.get("graph")), content, form.media_type)
    return _Asked(given, form, file, text if len(text) <= _LONGEST_ECHO else "")


def _chosen_form() -> Format | None:
    name = request.form.get("type", "")
    form = by_name(name, FORMATS)
    if name and form is None:
        names = ", ".join(one.suffix for one in FORMATS)
        raise RequestError(f"There is no format {name[:20]!r} of data; there are {names}.")
    return form


def _graph_name(text: str | None) -> str | None:
    """Read the name of a graph, which may be given as its address."""
    name = (text or "").strip().removeprefix(f"{BASE}graph/")
    if name and not re.fullmatch(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", name):
        raise RequestError(
            f"{name[:50]!r} cannot be the name of a graph; give one such as MLI, or none."
        )
    return name or None


def _file_name(name: str) -> str:
    return re.split(r"[/\\]", name)[-1][:100]


# -- reports for programs ----------------------------------------------------------------------


def _report(judged: Judged, asked: _Asked, chosen: Format) -> Response:
    if chosen in (TURTLE, JSON_LD):
        return rdf_response(write_graph(judged.report.graph, chosen), chosen)
    rows = _rows(judged, asked)
    if chosen is SARIF:
        said: dict[str, Any] = to_sarif(rows, version=version("napgraph"), address=BASE)
    else:
        said = {
            "conforms": judged.report.conforms,
            "things": judged.things,
            "graphs": sorted(judged.files),
            "generation": judged.generation,
            "leftOff": judged.left_off,
            "results": [
                {name: value for name, value in row.items() if name != "file"} for row in rows
            ],
        }
    return Response(json.dumps(said, ensure_ascii=False), content_type=chosen.content_type)


def _rows(judged: Judged, asked: _Asked) -> list[dict[str, str | int | None]]:
    file = asked.file or f"{asked.name or 'data'}.{(asked.form or TURTLE).suffix}"
    places = judged.places
    return [
        row_of(result, file, place.line) if (place := places.get(result.focus_node))
        else row_of(result, None, None)
        for result in judged.report.results
    ]  # fmt: skip


# -- the page ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Finding:
    """A result as the page shows it; `shape` is the anchor of its explanation."""

    severity: str
    name: str
    shape: str
    property: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class _Spot:
    """A thing with its results; `line` is 0 where it does not stand in what was given."""

    line: int
    excerpt: str
    thing: str
    path: str
    findings: tuple[_Finding, ...]

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is a thing of what is published, and was not given."""
        return not self.line and bool(self.path)


def _respond_with_page() -> Response:
    asked = _Asked()
    try:
        asked = _read()
        response = Response(_page(asked, judged=_judge(asked)))
    except NapgraphError as exc:
        problem = problem_of(exc)
        if problem is None:
            raise
        response = Response(_problem_page(asked, exc, problem), status=problem.status)
        if isinstance(exc, EndpointBusy):
            response.headers["Retry-After"] = str(exc.retry_after_s)
    response.content_type = HTML.content_type
    response.content_language.add(languages.language())
    return _with_headers(response)


def _problem_page(asked: _Asked, error: NapgraphError, problem: Problem) -> str:
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    lines: list[Line] = []
    if asked.text and line:
        lines = lines_around(asked.text, line, column or 0)
    text = asked.text or request.form.get("data", "")[:_LONGEST_ECHO]
    return _page(asked, text=text, problem=problem, detail=str(error), lines=lines)


def _page(asked: _Asked, *, judged: Judged | None = None, text: str = "", **said: object) -> str:
    shown: dict[str, object] = {}
    if judged is not None:
        results = judged.report.results
        counts = Counter(map(severity, results))
        gaps = [result for result in results if severity(result) == "Info"]
        worst = [result for result in results if severity(result) != "Info"]
        shown = {
            "judged": judged,
            "counts": {name: counts[name] for name in ("Violation", "Warning", "Info")},
            "spots": _spots(judged, asked.text, worst),
            "gaps": _spots(judged, asked.text, gaps),
            "is_explained": SHAPES in site().current().generation.graphs,
        }
    return render_template(
        "validate.html",
        asked=asked,
        text=text or asked.text,
        address=site_address(),
        choices=CHOICES,
        is_copy=site().is_copy,
        report_formats=[form for form in REPORT_FORMATS if form is not HTML],
        max_mb=site().config.judge_mb,
        **shown,
        **said,
    )


def _spots(judged: Judged, text: str, results: Sequence[Result]) -> list[_Spot]:
    """Put results together by thing, in the order of lines; those without a line come last."""
    by_thing: dict[Any, list[Result]] = {}
    for result in results:
        by_thing.setdefault(result.focus_node, []).append(result)
    lines = text.split("\n")
    spots = []
    for thing, said in by_thing.items():
        place = judged.places.get(thing)
        line = place.line if place else 0
        is_shown = 0 < line <= len(lines)
        spots.append(
            _Spot(
                line=line,
                excerpt=lines[line - 1].strip()[:_LONGEST_EXCERPT] if is_shown else "",
                thing=short_name(str(thing)),
                path=local_path(str(thing)),
                findings=_findings(said),
            )
        )
    return sorted(spots, key=lambda spot: (not spot.line, spot.line, spot.thing))


def _findings(results: Sequence[Result]) -> tuple[_Finding, ...]:
    return tuple(
        _Finding(
            severity=severity(result),
            name=result.name,
            shape=str(result.shape).rpartition("#")[2],
            property=short_name(str(result.path)) if result.path else "",
            value=""
            if result.value in (None, result.focus_node)
            else short_name(str(result.value)),
            message=result.message,
        )
        for result in results
    )
