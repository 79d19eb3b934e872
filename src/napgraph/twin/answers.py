"""Asking the application in this process, and what its answers lead to."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask

from napgraph.web.direct_documents import DirectDocuments

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application says at an address, `/doc/plan/MLI-3.ttl` or with `?page=2`.

    Attributes:
        given: The first header of each name, in small letters.
    """

    address: str
    status: int
    headers: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    body: bytes

    def get(self, name: str) -> str:
        """Give a header by its name in small letters; empty if there is none."""
        return self.given.get(name, "")

    @property
    def is_of_another(self) -> bool:
        """Whether one of several formats is given here, which has an address of its own."""
        if self.get("content-location") in ("", self.address):
            return False
        return "accept" in re.split(r"[,\s]+", self.get("vary").lower())


def uncached(app: Flask) -> WSGIApplication:
    """Give our application without the cache before it, as each address is asked but once."""
    site = app.extensions["napgraph"]
    return DirectDocuments(partial(Flask.wsgi_app, app), site, app.app_context)


def ask(app: WSGIApplication, address: str, accept: str = "") -> Answer:
    """Ask an application for what it has at an address."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    if accept:
        environ["HTTP_ACCEPT"] = accept
    said: list[Any] = []

    def begin(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        said[:] = [int(status[:3]), tuple(headers)]

    body = app(environ, begin)
    try:
        whole = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    status, headers = said
    given = {name.lower(): value for name, value in reversed(headers)}
    return Answer(address, status, headers, given, whole)


def links_of(answer: Answer) -> set[str]:
    """Find the addresses of this site that an answer leads to, without fragments."""
    found = set(_links_in(answer.get("link")))
    if location := answer.get("location"):
        found.add(location)
    if answer.get("content-type").startswith("text/html"):
        text = answer.body.decode()
        found.update(map(unescape, _AS_HREF.findall(text)), map(unescape, _AS_SRC.findall(text)))
    elif answer.get("content-type").startswith("application/xml"):
        found.update(map(unescape, _IN_SITEMAP.findall(answer.body.decode())))
    return set(filter(None, map(_local, found)))


# The formats of a document have the same header.
@lru_cache(maxsize=64)
def _links_in(header: str) -> tuple[str, ...]:
    return tuple(_IN_HEADER.findall(header))


_IN_HEADER = re.compile(r"<(/[^>]*)>")
_IN_SITEMAP = re.compile(r"<loc>https?://[^/<]*(/[^<]*)</loc>")
# Apart, and with a text to begin with, since so they take half as long.
_AS_HREF = re.compile(r'href="(/[^"]*)"')
_AS_SRC = re.compile(r'src="(/[^"]*)"')


# Most pages have many links of others, too.
@lru_cache(maxsize=65_536)
def _local(link: str) -> str:
    """Give the address on this site that a link leads to; empty where it is none."""
    parts = urlsplit(link)
    if parts.netloc:
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
