"""Build generations of the store from the files, and compare the two."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout
from rdflib import URIRef

from napgraph.errors import DataError, StoreBusy, StoreError
from napgraph.oxigraph import OxigraphStore
from napgraph.oxigraph_terms import parse
from napgraph.quads import take_apart
from napgraph.store import DataFile, GraphFile, QuadsFile
from napgraph.store_folder import (
    FORMAT,
    Generation,
    GraphEntry,
    current,
    discard,
    find,
    make_current,
    remove_old,
    sync,
    sync_new,
    sync_one,
    write_manifest,
)

__all__ = ["Disagreement", "Generation", "build", "current", "disagreements", "prepare", "switch"]

log = logging.getLogger(__name__)

Validate = Callable[[OxigraphStore], None]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Statements of one named graph, in the form of N-Triples, that are not in both places."""

    graph: URIRef
    only_in_file: tuple[str, ...]
    only_in_store: tuple[str, ...]


def build(
    files: Iterable[DataFile],
    store_dir: Path,
    *,
    validate: Validate | None = None,
    keep: int = 2,
) -> Generation:
    """Make the generation that holds these files the current one.

    It is built only if it is not there yet.

    Args:
        files: The named graphs, all of them; see `take_apart` on those in files of quads.
        store_dir: The store folder; it is made if need be.
        validate: Looks at a store that was not there yet and raises an error to stop it.
        keep: How many generations to leave, the current one among them.

    Raises:
        DataError: The files cannot become named graphs.
        StoreBusy: Another process is building in this folder.
        StoreError: The store cannot be written; what was served before still is.
    """
    with _sole_builder(store_dir), _new_folder(store_dir) as folder:
        sources = _copy_all(files, folder)
        generation = _find_whole(store_dir, _id_of(sources))
        if generation is None:
            generation = _build(sources, store_dir, folder, validate)
        make_current(generation, store_dir)
        remove_old(store_dir, keep)
        return generation


def prepare(
    changed: Iterable[GraphFile], store_dir: Path, *, removed: Collection[URIRef] = ()
) -> Generation:
    """Build the generation that differs from the current one in some graphs only.

    It takes a time that depends on these graphs and hardly on all others: files
    and statements that stay are not read, but linked. It is not current yet.

    Args:
        changed: The graphs that are new or differ.
        store_dir: The store folder.
        removed: The graphs that are gone.

    Raises:
        DataError: A file cannot become a named graph.
        StoreBusy: Another process is building in this folder.
        StoreError: There is no current generation, or the next cannot be written.
    """
    with _sole_builder(store_dir), _new_folder(store_dir) as folder:
        base = current(store_dir)
        if not base.is_whole():
            raise StoreError(f"{base.path} is not whole; run `napgraph build`.")
        new = _copy_all(changed, folder)
        kept = {
            iri: _Source(base.files[iri], entry.sha256)
            for iri, entry in base.graphs.items()
            if iri not in new and iri not in removed
        }
        sources = {**kept, **new}
        generation = _find_whole(store_dir, _id_of(sources))
        if generation is None:
            generation = _amend(base, new, sources, removed, folder)
        return generation


def switch(
    generation: Generation, store_dir: Path, *, keep: int = 2, older_than_s: float = 60.0
) -> None:
    """Make a prepared generation the current one.

    Args:
        generation: As `prepare` gives it.
        store_dir: The store folder.
        keep: How many generations to leave, the current one among them.
        older_than_s: Others stay as well until nobody has opened them for so long.

    Raises:
        StoreBusy: Another process is building in this folder.
        StoreError: The store cannot be written; what was served before still is.
    """
    with _sole_builder(store_dir):
        make_current(generation, store_dir)
        remove_old(store_dir, keep, older_than_s=older_than_s)


