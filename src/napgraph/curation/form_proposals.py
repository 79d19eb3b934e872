"""What becomes of a form that people have filled in: the next state of some named graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import DCTERMS, FOAF, PROV, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.form_basis import OF_COUNTRY, Basis
from napgraph.curation.form_fields import Field
from napgraph.curation.form_keys import (
    NoKey,
    body_of_name,
    key_of,
    new_body_iri,
    new_iri,
    require_slug,
    short_name_of,
    text_of,
)
from napgraph.curation.form_values import ValueProblem, Written, changed
from napgraph.curation.forms import BODY, SOURCE, Form, Part, label_of_plan
from napgraph.facts import terms
from napgraph.facts.country import describe_graph
from napgraph.facts.keys import involvement_iri
from napgraph.namespaces import NAP, graph_iri, thing_iri
from napgraph.turtle import Statement, graph_of, to_turtle


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be as it is filled in.

    Attributes:
        part: The part of the form.
        field: The name of the field; empty for the part as a whole.
        message: What to do, in English.
        thing: Another thing that is the reason.
        translations: The message in other languages.
    """

    part: str
    field: str
    message: str
    thing: URIRef | None = None
    translations: tuple[Literal, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next state of the named graphs that a form changes.

    Attributes:
        files: The graphs that differ, by name, in the canonical layout.
        problems: Why they are not all that was filled in.
        things: The part of the form that each thing is of.
        sources: The addresses of the sources that the form names beyond those that were named.
    """

    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]
    things: Mapping[Node, str]
    sources: tuple[str, ...] = ()


def propose(form: Form, basis: Basis) -> Proposal:
    """Put what is filled in into the graphs that the form began with.

    What the form does not show stays, blank nodes with it. New things get the
    keys that the same facts have in a fact sheet; none takes the key of another.
    """
    return _Work(form, basis).carry_out()


class _Work:
    """The graphs while the parts of a form are put into them."""

    def __init__(self, form: Form, basis: Basis) -> None:
        self._form = form
        self._basis = basis
        self._graphs: dict[str, Graph] = {}
        self._problems: list[Problem] = []
        self._things: dict[Node, str] = {}
        self._new: set[Node] = set()
        # Grows with each statement that comes or goes.
        self._steps = 0

    def carry_out(self) -> Proposal:
        form = self._form
        relabels = self._is_label_ours()
        source = self._put_source()
        begun = self._steps
        main = self._put(form.main, form.main.subject or self._made(form.main))
        if main:
            is_changed = begun != self._steps
            for part in form.parts[1:]:
                if part.name != SOURCE:
                    self._put_part(part, main, source)
            # The new source is that of what was changed, and of the main thing if nothing was.
            if source and (is_changed or begun == self._steps):
                self._add(main, DCTERMS.source, source)
            if relabels:
                self._set_label(main)
        self._describe()
        files = dict(self._files())
        return Proposal(files, tuple(self._problems), self._things, self._claimed(source, main))

    # -- parts ---------------------------------------------------------------------------------

    def _put_source(self) -> URIRef | None:
        part = self._form.part(SOURCE)
        if part is None or not part.is_filled:
            return None
        return self._source_at(text_of(part, "nap:sourceUrl")) or self._put(part, self._made(part))

    def _put_part(self, part: Part, main: URIRef, source: URIRef | None) -> None:
        if part.subject is None and not part.is_filled:
            return
        before = self._steps
        if part.name.startswith(f"{BODY}-"):
            thing = self._put_body(part, main)
        else:
            thing = self._put(part, part.subject or self._made(part, main))
        if thing is None or before == self._steps:
            return
        if part.kind in ("budget", "monitoring"):
            self._add(main, NAP[part.kind], thing)
        if part.kind == "objective":
            self._add(thing, NAP.objectiveOf, main)
        self._add_sources(thing, main, source)

    def _put_body(self, part: Part, plan: URIRef) -> URIRef | None:
        """Add a body's part in a plan, and the body where it is a new one."""
        kind = key_of(text_of(part, _KIND_OF_BODY)) or None
        try:
            body = self._body(text_of(part, "nap:stakeholder"), kind, "nap:stakeholder")
            involvement = involvement_iri(plan.rpartition("/")[2], body)
            if self._is_taken(involvement):
                raise NoKey(
                    "nap:stakeholder", "Its part in the plan is recorded already.", involvement
                )
        except NoKey as exc:
            self._note(part, exc)
            return None
        of_body = [field for field in part.fields if field.name == _KIND_OF_BODY]
        if body in self._new:
            for field in of_body:
                self._put_field(part, body, field, part.answers.get(field.name, ()))
        fields = tuple(field for field in part.fields if field not in of_body)
        self._put(part, involvement, fields=fields)
        self._add(involvement, NAP.plan, plan)
        return involvement

    def _add_sources(self, thing: URIRef, main: URIRef, source: URIRef | None) -> None:
        """Say where a thing that was made or changed was read: the new source, else the plan's."""
        of_main = self._values(main, DCTERMS.source) if thing in self._new else []
        for one in [source] if source else of_main:
            self._add(thing, DCTERMS.source, one)
        for body in self._values(thing, NAP.stakeholder) + self._values(thing, NAP.monitoringBody):
            self._source_new_body(body, thing)

    def _source_new_body(self, body: Node, thing: URIRef) -> None:
        if body in self._new and isinstance(body, URIRef):
            for one in self._values(thing, DCTERMS.source):
                self._add(body, DCTERMS.source, one)

    def _put(
        self, part: Part, thing: URIRef | None, *, fields: Sequence[Field] | None = None
    ) -> URIRef | None:
        """Put what a part says of a thing into the graphs."""
        if thing is None:
            return None
        self._things[thing] = part.name
        if part.subject is None:
            self._new.add(thing)
            self._add(thing, RDF.type, part.cls)
            for predicate, value in part.given:
                self._add(thing, predicate, value)
        for field in part.fields if fields is None else fields:
            if field.name in part.answers:
                self._put_field(part, thing, field, part.answers[field.name])
        if part.kind == "source" and not self._values(thing, DCTERMS.identifier):
            self._add(thing, DCTERMS.identifier, terms.code(short_name_of(thing)))
        return thing

    def _put_field(
        self, part: Part, thing: URIRef, field: Field, posted: Sequence[Written]
    ) -> None:
        before = self._values(thing, field.path)
        try:
            gone, come = changed(
                field, before, posted, self._basis.name_of, lambda name: self._named(field, name)
            )
        except ValueProblem as exc:
            problem = Problem(part.name, field.name, str(exc), translations=exc.translations)
            self._problems.append(problem)
            return
        except NoKey as exc:
            self._note(part, exc)
            return
        for value in gone:
            self._remove(thing, field.path, value)
        for value in come:
            self._add(thing, field.path, value)

    # -- things by their names, and new ones ---------------------------------------------------

    def _named(self, field: Field, name: str) -> URIRef:
        if NAP.Country in field.classes and (country := self._basis.find(name, NAP.Country)):
            return country
        if FOAF.Agent in field.classes:
            return self._publisher(name, field.name)
        return self._body(name, None, field.name)

    def _publisher(self, name: str, field: str) -> URIRef:
        key = require_slug(name, field)
        publisher = self._basis.find(name, FOAF.Agent) or thing_iri("publisher", key)
        if (publisher, RDF.type, FOAF.Agent) not in self._graph(self._form.home):
            said = self._basis.name_of(publisher) if self._basis.exists(publisher) else name
            self._new.add(publisher)
            self._add(publisher, RDF.type, FOAF.Agent)
            self._add(publisher, FOAF.name, terms.name(said, at_least=2))
        return publisher

    def _body(self, name: str, kind: str | None, field: str) -> URIRef:
        owner = self._form.owner
        body = body_of_name(name, owner, kind, self._basis.names(owner), field)
        if not self._is_taken(body):
            self._new.add(body)
            self._add(body, RDF.type, NAP.Stakeholder)
            self._add(body, SKOS.prefLabel, terms.name(name))
            if owner and body.startswith(thing_iri("organisation", f"{owner}-")):
                self._add(body, NAP.country, thing_iri("country", owner))
        return body

    def _source_at(self, address: str) -> URIRef | None:
        """Find the source of this address: in one file, an address is of one source."""
        found = [
            source
            for source, url in self._graph(self._form.home).subject_objects(NAP.sourceUrl)
            if str(url) == address and isinstance(source, URIRef)
        ]
        return min(found, default=None)

    def _made(self, part: Part, plan: URIRef | None = None) -> URIRef | None:
        owner = self._form.owner
        belongs_to = next((o for _, o in part.given if isinstance(o, URIRef)), plan)
        try:
            if part.kind == "organisation":
                return new_body_iri(part, owner, self._basis.names(owner), self._is_taken)
            return new_iri(part, owner, belongs_to, self._is_taken)
        except NoKey as exc:
            self._note(part, exc)
            return None

    def _note(self, part: Part, problem: NoKey) -> None:
        told = Problem(part.name, problem.field, str(problem), problem.thing, problem.translations)
        self._problems.append(told)

    def _is_taken(self, iri: URIRef) -> bool:
        return iri in self._new or self._basis.exists(iri)

    # -- what follows --------------------------------------------------------------------------

    def _is_label_ours(self) -> bool:
        """Tell whether the label of the plan, if it is one, follows from its facts."""
        part = self._form.main
        asked = any(field.path == RDFS.label for field in part.fields)
        return part.cls == NAP.NationalActionPlan and not asked

    def _set_label(self, plan: URIRef) -> None:
        label = label_of_plan(plan, self._values, self._basis)
        before = self._values(plan, RDFS.label)
        if label and [label] != [str(one) for one in before]:
            for one in before:
                self._remove(plan, RDFS.label, one)
            self._add(plan, RDFS.label, terms.text(label))

    def _describe(self) -> None:
        """Say in the file that new things go to what it is about, and which sources it is of."""
        home = self._form.home
        graph, node = self._graph(home), graph_iri(home)
        if not self._steps:
            return
        if not self._basis.has(home) and OF_COUNTRY.fullmatch(home):
            describe_graph(graph, home, self._basis.name_of(thing_iri("country", home)))
        for thing in self._new:
            if (thing, RDF.type, NAP.Source) in graph:
                graph.add((node, PROV.hadPrimarySource, thing))

    def _claimed(self, source: URIRef | None, main: URIRef | None) -> tuple[str, ...]:
        """Give the addresses of the sources that are named beyond those that were."""
        named: set[Node] = {source} if source else set()
        if main:
            before = {o for name in self._basis.homes(main) for o in
                      self._basis.graph(name).objects(main, DCTERMS.source)}  # fmt: skip
            named |= {o for o in self._values(main, DCTERMS.source) if o not in before}
        urls = (url for one in named if isinstance(one, URIRef)
                for url in self._values(one, NAP.sourceUrl))  # fmt: skip
        return tuple(sorted(map(str, urls)))

    # -- graphs --------------------------------------------------------------------------------

    def _graph(self, name: str) -> Graph:
        if name not in self._graphs:
            self._graphs[name] = graph_of(self._basis.graph(name))
        return self._graphs[name]

    def _homes(self, thing: Node) -> tuple[str, ...]:
        # What is new here is said here, though another file may say the same of it.
        if thing in self._new or not isinstance(thing, URIRef):
            return (self._form.home,)
        return self._basis.homes(thing) or (self._form.home,)

    def _values(self, thing: URIRef, predicate: URIRef) -> list[Node]:
        found = {
            o for name in self._homes(thing) for o in self._graph(name).objects(thing, predicate)
        }
        return sorted(found, key=str)

    def _add(self, thing: URIRef, predicate: URIRef, value: Node) -> None:
        if value in self._values(thing, predicate):
            return
        self._graph(self._homes(thing)[0]).add((thing, predicate, value))
        self._steps += 1

    def _remove(self, thing: URIRef, predicate: URIRef, value: Node) -> None:
        for name in self._homes(thing):
            self._graph(name).remove((thing, predicate, value))
        self._steps += 1

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for name, graph in sorted(self._graphs.items()):
            if _statements(graph) != _statements(self._basis.graph(name)):
                comment = self._basis.comment(name)
                yield name, to_turtle(graph, leading_comment=comment).encode()


_KIND_OF_BODY = "nap:stakeholderKind"


def _statements(graph: Graph) -> frozenset[Statement]:
    return frozenset(graph)
