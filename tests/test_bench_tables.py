"""How tables and numbers are written."""

from __future__ import annotations

import pytest

from bench.sections.library import Time, compare
from bench.tables import Table, megabytes, milliseconds, number


def test_a_table_is_markdown() -> None:
    """Numbers stand to the right, and a bar in a cell ends no cell."""
    table = Table("Speed", ("engine", "/s"), [("a|b", "1,000")], ["Two cores."])
    expected = "### Speed\n\n| engine | /s |\n| --- | ---: |\n| a&#124;b | 1,000 |\n\nTwo cores.\n"

    assert expected == table.markdown()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(61_600.4, "61,600"), (100, "100"), (14.25, "14.2"), (0.824, "0.82"), (0, "0.00")],
)
def test_numbers_keep_what_matters(value: float, expected: str) -> None:
    """Two or three figures are enough."""
    assert expected == number(value)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.000213, "0.213"), (0.00417, "4.17"), (0.0123, "12.3"), (1.42, "1,420")],
)
def test_times_are_in_milliseconds(seconds: float, expected: str) -> None:
    """With three figures."""
    assert expected == milliseconds(seconds)


@pytest.mark.parametrize(("count", "expected"), [(112_400_000, "112 MB"), (1_250_000, "1.2 MB")])
def test_sizes_are_in_megabytes(count: float, expected: str) -> None:
    """Of a million bytes each."""
    assert expected == megabytes(count)


def test_engines_are_compared_where_both_answer_alike() -> None:
    """A question that one fails, or answers with fewer rows, is not compared."""
    ours = {"a": Time(0.002, 5), "b": Time(0.001, 5), "c": Time(0.9, 5), "d": Time(0.9, 5)}
    theirs = {"a": Time(0.001, 5), "b": Time(0.004, 5), "c": Time(0.1, 4), "d": Time(trouble="no")}
    comparison = compare(ours, theirs)

    assert {"a": 2.0, "b": 0.25} == comparison.ratios
    assert ["a"] == comparison.lost
    assert comparison.mean == pytest.approx(0.5**0.5)
