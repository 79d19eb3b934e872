"""Results of a query as a table that people read in a terminal."""

from __future__ import annotations

import json
from typing import Any

from napgraph.resources import short_name

_WIDEST = 48


def as_table(results_json: bytes) -> str:
    """Write SPARQL results in JSON as a table, or as yes or no; IRIs are shortened."""
    results = json.loads(results_json)
    if "boolean" in results:
        return "yes" if results["boolean"] else "no"
    names = results["head"]["vars"]
    bindings = results["results"]["bindings"]
    rows = [[_cell(binding.get(name)) for name in names] for binding in bindings]
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(names, *rows, strict=True)]
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in rows]
    count = f"{len(rows)} row" if len(rows) == 1 else f"{len(rows)} rows"
    return "\n".join([*lines, count])


def _cell(term: dict[str, Any] | None) -> str:
    if term is None:
        return ""
    text = short_name(term["value"]) if term["type"] == "uri" else term["value"]
    return " ".join(str(text).split())


def _line(cells: list[str], widths: list[int]) -> str:
    shown = (c if len(c) <= w else f"{c[: w - 1]}…" for c, w in zip(cells, widths, strict=True))
    return "  ".join(f"{c:<{w}}" for c, w in zip(shown, widths, strict=True)).rstrip()
