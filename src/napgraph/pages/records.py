"""Records as tables for spreadsheets and as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from napgraph.research_tables import LIST_SEPARATOR

Cell = str | int | bool | tuple[str, ...] | None
Record = Mapping[str, Cell]


def to_csv(columns: Sequence[str], records: Iterable[Record]) -> bytes:
    """Write records as spreadsheets read them: UTF-8 with its mark, a row each.

    A cell of several is joined with semicolons, as in the tables of the whole dataset.

    Source: RFC 4180
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_text(record[name]) for name in columns] for record in records)
    return out.getvalue().encode("utf-8-sig")


def to_json(about: Mapping[str, object], name: str, records: Sequence[Record]) -> bytes:
    """Write records as one object: what they are about, and they below a name."""
    text = json.dumps({**about, name: records}, ensure_ascii=False, indent=1)
    return f"{text}\n".encode()


def _text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case tuple():
            return LIST_SEPARATOR.join(cell)
        case _:
            return str(cell)
