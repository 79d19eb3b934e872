"""What the page about a body says that has a part in plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rdflib import DCTERMS, RDF, SKOS, URIRef
from rdflib.term import Node

from napgraph.documents import Document
from napgraph.namespaces import NAP, SCHEMA, thing_iri
from napgraph.pages.bibliography import Bibliography, Citation, Entry
from napgraph.pages.browsing import collation_key
from napgraph.pages.listing import Collection, Item, collect
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plan_lists import PlanEntry, enter_plan, enter_plans, plans_of
from napgraph.pages.plan_parts import Event, PlanReader
from napgraph.pages.plans import Index, Plan
from napgraph.pages.reading import Link, Text, Thing, by_label

_MOST_ALIKE = 20
# Of a body with more parts than these the page leads to the sources of each instead of citing them.
_MOST_CITED = 24


@dataclass(frozen=True, slots=True)
class Part:
    """A body's part in a plan.

    Attributes:
        roles: The keys of the roles that it has in it.
        monitors: Whether it is named as who monitors the plan.
        path: Where the page is of what says so, with its sources.
    """

    plan: PlanEntry
    roles: frozenset[str]
    monitors: bool
    path: str
    sources: tuple[URIRef, ...]
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True)
class StakeholderPage:
    """All that the page about a body says.

    Attributes:
        parts: Its parts in plans, by whose the plans are, the newest first.
        roles: The roles that it has in any of them, in the order of pages.
        own_plans: Plans of its own, if it is an organisation of several countries.
        events: What it held.
        alike: Other bodies of its kind in its country, as many as are listed.
        alike_count: How many there are.
    """

    thing: Thing
    name: Text
    names: tuple[Text, ...]
    acronyms: tuple[str, ...]
    kind: Link | None
    country: Link | None
    day: date
    parts: tuple[Part, ...]
    roles: tuple[Link, ...]
    own_plans: tuple[PlanEntry, ...]
    events: tuple[Event, ...]
    alike: tuple[Link, ...]
    alike_count: int
    citations: tuple[Citation, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    others: tuple[OtherFact, ...]
    sources: tuple[Entry, ...]

    @property
    def countries(self) -> int:
        """In how many countries' plans it has a part."""
        return len({part.plan.plan.country for part in self.parts if part.plan.plan.country})


_SHOWN = frozenset((
    SKOS.prefLabel, SKOS.altLabel, SKOS.notation, SKOS.note, SKOS.editorialNote, DCTERMS.source,
    NAP.stakeholderKind, NAP.country,
))  # fmt: skip


