"""What the page of all plans says: those chosen, in an order, and what else may be chosen."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import pairwise
from operator import or_

from rdflib import URIRef

from napgraph.namespaces import NAP
from napgraph.pages.facets import (
    FACETS,
    UNKNOWN,
    Bits,
    Catalogue,
    Values,
    count_values,
    matching,
    states_on,
)
from napgraph.pages.plans import GROUPS, Index, Plan, Standing
from napgraph.pages.reading import Link, Text
from napgraph.pages.selection import Refused, Selection

PAGE_SIZE = 50
# How many values of a facet are shown before the rest, which opens on demand.
_FIRST_VALUES = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet.

    Attributes:
        text: What its concept is called; None for those that are no concept: states, regional
            organisations and what is not known.
        count: How many plans it would show.
        depth: How many regions it lies in.
        query: The query string without it, where it is chosen.
    """

    facet: str
    key: str
    text: Text | None
    count: int
    is_chosen: bool
    depth: int = 0
    query: str = ""


@dataclass(frozen=True, slots=True)
class Facet:
    """What plans may be chosen by.

    Attributes:
        first: The values to show at once: those that most plans have, and those chosen.
        rest: Those that open on demand.
        unknown: What stands for plans of which no source tells; None for states, each of which
            says what is not known.
    """

    key: str
    first: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    unknown: Choice | None

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """Those of its values that are chosen."""
        return tuple(choice for choice in self.choices if choice.is_chosen)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All of its values."""
        return (*self.first, *self.rest, *((self.unknown,) if self.unknown else ()))


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan in a list, whose it is, and how it stands."""

    plan: Plan
    owner: Link | None
    standing: Standing
    themes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class RegionEntries:
    """The plans of a region; of none where organisations of countries adopted them."""

    region: Link | None
    entries: tuple[PlanEntry, ...]


@dataclass(frozen=True)
class Found:
    """The plans that a selection finds.

    Attributes:
        values: All values of all facets on the day.
        plans: They, in its order.
        within: All that is left by what is no facet.
        later: How many plans were adopted after the day and therefore are not there.
        without_year: How many were left out since no source tells the year in which they begin.
    """

    selection: Selection
    day: date
    values: Values
    plans: tuple[Plan, ...]
    within: Bits
    later: int
    without_year: int


@dataclass(frozen=True)
class BrowsePage:
    """All that the page of all plans says.

    Attributes:
        total: How many plans the selection finds.
        of_countries: How many plans countries have adopted, of how many countries.
        of_organisations: How many organisations of countries have adopted.
        entries: Those on this page.
        regions: All of them by region, for the map.
        pages: How many pages there are.
        relaxed: What finds more than nothing, where nothing was found: each chosen value with
            how many there are without it.
        without_years: How many there are of any years, likewise.
        refused: What the query string has that is not known.
    """

    found: Found
    facets: tuple[Facet, ...]
    total: int
    of_countries: tuple[int, int]
    of_organisations: int
    entries: tuple[PlanEntry, ...]
    regions: tuple[RegionEntries, ...]
    pages: int
    relaxed: tuple[tuple[Choice, int], ...]
    without_years: int
    refused: tuple[Refused, ...]

    @property
    def selection(self) -> Selection:
        """What was asked for."""
        return self.found.selection

    @property
    def numbers(self) -> tuple[int | None, ...]:
        """The pages to link to: the first, the last and those around this one; None for a gap."""
        near = range(self.selection.page - 2, self.selection.page + 3)
        shown = [n for n in range(1, self.pages + 1) if n in (1, self.pages) or n in near]
        return tuple(
            part
            for before, n in pairwise([0, *shown])
            for part in ((n,) if n == before + 1 else (None, n))
        )


def find_plans(
    index: Index, catalogue: Catalogue, selection: Selection, day: date, language: str = "en"
) -> Found:
    """Find the plans of a selection.

    Args:
        index: All plans and countries.
        catalogue: The values of facets.
        selection: What to find.
        day: The day on which plans are in force or not.
        language: That in which countries are in the order of their names.
    """
    values = catalogue.values_on(states_on(index, catalogue.plans, day))
    known = _known(values)
    within = known & _begun(catalogue, selection)
    plans = catalogue.chosen(matching(values, selection.chosen, within))
    return Found(
        selection=selection,
        day=day,
        values=values,
        plans=tuple(sorted(plans, key=_ORDERS[selection.sort](index, language))),
        within=within,
        later=(catalogue.everything & ~known).bit_count(),
        without_year=_without_year(catalogue, selection, known, values),
    )


