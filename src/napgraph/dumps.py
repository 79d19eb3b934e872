"""Dumps: all statements of a generation as files that any RDF tool reads.

Statements are sorted, so that the same generation gives the same bytes, and a
dump of two generations differs where they do. Not more than a part is in memory
at a time, however large the store.
"""

from __future__ import annotations

import gzip
import heapq
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, cast

import zstandard
from rdflib import URIRef

from napgraph.derived_folder import DUMP, DerivedFile
from napgraph.formats import N_QUADS, TRIG, TURTLE, Format
from napgraph.namespaces import PREFIXES
from napgraph.oxigraph import OxigraphStore
from napgraph.oxigraph_terms import write_from_n_triples

FORMATS: tuple[Format, ...] = (N_QUADS, TRIG, TURTLE)
# By the suffix that a compressed file's name gets.
COMPRESSIONS = {"gz": "application/gzip", "zst": "application/zstd"}
STEM = "napgraph"


def write_dumps(
    store: OxigraphStore, graphs: Iterable[URIRef], folder: Path
) -> Iterator[DerivedFile]:
    """Write the dumps of a store into a folder and describe each.

    N-Quads and TriG have all named graphs; Turtle has their union, each
    statement once.
    """
    with tempfile.TemporaryDirectory(dir=folder) as work:
        named = [
            (iri, _write_sorted(store.statement_lines(iri), Path(work) / f"{number}.nt"))
            for number, iri in enumerate(sorted(graphs))
        ]
        union = _write_sorted(store.statement_lines(), Path(work) / "union.nt")
        prefixes = _used_prefixes(union)
        for form in FORMATS:
            with _compressed(folder, f"{STEM}.{form.suffix}") as out:
                if form is N_QUADS:
                    out.writelines(_as_quads(named))
                else:
                    parts = [(None, union)] if form is TURTLE else named
                    write_from_n_triples(parts, out, form.media_type, prefixes=prefixes)
            for suffix, compression in COMPRESSIONS.items():
                path = folder / f"{STEM}.{form.suffix}.{suffix}"
                yield DerivedFile.at(path, DUMP, form.media_type, compression=compression)


def _write_sorted(lines: Iterable[str], path: Path, *, at_once: int = 500_000) -> Path:
    """Write lines in order, however many, and give the path back.

    Args:
        lines: Each ends with a newline.
        path: The file to write.
        at_once: How many to have in memory.
    """
    lines = iter(lines)
    runs: list[Path] = []
    while run := sorted(islice(lines, at_once)):
        runs.append(path.with_suffix(f".{len(runs)}"))
        with runs[-1].open("w", encoding="utf-8", newline="\n") as out:
            out.writelines(run)
    with ExitStack() as stack, path.open("wb") as merged:
        merged.writelines(heapq.merge(*(stack.enter_context(run.open("rb")) for run in runs)))
    for run_path in runs:
        run_path.unlink()
    return path


def _as_quads(graphs: Iterable[tuple[URIRef, Path]]) -> Iterator[bytes]:
    for iri, path in graphs:
        end = f"<{iri}> .\n".encode()
        with path.open("rb") as lines:
            for line in lines:
                yield line.removesuffix(b".\n") + end


def _used_prefixes(path: Path) -> Mapping[str, str]:
    """Find those of our prefixes that a file of N-Triples has a use for."""
    spaces: set[bytes] = set()
    with path.open("rb") as lines:
        for line in lines:
            spaces.update(_NAMESPACE.findall(line))
    return {prefix: space for prefix, space in PREFIXES.items() if space.encode() in spaces}


_NAMESPACE = re.compile(rb"<([^<>]*[/#])[^<>/#]*>")


@contextmanager
def _compressed(folder: Path, name: str) -> Iterator[IO[bytes]]:
    """Open a file that is written once and compressed in every way."""
    with ExitStack() as stack:
        enter = stack.enter_context
        gz, zst = (enter((folder / f"{name}.{suffix}").open("wb")) for suffix in COMPRESSIONS)
        # No name and no time: the same content gives the same bytes.
        gzipped = enter(gzip.GzipFile("", "wb", compresslevel=9, fileobj=gz, mtime=0))
        compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
        zstd = enter(compressor.stream_writer(zst, closefd=False))
        yield cast(IO[bytes], _Tee(gzipped.write, zstd.write))


_ZSTD_LEVEL = 12


class _Tee:
    """What is written goes to several files."""

    def __init__(self, *writes: Callable[[bytes], object]) -> None:
        self._writes = writes

    def write(self, data: bytes) -> int:
        for write in self._writes:
            write(data)
        return len(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        lines = iter(lines)
        while some := b"".join(islice(lines, 1_000)):
            self.write(some)

    def flush(self) -> None:
        """Hold back what is not due: the compressors end their files themselves."""
