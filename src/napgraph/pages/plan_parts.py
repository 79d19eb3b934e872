"""The parts that pages about a plan are made of, in the order in which they are read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import DCTERMS, RDF, RDFS, SKOS, URIRef

from napgraph.namespaces import NAP, SCHEMA, thing_iri
from napgraph.pages.bibliography import Bibliography, Citation
from napgraph.pages.others import OtherFact, other_facts
from napgraph.pages.plans import Plan, languages_of
from napgraph.pages.reading import Link, Reading, Text, Thing
from napgraph.resources import natural_key, web_address

Citations = tuple[Citation, ...]

# The facts of a plan that may be unknown, in the order in which pages name them.
FACTS = (
    "period", "adopted", "language", "document", "aim", "objectives", "themes", "lead",
    "civil-society-development", "civil-society-implementation", "civil-society-monitoring",
    "budget", "monitoring", "indicators", "disarmament",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the sources that say so."""

    text: Text
    citations: Citations


@dataclass(frozen=True, slots=True)
class Address:
    """Where something can be read elsewhere, as a source gives it."""

    text: str

    @property
    def host(self) -> str:
        """The host that a link leads to; empty where it must not be one."""
        return self.text.split("/")[2] if web_address(self.text) and "//" in self.text else ""


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective of a plan, in our words."""

    number: int | None
    text: Text
    path: str
    pillars: tuple[Link, ...]
    citations: Citations

    @property
    def key(self) -> str:
        """The last part of its IRI."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class PillarGroup:
    """The objectives under a pillar, or under none that a source names."""

    pillar: Link | None
    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with a part in a plan.

    Attributes:
        kind: What it is: a ministry, a committee, civil society.
        roles: All of its parts.
    """

    link: Link
    kind: Link | None
    roles: tuple[Link, ...]
    citations: Citations


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """Those who have a part of one sort, by what they are and name."""

    role: Link
    actors: tuple[Actor, ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """What is known of a plan's budget; an amount is in whole units of its ISO 4217 currency."""

    status: Link | None
    amount: int | None
    currency: str
    notes: tuple[Text, ...]
    citations: Citations


@dataclass(frozen=True, slots=True)
class Monitoring:
    """What is known of how a plan is monitored; degrees are yes, partial or no."""

    status: Link | None
    indicators: Link | None
    bodies: tuple[Link, ...]
    reporting: tuple[Text, ...]
    citations: Citations


@dataclass(frozen=True, slots=True)
class AspectGroup:
    """What sources remark on one side of a plan."""

    aspect: Link
    remarks: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with its dates as precisely as they are known."""

    name: Text
    path: str
    starts: str
    ends: str
    kind: Link | None
    places: tuple[Text, ...]
    citations: Citations


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that a plan may contain, and whether a source says that this one does."""

    link: Link
    is_stated: bool


@dataclass(frozen=True)
class PlanParts:
    """A plan's parts for readers of one language.

    Attributes:
        titles: What the plan calls itself, in whatever language.
        citations: The sources of the plan's own facts.
        documents: Where its text can be read.
        leads: Those who lead it.
        civil_society: Degree of civil society's part in drafting, carrying out and monitoring.
        disagreements: Where sources differ about it.
        others: What else is said of it.
        unknown: Keys of `FACTS` that no source tells of.
    """

    plan: Plan
    titles: tuple[Text, ...]
    citations: Citations
    aims: tuple[Text, ...]
    documents: tuple[Address, ...]
    languages: tuple[Link, ...]
    resolutions: tuple[Link, ...]
    orientation: Link | None
    themes: tuple[Link, ...]
    leads: tuple[Actor, ...]
    civil_society: tuple[Link | None, Link | None, Link | None]
    disarmament: Link | None
    budget: Budget | None
    monitoring: Monitoring | None
    objectives: tuple[PillarGroup, ...]
    roles: tuple[RoleGroup, ...]
    features: tuple[Feature, ...]
    remarks: tuple[AspectGroup, ...]
    events: tuple[Event, ...]
    notes: tuple[Text, ...]
    disagreements: tuple[Text, ...]
    others: tuple[OtherFact, ...]
    unknown: tuple[str, ...]

    @property
    def objective_count(self) -> int:
        """How many objectives are known."""
        return sum(len(group.objectives) for group in self.objectives)

    @property
    def actor_count(self) -> int:
        """How many have a part in it."""
        return len({actor.link.path for group in self.roles for actor in group.actors})


