"""A figure as it is kept for pages: its numbers, what they come from, and its pictures."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

# In CSS pixels; a page shows the one that it has room for.
WIDTHS = (340, 680)
LANGUAGES = ("en", "fr", "es", "ar")
# Begins the names of the figures of one country each: `contributions-MLI`.
OF_COUNTRY = "contributions-"

Cell = str | int | float | None


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes:
        question: The name of the question that its numbers answer.
        parameters: The values of that question's parameters.
        columns: The names of the columns of the answer; IRIs stand for things.
        facts: What the sentence that sums it up names.
        specification: The drawing in Vega-Lite, with its data.
        pictures: SVG by language and width; by no language where no words are in it.
    """

    name: str
    question: str
    parameters: Mapping[str, str]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    facts: Mapping[str, Cell]
    specification: Mapping[str, Any]
    pictures: Mapping[str, Mapping[str, str]]

    def picture(self, language: str, width: int) -> str:
        """Give the drawing as SVG."""
        drawn = self.pictures.get(language) or self.pictures.get("") or self.pictures["en"]
        return drawn[str(width)]

    def to_csv(self) -> bytes:
        """Write the numbers as spreadsheets read them: UTF-8 with its mark, CRLF."""
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return out.getvalue().encode("utf-8-sig")

    def records(self) -> list[dict[str, Cell]]:
        """Give the numbers row by row, each by its column."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def write_figures(figures: Iterable[Figure]) -> str:
    """Write figures so that `read_figures` gives them back."""
    said = [asdict(figure) for figure in figures]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def read_figures(text: str | bytes) -> dict[str, Figure]:
    """Read what `write_figures` wrote, by name."""
    said: list[dict[str, Any]] = json.loads(text)
    return {entry["name"]: _figure(entry) for entry in said}


def _figure(said: Mapping[str, Any]) -> Figure:
    rows = tuple(tuple(row) for row in said["rows"])
    return Figure(**{**said, "columns": tuple(said["columns"]), "rows": rows})
