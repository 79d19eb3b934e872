"""Questions to an endpoint, over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from napgraph.errors import EndpointError
from napgraph.formats import RESULTS_JSON, TURTLE
from napgraph.remote import ask_endpoint


@pytest.fixture(scope="module")
def endpoint(client: FlaskClient) -> Iterator[str]:
    """Serve the small site and give the address of its endpoint."""
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sparql"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "text",
    ["ASK {}", "# subject: themes\n# What did each resolution add?\nASK {}"],
)
def test_query_is_asked_whatever_its_comments_say(endpoint: str, text: str) -> None:
    """A query arrives as a query, also where a comment has a word of updates."""
    answer = ask_endpoint(endpoint, text, media_type=RESULTS_JSON.media_type)

    assert b'{"head":{},"boolean":true}' == answer


def test_graph_is_given_in_turtle(endpoint: str) -> None:
    """A CONSTRUCT is answered in the format that is asked for."""
    text = "CONSTRUCT { <x:a> <x:b> <x:c> } {}"
    answer = ask_endpoint(endpoint, text, media_type=TURTLE.media_type)

    assert b"<x:a> <x:b> <x:c> .\n" == answer


def test_refusal_is_told(endpoint: str) -> None:
    """What the endpoint does not answer is an error with its address and status."""
    with pytest.raises(EndpointError, match=f"^{endpoint} answers 403"):
        ask_endpoint(endpoint, "ASK { SERVICE <x:a> {} }", media_type=RESULTS_JSON.media_type)
