"""Former states of the store are made from the current one, a few at a time."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from napgraph.config import Config
from napgraph.curation.past import PastStates
from napgraph.curation.versions import FILE, History
from napgraph.curation.workspace import Workspace
from napgraph.errors import StoreError
from napgraph.generations import disagreements
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import current

END = (
    "SELECT ?end { <https://w3id.org/napgraph/id/plan/MLI-3>"
    " <https://w3id.org/napgraph/ontology#periodEnd> ?end }"
)


@pytest.fixture
def store_dir(history_config: Config, tmp_path: Path) -> Path:
    """Copy the store of the small workspace."""
    return _copy(history_config.store_dir, tmp_path / "store")


@pytest.fixture
def history(history_config: Config, tmp_path: Path) -> History:
    """Read the history of the small workspace."""
    return History(Workspace(history_config.data_dir), tmp_path / FILE)


@pytest.fixture
def past(store_dir: Path, history: History) -> PastStates:
    """Keep one former state at a time."""
    return PastStates(history.workspace, history, store_dir, keep=1)


def _copy(source: Path, path: Path) -> Path:
    """Copy a store without the former states that others have asked for."""
    return Path(shutil.copytree(source, path, ignore=shutil.ignore_patterns("past")))


def ends(store: OxigraphStore) -> set[str]:
    """Ask when Mali's third plan ends."""
    return {str(row.end) for row in store.select(END)}


def test_state_has_what_was_published_then(past: PastStates, history: History) -> None:
    """Each graph says what its file said, and the union no more."""
    first = history.index.oldest(limit=1)[0]
    store = past.at(first)
    files = [
        GraphFile(graph_iri(name), content or b"")
        for name, content in history.workspace.read_all(commit=first.commit).items()
    ]

    assert ends(store) == {"2023"}
    assert disagreements(files, store) == []


def test_last_state_is_what_is_served(past: PastStates, history: History, store_dir: Path) -> None:
    """Nothing has changed since."""
    served = current(store_dir).open()

    assert past.at(history.last()).count() == served.count()


def test_few_states_are_kept(past: PastStates, history: History, store_dir: Path) -> None:
    """Whoever holds one goes on reading it; its folder goes with the next."""
    first, second = history.index.oldest(limit=2)
    held = past.at(first)
    past.at(second)
    folders = list((store_dir / "past").iterdir())
    past.close()

    assert ends(held) == {"2023"}
    assert len(folders) == 1
    assert not any((store_dir / "past").iterdir())


def test_state_is_made_once(past: PastStates, history: History) -> None:
    """Asked again it is the same."""
    first = history.index.oldest(limit=1)[0]

    assert past.at(first) is past.at(first)


def test_no_room_is_said(past: PastStates, history: History, store_dir: Path) -> None:
    """Where nothing can be written, that is an error that the caller can act on."""
    shutil.rmtree(store_dir / "past", ignore_errors=True)
    (store_dir / "past").write_text("in the way")

    with pytest.raises(StoreError, match="cannot be written"):
        past.at(history.last())
