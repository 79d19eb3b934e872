"""An answer about countries on the map of the world: shaded by what it counts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from napgraph.resources import Value
from napgraph.web.results import Table
from napgraph.world_map import LegendLine, Mark

_COUNTRY = re.compile(r"/doc/country/([A-Z]{3})")
_COUNTS = frozenset(("xsd:integer", "xsd:decimal", "xsd:double", "xsd:float"))
_SHADES = 5
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class AnswerMap:
    """What is said of each state.

    Attributes:
        counts: The column that shades them; empty where it is the number of rows.
        marks: By alpha-3 code.
    """

    counts: str
    marks: Mapping[str, Mark]
    legend: tuple[LegendLine, ...]


def map_of(table: Table, label: Callable[[str], Value | None] = lambda _: None) -> AnswerMap | None:
    """Put an answer on the map by its first column of countries; None if it has none.

    Where each country has one row, the first column that counts shades it,
    else how many rows it has.

    Args:
        table: The answer.
        label: Says what a country is called, by its address on this site, if the answer's
            own name for it is not to be taken.
    """
    if not table.rows or table.has_more:
        return None
    columns = dict(zip(table.names, zip(*table.rows, strict=True), strict=True))
    name = next((name for name, cells in columns.items() if _is_of_countries(cells)), None)
    if name is None:
        return None
    codes = [_code(cell) for cell in columns[name]]
    names = _names(codes, columns.get(f"{name}_name", columns[name]))
    if len(names) < _FEWEST:
        return None
    called = {code: label(f"/doc/country/{code}") for code in names}
    names |= {code: value.text for code, value in called.items() if value}
    counts, amounts = _amounts(codes, columns)
    shades = Shades.of(list(amounts.values()))
    marks = {
        code: Mark(
            f"shade-{shades.of_amount(amount)}",
            f"{names[code]}: {_written(amount)}",
            f"/doc/country/{code}",
        )
        for code, amount in amounts.items()
    }
    return AnswerMap(counts, marks, shades.legend(list(amounts.values())))


@dataclass(frozen=True, slots=True)
class Shades:
    """Groups of about as many states each; `tops` are the greatest amounts of each group."""

    tops: tuple[float, ...]

    @classmethod
    def of(cls, amounts: Sequence[float]) -> Shades:
        """Divide amounts into at most five groups, equal ones never apart."""
        ordered = sorted(amounts)
        different = sorted(set(ordered))
        if len(different) <= _SHADES:
            return cls(tuple(different))
        places = (len(ordered) * part // _SHADES - 1 for part in range(1, _SHADES + 1))
        return cls(tuple(sorted({ordered[place] for place in places})))

    def of_amount(self, amount: float) -> int:
        """Give the shade of an amount: the darkest, 5, for the greatest."""
        return _SHADES - len(self.tops) + 1 + bisect_left(self.tops, amount)

    def legend(self, amounts: Sequence[float]) -> tuple[LegendLine, ...]:
        """Say which amounts each shade stands for, and of how many states."""
        groups: dict[int, list[float]] = defaultdict(list)
        for amount in amounts:
            groups[self.of_amount(amount)].append(amount)
        return tuple(
            LegendLine(f"shade-{shade}", _span(min(found), max(found)), len(found))
            for shade, found in sorted(groups.items())
        )


def _amounts(
    codes: Sequence[str], columns: Mapping[str, Sequence[Value | None]]
) -> tuple[str, dict[str, float]]:
    rows = Counter(code for code in codes if code)
    if max(rows.values()) == 1:
        for name, cells in columns.items():
            if all(cell is None or cell.datatype in _COUNTS for cell in cells) and any(cells):
                found = zip(codes, cells, strict=True)
                return name, {code: float(cell.text) for code, cell in found if code and cell}
    return "", dict(rows)


def _is_of_countries(cells: Sequence[Value | None]) -> bool:
    return any(map(_code, cells)) and all(cell is None or _code(cell) for cell in cells)


def _code(cell: Value | None) -> str:
    match = _COUNTRY.fullmatch(cell.href) if cell else None
    return match[1] if match else ""


def _names(codes: Sequence[str], cells: Sequence[Value | None]) -> dict[str, str]:
    found = zip(codes, cells, strict=True)
    return {code: cell.text if cell else code for code, cell in found if code}


def _span(least: float, most: float) -> str:
    return _written(least) if least == most else f"{_written(least)}–{_written(most)}"


def _written(amount: float) -> str:
    return f"{amount:,.0f}" if float(amount).is_integer() else f"{amount:,g}"
