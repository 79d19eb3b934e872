"""The tables that researchers take away: what each has, from `queries/tables/`, and its rows.

A file there opens with lines `# title:`, `# description:`, `# key:`, `# refers:
column table` and, for each column in order, `# column: name type description`.
A query gives a column by a variable of its name, and several values as one text
with `SEPARATOR` between them. Two columns of types `codes` and `labels`, or
`language` and `text`, are read from the variable of the second, whose values
are `code=label`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rdflib import Literal
from rdflib.term import Node

from napgraph.errors import DataError
from napgraph.query_headers import Header, one_value, read_header, shown
from napgraph.resources import choose_text
from napgraph.store import Store

Cell = str | int | float | None
SEPARATOR = "\x1e"
# Between the items of a cell that has several.
LIST_SEPARATOR = ";"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        type: `string`, `text`, `integer`, `decimal`, `year`, `address`; `date`
            for a day, month or year; `list` and `sentences` for several in one
            cell; `codes` for a list of keys and `labels` for what they are
            called; `language` for that of the text in the next column.
    """

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table and the query that gives its rows.

    Attributes:
        key: The columns whose cells tell a row from all others.
        refers: The columns that name a row of another table by its key.
    """

    name: str
    title: str
    description: str
    key: tuple[str, ...]
    refers: Mapping[str, str]
    columns: tuple[Column, ...]
    text: str

    def read(self, store: Store) -> list[tuple[Cell, ...]]:
        """Read the rows from a store, a cell a column."""
        return [
            tuple(cell for name, type_ in self._variables() for cell in _READ[type_](row[name]))
            for row in (row._asdict() for row in store.select(self.text))
        ]

    def _variables(self) -> list[tuple[str, str]]:
        """List the variables to read, with the types of their columns."""
        return [(c.name, c.type) for c in self.columns if c.type not in ("codes", "language")]


@cache
def all_tables() -> tuple[Table, ...]:
    """Read all tables we ship, by name.

    Raises:
        DataError: A file's header is not as it should be.
    """
    folder = files("napgraph") / "queries" / "tables"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".rq"))
    return tuple(
        parse_table(name.removesuffix(".rq"), (folder / name).read_text(encoding="utf-8"))
        for name in names
    )


def parse_table(name: str, text: str) -> Table:
    """Read a table from the text of its file.

    Raises:
        DataError: The header is not as it should be; the message says where.
    """
    header = read_header(name, text, ("title", "description", "key", "refers", "column"))
    columns = tuple(_column(name, line) for key, line in header if key == "column")
    _require_pairs(name, columns)
    return Table(
        name=name,
        title=one_value(name, header, "title"),
        description=one_value(name, header, "description"),
        key=tuple(one_value(name, header, "key").split()),
        refers=_references(name, header),
        columns=columns,
        text=text,
    )


def _column(name: str, line: str) -> Column:
    match = _COLUMN.fullmatch(line)
    if match is None or match["type"] not in _TYPES:
        raise DataError(
            f"{name}.rq: expected “# column: name type description” with a type of "
            f"{', '.join(_TYPES)}, not {shown(line)}."
        )
    return Column(match["name"], match["type"], match["description"])


def _require_pairs(name: str, columns: tuple[Column, ...]) -> None:
    types = [column.type for column in columns]
    for first, second in (("codes", "labels"), ("language", "text")):
        firsts = [place + 1 for place, type_ in enumerate(types) if type_ == first]
        if firsts != [place for place, type_ in enumerate(types) if type_ == second]:
            raise DataError(
                f"{name}.rq: each column of type {first} stands before one of {second}."
            )


def _references(name: str, header: Header) -> dict[str, str]:
    references: dict[str, str] = {}
    for line in (value for key, value in header if key == "refers"):
        column, _, table = line.partition(" ")
        if not table:
            raise DataError(f"{name}.rq: expected “# refers: column table”, not {shown(line)}.")
        references[column] = table
    return references


# -- cells -------------------------------------------------------------------------------------


def _plain(value: Node | None) -> tuple[Cell]:
    return (None if value is None else str(value),)


def _integer(value: Node | None) -> tuple[Cell]:
    return (None if value is None else int(str(value)),)


def _decimal(value: Node | None) -> tuple[Cell]:
    return (None if value is None else float(str(value)),)


def _list(value: Node | None) -> tuple[Cell]:
    return (LIST_SEPARATOR.join(_items(value)) or None,)


def _sentences(value: Node | None) -> tuple[Cell]:
    return (" ".join(_items(value)) or None,)


def _codes_and_labels(value: Node | None) -> tuple[Cell, Cell]:
    pairs = [item.split("=", 1) for item in _items(value)]
    codes, labels = (LIST_SEPARATOR.join(part) or None for part in _transposed(pairs))
    return codes, labels


def _language_and_text(value: Node | None) -> tuple[Cell, Cell]:
    pairs = [item.split("=", 1) for item in _items(value)]
    chosen = choose_text((Literal(text, lang=tag or None) for tag, text in pairs), "en")
    return (None, None) if chosen is None else (chosen.language, str(chosen))


def _items(value: Node | None) -> list[str]:
    """Split a text into what stands between separators, in order and each once."""
    return sorted({item for item in str(value or "").split(SEPARATOR) if item})


def _transposed(pairs: list[list[str]]) -> tuple[list[str], list[str]]:
    return [code for code, _ in pairs], [label for _, label in pairs]


_READ: Mapping[str, Callable[[Node | None], tuple[Cell, ...]]] = {
    "string": _plain,
    "address": _plain,
    "date": _plain,
    "integer": _integer,
    "year": _integer,
    "decimal": _decimal,
    "list": _list,
    "sentences": _sentences,
    "labels": _codes_and_labels,
    "text": _language_and_text,
}
_TYPES = (*_READ, "codes", "language")
_COLUMN = re.compile(r"(?P<name>[a-z][a-z_]*) (?P<type>[a-z]+) (?P<description>.+)")
