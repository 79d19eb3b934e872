"""Plans in lists: whose each is and how it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import URIRef

from napgraph.pages.plans import Index, Plan, Standing, State
from napgraph.pages.reading import Link

FIRST_YEAR = 2005


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan in a list, and the country or organisation whose it is."""

    plan: Plan
    owner: Link | None
    standing: Standing


def enter_plan(index: Index, plan: Plan, language: str, day: date) -> PlanEntry:
    """Say of a plan in a list whose it is and how it stands."""
    owner = plan.country or plan.organisation
    link = index.reading.link(owner, language) if owner else None
    return PlanEntry(plan, link, index.standing(plan, day))


def enter_plans(
    index: Index, plans: Iterable[Plan], language: str, day: date
) -> tuple[PlanEntry, ...]:
    """List plans by the name of whose they are, the newest first."""
    newest_first = sorted(plans, key=lambda plan: plan.order, reverse=True)
    entries = [enter_plan(index, plan, language, day) for plan in newest_first]
    return tuple(sorted(entries, key=_owner))


def in_force(index: Index, plans: Iterable[Plan], day: date) -> list[Plan]:
    """Choose the plans that are in force on a day."""
    return [plan for plan in plans if index.standing(plan, day).state is State.IN_FORCE]


def plans_of(index: Index, iris: Iterable[URIRef]) -> list[Plan]:
    """Give the plans that IRIs name."""
    keys = (iri.rpartition("/")[2] for iri in iris)
    return [plan for key in keys if (plan := index.plans.get(key))]


def count_by_year(years: Iterable[int | None], day: date) -> Mapping[int, int]:
    """Count by year from the first plans until a day, years without any among them."""
    counts = dict.fromkeys(range(FIRST_YEAR, day.year + 1), 0)
    for year in years:
        if year in counts:
            counts[year] += 1
    return counts


def _owner(entry: PlanEntry) -> str:
    return entry.owner.text.text.casefold() if entry.owner else ""
