"""The first page, and the list of all countries."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from napgraph.formats import HTML
from napgraph.pages.home import read_home_page, read_regions
from napgraph.web.days import asked_day
from napgraph.web.languages import language, page_route
from napgraph.web.public import respond_public
from napgraph.web.things import current_index

bp = Blueprint("home", __name__)


@page_route(bp, "/")
def home() -> Response:
    """Say what this is, how plans stand, what is new, and the ways in."""
    page = read_home_page(current_index(), language(), asked_day())
    return respond_public(render_template("home.html", page=page), HTML.content_type)


@page_route(bp, "/countries")
def countries() -> Response:
    """List all countries by region, and how their plans stand."""
    index, day = current_index(), asked_day()
    text = render_template(
        "countries.html",
        day=day,
        states=index.count_states(day),
        regions=read_regions(index, language(), day),
    )
    return respond_public(text, HTML.content_type)
