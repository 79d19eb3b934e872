"""A table of results as bars, where it has something to count and something to name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from napgraph.resources import Value
from napgraph.web.results import Table

_NUMBER = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_COUNTS = frozenset(("xsd:integer", "xsd:decimal", "xsd:double", "xsd:float"))
_MOST, _FEWEST = 40, 2


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the table; `percent` is its length of the longest one's."""

    label: Value
    amount: str
    percent: float


@dataclass(frozen=True, slots=True)
class Bars:
    """What the bars measure, and the column that names them."""

    amounts: str
    labels: str
    bars: tuple[Bar, ...]


def bars_of(table: Table) -> Bars | None:
    """Draw the first column that counts, by the last column before all that do; None if neither.

    A bar begins at zero, so that a column with anything else than numbers from
    zero on is not drawn. Of names the readable one is taken: a text or a label
    before an address.
    """
    if table.has_more or not _FEWEST <= len(table.rows) <= _MOST:
        return None
    columns = list(zip(*table.rows, strict=True))
    amounts = next((place for place, column in enumerate(columns) if _counts(column)), None)
    names = [place for place, column in enumerate(columns) if _names(column)]
    if amounts is None or not names:
        return None
    texts = [
        place for place in names if not any(v.href and not v.language for v in columns[place] if v)
    ]
    label = (texts or names)[0]
    numbers = [float(value.text) if value else 0.0 for value in columns[amounts]]
    longest = max(numbers)
    if not longest:
        return None
    return Bars(
        table.names[amounts],
        table.names[label],
        tuple(
            Bar(name or Value(""), value.text if value else "0", round(100 * number / longest, 2))
            for name, value, number in zip(columns[label], columns[amounts], numbers, strict=True)
        ),
    )


def _counts(column: tuple[Value | None, ...]) -> bool:
    """Tell whether all of a column are numbers from zero on."""
    return all(v and v.datatype in _COUNTS and _NUMBER.fullmatch(v.text) for v in column)


def _names(column: tuple[Value | None, ...]) -> bool:
    """Tell whether a column names its rows, each by another name."""
    if any(v is None or v.datatype in _COUNTS for v in column):
        return False
    return len({v.text for v in column if v}) == len(column)
