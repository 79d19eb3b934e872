"""What the page about an objective says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import DCTERMS, SKOS, URIRef
from rdflib.term import Node

from napgraph.namespaces import NAP
from napgraph.pages.bibliography import Bibliography, Citation, Entry
from napgraph.pages.listing import Collection, Item, collect
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_lists import PlanEntry, enter_plan, in_force, plans_of
from napgraph.pages.plans import Index
from napgraph.pages.reading import Link, Text, Thing
from napgraph.resources import natural_key

_MOST_ELSEWHERE = 8


@dataclass(frozen=True, slots=True)
class ListedObjective:
    """An objective in a list."""

    number: int | None
    text: Text
    path: str
    plan: PlanEntry | None


@dataclass(frozen=True)
class ObjectivePage:
    """All that the page about an objective says.

    Attributes:
        texts: What it says in our words, in the reader's language or else in all.
        same_plan: How many objectives of the plan are known.
        previous: The one before it in the plan.
        following: The one after it.
        same_pillar: The others of the plan under its pillars.
        elsewhere: Those of other plans in force under its first pillar, those of countries near by
            first.
        notes: What is noted about it.
        disagreements: Where sources differ about it.
    """

    thing: Thing
    number: int | None
    texts: tuple[Text, ...]
    day: date
    plan: PlanEntry | None
    pillars: tuple[Link, ...]
    citations: tuple[Citation, ...]
    same_plan: int
    previous: ListedObjective | None
    following: ListedObjective | None
    same_pillar: tuple[ListedObjective, ...]
    elsewhere: tuple[ListedObjective, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    others: tuple[OtherFact, ...]
    sources: tuple[Entry, ...]


_SHOWN = frozenset((
    NAP.text, NAP.number, NAP.objectiveOf, NAP.pillar, DCTERMS.source, SKOS.note,
    SKOS.editorialNote,
))  # fmt: skip


def read_objective_page(index: Index, iri: URIRef, language: str, day: date) -> ObjectivePage:
    """Read the page about an objective.

    Args:
        index: All plans and countries.
        iri: The objective.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    thing = reading.thing(iri)
    bibliography = Bibliography(reading, language)
    texts = thing.texts(NAP.text)
    plan = thing.iri_of(NAP.objectiveOf)
    plans = plans_of(index, [plan] if plan else [])
    own = enter_plan(index, plans[0], language, day) if plans else None
    siblings = by_number(reading.things(NAP.objectiveOf, plan) if plan else ())
    place = next((i for i, sibling in enumerate(siblings) if sibling.iri == iri), 0)
    pillars = set(thing.iris(NAP.pillar))
    return ObjectivePage(
        thing=thing,
        number=thing.number(NAP.number),
        texts=tuple(text for text in texts if text.language == language) or texts,
        day=day,
        plan=own,
        pillars=reading.links(thing.iris(NAP.pillar), language),
        citations=bibliography.cite(thing.iris(DCTERMS.source), "page"),
        same_plan=len(siblings),
        previous=list_objective(siblings[place - 1], own, language) if place else None,
        following=list_objective(siblings[place + 1], own, language)
        if place + 1 < len(siblings)
        else None,
        same_pillar=tuple(
            list_objective(sibling, own, language)
            for sibling in siblings
            if sibling.iri != iri and pillars & set(sibling.iris(NAP.pillar))
        ),
        elsewhere=_elsewhere(index, thing, own, language, day),
        notes=thing.texts(SKOS.note),
        disagreements=thing.texts(SKOS.editorialNote),
        others=other_facts(reading, thing, _SHOWN, language),
        sources=bibliography.entries,
    )


def list_objective(thing: Thing, plan: PlanEntry | None, language: str) -> ListedObjective:
    """Say of an objective in a list what it says and whose it is."""
    text = thing.text(NAP.text, language) or Text(thing.key)
    return ListedObjective(thing.number(NAP.number), text, thing.path, plan)


def by_number(things: Iterable[Thing]) -> list[Thing]:
    """Order objectives by the numbers that they have in their plan; those without come last."""

    def number(thing: Thing) -> int:
        known = thing.number(NAP.number)
        return 9999 if known is None else known

    return sorted(things, key=number)


def _elsewhere(
    index: Index, thing: Thing, own: PlanEntry | None, language: str, day: date
) -> tuple[ListedObjective, ...]:
    """Choose an objective under the same pillar from each of some other plans in force."""
    pillar = thing.iri_of(NAP.pillar)
    if pillar is None:
        return ()
    first: dict[URIRef, URIRef] = {}
    whose = index.reading.values(NAP.objectiveOf)
    for objective in index.reading.subjects(NAP.pillar, pillar):
        for plan in whose.get(objective, ()):
            if isinstance(plan, URIRef):
                first.setdefault(plan, objective)
    plans = in_force(index, plans_of(index, first), day)
    country = index.country_of(own.plan) if own else None
    near = set(index.regions_of(country)[:1]) if country else set()
    ranked = sorted(
        (plan for plan in plans if own is None or plan.country != own.plan.country),
        key=lambda plan: (not near & set(_regions(index, plan.key)), plan.key),
    )
    return tuple(
        list_objective(
            index.reading.thing(first[plan.iri]), enter_plan(index, plan, language, day), language
        )
        for plan in ranked[:_MOST_ELSEWHERE]
    )


def _regions(index: Index, key: str) -> tuple[URIRef, ...]:
    country = index.country_of(index.plans[key])
    return index.regions_of(country) if country else ()


# What objectives may be chosen by, in the order of a page.
FACETS = ("pillar", "theme", "country")


def collect_objectives(index: Index) -> Collection:
    """Collect all objectives, those of the newest plans first, by what they may be chosen by."""
    whose = index.reading.values(NAP.objectiveOf)
    numbers = index.reading.values(NAP.number)
    pillars = index.reading.values(NAP.pillar)
    found: dict[str, list[URIRef]] = defaultdict(list)
    for objective, plans in whose.items():
        found[str(plans[0]).rpartition("/")[2]].append(objective)
    plans_in_order = sorted(
        (plan for key, plan in index.plans.items() if key in found),
        key=lambda plan: (-(plan.begins or 0), plan.key),
    )
    items = (
        Item(
            objective,
            {
                "pillar": [p for p in pillars.get(objective, ()) if isinstance(p, URIRef)],
                "theme": plan.thing.iris(NAP.theme),
                "country": [plan.country] if plan.country else [],
            },
            plan.begins,
        )
        for plan in plans_in_order
        for objective in sorted(found[plan.key], key=lambda iri: natural_key(_first(numbers, iri)))
    )
    return collect(items, FACETS)


def list_objectives(
    index: Index, iris: Iterable[URIRef], language: str, day: date
) -> tuple[ListedObjective, ...]:
    """List objectives, each with the plan that it is of."""
    things = (index.reading.thing(iri) for iri in iris)
    return tuple(
        list_objective(
            thing,
            enter_plan(index, plan, language, day)
            if (plan := index.plans.get(thing.key_of(NAP.objectiveOf)))
            else None,
            language,
        )
        for thing in things
    )


def _first(values: Mapping[URIRef, tuple[Node, ...]], iri: URIRef) -> str:
    return str(values.get(iri, ("9999",))[0])
