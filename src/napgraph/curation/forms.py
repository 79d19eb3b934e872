"""Forms for things: which parts each has, and what is filled in before anybody writes.

A form has one part a thing: a plan's form one for the plan, for its budget and
its monitoring, and some for objectives and bodies that are to be added. What
its fields are comes from the shapes, see `form_fields`; what becomes of what
people fill in, see `form_proposals`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from rdflib import DCAT, DCTERMS, PROV, RDF, RDFS, SKOS, Graph, URIRef
from rdflib.term import Node

from napgraph.curation.form_basis import Basis, owner_of
from napgraph.curation.form_fields import Field, classes_with_fields, read_fields
from napgraph.curation.form_values import Written, comparable, written
from napgraph.facts.plans import plan_label
from napgraph.namespaces import ID, NAP, thing_iri

MAIN, SOURCE = "thing", "new-source"
OBJECTIVE, BODY = "objective", "body"
# Rows of a kind that a form may have.
MOST_ROWS = 30

Answers = Mapping[str, tuple[Written, ...]]
# Gives the values of a property of a thing.
Values = Callable[[URIRef, URIRef], Iterable[Node]]


@dataclass(frozen=True, slots=True)
class Part:
    """What a form asks about one thing.

    Attributes:
        name: Tells it from the form's other parts: `thing`, `objective-2`.
        kind: What the thing is in its IRI: `plan`.
        cls: Its class.
        fields: What is asked.
        answers: What is filled in, by field. A field that is not there is left as it is.
        subject: The thing; None for one that is to be made.
        given: What is known of a thing that is to be made, and not asked.
        fixed: Fields that are shown and cannot be changed, as the key is made of them.
        suggested: Fields that are filled in beforehand, which alone make no new thing.
        has_source: Whether the thing says from which sources it was made.
    """

    name: str
    kind: str
    cls: URIRef
    fields: tuple[Field, ...]
    answers: Answers
    subject: URIRef | None = None
    given: tuple[tuple[URIRef, Node], ...] = ()
    fixed: tuple[tuple[Field, Node], ...] = ()
    suggested: frozenset[str] = frozenset()
    has_source: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether anything is written that was not suggested."""
        return any(
            any(values) for name, values in self.answers.items() if name not in self.suggested
        )


@dataclass(frozen=True, slots=True)
class Form:
    """Parts that are filled in together, the main one first.

    Attributes:
        owner: The code of the country whose they are; empty for those of none.
        home: The named graph to which new things go.
    """

    parts: tuple[Part, ...]
    owner: str
    home: str

    @property
    def main(self) -> Part:
        """The part about the thing that the form is for."""
        return self.parts[0]

    def part(self, name: str) -> Part | None:
        """Find a part by its name."""
        return next((part for part in self.parts if part.name == name), None)

    def rows(self, kind: str) -> tuple[Part, ...]:
        """List the parts for new things of a kind: `objective`, `body`."""
        return tuple(part for part in self.parts if part.name.rpartition("-")[0] == kind)

    def filled_in(self, posted: Mapping[str, Answers]) -> Form:
        """Replace what is filled in by what was posted, by part.

        A field that was not posted is left as it is.
        """
        parts = (_answered(part, posted.get(part.name, {})) for part in self.parts)
        return replace(self, parts=tuple(parts))

    def changes_since(self, begun: Form) -> Mapping[str, Answers]:
        """Give what is filled in otherwise than in the form that somebody began with."""
        before = {part.name: part.answers for part in begun.parts}
        return {
            part.name: {
                name: values
                for name, values in part.answers.items()
                if _said(values) != _said(before.get(part.name, {}).get(name, ()))
            }
            for part in self.parts
        }


