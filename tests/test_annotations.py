"""What validation finds, in formats for services that check repositories."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog

from napgraph.annotations import Row, to_github, to_sarif
from napgraph.cli import main
from napgraph.data_formats import format_of_file, guess_format
from tests.curating import CONFORMING, MALI

BROKEN = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2018"')
ROW: Row = {
    "severity": "Warning",
    "file": "data/a b,c.ttl",
    "line": 7,
    "focusNode": "https://example.org/a",
    "path": None,
    "name": "50 %: a, b",
    "value": "x\ny",
    "message": "Mend it.",
    "shape": "https://w3id.org/napgraph/shapes#ActionPlan-periodOrdered",
}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository of data with a mistake, and be in it."""
    (tmp_path / "data").mkdir()
    for name, text in {**CONFORMING, "MLI": BROKEN}.items():
        (tmp_path / "data" / f"{name}.ttl").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    """Validate the data of the repository that one is in."""
    return CliRunner().invoke(main, ["validate", *arguments], env={"NAPGRAPH_DATA": "data"})


def test_sarif(repository: Path) -> None:
    """The log fits the model made from SARIF's schema, and names the file by its path here."""
    result = run("data/MLI.ttl", "--format", "sarif")
    log = json.loads(result.stdout)
    first = log["runs"][0]["results"][0]

    assert 1 == result.exit_code
    assert SarifLog.model_validate_json(result.stdout).runs
    assert "data/MLI.ttl" == first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert ("ActionPlan-periodOrdered", "error") == (first["ruleId"], first["level"])


def test_sarif_of_nothing() -> None:
    """Where nothing was found, the log is one without results."""
    log = to_sarif([], version="1", address="https://example.org/")

    assert SarifLog.model_validate(log)
    assert [] == log["runs"][0]["results"]


def test_sarif_knows_a_result_again() -> None:
    """A result that has moved to another line is the same one."""
    logs = [to_sarif([{**ROW, "line": line}], version="1", address="x:") for line in (7, 9)]
    prints = [log["runs"][0]["results"][0]["partialFingerprints"] for log in logs]

    assert prints[0] == prints[1]


def test_github() -> None:
    """An annotation is one line, whatever signs are in it."""
    assert [
        "::warning file=data/a b%2Cc.ttl,line=7,title=50 %25%3A a%2C b::"
        "50 %25: a, b (x%0Ay): Mend it."
    ] == list(to_github([ROW]))


def test_github_on_the_command_line(repository: Path) -> None:
    """Each result is an annotation of its line, the worst first."""
    result = run("data/MLI.ttl", "--format", "github")
    line = BROKEN.split("\n").index("plan:MLI-3") + 1

    assert 1 == result.exit_code
    assert result.stdout.startswith(f"::error file=data/MLI.ttl,line={line},title=order of")


@pytest.mark.parametrize("format_", ["sarif", "github"])
def test_file_that_cannot_be_read(repository: Path, format_: str) -> None:
    """A mistake of syntax is shown at its line as well, and the exit code is 2."""
    (repository / "data" / "MLI.ttl").write_text("<urn:a> <urn:b>\n oops", encoding="utf-8")
    result = run("data/MLI.ttl", "--format", format_)

    assert 2 == result.exit_code
    assert "data/MLI.ttl" in result.stdout
    assert '"startLine": 2' in result.stdout or "line=2" in result.stdout


@pytest.mark.parametrize(
    ("suffix", "form"), [("jsonld", ox.RdfFormat.JSON_LD), ("rdf", ox.RdfFormat.RDF_XML)]
)
def test_other_formats(repository: Path, suffix: str, form: ox.RdfFormat) -> None:
    """Files in JSON-LD and RDF/XML are judged as those in Turtle are."""
    path = repository / f"MLI.{suffix}"
    path.write_bytes(ox.serialize(ox.parse(BROKEN, ox.RdfFormat.TURTLE), format=form) or b"")
    expected = json.loads(run("data/MLI.ttl", "--format", "json").stdout)
    found = json.loads(run(path.name, "--format", "json").stdout)

    assert {row["shape"] for row in expected} == {row["shape"] for row in found}
    assert all(row["line"] for row in found)


def test_fact_sheet(repository: Path) -> None:
    """Of a fact sheet is judged what it would make of the files, at the lines of the sheet."""
    plan = {"generation": 4, "adopted": None, "period_start": 2024, "period_end": 2020}
    sheet = {
        "iso3": "MLI",
        "name": "Mali",
        "plans": [plan | {"sources": ["a"]}],
        "peacekeeping": [],
        "events": [],
        "conflicts": [],
        "sources": {"a": {"title": "A", "publisher": "B", "url": "https://example.org/a"}},
    }
    (repository / "MLI.json").write_text(json.dumps(sheet, indent=1), encoding="utf-8")
    rows = json.loads(run("MLI.json", "--format", "json").stdout)
    row = next(row for row in rows if row["name"] == "order of the period" and row["line"] == 5)

    assert "MLI.json" == row["file"]


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("PREFIX nap: <x:>", "ttl"),
        ("[] a <urn:a> .", "ttl"),
        ("[ <urn:b> 1 ] a <urn:a> .", "ttl"),
        ('{"iso3": "MLI"}', "json"),
        ('\ufeff [{"@id": "urn:a"}]', "json"),
        ('<?xml version="1.0"?>', "rdf"),
        ('<rdf:RDF xmlns:rdf="x">', "rdf"),
        ("<urn:a> <urn:b> <urn:c> .", "ttl"),
        ("PREFIX graph: <x:>\ngraph:MLI { graph:MLI a graph:b }", "trig"),
    ],
)
def test_guessed_format(text: str, suffix: str) -> None:
    """A text says by its beginning in which format it is."""
    assert suffix == guess_format(text).suffix


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("MLI.TTL", "ttl"), ("a.owl", "rdf"), ("a.b.json", "json"), ("a", None), ("a.exe", None)],
)
def test_format_of_a_file(name: str, suffix: str | None) -> None:
    """A file's name says the format, where it ends in a known way."""
    found = format_of_file(name)

    assert suffix == (found and found.suffix)
