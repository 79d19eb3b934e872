"""Building generations of the store, and reading the current one."""

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from rdflib import URIRef

from napgraph.current_store import CurrentStore
from napgraph.errors import DataError, StoreBusy, StoreError, StoreMissing, TurtleError
from napgraph.generations import build, current, disagreements
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile, QuadsFile


def graph_file(name: str, text: str = "") -> GraphFile:
    """Make a small file: a statement of its own, one that all share, and a blank node."""
    own = f'<urn:{name}> <urn:p> "{text}" , [ <urn:q> <urn:{name}> ] .'
    return GraphFile(graph_iri(name), f"{own} <urn:all> <urn:p> 1 .".encode())


def files_with(**changed: str) -> list[GraphFile]:
    """Make five files, some of them changed."""
    return [graph_file(name, changed.get(name, "")) for name in "abcde"]


def content(store: OxigraphStore) -> set[bytes]:
    """List all that a store holds, in its default graph and in its named graphs."""
    text = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    return set(store.query(text, media_type="text/tab-separated-values").splitlines())


def quads_file(path: Path, text: str) -> QuadsFile:
    """Write a TriG file."""
    path.write_text(text, encoding="utf-8")
    return QuadsFile(graph_iri(path.stem), path, "application/trig")


def snapshot(folder: Path) -> dict[Path, str]:
    """List the files of a folder with what is in them."""
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_build(tmp_path: Path) -> None:
    """A generation knows what it was built from, and holds it."""
    built = build(files_with(), tmp_path)
    generation = current(tmp_path)

    assert built == generation
    assert (16, 16) == (generation.statements, generation.open().count())
    assert generation.created.endswith("+00:00")
    assert files_with()[0].read() == generation.files[graph_iri("a")].read()
    assert [4] * 5 == [entry.statements for entry in generation.graphs.values()]


def test_id_follows_from_the_files(tmp_path: Path) -> None:
    """The same files in any order give the same id; a byte more gives another."""
    first = build(files_with(), tmp_path / "first")
    again = build(reversed(files_with()), tmp_path / "again")
    other = build(files_with(a="x"), tmp_path / "other")

    assert first.id == again.id != other.id


def test_what_is_there_is_not_built_again(tmp_path: Path) -> None:
    """To go back to files of before is to move the pointer."""
    first = build(files_with(), tmp_path)
    before = snapshot(first.path)
    second = build(files_with(a="x"), tmp_path)

    assert second == current(tmp_path)
    assert first == build(files_with(), tmp_path) == current(tmp_path)
    assert before == snapshot(first.path)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(files_with(a="x"), id="changed"),
        pytest.param(files_with(a="x")[:4], id="changed and removed"),
        pytest.param([*files_with(), graph_file("f")], id="added"),
        pytest.param([graph_file("a", "x")], id="most removed"),
    ],
)
def test_next_generation_equals_a_fresh_one(tmp_path: Path, files: list[GraphFile]) -> None:
    """What the last generation lends changes nothing, there or here."""
    first = build(files_with(), tmp_path / "store")
    before = snapshot(first.path)
    following = build(files, tmp_path / "store")
    fresh = build(files, tmp_path / "fresh")

    assert content(fresh.open()) == content(following.open())
    assert fresh.graphs == following.graphs
    assert fresh.statements == following.open().count()
    assert before == snapshot(first.path)


def test_unchanged_files_are_shared(tmp_path: Path) -> None:
    """The next generation shares the engine's files of the last where few graphs changed."""
    first = build(files_with(), tmp_path)
    text = "".join(f"<urn:{i}> <urn:p> {i} ." for i in range(100)).encode()
    second = build([*files_with(), GraphFile(graph_iri("f"), text)], tmp_path)

    assert any(path.stat().st_nlink > 1 for path in (first.path / "store").iterdir())
    assert content(second.load()) == content(second.open())


def test_damaged_generation_is_built_again(tmp_path: Path) -> None:
    """A generation that lost files is neither used again nor built upon."""
    broken = build(files_with(), tmp_path)
    for path in (broken.path / "store").glob("*.sst"):
        path.unlink()

    assert 16 == build(files_with(), tmp_path).open().count()


def test_old_generations_are_removed(tmp_path: Path) -> None:
    """The current generation and the one before stay, and no leftovers."""
    leftover = tmp_path / "generations" / ".building-1-x"
    leftover.mkdir(parents=True)
    built = [build(files_with(a=text), tmp_path) for text in "xyz"]

    assert {built[1].id, built[2].id} == {p.name for p in leftover.parent.iterdir()}
    assert current(tmp_path) == built[2]


def test_no_store_yet(tmp_path: Path) -> None:
    """Without a store, the error says what to do."""
    with pytest.raises(StoreMissing, match="run `napgraph build`"):
        current(tmp_path)


@pytest.mark.parametrize("pointer", ["", "../../etc", "0123456789abcdef"])
def test_pointer_to_nowhere(tmp_path: Path, pointer: str) -> None:
    """A pointer to what is not there is a missing store."""
    (tmp_path / "current").write_text(pointer)

    with pytest.raises(StoreMissing, match="run `napgraph build`"):
        current(tmp_path)


