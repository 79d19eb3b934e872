"""Answers to queries, read from any format and compared as the specification asks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyoxigraph as ox

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"

Row = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Rows:
    """What a SELECT gives: each row its bound variables, in alphabetical order, and terms."""

    variables: frozenset[str]
    rows: tuple[Row, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Statements:
    """What a CONSTRUCT or DESCRIBE gives."""

    triples: frozenset[Any]


Answer = bool | Rows | Statements


def read_answer(body: bytes, media_type: str) -> Answer:
    """Read an answer in SPARQL JSON, XML or TSV, or in an RDF format; a result set in RDF too."""
    if results_format := ox.QueryResultsFormat.from_media_type(media_type):
        return read_results(ox.parse_query_results(body, results_format))
    rdf_format = ox.RdfFormat.from_media_type(media_type)
    return read_statements(ox.parse(body, rdf_format, base_iri="urn:base:"))


def read_results(results: Any) -> Answer:
    """Read what the engine's reader of results gives, or the engine itself."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    if isinstance(results, ox.QueryTriples):
        return Statements(frozenset(results))
    names = [variable.value for variable in results.variables]
    rows = tuple(row(dict(zip(names, solution, strict=True))) for solution in results)
    return Rows(frozenset(names), rows)


def read_statements(quads: Iterable[ox.Quad]) -> Answer:
    """Read a graph, which may describe a result set."""
    triples = frozenset(quad.triple for quad in quads)
    objects: dict[tuple[Any, str], list[Any]] = {}
    for triple in triples:
        key = triple.subject, triple.predicate.value.removeprefix(RS)
        objects.setdefault(key, []).append(triple.object)
    for triple in triples:
        if triple.object == ox.NamedNode(f"{RS}ResultSet"):
            return _result_set(triple.subject, objects)
    return Statements(triples)


def row(bindings: dict[str, Any]) -> Row:
    """Make a row of what is bound."""
    return tuple(sorted((name, term) for name, term in bindings.items() if term is not None))


def difference(expected: Answer, actual: Answer, *, lax: bool = False) -> str:
    """Say how an answer differs from the one expected; nothing if it does not.

    Args:
        expected: Rows with an order are compared in that order.
        actual: Numbers may be written in another way if their values are equal.
        lax: Whether a row may come any number of times, as with REDUCED.
    """
    if type(expected) is not type(actual):
        return f"expected {_shown(expected)}, got {_shown(actual)}"
    if isinstance(expected, Rows) and isinstance(actual, Rows):
        return _difference_of_rows(expected, actual, lax=lax)
    if isinstance(expected, Statements) and isinstance(actual, Statements):
        same = _graph(expected.triples) == _graph(actual.triples)
    else:
        same = expected == actual
    return "" if same else f"expected {_shown(expected)}, got {_shown(actual)}"


def read_csv(body: bytes) -> Counter[frozenset[tuple[str, str]]]:
    """Read the rows of CSV, which has no terms; blank nodes lose their labels."""
    names, *lines = csv.reader(io.StringIO(body.decode(), newline=""))
    return Counter(
        frozenset(
            (name, "_:" if cell.startswith("_:") else _plain_number(cell))
            for name, cell in zip(names, line or [""], strict=True)
        )
        for line in lines
    )


def _difference_of_rows(expected: Rows, actual: Rows, *, lax: bool) -> str:
    if expected.variables != actual.variables and (expected.rows or actual.rows):
        return f"expected variables {set(expected.variables)}, got {set(actual.variables)}"
    wanted, found = [_plain(r) for r in expected.rows], [_plain(r) for r in actual.rows]
    if lax:
        wanted, found = list(dict.fromkeys(wanted)), list(dict.fromkeys(found))
    blank = [r for r in wanted + found if _has_blank(r)]
    if expected.ordered and not blank and Counter(wanted) == Counter(found):
        return "" if wanted == found else "the rows come in another order"
    missing, extra = _ground(wanted) - _ground(found), _ground(found) - _ground(wanted)
    if not missing and not extra and _with_blank(wanted) == _with_blank(found):
        return ""
    return f"missing {_rows_shown(missing)}; not expected {_rows_shown(extra)}"


def _result_set(node: Any, objects: dict[tuple[Any, str], list[Any]]) -> Answer:
    if answer := objects.get((node, "boolean")):
        return str(answer[0].value) == "true"
    names = frozenset(term.value for term in objects.get((node, "resultVariable"), ()))
    indexed = []
    for solution in objects.get((node, "solution"), ()):
        bindings = {}
        for binding in objects.get((solution, "binding"), ()):
            (name,) = objects[binding, "variable"]
            (bindings[name.value],) = objects[binding, "value"]
        index = objects.get((solution, "index"))
        indexed.append((int(index[0].value) if index else 0, row(bindings)))
    ordered = any(index for index, _ in indexed)
    rows = [r for _, r in (sorted(indexed, key=lambda pair: pair[0]) if ordered else indexed)]
    return Rows(names, tuple(rows), ordered=ordered)


def _plain(r: Row) -> Row:
    return tuple((name, plain_term(term)) for name, term in r)


def plain_term(term: Any) -> Any:
    """Write a number or boolean in the one form of its value, and a language in lower case."""
    if not isinstance(term, ox.Literal):
        return term
    if term.language:
        return ox.Literal(term.value, language=term.language.lower())
    if term.datatype.value == f"{XSD}boolean":
        text = {"0": "false", "1": "true"}.get(term.value, term.value)
        return ox.Literal(text, datatype=term.datatype)
    if term.datatype.value not in _NUMBERS:
        return term
    return ox.Literal(_plain_number(term.value), datatype=term.datatype)


def _plain_number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return str(number.normalize() + 0) if number.is_finite() else str(number)


_NUMBERS = frozenset(
    f"{XSD}{name}"
    for name in ("integer", "decimal", "double", "float", "int", "long", "short", "byte",
                 "nonNegativeInteger", "positiveInteger", "unsignedInt")
)  # fmt: skip


def _has_blank(r: Row) -> bool:
    return any(isinstance(term, ox.BlankNode) for _, term in r)


def _ground(rows: list[Row]) -> Counter[Row]:
    return Counter(r for r in rows if not _has_blank(r))


def _with_blank(rows: list[Row]) -> Any:
    """Turn rows with blank nodes into a graph whose form does not depend on their labels."""
    triples = set()
    for index, r in enumerate(rows):
        if _has_blank(r):
            node = ox.BlankNode(f"row{index}")
            triples |= {ox.Triple(node, ox.NamedNode(f"urn:variable:{n}"), t) for n, t in r}
    return _graph(triples)


def _graph(triples: Iterable[Any]) -> Any:
    dataset = ox.Dataset(
        ox.Quad(triple.subject, triple.predicate, plain_term(triple.object)) for triple in triples
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def _rows_shown(rows: Counter[Row]) -> str:
    texts = sorted(" ".join(f"?{name}={term}" for name, term in r) for r in rows.elements())
    return f"{len(texts)}: {' | '.join(texts[:3])}"


def _shown(answer: Answer) -> str:
    if isinstance(answer, Rows):
        text = f"{len(answer.rows)} rows"
    elif isinstance(answer, Statements):
        text = f"{len(answer.triples)} statements: {' . '.join(sorted(map(str, answer.triples)))}"
    else:
        text = str(answer)
    return text if len(text) < 300 else f"{text[:300]}…"
