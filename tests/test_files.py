"""Data files as a whole: written all or none, and read with what they refer to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from napgraph.errors import DataError
from napgraph.files import write_files

COMMAND_WITHOUT_ROOM = """
import resource, sys
from napgraph.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
main(sys.argv[1:])
"""


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
