"""The page about a thing: one of our own for its class, else as the shapes lay it out."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from rdflib import FOAF, SKOS, URIRef

from napgraph.documents import Document
from napgraph.formats import GRAPH_FORMATS
from napgraph.namespaces import NAP
from napgraph.pages.country import CountryPage, read_country_page
from napgraph.pages.plan import PlanPage, read_plan_page
from napgraph.pages.reading import Link, Text
from napgraph.web.citing import thing_reference, written
from napgraph.web.concepts import write_concept, write_scheme
from napgraph.web.days import asked_day
from napgraph.web.figures_shown import figure_of_country
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language, translations_of
from napgraph.web.objectives import write_objective
from napgraph.web.record_pages import write_event, write_publisher, write_record, write_source
from napgraph.web.signposting import Link as WebLink
from napgraph.web.signposting import Signposts
from napgraph.web.stakeholders import write_stakeholder
from napgraph.web.thing_parts import Sections, Writer
from napgraph.web.un_documents import write_document


def thing_page(about: Document, signposts: Signposts, links: list[WebLink]) -> str:
    """Write the page about a thing, in the language of this request.

    Args:
        about: The page of its document; all but the first are lists of what points at it.
        signposts: Where its other pages are.
        links: What the page's head links to.
    """
    iri = about.description.iri
    shown = {
        "formats": GRAPH_FORMATS,
        "links": links,
        "in_all_languages": True,
        "translations": translations_of(signposts.address()),
        "citations": written(reference) if (reference := thing_reference(iri)) else {},
        "about": about,
    }
    page = _writer(about)(about, shown)
    return write_record(about, shown) if page is None else page


def _writer(about: Document) -> Writer:
    """Choose who writes it: by its class, of several the first that has a page of its own."""
    known = _PAGED if about.page.number > 1 else {**_PAGED, **_WHOLE}
    own = (write for cls, write in known.items() if cls in about.profile.types)
    return next(own, write_record)


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


# Those that have pages after the first, with what refers to a thing.
_PAGED: Mapping[URIRef, Writer] = {
    NAP.Resolution: write_document,
    NAP.UNReport: write_document,
    NAP.Source: write_source,
    FOAF.Agent: write_publisher,
    SKOS.Concept: write_concept,
}
# Those that say all on the first; of the others they are laid out by the shapes.
_WHOLE: Mapping[URIRef, Writer] = {
    NAP.Country: _country,
    NAP.NationalActionPlan: _plan,
    NAP.RegionalActionPlan: _plan,
    NAP.Objective: write_objective,
    NAP.Stakeholder: write_stakeholder,
    NAP.Event: write_event,
    SKOS.ConceptScheme: write_scheme,
}
