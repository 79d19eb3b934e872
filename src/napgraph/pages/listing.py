"""Lists of many things, chosen by facets, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from urllib.parse import urlencode

from rdflib import URIRef

from napgraph.pages.browsing import Choice, Facet, collation_key
from napgraph.pages.facets import UNKNOWN, Bits, Values, count_values, matching
from napgraph.pages.reading import Reading

PAGE_SIZE = 50
_FIRST_VALUES = 8


@dataclass(frozen=True, slots=True)
class Item:
    """A thing to be listed.

    Attributes:
        facets: The concepts or things that it may be chosen by; none where none is known.
        year: The year that it may be chosen by.
    """

    iri: URIRef
    facets: Mapping[str, Iterable[URIRef]]
    year: int | None = None


@dataclass(frozen=True)
class Collection:
    """All things of a list in its order; sets of them are the bits of a number.

    Attributes:
        values: They by value and facet; `UNKNOWN` is a value of each.
        named: What a value stands for, by facet and key.
        years: They by year.
    """

    iris: tuple[URIRef, ...]
    values: Values
    named: Mapping[tuple[str, str], URIRef]
    years: Mapping[int, Bits]


@dataclass(frozen=True)
class Asked:
    """What is asked for of a list.

    Attributes:
        chosen: Chosen values by facet.
        first: The first of the years asked for.
        last: The last of them.
        page: From 1 on.
        refused: What was asked for and is not known, by name.
    """

    chosen: Mapping[str, tuple[str, ...]]
    first: int | None = None
    last: int | None = None
    page: int = 1
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def has_years(self) -> bool:
        """Whether years are asked for."""
        return self.first is not None or self.last is not None

    @property
    def is_everything(self) -> bool:
        """Whether nothing is chosen."""
        return not self.has_years and not any(self.chosen.values())

    def query(self, *, without: tuple[str, str] | None = None, page: int = 1) -> str:
        """Write the query string of the list, or of it without a value.

        Args:
            without: A facet and the value to leave out; "years" for the years.
            page: Which page of it.
        """
        pairs = [
            (facet, key)
            for facet, keys in self.chosen.items()
            for key in keys
            if (facet, key) != without
        ]
        if without is None or without[0] != "years":
            years = (("from", self.first), ("to", self.last))
            pairs += [(name, str(year)) for name, year in years if year is not None]
        if page > 1:
            pairs.append(("page", str(page)))
        return f"?{urlencode(pairs)}" if pairs else ""


@dataclass(frozen=True)
class Listing:
    """A page of a list.

    Attributes:
        total: How many are found.
        everything: How many there are without a choice.
        iris: Those on this page.
        pages: How many pages there are.
    """

    asked: Asked
    facets: tuple[Facet, ...]
    total: int
    everything: int
    iris: tuple[URIRef, ...]
    start: int
    pages: int


def collect(items: Iterable[Item], facets: Iterable[str]) -> Collection:
    """Make a list of things that can be chosen by facets.

    Args:
        items: The things, in the order of the list.
        facets: The names of the facets, in the order of a page.
    """
    values: dict[str, dict[str, Bits]] = {facet: defaultdict(int) for facet in facets}
    named: dict[tuple[str, str], URIRef] = {}
    years: dict[int, Bits] = defaultdict(int)
    iris = []
    for place, item in enumerate(items):
        bit = 1 << place
        iris.append(item.iri)
        for facet, of_facet in values.items():
            found = tuple(item.facets.get(facet, ()))
            for value in found:
                key = value.rpartition("/")[2]
                named[facet, key] = value
                of_facet[key] |= bit
            if not found:
                of_facet[UNKNOWN] |= bit
        if item.year is not None:
            years[item.year] |= bit
    return Collection(tuple(iris), {f: dict(v) for f, v in values.items()}, named, dict(years))


def find(collection: Collection, asked: Asked) -> tuple[URIRef, ...]:
    """Give all things of a list that are asked for."""
    found = matching(collection.values, asked.chosen, _within(collection, asked))
    return tuple(iri for place, iri in enumerate(collection.iris) if found >> place & 1)


def read_listing(collection: Collection, asked: Asked, reading: Reading, language: str) -> Listing:
    """Read a page of a list; one that is past the end is the last.

    Args:
        collection: All that there is.
        asked: What is asked for.
        reading: Where to read what values are called.
        language: The reader's, as a BCP 47 tag.
    """
    found = find(collection, asked)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    start = (min(asked.page, pages) - 1) * PAGE_SIZE
    counts = count_values(collection.values, asked.chosen, _within(collection, asked))
    return Listing(
        asked=asked,
        facets=tuple(
            _facet(facet, counts[facet], collection, asked, reading, language)
            for facet in collection.values
        ),
        total=len(found),
        everything=len(collection.iris),
        iris=found[start : start + PAGE_SIZE],
        start=start,
        pages=pages,
    )


def _within(collection: Collection, asked: Asked) -> Bits:
    if not asked.has_years:
        return (1 << len(collection.iris)) - 1
    first, last = asked.first or 0, asked.last or 9999
    return reduce(or_, (b for year, b in collection.years.items() if first <= year <= last), 0)


def _facet(
    facet: str,
    counts: Mapping[str, int],
    collection: Collection,
    asked: Asked,
    reading: Reading,
    language: str,
) -> Facet:
    chosen = asked.chosen.get(facet, ())
    choices = [
        Choice(
            facet=facet,
            key=key,
            text=reading.label(iri, language)
            if (iri := collection.named.get((facet, key)))
            else None,
            count=count,
            is_chosen=key in chosen,
            query=asked.query(without=(facet, key)) if key in chosen else "",
        )
        for key, count in counts.items()
    ]
    unknown = next((choice for choice in choices if choice.key == UNKNOWN), None)
    known = [choice for choice in choices if choice.key != UNKNOWN]
    by_count = sorted(known, key=lambda c: (not c.is_chosen, -c.count, _name(c)))
    first = by_count[: max(_FIRST_VALUES, len(chosen))]
    rest = sorted(by_count[len(first) :], key=_name)
    return Facet(facet, tuple(sorted(first, key=_name)), tuple(rest), unknown)


def _name(choice: Choice) -> str:
    return collation_key(choice.text.text) if choice.text else choice.key
