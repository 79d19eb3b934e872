"""The pages about concepts, and about the lists of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, render_template

from napgraph.documents import Document
from napgraph.formats import HTML
from napgraph.namespaces import BASE, thing_iri
from napgraph.pages.concept import ConceptPage, read_concept_page
from napgraph.pages.reading import Link
from napgraph.pages.records import Record
from napgraph.pages.scheme import SchemePage, read_scheme_page
from napgraph.pages.uses import kind_of
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, page_route
from napgraph.web.listings import respond_table
from napgraph.web.public import respond_public
from napgraph.web.thing_parts import Sections, crumb, sections

bp = Blueprint("concepts", __name__)

_MOST_IN_FORCE = 60
_COLUMNS = ("key", "name", "plans", "in_force", "countries", "address")


@page_route(bp, "/themes")
def themes() -> Response:
    """List the themes of plans, and how many plans take each up."""
    return _list("theme")


@page_route(bp, "/pillars")
def pillars() -> Response:
    """List the pillars of the agenda, and how many plans have objectives under each."""
    return _list("pillar")


@page_route(bp, "/regions")
def regions() -> Response:
    """List the regions of the world, and how many plans their countries have."""
    return _list("region")


@bp.get("/<any(themes, pillars, regions):name>.csv")
def concepts_csv(name: str) -> Response:
    """Give a list of concepts as a table."""
    kind = name.removesuffix("s")
    records: list[Record] = [
        {
            "key": line.link.key,
            "name": str(line.link.text),
            "plans": len(line.uses.plans),
            "in_force": len(line.uses.in_force),
            "countries": line.uses.countries,
            "address": f"{BASE}id/{kind}/{line.link.key}",
        }
        for line in _scheme(kind, "en").lines
    ]
    return respond_table(name, _COLUMNS, records)


def _list(kind: str) -> Response:
    text = render_template(
        "concepts.html", page=_scheme(kind, language()), kind=kind, path=f"/{kind}s"
    )
    return respond_public(text, HTML.content_type)


def _scheme(kind: str, tag: str) -> SchemePage:
    return read_scheme_page(current_index(), thing_iri("scheme", kind), tag, asked_day())


def write_concept(about: Document, shown: Mapping[str, object]) -> str:
    """Write a page about a concept."""
    page = read_concept_page(
        current_index(), about, language(), asked_day(), most_in_force=_MOST_IN_FORCE
    )
    return render_template(
        "concept.html",
        page=page,
        kind=kind_of(page.thing.iri),
        crumbs=_crumbs(page),
        sections=_sections(page),
        **shown,
    )


def write_scheme(about: Document, shown: Mapping[str, object]) -> str | None:
    """Write the page about a list of concepts."""
    if about.page.number > 1:
        return None
    page = read_scheme_page(current_index(), about.description.iri, language(), asked_day())
    return render_template(
        "scheme.html",
        page=page,
        crumbs=[crumb(gettext("Ontology"), "/ontology")],
        sections=[],
        **shown,
    )


def _crumbs(page: ConceptPage) -> list[Link]:
    lists = {
        "theme": crumb(gettext("Themes"), "/themes"),
        "pillar": crumb(gettext("Pillars"), "/pillars"),
        "region": crumb(gettext("Regions"), "/regions"),
    }
    kind = kind_of(page.thing.iri)
    above = lists.get(kind) or page.scheme
    return [*([above] if above else []), *reversed(page.broader[:-1])]


def _sections(page: ConceptPage) -> Sections:
    return sections(
        ("years", gettext("Over time"), sum(page.uses.by_year.values()) > 1),
        ("in-force", gettext("Plans in force"), page.in_force),
        ("countries", gettext("Countries"), page.countries),
        ("themes", gettext("Themes of these plans"), page.themes),
        ("related", gettext("Related"), page.narrower or page.siblings),
        ("mentions", gettext("All that names it"), page.mentions.total),
    )
