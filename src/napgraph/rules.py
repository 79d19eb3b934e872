"""What shapes ask for, in parts that a page can show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from napgraph.namespaces import PREFIXES, SHAPES
from napgraph.resources import Value, choose_text, local_path, short_name, web_address

Labels = Mapping[Node, list[Literal]]


@dataclass(frozen=True, slots=True, order=True)
class Constraint:
    """A part of a shape that has no place of its own on a page: `sh:pattern`, `^[0-9]{4}$`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape with a name.

    Attributes:
        anchor: The last part of its IRI.
        path: The property whose values it looks at, with where that is explained; None for
            one that looks at the thing itself.
        path_name: The property as one writes it: `nap:adopted`; empty without one.
        classes: The classes whose things it looks at, but not the kinds of one of them.
        minimum: How many values there are at least, if it says so.
        maximum: How many values there are at most, if it says so.
        values: The classes, datatypes or shapes that a value has to have, or the lists that
            it comes from.
        either: Of these a value has to have one.
        value_names: Both as one writes them.
        severity: `Violation`, `Warning` or `Info`.
        queries: Those whose rows are what breaks it.
    """

    iri: URIRef
    anchor: str
    name: Value
    description: Value
    message: Value
    path: Value | None
    path_name: str
    classes: tuple[Value, ...]
    minimum: int | None
    maximum: int | None
    values: tuple[Value, ...]
    either: tuple[Value, ...]
    value_names: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    queries: tuple[str, ...]
    severity: str


@dataclass(frozen=True, slots=True)
class RuleGroup:
    """The rules for the things of some classes.

    Attributes:
        rule: The shape that lists the properties.
        properties: What it asks of properties, in the order of pages and forms.
        others: What else is asked of the same things.
    """

    rule: Rule
    properties: tuple[Rule, ...]
    others: tuple[Rule, ...]


class Words:
    """What things are called, for one reader.

    Args:
        labels: What each IRI is called, in whatever languages.
        language: The reader's.
        prefix: What paths to pages in that language begin with, like `/fr`.
        explained: Where terms are explained that are not ours.
    """

    def __init__(
        self, labels: Labels, language: str, *, prefix: str = "", explained: Mapping[URIRef, str]
    ) -> None:
        self.language = language
        self._labels = labels
        self._prefix = prefix
        self._explained = explained

    def value(self, node: Node) -> Value:
        """Name an IRI, and say where it is explained."""
        label = choose_text(self._labels.get(node, ()), self.language)
        text, language = (str(label), label.language or "") if label else (_short(node), "")
        return Value(text, self.href(node), language)

    def text(self, graph: Graph, subject: Node, *predicates: URIRef) -> Value:
        """Give what a thing says of itself with the first of these properties that it has."""
        for predicate in predicates:
            found = [o for o in graph.objects(subject, predicate) if isinstance(o, Literal)]
            if label := choose_text(found, self.language):
                return Value(str(label), "", label.language or "")
        return Value("")

    def href(self, node: Node) -> str:
        """Say where an IRI is explained; empty if nowhere."""
        if not isinstance(node, URIRef):
            return ""
        if node in self._explained:
            return f"{self._prefix}{self._explained[node]}"
        path = local_path(node)
        is_term = path.startswith(("/ontology", "/shapes"))
        return f"{self._prefix}{path}" if is_term else path or web_address(str(node))


class Rules:
    """All shapes that have a name, for one reader.

    Args:
        graph: The shapes.
        ontology: The classes of the things that they look at.
        words: What all are called.
    """

    def __init__(self, graph: Graph, ontology: Graph, words: Words) -> None:
        self._graph = graph
        self._ontology = ontology
        self._words = words

    @cached_property
    def all(self) -> Mapping[URIRef, Rule]:
        """Every rule by its IRI."""
        shapes = {*self._graph.subjects(RDF.type, SH.NodeShape)}
        shapes |= {*self._graph.subjects(RDF.type, SH.PropertyShape)}
        named = sorted(shape for shape in shapes if isinstance(shape, URIRef))
        return {shape: self._rule(shape) for shape in named}

    @cached_property
    def groups(self) -> tuple[RuleGroup, ...]:
        """The rules by the classes whose things they look at, by name."""
        groups = [self._group(shape) for shape in self._heads]
        return tuple(sorted(groups, key=lambda group: _as_sorted(group.rule.name.text)))

    @cached_property
    def shared(self) -> tuple[Rule, ...]:
        """Rules that others refer to, or that the program applies itself."""
        in_groups = {rule.iri for group in self.groups for rule in _of(group)}
        return tuple(rule for shape, rule in self.all.items() if shape not in in_groups)

    @cached_property
    def mentioning(self) -> Mapping[URIRef, tuple[Rule, ...]]:
        """The rules in which each IRI stands, in the order of groups."""
        found: dict[URIRef, list[Rule]] = {}
        in_order = [rule for group in self.groups for rule in _of(group)]
        for rule in (*in_order, *self.shared):
            for iri in self._mentioned(rule.iri):
                found.setdefault(iri, []).append(rule)
        return {iri: tuple(rules) for iri, rules in found.items()}

    def of_class(self, cls: URIRef) -> RuleGroup | None:
        """Give the rules for the things of a class."""
        for group in self.groups:
            if (group.rule.iri, SH.targetClass, cls) in self._graph:
                return group
        return None

    def demanding(self, cls: URIRef) -> tuple[Rule, ...]:
        """Give the rules by which values are things of a class."""
        return tuple(
            rule
            for rule in self.mentioning.get(cls, ())
            if rule.path and (rule.iri, SH["class"], cls) in self._graph
        )

    @cached_property
    def paths(self) -> frozenset[URIRef]:
        """All properties whose values some shape looks at."""
        return frozenset(o for o in self._graph.objects(None, SH.path) if isinstance(o, URIRef))

    @cached_property
    def _heads(self) -> list[URIRef]:
        """The shapes that list properties of the things of a class."""
        return [
            shape
            for shape in self.all
            if self._targets[shape]
            and any(isinstance(o, URIRef) for o in self._graph.objects(shape, SH.property))
        ]

    def _group(self, head: URIRef) -> RuleGroup:
        listed = [s for s in self.all if (head, SH.property, s) in self._graph]
        targets = self._targets[head]
        others = (
            shape
            for shape, looked_at in self._targets.items()
            if shape != head and shape not in listed and not targets.isdisjoint(looked_at)
        )
        return RuleGroup(
            rule=self.all[head],
            properties=tuple(self.all[s] for s in sorted(listed, key=self._place)),
            others=tuple(self.all[s] for s in others),
        )

    @cached_property
    def _targets(self) -> Mapping[URIRef, set[tuple[URIRef, Node]]]:
        """Which things each shape looks at: those of a class, or the values of a property."""
        return {
            shape: {(p, o) for p in _TARGETS for o in self._graph.objects(shape, p)}
            for shape in self.all
        }

    def _place(self, shape: Node) -> tuple[float, float, str]:
        group = self._graph.value(shape, SH.group)
        return self._order(group), self._order(shape), str(shape)

    def _order(self, node: Node | None) -> float:
        order = self._graph.value(node, SH.order) if node else None
        return float(str(order)) if order is not None else _LAST

    def _rule(self, shape: URIRef) -> Rule:
        graph, words = self._graph, self._words
        path = graph.value(shape, SH.path)
        severity = graph.value(shape, SH.severity)
        return Rule(
            iri=shape,
            anchor=shape.removeprefix(f"{SHAPES}#"),
            name=words.text(graph, shape, SH.name, RDFS.label),
            description=words.text(graph, shape, SH.description, RDFS.comment),
            message=words.text(graph, shape, SH.message),
            path=None if path is None else self._path_value(path),
            path_name="" if path is None else self._written_path(path),
            classes=self._classes(shape),
            minimum=self._number(shape, SH.minCount),
            maximum=self._number(shape, SH.maxCount),
            values=tuple(words.value(node) for node in self._values(shape)),
            either=tuple(words.value(node) for node in self._alternatives(shape)),
            value_names=tuple(map(_short, self._values(shape) + self._alternatives(shape))),
            constraints=tuple(sorted(self._constraints(shape))),
            queries=tuple(sorted(self._queries(shape))),
            severity=str(severity).removeprefix(str(SH)) if severity else "Violation",
        )

    def _path_value(self, path: Node) -> Value:
        if isinstance(path, URIRef):
            return self._words.value(path)
        return Value(self._written_path(path))

    def _written_path(self, path: Node) -> str:
        """Write a path as SPARQL does, if it is a property or goes one way back."""
        inverse = self._graph.value(path, SH.inversePath)
        return f"^{_short(inverse)}" if isinstance(inverse, URIRef) else self._written(path)

    def _values(self, shape: URIRef) -> list[Node]:
        """List what a value has to be; a list of concepts says more than that they are some."""
        parts = (SH["class"], SH.datatype, SH.node)
        found = (o for p in parts for o in sorted(self._graph.objects(shape, p), key=str))
        return self._schemes(shape) or [o for o in found if isinstance(o, URIRef)]

    def _schemes(self, shape: URIRef) -> list[Node]:
        """List the schemes that values come from, where that is all that a shape of theirs asks."""
        graph = self._graph
        nodes = graph.objects(shape, SH.node)
        parts = (o for node in nodes for o in graph.objects(node, SH.property))
        in_scheme = (part for part in parts if (part, SH.path, SKOS.inScheme) in graph)
        found = (o for part in in_scheme for o in graph.objects(part, SH.hasValue))
        return sorted(found, key=str)

    def _classes(self, shape: URIRef) -> tuple[Value, ...]:
        """Name the classes of what a shape looks at, without those that are kinds of another."""
        shapes = (shape, *self._graph.subjects(SH.property, shape))
        found = {o for one in shapes for o in self._graph.objects(one, SH.targetClass)}
        widest = (
            cls for cls in found if found.isdisjoint(self._ontology.objects(cls, RDFS.subClassOf))
        )
        return tuple(self._words.value(cls) for cls in sorted(widest, key=str))

    def _number(self, shape: URIRef, predicate: URIRef) -> int | None:
        found = self._graph.value(shape, predicate)
        return None if found is None else int(str(found))

    def _alternatives(self, shape: URIRef) -> list[Node]:
        """List the shapes with names of which a value has to fit one."""
        found = [o for p in (SH["or"], SH.xone) for o in self._graph.objects(shape, p)]
        members = list(Collection(self._graph, found[0])) if len(found) == 1 else []
        return members if all(isinstance(member, URIRef) for member in members) else []

    def _constraints(self, shape: URIRef) -> Iterator[Constraint]:
        left_out = set(_SHOWN)
        if self._alternatives(shape):
            left_out |= {SH["or"], SH.xone}
        if (shape, SH["class"], None) in self._graph:
            left_out.add(SH.nodeKind)
        for predicate, o in self._graph.predicate_objects(shape):
            is_named = predicate == SH.property and isinstance(o, URIRef)
            if predicate not in left_out and not is_named:
                yield Constraint(_short(predicate), self._written(o))

    def _queries(self, shape: URIRef) -> Iterator[str]:
        for query in self._graph.objects(shape, SH.sparql):
            yield from map(str, self._graph.objects(query, SH.select))

    def _written(self, node: Node) -> str:
        """Write a term, and what is said of a blank node, on one line as Turtle does."""
        if isinstance(node, URIRef):
            return _short(node)
        if isinstance(node, Literal):
            return str(node)
        if (node, RDF.first, None) in self._graph:
            members = (self._written(member) for member in Collection(self._graph, node))
            return f"( {' '.join(members)} )"
        pairs = sorted((_short(p), self._written(o)) for p, o in self._graph[node])
        return f"[ {' ; '.join(f'{p} {o}' for p, o in pairs)} ]"

    def _mentioned(self, shape: URIRef) -> set[URIRef]:
        """Find the IRIs that a shape speaks of, in its blank nodes and queries too."""
        found: set[URIRef] = set()
        todo: list[Node] = [shape]
        while todo:
            for predicate, o in self._graph.predicate_objects(todo.pop()):
                if isinstance(o, BNode):
                    todo.append(o)
                elif predicate == SH.select:
                    found |= _named_in(str(o))
                elif isinstance(o, URIRef) and predicate not in _ABOUT_ITSELF:
                    found.add(o)
        return found


_LAST = 9999.0
# What a shape says that does not bear on what it lets pass.
_ABOUT_ITSELF = frozenset((RDF.type, RDFS.isDefinedBy, SH.group, SH.severity, SH.property,
                           SH.prefixes))  # fmt: skip
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
# What a rule has a field for.
_SHOWN = frozenset((RDF.type, RDFS.isDefinedBy, RDFS.comment, SH.name, SH.description, SH.message,
                    SH.severity, SH.path, SH.order, SH.group, SH.targetClass, SH.minCount,
                    SH.maxCount, SH["class"], SH.datatype, SH.node, SH.sparql))  # fmt: skip
_PREFIXED_NAME = re.compile(r"(?<![\w:<-])([a-z][a-z0-9-]*):([A-Za-z][\w-]*)")


def _as_sorted(text: str) -> str:
    """Put letters with accents beside those without."""
    return unicodedata.normalize("NFKD", text.casefold())


def _of(group: RuleGroup) -> Iterable[Rule]:
    return (group.rule, *group.properties, *group.others)


def _named_in(query: str) -> set[URIRef]:
    names = _PREFIXED_NAME.findall(query)
    return {URIRef(f"{PREFIXES[prefix]}{name}") for prefix, name in names if prefix in PREFIXES}


def _short(node: Node) -> str:
    return short_name(str(node))
