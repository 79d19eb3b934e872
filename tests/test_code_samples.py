"""Code that asks a query asks that query, whatever is in it."""

from __future__ import annotations

import ast
import shlex

import pytest

from napgraph.web.code_samples import Sample, samples_of

ENDPOINT = "https://napgraph.example/sparql"
QUERIES = [
    "SELECT * { ?s ?p ?o }",
    "SELECT * {\n  ?s ?p 'it''s' .\n}",
    'SELECT * { ?s ?p "quoted" }',
    'SELECT * { ?s ?p """long "text" """ }"',
    r"SELECT * { ?s ?p '\\d\n' }",
    'SELECT * { ?s ?p ")-" }',
    "SELECT * { ?s ?p '$HOME `id` é' }",
]


def sample(language: str, query: str, *, is_of_results: bool = True) -> Sample:
    """Write the code in one language."""
    samples = samples_of(query, ENDPOINT, is_of_results=is_of_results)
    return next(one for one in samples if one.language == language)


@pytest.mark.parametrize("query", QUERIES)
def test_curl(query: str) -> None:
    """A shell reads the query as it is."""
    words = shlex.split(sample("curl", query).text.replace("\\\n", ""))

    assert f"query={query}" == words[words.index("--data-urlencode") + 1]


@pytest.mark.parametrize("query", QUERIES)
def test_python(query: str) -> None:
    """Python reads the query as it is."""
    tree = ast.parse(sample("Python", query).text)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]

    assert query in texts


@pytest.mark.parametrize("query", QUERIES)
def test_r(query: str) -> None:
    """R ends its raw text where the query ends."""
    text = sample("R", query).text
    start = text.index('r"') + 2
    dashes = text[start : text.index("(", start)]
    end = text.index(f'){dashes}"', start)

    assert query == text[start + len(dashes) + 1 : end]


@pytest.mark.parametrize(
    ("is_of_results", "language", "expected"),
    [
        (True, "curl", "Accept: text/csv"),
        (False, "curl", "Accept: text/turtle"),
        (True, "Python", "returnFormat=JSON"),
        (False, "Python", "returnFormat=TURTLE"),
        (True, "R", "format=csv"),
        (False, "R", "format=ttl"),
    ],
)
def test_format(is_of_results: bool, language: str, expected: str) -> None:
    """Tables are asked for as tables, graphs as Turtle."""
    assert expected in sample(language, "ASK {}", is_of_results=is_of_results).text
