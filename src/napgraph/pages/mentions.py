"""What refers to a thing: a page of it at a time, by class, each by what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from rdflib import DCAT, DCTERMS, FOAF, PROV, QB, RDF, SKOS, URIRef
from rdflib.term import Node

from napgraph.documents import Document
from napgraph.namespaces import NAP, SCHEMA
from napgraph.pages.plan_lists import PlanEntry, enter_plan, plans_of
from napgraph.pages.plans import Index
from napgraph.pages.reading import Link, Text, Thing
from napgraph.resources import natural_key


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing by what it is called and what it belongs to.

    Attributes:
        cls: What it is; its key is the local name of the class: `Objective`.
        name: What it is called; None where nothing but its class and its plan tells.
        path: Where its page is, without a language's prefix.
        when: Its date, as precisely as known; empty if it has none.
        plan: The plan that it is, or is part of.
        country: The country that it is of, if no plan says so.
        details: What else tells it from others: roles, kinds, a publisher.
    """

    cls: Link
    name: Text | None
    path: str
    when: str
    plan: PlanEntry | None
    country: Link | None
    details: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class MentionGroup:
    """Those of one class that refer to a thing by one property."""

    cls: Link
    predicate: Link
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Mentions:
    """One page of what refers to a thing.

    Attributes:
        total: How many do in all.
        number: Which page this is, from 1 on.
        count: How many there are.
    """

    groups: tuple[MentionGroup, ...]
    total: int
    number: int
    count: int


def read_mentions(index: Index, about: Document, language: str, day: date) -> Mentions:
    """Read what a page of a document lists as referring to its thing.

    Args:
        index: All plans and countries.
        about: The page.
        language: The reader's, as a BCP 47 tag.
        day: The day on which plans are in force or not.
    """
    namer = Namer(index, language, day)
    groups: dict[tuple[URIRef, URIRef], list[Mention]] = defaultdict(list)
    for subject, predicate, _ in sorted(about.description.incoming, key=_by_property):
        if isinstance(subject, URIRef) and isinstance(predicate, URIRef):
            thing = index.reading.thing(subject)
            groups[class_of(thing), predicate].append(namer.name(thing))
    return Mentions(
        groups=tuple(
            MentionGroup(
                namer.term(cls), namer.term(predicate), _arranged(mentions, about.page.count)
            )
            for (cls, predicate), mentions in sorted(groups.items(), key=lambda g: _place(g[0][0]))
        ),
        total=about.description.incoming_total,
        number=about.page.number,
        count=about.page.count,
    )


def _arranged(mentions: list[Mention], pages: int) -> tuple[Mention, ...]:
    """Order plans by whose they are where all are on one page; others stay as counted."""
    plans = all(mention.plan and mention.plan.plan.path == mention.path for mention in mentions)
    return tuple(sorted(mentions, key=_owner) if plans and pages == 1 else mentions)


def _owner(mention: Mention) -> str:
    owner = mention.plan.owner if mention.plan else None
    return owner.text.text.casefold() if owner else ""


class Namer:
    """Says for readers of one language what things are called and belong to."""

    def __init__(self, index: Index, language: str, day: date) -> None:
        self._index = index
        self._reading = index.reading
        self._language = language
        self._day = day
        self._entries: dict[URIRef, PlanEntry | None] = {}
        self._links: dict[URIRef, Link] = {}

    def term(self, iri: URIRef) -> Link:
        """Link to the term that a property or class is, by its local name."""
        if iri not in self._links:
            link = self._reading.link(iri, self._language)
            key = iri.rpartition("/")[2].rpartition("#")[2]
            self._links[iri] = Link(link.text, link.path, key)
        return self._links[iri]

    def name(self, thing: Thing) -> Mention:
        """Name a thing."""
        cls = class_of(thing)
        plan = self._plan_of(thing, cls)
        country = thing.iri_of(_COUNTRY) or thing.iri_of(_REGION)
        return Mention(
            cls=self.term(cls),
            name=self._name(thing, cls),
            path=thing.path,
            when=next((v for p in _DATES.get(cls, ()) if (v := thing.value(p))), ""),
            plan=plan,
            country=self._link(country) if country and not plan and cls != _A_COUNTRY else None,
            details=tuple(self._link(iri) for p in _DETAILS.get(cls, ()) for iri in thing.iris(p)),
        )

    def _link(self, iri: URIRef) -> Link:
        if iri not in self._links:
            self._links[iri] = self._reading.link(iri, self._language)
        return self._links[iri]

    def _name(self, thing: Thing, cls: URIRef) -> Text | None:
        named_by = _NAMED_BY.get(cls)
        if named_by and (other := thing.iri_of(named_by)):
            return self._reading.label(other, self._language)
        if cls in _NAMELESS:
            return None
        return self._reading.label(thing.iri, self._language)

    def _plan_of(self, thing: Thing, cls: URIRef) -> PlanEntry | None:
        part_of = _PART_OF.get(cls)
        iri = part_of(self._index, thing) if part_of else None
        if iri is None:
            return None
        if iri not in self._entries:
            plans = plans_of(self._index, [iri])
            self._entries[iri] = (
                enter_plan(self._index, plans[0], self._language, self._day) if plans else None
            )
        return self._entries[iri]


