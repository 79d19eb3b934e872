"""Answers of our own questions as people read them: things by what they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from napgraph.resources import Value
from napgraph.web.results import Table

_NAMES = ("_name", "_label", "_title")

# What a variable's name does not say well itself.
_HEADINGS = {"un_membership": "UN membership", "url": "Address"}

# Says what a thing of ours is called, by its address on this site.
Labeller = Callable[[str], "Value | None"]
# Says a word of ours in the reader's language; None for a text that is none, or needs nothing.
Translator = Callable[[str], "Value | None"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as people read it."""

    name: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class ReadableTable:
    """The first rows of an answer; `total` is how many there are."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value | None, ...], ...]
    total: int


def make_readable(
    table: Table,
    *,
    most: int,
    hidden: Collection[str],
    label: Labeller,
    translate: Translator = lambda _: None,
) -> ReadableTable:
    """Make a table for reading.

    A thing and what it is called become one column, a link; other things get
    their labels. Columns that only repeat what was asked are left out. The
    names of columns are English.

    Args:
        table: All rows.
        most: How many to show.
        hidden: The columns that are parameters.
        label: Finds labels.
        translate: Translates the columns that have nothing but words of ours.
    """
    columns = {
        name: tuple(row[place] for row in table.rows) for place, name in enumerate(table.names)
    }
    shown: dict[str, tuple[Value | None, ...]] = {}
    for name, cells in columns.items():
        if name in hidden and len(set(cells)) <= 1:
            continue
        if thing_of(name, columns):
            continue
        names = next((columns[f"{name}{end}"] for end in _NAMES if f"{name}{end}" in columns), None)
        shown[name] = _translated(_linked(cells[:most], names, label), translate)
    rows = tuple(zip(*shown.values(), strict=True)) if shown else ()
    heads = tuple(Column(heading(name), _is_number(cells)) for name, cells in shown.items())
    return ReadableTable(heads, rows, len(table.rows))


def heading(name: str) -> str:
    """Say in English what a column has, by the name of its variable."""
    text = _HEADINGS.get(name) or name.removesuffix("_name").replace("_", " ")
    return text[:1].upper() + text[1:]


def thing_of(name: str, columns: Collection[str]) -> str:
    """Give the column of the thing that a column names; empty if none."""
    ends = (name.removesuffix(end) for end in _NAMES if name.endswith(end))
    return next((thing for thing in ends if thing in columns), "")


def _linked(
    cells: tuple[Value | None, ...], names: tuple[Value | None, ...] | None, label: Labeller
) -> tuple[Value | None, ...]:
    if names is None:
        return tuple(_labelled(cell, label) for cell in cells)
    return tuple(_named(cell, name, label) for cell, name in zip(cells, names, strict=False))


def _named(cell: Value | None, name: Value | None, label: Labeller) -> Value | None:
    """Give a thing the name that the answer has for it, unless the reader's language has one."""
    if cell is None or name is None:
        return cell or name
    own = label(cell.href) if cell.href.startswith("/") else None
    is_better = own is not None and own.language not in ("", name.language)
    return replace(own if own and is_better else name, href=cell.href)


def _labelled(cell: Value | None, label: Labeller) -> Value | None:
    if cell is None or not cell.href.startswith("/"):
        return cell
    found = label(cell.href)
    return replace(found, href=cell.href) if found else cell


def _translated(cells: tuple[Value | None, ...], translate: Translator) -> tuple[Value | None, ...]:
    """Translate words of ours; a column with anything else has the words of sources."""
    found = tuple(None if cell is None or cell.href else translate(cell.text) for cell in cells)
    is_left = any(new is None for cell, new in zip(cells, found, strict=True) if cell and cell.text)
    return cells if is_left else found


def _is_number(cells: tuple[Value | None, ...]) -> bool:
    kinds = {cell.datatype for cell in cells if cell}
    return bool(kinds) and kinds <= {"xsd:integer", "xsd:decimal", "xsd:double", "xsd:gYear"}
