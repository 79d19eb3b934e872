"""Who published the sources that the graph rests on, and how many there are of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from rdflib import DCTERMS, RDF, URIRef

from napgraph.namespaces import NAP
from napgraph.pages.reading import Link, Reading


@dataclass(frozen=True, slots=True)
class PublisherLine:
    """A publisher, the number of its sources, and of which kinds they mostly are."""

    link: Link
    sources: int
    kinds: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SourceList:
    """All publishers, those of most sources first, and sources of which none is known."""

    publishers: tuple[PublisherLine, ...]
    sources: int
    without_publisher: int


def read_source_list(reading: Reading, language: str) -> SourceList:
    """Count sources by publisher."""
    counts: Counter[URIRef] = Counter()
    kinds: dict[URIRef, Counter[URIRef]] = defaultdict(Counter)
    sources = reading.things(RDF.type, NAP.Source)
    for source in sources:
        for publisher in source.iris(DCTERMS.publisher):
            counts[publisher] += 1
            kinds[publisher].update(source.iris(NAP.sourceKind))
    lines = [
        PublisherLine(
            reading.link(publisher, language),
            count,
            reading.links((kind for kind, _ in kinds[publisher].most_common(2)), language),
        )
        for publisher, count in counts.items()
    ]
    return SourceList(
        tuple(sorted(lines, key=lambda line: (-line.sources, line.link.text.text.casefold()))),
        len(sources),
        sum(not source.iris(DCTERMS.publisher) for source in sources),
    )
