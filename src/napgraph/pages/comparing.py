"""Plans side by side: what is known of each, aspect by aspect, and where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from rdflib import DCTERMS

from napgraph.pages.bibliography import Bibliography, Entry
from napgraph.pages.browsing import collation_key
from napgraph.pages.plan_parts import Citations, PlanParts, PlanReader
from napgraph.pages.plan_records import STATE_LABELS
from napgraph.pages.plans import Index, Plan, Standing
from napgraph.pages.reading import Link, Text
from napgraph.pages.records import Record

MOST_PLANS = 6


class Verdict(StrEnum):
    """How the plans stand to each other in one aspect."""

    SAME = "same"
    DIFFERS = "differs"
    PARTLY_KNOWN = "partly-known"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Item:
    """A value; the path of its page is empty where it has none."""

    key: str
    text: Text
    path: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one plan in one aspect: nothing, one value or several."""

    items: tuple[Item, ...] = ()
    citations: Citations = ()

    @property
    def keys(self) -> frozenset[str]:
        """The keys of its values."""
        return frozenset(item.key for item in self.items)


@dataclass(frozen=True)
class Row:
    """An aspect of all plans."""

    key: str
    cells: tuple[Cell, ...]

    @property
    def verdict(self) -> Verdict:
        """Whether plans differ; those of which nothing is known neither agree nor differ."""
        known = {cell.keys for cell in self.cells if cell.items}
        if not known:
            return Verdict.UNKNOWN
        if len(known) > 1:
            return Verdict.DIFFERS
        return Verdict.SAME if all(c.items for c in self.cells) else Verdict.PARTLY_KNOWN

    @property
    def may_differ(self) -> bool:
        """Whether plans differ, or may since some are not known."""
        return self.verdict in (Verdict.DIFFERS, Verdict.PARTLY_KNOWN)

    def cited_in(self, bibliography: Bibliography) -> Row:
        """Give the same with its sources cited in a page's own list of them."""
        beside = _BESIDE.get(self.key, "plan")
        return replace(
            self,
            cells=tuple(
                replace(cell, citations=cite_again(bibliography, cell.citations, beside))
                for cell in self.cells
            ),
        )

    def only_in(self, cell: Cell) -> frozenset[str]:
        """Give the values of lists that no other plan has, where all are known."""
        if self.key not in _LISTS or not all(c.items for c in self.cells):
            return frozenset()
        others = (c.keys for c in self.cells if c is not cell)
        return cell.keys.difference(*others)


@dataclass(frozen=True)
class Compared:
    """A plan that is compared; its citations are those of its own facts."""

    plan: Plan
    owner: Link | None
    standing: Standing
    parts: PlanParts
    citations: Citations


@dataclass(frozen=True)
class Comparison:
    """Plans and their aspects.

    Attributes:
        rows: The aspects to show, in the order in which pages of plans name them.
        differing: In how many aspects they differ.
        total: How many aspects there are.
        sources: Those of all that is shown, by number.
    """

    day: date
    plans: tuple[Compared, ...]
    rows: tuple[Row, ...]
    differing: int
    total: int
    sources: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """The plans of a country or organisation, to choose from."""

    owner: Link
    plans: tuple[Plan, ...]


def compare(
    index: Index,
    plans: Sequence[Plan],
    language: str,
    day: date,
    *,
    only_differences: bool = False,
) -> Comparison:
    """Put plans side by side.

    Args:
        index: All plans and countries.
        plans: The plans, in the order in which they are shown.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
        only_differences: Whether to leave out in what they are the same or all not known.
    """
    bibliography = Bibliography(index.reading, language)
    compared = read_compared(index, plans, language, day, bibliography)
    rows = rows_of(compared)
    shown = [row for row in rows if row.may_differ or not only_differences]
    return Comparison(
        day=day,
        plans=compared,
        rows=tuple(row.cited_in(bibliography) for row in shown),
        differing=sum(row.verdict is Verdict.DIFFERS for row in rows),
        total=len(rows),
        sources=bibliography.entries,
    )


def read_compared(
    index: Index, plans: Sequence[Plan], language: str, day: date, bibliography: Bibliography
) -> tuple[Compared, ...]:
    """Read the plans to be compared, citing the sources of their own facts.

    What else their parts cite has to be cited where it is shown.
    """
    reader = PlanReader(index.reading, language, Bibliography(index.reading, language))
    return tuple(
        Compared(
            plan,
            index.reading.link(owner, language) if owner else None,
            index.standing(plan, day),
            reader.read(plan),
            bibliography.cite(plan.thing.iris(DCTERMS.source), "plan"),
        )
        for plan in plans
        for owner in (plan.country or plan.organisation,)
    )


