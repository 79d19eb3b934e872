"""What whoever asks for a document over HTTP gets: the rows of `http/*.toml`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from http_rows import Answer, Row, ask, read_rows
from napgraph.config import Config
from servers import serving

ROWS = read_rows()
READ = [name for name, row in ROWS.items() if row.method == "GET"]


def ask_app(client: FlaskClient, row: Row, method: str, headers: dict[str, str]) -> Answer:
    """Ask the application itself."""
    body = row.body if method == row.method else ""
    answer = client.open(row.path, method=method, headers=headers, data=body)
    return Answer(answer.status_code, answer.headers, answer.data)


@pytest.fixture(scope="module", autouse=True)
def _whole_dataset(client: FlaskClient) -> None:
    """Have the files made that the dataset's description speaks of; until then it is not kept."""
    site = client.application.extensions["napgraph"]

    assert site.deriver.get(site.current().generation.id, wait_s=120) is not None


@pytest.fixture(scope="module")
def server(config: Config) -> Iterator[str]:
    """Serve the same as the application does, over a socket."""
    with serving(settings={"NAPGRAPH_STORE": str(config.store_dir)}) as address:
        yield address.removeprefix("http://").rstrip("/")


@pytest.mark.parametrize("name", ROWS)
def test_answer(client: FlaskClient, name: str) -> None:
    """Each request of the tables gets what they say from the application."""
    row = ROWS[name]
    etag = ask_app(client, row, "GET", row.unconditional()).etag
    answer = ask_app(client, row, row.method, row.headers(etag))

    assert [] == list(row.faults(answer, etag))


@pytest.mark.parametrize("name", ROWS)
def test_answer_over_a_socket(server: str, name: str) -> None:
    """Each request of the tables gets what they say from the server."""
    row = ROWS[name]
    etag = ask(server, "GET", row.path, row.unconditional()).etag
    answer = ask(server, row.method, row.path, row.headers(etag), row.body.encode())

    assert [] == list(row.faults(answer, etag))


@pytest.mark.parametrize("name", READ)
def test_head_is_get_without_a_body(client: FlaskClient, name: str) -> None:
    """HEAD has the status and all headers of GET, in their order."""
    row = ROWS[name]
    get, head = (ask_app(client, row, m, row.headers('"none"')) for m in ("GET", "HEAD"))

    assert (get.status, list(get.headers), b"") == (head.status, list(head.headers), head.body)


def test_there_are_many_rows() -> None:
    """The tables hold at least 150 requests, most of which a file server has to answer alike."""
    assert len(ROWS) >= 150
    assert sum(not row.live for row in ROWS.values()) >= 100
