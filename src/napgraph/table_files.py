"""Researchers' tables as files: CSV and Parquet, and what describes both (CSVW)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from napgraph.answer_rows import AnswerRows, column_type
from napgraph.derived_folder import METADATA, TABLE, DerivedFile
from napgraph.namespaces import DATASET
from napgraph.research_tables import LIST_SEPARATOR, Cell, Column, all_tables
from napgraph.research_tables import Table as ResearchTable
from napgraph.store import Store
from napgraph.wording import CITATION, CREATOR, LICENCE, TITLE

CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
CSVW = "application/csvm+json"
# Where a tool that was given a table's address looks for what describes it.
METADATA_NAME = "csv-metadata.json"


def write_tables(store: Store, folder: Path) -> Iterator[tuple[DerivedFile, int]]:
    """Write each table that has rows into a folder, in every format, and describe all.

    Returns:
        The files, each with the number of rows in it.
    """
    written = []
    for table in all_tables():
        rows = table.read(store)
        if not rows:
            continue
        written.append(table)
        path = folder / f"{table.name}.csv"
        path.write_bytes(to_csv(table, rows))
        yield DerivedFile.at(path, TABLE, CSV, table=table.name), len(rows)
        path = folder / f"{table.name}.parquet"
        path.write_bytes(to_parquet(table, rows))
        yield DerivedFile.at(path, TABLE, PARQUET, table=table.name), len(rows)
    if written:
        path = folder / METADATA_NAME
        path.write_text(json.dumps(describe(written), ensure_ascii=False, indent=1) + "\n")
        yield DerivedFile.at(path, METADATA, CSVW), 0


def to_csv(table: ResearchTable, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Write a table as spreadsheets and programs read it: UTF-8 with its mark, CRLF.

    Source: RFC 4180
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_parquet(table: ResearchTable, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Write a table in Parquet, with what it is and its licence in the file's metadata."""
    cells = zip(*rows, strict=True)
    columns: dict[str, Any] = {
        column.name: Array(list(values), type=_ARROW.get(column.type, DataType.string()))
        for column, values in zip(table.columns, cells, strict=True)
    }
    about = {**_about(table), "columns": {c.name: c.description for c in table.columns}}
    out = io.BytesIO()
    write_parquet(
        Table.from_pydict(columns),
        out,
        compression="zstd(9)",
        # One entry: the order of several is not always the same.
        key_value_metadata={"napgraph": json.dumps(about, ensure_ascii=False)},
    )
    return out.getvalue()


def rows_to_parquet(answer: AnswerRows, about: Mapping[str, str]) -> bytes:
    """Write an answer in Parquet, each column of the type that its cells are.

    Args:
        answer: The rows.
        about: What the file says of itself.
    """
    cells = zip(*answer.rows, strict=True) if answer.rows else ((),) * len(answer.columns)
    columns: dict[str, Any] = {}
    for name, values in zip(answer.columns, cells, strict=True):
        type_ = column_type(values)
        typed = [None if v is None else str(v) if type_ == "string" else v for v in values]
        columns[name] = Array(typed, type=_ARROW.get(type_, DataType.string()))
    out = io.BytesIO()
    write_parquet(
        Table.from_pydict(columns),
        out,
        compression="zstd(9)",
        key_value_metadata={"napgraph": json.dumps(about, ensure_ascii=False)},
    )
    return out.getvalue()


def describe(tables: Sequence[ResearchTable]) -> dict[str, Any]:
    """Describe tables as CSVW has it: columns, their types, keys, licence and citation.

    Source: https://www.w3.org/TR/tabular-metadata/
    """
    keys = {table.name: list(table.key) for table in tables}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": TITLE,
        "dc:license": {"@id": str(LICENCE)},
        "dc:creator": CREATOR,
        "dc:source": {"@id": str(DATASET)},
        "dc:bibliographicCitation": CITATION,
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [_describe_table(table, keys) for table in tables],
    }


def _describe_table(table: ResearchTable, keys: Mapping[str, list[str]]) -> dict[str, Any]:
    references = [
        {
            "columnReference": [column],
            "reference": {"resource": f"{to}.csv", "columnReference": keys[to]},
        }
        for column, to in table.refers.items()
        if to in keys
    ]
    schema = {
        "columns": [_describe_column(column) for column in table.columns],
        "primaryKey": list(table.key),
        "foreignKeys": references,
    }
    about = {f"dc:{name}": value for name, value in _about(table).items()}
    return {"url": f"{table.name}.csv", **about, "tableSchema": schema}


def _describe_column(column: Column) -> dict[str, Any]:
    said = {"name": column.name, "titles": column.name, "dc:description": column.description}
    if column.type in ("list", "codes", "labels"):
        return {**said, "datatype": "string", "separator": LIST_SEPARATOR}
    return {**said, "datatype": _CSVW_TYPES.get(column.type, "string")}


def _about(table: ResearchTable) -> dict[str, str]:
    return {
        "title": table.title,
        "description": table.description,
        "license": str(LICENCE),
        "source": str(DATASET),
        "bibliographicCitation": CITATION,
    }


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


_ARROW = {
    "integer": DataType.int64(),
    "year": DataType.int64(),
    "decimal": DataType.float64(),
    "boolean": DataType.bool(),
}
_CSVW_TYPES: Mapping[str, Any] = {
    "integer": "integer",
    "decimal": "decimal",
    "year": "gYear",
    "address": "anyURI",
    "language": {"base": "string", "format": "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"},
    "date": {"base": "string", "format": "[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"},
}
