"""What the page about a plan says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from napgraph.pages.bibliography import Bibliography, Entry
from napgraph.pages.plan_parts import PlanParts, PlanReader
from napgraph.pages.plans import Index, Plan, Standing
from napgraph.pages.reading import Link


@dataclass(frozen=True)
class PlanPage:
    """All that the page about a plan says.

    Attributes:
        owner: The country or organisation whose plan it is.
        previous: The plan before it, of the same owner.
        following: The plan after it.
    """

    plan: Plan
    owner: Link | None
    day: date
    standing: Standing
    parts: PlanParts
    previous: Plan | None
    following: Plan | None
    sources: tuple[Entry, ...]


def read_plan_page(index: Index, plan: Plan, language: str, day: date) -> PlanPage:
    """Read the page about a plan.

    Args:
        index: All plans and countries.
        plan: The plan.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    bibliography = Bibliography(index.reading, language)
    owner = plan.country or plan.organisation
    siblings = index.siblings(plan)
    place = siblings.index(plan)
    return PlanPage(
        plan=plan,
        owner=index.reading.link(owner, language) if owner else None,
        day=day,
        standing=index.standing(plan, day),
        parts=PlanReader(index.reading, language, bibliography).read(plan),
        previous=siblings[place + 1] if place + 1 < len(siblings) else None,
        following=siblings[place - 1] if place else None,
        sources=bibliography.entries,
    )
