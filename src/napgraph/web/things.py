"""The page about a thing: one of our own for its class, else as the shapes lay it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import render_template
from rdflib import URIRef

from napgraph.documents import Document
from napgraph.formats import GRAPH_FORMATS
from napgraph.namespaces import NAP
from napgraph.pages.country import CountryPage, read_country_page
from napgraph.pages.plan import PlanPage, read_plan_page
from napgraph.pages.reading import Link, Text
from napgraph.resources import lay_out, lay_out_parts
from napgraph.web.citing import thing_reference, written
from napgraph.web.days import asked_day
from napgraph.web.figures_shown import figure_of_country
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, translations_of
from napgraph.web.signposting import Link as WebLink
from napgraph.web.signposting import Signposts
from napgraph.web.site import site

Sections = list[tuple[str, str]]


def thing_page(about: Document, signposts: Signposts, links: list[WebLink]) -> str:
    """Write the page about a thing, in the language of this request.

    Args:
        about: The page of its document; all but the first are lists of what points at it.
        signposts: Where its other pages are.
        links: What the page's head links to.
    """
    iri = about.description.iri
    write = _WRITERS.get(_class_of(about)) if about.page.number == 1 else None
    shown = {
        "formats": GRAPH_FORMATS,
        "links": links,
        "in_all_languages": True,
        "translations": translations_of(signposts.path),
        "citations": written(reference) if (reference := thing_reference(iri)) else {},
    }
    page = write(about, shown) if write else None
    return page or _laid_out_by_shapes(about, signposts, shown)


def _class_of(about: Document) -> URIRef:
    """Give the class whose page it gets; of several the first that has one."""
    own = (cls for cls in about.profile.types if cls in _WRITERS)
    return next(own, NAP.Tombstone)


def _laid_out_by_shapes(about: Document, signposts: Signposts, shown: Mapping[str, object]) -> str:
    placements = site().placements()
    return render_template(
        "resource.html",
        page=lay_out(about.description, placements, language=language()),
        groups=lay_out_parts(about, placements, language=language()),
        document=about,
        signposts=signposts,
        **shown,
    )


def _country(about: Document, shown: Mapping[str, object]) -> str | None:
    index = current_index()
    country = index.countries.get(about.description.iri.rpartition("/")[2])
    if country is None:
        return None
    page = read_country_page(index, country, language(), asked_day())
    crumbs = [Link(Text(gettext("Countries")), "/countries", "")]
    codes = [code for p in (NAP.iso2, NAP.m49) if (code := country.thing.value(p))]
    return render_template(
        "country.html",
        page=page,
        crumbs=[*crumbs, *page.regions[:1]],
        sections=_country_sections(page),
        codes=codes,
        chart=figure_of_country(country.key) if len(page.contributions) > 1 else None,
        **shown,
    )


def _plan(about: Document, shown: Mapping[str, object]) -> str | None:
    index = current_index()
    plan = index.plans.get(about.description.iri.rpartition("/")[2])
    if plan is None:
        return None
    page = read_plan_page(index, plan, language(), asked_day())
    crumbs = [Link(Text(gettext("Countries")), "/countries", "")] if plan.country else []
    return render_template(
        "plan.html",
        page=page,
        crumbs=[*crumbs, *([page.owner] if page.owner else [])],
        sections=_plan_sections(page),
        **shown,
    )


def _plan_sections(page: PlanPage) -> Sections:
    parts = page.parts
    found = (
        ("document", gettext("The document"), True),
        ("facts", gettext("Facts"), True),
        ("objectives", gettext("Objectives"), parts.objectives),
        ("features", gettext("What it contains"), parts.features),
        ("actors", gettext("Who does what"), parts.roles),
        ("remarks", gettext("What sources say"), parts.remarks),
        ("events", gettext("Events"), parts.events),
        ("unknown", gettext("What we do not know"), parts.unknown),
        ("sources", gettext("Sources"), page.sources),
        ("cite", gettext("Cite this page"), True),
    )
    return [(anchor, title) for anchor, title, is_there in found if is_there]


def _country_sections(page: CountryPage) -> Sections:
    focus = page.focus
    parts = (
        ("glance", gettext("At a glance"), focus),
        ("plans", gettext("All plans"), page.lines),
        ("objectives", gettext("Objectives"), focus and focus.objectives),
        ("actors", gettext("Who does what"), focus and focus.roles),
        ("remarks", gettext("What sources say"), focus and focus.remarks),
        ("unknown", gettext("What we do not know"), focus and focus.unknown),
        ("peacekeeping", gettext("Peacekeeping"), page.contributions),
        ("events", gettext("Events"), page.events),
        ("others", gettext("Other plans"), page.neighbours or page.alike),
        ("sources", gettext("Sources"), page.sources),
        ("cite", gettext("Cite this page"), True),
    )
    return [(anchor, title) for anchor, title, is_there in parts if is_there]


_Writer = Callable[[Document, Mapping[str, object]], "str | None"]
_WRITERS: Mapping[URIRef, _Writer] = {
    NAP.Country: _country,
    NAP.NationalActionPlan: _plan,
    NAP.RegionalActionPlan: _plan,
}
