"""The page of the endpoint: what people see of an answer."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from napgraph.namespaces import BASE
from napgraph.resources import Value
from napgraph.web.results import Table, read_results, read_turtle

PLAN = f"{BASE}id/plan/MLI-3"


def page(client: FlaskClient, **parameters: str) -> str:
    """Ask as a browser does."""
    return client.get("/sparql", query_string=parameters, headers={"Accept": "text/html"}).text


@pytest.mark.parametrize(
    ("term", "cell"),
    [
        (f"<{PLAN}>", '<a href="/doc/plan/MLI-3">plan:MLI-3</a>'),
        (f"<{BASE}ontology#aim>", '<a href="/ontology#aim">nap:aim</a>'),
        (f"<{BASE}graph/MLI>", '<a href="/graph/MLI">graph:MLI</a>'),
        ("<https://example.org/x>", '<a href="https://example.org/x">https://example.org/x</a>'),
        ("<mailto:a@example.org>", '<a href="mailto:a@example.org">mailto:a@example.org</a>'),
        ("<javascript:alert(1)>", "<span>javascript:alert(1)</span>"),
        ("'text'", "<span>text</span>"),
        ("'<b>bold</b>'", "<span>&lt;b&gt;bold&lt;/b&gt;</span>"),
        ("'texte'@fr", '<span lang="fr" dir="auto">texte</span> <small class="meta">fr</small>'),
        ("'2019'^^xsd:gYear", '<span>2019</span> <small class="meta">xsd:gYear</small>'),
        ("2.5", '<span>2.5</span> <small class="meta">xsd:decimal</small>'),
        ("UNDEF", ""),
    ],
)
def test_terms_in_cells(client: FlaskClient, term: str, cell: str) -> None:
    """IRIs are links, ours to pages here; text is only text, with its language or datatype."""
    query = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT * {{ VALUES ?x {{ {term} }} }}"

    assert f"<tr><td>{cell}</td></tr>" in page(client, query=query)


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "0 rows."),
        (1, "1 row."),
        (1_000, "1,000 rows."),
        (1_500, "The first 1,000 rows; all are in the formats below."),
    ],
)
def test_first_rows(client: FlaskClient, count: int, sentence: str) -> None:
    """The first thousand rows are shown, and a sentence says whether there are more."""
    text = page(client, query=f"SELECT * {{ ?s ?p ?o }} LIMIT {count}")

    assert sentence in text
    assert min(count, 1_000) == text.count("<tr><td>")


@pytest.mark.parametrize(("query", "answer"), [("ASK {}", "Yes"), ("ASK { FILTER(false) }", "No")])
def test_yes_or_no(client: FlaskClient, query: str, answer: str) -> None:
    """ASK is answered in a word."""
    assert f'<p class="lede">{answer}</p>' in page(client, query=query)


def test_graph_as_text(client: FlaskClient) -> None:
    """A graph is shown in Turtle, its IRIs as links."""
    text = page(client, query=f"CONSTRUCT WHERE {{ <{PLAN}> a ?class }}")

    assert f'&lt;<a href="/doc/plan/MLI-3">{PLAN}</a>&gt; a' in text
    assert "1 line of Turtle." in text


@pytest.mark.parametrize(
    ("query", "formats"),
    [
        ("SELECT * {}", ["srj", "srx", "csv", "tsv"]),
        ("CONSTRUCT WHERE {}", ["ttl", "jsonld", "rdf", "nt", "trig", "nq"]),
    ],
)
def test_all_of_it(client: FlaskClient, query: str, formats: list[str]) -> None:
    """The whole answer is to be had in each format, of the same graphs."""
    text = page(client, **{"query": query, "default-graph-uri": f"{BASE}graph/MLI"})

    assert f'<input type="hidden" name="default-graph-uri" value="{BASE}graph/MLI">' in text
    assert formats == [name for name in formats if f'name="format" value="{name}"' in text]


@pytest.mark.parametrize(("length", "method"), [(10, "get"), (3_000, "post")])
def test_long_queries_are_posted(client: FlaskClient, length: int, method: str) -> None:
    """A query that is too long for an address is sent in a form."""
    text = page(client, query=f"ASK {{}} # {'x' * length}")

    assert f'<form class="formats" action="/sparql" method="{method}">' in text


def test_page_describes_the_service(client: FlaskClient) -> None:
    """Without a query the page says what the endpoint is, and offers one to begin with."""
    text = page(client)

    assert "<code>http://localhost/sparql</code>" in text
    assert 'href="/openapi.json"' in text
    assert "SELECT ?country ?plan" in text


def test_example_has_an_answer(client: FlaskClient) -> None:
    """The query offered is one that the endpoint answers."""
    text = page(client).partition('spellcheck="false">')[2].partition("</textarea>")[0]
    query = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    query = query.replace("&amp;", "&")

    assert 200 == client.get("/sparql", query_string={"query": query}).status_code


def test_read_results() -> None:
    """Terms of each kind are read, those of RDF 1.2 too."""
    triple = {"type": "triple", "value": {"subject": {"type": "uri", "value": "urn:s"}}}
    row = {"a": {"type": "bnode", "value": "b0"}, "b": triple}
    results = {"head": {"vars": ["a", "b", "c"]}, "results": {"bindings": [row]}}
    table = read_results(json.dumps(results).encode())

    nested = Value(json.dumps(triple["value"]))
    assert Table(("a", "b", "c"), ((Value("_:b0"), nested, None),), has_more=False) == table


def test_read_turtle() -> None:
    """Addresses are told apart from the text around them, up to the first thousand lines."""
    lines = b'<http://a.example/> <urn:b> "\xc3\xa9" .\n' * 1_200
    text = read_turtle(iter([lines[:30_001], lines[30_001:]]))

    parts = (Value("<"), Value("http://a.example/", "http://a.example/"), Value(">"))
    assert (1_000, True) == (len(text.lines), text.has_more)
    assert (*parts, Value(' <urn:b> "é" .')) == text.lines[0]