def read_browse_page(
    index: Index,
    catalogue: Catalogue,
    found: Found,
    language: str,
    refused: tuple[Refused, ...] = (),
) -> BrowsePage:
    """Read the page of all plans.

    Args:
        index: All plans and countries.
        catalogue: The values of facets.
        found: What the selection finds.
        language: The reader's, as a BCP 47 tag.
        refused: What the query string has that is not known.
    """
    selection, total = found.selection, len(found.plans)
    pages = max(1, -(-total // PAGE_SIZE))
    if selection.page > pages:
        refused = (*refused, Refused("page", str(selection.page)))
        selection = replace(selection, page=1)
        found = replace(found, selection=selection)
    start = (selection.page - 1) * PAGE_SIZE
    counts = count_values(found.values, selection.chosen, found.within)
    facets = tuple(_facet(index, catalogue, found, counts[key], key, language) for key in FACETS)
    national = [plan for plan in index.plans.values() if plan.country]
    return BrowsePage(
        found=found,
        facets=facets,
        total=total,
        of_countries=(len(national), len({plan.country for plan in national})),
        of_organisations=len(index.plans) - len(national),
        entries=_entries(index, found.plans[start : start + PAGE_SIZE], language, found.day),
        regions=_by_region(index, found, language) if selection.view == "map" else (),
        pages=pages,
        relaxed=_relaxed(facets, found) if not total else (),
        without_years=_count_any_year(catalogue, found) if not total else 0,
        refused=refused,
    )


def collation_key(text: str) -> str:
    """Order names as people look for them: accents and capitals do not count."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


# -- years and orders --------------------------------------------------------------------------


def _begun(catalogue: Catalogue, selection: Selection) -> Bits:
    if not selection.has_years:
        return catalogue.everything
    return catalogue.bits(plan for plan in catalogue.plans if _begins_as_asked(plan, selection))


def _begins_as_asked(plan: Plan, selection: Selection) -> bool:
    if plan.begins is None:
        return selection.with_unknown_years
    if not (selection.first or selection.last):
        return False
    return (selection.first or 0) <= plan.begins <= (selection.last or 9999)


def _without_year(catalogue: Catalogue, selection: Selection, known: Bits, values: Values) -> int:
    if not selection.has_years or selection.with_unknown_years:
        return 0
    undated = catalogue.bits(plan for plan in catalogue.plans if plan.begins is None)
    return matching(values, selection.chosen, known & undated).bit_count()


def _count_any_year(catalogue: Catalogue, found: Found) -> int:
    if not found.selection.has_years:
        return 0
    return matching(found.values, found.selection.chosen, _known(found.values)).bit_count()


def _known(values: Values) -> Bits:
    """Give the plans that there were on the day."""
    return reduce(or_, values["state"].values(), 0)


_Key = Callable[[Plan], tuple[object, ...]]


def _by_owner(index: Index, language: str) -> _Key:
    def key(plan: Plan) -> tuple[object, ...]:
        owner = plan.country or plan.organisation
        name = collation_key(index.reading.label(owner, language).text) if owner else "\uffff"
        return name, plan.order

    return key


def _by_begin(index: Index, language: str) -> _Key:
    by_owner = _by_owner(index, language)
    return lambda plan: (plan.begins is None, plan.begins or 0, by_owner(plan))


def _by_begin_backwards(index: Index, language: str) -> _Key:
    by_owner = _by_owner(index, language)
    return lambda plan: (plan.begins is None, -(plan.begins or 0), by_owner(plan))


def _by_end(index: Index, language: str) -> _Key:
    by_owner = _by_owner(index, language)
    return lambda plan: (plan.ends is None, plan.ends or 0, by_owner(plan))


_ORDERS: Mapping[str, Callable[[Index, str], _Key]] = {
    "newest": _by_begin_backwards,
    "oldest": _by_begin,
    "country": _by_owner,
    "end": _by_end,
}


# -- lists -------------------------------------------------------------------------------------


def _entries(
    index: Index, plans: Iterable[Plan], language: str, day: date
) -> tuple[PlanEntry, ...]:
    return tuple(_entry(index, plan, language, day) for plan in plans)


def _entry(index: Index, plan: Plan, language: str, day: date) -> PlanEntry:
    owner, reading = plan.country or plan.organisation, index.reading
    themes = reading.links(plan.thing.iris(NAP.theme), language)
    return PlanEntry(
        plan,
        reading.link(owner, language) if owner else None,
        index.standing(plan, day),
        tuple(sorted(themes, key=lambda link: collation_key(link.text.text))),
    )


def _by_region(index: Index, found: Found, language: str) -> tuple[RegionEntries, ...]:
    groups: dict[URIRef | None, list[Plan]] = defaultdict(list)
    for plan in found.plans:
        country = index.country_of(plan)
        groups[country.region if country else None].append(plan)
    links = {iri: index.reading.link(iri, language) if iri else None for iri in groups}

    def name(iri: URIRef | None) -> tuple[bool, str]:
        link = links[iri]
        return link is None, collation_key(link.text.text) if link else ""

    return tuple(
        RegionEntries(
            links[iri],
            _entries(
                index, sorted(groups[iri], key=_by_owner(index, language)), language, found.day
            ),
        )
        for iri in sorted(groups, key=name)
    )


def _relaxed(facets: Iterable[Facet], found: Found) -> tuple[tuple[Choice, int], ...]:
    choices = [choice for facet in facets for choice in facet.chosen]
    counted = (
        (choice, matching(found.values, without.chosen, found.within).bit_count())
        for choice in choices
        for without in (found.selection.without(choice.facet, choice.key),)
    )
    return tuple((choice, count) for choice, count in counted if count)


# -- facets ------------------------------------------------------------------------------------

# Values whose order means something; others come by how many plans have them.
_FIXED = {
    "state": tuple(map(str, GROUPS)),
    "budget": ("allocated", "estimated", "mentioned", "none"),
    **dict.fromkeys(
        ("monitoring", "civilSocietyInDevelopment", "civilSocietyInImplementation",
         "civilSocietyInMonitoring"),
        ("yes", "partial", "no"),
    ),
}  # fmt: skip


def _facet(
    index: Index,
    catalogue: Catalogue,
    found: Found,
    counts: Mapping[str, int],
    facet: str,
    language: str,
) -> Facet:
    chosen = found.selection.chosen.get(facet, ())
    choices = {
        key: Choice(
            facet=facet,
            key=key,
            text=index.reading.label(iri, language) if iri else None,
            count=count,
            is_chosen=key in chosen,
            depth=_depth(catalogue, key) if facet == "region" else 0,
            query=found.selection.without(facet, key).query() if key in chosen else "",
        )
        for key, count in counts.items()
        for iri in (catalogue.iris.get((facet, key)),)
    }
    unknown = choices.pop(UNKNOWN, None)
    ordered = _ordered(catalogue, facet, choices)
    first = sum(not choice.depth for choice in ordered) if facet == "region" else _FIRST_VALUES
    shown = [choice for place, choice in enumerate(ordered) if place < first or choice.is_chosen]
    rest = [choice for choice in ordered if choice not in shown]
    return Facet(facet, tuple(shown), tuple(rest), unknown)


def _ordered(catalogue: Catalogue, facet: str, choices: Mapping[str, Choice]) -> list[Choice]:
    def name(key: str) -> str:
        text = choices[key].text if key in choices else None
        return collation_key(text.text) if text else "\uffff"

    def order(choice: Choice) -> tuple[object, ...]:
        if facet == "region":
            chain = [name(key) for key in reversed(_chain(catalogue, choice.key))]
            return choice.depth > 0, chain
        fixed = _FIXED.get(facet, ())
        place = fixed.index(choice.key) if choice.key in fixed else len(fixed)
        return place, -catalogue.values[facet].get(choice.key, 0).bit_count(), name(choice.key)

    return sorted(choices.values(), key=order)


def _chain(catalogue: Catalogue, key: str) -> list[str]:
    """Give a region and those around it, the smallest first."""
    chain = [key]
    while (parent := catalogue.parents.get(chain[-1])) and parent not in chain:
        chain.append(parent)
    return chain


def _depth(catalogue: Catalogue, key: str) -> int:
    return len(_chain(catalogue, key)) - 1
