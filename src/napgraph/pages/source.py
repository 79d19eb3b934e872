"""What the pages about a source and about a publisher say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, FOAF, SKOS

from napgraph.documents import Document
from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Source, read_source
from napgraph.pages.mentions import Mentions, read_mentions
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plans import Index
from napgraph.pages.reading import Text, Thing


@dataclass(frozen=True)
class SourcePage:
    """All that the page about a source says.

    Attributes:
        address: Its address as the source gives it, whether it may be a link or not.
        same_publisher: How many other sources have its publisher.
        facts: What rests on it.
    """

    thing: Thing
    source: Source
    address: str
    other_titles: tuple[Text, ...]
    identifier: str
    same_publisher: int
    facts: Mentions
    notes: tuple[Text, ...]
    others: tuple[OtherFact, ...]


_SHOWN = frozenset((
    DCTERMS.title, DCTERMS.alternative, DCTERMS.publisher, DCTERMS.issued, DCTERMS.identifier,
    SKOS.note, NAP.sourceUrl, NAP.sourceKind,
))  # fmt: skip


def read_source_page(index: Index, about: Document, language: str, day: date) -> SourcePage:
    """Read the page about a source.

    Args:
        index: All plans and countries.
        about: The page of the document about it.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    thing = reading.thing(about.description.iri)
    publisher = thing.iri_of(DCTERMS.publisher)
    others = len(reading.subjects(DCTERMS.publisher, publisher)) - 1 if publisher else 0
    return SourcePage(
        thing=thing,
        source=read_source(reading, thing.iri, language),
        address=thing.value(NAP.sourceUrl),
        other_titles=thing.texts(DCTERMS.alternative),
        identifier=thing.value(DCTERMS.identifier),
        same_publisher=others,
        facts=read_mentions(index, about, language, day),
        notes=thing.texts(SKOS.note),
        others=other_facts(reading, thing, _SHOWN, language),
    )


@dataclass(frozen=True)
class PublisherPage:
    """All that the page about a publisher says.

    Attributes:
        names: What it is called, besides.
        sources: Those that it published, and whatever else names it.
    """

    thing: Thing
    name: Text
    names: tuple[Text, ...]
    sources: Mentions
    others: tuple[OtherFact, ...]


def read_publisher_page(index: Index, about: Document, language: str, day: date) -> PublisherPage:
    """Read the page about a publisher.

    Args:
        index: All plans and countries.
        about: The page of the document about it.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    thing = index.reading.thing(about.description.iri)
    name = index.reading.label(thing.iri, language)
    return PublisherPage(
        thing=thing,
        name=name,
        names=tuple(text for text in thing.texts(FOAF.name) if text.text != name.text),
        sources=read_mentions(index, about, language, day),
        others=other_facts(index.reading, thing, {FOAF.name}, language),
    )