def class_of(thing: Thing) -> URIRef:
    """Give the class by which pages speak of a thing."""
    return min(thing.iris(RDF.type), key=_place, default=SKOS.Concept)


def _itself(_: Index, thing: Thing) -> URIRef | None:
    return thing.iri


def _by(predicate: URIRef) -> Callable[[Index, Thing], URIRef | None]:
    def follow(_: Index, thing: Thing) -> URIRef | None:
        return thing.iri_of(predicate)

    return follow


def _from(predicate: URIRef) -> Callable[[Index, Thing], URIRef | None]:
    def follow(index: Index, thing: Thing) -> URIRef | None:
        return next(iter(index.reading.subjects(predicate, thing.iri)), None)

    return follow


# How to come from a thing to the plan that it is part of.
_PART_OF: dict[URIRef, Callable[[Index, Thing], URIRef | None]] = {
    NAP.NationalActionPlan: _itself,
    NAP.RegionalActionPlan: _itself,
    NAP.Objective: _by(NAP.objectiveOf),
    NAP.Involvement: _by(NAP.plan),
    NAP.Remark: _by(NAP.remarkOn),
    NAP.Budget: _from(NAP.budget),
    NAP.Monitoring: _from(NAP.monitoring),
}
# Terms of a namespace are made anew each time that they are asked for.
_COUNTRY, _REGION, _A_COUNTRY = NAP.country, NAP.region, NAP.Country
_NAMED_BY = {NAP.Involvement: NAP.stakeholder}
# Of these nothing but the class and the plan, or the day, is a name.
_NAMELESS = frozenset((NAP.Budget, NAP.Monitoring, NAP.PersonnelContribution, NAP.PlanCount))
_DATES = {
    NAP.Event: (SCHEMA.startDate,),
    NAP.Source: (DCTERMS.issued,),
    NAP.PersonnelContribution: (NAP.asOf,),
    NAP.PlanCount: (NAP.asOf,),
    NAP.Resolution: (DCTERMS.issued,),
    NAP.UNReport: (DCTERMS.issued,),
}
_DETAILS = {
    NAP.Involvement: (NAP.role,),
    NAP.Remark: (NAP.aspect,),
    NAP.Budget: (NAP.budgetStatus,),
    NAP.Event: (NAP.eventKind,),
    NAP.Source: (DCTERMS.publisher, NAP.sourceKind),
    NAP.Stakeholder: (NAP.stakeholderKind,),
}
# In which order pages list what refers to a thing.
_ORDER = (
    NAP.NationalActionPlan, NAP.RegionalActionPlan, NAP.Country, NAP.Objective, NAP.Involvement,
    NAP.Stakeholder, NAP.Budget, NAP.Monitoring, NAP.Remark, NAP.Event, NAP.PersonnelContribution,
    NAP.PlanCount, NAP.Resolution, NAP.UNReport, NAP.Source, NAP.Tombstone, FOAF.Agent,
    SKOS.ConceptScheme, SKOS.Concept, DCAT.Dataset, QB.DataSet, PROV.Entity,
)  # fmt: skip
_PLACES = {cls: place for place, cls in enumerate(_ORDER)}


def _place(cls: URIRef) -> tuple[int, str]:
    return _PLACES.get(cls, len(_PLACES)), str(cls)


def _by_property(statement: tuple[Node, Node, Node]) -> tuple[str, list[tuple[int, str]]]:
    return str(statement[1]), natural_key(statement[0])


def countries_of(entries: Iterable[PlanEntry]) -> int:
    """Count the countries whose some plans are."""
    return len({entry.plan.country for entry in entries if entry.plan.country})
