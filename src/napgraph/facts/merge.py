"""Bring a sheet's graph into a published one without losing what others added."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, Literal
from rdflib.term import Node


@dataclass(frozen=True)
class Change:
    """What an import does to one file, in numbers of entities.

    Attributes:
        added: New ones.
        changed: Those of which a statement comes, goes or differs.
        kept: Those that stay as they are.
    """

    added: int
    changed: int
    kept: int


def merge(published: Graph, sheet: Graph) -> Graph:
    """Let a sheet's statements replace those they speak of, and keep all else.

    A sheet speaks of a subject, a predicate and, for texts, a language: a
    French label that a curator added stays when the sheet gives the English one.
    """
    spoken = {_topic(triple) for triple in sheet}
    merged = Graph(bind_namespaces="none")
    for triple in published:
        if _topic(triple) not in spoken:
            merged.add(triple)
    for triple in sheet:
        merged.add(triple)
    return merged


def compare(before: Graph, after: Graph) -> Change:
    """Count the entities that were added, changed and kept."""
    old, new = set(before.subjects(unique=True)), set(after.subjects(unique=True))
    changed = {s for s, _, _ in set(before) ^ set(after)} & old
    return Change(added=len(new - old), changed=len(changed), kept=len(old - changed))


def _topic(triple: tuple[Node, Node, Node]) -> tuple[Node, Node, str | None]:
    subject, predicate, obj = triple
    return subject, predicate, obj.language if isinstance(obj, Literal) else None
