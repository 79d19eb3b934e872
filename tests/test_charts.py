"""Figures say what answers say, are drawn in two widths, and are kept as they are."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import altair as alt
import pytest

from napgraph.charts import numbers
from napgraph.charts.drawing import draw_figures
from napgraph.charts.figures import WIDTHS, Figure, read_figures, write_figures
from napgraph.config import shipped
from napgraph.oxigraph import OxigraphStore
from test_questions import FIXTURES, load

ALL = (
    "adoptions", "adoptions-so-far", "qualities", "pillars", "themes", "themes-first-named",
    "womens-share", "events", "contributions-FJI",
    "contributions-MLI",
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Give the small world of the questions, with the ontology."""
    return load([shipped("ontology"), FIXTURES])


@pytest.fixture(scope="module")
def figures(store: OxigraphStore) -> dict[str, Figure]:
    """Draw its figures."""
    return {figure.name: figure for figure in draw_figures(store)}


def texts(svg: str) -> list[str]:
    """List what is written in a drawing."""
    found = ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return [element.text or "" for element in found]


def test_all_figures_are_drawn(figures: dict[str, Figure]) -> None:
    """Kenya and Norway have one number of personnel each, which makes no chart of theirs."""
    assert set(ALL) == set(figures)


@pytest.mark.parametrize("name", ALL)
def test_drawing_has_its_width(figures: dict[str, Figure], name: str) -> None:
    """A drawing is well-formed, fills its place, and has no style that the policy forbids."""
    for width in WIDTHS:
        svg = figures[name].picture("fr", width)

        assert 0.7 * width < float(ET.fromstring(svg).get("width") or 0) <= width + 4
        assert " style=" not in svg


