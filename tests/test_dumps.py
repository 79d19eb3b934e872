"""Dumps say what the files say, in the same bytes each time."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from rdflib import BNode, Graph
from rdflib.term import Node

from napgraph.config import Config
from napgraph.derivation import derive
from napgraph.derived_folder import Derived
from napgraph.dumps import _write_sorted
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.store_folder import current

FORMATS = ["nq", "trig", "ttl"]


def read(derived: Derived, name: str) -> bytes:
    """Read a dump and undo its compression with the library that it was not made with."""
    path = derived.path / name
    if name.endswith(".gz"):
        return gzip.decompress(path.read_bytes())
    return zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()


def canonical(quads: list[ox.Quad]) -> ox.Dataset:
    """Put quads together so that equal ones are equal, whatever their blank nodes are called."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def said_by_files(config: Config, *, named: bool) -> list[ox.Quad]:
    """Read every file with the engine's own parser, blank nodes of each kept apart."""
    quads = []
    for number, file in enumerate(graph_files(config)):
        graph = ox.NamedNode(file.iri) if named else ox.DefaultGraph()
        for quad in ox.parse(file.read(), format=ox.RdfFormat.TURTLE):
            terms = [
                ox.BlankNode(f"f{number}{t.value}") if isinstance(t, ox.BlankNode) else t
                for t in (quad.subject, quad.object)
            ]
            quads.append(ox.Quad(terms[0], quad.predicate, terms[1], graph))
    return quads


@pytest.mark.parametrize("form", FORMATS)
def test_dump_says_what_files_say(published: Config, derived: Derived, form: str) -> None:
    """Each dump has every statement of every file, term for term, and no other."""
    content = read(derived, f"napgraph.{form}.gz")
    found = ox.parse(content, format=ox.RdfFormat.from_extension(form))
    said = said_by_files(published, named=form != "ttl")

    assert canonical(said) == canonical(list(found))


@pytest.mark.parametrize("form", FORMATS)
def test_compressed_is_the_same(derived: Derived, form: str) -> None:
    """Both ways of compression hold the same."""
    assert read(derived, f"napgraph.{form}.gz") == read(derived, f"napgraph.{form}.zst")


def test_rdflib_reads_the_same(derived: Derived) -> None:
    """A parser of another project reads the same statements in N-Quads as in Turtle."""
    turtle = Graph().parse(data=read(derived, "napgraph.ttl.gz"), format="turtle")
    lines = read(derived, "napgraph.nq.gz").decode().splitlines()
    triples = "".join(f"{line.rpartition(' <')[0]} .\n" for line in lines)
    quads = Graph().parse(data=triples, format="nt")

    assert len(quads) > 4_000
    assert ground(turtle) == ground(quads)


def ground(graph: Graph) -> set[tuple[Node, ...]]:
    """Give the statements without blank nodes."""
    return {t[:3] for t in graph if not any(isinstance(term, BNode) for term in t)}


def test_quads_are_sorted(derived: Derived) -> None:
    """Statements come graph by graph, in order, each once."""
    lines = read(derived, "napgraph.nq.gz").decode().splitlines()
    keys = [(line.rpartition(" <")[2], line) for line in lines]

    assert sorted(set(keys)) == keys


def test_same_files_same_bytes(published: Config, derived: Derived, tmp_path: Path) -> None:
    """Built again elsewhere, the dumps have the same checksums."""
    again = derive(build(graph_files(published), tmp_path), tmp_path)

    assert derived.files == again.files


def test_gzip_names_no_time_and_no_file(derived: Derived) -> None:
    """The header of a gzip file has neither, or the same content would give other bytes."""
    header = (derived.path / "napgraph.nq.gz").read_bytes()[:10]

    assert (b"\x1f\x8b\x08\x00", bytes(4)) == (header[:4], header[4:8])


def test_many_lines_are_sorted_in_parts(tmp_path: Path) -> None:
    """More lines than fit into memory are sorted like any others, and nothing else is left."""
    lines = [f"{number * 7919 % 1000:04} é\n" for number in range(1000)]
    path = _write_sorted(iter(lines), tmp_path / "all", at_once=64)

    assert "".join(sorted(lines)) == path.read_text(encoding="utf-8")
    assert [path] == list(tmp_path.iterdir())


def test_empty_store_has_dumps(tmp_path: Path) -> None:
    """Nothing to say is said in every format."""
    generation = build([], tmp_path / "store")
    made = derive(generation, tmp_path / "store")

    assert b"" == read(made, "napgraph.nq.zst")
    assert 6 == len(made.files)


def test_dump_of_a_store_on_disk(
    published: Config, derived: Derived, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store too large for memory is dumped from disk, to the same bytes."""
    monkeypatch.setattr("napgraph.derivation._MAX_STATEMENTS_IN_MEMORY", 0)
    shutil.copytree(published.store_dir / "generations", tmp_path / "generations")
    shutil.copy(published.store_dir / "current", tmp_path)

    assert derived.files == derive(current(tmp_path), tmp_path).files
