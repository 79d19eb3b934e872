"""Changes can be followed: as a page, as Atom, and as a stream that goes on where one stopped."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from napgraph.curation.versions import History
from napgraph.web.curation import changes
from tests.histories import DAY_S, FIRST, STEPS

ATOM = "{http://www.w3.org/2005/Atom}"


def stream(client: FlaskClient, path: str) -> dict[str, Any]:
    """Ask for a part of the stream."""
    response = client.get(path.removeprefix("http://localhost"))
    assert (response.status_code, response.mimetype) == (200, "application/ld+json")
    return dict(json.loads(response.text))


def said(page: dict[str, Any]) -> list[str]:
    """List the first lines of what activities say."""
    return [item["summary"].splitlines()[0] for item in page["orderedItems"]]


ALL = ["Begin with the data that come with napgraph", *(s[3].splitlines()[0] for s in STEPS)]


def test_stream_has_all_changes_the_first_first(history_client: FlaskClient) -> None:
    """The collection leads to its pages."""
    whole = stream(history_client, "/changes.jsonld")
    first = stream(history_client, whole["first"]["id"])

    assert (whole["type"], whole["totalItems"]) == ("OrderedCollection", 5)
    assert (first["type"], first["partOf"]) == ("OrderedCollectionPage", whole["id"])
    assert said(first) == ALL


def test_activity_says_who_when_and_why(history_client: FlaskClient) -> None:
    """Without the addresses that people have in git."""
    item = stream(history_client, "/changes.jsonld?page=1")["orderedItems"][1]

    assert (item["type"], item["published"]) == ("Update", "2026-01-02T00:00:00Z")
    assert item["actor"] == {"type": "Person", "name": "Awa Traoré"}
    assert item["reviewer"] == {"type": "Person", "name": "Ben"}
    assert item["source"] == "https://example.org/a"
    assert item["context"].startswith("https://w3id.org/napgraph/submissions/")
    assert [o["id"] for o in item["object"]] == ["https://w3id.org/napgraph/graph/MLI"]
    assert "@example.org" not in json.dumps(item)


def test_activity_has_an_address(history_client: FlaskClient) -> None:
    """The same is found where its id leads to, as JSON-LD and as a page."""
    item = stream(history_client, "/changes.jsonld?page=1")["orderedItems"][1]
    path = item["id"].removeprefix("https://w3id.org/napgraph")
    alone = stream(history_client, f"{path}.jsonld")

    assert {key: alone[key] for key in item} == item
    assert history_client.get(path).status_code == 200


def test_stream_goes_on_from_the_last_one_seen(
    history_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Following `next`, a client gets each change once; asking again, what is new."""
    monkeypatch.setattr(changes, "_PAGE_SIZE", 2)
    found, page = [], stream(history_client, "/changes.jsonld?since=2025-01-01T00:00:00Z")
    found += said(page)
    while "next" in page:
        page = stream(history_client, page["next"])
        found += said(page)
    last = page["orderedItems"][-1]["commit"]

    assert found == ALL
    assert said(stream(history_client, f"/changes.jsonld?since={last}")) == []


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-01-02T00:00:00Z", 3),
        ("2026-01-02T00:00:00%2B00:00", 3),
        ("2026-01-02T01:00:00+01:00", 3),
        ("2026-01-01T23:59:59Z", 4),
        ("2026-01-03", 2),
        ("2030-01-01", 0),
    ],
)
def test_since_a_time(history_client: FlaskClient, since: str, expected: int) -> None:
    """What was published after that time, and not at it."""
    assert len(said(stream(history_client, f"/changes.jsonld?since={since}"))) == expected