# What one can add, and what it belongs to.
ADDED: Mapping[str, tuple[URIRef, URIRef | None]] = {
    "plan": (NAP.NationalActionPlan, NAP.country),
    "objective": (NAP.Objective, NAP.objectiveOf),
    "event": (NAP.Event, NAP.country),
    "source": (NAP.Source, None),
    "organisation": (NAP.Stakeholder, NAP.country),
    "remark": (NAP.Remark, NAP.remarkOn),
}
# Whose key is made of what, so that it cannot be changed.
_IN_KEY: Mapping[str, frozenset[URIRef]] = {
    "plan": frozenset((NAP.country, NAP.organisation, NAP.generation)),
    "objective": frozenset((NAP.objectiveOf, NAP.number)),
    "event": frozenset((NAP.country,)),
    "organisation": frozenset((NAP.country,)),
    "involvement": frozenset((NAP.plan, NAP.stakeholder)),
    "remark": frozenset((NAP.remarkOn, NAP.aspect)),
    "contribution": frozenset((NAP.country, NAP.region, NAP.asOf)),
    "country": frozenset((NAP.iso3,)),
}
# What is never asked, as it follows from the rest or has a part of its own.
_LEFT_OUT: Mapping[str, tuple[URIRef, ...]] = {
    "plan": (RDFS.label, NAP.budget, NAP.monitoring),
}
# What is not asked of a new thing, as it is known to what it belongs.
_NOT_ASKED: Mapping[str, frozenset[URIRef]] = {
    "plan": frozenset((NAP.country, NAP.organisation)),
    "objective": frozenset((NAP.objectiveOf,)),
    "event": frozenset((NAP.country,)),
    "source": frozenset(),
    "organisation": frozenset((NAP.country,)),
    "remark": frozenset((NAP.remarkOn,)),
}
# What is no thing of the data: concepts are the ontology's, files say what they are themselves.
_WITHOUT_FORM = frozenset((SKOS.Concept, DCAT.Dataset, PROV.Entity, NAP.Tombstone))
# Where new things of no country go.
_SHARED = {"event": "world-events", "organisation": "organisations", "source": "un-sources"}
# Parts of a plan that have forms of their own within the plan's.
_PLAN_PARTS = {"budget": (NAP.budget, NAP.Budget), "monitoring": (NAP.monitoring, NAP.Monitoring)}
_RESOLUTION = thing_iri("document", "S-RES-1325-2000")


