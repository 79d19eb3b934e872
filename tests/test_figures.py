"""Pages of figures say what the figures say, in all languages, with data, drawing and question."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from rdflib import URIRef

from napgraph.checking import check_all
from napgraph.namespaces import ID, NAPS
from napgraph.pages.gap_table import Known, read_gap_table, read_sides
from napgraph.pages.plans import Index
from napgraph.pages.reading import Reading
from napgraph.questions import question

NAMES = (
    "adoptions", "adoptions-so-far", "qualities", "pillars", "themes", "themes-first-named",
    "womens-share", "events", "contributions-MLI",
)  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/fr", "/es", "/ar"])
@pytest.mark.parametrize("name", NAMES)
def test_figure_has_a_page(world: FlaskClient, prefix: str, name: str) -> None:
    """Each figure has a page with one heading, two drawings, a table and what it does not show."""
    answer = world.get(f"{prefix}/figures/{name}")

    assert 200 == answer.status_code
    assert 1 == answer.text.count("<h1>")
    assert 2 == len(re.findall(r'<svg [^>]*class="marks"', answer.text))
    assert 1 == answer.text.count("<table>")


def test_finding_is_a_sentence(world: FlaskClient) -> None:
    """What a figure says is said above it, and to those who do not see it: counted by hand."""
    page = world.get("/figures/adoptions").text
    finding = (
        "Since 2006, 7 plans have been adopted; the most in one year, 1, "
        "in 2006, 2010, 2012, 2015, 2016, 2019, 2020."
    )

    assert f'<p class="lede">{finding}</p>' in page
    assert f'role="img" aria-label="{finding}"' in page


def test_all_figures_are_listed(world: FlaskClient) -> None:
    """The list leads to each figure, those of one country apart."""
    page = world.get("/figures").text
    links = re.findall(r'href="/figures/([^".]+)"', page)

    assert {*NAMES, "contributions-FJI", "gaps"} == set(links)


def test_table_names_things(world: FlaskClient) -> None:
    """Cells lead to the things that they name, and dates are in the reader's language."""
    page = world.get("/fr/figures/contributions-MLI").text

    assert '<a href="/fr/doc/country/MLI"' in page
    assert '<time datetime="2020-11-30">30 novembre 2020</time>' in page


def test_csv_is_the_answer(world: FlaskClient) -> None:
    """The numbers for spreadsheets have the question's columns."""
    text = world.get("/figures/pillars.csv").data.decode("utf-8-sig")
    header = next(csv.reader(io.StringIO(text)))

    assert list(question("pillars_by_year").columns) == header


def test_json_has_rows(world: FlaskClient) -> None:
    """The numbers for programs are rows by column, with the question and its parameters."""
    said = world.get("/figures/contributions-MLI.json").get_json()

    assert ("personnel_over_time", {"country": "MLI"}) == (said["question"], said["parameters"])
    assert [40, 25] == [row["personnel"] for row in said["rows"]]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/figures/themes.svg", "image/svg+xml"),
        ("/fr/figures/themes.svg", "image/svg+xml"),
        ("/figures/themes.vl.json", "application/vnd.vegalite+json"),
        ("/figures/themes.json", "application/json"),
        ("/figures/themes.csv", "text/csv; charset=utf-8"),
        ("/figures/gaps.csv", "text/csv; charset=utf-8"),
    ],
)
def test_figure_is_data(world: FlaskClient, path: str, content_type: str) -> None:
    """A figure's drawing and data are public, with an ETag."""
    answer = world.get(path)

    assert (200, content_type) == (answer.status_code, answer.content_type)
    assert answer.headers["ETag"]
    assert answer.headers["Cache-Control"].startswith("public")


def test_picture_is_in_the_language(world: FlaskClient) -> None:
    """A drawing to embed names things in the language of its address."""
    svg = world.get("/fr/figures/themes.svg").data
    texts = {
        element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    }

    assert "Jeunesse" in texts


