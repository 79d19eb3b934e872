"""A proposed file brought onto what is published now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from rdflib import DCTERMS, PROV, RDF, XSD, Literal

from napgraph.curation.differences import statements
from napgraph.curation.merging import Conflict, Rules, merge, without
from napgraph.namespaces import graph_iri
from napgraph.turtle import leading_comment, parse_turtle, to_turtle


def merge_files(
    name: str,
    base: bytes | None,
    published: bytes | None,
    proposed: bytes | None,
    rules: Rules,
    *,
    today: date,
) -> tuple[bytes | None, tuple[Conflict, ...]]:
    """Merge the three states of a file, and say in it on which day it changed.

    Args:
        name: The named graph.
        base: What the proposal was made from; None where there was nothing.
        published: What is published now, likewise.
        proposed: What is proposed, likewise.
        rules: Where there may be one value.
        today: The day of the change.

    Returns:
        The file as it would be published, and where the two changes clash.

    Raises:
        TurtleError: One of them is not Turtle.
    """
    if proposed is None:
        if published in (None, base):
            return None, ()
        return published, (Conflict(graph_iri(name), None, (), (), ()),)
    if published is None and base is not None:
        return None, (Conflict(graph_iri(name), None, (), (), ()),)
    iri = graph_iri(name)
    graphs = [parse_turtle(content or b"", name=f"{name}.ttl") for content in (base, published)]
    wanted = parse_turtle(proposed, name=f"{name}.ttl")
    no_conflicts: tuple[Conflict, ...] = ()
    if base == published:
        merged, conflicts = wanted, no_conflicts
    else:
        # Each change has a day of its own; that of the publication will count.
        old, ours, theirs = (without(g, iri, DCTERMS.modified) for g in (*graphs, wanted))
        result = merge(old, ours, theirs, rules)
        merged, conflicts = result.graph, result.conflicts
    undated_before, undated = (without(g, iri, DCTERMS.modified) for g in (graphs[1], merged))
    if published is not None and statements(undated_before) == statements(undated):
        return published, conflicts
    if (iri, RDF.type, PROV.Entity) in undated:
        undated.add((iri, DCTERMS.modified, Literal(today.isoformat(), datatype=XSD.date)))
    comment = leading_comment(proposed.decode("utf-8-sig"))
    return to_turtle(undated, leading_comment=comment).encode(), conflicts


def clash_words(conflicts: Mapping[str, Sequence[Conflict]]) -> str:
    """Say in a sentence where a submission clashes with what is published."""
    name, clashes = next(iter(conflicts.items()))
    first = clashes[0]
    count = sum(len(found) for found in conflicts.values())
    more = f" ({count} conflicts in all.)" if count > 1 else ""
    if first.predicate is None:
        what = f"{first.subject} was removed on one side and changed on the other"
    else:
        now = " and ".join(map(str, first.published)) or "nothing"
        wanted = " and ".join(map(str, first.proposed)) or "nothing"
        what = (
            f"{first.subject} has for {first.predicate} meanwhile {now}, "
            f"where this submission has {wanted}"
        )
    return f"{name}: {what}; make the change again from what is published now.{more}"
