"""The first page, and the list of all countries."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, render_template

from napgraph.formats import HTML
from napgraph.pages.home import RegionGroup, read_home_page, read_regions
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import language, page_route, path_prefix
from napgraph.web.pictures import world_map
from napgraph.web.public import respond_public
from napgraph.web.words import standing_words
from napgraph.world_map import Mark

bp = Blueprint("home", __name__)


@page_route(bp, "/")
def home() -> Response:
    """Say what this is, how plans stand, what is new, and the ways in."""
    page = read_home_page(current_index(), language(), asked_day())
    text = render_template("home.html", page=page, map=world_map(), marks=_marks(page.regions))
    return respond_public(text, HTML.content_type)


@page_route(bp, "/countries")
def countries() -> Response:
    """List all countries by region, and how their plans stand."""
    index, day = current_index(), asked_day()
    regions = read_regions(index, language(), day)
    text = render_template(
        "countries.html",
        day=day,
        states=index.count_states(day),
        regions=regions,
        map=world_map(),
        marks=_marks(regions),
    )
    return respond_public(text, HTML.content_type)


def _marks(regions: Iterable[RegionGroup]) -> dict[str, Mark]:
    """Fill each country on the map by its state; those that have a plan are links."""
    return {
        line.country.key: Mark(
            line.standing.group,
            f"{line.link.text.text}: {standing_words(line.standing)}",
            f"{path_prefix(language())}{line.country.path}" if line.plan else "",
        )
        for region in regions
        for line in region.lines
    }