class Forms:
    """Makes forms.

    Args:
        shapes: All shapes.
        basis: What they are filled in from.
    """

    def __init__(self, shapes: Graph, basis: Basis) -> None:
        self._shapes = shapes
        self._basis = basis

    def to_edit(self, thing: URIRef, *, rows: Mapping[str, int] | None = None) -> Form | None:
        """Make the form for a thing that is recorded; None where there is none.

        Args:
            thing: What it is about.
            rows: How many objectives and bodies it offers to add, for a plan.
        """
        homes = self._basis.homes(thing)
        cls = self._class_of(thing)
        if not homes or cls is None:
            return None
        kind = thing.removeprefix(str(ID)).partition("/")[0]
        fields = self._fields(kind, cls, thing)
        in_key = _IN_KEY.get(kind, frozenset())
        main = Part(
            name=MAIN,
            kind=kind,
            cls=cls,
            fields=tuple(field for field in fields if field.path not in in_key),
            answers=self._answers(fields, thing),
            subject=thing,
            fixed=tuple(self._fixed(field, thing) for field in fields if field.path in in_key
                        and self._values(thing, field.path)),
            has_source=self._has_source(cls),
        )  # fmt: skip
        parts = [main]
        if kind == "plan":
            parts += self._parts_of_plan(thing, rows or {})
        if main.has_source:
            parts.append(self._new_source())
        return Form(tuple(parts), owner_of(thing), homes[0])

    def to_add(
        self, kind: str, belongs_to: URIRef | None, *, rows: Mapping[str, int] | None = None
    ) -> Form:
        """Make the form for a new thing.

        Args:
            kind: One of `ADDED`.
            belongs_to: The country or plan whose it is; None for one of no country.
            rows: How many objectives and bodies it offers to add, for a plan.
        """
        cls, property_ = ADDED[kind]
        owner = owner_of(belongs_to) if belongs_to else ""
        fields = self._fields(kind, cls, None)
        suggested = self._suggested(kind, belongs_to)
        given = ((property_, belongs_to),) if property_ and belongs_to else ()
        main = Part(
            name=MAIN,
            kind=kind,
            cls=cls,
            fields=tuple(field for field in fields if field.path not in _NOT_ASKED[kind]),
            answers=suggested,
            given=given,
            fixed=tuple((field, o) for field in fields for p, o in given if field.path == p),
            suggested=frozenset(suggested),
            has_source=self._has_source(cls),
        )
        parts = [main]
        if kind == "plan":
            parts += self._parts_of_plan(None, rows or {})
        if main.has_source:
            parts.append(self._new_source())
        return Form(tuple(parts), owner, self._home(kind, belongs_to, owner))

    # -- parts ---------------------------------------------------------------------------------

    def _parts_of_plan(self, plan: URIRef | None, rows: Mapping[str, int]) -> list[Part]:
        parts = []
        for name, (property_, cls) in _PLAN_PARTS.items():
            there = next((o for o in self._values(plan, property_) if isinstance(o, URIRef)), None)
            fields = self._fields(name, cls, there, left_out=(DCTERMS.source,))
            answers = self._answers(fields, there) if there else {}
            parts.append(Part(name, name, cls, fields, answers, there, has_source=True))
        first = self._next_number(plan)
        objectives = range(min(rows.get(OBJECTIVE, 0), MOST_ROWS))
        parts += [self._new_objective(row, first + row) for row in objectives]
        parts += [self._new_body(row) for row in range(min(rows.get(BODY, 0), MOST_ROWS))]
        return parts

    def _new_objective(self, row: int, number: int) -> Part:
        fields = self._fields(
            "objective", NAP.Objective, None, left_out=(DCTERMS.source, NAP.objectiveOf)
        )
        suggested = {"nap:number": (Written(str(number)),)}
        return Part(
            name=f"{OBJECTIVE}-{row + 1}",
            kind="objective",
            cls=NAP.Objective,
            fields=fields,
            answers=suggested,
            suggested=frozenset(suggested),
            has_source=True,
        )

    def _new_body(self, row: int) -> Part:
        # Of the kinds of a body, one is enough to begin with.
        of_body = self._fields("organisation", NAP.Stakeholder, None)
        kinds = [replace(f, maximum=1) for f in of_body if f.path == NAP.stakeholderKind]
        fields = self._fields(
            "involvement", NAP.Involvement, None, left_out=(DCTERMS.source, NAP.plan)
        )
        return Part(
            name=f"{BODY}-{row + 1}",
            kind="involvement",
            cls=NAP.Involvement,
            fields=(fields[0], *kinds, *fields[1:]),
            answers={},
            has_source=True,
        )

    def _new_source(self) -> Part:
        fields = self._fields("source", NAP.Source, None, left_out=(DCTERMS.alternative,))
        return Part(SOURCE, "source", NAP.Source, fields, {})

    # -- fields and what is in them ------------------------------------------------------------

    def _fields(
        self, kind: str, cls: URIRef, thing: URIRef | None, *, left_out: Collection[URIRef] = ()
    ) -> tuple[Field, ...]:
        left_out = {*left_out, *_LEFT_OUT.get(kind, ())}
        if kind == "plan" and thing is not None and not self.is_label_ours(thing):
            left_out.discard(RDFS.label)
        return tuple(f for f in read_fields(self._shapes, cls) if f.path not in left_out)

    def is_label_ours(self, plan: URIRef) -> bool:
        """Tell whether a plan's label is what its facts make, and follows them."""
        labels = {str(o) for o in self._values(plan, RDFS.label)}
        return labels <= {label_of_plan(plan, self._values, self._basis)}

    def _answers(self, fields: Iterable[Field], thing: URIRef) -> Answers:
        return {field.name: self._written(field, thing) for field in fields}

    def _written(self, field: Field, thing: URIRef) -> tuple[Written, ...]:
        values = (
            written(field, node, self._basis.name_of) for node in self._values(thing, field.path)
        )
        return tuple(sorted((v for v in values if v), key=lambda v: (v.language, v.text)))

    def _fixed(self, field: Field, thing: URIRef) -> tuple[Field, Node]:
        return field, next(iter(self._values(thing, field.path)))

    def _values(self, thing: URIRef | None, predicate: URIRef) -> list[Node]:
        if thing is None:
            return []
        graphs = (self._basis.graph(name) for name in self._basis.homes(thing))
        return sorted({o for graph in graphs for o in graph.objects(thing, predicate)}, key=str)

    def _class_of(self, thing: URIRef) -> URIRef | None:
        known = classes_with_fields(self._shapes) - _WITHOUT_FORM
        types = {
            o
            for name in self._basis.homes(thing)
            for o in self._basis.graph(name).objects(thing, RDF.type)
        }
        return next((cls for cls in sorted(known) if cls in types), None)

    def _has_source(self, cls: URIRef) -> bool:
        return any(field.path == DCTERMS.source for field in read_fields(self._shapes, cls))

    # -- suggestions ---------------------------------------------------------------------------

    def _suggested(self, kind: str, belongs_to: URIRef | None) -> Answers:
        if kind == "objective":
            return {"nap:number": (Written(str(self._next_number(belongs_to))),)}
        if kind != "plan":
            return {}
        of_plans = self._generations(belongs_to)
        latest = max(of_plans, default=0)
        suggested: dict[str, tuple[Written, ...]] = {"nap:generation": (Written(str(latest + 1)),)}
        if self._basis.exists(_RESOLUTION):
            suggested["nap:implements"] = (Written(_RESOLUTION.removeprefix(str(ID))),)
        if latest:
            before = of_plans[latest].removeprefix(str(ID))
            suggested["dcterms:replaces"] = (Written(before),)
        return suggested

    def _generations(self, country: URIRef | None) -> dict[int, URIRef]:
        plans = self._basis.subjects(NAP.country, country) if country else ()
        return {n: plan for plan in plans for n in self._numbers(plan, NAP.generation)}

    def _next_number(self, plan: URIRef | None) -> int:
        objectives = self._basis.subjects(NAP.objectiveOf, plan) if plan else ()
        numbers = [n for one in objectives for n in self._numbers(one, NAP.number)]
        return max(numbers, default=0) + 1

    def _numbers(self, thing: URIRef, predicate: URIRef) -> list[int]:
        texts = map(str, self._basis.objects(thing, predicate))
        return [int(text) for text in texts if text.isascii() and text.isdecimal()]

    def _home(self, kind: str, belongs_to: URIRef | None, owner: str) -> str:
        """Choose the named graph: that of what the new thing belongs to, else a shared one."""
        if kind in ("objective", "remark") and belongs_to:
            homes = self._basis.homes(belongs_to)
            return homes[0] if homes else owner
        return owner or _SHARED[kind]


def label_of_plan(plan: URIRef, values: Values, basis: Basis) -> str:
    """Make the label of a plan of a country out of its facts; empty for another one."""

    def first(predicate: URIRef) -> str:
        return str(next(iter(values(plan, predicate)), ""))

    country = next((o for o in values(plan, NAP.country) if isinstance(o, URIRef)), None)
    if country is None:
        return ""
    facts = {
        "generation": first(NAP.generation),
        "period_start": first(NAP.periodStart),
        "period_end": first(NAP.periodEnd),
    }
    return plan_label(basis.name_of(country), facts)


def _said(values: Iterable[Written]) -> frozenset[Written]:
    return frozenset(comparable(value) for value in values if value)


def _answered(part: Part, posted: Answers) -> Part:
    names = {field.name for field in part.fields}
    known = {name: values for name, values in posted.items() if name in names}
    return replace(part, answers={**part.answers, **known})
