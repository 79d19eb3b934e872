"""The page on which people ask, without a script."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from napgraph.namespaces import BASE, NAP
from napgraph.resources import Value
from napgraph.web.bars import Bar, bars_of
from napgraph.web.results import Table

COUNTS = "SELECT ?class (COUNT(*) AS ?n) { ?thing a ?class } GROUP BY ?class LIMIT 5"


def ask(client: FlaskClient, query: str, path: str = "/ask") -> TestResponse:
    """Ask as the form does."""
    return client.get(path, query_string={"query": query})


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/ask", "What do you want to know?"),
        ("/fr/ask", "Que voulez-vous savoir"),
        ("/es/ask", "¿Qué quiere saber?"),
        ("/ar/ask", "ماذا تريد أن تعرف؟"),
    ],
)
def test_page(client: FlaskClient, path: str, title: str) -> None:
    """Without a query the page is kept by caches, in each language, with questions to follow."""
    answer = client.get(path)

    assert title in answer.text
    assert "public" in answer.headers["Cache-Control"]
    assert f'{path.removesuffix("/ask")}/questions/plans_in_force"' in answer.text


def test_answer(client: FlaskClient) -> None:
    """With a query it has the answer, which is asked for again each time."""
    answer = ask(client, f"SELECT ?plan {{ ?plan a <{NAP.NationalActionPlan}> }}")

    assert '<a href="/doc/plan/MLI-3">plan:MLI-3</a>' in answer.text
    assert "1 row." in answer.text
    assert "no-cache" == answer.headers["Cache-Control"]


@pytest.mark.parametrize("parameters", [{"utm_source": "x"}, {"query": " "}])
def test_without_a_query(client: FlaskClient, parameters: dict[str, str]) -> None:
    """An address without a query, whatever else it has, offers one to begin with."""
    answer = client.get("/ask", query_string=parameters)

    assert 200 == answer.status_code
    assert "SELECT ?country ?plan" in answer.text


def test_link_asks_the_same(client: FlaskClient) -> None:
    """The link to share has the whole query, and is where the same answer is."""
    query = f"SELECT * {{ <{BASE}id/plan/MLI-3> ?p ?é }} # a & b + c"
    (link,) = re.findall(r'class="share" href="([^"]+)"', ask(client, query, "/fr/ask").text)
    parts = urlsplit(unescape(link))

    assert "/fr/ask" == parts.path
    assert {"query": [query]} == parse_qs(parts.query)


def test_too_long_for_a_link(client: FlaskClient) -> None:
    """A query that no address should have is not offered as one."""
    text = ask(client, f"ASK {{}} # {'x' * 6_000}").text

    assert 'class="share"' not in text
    assert "too long for a link" in text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT * {", 400, "“{” is never closed"),
        ("INSERT DATA {}", 403, "INSERT would change the data"),
        ("SELECT * { SERVICE <https://example.org/> {} }", 403, "SERVICE"),
    ],
)
def test_mistakes(client: FlaskClient, query: str, status: int, said: str) -> None:
    """A query that is not answered is there to be changed, with why and what to do."""
    answer = ask(client, query)

    assert status == answer.status_code
    assert said in unescape(answer.text)
    assert "<title>Error: " in answer.text
    assert query in unescape(answer.text.partition("<textarea")[2].partition("</textarea>")[0])


def test_place_of_a_mistake(client: FlaskClient) -> None:
    """The place in the query is marked."""
    assert "SELECT * <mark>{</mark>" in ask(client, "SELECT * { ?s").text


def test_answer_as_bars(client: FlaskClient) -> None:
    """An answer that counts is drawn too, the longest bar from end to end."""
    text = ask(client, COUNTS).text

    assert "n by class" in text
    assert 'width="100.0%"' in text


def test_bars_have_names(client: FlaskClient) -> None:
    """Bars are named as things are called in the reader's language."""
    query = (
        f"SELECT ?thing ?n {{ VALUES (?thing ?n) {{ (<{BASE}id/country/MLI> 2) (<urn:x> 1) }} }}"
    )

    assert '<th scope="row">مالي</th>' in ask(client, query, "/ar/ask").text
    assert '<th scope="row">Mali</th>' in ask(client, query).text


def table(*rows: tuple[str, str | None], datatype: str = "xsd:integer") -> Table:
    """Make an answer of names and amounts."""
    cells = [
        (Value(name), None if amount is None else Value(amount, datatype=datatype))
        for name, amount in rows
    ]
    return Table(("name", "amount"), tuple(cells), has_more=False)


def test_bars() -> None:
    """A bar is as long as its amount is of the greatest."""
    bars = bars_of(table(("a", "4"), ("b", "1")))
    assert bars

    assert ("amount", "name") == (bars.amounts, bars.labels)
    assert (Bar(Value("a"), "4", 100.0), Bar(Value("b"), "1", 25.0)) == bars.bars


@pytest.mark.parametrize(("language", "named"), [("en", "plan"), ("", "note")])
def test_bars_have_readable_names(language: str, named: str) -> None:
    """A label names a bar as a text does, and an address only where there is no other."""
    rows = tuple(
        (
            Value(f"plan:{n}", f"/doc/plan/{n}", language),
            Value(n),
            Value("1", "", "", "xsd:integer"),
        )
        for n in "ab"
    )
    bars = bars_of(Table(("plan", "note", "amount"), rows, has_more=False))

    assert bars
    assert named == bars.labels


@pytest.mark.parametrize(
    "drawn",
    [
        table(("a", "1")),
        table(("a", "0"), ("b", "0")),
        table(("a", "1"), ("b", "-1")),
        table(("a", "1"), ("b", None)),
        table(("a", "1"), ("a", "2")),
        table(("a", "2019"), ("b", "2020"), datatype="xsd:gYear"),
        table(*((str(number), "1") for number in range(41))),
    ],
)
def test_no_bars(drawn: Table) -> None:
    """What bars would not tell truly, or what is a sentence, is not drawn."""
    assert bars_of(drawn) is None


def test_completions(client: FlaskClient) -> None:
    """The editor completes our prefixes, and terms that are used or declared, used ones first."""
    given = json.loads(client.get("/ask/completions.json").data)

    assert str(NAP) == given["prefixes"]["nap"]
    assert {str(NAP.ActionPlan), str(NAP.NationalActionPlan)} <= set(given["classes"])
    assert given["properties"].index(str(NAP.theme)) < given["properties"].index(str(NAP.iso2))


def test_endpoint_in_a_browser(client: FlaskClient) -> None:
    """A browser that asks the endpoint itself gets the same page."""
    answer = client.get("/sparql", query_string={"query": COUNTS}, headers={"Accept": "text/html"})

    assert "n by class" in answer.text
    assert '<form id="ask" action="/ask" method="get">' in answer.text