def test_second_builder_is_told_at_once(tmp_path: Path) -> None:
    """Two do not build in one folder."""
    says = r"Another process is building .*; build again when it is done\."
    with FileLock(tmp_path / ".lock"), pytest.raises(StoreBusy, match=says):
        build(files_with(), tmp_path)


@pytest.mark.parametrize(
    ("file", "error", "message"),
    [
        (GraphFile(graph_iri("f"), b"nonsense"), TurtleError, "line 1, column"),
        (graph_file("a"), DataError, "are both the graph"),
        (GraphFile(graph_iri("f"), Path("nowhere.ttl")), DataError, r"nowhere\.ttl cannot be read"),
    ],
)
def test_bad_file_leaves_what_is_served(
    tmp_path: Path, file: GraphFile, error: type[DataError], message: str
) -> None:
    """Files that cannot be graphs are named, and nothing else changes."""
    served = build(files_with(), tmp_path)
    with pytest.raises(error, match=message):
        build([*files_with(), file], tmp_path)

    assert served == current(tmp_path)
    assert [served.path] == list((tmp_path / "generations").iterdir())


def test_validation_stops_a_build(tmp_path: Path) -> None:
    """What the new store is found to be decides whether it is served."""

    def refuse(store: OxigraphStore) -> None:
        raise DataError(f"{store.count()} statements are too few.")

    served = build(files_with(), tmp_path)
    with pytest.raises(DataError, match="16 statements are too few"):
        build([*files_with(), graph_file("f")][1:], tmp_path, validate=refuse)

    assert served == current(tmp_path)


BUILD_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from napgraph.errors import StoreError
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.store import GraphFile
text = "".join(f"<urn:{i}> <urn:p> <urn:o{i}> ." for i in range(20000)).encode()
limit = {limit}
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    build([GraphFile(graph_iri("a"), text)], Path(sys.argv[1]))
except StoreError as exc:
    print(exc)
