"""Make what goes with a generation: dumps, tables, counts, the search index. Once, by one process.

As a program, `python -m napgraph.derivation STORE_DIR GENERATION`, it does so
beside a server, which goes on answering.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from filelock import FileLock

from napgraph.counts import count
from napgraph.derived_folder import (
    Derived,
    DerivedFile,
    derived_path,
    find_derived,
    write_manifest,
)
from napgraph.dumps import write_dumps
from napgraph.errors import StoreError
from napgraph.isolation import end_with_parent
from napgraph.oxigraph import OxigraphStore
from napgraph.recipe import recipe
from napgraph.search_index import NAME as SEARCH_NAME
from napgraph.search_index import write_index
from napgraph.store_folder import Generation, appearing, find, remove_leftovers
from napgraph.table_files import write_tables

log = logging.getLogger(__name__)

_MAX_STATEMENTS_IN_MEMORY = 500_000


def derive(generation: Generation, store_dir: Path) -> Derived:
    """Make the files of a generation, unless they are there; other processes wait meanwhile.

    What was made from generations that are gone is removed.

    Raises:
        StoreError: They cannot be written, or the generation is gone.
    """
    folder = store_dir / "derived"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            found = find_derived(store_dir, generation.id)
            if found and found.recipe == recipe():
                return found
            remove_leftovers(folder, store_dir)
            return _derive(generation, store_dir)
    except OSError as exc:
        raise StoreError(f"What is made from {generation.path} cannot be written: {exc}.") from exc


def _derive(generation: Generation, store_dir: Path) -> Derived:
    path = derived_path(store_dir, generation.id)
    with appearing(path) as folder:
        derived = _write_all(generation, _open(generation), folder, path)
        write_manifest(derived, folder)
    log.info("made the dumps and tables of generation %s", generation.id)
    return derived


def _open(generation: Generation) -> OxigraphStore:
    if generation.statements <= _MAX_STATEMENTS_IN_MEMORY:
        return generation.load()
    return generation.open()


def _write_all(generation: Generation, store: OxigraphStore, folder: Path, path: Path) -> Derived:
    files: dict[str, DerivedFile] = {}
    rows: dict[str, int] = {}
    write_index(store, folder / SEARCH_NAME)
    for dump in write_dumps(store, generation.graphs, folder):
        files[dump.name] = dump
    for file, number in write_tables(store, folder):
        files[file.name] = file
        if file.table:
            rows[file.table] = number
    return Derived(generation.id, recipe(), files, rows, count(store), path)


def main() -> None:
    """Make the files that the arguments name, after whatever else the machine has to do."""
    end_with_parent()
    os.nice(10)
    store_dir = Path(sys.argv[1])
    try:
        derive(find(store_dir, sys.argv[2]), store_dir)
    except StoreError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
