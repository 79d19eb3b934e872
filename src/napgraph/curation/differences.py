"""What differs between two states of a graph: statements, things, and the pages that show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import RDF, BNode, Graph, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from napgraph.namespaces import ID
from napgraph.turtle import Statement, canonical, graph_of


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """A property of a thing, its values before and after, and of these what both have."""

    predicate: URIRef
    before: tuple[Node, ...]
    after: tuple[Node, ...]

    @property
    def removed(self) -> tuple[Node, ...]:
        """Values that go."""
        return tuple(value for value in self.before if value not in self.after)

    @property
    def added(self) -> tuple[Node, ...]:
        """Values that come."""
        return tuple(value for value in self.after if value not in self.before)


@dataclass(frozen=True, slots=True)
class EntityChange:
    """A thing of which something differs.

    Attributes:
        subject: The thing; a blank node where it has no address.
        types: Its classes after the change, or before it where it goes.
        kind: `added`, `removed` or `changed`.
        changes: Its properties that differ, in alphabetical order.
    """

    subject: Node
    types: tuple[Node, ...]
    kind: str
    changes: tuple[PropertyChange, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two states of a graph.

    Attributes:
        added: Statements that come.
        removed: Statements that go.
        entities: The things they are about: those that come, go, then those that change.
        minted: Addresses of things that come into being.
        gone: Addresses of things of which nothing is left.
        pages: Paths of the documents that will read otherwise.
    """

    added: tuple[Statement, ...]
    removed: tuple[Statement, ...]
    entities: tuple[EntityChange, ...]
    minted: tuple[URIRef, ...]
    gone: tuple[URIRef, ...]
    pages: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.added or self.removed)


def difference(before: Graph, after: Graph) -> Difference:
    """Compare two states of a graph.

    Numbers and times are compared by value and blank nodes by what is said of
    them, so that another way to write the same is no difference.
    """
    old, new = statements(before), statements(after)
    added, removed = new - old, old - new
    was, now = _by_subject(old), _by_subject(new)
    subjects = {s for s, _, _ in added | removed}
    entities = sorted((_entity(s, was, now) for s in subjects), key=_order)
    return Difference(
        added=tuple(sorted(added, key=_n3)),
        removed=tuple(sorted(removed, key=_n3)),
        entities=tuple(entities),
        minted=_iris(e.subject for e in entities if e.kind == "added"),
        gone=_iris(e.subject for e in entities if e.kind == "removed"),
        pages=_pages(added | removed),
    )


def statements(graph: Graph) -> set[Statement]:
    """Give the statements of a graph in a form in which those of two graphs can be compared."""
    tidy = canonical(graph)
    if any(isinstance(term, BNode) for statement in tidy for term in statement):
        tidy = graph_of(to_canonical_graph(tidy))
    return set(tidy)


_Said = Mapping[Node, Mapping[Node, set[Node]]]


def _by_subject(found: Iterable[Statement]) -> _Said:
    said: dict[Node, dict[Node, set[Node]]] = {}
    for s, p, o in found:
        said.setdefault(s, {}).setdefault(p, set()).add(o)
    return said


def _entity(subject: Node, was: _Said, now: _Said) -> EntityChange:
    before, after = was.get(subject, {}), now.get(subject, {})
    kind = "changed" if before and after else "added" if after else "removed"
    changes = tuple(
        PropertyChange(URIRef(str(p)), _sorted(before.get(p, ())), _sorted(after.get(p, ())))
        for p in sorted(before.keys() | after.keys(), key=str)
        if before.get(p) != after.get(p)
    )
    return EntityChange(subject, _sorted((after or before).get(RDF.type, ())), kind, changes)


def _pages(changed: Iterable[Statement]) -> tuple[str, ...]:
    """List the documents of the things that changed, and of those they lead or led to."""
    things = {term for s, _, o in changed for term in (s, o) if str(term).startswith(str(ID))}
    return tuple(sorted(f"/doc/{str(thing).removeprefix(str(ID))}" for thing in things))


def _iris(nodes: Iterable[Node]) -> tuple[URIRef, ...]:
    return tuple(sorted(node for node in nodes if isinstance(node, URIRef)))


def _sorted(terms: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(sorted(terms, key=lambda term: term.n3()))


def _n3(statement: Statement) -> str:
    return " ".join(term.n3() for term in statement)


_KINDS = ("added", "removed", "changed")


def _order(entity: EntityChange) -> tuple[int, str]:
    return _KINDS.index(entity.kind), str(entity.subject)