"""


@pytest.mark.parametrize("limit", [0, 50_000, 600_000])
def test_full_disk_leaves_what_is_served(tmp_path: Path, limit: int) -> None:
    """Where files cannot grow, wherever that is noticed, the store of before stays."""
    served = build(files_with(), tmp_path)
    script = BUILD_WITHOUT_ROOM.replace("{limit}", str(limit))
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True
    )

    assert "cannot be written: the disk is full, or a file may not grow further;" in done.stdout
    assert "; make room and build again. What was served before still is." in done.stdout
    assert served == current(tmp_path)
    assert [served.path] == list((tmp_path / "generations").iterdir())
    assert 16 == served.open().count()


KILLED_BUILD = """
import os, signal, sys
from pathlib import Path
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.store import GraphFile
file = GraphFile(graph_iri("a"), b"<urn:a> <urn:b> <urn:c> .")
build([file], Path(sys.argv[1]), validate=lambda store: os.kill(os.getpid(), signal.SIGKILL))
"""


TRIG = """
_:b <urn:p> [] .
<urn:g> { <urn:g> <urn:p> _:b , %s }
<urn:h> { <urn:h> <urn:p> _:b }
<urn:empty> { }
"""


def test_quads_are_built(tmp_path: Path) -> None:
    """A file of quads is its named graphs, with nodes that they share, from disk and in memory."""
    built = build([quads_file(tmp_path / "x.trig", TRIG % 1)], tmp_path / "store")
    shared = "ASK { ?a ?b ?n . GRAPH <urn:g> { ?c ?d ?n } GRAPH <urn:h> { ?e ?f ?n } }"

    assert content(built.open()) == content(built.load())
    assert {graph_iri("x"): 1, URIRef("urn:g"): 2, URIRef("urn:h"): 1, URIRef("urn:empty"): 0} == {
        iri: entry.statements for iri, entry in built.graphs.items()
    }
    assert b"true" == built.load().query(shared, media_type="text/csv")
    assert [] == disagreements(built.files.values(), built.open())


def test_quads_that_change(tmp_path: Path) -> None:
    """The next generation of quads equals one that is built anew; an unchanged one is found."""
    others = files_with()
    first = build([*others, quads_file(tmp_path / "x.trig", TRIG % 1)], tmp_path / "store")
    again = build([quads_file(tmp_path / "x.trig", TRIG % 1), *others], tmp_path / "store")
    changed = [quads_file(tmp_path / "x.trig", f"_:first <urn:p> 0 . {TRIG % 2}"), *others]
    following = build(changed, tmp_path / "store")
    fresh = build(changed, tmp_path / "fresh")

    assert first == again
    assert content(fresh.open()) == content(following.open()) == content(following.load())


def test_kept_labels_make_another_generation(tmp_path: Path) -> None:
    """The same bytes with labels that are kept are not the same graph."""
    file = GraphFile(graph_iri("a"), b"_:b <urn:p> <urn:o> .\n")
    plain = build([file], tmp_path)
    kept = build([replace(file, labels_kept=True)], tmp_path)

    assert plain.id != kept.id
    assert {"_:b <urn:p> <urn:o>"} == kept.open().lines(file.iri) == kept.load().lines(file.iri)
    assert kept.open().lines(file.iri) != plain.open().lines(file.iri)


def test_graph_of_two_kinds_of_files(tmp_path: Path) -> None:
    """A Turtle file is its graph, to which no file of quads adds."""
    quads = quads_file(tmp_path / "x.trig", f"<{graph_iri('a')}> {{ <urn:a> <urn:p> 1 }}")
    with pytest.raises(DataError, match=r"x\.trig and .*graph/a are both the graph .*graph/a"):
        build([quads, graph_file("a")], tmp_path)


def test_killed_build_leaves_what_is_served(tmp_path: Path) -> None:
    """A builder that dies half-way changes nothing, and the next one tidies up."""
    served = build(files_with(), tmp_path)
    done = subprocess.run([sys.executable, "-c", KILLED_BUILD, tmp_path], check=False)

    assert -9 == done.returncode
    assert served == current(tmp_path)

    following = build(files_with(a="x"), tmp_path)

    assert {served.path, following.path} == set((tmp_path / "generations").iterdir())


def test_files_and_store_agree(tmp_path: Path) -> None:
    """Canonical files come back from the store term for term."""
    generation = build(files_with(), tmp_path)

    assert [] == disagreements(files_with(), generation.open())


def test_lost_lexical_form_is_found(tmp_path: Path) -> None:
    """A number that the engine writes in another way shows as a disagreement."""
    file = GraphFile(graph_iri("a"), b"<urn:a> <urn:b> 01 , 2 .")
    (found,) = disagreements([file], build([file], tmp_path).open())

    assert graph_iri("a") == found.graph
    assert [True] == ['"01"' in line for line in found.only_in_file]
    assert [True] == ['"1"' in line for line in found.only_in_store]


# -- reading the current generation ----------------------------------------------------------


def test_reader_follows_the_pointer(tmp_path: Path) -> None:
    """A new generation is seen, and the one before stays valid for who holds it."""
    build(files_with(), tmp_path)
    reader = CurrentStore(tmp_path, check_every_s=0)
    before = reader.get()
    build([*files_with(), graph_file("f")], tmp_path)
    after = reader.get()

    assert (16, 19) == (before.store.count(), after.store.count())
    assert current(tmp_path) == after.generation


def test_reader_looks_only_now_and_then(tmp_path: Path) -> None:
    """Between two looks at the pointer, no file is touched."""
    build(files_with(), tmp_path)
    reader = CurrentStore(tmp_path, check_every_s=60)
    first = reader.get().generation
    build(files_with(a="x"), tmp_path)

    assert first == reader.get().generation


@pytest.mark.parametrize("largest", [0, 16])
def test_reader_loads_small_stores(tmp_path: Path, largest: int) -> None:
    """A store that is not too large is read from memory once it is loaded."""
    generation = build(files_with(), tmp_path)
    reader = CurrentStore(tmp_path, max_statements_in_memory=largest)
    first = reader.get()

    assert reader.wait_loaded(10)
    assert (first.store is not reader.get().store) == (largest == 16)
    assert content(reader.get().store) == content(generation.open())


def test_reader_without_a_store(tmp_path: Path) -> None:
    """A server without a store says so, and serves once there is one."""
    reader = CurrentStore(tmp_path, check_every_s=0)
    with pytest.raises(StoreMissing, match="run `napgraph build`"):
        reader.get()
    build(files_with(), tmp_path)

    assert 16 == reader.get().store.count()


def test_reader_keeps_what_it_has(tmp_path: Path) -> None:
    """A pointer that leads nowhere does not stop a server."""
    build(files_with(), tmp_path)
    reader = CurrentStore(tmp_path, check_every_s=0)
    served = reader.get().generation
    (tmp_path / "current").write_text("0123456789abcdef")

    assert served == reader.get().generation


def test_many_threads_read_while_generations_change(tmp_path: Path) -> None:
    """Each request sees one whole generation, whatever is built meanwhile."""
    build(files_with(), tmp_path)
    reader = CurrentStore(tmp_path, check_every_s=0)
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            opened = reader.get()
            if opened.store.count() != opened.generation.statements:
                wrong.append(opened.generation.id)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(4):
        build([*files_with(), *(graph_file(f"f{i}") for i in range(number))], tmp_path)
    stop.set()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_unreadable_manifest_is_no_generation(tmp_path: Path) -> None:
    """A manifest of another format, or a broken one, asks for a build."""
    generation = build(files_with(), tmp_path)
    (generation.path / "manifest.json").write_text('{"format": 0}')

    with pytest.raises(StoreError, match="not a whole generation"):
        current(tmp_path)
    assert generation.id == build(files_with(), tmp_path).id
    assert generation.graphs == current(tmp_path).graphs
