"""Fact sheets into files, by the command line."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rdflib import DCTERMS, Literal

from napgraph.cli import main
from napgraph.namespaces import NAP, graph_iri, thing_iri
from napgraph.turtle import read_graph, to_turtle

SHEET: dict[str, Any] = {
    "iso3": "MLI",
    "name": "Mali",
    "plans": [
        {
            "generation": 3,
            "adopted": "2019",
            "period_start": 2019,
            "period_end": 2023,
            "aim": "Promote.",
            "sources": ["profile"],
        }
    ],
    "peacekeeping": [],
    "events": [],
    "sources": {"profile": {"title": "Mali", "publisher": "P", "url": "https://example.org/m"}},
    "conflicts": [],
}
PLAN = thing_iri("plan", "MLI-3")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Make an empty data folder."""
    folder = tmp_path / "ttl"
    folder.mkdir()
    return folder


def run(data: Path, sheet: Any, *options: str) -> Result:
    """Import one sheet."""
    path = data.parent / "MLI.json"
    path.write_text(sheet if isinstance(sheet, str) else json.dumps(sheet), encoding="utf-8")
    return CliRunner().invoke(main, ["import", "facts", str(path), "--data", str(data), *options])


def test_first_import_adds(data: Path) -> None:
    """A plan, a source, its publisher and the graph itself are added."""
    result = run(data, SHEET)

    assert (0, f"{data}/MLI.ttl: 4 added, 0 changed, 0 kept\n") == (result.exit_code, result.output)


def test_second_import_changes_nothing(data: Path) -> None:
    """The same sheet gives the same bytes."""
    run(data, SHEET)
    before = (data / "MLI.ttl").read_bytes()
    result = run(data, SHEET)

    assert "0 added, 0 changed, 4 kept" in result.output
    assert before == (data / "MLI.ttl").read_bytes()


def test_import_counts_what_changed(data: Path) -> None:
    """A period that is corrected is one changed entity and replaces the old one."""
    run(data, SHEET)
    plan = {**SHEET["plans"][0], "period_end": 2024}
    result = run(data, {**SHEET, "plans": [plan]})

    assert "0 added, 1 changed, 3 kept" in result.output
    ends = read_graph(data / "MLI.ttl").objects(PLAN, NAP.periodEnd)
    assert ["2024"] == [str(end) for end in ends]


@pytest.mark.parametrize(("options", "languages"), [((), {"en", "fr"}), (("--replace",), {"en"})])
def test_what_curators_added_stays(data: Path, options: tuple[str], languages: set[str]) -> None:
    """A translation made here outlives an import, unless it is told to replace."""
    run(data, SHEET)
    graph = read_graph(data / "MLI.ttl")
    graph.add((PLAN, NAP.aim, Literal("Promouvoir.", lang="fr")))
    (data / "MLI.ttl").write_text(to_turtle(graph), encoding="utf-8")
    run(data, SHEET, *options)

    aims = read_graph(data / "MLI.ttl").objects(PLAN, NAP.aim)
    assert languages == {aim.language for aim in aims if isinstance(aim, Literal)}


def with_plan(**facts: Any) -> dict[str, Any]:
    """Give the sheet with other facts of its plan."""
    return {**SHEET, "plans": [{**SHEET["plans"][0], **facts}]}


def with_events(*events: dict[str, Any]) -> dict[str, Any]:
    """Give the sheet with events."""
    common = {"date": "2019-03", "title": "Launch", "kind": "launch", "sources": ["profile"]}
    return {**SHEET, "events": [{**common, **event} for event in events]}


def objective(number: Any, text: str = "Take part.") -> dict[str, Any]:
    """Give an objective."""
    return {"number": number, "text": text, "sources": ["profile"]}


