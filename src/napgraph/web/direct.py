"""Queries by GET answered before the application: half of a small one's time is the framework's.

Only what goes as it should is answered here, the same to the byte as by the
application; a page, a mistake and whatever else takes words is left to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from napgraph import protocol
from napgraph.errors import NapgraphError
from napgraph.formats import HTML
from napgraph.protocol import Plan, Query
from napgraph.web.ask_page import ENDPOINT
from napgraph.web.headers import CONTENT_SECURITY_POLICY, PUBLIC
from napgraph.web.monitoring import Monitor
from napgraph.web.site import Site
from napgraph.web.sparql import ENDPOINT_HEADERS, Failed, cache_headers, tag_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ALWAYS = [*ENDPOINT_HEADERS, *PUBLIC, ("Content-Security-Policy", CONTENT_SECURITY_POLICY)]


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
        started = time.monotonic()
        plan = self._plan(environ)
        if plan is None:
            return self._app(environ, start_response)
        client = environ.get("REMOTE_ADDR", "")
        generation = self._site.current().generation.id
        try:
            body = self._site.evaluate(plan, client=client)
        except NapgraphError as exc:
            environ[Failed.KEY] = Failed(exc, started)
            return self._app(environ, start_response)
        self._monitor.note_query(
            plan.query.text,
            elapsed_s=time.monotonic() - started,
            size=body.size,
            status=200,
            generation=generation,
            address=client,
        )
        headers = [
            ("Content-Type", plan.format.content_type),
            ("Content-Length", str(body.size)),
            *cache_headers(tag_of(plan, generation)),
            *_ALWAYS,
        ]
        start_response("200 OK", headers)
        return body

    def _plan(self, environ: WSGIEnvironment) -> Plan | None:
        """Read a query that may be answered here."""
        query_string = environ.get("QUERY_STRING", "").encode("latin-1")
        try:
            asked = protocol.read_request(protocol.Request("GET", query_string))
            if not isinstance(asked, Query):
                return None
            federation = self._site.config.federation
            plan = protocol.plan(asked, environ.get("HTTP_ACCEPT"), federation=federation)
        except NapgraphError:
            return None
        # A condition may make it needless to evaluate the query.
        is_plain = plan.format is not HTML and "HTTP_IF_NONE_MATCH" not in environ
        return plan if is_plain else None