def cite_again(bibliography: Bibliography, citations: Citations, beside: str) -> Citations:
    """Cite in one list of sources what was cited in another."""
    return bibliography.cite((citation.source.iri for citation in citations), beside)


def rows_of(plans: Sequence[Compared]) -> tuple[Row, ...]:
    """Compare plans in each aspect."""
    return tuple(Row(key, tuple(map(read, plans))) for key, read in _ASPECTS.items())


def plan_choices(index: Index, language: str) -> tuple[PlanChoices, ...]:
    """Give all plans to choose from, by country and organisation, in the order of names."""
    groups: dict[Link, list[Plan]] = {}
    for plan in index.plans.values():
        if owner := plan.country or plan.organisation:
            groups.setdefault(index.reading.link(owner, language), []).append(plan)
    ordered = sorted(groups, key=lambda link: collation_key(link.text.text))
    return tuple(
        PlanChoices(owner, tuple(sorted(groups[owner], key=lambda plan: plan.order)))
        for owner in ordered
    )


def latest_successors(index: Index, most: int = 6) -> tuple[tuple[Plan, Plan], ...]:
    """Give the newest plans that followed another of their country, each after that."""
    pairs = [
        (older, newer)
        for country in index.countries.values()
        for newer, older in zip(country.plans, country.plans[1:], strict=False)
        if newer.is_adopted and newer.begins
    ]
    pairs.sort(key=lambda pair: (-(pair[1].begins or 0), pair[1].key))
    return tuple(pairs[:most])


COLUMNS = (
    "aspect", "aspect_label", "plan", "country_code", "country", "organisation_code",
    "organisation", "value_codes", "values", "compared", "as_of", "source", "address",
)  # fmt: skip


def comparison_records(
    plans: Sequence[Compared], rows: Iterable[Row], day: date
) -> tuple[Record, ...]:
    """Give a comparison as records: one for each aspect and plan."""
    return tuple(
        _record(row, cell, compared, day)
        for row in rows
        for cell, compared in zip(row.cells, plans, strict=True)
    )


def _record(row: Row, cell: Cell, compared: Compared, day: date) -> Record:
    owner, plan = compared.owner, compared.plan
    cited = {c.number: c for c in (*compared.citations, *cell.citations)}
    sources = [cited[number] for number in sorted(cited)]
    code, name = (owner.key, owner.text.text) if owner else (None, None)
    return {
        "aspect": row.key,
        "aspect_label": ASPECT_LABELS[row.key],
        "plan": plan.key,
        "country_code": code if plan.country else None,
        "country": name if plan.country else None,
        "organisation_code": None if plan.country else code,
        "organisation": None if plan.country else name,
        "value_codes": tuple(item.key for item in cell.items),
        "values": tuple(item.text.text for item in cell.items),
        "compared": str(row.verdict),
        "as_of": day.isoformat(),
        "source": tuple(str(citation.source.iri) for citation in sources),
        "address": str(plan.iri),
    }


# -- aspects -----------------------------------------------------------------------------------


def _linked(links: Iterable[Link | None], citations: Citations = ()) -> Cell:
    return _cell([Item(link.key, link.text, link.path) for link in links if link], citations)


def _worded(texts: Iterable[Text], citations: Citations = ()) -> Cell:
    return _cell([Item(text.text, text) for text in texts], citations)


def _cell(items: Iterable[Item], citations: Citations) -> Cell:
    found = tuple(items)
    return Cell(found, citations) if found else Cell()


def _told(text: str, key: str = "") -> Cell:
    return Cell((Item(key or text, Text(text)),)) if text else Cell()


def _counted(count: int) -> Cell:
    return _told(str(count)) if count else Cell()


def _period(compared: Compared) -> Cell:
    first, last = compared.plan.starts or "", compared.plan.ends or ""
    if not (first or last):
        return Cell()
    return _told(str(first) if first == last else f"{first}–{last}", f"{first}/{last}")


def _state(compared: Compared) -> Cell:
    """Give the state and the year that its words name."""
    standing = compared.standing
    state = Item(str(standing.group), Text(STATE_LABELS[standing.group]))
    year = str(standing.year or "")
    return Cell((state, Item(year, Text(year))) if year else (state,))


