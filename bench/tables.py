"""Tables of results, in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """What a section found.

    Attributes:
        title: What was measured.
        head: The names of the columns.
        rows: The cells, as they are shown.
        notes: Sentences below the table.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """Write the table, numbers to the right."""
        lines = [
            f"### {self.title}",
            "",
            _line(self.head),
            _line(["---", *["---:"] * (len(self.head) - 1)]),
            *map(_line, self.rows),
            *(f"\n{note}" for note in self.notes),
        ]
        return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def number(value: float) -> str:
    """Write a count or a rate: `61,600`, `14.3`, `0.82`."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(seconds: float) -> str:
    """Write a time in milliseconds, to three figures: `0.213`, `4.17`, `1,420`."""
    value = seconds * 1000
    for bound, digits in ((1, 3), (10, 2), (100, 1)):
        if value < bound:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"


def megabytes(count: float) -> str:
    """Write a size: `112 MB`."""
    return f"{count / 1_000_000:,.0f} MB" if count >= 10_000_000 else f"{count / 1_000_000:.1f} MB"
