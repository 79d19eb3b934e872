"""What is made from a generation is made once, whole, and by one process at a time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from napgraph.config import Config
from napgraph.derivation import derive
from napgraph.derived_folder import Derived, find_derived
from napgraph.deriver import FILES, Deriver
from napgraph.errors import StoreError
from napgraph.store_folder import Generation, current

COMMAND = [sys.executable, "-m", "napgraph.derivation"]


@pytest.fixture
def generation(published: Config, tmp_path: Path) -> Generation:
    """Copy a store of which nothing has been made yet."""
    shutil.copytree(published.store_dir / "generations", tmp_path / "generations")
    shutil.copy(published.store_dir / "current", tmp_path)
    return current(tmp_path)


def test_files_are_what_the_manifest_says(derived: Derived) -> None:
    """What is read back has size and checksum of every file, and nothing else is there."""
    paths = sorted(path.name for path in derived.path.iterdir())

    assert sorted([*derived.files, "manifest.json", "search.sqlite"]) == paths
    assert all((derived.path / f.name).stat().st_size == f.size for f in derived.files.values())


def test_what_is_there_is_not_made_again(generation: Generation, tmp_path: Path) -> None:
    """A second call finds what the first made."""
    made = derive(generation, tmp_path)
    stat = (made.path / "manifest.json").stat()

    assert made == derive(generation, tmp_path)
    assert stat == (made.path / "manifest.json").stat()


def test_other_recipe_makes_anew(generation: Generation, tmp_path: Path) -> None:
    """Files that another version made are replaced."""
    made = derive(generation, tmp_path)
    manifest = made.path / "manifest.json"
    said = {**json.loads(manifest.read_text()), "recipe": "old"}
    manifest.write_text(json.dumps(said))

    assert made == derive(generation, tmp_path)
    assert made == find_derived(tmp_path, generation.id)


def test_leftovers_are_removed(generation: Generation, tmp_path: Path) -> None:
    """What a crash left, and what belongs to a generation that is gone, is removed."""
    for name in (".making-x", "0123456789abcdef"):
        (tmp_path / "derived" / name).mkdir(parents=True)
    derive(generation, tmp_path)

    kept = {path.name for path in (tmp_path / "derived").iterdir()}
    assert {".lock", generation.id} == kept


def test_one_process_at_a_time(generation: Generation, tmp_path: Path) -> None:
    """Who comes while files are being made waits, and then finds them."""
    (tmp_path / "derived").mkdir()
    with FileLock(tmp_path / "derived" / ".lock"):
        waiting = [subprocess.Popen([*COMMAND, str(tmp_path), generation.id]) for _ in range(3)]
        time.sleep(1.5)
        before = [path.name for path in (tmp_path / "derived").iterdir()]
    ended = [process.wait(timeout=60) for process in waiting]

    assert ([".lock"], [0, 0, 0]) == (before, ended)
    assert find_derived(tmp_path, generation.id)


def test_killed_process_leaves_nothing_half(generation: Generation, tmp_path: Path) -> None:
    """Files appear under their generation's name all together or not at all."""
    process = subprocess.Popen([*COMMAND, str(tmp_path), generation.id])
    while not list(tmp_path.glob("derived/.making-*/*")):
        time.sleep(0.01)
    process.kill()
    process.wait()

    assert find_derived(tmp_path, generation.id) is None
    assert derive(generation, tmp_path).files


def test_unwritable_folder_is_one_clear_error(generation: Generation, tmp_path: Path) -> None:
    """Where nothing can be written, the error says so."""
    (tmp_path / "derived").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be written"):
        derive(generation, tmp_path)


def test_unknown_generation_is_one_clear_error(tmp_path: Path) -> None:
    """A process for a generation that is gone ends with a sentence."""
    command = [*COMMAND, str(tmp_path), "0123456789abcdef"]
    ended = subprocess.run(command, capture_output=True, text=True)

    assert 1 == ended.returncode
    assert "has no generation 0123456789abcdef; run `napgraph build`.\n" in ended.stderr


def test_deriver_has_files_made_when_asked(generation: Generation, tmp_path: Path) -> None:
    """Whoever asks waits until they are made, by another process."""
    deriver = Deriver(tmp_path, FILES, delay_s=600)
    made = deriver.get(generation.id, wait_s=60)
    deriver.close()

    assert made
    assert find_derived(tmp_path, generation.id) == made


def test_deriver_does_not_keep_anyone_longer(generation: Generation, tmp_path: Path) -> None:
    """Who will not wait gets nothing, and those who come later get the files."""
    deriver = Deriver(tmp_path, FILES, delay_s=600)
    first = deriver.get(generation.id, wait_s=0)
    later = deriver.get(generation.id, wait_s=60)
    deriver.close()

    assert first is None
    assert later


def test_deriver_makes_files_nobody_asks_for(generation: Generation, tmp_path: Path) -> None:
    """The files of a generation that is served are made some seconds later."""
    deriver = Deriver(tmp_path, FILES, delay_s=0.1)
    deriver.notice(generation.id)
    end = time.monotonic() + 60
    while not find_derived(tmp_path, generation.id) and time.monotonic() < end:
        time.sleep(0.05)
    deriver.close()

    assert find_derived(tmp_path, generation.id)


def test_deriver_leaves_out_what_is_past(
    generation: Generation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where one generation soon follows another, the files of the last are made alone."""
    deriver = Deriver(tmp_path, FILES, delay_s=0.5)
    deriver.notice("0" * 16)  # which is gone, so that making its files would fail
    deriver.notice(generation.id)
    made = deriver.get(generation.id, wait_s=60)
    time.sleep(0.6)
    deriver.close()

    assert made
    assert caplog.text == ""


def test_deriver_tries_again_later(
    generation: Generation, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What went wrong is in the log, and is tried again after a while."""
    (tmp_path / "derived").write_text("in the way")
    deriver = Deriver(tmp_path, FILES, retry_after_s=0)
    failed = deriver.get(generation.id, wait_s=60)
    (tmp_path / "derived").unlink()
    made = deriver.get(generation.id, wait_s=60)
    deriver.close()

    assert failed is None
    assert made
    assert "cannot be written" in caplog.text
