"""Rows of an answer as programs read them: plain values in JSON, CSV and Parquet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rdflib import XSD

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class AnswerRows:
    """An answer as plain values, None where a column is unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def read_answer(results_json: bytes) -> AnswerRows:
    """Read SPARQL results in JSON.

    Numbers and years become numbers, true and false stay so, and all else is
    text: an IRI in full, a date as it is written, a text without its language.
    """
    results = json.loads(results_json)
    columns = tuple(results["head"]["vars"])
    rows = tuple(
        tuple(_cell(row[name]) if name in row else None for name in columns)
        for row in results["results"]["bindings"]
    )
    return AnswerRows(columns, rows)


def to_json(answer: AnswerRows) -> bytes:
    """Write an array with an object a row."""
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def to_csv(answer: AnswerRows) -> bytes:
    """Write a table as spreadsheets and programs read it: UTF-8 with its mark, CRLF.

    Source: RFC 4180
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(answer.columns)
    writer.writerows([_text(cell) for cell in row] for row in answer.rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(term: dict[str, Any]) -> Cell:
    text = str(term["value"])
    if term["type"] != "literal":
        return text
    read = _READ.get(term.get("datatype", ""))
    return read(text) if read else text


def _integer(text: str) -> Cell:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else text


def _number(text: str) -> Cell:
    # What JSON cannot write, such as INF, stays text.
    return float(text) if re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", text) else text


def _boolean(text: str) -> Cell:
    return text in ("true", "1")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


_READ = {
    **{str(kind): _integer for kind in (XSD.integer, XSD.int, XSD.long, XSD.gYear)},
    **{str(kind): _number for kind in (XSD.decimal, XSD.double, XSD.float)},
    str(XSD.boolean): _boolean,
}


def column_type(cells: Sequence[Cell]) -> str:
    """Say what all cells of a column are: `integer`, `decimal`, `boolean` or `string`."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if kinds == {bool}:
        return "boolean"
    if kinds == {int}:
        return "integer"
    return "decimal" if kinds and kinds <= {int, float} else "string"
