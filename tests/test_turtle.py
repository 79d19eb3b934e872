"""Reading Turtle, and writing it in the canonical layout."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from napgraph.errors import TurtleError
from napgraph.namespaces import NAP, thing_iri
from napgraph.turtle import (
    canonical,
    format_turtle,
    join_turtle,
    parse_turtle,
    read_graph,
    subject_lines,
    to_turtle,
)

PLAN = b"""@prefix nap: <https://w3id.org/napgraph/ontology#> .
@prefix plan: <https://w3id.org/napgraph/id/plan/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
plan:MLI-3 a nap:NationalActionPlan ; nap:generation 03 ;
  nap:periodStart "2019"^^xsd:gYear ; nap:amount 2.50 ; nap:aim "a\\"b"@en , "c"@fr .
plan:MLI-2 a nap:NationalActionPlan ; sh:or ( [ nap:x 1 ] [ nap:y true ] ) .
"""

LAYOUT = """\
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

plan:MLI-2
    a nap:NationalActionPlan ;
    sh:or (
        [
            nap:x 1 ;
        ]
        [
            nap:y true ;
        ]
    ) ;
.

plan:MLI-3
    a nap:NationalActionPlan ;
    nap:aim
        "a\\"b"@en ,
        "c"@fr ;
    nap:amount 2.5 ;
    nap:generation 3 ;
    nap:periodStart "2019"^^xsd:gYear ;
.
"""


def test_layout_is_canonical() -> None:
    """Each statement has a line, and numbers their canonical form."""
    assert format_turtle(PLAN, name="plan.ttl") == LAYOUT


def test_format_is_idempotent() -> None:
    """A formatted file stays as it is."""
    assert format_turtle(LAYOUT.encode(), name="plan.ttl") == LAYOUT


@given(seed=st.integers(0, 1000))
def test_order_of_statements_changes_nothing(seed: int) -> None:
    """The text follows from the statements alone, not from the order they came in."""
    triples = list(parse_turtle(PLAN, name="plan.ttl"))
    random.Random(seed).shuffle(triples)
    shuffled = Graph()
    for triple in triples:
        shuffled.add(triple)

    assert to_turtle(shuffled) == LAYOUT


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_any_text_survives(text: str) -> None:
    """A literal comes back from the file as it went in."""
    graph = Graph()
    graph.add((thing_iri("plan", "MLI-3"), NAP.aim, Literal(text, lang="en")))

    assert isomorphic(graph, parse_turtle(to_turtle(graph).encode(), name="x"))


@pytest.mark.parametrize(
    ("lexical", "datatype", "expected"),
    [
        ("01", XSD.integer, "1"),
        ("2.50", XSD.decimal, "2.5"),
        ("10.0", XSD.decimal, "10"),
        ("1", XSD.boolean, "true"),
        ("1e6", XSD.double, "1000000"),
        ("2020-01-01Z", XSD.date, "2020-01-01Z"),
        ("2019", XSD.gYear, "2019"),
    ],
)
def test_canonical_forms_are_the_engines(lexical: str, datatype: URIRef, expected: str) -> None:
    """Numbers and booleans get the form that the store gives back."""
    graph = Graph()
    graph.add((NAP.x, NAP.y, Literal(lexical, datatype=datatype, normalize=False)))

    assert [expected] == [str(o) for o in canonical(graph).objects()]


def test_order_does_not_follow_references() -> None:
    """One more reference to a subject does not move its block."""
    graph = Graph()
    for key in ("a", "b", "c"):
        graph.add((thing_iri("theme", key), RDF.type, SKOS.Concept))
    graph.add((thing_iri("theme", "c"), SKOS.related, thing_iri("theme", "a")))

    blocks = [line for line in to_turtle(graph).splitlines() if line.startswith("theme:")]
    assert blocks == ["theme:a", "theme:b", "theme:c"]


def test_syntax_error_says_where() -> None:
    """An undeclared prefix is named with its line."""
    with pytest.raises(TurtleError, match=r"bad\.ttl: line 1, column 1: .*prefix x:") as caught:
        parse_turtle(b"x:a x:b x:c .", name="bad.ttl")

    assert caught.value.line == 1


def test_wrong_encoding_says_where() -> None:
    """A file in Latin-1 is refused with line and byte."""
    with pytest.raises(TurtleError, match="line 2: byte 0xE9 is not UTF-8"):
        parse_turtle("# x\n# é".encode("latin-1"), name="bad.ttl")


def test_leading_comment_stays() -> None:
    """Comments at the top of a file are kept."""
    text = format_turtle(b"# expect: something\n" + PLAN, name="plan.ttl")

    assert text == "# expect: something\n" + LAYOUT


def test_comment_inside_is_never_lost() -> None:
    """A comment that the layout has no place for is refused, with its line."""
    with pytest.raises(TurtleError, match="line 8: a comment here would be lost"):
        format_turtle(PLAN + b"# why\n", name="plan.ttl")


def test_subject_lines() -> None:
    """Each subject is found on the line of its first statement."""
    expected = {thing_iri("plan", "MLI-3"): 5, thing_iri("plan", "MLI-2"): 7}

    assert expected == subject_lines(PLAN.decode())


def test_subject_lines_of_trig() -> None:
    """The name of a graph is no subject, and a graph may end without a full stop."""
    text = """PREFIX e: <urn:e:>
e:a e:p 1 .
e:g { e:b e:p "}" .
  e:c e:p e:x }
GRAPH e:h { e:d e:p [ e:q 2 ] } e:i {
  <urn:f> e:p e:g
}
"""
    expected = {"urn:e:a": 2, "urn:e:b": 3, "urn:e:c": 4, "urn:e:d": 5, "urn:f": 6}

    assert expected == {str(iri): line for iri, line in subject_lines(text).items()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.ttl", "<urn:a> <urn:p> 1 , 2 ."),
        ("x.trig", "<urn:g> { <urn:a> <urn:p> 1 } <urn:a> <urn:p> 2 , 1 ."),
        ("x.nq", '<urn:a> <urn:p> "1" <urn:g> .\n<urn:a> <urn:p> "2" .'),
    ],
)
def test_files_are_read_as_one_graph(tmp_path: Path, name: str, text: str) -> None:
    """Of TriG and N-Quads the statements of all graphs are read."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    assert ["1", "2"] == sorted(map(str, read_graph(path).objects()))


def test_join() -> None:
    """Graphs written one after the other say what they say together, each prefix once."""
    texts = (
        "PREFIX nap: <https://w3id.org/napgraph/ontology#>\nnap:a nap:b [ nap:c 1 ] .",
        "PREFIX nap: <https://w3id.org/napgraph/ontology#>\n"
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nnap:d skos:note [ nap:c 2 ] .",
    )
    graphs = [parse_turtle(text.encode(), name="test") for text in texts]
    joined = join_turtle(graphs)

    assert isomorphic(graphs[0] + graphs[1], parse_turtle(joined.encode(), name="joined"))
    assert 2 == joined.count("PREFIX")


def test_join_tells_blank_nodes_apart() -> None:
    """A blank node that needs a name would be another one's in the next graph."""
    graph = parse_turtle(b"_:a <urn:p> _:b . _:c <urn:p> _:b .", name="test")
    with pytest.raises(ValueError, match="blank node"):
        join_turtle([graph])
