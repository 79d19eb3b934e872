"""Answers of queries as people read them on a page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from napgraph.resources import Value, local_path, short_name

# More rows than this make a page slow, and nobody reads them.
MAX_ROWS = 1_000


@dataclass(frozen=True)
class Table:
    """The first rows of a SELECT's results.

    Attributes:
        rows: A value for each name, or None where it is unbound.
        total: How many rows there are in all.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    total: int


@dataclass(frozen=True)
class Text:
    """The first lines of a graph in Turtle, each as parts with addresses told apart.

    Attributes:
        total: How many lines there are in all.
    """

    lines: tuple[tuple[Value, ...], ...]
    total: int


def read_results(results_json: bytes) -> Table | bool:
    """Read what a SELECT or ASK gives in SPARQL's JSON format."""
    results = json.loads(results_json)
    if "boolean" in results:
        return bool(results["boolean"])
    names = tuple(results["head"]["vars"])
    bindings = results["results"]["bindings"]
    rows = tuple(
        tuple(_value(row[name]) if name in row else None for name in names)
        for row in bindings[:MAX_ROWS]
    )
    return Table(names, rows, len(bindings))


def read_turtle(turtle: bytes) -> Text:
    """Read what a CONSTRUCT or DESCRIBE gives in Turtle."""
    lines = turtle.decode().rstrip("\n").split("\n")
    return Text(tuple(_parts(line) for line in lines[:MAX_ROWS]), len(lines))


_LINK = re.compile(r"""(<)(https?://[^\s<>"]*)(>)""")


def _value(term: dict[str, Any]) -> Value:
    kind, value = term["type"], term["value"]
    if kind == "uri":
        return Value(short_name(value), _href(value))
    if kind == "bnode":
        return Value(f"_:{value}")
    if kind != "literal":
        return Value(json.dumps(value, ensure_ascii=False))
    datatype = short_name(term["datatype"]) if "datatype" in term else ""
    return Value(value, language=term.get("xml:lang", ""), datatype=datatype)


def _href(iri: str) -> str:
    is_web = iri.startswith(("http://", "https://", "mailto:"))
    return local_path(iri) or (iri if is_web else "")


def _parts(line: str) -> tuple[Value, ...]:
    # Between two links stand the text before, "<", the address and ">", in turn.
    parts = _LINK.split(line)
    return tuple(
        Value(part, _href(part) if number % 4 == 2 else "")
        for number, part in enumerate(parts)
        if part
    )
