"""Documents that are answered before the application, as it would answer them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import Client

from napgraph.web.direct_documents import DirectDocuments


class Counting:
    """An application that counts how often it is asked."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.asked = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Pass a request on."""
        self.asked += 1
        return self.app(environ, start_response)


@pytest.fixture
def direct(client: FlaskClient) -> DirectDocuments:
    """Find what answers with documents before the application."""
    app: Any = client.application.wsgi_app
    while not isinstance(app, DirectDocuments):
        app = app._app
    return app


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/doc/plan/MLI-3", None),
        ("/doc/plan/MLI-3", "application/rdf+xml"),
        ("/doc/plan/MLI-3", "application/ld+json, text/turtle;q=0.9"),
        ("/doc/plan/MLI-3", "text/html"),
        ("/doc/plan/MLI-3", "image/png"),
        ("/doc/plan/MLI-3.ttl", "text/html"),
        ("/doc/plan/MLI-3.nt", None),
        ("/doc/plan/MLI-3.nq", None),
        ("/doc/plan/MLI-3.trig", None),
        ("/doc/plan/MLI-3.jsonld", None),
        ("/doc/plan/MLI-3.linkset", None),
        ("/doc/plan/MLI-3.linkset.json", None),
        (
            "/doc/plan/MLI-3.jsonld",
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#flattened"',
        ),
        ("/doc/plan/MLI-3.jsonld?frame=flat", None),
        ("/cite/plan/MLI-3.bib", None),
        ("/cite/plan/MLI-3.csl.json", None),
        ("/cite/plan/MLI-3.txt", "text/html"),
        ("/cite/plan/MLI-3.doc", None),
        ("/cite/plan/MLI-3", None),
        ("/cite/plan/none.bib", None),
        ("/cite/plan/MLI%2D3.ris", None),
        ("/cite/dataset.bib", None),
        ("/id/plan/MLI-3", None),
        ("/id/plan/MLI-3", "text/html"),
        ("/id/plan/none", None),
        ("/id/plan/MLI%2D3", None),
        ("/id/plan/a%20b", None),
        ("/id/plan/", None),
        ("/id/theme/climate", None),
        ("/doc/plan/MLI-3/", None),
        ("/doc//MLI-3", None),
        ("/doc/plan/MLI-3.ttl?page=1", None),
        ("/doc/plan/MLI-3.ttl?page=2", None),
        ("/doc/country/MLI", None),
        ("/doc/theme/climate", None),
        ("/doc/plan/none", None),
        ("/doc/plan/MLI%2D3", None),
        ("/doc/plan/a%20b", None),
        ("/doc/plan/%C3%A9", None),
        ("/doc/plan/%0A", None),
        ("/doc/plan", None),
    ],
)
def test_same_as_the_application(direct: DirectDocuments, path: str, accept: str | None) -> None:
    """Status, headers and bytes are those of the application, whatever is asked."""
    headers = {"Accept": accept} if accept else {}
    ours, theirs = (Client(app).get(path, headers=headers) for app in (direct, direct._app))

    assert (theirs.status, sorted(theirs.headers)) == (ours.status, sorted(ours.headers))
    assert theirs.data == ours.data


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/doc/plan/MLI-3", 0),
        ("/doc/plan/MLI-3.nt", 0),
        ("/doc/plan/MLI-3.jsonld", 0),
        ("/doc/plan/MLI-3.linkset", 0),
        ("/id/plan/MLI-3", 0),
        ("/cite/plan/MLI-3.ris", 0),
        ("/doc/plan/MLI-3.html", 1),
    ],
)
def test_who_answers(direct: DirectDocuments, path: str, asked: int) -> None:
    """What needs no page is answered without the application."""
    behind = Counting(direct._app)
    Client(DirectDocuments(behind, direct._site, direct._context)).get(path)

    assert asked == behind.asked
