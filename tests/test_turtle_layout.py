"""Turtle that people can read: its layout, and that it says what the statements say."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph
from rdflib.compare import isomorphic

from napgraph.turtle_layout import TurtleLayout

EX = "http://example.org/"
LAYOUT = TurtleLayout({"ex": EX, "rdf": str(RDF), "unused": "urn:x/"}, first=[f"{EX}label"])


def expand(line: str) -> str:
    """Write `ex:a` and `rdf:nil` out, as N-Triples has them."""
    for prefix, namespace in LAYOUT.prefixes.items():
        line = " ".join(
            f"<{namespace}{word.removeprefix(f'{prefix}:')}>"
            if word.startswith(f"{prefix}:")
            else word
            for word in line.split(" ")
        )
    return line


def write(*parts: list[str]) -> str:
    """Write parts of statements, each in N-Triples but for prefixes and full stops."""
    return LAYOUT.write("".join(f"{expand(line)} .\n" for line in part) for part in parts)


def graph_of(text: str, media_type: str = "text/turtle") -> Graph:
    """Read a text with rdflib."""
    return Graph().parse(data=text, format=media_type)


def test_layout() -> None:
    """Parts in their order, type and label first, several values below one another."""
    text = write(
        ['ex:z ex:a "1"', 'ex:z ex:label "Z"@en', "ex:z rdf:type ex:C", "ex:z ex:b ex:n-10"],
        ['ex:b ex:a "x"', "ex:a ex:b ex:d", "ex:a ex:b ex:c", 'ex:z ex:label "Z"@en'],
    )

    assert text == (
        """\
PREFIX ex: <http://example.org/>

ex:z
    a ex:C ;
    ex:label "Z"@en ;
    ex:a "1" ;
    ex:b ex:n-10 ;
.

ex:a
    ex:b
        ex:c ,
        ex:d ;
.

ex:b
    ex:a "x" ;
.
"""
    )


def test_nesting() -> None:
    """Blank nodes and lists stand where they are used."""
    text = write(
        [
            "ex:a ex:b _:x", "_:x ex:c _:y", '_:y ex:d "deep"', "ex:a ex:list _:1",
            "_:1 rdf:first ex:i", "_:1 rdf:rest _:2", "_:2 rdf:first _:e", "_:2 rdf:rest rdf:nil",
            '_:e ex:d "item"', "ex:a ex:none rdf:nil",
        ]
    )  # fmt: skip

    assert text == (
        """\
PREFIX ex: <http://example.org/>

ex:a
    ex:b
        [
            ex:c
                [
                    ex:d "deep" ;
                ] ;
        ] ;
    ex:list (
        ex:i
        [
            ex:d "item" ;
        ]
    ) ;
    ex:none () ;
.
"""
    )


@pytest.mark.parametrize(
    ("term", "written"),
    [
        ('"5"^^<http://www.w3.org/2001/XMLSchema#integer>', "5"),
        ('"-2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>', "-2.5"),
        ('"true"^^<http://www.w3.org/2001/XMLSchema#boolean>', "true"),
        (
            '"five"^^<http://www.w3.org/2001/XMLSchema#integer>',
            '"five"^^<http://www.w3.org/2001/XMLSchema#integer>',
        ),
        (f'"x"^^<{EX}T>', '"x"^^ex:T'),
        ('"a \\"b\\" \\n c"@en', '"a \\"b\\" \\n c"@en'),
        (f"<{EX}>", f"<{EX}>"),
        (f"<{EX}a.b>", "ex:a.b"),
        (f"<{EX}a.>", f"<{EX}a.>"),
        (f"<{EX}a(b)>", f"<{EX}a(b)>"),
        ("<urn:a>", "<urn:a>"),
    ],
)
def test_terms(term: str, written: str) -> None:
    """A term is as short as Turtle's grammar allows without escapes."""
    assert f"    ex:p {written} ;" in write([f"ex:s ex:p {term}"]).splitlines()