def _amount(compared: Compared) -> Cell:
    budget = compared.parts.budget
    if budget is None or budget.amount is None or not budget.currency:
        return Cell()
    return _worded([Text(f"{budget.amount} {budget.currency}")], budget.citations)


def _budget(compared: Compared) -> Cell:
    budget = compared.parts.budget
    return _linked([budget.status], budget.citations) if budget else Cell()


def _monitoring(compared: Compared) -> Cell:
    found = compared.parts.monitoring
    return _linked([found.status], found.citations) if found else Cell()


def _monitored_by(compared: Compared) -> Cell:
    found = compared.parts.monitoring
    return _linked(found.bodies, found.citations) if found else Cell()


def _indicators(compared: Compared) -> Cell:
    found = compared.parts.monitoring
    return _linked([found.indicators], found.citations) if found else Cell()


def _reporting(compared: Compared) -> Cell:
    found = compared.parts.monitoring
    return _worded(found.reporting, found.citations) if found else Cell()


def _lead(compared: Compared) -> Cell:
    leads = compared.parts.leads
    cited = {c.number: c for actor in leads for c in actor.citations}
    return _linked((actor.link for actor in leads), tuple(cited[n] for n in sorted(cited)))


def _pillars(compared: Compared) -> Cell:
    links: dict[Link, None] = {
        link: None
        for group in compared.parts.objectives
        for objective in group.objectives
        for link in objective.pillars
    }
    ordered: list[Link] = sorted(links, key=lambda link: link.key)
    return _linked(ordered)


def _features(compared: Compared) -> Cell:
    return _linked(feature.link for feature in compared.parts.features if feature.is_stated)


def _civil_society(stage: int) -> Callable[[Compared], Cell]:
    return lambda compared: _linked([compared.parts.civil_society[stage]])


# What the aspects are called in tables; pages call them in the reader's language.
ASPECT_LABELS: Mapping[str, str] = {
    "period": "Period",
    "adopted": "Adopted",
    "state": "State",
    "aim": "Aim, in our words",
    "lead": "Led by",
    "orientation": "Looks",
    "resolutions": "Carries out",
    "languages": "Language",
    "themes": "Themes",
    "pillars": "Pillars of its objectives",
    "objectives": "Objectives known",
    "actors": "Bodies named",
    "budget": "Budget",
    "amount": "Amount of the budget",
    "monitoring": "Provides for monitoring",
    "monitored-by": "Monitored by",
    "indicators": "Indicators",
    "reporting": "Reporting",
    "civil-society-development": "Civil society in drafting",
    "civil-society-implementation": "Civil society in carrying out",
    "civil-society-monitoring": "Civil society in monitoring",
    "disarmament": "Speaks of disarmament",
    "features": "What it contains",
}
_ASPECTS: Mapping[str, Callable[[Compared], Cell]] = {
    "period": _period,
    "adopted": lambda c: _told(c.plan.adopted),
    "state": _state,
    "aim": lambda c: _worded(c.parts.aims),
    "lead": _lead,
    "orientation": lambda c: _linked([c.parts.orientation]),
    "resolutions": lambda c: _linked(c.parts.resolutions),
    "languages": lambda c: _linked(c.parts.languages),
    "themes": lambda c: _linked(c.parts.themes),
    "pillars": _pillars,
    "objectives": lambda c: _counted(c.parts.objective_count),
    "actors": lambda c: _counted(c.parts.actor_count),
    "budget": _budget,
    "amount": _amount,
    "monitoring": _monitoring,
    "monitored-by": _monitored_by,
    "indicators": _indicators,
    "reporting": _reporting,
    "civil-society-development": _civil_society(0),
    "civil-society-implementation": _civil_society(1),
    "civil-society-monitoring": _civil_society(2),
    "disarmament": lambda c: _linked([c.parts.disarmament]),
    "features": _features,
}
# The part of a page of a plan whose sources an aspect has, if it is not the plan itself.
_BESIDE = {
    "lead": "actors", "budget": "budget", "amount": "budget", "monitoring": "monitoring",
    "monitored-by": "monitoring", "indicators": "monitoring", "reporting": "monitoring",
}  # fmt: skip
# Aspects in which a plan may have several values, each of which others may have too.
_LISTS = frozenset(
    ("lead", "resolutions", "languages", "themes", "pillars", "monitored-by", "features")
)