class PlanReader:
    """Reads the parts of plans for one page, whose sources it numbers."""

    def __init__(self, reading: Reading, language: str, bibliography: Bibliography) -> None:
        self._reading = reading
        self._language = language
        self._bibliography = bibliography

    def read(self, plan: Plan) -> PlanParts:
        """Read all parts of a plan, citing in the order in which a page shows them."""
        thing = plan.thing
        citations = self._cite(thing, "plan")
        actors = self._actors(thing.iri)
        roles = self._roles(actors)
        budget, monitoring = self._budget(thing), self._monitoring(thing)
        parts = PlanParts(
            plan=plan,
            titles=thing.texts(DCTERMS.title),
            citations=citations,
            aims=self._texts(thing, NAP.aim),
            documents=tuple(Address(str(v)) for v in thing.literals(NAP.documentUrl)),
            languages=self._links(languages_of(plan)),
            resolutions=tuple(map(self._resolution, thing.iris(NAP.implements))),
            orientation=self._link(thing, NAP.orientation),
            themes=self.by_label(thing.iris(NAP.theme)),
            leads=tuple(a for a in actors if any(role.key == "lead" for role in a.roles)),
            civil_society=(
                self._link(thing, NAP.civilSocietyInDevelopment),
                self._link(thing, NAP.civilSocietyInImplementation),
                self._link(thing, NAP.civilSocietyInMonitoring),
            ),
            disarmament=self._link(thing, NAP.disarmament),
            budget=budget,
            monitoring=monitoring,
            objectives=self._objectives(thing.iri),
            roles=roles,
            features=self._features(thing),
            remarks=self._remarks(thing.iri),
            events=self.events(self._reading.things(NAP.plan, thing.iri)),
            notes=self._texts(thing, SKOS.note),
            disagreements=self._texts(thing, SKOS.editorialNote),
            others=other_facts(self._reading, thing, _SHOWN, self._language),
            unknown=(),
        )
        object.__setattr__(parts, "unknown", tuple(_unknown(parts)))
        return parts

    def events(self, things: Iterable[Thing]) -> tuple[Event, ...]:
        """Read the events among some things, the latest first."""
        found = (thing for thing in things if thing.is_a(NAP.Event))
        events = [self._event(thing) for thing in sorted(found, key=_when, reverse=True)]
        return tuple(events)

    def by_label(self, iris: Iterable[URIRef]) -> tuple[Link, ...]:
        """Link to things in the order of what they are called."""
        return tuple(sorted(self._links(iris), key=lambda link: link.text.text.casefold()))

    def _event(self, thing: Thing) -> Event:
        return Event(
            name=self._reading.label(thing.iri, self._language),
            path=thing.path,
            starts=thing.value(SCHEMA.startDate),
            ends=thing.value(SCHEMA.endDate),
            kind=self._link(thing, NAP.eventKind),
            places=thing.texts(SCHEMA.location),
            citations=self._cite(thing, "events"),
        )

    def _objectives(self, plan: URIRef) -> tuple[PillarGroup, ...]:
        groups: dict[URIRef | None, list[Objective]] = defaultdict(list)
        order = _by_number(self._reading.things(NAP.objectiveOf, plan))
        pillars = self._reading.subjects(SKOS.inScheme, thing_iri("scheme", "pillar"))
        for thing in order:
            first = thing.iri_of(NAP.pillar)
            groups[first].append(
                Objective(
                    number=thing.number(NAP.number),
                    text=thing.text(NAP.text, self._language) or Text(thing.key),
                    path=thing.path,
                    pillars=self._links(thing.iris(NAP.pillar)),
                    citations=self._cite(thing, "objectives"),
                )
            )
        known = [pillar for pillar in pillars if pillar in groups]
        others = [pillar for pillar in groups if pillar is not None and pillar not in known]
        ordered = [*known, *others, *([None] if None in groups else [])]
        return tuple(
            PillarGroup(
                self._reading.link(pillar, self._language) if pillar else None,
                tuple(groups[pillar]),
            )
            for pillar in sorted(ordered, key=lambda p: _first_number(groups[p]))
        )

    def _actors(self, plan: URIRef) -> tuple[Actor, ...]:
        return tuple(
            self._actor(thing)
            for thing in self._reading.things(NAP.plan, plan)
            if thing.is_a(NAP.Involvement) and thing.iri_of(NAP.stakeholder)
        )

    def _actor(self, involvement: Thing) -> Actor:
        stakeholder = involvement.iri_of(NAP.stakeholder) or involvement.iri
        return Actor(
            link=self._reading.link(stakeholder, self._language),
            kind=self._link(self._reading.thing(stakeholder), NAP.stakeholderKind),
            roles=self._links(involvement.iris(NAP.role)),
            citations=self._cite(involvement, "actors"),
        )

    def _roles(self, actors: Iterable[Actor]) -> tuple[RoleGroup, ...]:
        groups: dict[Link, list[Actor]] = defaultdict(list)
        for actor in actors:
            for role in actor.roles:
                groups[role].append(actor)
        ordered = sorted(groups, key=lambda role: (_ROLES.get(role.key, len(_ROLES)), role.key))
        return tuple(RoleGroup(role, tuple(sorted(groups[role], key=_who))) for role in ordered)

    def _budget(self, plan: Thing) -> Budget | None:
        iri = plan.iri_of(NAP.budget)
        if iri is None:
            return None
        thing = self._reading.thing(iri)
        return Budget(
            status=self._link(thing, NAP.budgetStatus),
            amount=thing.number(NAP.amount),
            currency=thing.value(NAP.currency),
            notes=self._texts(thing, SKOS.note),
            citations=self._cite(thing, "budget"),
        )

    def _monitoring(self, plan: Thing) -> Monitoring | None:
        iri = plan.iri_of(NAP.monitoring)
        if iri is None:
            return None
        thing = self._reading.thing(iri)
        return Monitoring(
            status=self._link(thing, NAP.monitoringStatus),
            indicators=self._link(thing, NAP.indicators),
            bodies=self._links(thing.iris(NAP.monitoringBody)),
            reporting=self._texts(thing, NAP.reporting),
            citations=self._cite(thing, "monitoring"),
        )

    def _remarks(self, plan: URIRef) -> tuple[AspectGroup, ...]:
        groups: dict[URIRef, list[Said]] = defaultdict(list)
        for thing in self._reading.things(NAP.remarkOn, plan):
            said = [Said(text, self._cite(thing, "remarks")) for text in thing.texts(NAP.text)]
            for aspect in thing.iris(NAP.aspect):
                groups[aspect].extend(said)
        links = {aspect: self._reading.link(aspect, self._language) for aspect in groups}
        ordered = sorted(groups, key=lambda aspect: links[aspect].text.text.casefold())
        return tuple(AspectGroup(links[aspect], tuple(groups[aspect])) for aspect in ordered)

    def _features(self, plan: Thing) -> tuple[Feature, ...]:
        scheme = thing_iri("scheme", "feature")
        stated = frozenset(plan.iris(NAP.feature))
        known = [
            iri
            for iri in self._reading.subjects(SKOS.inScheme, scheme)
            if self._reading.thing(iri).is_a(SKOS.Concept)
        ]
        everything = {*known, *stated}
        links = {iri: self._reading.link(iri, self._language) for iri in everything}
        ordered = sorted(everything, key=lambda iri: links[iri].text.text.casefold())
        return tuple(Feature(links[iri], iri in stated) for iri in ordered)

    def _resolution(self, iri: URIRef) -> Link:
        symbol = self._reading.thing(iri).value(NAP.symbol)
        link = self._reading.link(iri, self._language)
        return Link(Text(symbol), link.path, link.key) if symbol else link

    def _cite(self, thing: Thing, beside: str) -> Citations:
        return self._bibliography.cite(thing.iris(DCTERMS.source), beside)

    def _texts(self, thing: Thing, predicate: URIRef) -> tuple[Text, ...]:
        texts = thing.texts(predicate)
        own = tuple(text for text in texts if text.language == self._language)
        return own or texts

    def _link(self, thing: Thing, predicate: URIRef) -> Link | None:
        iri = thing.iri_of(predicate)
        return self._reading.link(iri, self._language) if iri else None

    def _links(self, iris: Iterable[URIRef]) -> tuple[Link, ...]:
        return self._reading.links(iris, self._language)