@pytest.mark.parametrize("suffix", ["", ".csv", ".json", ".svg", ".vl.json"])
def test_unknown_figure(world: FlaskClient, suffix: str) -> None:
    """A figure that is not there is not found, in whatever form."""
    assert 404 == world.get(f"/figures/none{suffix}").status_code


def test_country_shows_its_chart(world: FlaskClient) -> None:
    """A country of which several numbers are known has them drawn; one with one has not."""
    drawn = 'class="chart-pictures"'

    assert drawn in world.get("/doc/country/MLI.html").text
    assert drawn not in world.get("/doc/country/KEN.html").text


# -- the table of gaps -------------------------------------------------------------------------


def rows(world: FlaskClient, query: str = "") -> list[dict[str, str]]:
    """Give the table of gaps of the end of 2020 as rows."""
    text = world.get(f"/figures/gaps.csv?asOf=2020-12-31{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_gaps_say_what_sources_say(world: FlaskClient) -> None:
    """Worked out by hand: what is known of Kenya's second plan and of Norway's third."""
    found = {row["country"]: row for row in rows(world)}

    assert found["KEN"] == {
        "country": "KEN",
        "country_name": "Kenya",
        "plan": "KEN-2",
        "budget": "partial",
        "monitoringBody": "unknown",
        "indicators": "yes",
        "civilSocietyInDevelopment": "unknown",
        "civilSocietyInImplementation": "unknown",
        "civilSocietyInMonitoring": "partial",
        "documentUrl": "unknown",
        "theme": "yes",
        "periodEnd": "unknown",
        "monitoringStatus": "yes",
        "reporting": "unknown",
        "known": "5",
    }
    assert ("yes", "yes", "unknown") == tuple(
        found["NOR"][side] for side in ("budget", "monitoringBody", "indicators")
    )


def test_unknown_is_what_validation_counts(world: FlaskClient) -> None:
    """A cell is unknown where a shape has an `sh:Info` result, unless a feature tells of it."""
    site = world.application.extensions["napgraph"]
    index = Index(Reading(site.current().store))
    sides = read_sides(index.reading, "en")
    lines = read_gap_table(index, sides, "en", date(2020, 12, 31)).lines
    unknown = {
        (line.plan.iri, side.shape)
        for line in lines
        for side in sides
        if line.known[side.key] is Known.UNKNOWN
    }
    plans, shapes = {line.plan.iri for line in lines}, {side.shape for side in sides}
    counted = {
        (result.focus_node, result.shape)
        for result in check_all(site.config).report.results
        if result.focus_node in plans and result.shape in shapes
    }
    by_feature = {
        (URIRef(f"{ID}plan/{key}"), NAPS["ActionPlan-indicatorsStated"])
        for key in ("KEN-2", "MLI-2")
    }

    assert 0 < len(unknown)
    assert counted == unknown | by_feature


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("country", ["KEN", "MLI", "NOR"]),
        ("known", ["KEN", "NOR", "MLI"]),
        ("indicators", ["NOR", "KEN", "MLI"]),
    ],
)
def test_gaps_in_order(world: FlaskClient, sort: str, order: list[str]) -> None:
    """Countries come by name, by how little is known of them, or with what is not known first."""
    countries = [row["country"] for row in rows(world, f"&sort={sort}")]

    assert order == [code for code in countries if code in order]


def test_gap_leads_to_where_it_is_filled(world: FlaskClient) -> None:
    """What is not known leads to how to add it; each symbol is said in words, too."""
    page = world.get("/figures/gaps?asOf=2020-12-31").text

    assert '<a href="/contribute"><span aria-hidden="true">·</span>' in page
    assert '<span aria-hidden="true">◐</span><span class="hidden">in part</span>' in page


def test_gaps_in_no_such_order(world: FlaskClient) -> None:
    """An order that there is not is refused, with those that there are."""
    answer = world.get("/figures/gaps?sort=size")

    assert 400 == answer.status_code
    assert "country, known, periodEnd, theme" in answer.get_json()["detail"]