def read_stakeholder_page(
    index: Index, about: Document, language: str, day: date
) -> StakeholderPage:
    """Read the page about a body.

    Args:
        index: All plans and countries.
        about: The page of the document about it.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    reading = index.reading
    iri = about.description.iri
    thing = reading.thing(iri)
    bibliography = Bibliography(reading, language)
    parts = _parts(index, iri, language, day)
    cites = len(parts) <= _MOST_CITED
    citations = bibliography.cite(thing.iris(DCTERMS.source), "page") if cites else ()
    if cites:
        parts = tuple(
            replace(part, citations=bibliography.cite(part.sources, "actors")) for part in parts
        )
    kind, country = thing.iri_of(NAP.stakeholderKind), thing.iri_of(NAP.country)
    name = reading.label(iri, language)
    alike = _alike(index, iri, kind, country)
    return StakeholderPage(
        thing=thing,
        name=name,
        names=tuple(
            text
            for text in (*thing.texts(SKOS.prefLabel), *thing.texts(SKOS.altLabel))
            if text.text != name.text
        ),
        acronyms=tuple(
            str(short) for short in thing.literals(SKOS.notation) if str(short) != name.text
        ),
        kind=reading.link(kind, language) if kind else None,
        country=reading.link(country, language) if country else None,
        day=day,
        parts=parts,
        roles=_roles(index, (key for part in parts for key in part.roles), language),
        own_plans=enter_plans(
            index, plans_of(index, reading.subjects(NAP.organisation, iri)), language, day
        ),
        events=PlanReader(reading, language, bibliography).events(
            reading.things(SCHEMA.organizer, iri)
        ),
        alike=by_label(reading.links(alike[:_MOST_ALIKE], language)),
        alike_count=len(alike),
        citations=citations,
        notes=thing.texts(SKOS.note),
        disagreements=thing.texts(SKOS.editorialNote),
        others=other_facts(reading, thing, _SHOWN, language),
        sources=bibliography.entries,
    )


def _parts(index: Index, iri: URIRef, language: str, day: date) -> tuple[Part, ...]:
    reading = index.reading
    monitored = {
        plan
        for monitoring in reading.subjects(NAP.monitoringBody, iri)
        for plan in reading.subjects(NAP.monitoring, monitoring)
    }
    found: list[tuple[Plan, Thing | None]] = []
    for involvement in reading.things(NAP.stakeholder, iri):
        found += [(plan, involvement) for plan in plans_of(index, involvement.iris(NAP.plan))]
    involved = {plan.iri for plan, _ in found}
    found += [(plan, None) for plan in plans_of(index, sorted(monitored - involved))]
    parts = [
        Part(
            plan=enter_plan(index, plan, language, day),
            roles=frozenset(
                iri.rpartition("/")[2] for iri in (said.iris(NAP.role) if said else ())
            ),
            monitors=plan.iri in monitored,
            path=said.path if said else "",
            sources=said.iris(DCTERMS.source) if said else (),
        )
        for plan, said in sorted(found, key=lambda pair: pair[0].order, reverse=True)
    ]
    return tuple(sorted(parts, key=lambda part: _owner(part.plan)))


def _owner(entry: PlanEntry) -> str:
    return entry.owner.text.text.casefold() if entry.owner else ""


_ROLE_ORDER = ("lead", "implementation", "monitoring", "development", "consulted", "funding")


def _roles(index: Index, keys: Iterable[str], language: str) -> tuple[Link, ...]:
    known = set(keys)
    ordered = [key for key in _ROLE_ORDER if key in known] + sorted(known - set(_ROLE_ORDER))
    return index.reading.links((thing_iri("role", key) for key in ordered), language)


def _alike(index: Index, iri: URIRef, kind: URIRef | None, country: URIRef | None) -> list[URIRef]:
    if kind is None:
        return []
    same = set(index.reading.subjects(NAP.stakeholderKind, kind))
    if country:
        same &= set(index.reading.subjects(NAP.country, country))
    else:
        same -= set(index.reading.values(NAP.country))
    return sorted(same - {iri})


# What bodies may be chosen by, in the order of a page.
FACETS = ("kind", "role", "country")


@dataclass(frozen=True, slots=True)
class ListedStakeholder:
    """A body in a list, and in how many plans it has a part."""

    link: Link
    kind: Link | None
    country: Link | None
    roles: tuple[Link, ...]
    plans: int


def collect_stakeholders(index: Index) -> Collection:
    """Collect all bodies, those in the most plans first, by what they may be chosen by."""
    reading = index.reading
    kinds, countries = reading.values(NAP.stakeholderKind), reading.values(NAP.country)
    roles, plans = _involvements(index)
    names = reading.values(SKOS.prefLabel)
    bodies = reading.subjects(RDF.type, NAP.Stakeholder)
    ordered = sorted(
        bodies, key=lambda iri: (-len(plans[iri]), collation_key(str(names.get(iri, (iri,))[0])))
    )
    items = (
        Item(
            iri,
            {
                "kind": _iris(kinds.get(iri, ())),
                "role": roles[iri],
                "country": _iris(countries.get(iri, ())),
            },
        )
        for iri in ordered
    )
    return collect(items, FACETS)


def list_stakeholder(index: Index, iri: URIRef, language: str) -> ListedStakeholder:
    """Say of a body in a list what it is and in how many plans it has a part."""
    reading = index.reading
    thing = reading.thing(iri)
    kind, country = thing.iri_of(NAP.stakeholderKind), thing.iri_of(NAP.country)
    involvements = reading.things(NAP.stakeholder, iri)
    return ListedStakeholder(
        link=reading.link(iri, language),
        kind=reading.link(kind, language) if kind else None,
        country=reading.link(country, language) if country else None,
        roles=_roles(
            index, (r.rpartition("/")[2] for i in involvements for r in i.iris(NAP.role)), language
        ),
        plans=len({plan for i in involvements for plan in i.iris(NAP.plan)}),
    )


def _involvements(
    index: Index,
) -> tuple[Mapping[URIRef, set[URIRef]], Mapping[URIRef, set[URIRef]]]:
    """Give the roles and the plans of each body."""
    reading = index.reading
    roles: dict[URIRef, set[URIRef]] = defaultdict(set)
    plans: dict[URIRef, set[URIRef]] = defaultdict(set)
    has_role, in_plan = reading.values(NAP.role), reading.values(NAP.plan)
    for involvement, bodies in reading.values(NAP.stakeholder).items():
        for body in _iris(bodies):
            roles[body].update(_iris(has_role.get(involvement, ())))
            plans[body].update(_iris(in_plan.get(involvement, ())))
    return roles, plans


def _iris(nodes: Iterable[Node]) -> list[URIRef]:
    return [node for node in nodes if isinstance(node, URIRef)]
