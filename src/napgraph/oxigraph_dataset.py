"""The dataset that a query asks of the embedded engine.

From several default graphs the engine answers as if their statements stood in
one list, where SPARQL asks for one graph: a statement that two of them have is
found twice. So we put such graphs together ourselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from napgraph import terminals
from napgraph.errors import QueryError
from napgraph.namespaces import BASE
from napgraph.terminals import COMMENT, NAME, Token


@dataclass(frozen=True, slots=True)
class AskedDataset:
    """The graphs that make up the default graph, and the named graphs, each once."""

    default: tuple[ox.NamedNode, ...]
    named: tuple[ox.NamedNode, ...]


def asked_dataset(
    text: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None
) -> AskedDataset | None:
    """Find the dataset that a request names, or else its query.

    Returns:
        None where neither does, and where the query has fewer than two FROM
        clauses, which the engine reads as it should.

    Raises:
        QueryError: The name of a graph is not an IRI.
    """
    if default_graphs is None and named_graphs is None:
        return _named_by_query(text)
    try:
        return _dataset(
            map(ox.NamedNode, default_graphs or ()), map(ox.NamedNode, named_graphs or ())
        )
    except ValueError as exc:
        raise QueryError(f"The name of a graph to ask is not an IRI: {exc}.") from exc


def merge(store: ox.Store, dataset: AskedDataset) -> ox.Store:
    """Copy a dataset, its default graph with each statement once."""
    merged = ox.Store()
    for name in dataset.default:
        merged.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object)
            for quad in store.quads_for_pattern(None, None, None, name)
        )
    for name in dataset.named:
        merged.extend(store.quads_for_pattern(None, None, None, name))
    return merged


def _dataset(default: Iterable[ox.NamedNode], named: Iterable[ox.NamedNode]) -> AskedDataset:
    return AskedDataset(tuple(dict.fromkeys(default)), tuple(dict.fromkeys(named)))


def _named_by_query(text: str) -> AskedDataset | None:
    if text.upper().count("FROM") < 2:
        return None
    try:
        prologue, clauses = _read_clauses(text)
        if sum(not is_named for is_named, _ in clauses) < 2:
            return None
        graphs = _resolve(prologue, [name.text for _, name in clauses])
    except (terminals.TerminalError, SyntaxError):
        return None  # the engine says what is wrong
    pairs = list(zip((is_named for is_named, _ in clauses), graphs, strict=True))
    return _dataset(
        (graph for is_named, graph in pairs if not is_named),
        (graph for is_named, graph in pairs if is_named),
    )


def _read_clauses(text: str) -> tuple[str, list[tuple[bool, Token]]]:
    """Give what stands before the query's form, and of each clause if it is NAMED and its IRI."""
    tokens = [token for token in terminals.tokens(text) if token.kind != COMMENT]
    words = [token.text.upper() if token.kind == NAME else "" for token in tokens]
    start = next((t.start for t, word in zip(tokens, words, strict=True) if word in _FORMS), 0)
    clauses = [
        (words[place + 1] == "NAMED", tokens[place + 1 + (words[place + 1] == "NAMED")])
        for place in range(len(tokens) - 2)
        if words[place] == "FROM"
    ]
    return text[:start], clauses


def _resolve(prologue: str, names: Sequence[str]) -> Iterator[Any]:
    """Let the engine itself say which IRIs these are, after the query's own prologue."""
    columns = " ".join(f"({name} AS ?v{number})" for number, name in enumerate(names))
    solutions: Any = ox.Store().query(f"{prologue} SELECT {columns} {{}}", base_iri=BASE)
    return iter(next(solutions))


_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
