"""The table of gaps: what is known of each country's plan, and what is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template, request

from napgraph.formats import CSV, HTML
from napgraph.pages.gap_table import (
    BY_COUNTRY,
    BY_KNOWN,
    GapTable,
    Side,
    read_gap_table,
    read_sides,
)
from napgraph.pages.reading import Link, Text
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.public import respond_public

bp = Blueprint("gaps", __name__)


@page_route(bp, "/figures/gaps")
def gaps() -> Response:
    """Show countries by what may be known of a plan."""
    sides, day = read_sides(current_index().reading, language()), asked_day()
    order = _order(sides)
    text = render_template(
        "gaps.html",
        table=read_gap_table(current_index(), sides, language(), day, order=order),
        order=order,
        day=day,
        crumbs=[Link(Text(gettext("Figures")), "/figures", "")],
    )
    return respond_public(text, HTML.content_type)


@bp.get("/figures/gaps.csv")
def gaps_csv() -> Response:
    """Give the table for spreadsheets."""
    sides = read_sides(current_index().reading, "en")
    table = read_gap_table(current_index(), sides, "en", asked_day(), order=_order(sides))
    return respond_public(_write(table), CSV.content_type)


def _order(sides: Sequence[Side]) -> str:
    order = request.args.get("sort", "").strip() or BY_COUNTRY
    orders = (BY_COUNTRY, BY_KNOWN, *(side.key for side in sides))
    if order not in orders:
        abort(400, f"sort is {order[:40]!r}; it takes one of {', '.join(orders)}.")
    return order


def _write(table: GapTable) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    sides = [side.key for side in table.sides]
    writer.writerow(["country", "country_name", "plan", *sides, "known"])
    writer.writerows(
        [line.country.key, line.country.text.text, line.plan.key, *line.known.values(), line.stated]
        for line in table.lines
    )
    return out.getvalue().encode("utf-8-sig")
