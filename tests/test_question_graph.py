"""Our questions and prefixes as SPARQL editors find them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import RDFS, SH, BNode

from napgraph.config import shipped
from napgraph.gate import check_query
from napgraph.namespaces import PREFIXES, graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.question_graph import question_file, question_graph
from napgraph.questions import all_questions, ask, question, standing_text
from napgraph.store import GraphFile
from napgraph.turtle import format_turtle

NAMES = [asked.name for asked in all_questions()]


def answer(client: FlaskClient, query: str) -> list[dict[str, str]]:
    """Ask the endpoint as an editor does."""
    response = client.get(
        "/sparql",
        query_string={"query": f"PREFIX sh: <{SH}>\n{query}"},
        headers={"Accept": "application/sparql-results+json"},
    )
    rows = json.loads(response.data)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def test_editor_lists_examples(client: FlaskClient) -> None:
    """The endpoint gives each question as an executable with a comment and its query."""
    rows = answer(
        client,
        """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT DISTINCT ?example ?comment ?query {
            ?example a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask ?query
        } ORDER BY ?example""",
    )

    assert [
        (f"{asked.title} {asked.description}", standing_text(asked)) for asked in all_questions()
    ] == [(row["comment"], row["query"]) for row in rows]


def test_editor_learns_prefixes(client: FlaskClient) -> None:
    """Each prefix that we use is declared, and has one namespace wherever it is declared."""
    rows = answer(
        client,
        "SELECT DISTINCT ?prefix ?iri { [] sh:namespace ?iri ; sh:prefix ?prefix } ORDER BY ?iri",
    )

    assert len(PREFIXES) == len(rows)
    assert PREFIXES == {row["prefix"]: row["iri"] for row in rows}


def test_comments_are_plain_text() -> None:
    """An editor that shows a comment as HTML shows what it says."""
    comments = [str(comment) for comment in question_graph().objects(None, RDFS.comment)]

    assert len(NAMES) == len(comments)
    assert [] == [comment for comment in comments if "<" in comment or "&" in comment]


@pytest.mark.parametrize("name", NAMES)
def test_standing_text_gives_answer_of_defaults(store: OxigraphStore, name: str) -> None:
    """The query that is published has the answer that the question has with its defaults."""
    asked = question(name)

    rows = store.select(standing_text(asked))

    assert list(ask(store, asked).rows) == [tuple(row) for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_standing_text_passes_the_gate(name: str) -> None:
    """The endpoint answers what is published."""
    assert "select" == check_query(standing_text(question(name)), federation=frozenset()).form


def test_standing_text_does_not_name_a_day() -> None:
    """What is today by default is the day on which somebody asks, so the file stays the same."""
    text = standing_text(question("plans_in_force"))

    assert "BIND(STRDT(SUBSTR(STR(NOW()), 1, 10), " in text
    assert "VALUES ?within { <https://w3id.org/napgraph/id/region/001> }" in text


def test_file_has_the_layout_of_all_files() -> None:
    """The graph is written as files are, and all in it has an address."""
    content = question_file().read()

    assert content.decode() == format_turtle(content, name="questions")
    assert [] == [s for s in question_graph().subjects() if isinstance(s, BNode)]


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Give a small world of four countries, with the schemes."""
    fixtures = Path(__file__).parent / "questions"
    paths = [*(shipped("ontology") / "schemes").glob("*.ttl"), *fixtures.glob("*.ttl")]
    return OxigraphStore.in_memory(
        [GraphFile(graph_iri(path.stem), path) for path in paths], with_blank_nodes=()
    )
