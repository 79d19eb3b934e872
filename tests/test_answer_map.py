"""Answers about countries on the map."""

from __future__ import annotations

import pytest

from napgraph.resources import Value
from napgraph.web.answer_map import Shades, map_of
from napgraph.web.results import Table
from napgraph.world_map import LegendLine, Mark

INTEGER = "xsd:integer"


def country(code: str) -> Value:
    """Give a country as an answer has it."""
    return Value(f"country:{code}", f"/doc/country/{code}")


def table(*rows: tuple[Value | None, ...]) -> Table:
    """Make an answer about countries."""
    return Table(("country", "country_name", "plans"), rows, has_more=False)


def test_amounts_shade_countries() -> None:
    """Where each country has one row, the first column that counts shades it."""
    found = map_of(
        table(
            (country("MLI"), Value("Mali"), Value("3", datatype=INTEGER)),
            (country("KEN"), Value("Kenya"), Value("1", datatype=INTEGER)),
        )
    )
    assert found

    assert "plans" == found.counts
    assert Mark("shade-5", "Mali: 3", "/doc/country/MLI") == found.marks["MLI"]
    assert (LegendLine("shade-4", "1", 1), LegendLine("shade-5", "3", 1)) == found.legend


def test_countries_are_called_as_readers_say() -> None:
    """A country has the name of the reader's language, where there is one."""
    found = map_of(
        table((country("MLI"), Value("Mali"), None), (country("KEN"), Value("Kenya"), None)),
        lambda path: Value("كينيا") if path.endswith("KEN") else None,
    )
    assert found

    assert ["Mali: 1", "كينيا: 1"] == [mark.label for mark in found.marks.values()]


def test_rows_shade_countries() -> None:
    """Where a country has several rows, it is shaded by how many."""
    row = (country("MLI"), Value("Mali"), Value("3", datatype=INTEGER))
    found = map_of(table(row, row, (country("KEN"), Value("Kenya"), None)))
    assert found

    assert "" == found.counts
    assert ["Mali: 2", "Kenya: 1"] == [mark.label for mark in found.marks.values()]


@pytest.mark.parametrize(
    "answer",
    [
        table(),
        table((country("MLI"), Value("Mali"), None)),
        table((Value("x"), Value("Mali"), None), (Value("y"), Value("Kenya"), None)),
        Table(("country",), ((country("MLI"),), (country("KEN"),)), has_more=True),
    ],
)
def test_no_map(answer: Table) -> None:
    """What is not about several countries, or not whole, is not put on the map."""
    assert map_of(answer) is None


@pytest.mark.parametrize(
    ("amounts", "shades"),
    [
        ([7], [5]),
        ([1, 2], [4, 5]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        (list(range(1, 11)), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6], [3, 3, 3, 3, 3, 3, 4, 4, 5, 5, 5]),
    ],
)
def test_shades(amounts: list[float], shades: list[int]) -> None:
    """Groups have about as many states each, and equal amounts one shade."""
    found = Shades.of(amounts)

    assert shades == [found.of_amount(amount) for amount in amounts]
