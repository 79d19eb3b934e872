"""Former states are found by time, as a client expects that knows RFC 7089 and nothing of us.

The client here follows links alone: from a document to its TimeGate and its
TimeMap, and from these to the states.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import pytest
from flask.testing import FlaskClient
from httplink import Link, parse_link_header
from pyoxigraph import RdfFormat, parse
from werkzeug.test import TestResponse

from napgraph.formats import GRAPH_FORMATS
from tests.histories import DAY_S, FIRST

SITE = "http://localhost"
PLAN, GRAPH = "/doc/plan/MLI-3", "/graph/MLI"
MEDIA = {form.suffix: form.media_type for form in GRAPH_FORMATS}


def http(seconds: int) -> str:
    """Write a time as HTTP does."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def links(response: TestResponse, rel: str) -> list[Link]:
    """Read the links of a relation from a header, with another's library."""
    found = parse_link_header(", ".join(response.headers.getlist("Link")))
    return [link for link in found.links if rel in link.rel]


def target(client: FlaskClient, path: str, rel: str) -> str:
    """Give the path that an address links to as a relation."""
    response = client.get(path, headers={"Accept": "text/turtle"})
    (link,) = links(response, rel)
    return urlsplit(urljoin(f"{SITE}{path}", link.target)).path


def state(client: FlaskClient, path: str, at: int | None) -> TestResponse:
    """Ask the TimeGate of an address for the state at a time, and follow it there."""
    headers = {"Accept": "text/turtle"} | ({"Accept-Datetime": http(at)} if at else {})
    led = client.get(target(client, path, "timegate"), headers=headers)
    assert led.status_code == 302
    return client.get(urlsplit(led.headers["Location"]).path, headers={"Accept": "text/turtle"})


def ends(response: TestResponse) -> set[str]:
    """Read in which year a document says that Mali's third plan ends."""
    return {
        quad.object.value
        for quad in parse(response.data, format=RdfFormat.TURTLE)
        if quad.predicate.value.endswith("#periodEnd") and quad.subject.value.endswith("/MLI-3")
    }


@pytest.mark.parametrize("path", [PLAN, GRAPH])
@pytest.mark.parametrize(
    ("day", "year", "of"),
    [(-9, "2023", 0), (0, "2023", 0), (0.9, "2023", 0), (1, "2024", 1), (99, "2024", 4)],
)
def test_state_at_a_time(
    history_client: FlaskClient, path: str, day: float, year: str, of: int
) -> None:
    """It is the last that was there; before the first it is the first (section 4.5.2)."""
    found = state(history_client, path, int(FIRST + day * DAY_S))

    assert ends(found) == {year}
    assert found.headers["Memento-Datetime"] == http(FIRST + of * DAY_S)


def test_without_a_time_it_is_the_last(history_client: FlaskClient) -> None:
    """Section 4.5.1."""
    found = state(history_client, PLAN, None)

    assert found.headers["Memento-Datetime"] == http(FIRST + 4 * DAY_S)


@pytest.mark.parametrize("path", [PLAN, f"{PLAN}.ttl", f"{PLAN}.nt", GRAPH, f"{GRAPH}.jsonld"])
def test_timegate_response(history_client: FlaskClient, path: str) -> None:
    """It varies by time, names original and TimeMap, and is no state itself (section 4.2.1)."""
    response = history_client.get(target(history_client, path, "timegate"))

    assert "accept-datetime" in response.headers["Vary"]
    assert "Memento-Datetime" not in response.headers
    assert [link.target for link in links(response, "original")] == [f"{SITE}{path}"]
    assert len(links(response, "timemap")) == 1
    assert response.headers["Location"].endswith(path)


def test_original_is_served_as_it_is(history_client: FlaskClient) -> None:
    """A document is no TimeGate: a time makes no difference to it."""
    asked = {"Accept": "text/turtle", "Accept-Datetime": http(FIRST)}
    response = history_client.get(PLAN, headers=asked)

    assert ends(response) == {"2024"}
    assert len(links(response, "timegate")) == 1


def test_memento_response(history_client: FlaskClient) -> None:
    """It names original, TimeGate, TimeMap and its neighbours with their times (section 4.3)."""
    response = state(history_client, PLAN, FIRST + DAY_S)
    times = {
        rel: [link["datetime"] for link in links(response, rel)]
        for rel in ("first", "prev", "next", "last")
    }

    assert [link.target for link in links(response, "original")] == [f"{SITE}{PLAN}"]
    assert len(links(response, "timegate")) == len(links(response, "timemap")) == 1
    assert times == {
        "first": [http(FIRST)],
        "prev": [http(FIRST)],
        "next": [http(FIRST + 2 * DAY_S)],
        "last": [http(FIRST + 4 * DAY_S)],
    }


@pytest.mark.parametrize("text", ["yesterday", "2026-01-01", "Thu, 40 Jan 2026 00:00:00 GMT", ""])
def test_what_is_no_time_is_refused(history_client: FlaskClient, text: str) -> None:
    """Section 4.5.3."""
    response = history_client.get(f"/timegate{PLAN}", headers={"Accept-Datetime": text})

    assert (response.status_code, "accept-datetime" in response.headers["Vary"]) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/timegate/doc/plan/none",
        "/timemap/doc/plan/none",
        "/timegate/graph/none",
        "/memento/20260101000000/doc/plan/none",
        "/memento/20250101000000/doc/plan/MLI-3",
        "/memento/20269999000000/doc/plan/MLI-3",
        "/memento/now/doc/plan/MLI-3",
    ],
)
def test_no_state_is_404(history_client: FlaskClient, path: str) -> None:
    """Where there never was one, and where the address names no time."""
    assert history_client.get(path).status_code == 404


