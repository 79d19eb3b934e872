"""Changes of graphs written as the statements that go and come, applied to the state they are of.

The form is RDF Patch without its short forms: a line `A` or `D` and a statement of
N-Quads, whose graph is the one that changes; `H`, `TX` and `TC` may stand between.

Source: https://afs.github.io/rdf-patch/
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

from rdflib import BNode, Graph, URIRef

from napgraph.errors import DataSyntaxError, PatchError
from napgraph.namespaces import GRAPH
from napgraph.oxigraph_terms import from_ox, parse_quads
from napgraph.turtle import Statement, canonical_statement, graph_of

MEDIA_TYPE = "application/rdf-patch"


@dataclass(frozen=True, slots=True)
class Patch:
    """What goes from a graph, and what comes to it."""

    removed: set[Statement] = field(default_factory=set)
    added: set[Statement] = field(default_factory=set)


def read_patch(content: bytes) -> Mapping[str, Patch]:
    """Read the changes of each named graph, by its name.

    Raises:
        DataSyntaxError: It is not RDF Patch, with the line.
        PatchError: It says something that is not done here, with the line.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as exc:
        raise PatchError("The patch is not UTF-8.") from exc
    patches: dict[str, Patch] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.strip()
        word = line.partition(" ")[0].partition("\t")[0]
        if not line or line.startswith("#") or word in _AROUND:
            continue
        if word not in ("A", "D"):
            raise PatchError(_NO_LINE.format(number=number, word=word[:20]), line=number)
        name, statement = _read(line.removeprefix(word), number)
        patch = patches.setdefault(name, Patch())
        is_added = word == "A"
        (patch.added if is_added else patch.removed).add(statement)
        # The last word on a statement counts.
        (patch.removed if is_added else patch.added).discard(statement)
    return patches


def apply_patch(name: str, graph: Graph, patch: Patch) -> Graph:
    """Give a graph as it is after a patch.

    Args:
        name: What an error calls it.
        graph: The graph as it is before; it stays as it is.
        patch: What goes and comes.

    Raises:
        PatchError: Something is to go that is not there, or nothing changes.
    """
    before = {canonical_statement(statement) for statement in graph}
    missing = sorted(_written(statement) for statement in patch.removed - before)
    if missing:
        raise PatchError(
            f"{name} does not say {missing[0]}, which the patch removes; make the patch from the "
            "version that it names as its base."
        )
    return graph_of((before - patch.removed) | patch.added)


def _read(text: str, number: int) -> tuple[str, Statement]:
    # Terms within terms may be so deep that a parser dies of them.
    if "<<" in _STRING.sub("", text):
        raise PatchError(
            f"Line {number}: a statement about a statement has no place here.", line=number
        )
    try:
        quads = list(
            parse_quads(
                BytesIO(text.encode()), "application/n-quads", base=URIRef(GRAPH), name="the patch"
            )
        )
    except DataSyntaxError as exc:
        raise DataSyntaxError(
            f"Line {number} of the patch is not a statement of N-Quads: IRIs in angle brackets, "
            "the graph as the fourth, and a full stop.",
            line=number,
        ) from exc
    if len(quads) != 1:
        raise PatchError(f"Line {number}: write one statement a line.", line=number)
    (quad,) = quads
    subject, value = from_ox(quad.subject), from_ox(quad.object)
    if isinstance(subject, BNode) or isinstance(value, BNode):
        raise PatchError(
            f"Line {number}: a blank node cannot be told from others; send the graph as a whole.",
            line=number,
        )
    graph = getattr(quad.graph_name, "value", "")
    if not graph.startswith(str(GRAPH)):
        raise PatchError(
            f"Line {number}: name the graph that changes as the fourth term, as <{GRAPH}MLI>.",
            line=number,
        )
    statement = canonical_statement((subject, from_ox(quad.predicate), value))
    return graph.removeprefix(str(GRAPH)), statement


def _written(statement: Statement) -> str:
    return " ".join(term.n3() for term in statement)


_AROUND = ("H", "TX", "TC")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_NO_LINE = (
    "Line {number} of the patch begins with {word!r}; a line begins with A for a statement that "
    "comes, D for one that goes, H, TX or TC, and IRIs are written in full."
)
