"""What the modules that write pages about things have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from napgraph.documents import Document
from napgraph.pages.plan_lists import PlanEntry
from napgraph.pages.reading import Link, Text
from napgraph.web.formatting import plan_number
from napgraph.web.languages import gettext

Sections = list[tuple[str, str]]

# Writes the page about a thing; None where it is not what such a page is about.
Writer = Callable[[Document, Mapping[str, object]], "str | None"]

# Fewer parts than these are found without a list of them.
_FEWEST = 3


def sections(*parts: tuple[str, str, object]) -> Sections:
    """List the parts of a page that are there: anchor, title, and whether it is, or what it has."""
    found = [(anchor, title) for anchor, title, is_there in parts if is_there]
    return found if len(found) >= _FEWEST else []


def crumb(title: str, path: str) -> Link:
    """Link to a page above by a word of ours."""
    return Link(Text(title), path, "")


def country_crumbs(country: Link | None) -> list[Link]:
    """Lead from all countries to one."""
    return [crumb(gettext("Countries"), "/countries"), country] if country else []


def plan_crumbs(entry: PlanEntry | None) -> list[Link]:
    """Lead from all countries to a plan."""
    if entry is None:
        return []
    plan = entry.plan
    name = plan_number(plan.generation) if plan.generation else gettext("Plan, number not known")
    owner = country_crumbs(entry.owner) if plan.country else [entry.owner] if entry.owner else []
    return [*owner, crumb(name, plan.path)]
