"""The sources of a page, numbered in the order in which its facts cite them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rdflib import DCTERMS, URIRef

from napgraph.namespaces import NAP
from napgraph.pages.reading import Link, Reading, Text
from napgraph.resources import web_address


@dataclass(frozen=True, slots=True)
class Citation:
    """A mark beside a fact that leads to its source.

    Attributes:
        number: The source's, from 1 on.
        anchor: The mark's own fragment, to come back to.
        source: What the mark says of the source before one goes there.
    """

    number: int
    anchor: str
    source: Source


@dataclass(frozen=True, slots=True)
class Source:
    """A source as a list of them shows it.

    Attributes:
        path: Where its own page is, without a language's prefix.
        href: Its address elsewhere; empty where it is none that may be a link.
        issued: When it was published, as precisely as known; empty if unknown.
    """

    iri: URIRef
    title: Text
    path: str
    href: str
    publisher: Link | None
    kind: Link | None
    issued: str


@dataclass
class Entry:
    """A source in a page's list, and the marks that lead to it with what they stand beside."""

    number: int
    source: Source
    cited_by: list[tuple[str, str]] = field(default_factory=list)

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """The first mark in each part of the page: its anchor and the part's key."""
        first: dict[str, str] = {}
        for anchor, part in self.cited_by:
            first.setdefault(part, anchor)
        return tuple((anchor, part) for part, anchor in first.items())


class Bibliography:
    """Numbers the sources that a page cites."""

    def __init__(self, reading: Reading, language: str) -> None:
        self._reading = reading
        self._language = language
        self._entries: dict[URIRef, Entry] = {}

    def cite(self, sources: Iterable[URIRef], beside: str) -> tuple[Citation, ...]:
        """Cite sources.

        Args:
            sources: They, in any order.
            beside: The key of the part of the page in which they are cited.
        """
        return tuple(sorted((self._cite(s, beside) for s in sources), key=lambda c: c.number))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that have been cited, by number."""
        return tuple(self._entries.values())

    def _cite(self, iri: URIRef, beside: str) -> Citation:
        entry = self._entries.get(iri)
        if entry is None:
            source = read_source(self._reading, iri, self._language)
            entry = self._entries[iri] = Entry(len(self._entries) + 1, source)
        anchor = f"cite-{entry.number}-{len(entry.cited_by) + 1}"
        entry.cited_by.append((anchor, beside))
        return Citation(entry.number, anchor, entry.source)


def read_source(reading: Reading, iri: URIRef, language: str) -> Source:
    """Read a source for a list of them."""
    thing = reading.thing(iri)
    publisher, kind = thing.iri_of(DCTERMS.publisher), thing.iri_of(NAP.sourceKind)
    return Source(
        iri=iri,
        title=reading.label(iri, language),
        path=thing.path,
        href=web_address(thing.value(NAP.sourceUrl)),
        publisher=reading.link(publisher, language) if publisher else None,
        kind=reading.link(kind, language) if kind else None,
        issued=thing.value(DCTERMS.issued),
    )