def disagreements(files: Iterable[GraphFile], store: OxigraphStore) -> list[Disagreement]:
    """Find where a store does not hold, term for term, what the files say.

    The engine writes numbers, booleans and times in its own form: a file that
    has "01" where it keeps "1" shows here.
    """
    found = []
    for file in files:
        said = {str(quad.triple) for quad in parse(file)}
        kept = store.lines(file.iri)
        if said != kept:
            differ = tuple(sorted(said - kept)), tuple(sorted(kept - said))
            found.append(Disagreement(file.iri, *differ))
    return found


# -- building --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """A file as it was read, once, and copied to the folder of the next generation."""

    file: GraphFile
    sha256: str

    def is_entry(self, entry: GraphEntry | None) -> bool:
        """Tell whether a generation has a graph from the same file."""
        return entry is not None and (self.sha256, self.file.labels_kept) == (
            entry.sha256,
            entry.labels_kept,
        )


def _copy_all(files: Iterable[DataFile], folder: Path) -> dict[URIRef, _Source]:
    (folder / "files").mkdir()
    sources: dict[URIRef, _Source] = {}
    with tempfile.TemporaryDirectory(dir=folder) as apart:
        for file in _one_a_graph(files, Path(apart)):
            if file.iri in sources:
                raise DataError(
                    f"{file.name} and {sources[file.iri].file.name} are both the graph {file.iri}."
                )
            sources[file.iri] = _copy(file, folder)
    return sources


def _one_a_graph(files: Iterable[DataFile], folder: Path) -> Iterator[GraphFile]:
    quads: list[QuadsFile] = []
    for file in files:
        if isinstance(file, QuadsFile):
            quads.append(file)
        else:
            yield file
    yield from take_apart(quads, folder)


def _copy(file: GraphFile, folder: Path) -> _Source:
    copy, digest = folder / "files" / "copy", hashlib.sha256()
    with copy.open("wb") as out:
        for part in _parts(file):
            digest.update(part)
            out.write(part)
    path = copy.rename(copy.with_name(digest.hexdigest()))
    return _Source(replace(file, content=path), digest.hexdigest())


def _parts(file: GraphFile) -> Iterator[bytes]:
    try:
        with file.open() as stream:
            while part := stream.read(_PART_BYTES):
                yield part
    except OSError as exc:
        raise DataError(f"{file.name} cannot be read: {exc.strerror}.") from exc


_PART_BYTES = 1_000_000


def _id_of(sources: Mapping[URIRef, _Source]) -> str:
    lines = (
        f"{iri} {source.sha256}{' labels kept' * source.file.labels_kept}\n"
        for iri, source in sorted(sources.items())
    )
    return hashlib.sha256(f"{FORMAT}\n{''.join(lines)}".encode()).hexdigest()[:16]


@contextmanager
def _new_folder(store_dir: Path) -> Iterator[Path]:
    """Make the folder in which the next generation grows; what is left of it is removed."""
    generations = store_dir / "generations"
    folder = Path(tempfile.mkdtemp(prefix=f".building-{os.getpid()}-", dir=generations))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _sole_builder(store_dir: Path) -> Iterator[None]:
    try:
        (store_dir / "generations").mkdir(parents=True, exist_ok=True)
        with FileLock(store_dir / ".lock", timeout=0):
            for leftover in (store_dir / "generations").glob(".*"):
                shutil.rmtree(leftover, ignore_errors=True)
            yield
    except Timeout as exc:
        raise StoreBusy(
            f"Another process is building the store in {store_dir}; build again when it is done."
        ) from exc
    except OSError as exc:
        raise _cannot_write(store_dir, exc) from exc