# The properties of a plan that pages have a place for.
_SHOWN = frozenset((
    RDFS.label, DCTERMS.title, DCTERMS.source, DCTERMS.language, DCTERMS.replaces, SKOS.note,
    SKOS.editorialNote, NAP.country, NAP.organisation, NAP.generation, NAP.adopted,
    NAP.adoptionStatus, NAP.periodStart, NAP.periodEnd, NAP.aim, NAP.orientation, NAP.theme,
    NAP.implements, NAP.documentUrl, NAP.feature, NAP.disarmament, NAP.budget, NAP.monitoring,
    NAP.civilSocietyInDevelopment, NAP.civilSocietyInImplementation, NAP.civilSocietyInMonitoring,
))  # fmt: skip


def _unknown(parts: PlanParts) -> Iterable[str]:
    plan, monitoring = parts.plan, parts.monitoring
    known = {
        "period": plan.starts and plan.ends,
        "adopted": plan.adopted,
        "language": parts.languages,
        "document": parts.documents,
        "aim": parts.aims,
        "objectives": parts.objectives,
        "themes": parts.themes,
        "lead": parts.leads,
        "civil-society-development": parts.civil_society[0],
        "civil-society-implementation": parts.civil_society[1],
        "civil-society-monitoring": parts.civil_society[2],
        "budget": parts.budget,
        "monitoring": monitoring,
        "indicators": monitoring and monitoring.indicators,
        "disarmament": parts.disarmament,
    }
    return (key for key in FACTS if not known[key])


# In which order pages show who does what: who answers for a plan first.
_ROLES = {
    key: place
    for place, key in enumerate(
        ("lead", "implementation", "monitoring", "development", "consulted", "funding")
    )
}


def _who(actor: Actor) -> tuple[str, str]:
    kind = actor.kind.text.text if actor.kind else "\uffff"
    return kind.casefold(), actor.link.text.text.casefold()


def _when(thing: Thing) -> tuple[str, list[tuple[int, str]]]:
    return thing.value(SCHEMA.startDate), natural_key(thing.key)


def _by_number(things: Iterable[Thing]) -> list[Thing]:
    def order(thing: Thing) -> tuple[int, list[tuple[int, str]]]:
        number = thing.number(NAP.number)
        return 9999 if number is None else number, natural_key(thing.key)

    return sorted((t for t in things if t.values.get(RDF.type)), key=order)


def _first_number(objectives: Iterable[Objective]) -> int:
    return min((o.number if o.number is not None else 9999 for o in objectives), default=9999)
