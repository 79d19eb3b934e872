"""Figures: all of them, and each with its chart, table, data, drawing and question."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response, abort, render_template

from napgraph.charts.figures import WIDTHS, Figure
from napgraph.errors import NotReady
from napgraph.formats import CSV, HTML
from napgraph.pages.reading import Link, Text
from napgraph.questions import bound_text, question
from napgraph.web.address import site_address
from napgraph.web.figures_shown import is_of_country, shown
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.pictures import figures
from napgraph.web.public import respond_public
from napgraph.web.site import site

bp = Blueprint("figures", __name__)

# A person who asks for figures waits for them to be drawn, if they are not yet.
_WAIT_S = 20.0
_SVG = "image/svg+xml"
_JSON = "application/json"
_VEGA_LITE = "application/vnd.vegalite+json"


@page_route(bp, "/figures")
def all_figures() -> Response:
    """Show every figure that is not of one country, small, and what it says."""
    listed = [shown(figure) for figure in _drawn().values() if not is_of_country(figure)]
    countries = [shown(figure) for figure in _drawn().values() if is_of_country(figure)]
    text = render_template(
        "figures.html", figures=listed, countries=sorted(countries, key=lambda f: f.name)
    )
    return respond_public(text, HTML.content_type)


@page_route(bp, "/figures/<name>")
def one_figure(name: str) -> Response:
    """Show a figure and all there is to know of it."""
    figure = _figure(name)
    asked = question(figure.question)
    text = render_template(
        "figure.html",
        figure=shown(figure),
        question=asked,
        query=bound_text(asked, **figure.parameters),
        version=site().current().generation.id,
        site_address=site_address(),
        crumbs=[Link(Text(gettext("Figures")), "/figures", "")],
    )
    return respond_public(text, HTML.content_type)


@bp.get("/figures/<name>.csv")
def as_csv(name: str) -> Response:
    """Give a figure's numbers for spreadsheets."""
    return respond_public(_figure(name).to_csv(), CSV.content_type)


@bp.get("/figures/<name>.json")
def as_json(name: str) -> Response:
    """Give a figure's numbers for programs, row by row."""
    figure = _figure(name)
    said = {
        "figure": figure.name,
        "question": figure.question,
        "parameters": figure.parameters,
        "rows": figure.records(),
    }
    return respond_public(json.dumps(said, ensure_ascii=False), _JSON)


@bp.get("/figures/<name>.vl.json")
def as_specification(name: str) -> Response:
    """Give a figure's drawing as Vega-Lite, to change it."""
    said = json.dumps(_figure(name).specification, ensure_ascii=False)
    return respond_public(said, _VEGA_LITE)


@page_route(bp, "/figures/<name>.svg")
def as_picture(name: str) -> Response:
    """Give a figure's drawing, to embed it."""
    return respond_public(_figure(name).picture(language(), WIDTHS[-1]), _SVG)


def _figure(name: str) -> Figure:
    found = _drawn()
    if name not in found:
        abort(404, f"There is no figure {name}; see the list of figures.")
    return found[name]


def _drawn() -> Mapping[str, Figure]:
    found = figures(wait_s=_WAIT_S)
    if found is None:
        raise NotReady("The figures are being drawn; ask again in some seconds.")
    return found
