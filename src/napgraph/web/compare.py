"""Plans side by side, and what changed from one to another; both as tables and JSON, too."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, render_template, request

from napgraph.formats import HTML
from napgraph.namespaces import BASE
from napgraph.pages import changes as changing
from napgraph.pages import comparing
from napgraph.pages.changes import change_records, read_changes
from napgraph.pages.comparing import MOST_PLANS, compare, comparison_records
from napgraph.pages.plans import Plan
from napgraph.pages.records import Record, to_csv, to_json
from napgraph.table_files import CSV
from napgraph.web.days import asked_day, today
from napgraph.web.index import current_index
from napgraph.web.languages import language, page_route, path_prefix
from napgraph.web.public import query_pairs, respond_public, see_elsewhere
from napgraph.web.signposting import Link
from napgraph.wording import CITATION, LICENCE

bp = Blueprint("compare", __name__)

_PATH = "/compare"
_JSON = "application/json"
_CSV = f"{CSV}; charset=utf-8; header=present"
_ONLY = ("only", "differences")

Pairs = list[tuple[str, str]]


@page_route(bp, _PATH)
def side_by_side() -> Response:
    """Put two to six plans side by side, or ask for them."""
    day, plans = asked_day(), _asked_plans()
    pairs = _pairs(plans)
    if query_pairs() != pairs:
        return see_elsewhere(f"{path_prefix(language())}{_PATH}{_query(pairs)}")
    index = current_index()
    comparison = None
    if len(plans) > 1:
        comparison = compare(index, plans, language(), day, only_differences=_ONLY in pairs)
    text = render_template(
        "compare.html",
        day=day,
        chosen=[(p, *_owner_and_query(p, plans)) for p in plans],
        comparison=comparison,
        choices=comparing.plan_choices(index, language()),
        successors=[(a, b, _owner(a)) for a, b in comparing.latest_successors(index)],
        most=MOST_PLANS,
        only_differences=_ONLY in pairs,
        toggled=_query(_toggled(pairs)),
        query=_query(_data_pairs(pairs)),
        links=_links(_PATH, pairs) if comparison else [],
    )
    return respond_public(text, HTML.content_type)


@bp.get(f"{_PATH}.csv")
def side_by_side_csv() -> Response:
    """Give a comparison as a table for spreadsheets."""
    return _table("comparison", comparing.COLUMNS, _comparison_records())


@bp.get(f"{_PATH}.json")
def side_by_side_json() -> Response:
    """Give a comparison as records in JSON."""
    return _json(_PATH, "aspects", _comparison_records())


@page_route(bp, f"{_PATH}/<older>/<newer>")
def what_changed(older: str, newer: str) -> Response:
    """Say what changed from one plan to another."""
    before, after, day = _plan(older), _plan(newer), asked_day()
    if before is after:
        return see_elsewhere(f"{path_prefix(language())}{_PATH}{_query([('plan', older)])}")
    path = f"{_PATH}/{older}/{newer}"
    pairs = _day_pairs()
    if query_pairs() != pairs:
        return see_elsewhere(f"{path_prefix(language())}{path}{_query(pairs)}")
    index = current_index()
    text = render_template(
        "changes.html",
        page=read_changes(index, before, after, language(), day),
        steps=_steps(before, after),
        path=path,
        query=_query(pairs),
        links=_links(path, pairs),
    )
    return respond_public(text, HTML.content_type)


@bp.get(f"{_PATH}/<older>/<newer>.csv")
def what_changed_csv(older: str, newer: str) -> Response:
    """Give what changed as a table for spreadsheets."""
    return _table("changes", changing.COLUMNS, _change_records(older, newer))


@bp.get(f"{_PATH}/<older>/<newer>.json")
def what_changed_json(older: str, newer: str) -> Response:
    """Give what changed as records in JSON."""
    return _json(f"{_PATH}/{older}/{newer}", "changes", _change_records(older, newer))


# -- what is asked for -------------------------------------------------------------------------


def _plan(key: str) -> Plan:
    plan = current_index().plans.get(key)
    if plan is None:
        abort(404, f"We know no plan {key[:60]!r}. The address of a plan's page ends in its key.")
    return plan


def _asked_plans() -> tuple[Plan, ...]:
    """Give the plans that the query string names, each once, in its order.

    Raises:
        NotFound: We do not know one of them.
        BadRequest: They are too many.
    """
    keys = dict.fromkeys(key.strip() for key in request.args.getlist("plan"))
    plans = tuple(_plan(key) for key in keys if key)
    if len(plans) > MOST_PLANS:
        abort(400, f"At most {MOST_PLANS} plans fit side by side; these are {len(plans)}.")
    return plans


def _pairs(plans: tuple[Plan, ...]) -> Pairs:
    """Write the query string in its one order; what means nothing to it has no place there."""
    only = [_ONLY] if request.args.get(_ONLY[0]) == _ONLY[1] else []
    return [*(("plan", plan.key) for plan in plans), *only, *_day_pairs()]


def _day_pairs() -> Pairs:
    day = asked_day()
    return [] if day == today() else [("asOf", day.isoformat())]


def _toggled(pairs: Pairs) -> Pairs:
    if _ONLY in pairs:
        return [pair for pair in pairs if pair != _ONLY]
    plans = [pair for pair in pairs if pair[0] == "plan"]
    return [*plans, _ONLY, *pairs[len(plans) :]]


def _data_pairs(pairs: Pairs) -> Pairs:
    return [pair for pair in pairs if pair != _ONLY]


def _query(pairs: Pairs) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""


def _owner(plan: Plan) -> object:
    owner = plan.country or plan.organisation
    return current_index().reading.link(owner, language()) if owner else None


def _owner_and_query(plan: Plan, plans: tuple[Plan, ...]) -> tuple[object, str]:
    """Give whose a plan is, and the query string without it."""
    return _owner(plan), _query(_pairs(tuple(other for other in plans if other is not plan)))


def _steps(older: Plan, newer: Plan) -> tuple[tuple[Plan, Plan] | None, tuple[Plan, Plan] | None]:
    """Give the changes before and after these, where one plan followed the other."""
    siblings = list(reversed(current_index().siblings(newer)))
    place = siblings.index(newer)
    if place == 0 or siblings[place - 1] is not older:
        return None, None
    before = (siblings[place - 2], older) if place > 1 else None
    after = (newer, siblings[place + 1]) if place + 1 < len(siblings) else None
    return before, after


# -- answers -----------------------------------------------------------------------------------


def _comparison_records() -> tuple[Record, ...]:
    day, plans = asked_day(), _asked_plans()
    if len(plans) < 2:
        abort(400, "Name at least two plans to compare, as in ?plan=MLI-2&plan=MLI-3.")
    comparison = compare(current_index(), plans, "en", day)
    return comparison_records(comparison.plans, comparison.rows, day)


def _change_records(older: str, newer: str) -> tuple[Record, ...]:
    before, after = _plan(older), _plan(newer)
    if before is after:
        abort(400, f"There is nothing to compare: both plans are {older!r}.")
    return change_records(read_changes(current_index(), before, after, "en", asked_day()))


def _table(name: str, columns: tuple[str, ...], records: tuple[Record, ...]) -> Response:
    response = respond_public(to_csv(columns, records), _CSV)
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def _json(path: str, name: str, records: tuple[Record, ...]) -> Response:
    query = request.query_string.decode()
    about = {
        "address": f"{BASE.rstrip('/')}{path}{f'?{query}' if query else ''}",
        "asOf": asked_day().isoformat(),
        "license": str(LICENCE),
        "citation": CITATION,
    }
    return respond_public(to_json(about, name, records), _JSON)


def _links(path: str, pairs: Pairs) -> list[Link]:
    query = _query(_data_pairs(pairs))
    return [
        Link(f"{path_prefix(language())}{path}{_query(pairs)}", "canonical"),
        Link(f"{path}.csv{query}", "alternate", CSV),
        Link(f"{path}.json{query}", "alternate", _JSON),
    ]
