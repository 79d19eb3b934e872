"""Patches of graphs: what is read, what is refused, what comes of them."""

from __future__ import annotations

import pytest
from rdflib import Graph

from napgraph.curation.patches import Patch, apply_patch, read_patch
from napgraph.errors import DataError, DataSyntaxError, PatchError

MALI = "<https://w3id.org/napgraph/graph/MLI>"
KENYA = "<https://w3id.org/napgraph/graph/KEN>"
INTEGER = "<http://www.w3.org/2001/XMLSchema#integer>"


def graph(*statements: str) -> Graph:
    """Make a graph of statements in N-Triples."""
    return Graph().parse(data="\n".join(statements), format="nt")


def patched(text: str, before: Graph) -> set[str]:
    """Apply the changes of Mali's graph; give its statements."""
    after = apply_patch("MLI", before, read_patch(text.encode())["MLI"])
    return {" ".join(term.n3() for term in statement) for statement in after}


def test_what_goes_and_comes() -> None:
    """Statements go and come, and all others stay."""
    text = f"H id <urn:x> .\nTX .\nD <x:a> <x:b> <x:c> {MALI} .\nA <x:a> <x:b> 'd' {MALI} .\nTC .\n"
    text = text.replace("'d'", '"d"@en')
    before = graph("<x:a> <x:b> <x:c> .", "<x:s> <x:t> <x:u> .")

    assert {'<x:a> <x:b> "d"@en', "<x:s> <x:t> <x:u>"} == patched(text, before)


def test_numbers_are_compared_by_value() -> None:
    """A number goes however it is written."""
    text = f'D <x:a> <x:b> "01"^^{INTEGER} {MALI} .\nA <x:a> <x:b> <x:c> {MALI} .'
    before = graph(f'<x:a> <x:b> "1"^^{INTEGER} .')

    assert {"<x:a> <x:b> <x:c>"} == patched(text, before)


def test_several_graphs() -> None:
    """A patch may change several graphs."""
    text = f"A <x:a> <x:b> <x:c> {MALI} .\nA <x:a> <x:b> <x:c> {KENYA} ."

    assert {"MLI", "KEN"} == read_patch(text.encode()).keys()


def test_last_word_counts() -> None:
    """What comes after it has gone is there."""
    text = f"D <x:a> <x:b> <x:c> {MALI} .\nA <x:a> <x:b> <x:c> {MALI} ."
    patch = read_patch(text.encode())["MLI"]

    assert (0, 1) == (len(patch.removed), len(patch.added))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<x:a> <x:b> <x:c> .", "begins with '<x:a>'"),
        ("PA ex <x:> .", "begins with 'PA'"),
        ("A <x:a> <x:b> <x:c> .", "name the graph"),
        ("A <x:a> <x:b> <x:c> <https://example.org/graph/MLI> .", "name the graph"),
        (f"A _:a <x:b> <x:c> {MALI} .", "blank node"),
        (f"A <x:a> <x:b> _:c {MALI} .", "blank node"),
        (f"A <x:a> <x:b> <<( <x:c> <x:d> <x:e> )>> {MALI} .", "about a statement"),
        ("A " + "<<( <x:a> <x:b> " * 100_000, "about a statement"),
        (f"A <x:a> <x:b> <x:c> {MALI}", "not a statement of N-Quads"),
        (f"A <x:a> <x:b> <x:c> {MALI} . <x:a> <x:b> <x:d> {MALI} .", ""),
        ("A # nothing", "one statement a line"),
    ],
)
def test_refused(line: str, says: str) -> None:
    """What is no patch is refused with the number of its line."""
    with pytest.raises((PatchError, DataSyntaxError), match="Line 2") as caught:
        read_patch(f"TX .\n{line}".encode())

    assert says in str(caught.value)


def test_text_may_look_like_a_statement() -> None:
    """Angle brackets in a text are no statement about a statement."""
    assert read_patch(f'A <x:a> <x:b> "<<(" {MALI} .'.encode())["MLI"].added


def test_not_utf8() -> None:
    """Bytes that are no text are refused."""
    with pytest.raises(DataError, match="not UTF-8"):
        read_patch(b"A \xff")


def test_goes_what_is_not_there() -> None:
    """A patch of another version is refused, and names what does not fit."""
    patch: Patch = read_patch(f"D <x:a> <x:b> <x:c> {MALI} .".encode())["MLI"]
    with pytest.raises(PatchError, match="<x:a> <x:b> <x:c>"):
        apply_patch("MLI", graph("<x:a> <x:b> <x:d> ."), patch)
