"""Two changes of one graph brought together, statement by statement, or shown where they clash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from napgraph.turtle import Statement, canonical, graph_of

# What at most one value may be of: subject, property and, where there may be one text a
# language, the language; None for the thing as a whole.
_Place = tuple[Node, Node | None, str | None]


@dataclass(frozen=True, slots=True)
class Rules:
    """Of which properties there may be one value at most.

    Attributes:
        single: Those with one value.
        by_language: Those with one text a language.
    """

    single: frozenset[Node]
    by_language: frozenset[Node]

    @classmethod
    def of_shapes(cls, shapes: Graph) -> Rules:
        """Read them from the shapes."""
        one, unique = Literal("1", datatype=XSD.integer), Literal("true", datatype=XSD.boolean)
        single, by_language = set(), set()
        for shape, path in shapes.subject_objects(SH.path):
            if (shape, SH.maxCount, one) in shapes:
                single.add(path)
            elif (shape, SH.uniqueLang, unique) in shapes:
                by_language.add(path)
        return cls(frozenset(single), frozenset(by_language))

    def place(self, statement: Statement) -> _Place | None:
        """Give the place that a statement's value alone may have, if it is such a one."""
        s, p, o = statement
        if p in self.by_language and isinstance(o, Literal):
            return s, p, o.language or ""
        return (s, p, None) if p in self.single else None


@dataclass(frozen=True, slots=True)
class Conflict:
    """What two changes make different things of.

    Attributes:
        subject: What it is about.
        predicate: Of which there may be one value; None where one change removes
            what the other one changes or points at.
        before: The values that both began with; with no property, the statements' objects.
        published: Those that are published now.
        proposed: Those that are proposed.
    """

    subject: Node
    predicate: Node | None
    before: tuple[Node, ...]
    published: tuple[Node, ...]
    proposed: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of two changes; where they clash, the graph has what is published."""

    graph: Graph
    conflicts: tuple[Conflict, ...]


def merge(base: Graph, published: Graph, proposed: Graph, rules: Rules) -> Merged:
    """Bring what is proposed into what is published.

    Args:
        base: What the proposal was made from.
        published: What others have made of that meanwhile.
        proposed: What is proposed.
        rules: Where there may be one value.
    """
    old, ours, theirs = (set(_labelled(graph)) for graph in (base, published, proposed))
    removed = list(_removed(old, ours, theirs))
    things = {conflict.subject for conflict in removed}
    clashes = (c for c in _clashes(old, ours, theirs, rules) if c.subject not in things)
    conflicts = [*removed, *clashes]
    places = {(conflict.subject, conflict.predicate) for conflict in conflicts}
    coming, going = theirs - old, old - theirs
    if conflicts:
        coming = {t for t in coming if not _at(t, places)}
        going = {t for t in going if not _at(t, places)}
    return Merged(graph_of((ours - going) | coming), tuple(sorted(conflicts, key=_order)))


def _labelled(graph: Graph) -> Iterable[Statement]:
    """Give the statements with blank nodes that are labelled by what is said of them."""
    tidy = canonical(graph)
    if any(isinstance(term, BNode) for statement in tidy for term in statement):
        tidy = graph_of(to_canonical_graph(tidy))
    return tidy


def _clashes(
    old: set[Statement], ours: set[Statement], theirs: set[Statement], rules: Rules
) -> Iterable[Conflict]:
    changed = [_values(old ^ side, rules) for side in (ours, theirs)]
    for place in changed[0].keys() & changed[1].keys():
        before, now, wanted = (
            _values(side, rules).get(place, frozenset()) for side in (old, ours, theirs)
        )
        if now != wanted:
            yield Conflict(place[0], place[1], *map(_sorted, (before, now, wanted)))


def _removed(
    old: set[Statement], ours: set[Statement], theirs: set[Statement]
) -> Iterable[Conflict]:
    """Find things that one side removes while the other says more of them, or points at them."""
    for remover, other in ((ours, theirs), (theirs, ours)):
        gone = {s for s, _, _ in old} - {s for s, _, _ in remover}
        touched = {t[0] for t in old ^ other} | {t[2] for t in other - old}
        still = {s for s, _, _ in other}
        for thing in gone & touched:
            if thing in still or any(t[2] == thing for t in other - old):
                sides = (_objects(old, thing), _objects(ours, thing), _objects(theirs, thing))
                yield Conflict(thing, None, *sides)


def _values(statements: Iterable[Statement], rules: Rules) -> Mapping[_Place, frozenset[Node]]:
    found: dict[_Place, set[Node]] = {}
    for statement in statements:
        if place := rules.place(statement):
            found.setdefault(place, set()).add(statement[2])
    return {place: frozenset(values) for place, values in found.items()}


def _objects(statements: Iterable[Statement], thing: Node) -> tuple[Node, ...]:
    return _sorted({o for s, _, o in statements if s == thing})


def _at(statement: Statement, places: set[tuple[Node, Node | None]]) -> bool:
    s, p, o = statement
    return (s, p) in places or (s, None) in places or (o, None) in places


def _sorted(terms: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(terms, key=lambda term: term.n3()))


def _order(conflict: Conflict) -> tuple[str, str]:
    return str(conflict.subject), str(conflict.predicate or "")


def without(graph: Graph, subject: URIRef, predicate: Node) -> Graph:
    """Copy a graph but for what it says of a subject with a property."""
    return graph_of(t for t in graph if t[:2] != (subject, predicate))
