"""What the page about a resolution or a report of the United Nations says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, SKOS

from napgraph.documents import Document
from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Bibliography, Citation, Entry
from napgraph.pages.mentions import Mentions, read_mentions
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_lists import in_force, plans_of
from napgraph.pages.plan_parts import Address
from napgraph.pages.plans import Index
from napgraph.pages.reading import Link, Text, Thing


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document of the United Nations in a list.

    Attributes:
        symbol: What the United Nations file it under; empty if unknown.
        said: What it added, or what it is about.
        plans: How many plans name it.
    """

    symbol: str
    title: Text
    path: str
    issued: str
    is_resolution: bool
    is_core: bool
    group: Link | None
    said: tuple[Text, ...]
    plans: int


@dataclass(frozen=True, slots=True)
class InLanguage:
    """A document in one of the six languages of the United Nations."""

    tag: str
    address: str


@dataclass(frozen=True)
class DocumentPage:
    """All that the page about a document of the United Nations says.

    Attributes:
        document: The document as lists show it.
        addresses: Where it can be read, as sources give it.
        languages: The same in the six languages, where the address tells how.
        meeting: The number of the meeting of the Security Council; empty if unknown.
        vote: How the Council voted.
        initiators: Who proposed it.
        plans_in_force: How many of the plans that name it are in force.
        countries: How many countries' plans name it.
        previous: The document of its class before it.
        following: The one after it.
        mentions: What names it.
    """

    thing: Thing
    document: ListedDocument
    day: date
    abstract: tuple[Text, ...]
    provisions: tuple[Text, ...]
    addresses: tuple[Address, ...]
    languages: tuple[InLanguage, ...]
    meeting: str
    vote: tuple[Text, ...]
    initiators: tuple[Link, ...]
    plans_in_force: int
    countries: int
    previous: ListedDocument | None
    following: ListedDocument | None
    citations: tuple[Citation, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    mentions: Mentions
    others: tuple[OtherFact, ...]
    sources: tuple[Entry, ...]


_SHOWN = frozenset((
    DCTERMS.title, DCTERMS.issued, DCTERMS.abstract, DCTERMS.source, SKOS.note, SKOS.editorialNote,
    NAP.symbol, NAP.number, NAP.documentUrl, NAP.provision, NAP.coreAgenda, NAP.resolutionGroup,
    NAP.meetingNumber, NAP.vote, NAP.initiatedBy,
))  # fmt: skip


def read_document_page(index: Index, about: Document, language: str, day: date) -> DocumentPage:
    """Read the page about a document of the United Nations.

    Args:
        index: All plans and countries.
        about: The page of the document about it.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    iri = about.description.iri
    thing = reading.thing(iri)
    bibliography = Bibliography(reading, language)
    cls = NAP.Resolution if thing.is_a(NAP.Resolution) else NAP.UNReport
    same = by_date(index.things(cls))
    place = next((i for i, other in enumerate(same) if other.iri == iri), 0)
    plans = plans_of(index, reading.subjects(NAP.implements, iri))
    addresses = tuple(Address(str(v)) for v in thing.literals(NAP.documentUrl))
    return DocumentPage(
        thing=thing,
        document=list_document(index, thing, language),
        day=day,
        abstract=thing.texts(DCTERMS.abstract),
        provisions=thing.texts(NAP.provision),
        addresses=addresses,
        languages=tuple(_in_languages(addresses)),
        meeting=thing.value(NAP.meetingNumber),
        vote=thing.texts(NAP.vote),
        initiators=reading.links(thing.iris(NAP.initiatedBy), language),
        plans_in_force=len(in_force(index, plans, day)),
        countries=len({plan.country for plan in plans if plan.country}),
        previous=list_document(index, same[place - 1], language) if place else None,
        following=list_document(index, same[place + 1], language)
        if place + 1 < len(same)
        else None,
        citations=bibliography.cite(thing.iris(DCTERMS.source), "page"),
        notes=thing.texts(SKOS.note),
        disagreements=thing.texts(SKOS.editorialNote),
        mentions=read_mentions(index, about, language, day),
        others=other_facts(reading, thing, _SHOWN, language),
        sources=bibliography.entries,
    )


def list_documents(index: Index, language: str) -> tuple[ListedDocument, ...]:
    """List all resolutions and then all reports, the oldest of each first."""
    return tuple(
        list_document(index, thing, language)
        for cls in (NAP.Resolution, NAP.UNReport)
        for thing in by_date(index.things(cls))
    )


def list_document(index: Index, thing: Thing, language: str) -> ListedDocument:
    """Say of a document in a list what it is and what it added."""
    group = thing.iri_of(NAP.resolutionGroup)
    return ListedDocument(
        symbol=thing.value(NAP.symbol),
        title=index.reading.label(thing.iri, language),
        path=thing.path,
        issued=thing.value(DCTERMS.issued),
        is_resolution=thing.is_a(NAP.Resolution),
        is_core=thing.value(NAP.coreAgenda) == "true",
        group=index.reading.link(group, language) if group else None,
        said=thing.texts(NAP.provision) or thing.texts(DCTERMS.abstract),
        plans=len(index.reading.subjects(NAP.implements, thing.iri)),
    )


def by_date(things: Iterable[Thing]) -> list[Thing]:
    """Order documents by when they were issued; those without a date come last."""
    return sorted(things, key=lambda thing: (thing.value(DCTERMS.issued) or "9999", thing.key))


# An address at which the United Nations have a document in one language; its six are told by
# the same pattern (https://undocs.org, "Direct links to documents").
_IN_ONE = re.compile(r"https://undocs\.org/(?:ar|en|es|fr|ru|zh)/(S/[A-Za-z0-9()/.-]+)")


def _in_languages(addresses: Iterable[Address]) -> Iterable[InLanguage]:
    for address in addresses:
        if match := _IN_ONE.fullmatch(address.text):
            for tag in ("ar", "zh", "en", "fr", "ru", "es"):
                yield InLanguage(tag, f"https://undocs.org/{tag}/{match[1]}")
            return
