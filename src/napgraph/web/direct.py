"""Queries by GET answered before the application, in which much of a small one's time goes by.

A worker reads the request, too: the server's threads have one interpreter's lock
among them, the workers have none. Only what goes as it should is answered here, the
same to the byte as by the application; a page, a mistake and whatever else takes
words is left to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from napgraph.errors import NapgraphError
from napgraph.formats import GRAPH_FORMATS, RESULTS_FORMATS
from napgraph.web.ask_page import ENDPOINT
from napgraph.web.headers import CONTENT_SECURITY_POLICY, PUBLIC
from napgraph.web.monitoring import Monitor
from napgraph.web.site import Site
from napgraph.web.sparql import ENDPOINT_HEADERS, Failed, cache_headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ALWAYS = [*ENDPOINT_HEADERS, *PUBLIC, ("Content-Security-Policy", CONTENT_SECURITY_POLICY)]

_CONTENT_TYPES = {form.suffix: form.content_type for form in (*RESULTS_FORMATS, *GRAPH_FORMATS)}
# A condition may make it needless to evaluate the query; somebody who is known gets other headers.
_OTHERWISE = frozenset(("HTTP_IF_NONE_MATCH", "HTTP_COOKIE", "HTTP_AUTHORIZATION"))
# A worker that a query has taken over may say anything.
_UNKNOWN = "application/octet-stream"


class DirectQueries:
    """A WSGI application before another one, which answers queries by GET itself.

    Args:
        app: The application.
        site: Its site.
        monitor: Where queries are counted.
    """

    def __init__(self, app: WSGIApplication, site: Site, monitor: Monitor) -> None:
        self._app = app
        self._site = site
        self._monitor = monitor

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["PATH_INFO"] != ENDPOINT or environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        query_string = environ.get("QUERY_STRING", "")
        if "query=" not in query_string or not _OTHERWISE.isdisjoint(environ):
            return self._app(environ, start_response)
        started = time.monotonic()
        client = environ.get("REMOTE_ADDR", "")
        generation = self._site.current().generation.id
        try:
            body = self._site.evaluate_raw(
                query_string, environ.get("HTTP_ACCEPT"), generation=generation, client=client
            )
        except NapgraphError as exc:
            environ[Failed.KEY] = Failed(exc, started)
            return self._app(environ, start_response)
        heading = body.heading if body else None
        if body is None or heading is None:
            return self._app(environ, start_response)
        self._monitor.note_query(
            heading.name,
            elapsed_s=time.monotonic() - started,
            size=body.size,
            status=200,
            generation=generation,
            address=client,
        )
        headers = [
            ("Content-Type", _CONTENT_TYPES.get(heading.suffix, _UNKNOWN)),
            ("Content-Length", str(body.size)),
            *cache_headers(heading.tag),
            *_ALWAYS,
        ]
        start_response("200 OK", headers)
        # Granian sends a list in one go, and for anything else takes a thread's time.
        return [body.read()] if body.is_small else body
