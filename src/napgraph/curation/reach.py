"""How far a change reaches: the things that have to be judged anew, with what judging them reads.

A rule reads more than the thing that it judges. So a change in one file can
break a rule for a thing in another: it takes away what that refers to, or says
of another plan of the country what that plan says.

To judge all data takes seconds. What a change of statements can alter is found
from the rules' own text instead:

* a rule that reads statements of its focus node alone, and the classes of their
  values: alters for the subjects of changed statements and, where a class was
  changed, for all that point there;
* a rule with a path of several steps or backwards, and a rule that is a query:
  reads along the properties in its text. A changed statement matters to it only
  by one of these, and then to things from which its ends are reached along them.
  Two steps in either direction are followed: from a plan to its country and to
  that country's other plans; from an objective to its plan and to that plan's
  other objectives. What two things share for a rule of severity Violation is a
  thing or a code, never a concept or a number, of which thousands share each.

That this finds what judging all data finds is tested with mistakes of every
kind, in one file and across files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.turtle import Statement, graph_of

_STEPS = 2
_NAME = re.compile(r"([a-z][a-z-]*):([A-Za-z]\w*)")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')


class Statements(Protocol):
    """Statements that can be asked for by pattern."""

    def triples(
        self, subject: Node | None, predicate: Node | None, obj: Node | None
    ) -> Iterator[Statement]:
        """Give the statements of this pattern, None standing for any term."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What has to be judged anew, and what judging it reads besides.

    Attributes:
        focus: The things to judge.
        data: What is said of them.
        context: What is said of things near them, and of which class their values are.
    """

    focus: frozenset[URIRef]
    data: Graph
    context: tuple[Statement, ...]


def reach(
    changed: Iterable[Statement], store: Statements, shapes: Graph, *, beyond: Collection[Node]
) -> Reach:
    """Find how far a change reaches.

    Args:
        changed: The statements that have come or gone.
        store: All statements as they are after the change.
        shapes: The rules.
        beyond: What is not followed, since it belongs to no file of data: the
            ontology's terms and concepts.
    """
    walk = _Walk(store, far_properties(shapes), beyond)
    return _read_around(_reached(list(changed), store, walk), store, walk)


def reached(
    changed: Iterable[Statement], store: Statements, shapes: Graph, *, beyond: Collection[Node]
) -> set[Node]:
    """Find the things for which a change can alter what rules say, without what they read.

    Args:
        changed: See `reach`.
        store: See `reach`.
        shapes: See `reach`.
        beyond: See `reach`.
    """
    return _reached(list(changed), store, _Walk(store, far_properties(shapes), beyond))


def _reached(changed: Collection[Statement], store: Statements, walk: _Walk) -> set[Node]:
    focus = walk.from_({term for s, _, o in changed for term in (s, o)})
    focus |= {s for thing in _reclassified(changed) for s, _, _ in store.triples(None, None, thing)}
    return focus


def around(
    focus: Collection[Node], store: Statements, shapes: Graph, *, beyond: Collection[Node]
) -> Reach:
    """Find what judging some things reads.

    Args:
        focus: The things.
        store: See `reach`.
        shapes: See `reach`.
        beyond: See `reach`.
    """
    return _read_around(focus, store, _Walk(store, far_properties(shapes), beyond))


def _read_around(focus: Collection[Node], store: Statements, walk: _Walk) -> Reach:
    near = walk.from_(focus)
    data = _about(focus, store)
    context = _about(near.difference(focus), store)
    classes = _classes(data + context, store)
    iris = frozenset(node for node in focus if isinstance(node, URIRef))
    return Reach(iris, graph_of(data), (*context, *classes))


def far_properties(shapes: Graph) -> frozenset[URIRef]:
    """Find the properties along which rules read statements of other things than their focus."""
    found: set[Node] = set()
    spaces = {
        str(shapes.value(node, SH.prefix)): str(shapes.value(node, SH.namespace))
        for node in shapes.objects(None, SH.declare)
    }
    for text in shapes.objects(None, SH.select):
        for prefix, name in _NAME.findall(_TEXT.sub("", str(text))):
            found.add(URIRef(f"{spaces[prefix]}{name}"))
    for path in shapes.objects(None, SH.path):
        if isinstance(path, BNode):
            found |= _iris_in(path, shapes)
    return frozenset(URIRef(str(p)) for p in found if p != RDF.type)


def _iris_in(node: Node, graph: Graph) -> set[Node]:
    found: set[Node] = set()
    for value in graph.objects(node, None):
        if isinstance(value, BNode):
            found |= _iris_in(value, graph)
        elif value != RDF.nil:
            found.add(value)
    return found


class _Walk:
    """Goes from thing to thing along some properties."""

    def __init__(
        self, store: Statements, properties: frozenset[URIRef], beyond: Collection[Node]
    ) -> None:
        self._store = store
        self._properties = properties
        self._beyond = beyond

    def from_(self, nodes: Iterable[Node]) -> set[Node]:
        """Give the things within two steps of some, with these."""
        found = {node for node in nodes if self._is_followed(node)}
        latest = found
        for _ in range(_STEPS):
            latest = {n for node in latest for n in self._next(node)} - found
            found |= latest
        return {node for node in found if not isinstance(node, Literal)}

    def _next(self, node: Node) -> Iterator[Node]:
        if not isinstance(node, Literal):
            for _, p, o in self._store.triples(node, None, None):
                if p in self._properties and self._is_followed(o):
                    yield o
        for p in self._properties:
            for s, _, _ in self._store.triples(None, p, node):
                yield s

    def _is_followed(self, node: Node) -> bool:
        if isinstance(node, Literal):
            # A code; a number or a year would lead to all things that have it.
            return not node.language and node.datatype in (None, XSD.string)
        return node not in self._beyond


def _reclassified(changed: Iterable[Statement]) -> set[Node]:
    return {s for s, p, _ in changed if p == RDF.type}


def _about(nodes: Iterable[Node], store: Statements) -> list[Statement]:
    """Give what is said of nodes, and of the blank nodes that this leads to."""
    found: list[Statement] = []
    todo, seen = list(nodes), set(nodes)
    while todo:
        for statement in store.triples(todo.pop(), None, None):
            found.append(statement)
            if isinstance(statement[2], BNode) and statement[2] not in seen:
                seen.add(statement[2])
                todo.append(statement[2])
    return found


def _classes(said: Iterable[Statement], store: Statements) -> Iterator[Statement]:
    for value in {o for _, _, o in said if not isinstance(o, Literal)}:
        yield from store.triples(value, RDF.type, None)
