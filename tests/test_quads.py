"""Files in TriG and N-Quads, taken apart into a file a named graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from napgraph import quads
from napgraph.errors import DataError, TurtleError
from napgraph.namespaces import graph_iri
from napgraph.quads import take_apart
from napgraph.store import QUADS_TYPES, GraphFile, QuadsFile

GENID = "https://w3id.org/napgraph/.well-known/genid/"


def quads_file(folder: Path, name: str, text: str) -> QuadsFile:
    """Write a file of quads."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return QuadsFile(graph_iri(path.stem), path, QUADS_TYPES[path.suffix])


def apart(tmp_path: Path, **texts: str) -> list[GraphFile]:
    """Take files apart, each the text of one name: `x_trig` is that of x.trig."""
    files = [quads_file(tmp_path, name.replace("_", "."), t) for name, t in texts.items()]
    folder = tmp_path / "apart"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    return take_apart(files, folder)


def contents(files: list[GraphFile]) -> dict[str, str]:
    """Read what each graph says."""
    return {str(file.iri): file.read().decode() for file in files}


def test_each_graph_becomes_a_file(tmp_path: Path) -> None:
    """Named graphs keep their names; what is in none goes to the graph of the file's name."""
    found = contents(
        apart(tmp_path, x_trig="<urn:a> <urn:p> 01 . <urn:g> { <urn:b> <urn:p> 'é\\t' }")
    )

    assert {
        str(graph_iri("x")): (
            '<urn:a> <urn:p> "01"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        ),
        "urn:g": '<urn:b> <urn:p> "é\\t" .\n',
    } == found


def test_nothing_outside_of_graphs(tmp_path: Path) -> None:
    """A file that says all in named graphs has no graph of its own name."""
    assert ["urn:g"] == list(contents(apart(tmp_path, x_nq="<urn:a> <urn:p> <urn:b> <urn:g> .")))


def test_graph_of_several_files(tmp_path: Path) -> None:
    """A graph that several files name has the statements of all, in the order of the files."""
    one, two = (f"<urn:{name}> <urn:p> <urn:b> <urn:g> .\n" for name in "xy")
    text = contents(apart(tmp_path, x_nq=one, y_nq=two))["urn:g"]

    assert "<urn:x> <urn:p> <urn:b> .\n<urn:y> <urn:p> <urn:b> .\n" == text


def test_blank_node_in_several_graphs(tmp_path: Path) -> None:
    """A blank node is the same node in all graphs of a file, and another in each file."""
    text = "_:b <urn:p> 'here' . <urn:%s> { <urn:a> <urn:p> _:b . _:c <urn:p> [] }"
    files = apart(tmp_path, x_trig=text % "x", y_trig=text % "y")
    nodes = [{word for word in t.split() if word[:2] == "_:"} for t in contents(files).values()]

    assert [1, 3, 1, 3] == [len(found) for found in nodes]
    assert nodes[0] < nodes[1]
    assert nodes[2] < nodes[3]
    assert not nodes[1] & nodes[3]


def test_labels_follow_from_the_file(tmp_path: Path) -> None:
    """The same file gives the same bytes, whatever labels the parser makes up."""
    text = "[] <urn:p> [ <urn:q> _:b ] . [] { _:b <urn:p> [] } _:g {} _:g2 { _:g <urn:p> _:g2 }"

    assert contents(apart(tmp_path, x_trig=text)) == contents(apart(tmp_path, x_trig=text))


def test_graph_named_by_a_blank_node(tmp_path: Path) -> None:
    """Such a graph gets an IRI, which stands for the node wherever the file mentions it."""
    found = contents(apart(tmp_path, x_trig="_:g { <urn:a> <urn:p> _:b } _:g <urn:p> 'a graph' ."))
    (name,) = (iri for iri in found if iri.startswith(GENID))

    assert f'<{name}> <urn:p> "a graph" .\n' == found[str(graph_iri("x"))]
    assert "<urn:a> <urn:p> _:b" in found[name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<urn:g> {}", ["urn:g"]),
        ("GRAPH <urn:g> { # nothing {\n }", ["urn:g"]),
        ("PREFIX e: <urn:e:> e:g {} @prefix e: <urn:f:> . e:g {\n}", ["urn:e:g", "urn:f:g"]),
        ("BASE <http://e/d/> <../g> { }", ["http://e/g"]),
        ("<a> {}", ["https://w3id.org/napgraph/graph/a"]),
        ("PREFIX e: <urn:e:> {}", []),
        ("{ } <urn:g> { <urn:a> <urn:p> '''<urn:h> {} ''' , 'x'@base }", ["urn:g"]),
        ("<urn:g> {} <urn:g> { <urn:a> <urn:p> <urn:b> }", ["urn:g"]),
    ],
)
def test_empty_graphs(tmp_path: Path, text: str, names: list[str]) -> None:
    """A TriG file's graphs without statements are there too."""
    assert names == list(contents(apart(tmp_path, x_trig=text)))


def test_empty_graphs_without_a_name_of_their_own(tmp_path: Path) -> None:
    """Each empty graph that a blank node names is a graph."""
    found = contents(apart(tmp_path, x_trig="[] {} [ ] { } _:g {}"))

    assert 3 == len(found)
    assert {""} == set(found.values())
    assert all(name.startswith(GENID) for name in found)


def test_statements_are_written_bit_by_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few statements wait in memory, all come to their files in order."""
    monkeypatch.setattr(quads, "_MAX_WAITING", 7)
    lines = [f"<urn:{i}> <urn:p> <urn:o> <urn:g{i % 3}> ." for i in range(100)]
    found = contents(apart(tmp_path, x_nq="\n".join(lines)))
    expected = [f"<urn:{i}>" for i in range(0, 100, 3)]

    assert expected == [line.split()[0] for line in found["urn:g0"].splitlines()]
    assert 100 == sum(text.count("\n") for text in found.values())


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x_trig", "<urn:g> {\n <urn:a> <urn:p> }", "x.trig: line 2, column"),
        ("x_nq", "<urn:a> <urn:p> <urn:b> <g> .", "x.nq: line 1, column"),
        ("x_trig", "e:g { }", "x.trig: line 1, column 1"),
    ],
)
def test_broken_file_says_where(tmp_path: Path, name: str, text: str, says: str) -> None:
    """A file that is not in its format is named, with line and column."""
    with pytest.raises(TurtleError, match=says):
        apart(tmp_path, **{name: text})


def test_statement_about_a_statement(tmp_path: Path) -> None:
    """What RDF 1.2 adds is refused in a sentence."""
    with pytest.raises(DataError, match=r"x\.nq: a statement about a statement has no place"):
        apart(tmp_path, x_nq="<urn:a> <urn:p> <<( <urn:a> <urn:p> <urn:b> )>> <urn:g> .")


def test_missing_file(tmp_path: Path) -> None:
    """A file that cannot be read is named."""
    file = QuadsFile(graph_iri("x"), tmp_path / "x.trig", QUADS_TYPES[".trig"])

    with pytest.raises(DataError, match=r"x\.trig cannot be read: No such file"):
        take_apart([file], tmp_path)


def test_files_are_n_triples(tmp_path: Path) -> None:
    """What is made is in the format that it says it is."""
    (file,) = apart(tmp_path, x_trig="<urn:g> { <urn:a> <urn:p> [ <urn:q> 'a\\nb' ] }")

    assert ("application/n-triples", True) == (file.media_type, file.labels_kept)
    assert 2 == len(list(parse(file.read(), RdfFormat.N_TRIPLES)))
