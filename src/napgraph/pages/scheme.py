"""What the page about a list of concepts says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, SKOS, URIRef

from napgraph.namespaces import NAP
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plans import Index
from napgraph.pages.reading import Link, Text, Thing
from napgraph.pages.uses import COUNTED, WITH_PLANS, Uses, kind_of, read_uses


@dataclass(frozen=True, slots=True)
class ConceptLine:
    """A concept in a list of all of a scheme.

    Attributes:
        level: How deep it stands below others, from 0 on.
        things: How many statements name it.
    """

    link: Link
    definition: Text | None
    level: int
    uses: Uses
    things: int


@dataclass(frozen=True)
class SchemePage:
    """All that the page about a list of concepts says."""

    thing: Thing
    name: Text
    definition: Text | None
    day: date
    counted: str
    lines: tuple[ConceptLine, ...]
    others: tuple[OtherFact, ...]


_SCHEME_SHOWN = frozenset((SKOS.prefLabel, DCTERMS.description))


def read_scheme_page(index: Index, scheme: URIRef, language: str, day: date) -> SchemePage:
    """Read the page about a list of concepts.

    Args:
        index: All plans and countries.
        scheme: The list.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    thing = reading.thing(scheme)
    concepts = reading.subjects(SKOS.inScheme, scheme)
    return SchemePage(
        thing=thing,
        name=reading.label(scheme, language),
        definition=thing.text(DCTERMS.description, language),
        day=day,
        counted=COUNTED.get(thing.key, "plans" if thing.key in WITH_PLANS else "things"),
        lines=tuple(_in_order(index, concepts, language, day)),
        others=other_facts(reading, thing, _SCHEME_SHOWN, language),
    )


def _in_order(
    index: Index, concepts: Iterable[URIRef], language: str, day: date
) -> Iterable[ConceptLine]:
    """Give concepts by name, each followed by those below it."""
    inside = set(concepts)
    below: dict[URIRef | None, list[URIRef]] = {}
    for concept in inside:
        broader = index.reading.thing(concept).iri_of(SKOS.broader)
        below.setdefault(broader if broader in inside else None, []).append(concept)

    def walk(parent: URIRef | None, level: int) -> Iterable[ConceptLine]:
        links = {iri: index.reading.link(iri, language) for iri in below.get(parent, ())}
        for iri in sorted(links, key=lambda iri: links[iri].text.text.casefold()):
            yield _line(index, links[iri], iri, level, language, day)
            yield from walk(iri, level + 1)

    return walk(None, 0)


def _line(
    index: Index, link: Link, iri: URIRef, level: int, language: str, day: date
) -> ConceptLine:
    things = sum(
        len(index.reading.subjects(predicate, iri)) for predicate in _POINTING.get(kind_of(iri), ())
    )
    definition = index.reading.thing(iri).text(SKOS.definition, language)
    return ConceptLine(link, definition, level, read_uses(index, iri, day), things)


# How what is no part of a plan names concepts.
_POINTING = {
    "event-kind": (NAP.eventKind,),
    "source-kind": (NAP.sourceKind,),
    "personnel-type": (NAP.personnelType,),
    "count-qualifier": (NAP.countQualifier,),
    "resolution-group": (NAP.resolutionGroup,),
    "un-membership": (NAP.unMembership,),
    "pillar": (NAP.pillar,),
    "stakeholder-kind": (NAP.stakeholderKind,),
    "aspect": (NAP.aspect,),
}