@pytest.mark.parametrize("name", ALL)
def test_specification_is_vega_lite(figures: dict[str, Figure], name: str) -> None:
    """The specification that is given away is one by the schema, with its data in it."""
    said: dict[str, Any] = dict(figures[name].specification)

    alt.Chart.from_dict(said, validate=True)

    assert said["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert any(said["datasets"].values()) if "datasets" in said else True


def test_colours_follow_the_page(figures: dict[str, Figure]) -> None:
    """Every colour is a custom property of the page's, with what it is without one."""
    root = ET.fromstring(figures["adoptions"].picture("en", 340))
    used = {element.get(name) for element in root.iter() for name in ("fill", "stroke")}

    assert used <= {
        None, "none", "transparent", "var(--c1, #124E8C)", "var(--page, #FBFAF7)",
        "var(--ink, #1B2430)", "var(--ink-2, #4A5361)", "var(--edge, #7D766B)",
        "var(--line, #DAD5CA)",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Youth"), ("fr", "Jeunesse"), ("es", "Juventud"), ("ar", "الشباب")],
)
def test_words_are_in_the_language_of_the_page(
    figures: dict[str, Figure], language: str, word: str
) -> None:
    """What is named in a drawing is named in the reader's language."""
    assert word in texts(figures["themes"].picture(language, 340))


def test_drawing_without_words_is_drawn_once(figures: dict[str, Figure]) -> None:
    """Where nothing is named, all languages have the same drawing."""
    assert [""] == list(figures["adoptions"].pictures)


def test_numbers_are_the_answer(figures: dict[str, Figure]) -> None:
    """The figure's table is the question's answer, and its CSV the hand-checked one."""
    rows = list(csv.reader(io.StringIO(figures["adoptions"].to_csv().decode("utf-8-sig"))))
    checked = (FIXTURES / "adoptions_per_year.csv").read_text(encoding="utf-8").splitlines()

    assert checked == [",".join(row) for row in rows]


def test_figures_are_read_back(figures: dict[str, Figure]) -> None:
    """What is kept is read back as it was."""
    assert figures == read_figures(write_figures(figures.values()))


def test_year_without_adoption_is_shown() -> None:
    """A year in which no plan was adopted has a bar of no height, so that gaps are seen."""
    rows = [{"year": "2005", "plans": 2, "plans_so_far": 2}, {"year": "2008", "plans": 2}]
    given = numbers.adoptions(rows)

    assert [2, 0, 0, 2] == [value["plans"] for value in given.values]
    assert {"total": 4, "since": 2005, "most": 2, "years": "2005, 2008"} == given.facts


def test_half_of_all_adoptions() -> None:
    """The year by which half of all plans had been adopted is the first with half or more."""
    rows = [{"year": str(2005 + n), "plans_so_far": plans} for n, plans in enumerate((3, 5, 10))]

    assert {"total": 10, "year": 2007, "half": 2006} == numbers.adoptions_so_far(rows).facts


@pytest.mark.parametrize(
    ("partial", "day"),
    [("2020", "2020-07-01"), ("2020-06", "2020-06-15"), ("2020-11-30", "2020-11-30")],
)
def test_partial_date_has_a_place(partial: str, day: str) -> None:
    """A year or a month is drawn at its middle."""
    assert day == numbers.day_of(partial)


def personnel(country: str, *people: int | None) -> list[dict[str, object]]:
    """Give a country's numbers of some years."""
    return [
        {"country": country, "as_of": str(2010 + year), "personnel": number}
        for year, number in enumerate(people)
    ]


def test_largest_contributors_are_drawn() -> None:
    """Of the countries with three numbers or more, the four with most people at last are drawn."""
    rows = [row for n in range(6) for row in personnel(f"c{n}", 9, 9, n)]
    given = numbers.contributions([*rows, *personnel("two", 99, 99)])

    assert ["c5", "c4", "c3", "c2"] == list(dict.fromkeys(v["iri"] for v in given.values))
    assert {"countries": 7, "figures": 20, "drawn": 4} == given.facts


@pytest.mark.parametrize("people", [(7,), (None, 7), (7, None)])
def test_lone_number_is_no_chart(people: tuple[int | None, ...]) -> None:
    """One number of personnel is said in a sentence; ranks without a number are none."""
    assert numbers.contributions_of_country(personnel("c", *people)) is None


def test_nobody_is_no_share() -> None:
    """Of no personnel there is no share of women, and without any share nothing is drawn."""
    row = {"place": "c", "as_of": "2023", "total": 0, "women": 0, "percent": None}

    assert [] == numbers.womens_share([row]).values


def test_plan_without_years_is_left_out_of_drawings(tmp_path: Path) -> None:
    """A plan of which no year is known is counted in no year, and the others are drawn."""
    (tmp_path / "XXX.ttl").write_text(
        "PREFIX nap: <https://w3id.org/napgraph/ontology#>\n"
        "<https://w3id.org/napgraph/id/plan/XXX-1> a nap:NationalActionPlan ;\n"
        "  nap:theme <https://w3id.org/napgraph/id/theme/youth> ;\n"
        "  nap:adoptionStatus <https://w3id.org/napgraph/id/adoption-status/adopted> .\n"
    )
    drawn = {
        figure.name for figure in draw_figures(load([shipped("ontology"), FIXTURES, tmp_path]))
    }

    assert set(ALL) == drawn


def test_spans_of_years() -> None:
    """Shares are those of all plans of some years; the last span ends with the newest plan."""
    rows = [
        {"theme": "t", "year": year, "plans": plans, "naming": naming}
        for year, plans, naming in (("2019", 3, 0), ("2020", 3, 3), ("2023", 1, 0))
    ]
    given = numbers.themes(rows)

    assert [("2015–19", 0), ("2020–23", 75)] == [(v["span"], v["percent"]) for v in given.values]


def test_server_does_without_the_libraries_that_draw() -> None:
    """Nothing that serves or answers loads what only drawing needs."""
    program = (
        "import sys, napgraph.web, napgraph.worker, napgraph.fork_server, napgraph.cli;"
        "print(sorted({'altair', 'vl_convert', 'narwhals'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert "[]" == done.stdout.strip()
