"""Documents in RDF formats answered before the application: a third of their time is Flask's.

Only what is found and goes as it should is answered here, the same to the byte
as by the application; pages, mistakes and whatever else takes words are left to it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from napgraph.errors import NotAcceptable
from napgraph.formats import GRAPH_FORMATS, JSON_LD, Format
from napgraph.web.documents import read, signposts_of, thing_iri
from napgraph.web.headers import CONTENT_SECURITY_POLICY, PUBLIC
from napgraph.web.representations import Representation, headers_of, negotiate, split_name
from napgraph.web.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ALWAYS = [*PUBLIC, ("Content-Security-Policy", CONTENT_SECURITY_POLICY)]
_PATH = re.compile(r"/doc/([^/]+)/([^/]+)", re.ASCII)
# JSON-LD is framed, which takes so long that nothing is won.
_FORMATS = frozenset(GRAPH_FORMATS) - {JSON_LD}
_PATIENCE_S = 0.05
# What may ask for something else than the document as it is, or comes from somebody who is known.
_OTHERWISE = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_COOKIE", "HTTP_AUTHORIZATION",
)  # fmt: skip


class DirectDocuments:
    """A WSGI application before another one, which answers with first pages in RDF itself.

    Args:
        app: The application.
        site: Its site.
    """

    def __init__(self, app: WSGIApplication, site: Site) -> None:
        self._app = app
        self._site = site
        # Threads that make documents at once take the interpreter from each other: a fifth fewer.
        self._turn = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        match = _PATH.fullmatch(environ["PATH_INFO"])
        if match and _is_plain(environ):
            kind, name = match.groups()
            key, named = split_name(name)
            form = named or _negotiated(environ.get("HTTP_ACCEPT"))
            if form in _FORMATS:
                with self._in_turn():
                    answer = self._answer(kind, key, form, is_negotiated=named is None)
                if answer:
                    headers, body = answer
                    start_response("200 OK", headers)
                    return [body]
        return self._app(environ, start_response)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Wait for others, but not for a document that takes long."""
        is_alone = self._turn.acquire(timeout=_PATIENCE_S)
        try:
            yield
        finally:
            if is_alone:
                self._turn.release()

    def _answer(
        self, kind: str, key: str, form: Format, *, is_negotiated: bool
    ) -> tuple[list[tuple[str, str]], bytes] | None:
        """Make headers and body; None where there is no document as it should be."""
        opened = self._site.current()
        about = read(opened.store, thing_iri(kind, key), 1)
        if about is None or about.profile.is_withdrawn:
            return None
        body = about.to_bytes(form.media_type)
        representation = Representation(signposts_of(about), form, is_negotiated)
        headers = headers_of(representation, body, created=opened.generation.created)
        return [*headers.items(), ("Content-Length", str(len(body))), *_ALWAYS], body


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Tell whether a request asks for a document and nothing besides."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING"):
        return False
    is_ours = environ["PATH_INFO"].isascii() and not environ.get("SCRIPT_NAME")
    return is_ours and not any(name in environ for name in _OTHERWISE)


def _negotiated(accept: str | None) -> Format | None:
    try:
        return negotiate(accept)
    except NotAcceptable:
        return None
