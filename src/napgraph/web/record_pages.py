"""The pages about events, sources, publishers, and all else that has none of its own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template
from rdflib import DCTERMS, SKOS

from napgraph.documents import Document
from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Bibliography
from napgraph.pages.event import read_event_page
from napgraph.pages.mentions import Mention, Namer, read_mentions
from napgraph.pages.reading import Link
from napgraph.pages.source import read_publisher_page, read_source_page
from napgraph.resources import lay_out
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import gettext, language
from napgraph.web.site import site
from napgraph.web.thing_parts import country_crumbs, crumb, plan_crumbs, sections


def write_event(about: Document, shown: Mapping[str, object]) -> str:
    """Write the page about an event."""
    page = read_event_page(current_index(), about.description.iri, language(), asked_day())
    return render_template(
        "event.html",
        page=page,
        crumbs=[crumb(gettext("Events"), "/events"), *([page.country] if page.country else [])],
        sections=sections(
            ("facts", gettext("Facts"), True),
            ("around", gettext("Before and after"), page.before or page.after),
            ("sources", gettext("Sources"), page.sources),
        ),
        **shown,
    )


def write_source(about: Document, shown: Mapping[str, object]) -> str:
    """Write a page about a source and what rests on it."""
    page = read_source_page(current_index(), about, language(), asked_day())
    publisher = page.source.publisher
    return render_template(
        "source.html",
        page=page,
        crumbs=[crumb(gettext("Sources"), "/sources"), *([publisher] if publisher else [])],
        sections=[],
        **shown,
    )


def write_publisher(about: Document, shown: Mapping[str, object]) -> str:
    """Write a page about a publisher and its sources."""
    page = read_publisher_page(current_index(), about, language(), asked_day())
    return render_template(
        "publisher.html",
        page=page,
        crumbs=[crumb(gettext("Sources"), "/sources")],
        sections=[],
        **shown,
    )


def write_record(about: Document, shown: Mapping[str, object]) -> str:
    """Write a page about a thing as the shapes lay it out."""
    index, day = current_index(), asked_day()
    iri = about.description.iri
    thing = index.reading.thing(iri)
    bibliography = Bibliography(index.reading, language())
    namer = Namer(index, language(), day)
    named = namer.name(thing)
    citations = bibliography.cite(thing.iris(DCTERMS.source), "page")
    return render_template(
        "resource.html",
        page=lay_out(about.description, site().placements(), language=language()),
        named=named,
        thing=thing,
        own_citations=citations,
        sources=bibliography.entries,
        disagreements=thing.texts(SKOS.editorialNote),
        replaced_by=[namer.name(index.reading.thing(other)) for other in about.profile.replaced_by],
        mentions=read_mentions(index, about, language(), day),
        document=about,
        crumbs=_crumbs(named),
        sections=[],
        **shown,
    )


def _crumbs(named: Mention) -> list[Link]:
    if named.plan:
        return plan_crumbs(named.plan)
    if named.country and named.cls.key == NAP.PersonnelContribution.rpartition("#")[2]:
        return country_crumbs(named.country)
    return [crumb(gettext("Data"), "/dataset")]