def _cannot_write(store_dir: Path, exc: Exception) -> StoreError:
    no_room = getattr(exc, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if no_room or re.search(r"no space left|file too large|quota", str(exc), re.IGNORECASE):
        why = "the disk is full, or a file may not grow further; make room and build again"
    else:
        why = str(exc)
    return StoreError(
        f"The store in {store_dir} cannot be written: {why}. What was served before still is."
    )


def _find_whole(store_dir: Path, generation_id: str) -> Generation | None:
    try:
        generation = find(store_dir, generation_id)
    except StoreError:
        return None
    if generation.is_whole():
        return generation
    log.warning("generation %s is not whole and is built again", generation_id)
    return None


def _build(
    sources: Mapping[URIRef, _Source], store_dir: Path, folder: Path, validate: Validate | None
) -> Generation:
    try:
        graphs, statements = _write_store(sources, store_dir, folder / "store")
    except RuntimeError as exc:
        raise _cannot_write(store_dir, exc) from exc
    if validate:
        validate(OxigraphStore.open(folder / "store"))
    return _finish(sources, graphs, statements, folder, sync)


def _amend(
    base: Generation,
    new: Mapping[URIRef, _Source],
    sources: Mapping[URIRef, _Source],
    removed: Collection[URIRef],
    folder: Path,
) -> Generation:
    for sha256 in {source.sha256 for source in sources.values()}:
        copy = folder / "files" / sha256
        if not copy.exists():
            copy.hardlink_to(base.path / "files" / sha256)
    try:
        base.open().copy_to(folder / "store")
        store = OxigraphStore.open_to_write(folder / "store")
        gone = [iri for iri in removed if iri in base.graphs]
        more = store.amend((source.file for source in new.values()), removed=gone)
    except RuntimeError as exc:
        raise _cannot_write(base.path.parents[1], exc) from exc
    graphs = {
        iri: _entry(source, store.count(iri), blank_nodes=store.has_blank_nodes(iri))
        if iri in new
        else base.graphs[iri]
        for iri, source in sorted(sources.items())
    }
    del store
    return _finish(sources, graphs, base.statements + more, folder, sync_new)


def _finish(
    sources: Mapping[URIRef, _Source],
    graphs: Mapping[URIRef, GraphEntry],
    statements: int,
    folder: Path,
    sync_all: Callable[[Path], None],
) -> Generation:
    """Let a folder in which all is written appear under its name, on the disk."""
    generations = folder.parent
    generation = Generation(
        id=_id_of(sources),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        statements=statements,
        graphs=graphs,
        napgraph_version=version("napgraph"),
        path=generations / _id_of(sources),
    )
    write_manifest(generation, folder)
    sync_all(folder)
    discard(generation.path)
    folder.rename(generation.path)
    sync_one(generations)
    log.info("built generation %s: %d statements", generation.id, statements)
    return generation


def _entry(source: _Source, statements: int, *, blank_nodes: bool) -> GraphEntry:
    return GraphEntry(
        sha256=source.sha256,
        statements=statements,
        blank_nodes=blank_nodes,
        media_type=source.file.media_type,
        labels_kept=source.file.labels_kept,
        path=f"files/{source.sha256}",
    )


def _write_store(
    sources: Mapping[URIRef, _Source], store_dir: Path, path: Path
) -> tuple[dict[URIRef, GraphEntry], int]:
    base = _base_for(sources, store_dir)
    if base:
        base.open().copy_to(path)
    before = base.graphs if base else {}
    store = OxigraphStore.open_to_write(path)
    store.replace_graphs(
        (source.file for iri, source in sources.items() if not source.is_entry(before.get(iri))),
        removed=[iri for iri in before if iri not in sources],
    )
    store.flush()
    counts, blank = store.count_graphs(), store.graphs_with_blank_nodes()
    graphs = {
        iri: _entry(source, counts[iri], blank_nodes=iri in blank)
        for iri, source in sorted(sources.items())
    }
    return graphs, store.count()


def _base_for(sources: Mapping[URIRef, _Source], store_dir: Path) -> Generation | None:
    """Find the generation to start from, if fewer than half of its graphs have changed."""
    try:
        base = current(store_dir)
    except StoreError:
        return None
    changed = [
        iri
        for iri in base.graphs.keys() | sources.keys()
        if iri not in sources or not sources[iri].is_entry(base.graphs.get(iri))
    ]
    return base if 2 * len(changed) < len(base.graphs) and base.is_whole() else None
