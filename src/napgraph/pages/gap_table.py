"""What is known of the plan of each country, and what is not: one row a country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rdflib import URIRef

from napgraph.namespaces import ID, NAP
from napgraph.pages.plans import Index, Plan, State
from napgraph.pages.reading import Link, Reading, Thing


class Known(StrEnum):
    """What sources say of one side of a plan."""

    YES = "yes"
    PARTIAL = "partial"
    NO = "no"
    UNKNOWN = "unknown"


# By which a table can be put in order, besides by one of its columns.
BY_COUNTRY, BY_KNOWN = "country", "known"


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

    lines: tuple[GapLine, ...]
    totals: Mapping[str, Mapping[Known, int]]


def read_gap_table(index: Index, language: str, day: date, *, order: str = BY_COUNTRY) -> GapTable:
    """Read what is known of the plan in force of each country, or else of its newest.

    Args:
        index: All plans and countries.
        language: The reader's, as a BCP 47 tag.
        day: The day on which a plan is in force.
        order: `BY_COUNTRY`, `BY_KNOWN` for those of which least is known first, or one of `SIDES`,
            for those of which that is not known first.
    """
    lines = list(_lines(index, language, day))
    lines.sort(key=lambda line: line.country.text.text.casefold())
    if order == BY_KNOWN:
        lines.sort(key=lambda line: line.stated)
    elif order in SIDES:
        ranks = list(reversed(Known))
        lines.sort(key=lambda line: ranks.index(line.known[order]))
    totals = {
        side: {known: sum(line.known[side] is known for line in lines) for known in Known}
        for side in SIDES
    }
    return GapTable(tuple(lines), totals)


def _lines(index: Index, language: str, day: date) -> Iterable[GapLine]:
    for country in index.countries.values():
        plan = country.newest(day)
        if plan is None or country.standing(day).group in (State.NONE, State.IN_PREPARATION):
            continue
        known = {side: read(index.reading, plan.thing) for side, read in _READERS.items()}
        yield GapLine(index.reading.link(country.iri, language), plan, known)


def _budget(reading: Reading, plan: Thing) -> Known:
    """Tell whether there is money: allocated or estimated is, mentioned is in part."""
    keys = [reading.thing(iri).key_of(NAP.budgetStatus) for iri in plan.iris(NAP.budget)]
    return _BUDGETS.get(keys[0], Known.UNKNOWN) if keys else Known.UNKNOWN


def _monitoring(reading: Reading, plan: Thing) -> Known:
    """Tell whether it is monitored; a body that does so says that it is."""
    status = _of_monitoring(reading, plan, NAP.monitoringStatus)
    bodies = [thing.iris(NAP.monitoringBody) for thing in _monitorings(reading, plan)]
    return Known.YES if status is Known.UNKNOWN and any(bodies) else status


def _indicators(reading: Reading, plan: Thing) -> Known:
    stated = _of_monitoring(reading, plan, NAP.indicators)
    has = URIRef(f"{ID}feature/indicators") in plan.iris(NAP.feature)
    return Known.YES if has and stated is Known.UNKNOWN else stated


def _reporting(reading: Reading, plan: Thing) -> Known:
    has_words = any(thing.texts(NAP.reporting) for thing in _monitorings(reading, plan))
    has = URIRef(f"{ID}feature/regular-reporting") in plan.iris(NAP.feature)
    return Known.YES if has_words or has else Known.UNKNOWN


def _monitorings(reading: Reading, plan: Thing) -> Sequence[Thing]:
    return [reading.thing(iri) for iri in plan.iris(NAP.monitoring)]


def _of_monitoring(reading: Reading, plan: Thing, predicate: URIRef) -> Known:
    degrees = [_degree(thing, predicate) for thing in _monitorings(reading, plan)]
    return degrees[0] if degrees else Known.UNKNOWN


def _degree(thing: Thing, predicate: URIRef) -> Known:
    key = thing.key_of(predicate)
    return Known(key) if key in set(Known) else Known.UNKNOWN


def _civil_society(predicate: URIRef) -> Callable[[Reading, Thing], Known]:
    return lambda _, plan: _degree(plan, predicate)


_BUDGETS = {
    "allocated": Known.YES,
    "estimated": Known.YES,
    "mentioned": Known.PARTIAL,
    "none": Known.NO,
}
_READERS: Mapping[str, Callable[[Reading, Thing], Known]] = {
    "budget": _budget,
    "monitoring": _monitoring,
    "indicators": _indicators,
    "civil-society-development": _civil_society(NAP.civilSocietyInDevelopment),
    "civil-society-implementation": _civil_society(NAP.civilSocietyInImplementation),
    "civil-society-monitoring": _civil_society(NAP.civilSocietyInMonitoring),
    "reporting": _reporting,
}
# The sides of a plan that the table has a column for.
SIDES = tuple(_READERS)
