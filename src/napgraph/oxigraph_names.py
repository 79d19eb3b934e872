"""What things are called and are: found once, and kept as statements and as lines of text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Any

import pyoxigraph as ox
from rdflib import RDF

from napgraph.store import LABEL_PROPERTIES

Triples = tuple[ox.Triple, ...]


class Names:
    """What each IRI of a store is called and is.

    Args:
        store: The engine's store; where it changes, all has to be forgotten.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._labels: dict[ox.NamedNode, Triples] = {}
        self._types: dict[ox.NamedNode, Triples] = {}
        self._lines: dict[str, str] = {}
        self._all_known = False

    def forget(self) -> None:
        """Look for everything anew."""
        self._labels.clear()
        self._types.clear()
        self._lines.clear()
        self._all_known = False

    def read_all(self) -> None:
        """Read all labels and types at once, so that none has to be looked for."""
        labels: dict[ox.NamedNode, tuple[ox.NamedNode, list[ox.Triple]]] = {}
        for name in _LABEL_NODES:
            for quad in self._store.quads_for_pattern(None, name, None, _DEFAULT):
                if type(quad.subject) is ox.NamedNode:
                    best, found = labels.setdefault(quad.subject, (name, []))
                    if best is name:
                        found.append(quad.triple)
        self._labels = {node: tuple(found) for node, (_, found) in labels.items()}
        types: dict[Any, list[ox.Triple]] = defaultdict(list)
        for quad in self._store.quads_for_pattern(None, _TYPE, None, _DEFAULT):
            types[quad.subject].append(quad.triple)
        self._types = {node: tuple(found) for node, found in types.items()}
        self._all_known = True

    def about(self, nodes: Collection[ox.NamedNode]) -> Triples:
        """Give the labels and the classes of IRIs."""
        return self.labels_of(nodes) + self.types_of(nodes)

    def labels_of(self, nodes: Iterable[ox.NamedNode]) -> Triples:
        """Give the labels of IRIs: those with the first property of labels that an IRI has."""
        return self._collect(nodes, self._labels, self._label)

    def types_of(self, nodes: Iterable[ox.NamedNode]) -> Triples:
        """Give the classes of IRIs."""
        return self._collect(nodes, self._types, self._type)

    def lines_of(self, term: str) -> str:
        """Give the labels and classes of an IRI, as N-Triples has it, in lines of N-Triples."""
        found = self._lines.get(term)
        if found is None:
            if len(self._lines) > _MAX_KEPT:
                self._lines.clear()
            node = (ox.NamedNode(term[1:-1]),)
            text = ox.serialize(self.about(node), format=ox.RdfFormat.N_TRIPLES) or b""
            found = self._lines[term] = text.decode()
        return found

    def _collect(
        self,
        nodes: Iterable[ox.NamedNode],
        known: dict[ox.NamedNode, Triples],
        look_for: Callable[[ox.NamedNode], Triples],
    ) -> Triples:
        collected: list[ox.Triple] = []
        for node in nodes:
            found = known.get(node)
            if found is None and not self._all_known:
                if len(known) > _MAX_KEPT:
                    known.clear()
                found = known[node] = look_for(node)
            collected += found or ()
        return tuple(collected)

    def _label(self, node: ox.NamedNode) -> Triples:
        for name in _LABEL_NODES:
            if labels := self._said(node, name):
                return labels
        return ()

    def _type(self, node: ox.NamedNode) -> Triples:
        return self._said(node, _TYPE)

    def _said(self, node: ox.NamedNode, predicate: ox.NamedNode) -> Triples:
        found = self._store.quads_for_pattern(node, predicate, None, _DEFAULT)
        return tuple(quad.triple for quad in found)


def mentioned(triples: Iterable[ox.Triple]) -> tuple[set[ox.NamedNode], set[ox.NamedNode]]:
    """Find the things that statements mention, and the classes and properties they say it with."""
    things: set[Any] = set()
    terms: set[Any] = set()
    for subject, predicate, object_ in triples:
        terms.add(predicate)
        things.add(subject)
        (terms if predicate == _TYPE else things).add(object_)
    things -= terms
    return {t for t in things if type(t) is ox.NamedNode}, terms


_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(RDF.type)
_LABEL_NODES = tuple(ox.NamedNode(iri) for iri in LABEL_PROPERTIES)
_MAX_KEPT = 200_000