def body(name: str) -> dict[str, Any]:
    """Give a stakeholder."""
    return {"name": name, "kind": "ministry", "roles": ["lead"], "sources": ["profile"]}


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        ('{"iso3": ', "line 1, column 10: not JSON"),
        ('{"iso3": "MLI", "iso3": "NER"}', "'iso3' stands twice in one object"),
        ([], "/: [] is not of type 'object'. Nothing"),
        ({**SHEET, "iso3": "Mali"}, "/iso3: 'Mali' is not of the form MLI. Nothing"),
        ({**SHEET, "sources": {}}, "/plans/0/sources: no source has the key 'profile'"),
        (
            with_plan(adopted="2019-3"),
            "/plans/0/adopted: '2019-3' is not of the form 2019 or 2019-03 or 2019-03-08.",
        ),
        (with_plan(adopted="2019-02-30"), "/plans/0/adopted: '2019-02-30' is a day that does not"),
        (with_plan(objectives=[objective(1, " ")]), "/plans/0/objectives/0/text: ' ' is blank;"),
        (with_events({"title": "اعتماد"}), "/events/0/title: 'اعتماد' has no Latin letter"),
        (
            with_plan(generation=None, adopted=None, period_start=None),
            "/plans/0: the plan has neither a generation nor a year",
        ),
        (
            {**SHEET, "plans": SHEET["plans"] * 2},
            "/plans/1: this would be plan/MLI-3, as /plans/0 is; make one entry of the two",
        ),
        (
            with_plan(objectives=[objective(2), objective(2, "Be safe.")]),
            "/plans/0/objectives/1: this would be objective/MLI-3-2, as /plans/0/objectives/0 is;",
        ),
        (
            with_plan(stakeholders=[body("Ministère A"), body("Ministere a")]),
            "/plans/0/stakeholders/1: this would be involvement/MLI-3-ministere-a, as",
        ),
        (with_events({}, {"kind": "other"}), "/events/1: this would be event/MLI-2019-03-launch,"),
        (
            {**SHEET, "peacekeeping": [{"as_of": "2023", "total": 1, "sources": ["profile"]}] * 2},
            "/peacekeeping/1: this would be contribution/MLI-2023, as /peacekeeping/0 is;",
        ),
    ],
)
def test_bad_sheet_is_refused(data: Path, sheet: Any, reason: str) -> None:
    """A bad sheet is named with the place and the reason, and nothing is written."""
    result = run(data, sheet)

    assert 2 == result.exit_code
    assert f"{data.parent}/MLI.json: {reason}" in result.stderr
    assert [] == list(data.iterdir())


def test_number_of_another_form_is_the_same(data: Path) -> None:
    """A whole number written with a decimal point makes no other key."""
    run(data, with_plan(generation=3.0, objectives=[objective(1.0)]))

    graph = read_graph(data / "MLI.ttl")
    assert (thing_iri("objective", "MLI-3-1"), NAP.objectiveOf, PLAN) in graph


def test_unknown_country_is_refused(data: Path) -> None:
    """A code that none of the published countries has is named."""
    (data / "countries.ttl").write_text(
        "PREFIX country: <https://w3id.org/napgraph/id/country/>\n"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        'country:MLI skos:prefLabel "Mali"@en .\n',
        encoding="utf-8",
    )
    result = run(data, {**SHEET, "iso3": "ZZZ"})

    assert 0 == run(data, SHEET).exit_code
    assert 2 == result.exit_code
    assert "/iso3: countries.ttl has no country ZZZ;" in result.stderr


def test_one_bad_sheet_stops_all(data: Path) -> None:
    """A good sheet beside a bad one is not written either."""
    good, bad = data.parent / "good.json", data.parent / "bad.json"
    good.write_text(json.dumps(SHEET), encoding="utf-8")
    bad.write_text("{}", encoding="utf-8")
    arguments = ["import", "facts", str(good), str(bad), "--data", str(data)]

    assert 2 == CliRunner().invoke(main, arguments).exit_code
    assert [] == list(data.iterdir())


def test_format_check_names_the_file(data: Path) -> None:
    """A file in another layout is named, left alone and fails the check; formatted, it passes."""
    path = data / "x.ttl"
    path.write_text("<https://a.example/x> a <https://a.example/Y>.", encoding="utf-8")
    check = CliRunner().invoke(main, ["format", "--check", str(data)])

    assert (1, True) == (check.exit_code, f"{path}: not in the canonical layout" in check.output)
    assert 0 == CliRunner().invoke(main, ["format", str(data)]).exit_code
    assert 0 == CliRunner().invoke(main, ["format", "--check", str(data)]).exit_code


def test_format_stops_at_a_bad_file(data: Path) -> None:
    """A file that is not Turtle is named with its line."""
    path = data / "x.ttl"
    path.write_text("nap:x a nap:y .", encoding="utf-8")
    result = CliRunner().invoke(main, ["format", str(path)])

    assert (2, True) == (result.exit_code, f"{path}: line 1, column" in result.stderr)


@pytest.mark.parametrize(
    ("sheet", "expected"), [(SHEET, "2000-01-01"), ({**SHEET, "conflicts": ["Two views."]}, "")]
)
def test_changed_file_is_dated(data: Path, sheet: dict[str, Any], expected: str) -> None:
    """A file that an import changes has the day of the import, any other keeps its own."""
    run(data, SHEET)
    path, today = data / "MLI.ttl", datetime.now(UTC).date().isoformat()
    assert f'dcterms:modified "{today}"^^xsd:date' in path.read_text()
    path.write_text(path.read_text().replace(today, "2000-01-01"))
    run(data, sheet)

    said = read_graph(path).value(graph_iri("MLI"), DCTERMS.modified)
    assert (expected or today) == str(said)