def test_timemap_lists_all_states(history_client: FlaskClient) -> None:
    """In link format (section 5), with the span, itself and the TimeGate."""
    response = history_client.get(target(history_client, PLAN, "timemap"))
    found = parse_link_header(response.text.replace(",\n", ", ").strip())
    by_rel = {rel: link for link in found.links for rel in link.rel}
    mementos = [link for link in found.links if "memento" in link.rel]

    assert response.mimetype == "application/link-format"
    assert by_rel["original"].target == f"{SITE}{PLAN}"
    assert by_rel["timegate"].target == f"{SITE}/timegate{PLAN}"
    assert (by_rel["self"]["from"], by_rel["self"]["until"]) == (
        http(FIRST), http(FIRST + 4 * DAY_S),
    )  # fmt: skip
    assert [m["datetime"] for m in mementos] == [http(FIRST + n * DAY_S) for n in (0, 1, 2, 4)]
    assert by_rel["first"] is mementos[0]
    assert by_rel["last"] is mementos[-1]


def test_each_memento_has_its_time(history_client: FlaskClient) -> None:
    """The TimeMap's addresses answer with the times that it says."""
    text = history_client.get(f"/timemap{GRAPH}").text
    listed = re.findall(r'<([^>]+)>; rel="[a-z ]*memento"; datetime="([^"]+)"', text)
    answered = [
        (address, history_client.get(urlsplit(address).path).headers["Memento-Datetime"])
        for address, _ in listed
    ]

    assert len(listed) == 4
    assert listed == answered


@pytest.mark.parametrize("accept", ["application/json", None])
def test_timemap_in_json(history_client: FlaskClient, accept: str | None) -> None:
    """It is chosen by Accept, or by the address."""
    path = f"/timemap{PLAN}" if accept else f"/timemap/json{PLAN}"
    found = json.loads(history_client.get(path, headers={"Accept": accept or "*/*"}).text)
    states = found["mementos"]["list"]

    assert found["original_uri"] == f"{SITE}{PLAN}"
    assert [s["datetime"] for s in states][:2] == ["2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"]
    assert found["mementos"]["last"] == states[-1]


@pytest.mark.parametrize("path", [PLAN, GRAPH])
@pytest.mark.parametrize("suffix", [*MEDIA, "html"])
def test_memento_in_each_format(history_client: FlaskClient, path: str, suffix: str) -> None:
    """Each is served by suffix and by Accept with the time of the state."""
    media_type = MEDIA.get(suffix, "text/html")
    address = f"/memento/20260101000000{path}"
    named = history_client.get(f"{address}.{suffix}")
    negotiated = history_client.get(address, headers={"Accept": media_type})

    assert {named.mimetype, negotiated.mimetype} == {media_type}
    assert named.headers["Memento-Datetime"] == http(FIRST)
    assert b"2023" in named.data
    assert b"2024" not in named.data.replace(b"2024-", b"")


def test_between_two_states_is_the_first(history_client: FlaskClient) -> None:
    """An address with another time leads to the one of the state that was there."""
    response = history_client.get("/memento/20260101120000/doc/plan/MLI-3")

    assert response.status_code == 302
    assert response.headers["Location"] == f"{SITE}/memento/20260101000000/doc/plan/MLI-3"


def test_graph_as_it_was_is_the_file(history_client: FlaskClient) -> None:
    """In Turtle it is what git has, byte for byte."""
    response = history_client.get(f"/memento/20260101000000{GRAPH}.ttl")
    history = history_client.application.extensions["napgraph-history"]
    desk = history_client.application.extensions["napgraph-curation"]
    first = history.index.oldest(limit=1)[0]

    assert response.data == desk.workspace.read("MLI", first.commit)


def test_times_are_of_http(history_client: FlaskClient) -> None:
    """They are in GMT, as section 2.1.1.1 wants."""
    text = state(history_client, PLAN, FIRST).headers["Memento-Datetime"]

    assert text.endswith(" GMT")
    assert parsedate_to_datetime(text).timestamp() == FIRST


@pytest.mark.parametrize("path", ["/doc/question/plans_in_force", "/ontology", "/graph/questions"])
def test_what_is_no_data_has_no_history(history_client: FlaskClient, path: str) -> None:
    """Ontology, shapes and questions come with the program."""
    response = history_client.get(path, headers={"Accept": "text/turtle"})

    assert (response.status_code, links(response, "timegate")) == (200, [])


def test_without_a_workspace_there_is_no_history(client: FlaskClient) -> None:
    """No links, no pages."""
    response = client.get(PLAN, headers={"Accept": "text/turtle"})

    assert links(response, "timegate") == []
    assert client.get(f"/timemap{PLAN}").status_code == 404
    assert b"/history/" not in client.get(f"{PLAN}.html").data