def test_pages_of_the_stream_stay(
    history_client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are counted from the first change, and lead to each other."""
    monkeypatch.setattr(changes, "_PAGE_SIZE", 2)
    second = stream(history_client, "/changes.jsonld?page=2")

    assert (said(second), second["startIndex"]) == (ALL[2:4], 2)
    assert second["prev"].endswith("page=1")
    assert second["next"].endswith("page=3")
    assert "next" not in stream(history_client, second["next"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("graph=KEN", [ALL[0], "Shorten a title."]),
        ("country=KEN", [ALL[0], "Shorten a title."]),
        ("country=MLI", [ALL[0], *(ALL[n] for n in (1, 2, 4))]),
        ("graph=none", []),
    ],
)
def test_changes_of_a_graph_or_country(
    history_client: FlaskClient, query: str, expected: list[str]
) -> None:
    """Each can be followed by itself, in each form."""
    feed = ET.fromstring(history_client.get(f"/changes.atom?{query}").text)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]

    assert said(stream(history_client, f"/changes.jsonld?{query}&page=1")) == expected
    assert titles == expected[::-1]
    assert all(title in history_client.get(f"/changes?{query}").text for title in expected)


def test_feed(history_client: FlaskClient) -> None:
    """It is Atom, the last change first, with who made each and when."""
    feed = ET.fromstring(history_client.get("/changes.atom").text)
    entry = next(feed.iter(f"{ATOM}entry"))
    last = f"2026-01-{(FIRST + 4 * DAY_S - FIRST) // DAY_S + 1:02d}T00:00:00+00:00"

    assert feed.findtext(f"{ATOM}updated") == last
    assert entry.findtext(f"{ATOM}updated") == last
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Awa Traoré"
    assert (entry.findtext(f"{ATOM}id") or "").startswith("https://w3id.org/napgraph/changes/")


def test_feed_is_xml_whatever_is_asked(history_client: FlaskClient) -> None:
    """Characters that XML has no place for are replaced."""
    response = history_client.get("/changes.atom?graph=a%00%1Bb")

    assert ET.fromstring(response.text).findtext(f"{ATOM}title") == (
        "napgraph: changes of graph a\ufffd\ufffdb"
    )


def test_pages_of_the_feed(history_client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """They lead to each other, as RFC 5005 has it."""
    monkeypatch.setattr(changes, "_PAGE_SIZE", 2)
    feed = ET.fromstring(history_client.get("/changes.atom?page=2").text)
    around = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}

    assert around["previous"] == "http://localhost/changes.atom?page=1"
    assert around["next"] == "http://localhost/changes.atom?page=3"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/changes?page=9", 404),
        ("/changes.jsonld?page=9", 404),
        ("/changes.jsonld?since=yesterday", 400),
        ("/changes.jsonld?since=0123456789", 404),
        ("/changes?graph=MLI&country=MLI", 400),
        ("/changes/0123456789", 404),
        ("/changes/x", 404),
        ("/history/%25/0", 404),
        ("/history/%25/0.json", 404),
        ("/history/plan/%3C%3E%22", 404),
        ("/history/graph/%3C%3E%22", 404),
    ],
)
def test_what_there_is_not(history_client: FlaskClient, path: str, status: int) -> None:
    """It is said with a status."""
    assert history_client.get(path).status_code == status


@pytest.mark.parametrize("tag", ["", "/fr", "/es", "/ar"])
@pytest.mark.parametrize("path", ["/changes", "/history/plan/MLI-3", "/history/graph/MLI"])
def test_pages_in_each_language(history_client: FlaskClient, tag: str, path: str) -> None:
    """They speak it, and lead to the things in it."""
    response = history_client.get(f"{tag}{path}")

    assert response.status_code == 200
    assert response.content_language.as_set() == {tag.removeprefix("/") or "en"}


def test_a_version_says_what_it_changed(history_client: FlaskClient) -> None:
    """In words, by the names of things and properties."""
    history: History = history_client.application.extensions["napgraph-history"]
    second = history.index.oldest(limit=2)[1].commit[:10]
    text = history_client.get(f"/history/plan/MLI-3?to={second}").text

    assert "period end</a></dt>" in text
    assert '<del><span class="hidden">Removed: </span><span>2023</span></del>' in text
    assert '<ins><span class="hidden">Added: </span><span>2024</span></ins>' in text


def test_two_versions_compared_as_json(history_client: FlaskClient) -> None:
    """The difference is there statement by statement."""
    history: History = history_client.application.extensions["napgraph-history"]
    first, second = (v.commit for v in history.index.oldest(limit=2))
    path = f"/history/plan/MLI-3.json?from={first}&to={second}"
    found = json.loads(history_client.get(path).text)
    plan, end = (
        "<https://w3id.org/napgraph/id/plan/MLI-3>",
        "<https://w3id.org/napgraph/ontology#periodEnd>",
    )
    year = "<http://www.w3.org/2001/XMLSchema#gYear>"

    assert found["difference"]["removed"] == [f'{plan} {end} "2023"^^{year} .']
    assert found["difference"]["added"] == [f'{plan} {end} "2024"^^{year} .']
    assert [v["number"] for v in found["versions"]] == [5, 3, 2, 1]


@pytest.mark.parametrize("thing", ["scheme/theme", "theme/youth", "theme/climate"])
def test_what_comes_with_the_program_has_a_page(history_client: FlaskClient, thing: str) -> None:
    """Though no version of the data may speak of it; its page leads there."""
    page = history_client.get(f"/doc/{thing}.html").text
    response = history_client.get(f"/history/{thing}")

    assert f'href="/history/{thing}"' in page
    assert response.status_code == 200
    assert ("ever changed" in response.text) == (thing != "theme/climate")


def test_pages_lead_to_their_history(history_client: FlaskClient) -> None:
    """Those of things, and those of graphs."""
    assert 'href="/history/plan/MLI-3"' in history_client.get("/doc/plan/MLI-3.html").text
    assert 'href="/fr/history/country/MLI"' in history_client.get("/fr/doc/country/MLI").text
    assert 'href="/history/graph/MLI"' in history_client.get("/graph/MLI.html").text
