"""What is known of the plan of each country, and what is not: one row a country.

What is looked for is what our shapes ask for at severity `sh:Info`: facts that a
plan may be published without. A cell is unknown where validation has such a result,
unless a source says that the plan contains the thing (`nap:feature`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rdflib import RDF, SH, BNode, URIRef
from rdflib.term import Node

from napgraph.namespaces import ID, NAP
from napgraph.pages.plans import Index, Plan, State
from napgraph.pages.reading import Link, Reading, Text, Thing


class Known(StrEnum):
    """What sources say of one side of a plan."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"
    UNKNOWN = "unknown"


# By which a table can be put in order, besides by one of its columns.
BY_COUNTRY, BY_KNOWN = "country", "known"


@dataclass(frozen=True, slots=True)
class Side:
    """Something that shapes ask of a plan, and count where nobody knows it.

    Attributes:
        shape: What asks for it.
        key: The name of the property, the last one where one leads to another: `indicators`.
        path: The properties that lead to it from the plan.
        name: What the shape calls it.
    """

    shape: URIRef
    key: str
    path: tuple[URIRef, ...]
    name: Text


@dataclass(frozen=True, slots=True)
class GapLine:
    """A country, the plan that is spoken of, and what is known of each side of it."""

    country: Link
    plan: Plan
    known: Mapping[str, Known]

    @property
    def stated(self) -> int:
        """How many sides of it a source speaks of, whatever it says."""
        return sum(known is not Known.UNKNOWN for known in self.known.values())


@dataclass(frozen=True)
class GapTable:
    """All countries with a plan, and for each side how often each thing is known of it."""

    sides: tuple[Side, ...]
    lines: tuple[GapLine, ...]
    totals: Mapping[str, Mapping[Known, int]]


def read_sides(reading: Reading, language: str) -> tuple[Side, ...]:
    """Read what shapes ask of national plans at severity `sh:Info`, in the order of pages."""
    asked = [
        shape
        for shape in reading.things(SH.severity, SH.Info)
        if NAP.NationalActionPlan in shape.iris(SH.targetClass) and shape.number(SH.minCount)
    ]
    asked.sort(key=lambda shape: _place(reading, shape))
    return tuple(_side(reading, shape, language) for shape in asked)


def read_gap_table(
    index: Index, sides: Sequence[Side], language: str, day: date, *, order: str = BY_COUNTRY
) -> GapTable:
    """Read what is known of the plan in force of each country, or else of its newest.

    Args:
        index: All plans and countries.
        sides: What is looked for.
        language: The reader's, as a BCP 47 tag.
        day: The day on which a plan is in force.
        order: `BY_COUNTRY`, `BY_KNOWN` for those of which least is known first, or the key of a
            side, for those of which that is not known first.
    """
    lines = list(_lines(index, sides, language, day))
    lines.sort(key=lambda line: line.country.text.text.casefold())
    if order == BY_KNOWN:
        lines.sort(key=lambda line: line.stated)
    elif order != BY_COUNTRY:
        ranks = list(reversed(Known))
        lines.sort(key=lambda line: ranks.index(line.known[order]))
    totals = {
        side.key: {known: sum(line.known[side.key] is known for line in lines) for known in Known}
        for side in sides
    }
    return GapTable(tuple(sides), tuple(lines), totals)


def _place(reading: Reading, shape: Thing) -> tuple[int, int]:
    group = shape.iri_of(SH.group)
    first = reading.thing(group).number(SH.order) if group else None
    return first or 0, shape.number(SH.order) or 0


def _side(reading: Reading, shape: Thing, language: str) -> Side:
    path = tuple(_steps(reading, shape.values[SH.path][0]))
    key = path[-1].rpartition("#")[2].rpartition("/")[2]
    return Side(shape.iri, key, path, shape.text(SH.name, language) or Text(key))


def _steps(reading: Reading, path: Node) -> Iterator[URIRef]:
    """Give the properties of a path, which is one property or a list of several."""
    if not isinstance(path, BNode):
        yield URIRef(str(path))
        return
    while path != RDF.nil:
        cell = reading.thing(path).values
        yield URIRef(str(cell[RDF.first][0]))
        path = cell[RDF.rest][0]


def _lines(index: Index, sides: Sequence[Side], language: str, day: date) -> Iterable[GapLine]:
    for country in index.countries.values():
        plan = country.newest(day)
        if plan is None or country.standing(day).group in (State.NONE, State.IN_PREPARATION):
            continue
        known = {side.key: _known(index.reading, plan.thing, side) for side in sides}
        yield GapLine(index.reading.link(country.iri, language), plan, known)


def _known(reading: Reading, plan: Thing, side: Side) -> Known:
    things = [plan]
    for step in side.path[:-1]:
        things = [reading.thing(iri) for thing in things for iri in thing.iris(step)]
    values = [value for thing in things for value in thing.values.get(side.path[-1], ())]
    if not values:
        is_named = _FEATURES.get(side.key) in plan.iris(NAP.feature)
        return Known.YES if is_named else Known.UNKNOWN
    return _degree(reading, side, values[0])


def _degree(reading: Reading, side: Side, value: Node) -> Known:
    """Tell what a value says: a degree itself, a budget by its status, all else “yes”."""
    if side.key == "budget" and isinstance(value, URIRef):
        return _BUDGETS.get(reading.thing(value).key_of(NAP.budgetStatus), Known.YES)
    key = value.rpartition("/")[2] if isinstance(value, URIRef) else ""
    return Known(key) if key in set(Known) else Known.YES


_BUDGETS = {
    "allocated": Known.YES,
    "estimated": Known.YES,
    "mentioned": Known.PARTIAL,
    "none": Known.NO,
}
# What a plan may contain by which a side of it is known as well.
_FEATURES = {
    "indicators": URIRef(f"{ID}feature/indicators"),
    "reporting": URIRef(f"{ID}feature/regular-reporting"),
}
