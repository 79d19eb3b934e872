"""Data files as a whole: written all or none, and read with what they refer to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from napgraph.checking import check_files
from napgraph.config import Config
from napgraph.errors import DataError
from napgraph.files import context_paths, graph_files, read_contents, write_files

COMMAND_WITHOUT_ROOM = """
import resource, sys
from napgraph.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
main(sys.argv[1:])
"""

PREFIXES = """\
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Make data of two countries and what they share, beside what comes with napgraph."""
    folder = tmp_path / "ttl"
    folder.mkdir()
    for name, text in {
        "KEN": "plan:KEN-1 a nap:NationalActionPlan .",
        "MLI": "plan:MLI-1 a nap:NationalActionPlan .",
        "countries": "country:MLI a nap:Country .",
    }.items():
        (folder / f"{name}.ttl").write_text(PREFIXES + text, encoding="utf-8")
    return Config(data_dir=folder)


def test_files_are_written_whole(tmp_path: Path) -> None:
    """New files and changed ones are there afterwards, and nothing else."""
    old, new = tmp_path / "a.ttl", tmp_path / "b.ttl"
    old.write_text("before")
    write_files({old: "é\n", new: ""})

    assert {old: "é\n", new: ""} == {p: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}


def test_one_that_cannot_be_written_stops_all(tmp_path: Path) -> None:
    """Where one file has no folder to be in, the others stay as they were."""
    path = tmp_path / "a.ttl"
    path.write_text("before")
    with pytest.raises(DataError, match=r"none/b\.ttl cannot be written: No such file"):
        write_files({path: "after", tmp_path / "none" / "b.ttl": ""})

    assert {path: "before"} == {p: p.read_text() for p in tmp_path.iterdir()}


def test_format_on_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """A file that cannot be written anew is left as it was, and the sentence says why."""
    path = tmp_path / "a.ttl"
    path.write_text("<https://a.example/x> a <https://a.example/Y>.")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND_WITHOUT_ROOM, "format", path], capture_output=True, text=True
    )

    assert (2, f"{path} cannot be written: File too large.\n") == (done.returncode, done.stderr)
    assert {path: "<https://a.example/x> a <https://a.example/Y>."} == {
        p: p.read_text() for p in tmp_path.iterdir()
    }


@pytest.mark.parametrize(
    ("name", "text", "published"),
    [
        ("MLI.ttl", "plan:MLI-1 nap:country country:MLI .", {"countries"}),
        (
            "draft.ttl",
            "graph:MLI a prov:Entity . plan:MLI-2 nap:country country:MLI .",
            {"countries"},
        ),
        ("draft.ttl", "plan:MLI-2 nap:country country:MLI .", {"countries", "MLI"}),
        ("draft.ttl", "plan:KEN-1 nap:country country:MLI .", {"countries", "MLI", "KEN"}),
    ],
)
def test_a_file_replaces_the_one_it_is(
    config: Config, tmp_path: Path, name: str, text: str, published: set[str]
) -> None:
    """Beside a draft stands what it refers to, but not the published version of itself."""
    draft = tmp_path / name
    draft.write_text(PREFIXES + text, encoding="utf-8")
    paths = context_paths(read_contents([draft]), config)

    assert published == {path.stem for path in paths if path.parent == config.data_dir}


def test_one_file_claims_what_another_has(config: Config, tmp_path: Path) -> None:
    """A single file, too, is held against the types that published files give."""
    draft = tmp_path / "draft.ttl"
    draft.write_text(PREFIXES + "plan:MLI-1 a nap:Event .", encoding="utf-8")

    with pytest.raises(
        DataError, match=r"is Event in .*draft\.ttl and NationalActionPlan in .*MLI"
    ):
        check_files([draft], config)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("ontology_dir", "has no file nap.ttl; point NAPGRAPH_ONTOLOGY at the folder that has."),
        ("shapes_dir", "has no Turtle file; point NAPGRAPH_SHAPES at the folder that has."),
        ("data_dir", "has no file in Turtle, .*; point --data or NAPGRAPH_DATA at the folder"),
    ],
)
def test_folder_without_what_should_be_there(tmp_path: Path, setting: str, says: str) -> None:
    """A setting that points elsewhere is named, rather than all that follows from it."""
    with pytest.raises(DataError, match=f"^{tmp_path} {says}"):
        graph_files(Config(**{setting: tmp_path}))  # type: ignore[arg-type]
