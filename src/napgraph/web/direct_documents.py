"""Documents, ways to them and citations, answered before the application.

Much of their time would be the framework's.

Only what is found and goes as it should is answered here, the same to the byte
as by the application; pages, mistakes and whatever else takes words are left to it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from rdflib import RDF

from napgraph.documents import Document
from napgraph.errors import NotAcceptable
from napgraph.formats import GRAPH_FORMATS, JSON_LD, LINKSET_FORMATS, Format
from napgraph.namespaces import NAP
from napgraph.resources import local_path
from napgraph.web.address import address_in
from napgraph.web.citing import plain_citation
from napgraph.web.documents import asks_for_list, read, signposts_of, thing_iri, written
from napgraph.web.headers import CONTENT_SECURITY_POLICY, PUBLIC
from napgraph.web.representations import (
    Representation,
    elsewhere,
    headers_of,
    negotiate,
    split_name,
    write_linkset,
)
from napgraph.web.site import Site

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ALWAYS = [*PUBLIC, ("Content-Security-Policy", CONTENT_SECURITY_POLICY)]
_DOCUMENT = re.compile(r"/doc/([^/]+)/([^/]+)", re.ASCII)
# Of things whose addresses are as plain as those that we mint.
_THING = re.compile(r"/id/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)", re.ASCII)
_CITATION = re.compile(r"/cite/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)", re.ASCII)
_FORMATS = frozenset((*GRAPH_FORMATS, *LINKSET_FORMATS))
_TYPE, _TOMBSTONE = RDF.type, NAP.Tombstone
_PATIENCE_S = 0.05
# What may ask for something else than the document as it is, or comes from somebody who is known.
_OTHERWISE = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_COOKIE", "HTTP_AUTHORIZATION",
)  # fmt: skip

_Answer = tuple[dict[str, str], bytes]


class DirectDocuments:
    """A WSGI application before another one, which answers with first pages in RDF itself.

    Args:
        app: The application.
        site: Its site.
        context: Opens the context of the application in which its parts find each other.
    """

    def __init__(
        self,
        app: WSGIApplication,
        site: Site,
        context: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._app = app
        self._site = site
        self._context = context
        # Threads that make documents at once take the interpreter from each other: a fifth fewer.
        self._turn = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"]
        if path.startswith("/doc/"):
            status, answer = "200 OK", self._document(path, environ)
        elif path.startswith("/id/"):
            status, answer = "303 SEE OTHER", self._thing(path, environ)
        elif path.startswith("/cite/"):
            status, answer = "200 OK", self._citation(path, environ)
        else:
            answer = None
        if answer is None:
            return self._app(environ, start_response)
        headers, body = answer
        start_response(status, [*headers.items(), ("Content-Length", str(len(body))), *_ALWAYS])
        return [body]

    def _document(self, path: str, environ: WSGIEnvironment) -> _Answer | None:
        """Make headers and body; None where there is no document as it should be."""
        match = _DOCUMENT.fullmatch(path)
        if match is None or not _is_plain(environ):
            return None
        kind, name = match.groups()
        key, named = split_name(name)
        accept = environ.get("HTTP_ACCEPT")
        form = named or _negotiated(accept)
        if form not in _FORMATS or (form is JSON_LD and asks_for_list(accept)):
            return None
        opened = self._site.current()
        # Wait for others, but not for a document that takes long.
        is_alone = self._turn.acquire(timeout=_PATIENCE_S)
        try:
            about = read(opened.store, thing_iri(kind, key), 1)
            if about is None or about.profile.is_withdrawn:
                return None
            signposts = signposts_of(about, has_history=self._site.has_history)
            representation = Representation(signposts, form, named is None)
            body = self._write(about, representation, environ)
            return headers_of(representation, body, created=opened.generation.created), body
        finally:
            if is_alone:
                self._turn.release()

    def _write(
        self, about: Document, representation: Representation, environ: WSGIEnvironment
    ) -> bytes:
        if representation.format is JSON_LD:
            return about.to_tree(self._site.context)
        if representation.format in LINKSET_FORMATS:
            return write_linkset(representation, address_in(environ, self._site.config.address))
        return written(about, representation.format)

    def _thing(self, path: str, environ: WSGIEnvironment) -> _Answer | None:
        """Lead to the document about a thing; None where there may be none."""
        match = _THING.fullmatch(path)
        if match is None or not _is_plain(environ):
            return None
        iri = thing_iri(*match.groups())
        store = self._site.current().store
        types = [cls for _, _, cls in store.triples(iri, _TYPE, None)]
        if not types or _TOMBSTONE in types:
            return None
        return elsewhere(local_path(iri), "describedby")

    def _citation(self, path: str, environ: WSGIEnvironment) -> _Answer | None:
        """Cite the page of a thing; None where something is not as it should be."""
        match = _CITATION.fullmatch(path)
        if match is None or not _is_plain(environ):
            return None
        with self._context():
            return plain_citation(*match.groups())


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
