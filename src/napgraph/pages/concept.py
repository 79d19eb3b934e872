"""What the page about a concept says: a theme, a pillar, a region, a role and so on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import RDFS, SKOS, URIRef

from napgraph.documents import Document
from napgraph.namespaces import NAP
from napgraph.pages.home import CountryLine
from napgraph.pages.mentions import Mentions, read_mentions
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_lists import PlanEntry, enter_plans
from napgraph.pages.plans import WORLD, Index, Plan, State
from napgraph.pages.reading import Link, Text, Thing, by_label
from napgraph.pages.uses import COUNTED, Uses, kind_of, lies_in, read_uses

_MOST_RELATED = 8


@dataclass(frozen=True, slots=True)
class Related:
    """A theme that plans take up, and how many of some plans do."""

    link: Link
    count: int


@dataclass(frozen=True)
class ConceptPage:
    """All that the page about a concept says.

    Attributes:
        scheme: The list that it is of.
        definition: What it means; None if nothing says so.
        other_names: Names that it also has.
        notes: What else is said of its meaning.
        counted: What `uses` counts by year: "plans", "events" or "sources".
        in_force: The plans in force that have it.
        broader: The concepts that have it as a part, the smallest first.
        narrower: Its own parts.
        siblings: The others of its list.
        themes: What the plans that have it take up most, besides.
        countries: Of a region, those that lie in it.
        covered: How many of those have a plan in force.
    """

    thing: Thing
    name: Text
    scheme: Link | None
    definition: Text | None
    other_names: tuple[Text, ...]
    notes: tuple[Text, ...]
    day: date
    counted: str
    uses: Uses
    in_force: tuple[PlanEntry, ...]
    broader: tuple[Link, ...]
    narrower: tuple[Link, ...]
    siblings: tuple[Link, ...]
    themes: tuple[Related, ...]
    countries: tuple[CountryLine, ...]
    covered: int
    mentions: Mentions
    others: tuple[OtherFact, ...]


# The properties of a concept that its page has a place for.
_SHOWN = frozenset((
    SKOS.prefLabel, SKOS.altLabel, SKOS.definition, SKOS.scopeNote, SKOS.example, SKOS.inScheme,
    SKOS.topConceptOf, SKOS.broader, RDFS.isDefinedBy,
))  # fmt: skip


def read_concept_page(
    index: Index, about: Document, language: str, day: date, *, most_in_force: int
) -> ConceptPage:
    """Read the page about a concept.

    Args:
        index: All plans and countries.
        about: The page of the document about it.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
        most_in_force: How many of the plans in force to list at most.
    """
    reading = index.reading
    iri = about.description.iri
    thing = reading.thing(iri)
    scheme = thing.iri_of(SKOS.inScheme)
    uses = read_uses(index, iri, day)
    lines = _country_lines(index, iri, language, day)
    listed = enter_plans(index, uses.in_force, language, day)
    narrower = reading.subjects(SKOS.broader, iri)
    return ConceptPage(
        thing=thing,
        name=reading.label(iri, language),
        scheme=reading.link(scheme, language) if scheme else None,
        definition=thing.text(SKOS.definition, language),
        other_names=thing.texts(SKOS.altLabel),
        notes=(*thing.texts(SKOS.scopeNote), *thing.texts(SKOS.example)),
        day=day,
        counted=COUNTED.get(kind_of(iri), "plans"),
        uses=uses,
        in_force=listed[:most_in_force],
        broader=reading.links(_around(index, thing), language),
        narrower=by_label(reading.links(narrower, language)),
        siblings=() if narrower else _siblings(index, thing, scheme, language),
        themes=_themes(index, uses.plans, iri, language),
        countries=lines,
        covered=sum(line.standing.state is State.IN_FORCE for line in lines),
        mentions=read_mentions(index, about, language, day),
        others=other_facts(reading, thing, _SHOWN, language),
    )


def _around(index: Index, thing: Thing) -> list[URIRef]:
    found: list[URIRef] = []
    broader = thing.iri_of(SKOS.broader)
    while broader is not None and broader not in found:
        found.append(broader)
        broader = index.reading.thing(broader).iri_of(SKOS.broader)
    return found


def _siblings(index: Index, thing: Thing, scheme: URIRef | None, language: str) -> tuple[Link, ...]:
    """Give the others below the same concept, or, in a list without levels, of the list."""
    broader = thing.iri_of(SKOS.broader)
    if broader:
        iris = index.reading.subjects(SKOS.broader, broader)
    else:
        iris = index.reading.subjects(SKOS.inScheme, scheme) if scheme else ()
    links = index.reading.links((iri for iri in iris if iri != thing.iri), language)
    return by_label(links)


def _themes(
    index: Index, plans: Iterable[Plan], concept: URIRef, language: str
) -> tuple[Related, ...]:
    counts = Counter(
        theme for plan in plans for theme in plan.thing.iris(NAP.theme) if theme != concept
    )
    return tuple(
        Related(index.reading.link(theme, language), count)
        for theme, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:_MOST_RELATED]
    )


def _country_lines(index: Index, iri: URIRef, language: str, day: date) -> tuple[CountryLine, ...]:
    if kind_of(iri) != "region" or iri == WORLD:
        return ()
    lines = [
        CountryLine(
            country,
            index.reading.link(country.iri, language),
            country.standing(day),
            country.newest(day),
        )
        for country in index.countries.values()
        if lies_in(index, country, iri)
    ]
    return tuple(sorted(lines, key=lambda line: line.link.text.text.casefold()))
