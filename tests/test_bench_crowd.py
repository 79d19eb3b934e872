"""Many clients at once: who they are, what they count, and that they come again when told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from bench.crowd import LOST, Group, Seen, crowd


@dataclass
class Asked:
    """What a server was asked: client, query."""

    url: str = ""
    seen: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def asked() -> Iterator[Asked]:
    """Serve a query `STATUS …` with that status, and 0 by closing the connection."""
    asked = Asked()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            query = parse_qs(self.rfile.read(length).decode())["query"][0]
            asked.seen.append((self.client_address[0], query))
            if (status := int(query.split()[0])) == 0:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", "0")
            if status == 503:
                self.send_header("Retry-After", "1")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        asked.url = f"http://127.0.0.1:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield asked
        server.shutdown()
        thread.join()


def test_each_client_has_an_address_of_its_own(asked: Asked) -> None:
    """So a server can tell them apart."""
    crowd(asked.url, [Group(3, ["200"], 0.01), Group(2, ["200"], 0.01)], seconds=0.2)

    assert 5 == len({address for address, _ in asked.seen})


def test_no_query_is_asked_twice(asked: Asked) -> None:
    """The number in it is never used again, whoever asks."""
    crowd(asked.url, [Group(4, ["200 @n@"], 0)], seconds=0.2)
    queries = [query for _, query in asked.seen]

    assert len(queries) > 4
    assert len(queries) == len(set(queries))


def test_answers_are_counted_by_status(asked: Asked) -> None:
    """Each request is counted once, those without an answer too."""
    [seen] = crowd(asked.url, [Group(4, ["200", "400", "0"], 0.01)], seconds=0.4)

    assert {"200", "400", LOST} == set(seen.outcomes)
    assert len(asked.seen) == sum(seen.outcomes.values())
    assert len(seen.times) == seen.outcomes["200"]


def test_a_client_told_to_come_again_waits(asked: Asked) -> None:
    """In half a second, nobody who has to wait for one asks twice."""
    [seen] = crowd(asked.url, [Group(3, ["503"], 0)], seconds=0.5)

    assert 3 == seen.outcomes["503"]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 0.51), (0.95, 0.96), (1.0, 1.0)])
def test_a_share_of_the_answers_came_within(share: float, expected: float) -> None:
    """Of a hundred times from 0.01 to 1 s."""
    assert expected == Seen([n / 100 for n in range(100, 0, -1)]).within(share)
