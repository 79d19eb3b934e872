"""Answers of queries as people read them on a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from napgraph.resources import Value, local_path, short_name

# More rows than this make a page slow, and nobody reads them.
MAX_ROWS = 1_000
_MAX_TURTLE_BYTES = 1_000_000


@dataclass(frozen=True)
class Table:
    """The first rows of a SELECT's results.

    Attributes:
        rows: A value for each name, or None where it is unbound.
        has_more: Whether there are others.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    has_more: bool


@dataclass(frozen=True)
class Text:
    """The first lines of a graph in Turtle, each as parts with addresses told apart.

    Attributes:
        has_more: Whether there are others.
    """

    lines: tuple[tuple[Value, ...], ...]
    has_more: bool


def read_results(results_json: bytes) -> Table | bool:
    """Read what a SELECT or ASK gives in SPARQL's JSON format, cut off where `more` says so."""
    results = json.loads(results_json)
    if "boolean" in results:
        return bool(results["boolean"])
    names = tuple(results["head"]["vars"])
    rows = tuple(
        tuple(_value(row[name]) if name in row else None for name in names)
        for row in results["results"]["bindings"]
    )
    return Table(names, rows, bool(results.get("more")))


def read_turtle(parts: Iterable[bytes]) -> Text:
    """Read the first of what a CONSTRUCT or DESCRIBE gives in Turtle."""
    text = b""
    for part in parts:
        text += part
        if text.count(b"\n") > MAX_ROWS or len(text) > _MAX_TURTLE_BYTES:
            break
    lines = text.decode(errors="ignore").rstrip("\n").split("\n")
    return Text(tuple(_parts(line) for line in lines[:MAX_ROWS]), len(lines) > MAX_ROWS)


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
