"""The page of all plans, and what is chosen on it as CSV, JSON and feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask import Blueprint, Response, abort, render_template

from napgraph.formats import HTML
from napgraph.namespaces import BASE, NAP
from napgraph.pages.browsing import (
    BrowsePage,
    Found,
    RegionEntries,
    find_plans,
    read_browse_page,
)
from napgraph.pages.facets import FACETS, Catalogue, read_catalogue
from napgraph.pages.plan_question import question_of
from napgraph.pages.plan_records import plan_columns, plan_records
from napgraph.pages.plans import Plan, State
from napgraph.pages.records import to_csv, to_json
from napgraph.pages.selection import Refused, Selection, read_selection
from napgraph.table_files import CSV
from napgraph.web.address import site_address
from napgraph.web.citing import answer_reference, written
from napgraph.web.days import asked_day, today
from napgraph.web.feeds import ATOM, FeedItem, write_atom
from napgraph.web.formatting import plan_number
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route, path_prefix
from napgraph.web.pictures import world_map
from napgraph.web.public import query_pairs, respond_public, see_elsewhere
from napgraph.web.signposting import Link
from napgraph.web.site import site
from napgraph.web.words import group_name, standing_words
from napgraph.wording import CITATION, LICENCE
from napgraph.world_map import Mark

bp = Blueprint("plans", __name__)

_PATH = "/plans"
_JSON = "application/json"
_FEED_LENGTH = 100


@page_route(bp, _PATH)
def plans() -> Response:
    """List plans, and let readers choose them by what is known of them.

    An address with its parts in another order leads to the one address of the same list. What is
    not known in it is left out and named on the page: links grow such parts on their way through
    mail and chat, and a reader is served better by the list than by an error. Programs, who do
    not read that, are told with status 400.
    """
    day = asked_day()
    selection, refused = _asked()
    if not refused and query_pairs() != selection.pairs:
        return see_elsewhere(f"{path_prefix(language())}{_PATH}{selection.query()}")
    index, catalogue = current_index(), read_all()
    found = find_plans(index, catalogue, selection, day, language())
    page = read_browse_page(index, catalogue, found, language(), refused)
    text = render_template(
        "plans.html",
        page=page,
        path=_PATH,
        question=question_of(page.selection, catalogue, found.day),
        citations=written(answer_reference("Plans", f"{_PATH}{page.selection.query()}")),
        map=world_map() if page.regions else None,
        marks_on_map=_marks(page.regions),
        links=_links(page),
    )
    return respond_public(text, HTML.content_type)


@bp.get(f"{_PATH}.csv")
def plans_csv() -> Response:
    """Give the plans of a selection as a table for spreadsheets."""
    found = _found()
    records = plan_records(current_index(), found.plans, found.day)
    response = respond_public(
        to_csv(plan_columns(), records), f"{CSV}; charset=utf-8; header=present"
    )
    response.headers["Content-Disposition"] = 'inline; filename="plans.csv"'
    return response


@bp.get(f"{_PATH}.json")
def plans_json() -> Response:
    """Give the plans of a selection as records in JSON."""
    found = _found()
    about = {
        "address": f"{BASE}plans{found.selection.query()}",
        "asOf": found.day.isoformat(),
        "selection": _named(found.selection),
        "count": len(found.plans),
        "license": str(LICENCE),
        "citation": CITATION,
    }
    records = plan_records(current_index(), found.plans, found.day)
    return respond_public(to_json(about, "plans", records), _JSON)


def _marks(regions: Iterable[RegionEntries]) -> dict[str, Mark]:
    """Fill each country on the map by that of its shown plans in force, else by the newest."""
    marks: dict[str, Mark] = {}
    for entry in (entry for region in regions for entry in region.entries):
        owner, group = entry.owner, entry.standing.group
        if owner is None or not entry.plan.country:
            continue
        if owner.key not in marks or marks[owner.key].group != State.IN_FORCE:
            label = f"{owner.text.text}: {standing_words(entry.standing)}"
            marks[owner.key] = Mark(group, label, f"{path_prefix(language())}{entry.plan.path}")
    return marks


def _found() -> Found:
    """Find the plans that a program asks for, all pages of them.

    Raises:
        BadRequest: The query string has something that is not known.
    """
    selection, refused = _asked()
    for part in refused:
        abort(400, _why(part))
    index = current_index()
    return find_plans(index, read_all(), selection.on_page(1), asked_day())


def read_all() -> Catalogue:
    """Give all plans with what they are chosen by, read once a generation."""
    return site().kept("catalogue", lambda _: read_catalogue(current_index()))


def _asked() -> tuple[Selection, tuple[Refused, ...]]:
    selection, refused = read_selection(query_pairs(), read_all().values_always)
    is_today = selection.as_of == today().isoformat()
    return (selection.as_if_today() if is_today else selection), refused


def _why(part: Refused) -> str:
    if part.value is None:
        known = ", ".join((*FACETS, "from", "to", "begins", "asOf", "sort"))
        return f"Plans cannot be chosen by {part.name!r}; they can by {known}."
    if part.name in FACETS:
        known = ", ".join(read_all().values_always[part.name])
        return f"{part.name} has no value {part.value!r}; it has {known}."
    return f"{part.name} cannot be {part.value!r}."


def _named(selection: Selection) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for name, value in selection.pairs:
        named.setdefault(name, []).append(value)
    return named


@page_route(bp, f"{_PATH}.atom")
def plans_atom() -> Response:
    """Give the plans of a selection as a feed, those adopted last first.

    A plan whose adoption or first year no source tells has no place in it.
    """
    found = _found()
    items = [item for plan in found.plans if (item := _item(plan, found.day))]
    items.sort(key=lambda item: item.dated, reverse=True)
    query, prefix = found.selection.query(), f"{site_address()}{path_prefix(language())}"
    body = write_atom(
        items[:_FEED_LENGTH],
        title=f"napgraph: {gettext('Plans')}",
        language=language(),
        address=f"{prefix}{_PATH}.atom{query}",
        page=f"{prefix}{_PATH}{query}",
        changed=datetime.fromisoformat(site().current().generation.created),
    )
    return respond_public(body, f"{ATOM}; charset=utf-8")


def _item(plan: Plan, day: date) -> FeedItem | None:
    """Give a plan for the feed; it is as old as its adoption, else as its first year."""
    dated = plan.adopted or str(plan.begins or "")
    if not dated:
        return None
    index = current_index()
    owner = plan.country or plan.organisation
    label = index.reading.label(owner, language()).text if owner else plan.key
    words = plan_number(plan.generation) if plan.generation else gettext("Plan")
    themes = (index.reading.label(iri, language()).text for iri in plan.thing.iris(NAP.theme))
    standing = index.standing(plan, day)
    return FeedItem(
        iri=str(plan.iri),
        title=f"{label}{gettext(': ')}{words}",
        dated=dated,
        path=f"{path_prefix(language())}{plan.path}",
        words=(standing_words(standing), *themes),
        category=(standing.group, group_name(standing.group)),
    )


def _links(page: BrowsePage) -> list[Link]:
    own = page.selection.query()
    whole = page.selection.on_page(1).query()
    return [
        Link(f"{path_prefix(language())}{_PATH}{own}", "canonical"),
        Link(f"{_PATH}.csv{whole}", "alternate", CSV),
        Link(f"{_PATH}.json{whole}", "alternate", _JSON),
        Link(f"{path_prefix(language())}{_PATH}.atom{whole}", "alternate", ATOM),
    ]