def test_values_come_in_the_order_of_people() -> None:
    """IRIs come before numbers, numbers go by value, texts come last and by language."""
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    text = write(
        [f"ex:s ex:p {o}" for o in (f'"10"{integer}', f'"9"{integer}', '"b"@en', '"a"@fr', "ex:z")]
    )

    assert ["ex:z ,", "9 ,", "10 ,", '"b"@en ,', '"a"@fr ;'] == [
        line.strip() for line in text.splitlines()[4:9]
    ]


TERMS = ("ex:a", "ex:b", "_:x", "_:y", "_:z")
STATEMENTS = st.lists(
    st.tuples(
        st.sampled_from(TERMS),
        st.sampled_from(("ex:p", "ex:q", "rdf:first", "rdf:rest")),
        st.sampled_from((*TERMS, "rdf:nil", '"text"@en')),
    ),
    max_size=10,
)


@given(STATEMENTS)
def test_any_graph_survives(statements: list[tuple[str, str, str]]) -> None:
    """Circles, shared nodes and broken lists come back as they were, from two parsers."""
    lines = [" ".join(triple) for triple in statements]
    text = write(lines)
    expected = graph_of("".join(f"{expand(line)} .\n" for line in lines), "nt")
    by_engine = ox.serialize(ox.parse(text, ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)

    assert isomorphic(expected, graph_of(text))
    assert isomorphic(expected, graph_of((by_engine or b"").decode(), "nt"))


def test_deep_nesting_stays_readable() -> None:
    """However deep blank nodes are, the text nests no deeper than parsers can read."""
    depth = 500
    text = write(
        [
            "ex:a ex:p _:n0",
            *(f"_:n{i} ex:p _:n{i + 1}" for i in range(depth)),
            *(f"_:n{depth + i} rdf:first _:n{depth + i + 1}" for i in range(depth)),
            *(f"_:n{depth + i} rdf:rest rdf:nil" for i in range(depth)),
        ]
    )

    assert 3 * depth + 1 == len(graph_of(text))
    assert max(len(line) - len(line.lstrip()) for line in text.splitlines()) < 200


def test_list_among_values() -> None:
    """A list among several values, or within another, is one level deeper."""
    text = write(
        [
            "ex:a ex:p ex:b", "ex:a ex:p _:1", "_:1 rdf:first _:2", "_:1 rdf:rest rdf:nil",
            "_:2 rdf:first ex:c", "_:2 rdf:rest rdf:nil",
        ]
    )  # fmt: skip

    assert text.endswith(
        """\
ex:a
    ex:p
        (
            (
                ex:c
            )
        ) ,
        ex:b ;
.
"""
    )


NAMED = {
    "ex:a": ['ex:a ex:label "A"', "ex:a rdf:type ex:C"],
    "ex:b": ['ex:b ex:label "B"', "ex:b rdf:type ex:C"],
    "ex:C": ['ex:C ex:label "class"'],
    "ex:p": ['ex:p ex:label "property"'],
}


def named(term: str) -> str:
    """Give what an IRI is and is called."""
    lines = next((lines for iri, lines in NAMED.items() if expand(iri) == term), [])
    return "".join(f"{expand(line)} .\n" for line in lines)


@pytest.mark.parametrize("time", ["first", "second"])
def test_mentioned_things_are_named(time: str) -> None:
    """What is mentioned is named, where it is said of or else at the end; classes and words not."""
    part = "".join(f"{expand(line)} .\n" for line in ("ex:b ex:p ex:a", "ex:b rdf:type ex:C"))

    assert LAYOUT.write([part], named=named).endswith(
        """
ex:b
    a ex:C ;
    ex:label "B" ;
    ex:p ex:a ;
.

ex:a
    a ex:C ;
    ex:label "A" ;
.
"""
    )


def test_nothing_said_nothing_written() -> None:
    """Of no statements there is no text."""
    assert "" == write([])
