"""The pages about bodies that have a part in plans, and the list of all."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template
from rdflib import DCTERMS, URIRef

from napgraph.documents import Document
from napgraph.pages.listing import Collection
from napgraph.pages.records import Record
from napgraph.pages.stakeholder import (
    collect_stakeholders,
    list_stakeholder,
    read_stakeholder_page,
)
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.listings import list_page, list_table
from napgraph.web.site import site
from napgraph.web.thing_parts import country_crumbs, crumb, sections

bp = Blueprint("stakeholders", __name__)

_PATH = "/stakeholders"
_COLUMNS = ("body", "name", "kind", "country", "roles", "plans", "sources", "address")


@page_route(bp, _PATH)
def stakeholders() -> Response:
    """List all bodies, to be chosen by kind, role and country."""
    return list_page(
        "stakeholders.html",
        _PATH,
        collection(),
        lambda iris: [list_stakeholder(current_index(), iri, language()) for iri in iris],
    )


@bp.get(f"{_PATH}.csv")
def stakeholders_csv() -> Response:
    """Give the bodies that are asked for as a table."""
    return list_table("stakeholders", collection(), _COLUMNS, _record)


def write_stakeholder(about: Document, shown: Mapping[str, object]) -> str:
    """Write the page about a body."""
    page = read_stakeholder_page(current_index(), about, language(), asked_day())
    all_bodies = [crumb(gettext("Bodies"), "/stakeholders")]
    return render_template(
        "stakeholder.html",
        page=page,
        crumbs=country_crumbs(page.country) or all_bodies,
        sections=sections(
            ("parts", gettext("Its part in plans"), page.parts),
            ("own-plans", gettext("Its own plans"), page.own_plans),
            ("events", gettext("Events"), page.events),
            ("alike", gettext("Others of its kind"), page.alike),
            ("names", gettext("Names"), True),
            ("sources", gettext("Sources"), page.sources),
        ),
        **shown,
    )


def collection() -> Collection:
    """Give all stakeholders with what they are chosen by, read once a generation."""
    return site().kept("stakeholders", lambda _: collect_stakeholders(current_index()))


def _record(iri: URIRef) -> Record:
    index = current_index()
    listed = list_stakeholder(index, iri, "en")
    return {
        "body": listed.link.key,
        "name": str(listed.link.text),
        "kind": listed.kind.key if listed.kind else "",
        "country": listed.country.key if listed.country else "",
        "roles": tuple(role.key for role in listed.roles),
        "plans": listed.plans,
        "sources": tuple(map(str, index.reading.thing(iri).iris(DCTERMS.source))),
        "address": str(iri),
    }
