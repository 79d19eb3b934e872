"""The pages about objectives, and the list of all."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template
from rdflib import DCTERMS, URIRef

from napgraph.documents import Document
from napgraph.namespaces import NAP
from napgraph.pages.listing import Collection
from napgraph.pages.objective import collect_objectives, list_objectives, read_objective_page
from napgraph.pages.records import Record
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.listings import list_page, list_table
from napgraph.web.site import site
from napgraph.web.thing_parts import plan_crumbs, sections

bp = Blueprint("objectives", __name__)

_PATH = "/objectives"
_COLUMNS = ("objective", "number", "text", "pillars", "plan", "country", "sources", "address")


@page_route(bp, _PATH)
def objectives() -> Response:
    """List all objectives, to be chosen by pillar, theme, country and years."""
    return list_page(
        "objectives.html",
        _PATH,
        collection(),
        lambda iris: list_objectives(current_index(), iris, language(), asked_day()),
    )


@bp.get(f"{_PATH}.csv")
def objectives_csv() -> Response:
    """Give the objectives that are asked for as a table."""
    return list_table("objectives", collection(), _COLUMNS, _record)


def write_objective(about: Document, shown: Mapping[str, object]) -> str:
    """Write the page about an objective."""
    page = read_objective_page(current_index(), about.description.iri, language(), asked_day())
    return render_template(
        "objective.html",
        page=page,
        crumbs=plan_crumbs(page.plan),
        sections=sections(
            ("facts", gettext("Facts"), True),
            ("same-pillar", gettext("Under the same pillar"), page.same_pillar),
            ("elsewhere", gettext("In other plans in force"), page.elsewhere),
            ("sources", gettext("Sources"), page.sources),
        ),
        **shown,
    )


def collection() -> Collection:
    """Give all objectives with what they are chosen by, read once a generation."""
    return site().kept("objectives", lambda _: collect_objectives(current_index()))


def _record(iri: URIRef) -> Record:
    index = current_index()
    thing = index.reading.thing(iri)
    plan = index.plans.get(thing.key_of(NAP.objectiveOf))
    return {
        "objective": thing.key,
        "number": thing.number(NAP.number),
        "text": str(thing.text(NAP.text, "en") or ""),
        "pillars": tuple(pillar.rpartition("/")[2] for pillar in thing.iris(NAP.pillar)),
        "plan": thing.key_of(NAP.objectiveOf),
        "country": plan.country.rpartition("/")[2] if plan and plan.country else "",
        "sources": tuple(map(str, thing.iris(DCTERMS.source))),
        "address": str(iri),
    }
