"""Answers given again before the application is asked, for as long as a generation lasts.

What a GET gives depends on its path, query string, Accept header, the
generation of the store and the day alone, where the application says that it
is public. So such an answer is kept, with the content codings that were asked
for, and who asks again gets it, or 304 where it has it already.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cachetools import LRUCache
from werkzeug.http import parse_etags, unquote_etag

from napgraph.web.encodings import (
    IDENTITY,
    choose_encoding,
    encode,
    repr_digest,
    worth_encoding,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]

# Answers that a client may keep, and its cache may give again.
_KEPT_STATUS = ("200 ", "303 ")
_CONDITIONS = frozenset(("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH",
                         "HTTP_IF_UNMODIFIED_SINCE"))  # fmt: skip
# With one of these a request may mean something that the key does not say.
_OTHERWISE = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_RANGE", "HTTP_ACCEPT_DATETIME")
_OF_THE_BODY = frozenset(("content-length", "content-type", "content-encoding"))
_DIGEST = "Repr-Digest"
# What an entry takes beyond its bodies, roughly.
_OVERHEAD_BYTES = 3_000


@dataclass(frozen=True, slots=True)
class _Representation:
    """An answer in one content coding, with its headers and those of a 304."""

    body: bytes
    headers: Headers
    headers_304: Headers
    etag: str


@dataclass(slots=True)
class _Entry:
    """An answer as the application gave it, and what was made of it."""

    status: str
    headers: Headers
    body: bytes
    etag: str
    last_modified: str
    encodable: bool
    made: dict[str, _Representation] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return _OVERHEAD_BYTES + len(self.body) + sum(len(r.body) for r in self.made.values())

    def represent(self, encoding: str) -> _Representation:
        """Give the answer in a content coding, which is applied once."""
        found = self.made.get(encoding)
        if found is None:
            found = self.made[encoding] = self._make(encoding)
        return found

    def _make(self, encoding: str) -> _Representation:
        body = encode(self.body, encoding)
        headers = [
            pair for pair in self.headers if pair[0].lower() not in ("content-length", "etag")
        ]
        etag = self.etag
        if encoding != IDENTITY:
            headers.append(("Content-Encoding", encoding))
            etag = f'{etag[:-1]}-{encoding}"' if etag else ""
            headers = [_digested(pair, body) for pair in headers]
        if etag:
            headers.append(("ETag", etag))
        rest = [pair for pair in headers if pair[0].lower() not in _OF_THE_BODY]
        return _Representation(body, [*headers, ("Content-Length", str(len(body)))], rest, etag)


class ResponseCache:
    """A WSGI application before another one, whose public answers it keeps.

    Args:
        app: The application.
        version: Gives what all answers depend on; where it changes, all are forgotten.
        max_bytes: How much to keep.
    """

    def __init__(self, app: WSGIApplication, version: Callable[[], str], *, max_bytes: int) -> None:
        self._app = app
        self._version = version
        self._longest = max_bytes // 16
        self._entries: LRUCache[Any, _Entry] = LRUCache(max_bytes, lambda entry: entry.size)
        # Those of the entries that were given since one was added, with the version of all: they
        # are found without the lock, and without being noted as used. Replaced as one.
        self._latest: tuple[str, dict[Any, _Entry]] = "", {}
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    @property
    def size_bytes(self) -> int:
        """Say how much is kept."""
        return int(self._entries.currsize)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        method = environ["REQUEST_METHOD"]
        is_head = method == "HEAD"
        if not (is_head or method == "GET"):
            return self._app(environ, start_response)
        if not environ.keys().isdisjoint(_OTHERWISE):
            return self._app(environ, start_response)
        version = self._version()
        key = (environ["PATH_INFO"], environ.get("QUERY_STRING"), environ.get("HTTP_ACCEPT"))
        entry = self._find(version, key)
        if entry is None:
            status, headers, body = self._ask(_plain(environ))
            entry = self._take(status, headers, body)
            if entry is None:
                return _pass_on(status, headers, body, environ, start_response, is_head=is_head)
        found = self._represent(version, key, entry, environ.get("HTTP_ACCEPT_ENCODING"))
        if _is_known(environ, found.etag, entry.last_modified):
            start_response(_NOT_MODIFIED, found.headers_304)
            return []
        start_response(entry.status, found.headers)
        # A list, as Granian sends one at once, and anything else piece by piece: half as fast.
        return [] if is_head else [found.body]

    def _find(self, version: str, key: Any) -> _Entry | None:
        latest_version, latest = self._latest
        if version == latest_version and (found := latest.get(key)) is not None:
            self.hits += 1
            return found
        with self._lock:
            if version != self._latest[0]:
                self._entries.clear()
                self._latest = version, {}
            entry = self._entries.get(key)
            if entry is None:
                self.misses += 1
            else:
                self.hits += 1
                self._latest[1][key] = entry
            return entry

    def _keep(self, version: str, key: Any, entry: _Entry) -> None:
        with self._lock:
            if version == self._latest[0] and entry.size <= self._longest:
                self._entries[key] = entry
                # To add one may have thrown others away.
                self._latest = version, {}

    def _represent(
        self, version: str, key: Any, entry: _Entry, accepted: str | None
    ) -> _Representation:
        encoding = choose_encoding(accepted) if accepted and entry.encodable else IDENTITY
        found = entry.made.get(encoding)
        if found is None:
            found = entry.represent(encoding)
            self._keep(version, key, entry)
        return found

    def _ask(self, environ: WSGIEnvironment) -> tuple[str, Headers, Iterable[bytes]]:
        said: list[Any] = []

        def begin(status: str, headers: Headers, exc_info: Any = None) -> Any:
            said[:] = [status, headers]
            return None

        body = self._app(environ, begin)
        return said[0], said[1], body

    def _take(self, status: str, headers: Headers, body: Iterable[bytes]) -> _Entry | None:
        """Make an entry of an answer that may be kept."""
        given = {name.lower(): value for name, value in headers}
        if not self._may_keep(status, given):
            return None
        whole = b"".join(body)
        _close(body)
        encodable = worth_encoding(whole, given.get("content-type", ""))
        return _Entry(
            status=status,
            headers=_with_vary(headers) if encodable else headers,
            body=whole,
            etag=given.get("etag", ""),
            last_modified=given.get("last-modified", ""),
            encodable=encodable,
        )

    def _may_keep(self, status: str, given: dict[str, str]) -> bool:
        return (
            status.startswith(_KEPT_STATUS)
            and "public" in given.get("cache-control", "")
            and "set-cookie" not in given
            and int(given.get("content-length", self._longest + 1)) <= self._longest
        )


_NOT_MODIFIED = "304 NOT MODIFIED"


def _plain(environ: WSGIEnvironment) -> WSGIEnvironment:
    """Ask for the whole answer, whatever a client has of it."""
    if environ["REQUEST_METHOD"] == "GET" and _CONDITIONS.isdisjoint(environ):
        return environ
    plain = {name: value for name, value in environ.items() if name not in _CONDITIONS}
    return {**plain, "REQUEST_METHOD": "GET"}


def _digested(pair: tuple[str, str], body: bytes) -> tuple[str, str]:
    """Have a digest say what the body is after its content coding.

    Source: RFC 9530, section 3
    """
    return (_DIGEST, repr_digest(body)) if pair[0] == _DIGEST else pair


def _with_vary(headers: Headers) -> Headers:
    vary = [value for name, value in headers if name.lower() == "vary"]
    if any(_VARY_BY_ENCODING in value for value in vary):
        return headers
    rest = [pair for pair in headers if pair[0].lower() != "vary"]
    return [*rest, ("Vary", ", ".join([*vary, _VARY_BY_ENCODING]))]


_VARY_BY_ENCODING = "Accept-Encoding"


def _is_known(environ: WSGIEnvironment, etag: str, last_modified: str) -> bool:
    """Tell whether a client has the answer already.

    Source: RFC 9110, section 13.2.2
    """
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        return bool(etag) and (known == etag or _matches(known, etag))
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return bool(since and last_modified) and _is_unchanged(since, last_modified)


@lru_cache(maxsize=1_024)
def _matches(if_none_match: str, etag: str) -> bool:
    return parse_etags(if_none_match).contains_weak(unquote_etag(etag)[0] or "")


@lru_cache(maxsize=1_024)
def _is_unchanged(if_modified_since: str, last_modified: str) -> bool:
    try:
        return parsedate_to_datetime(last_modified) <= parsedate_to_datetime(if_modified_since)
    except (ValueError, TypeError):
        return False


def _pass_on(
    status: str,
    headers: Headers,
    body: Iterable[bytes],
    environ: WSGIEnvironment,
    start_response: StartResponse,
    *,
    is_head: bool,
) -> Iterable[bytes]:
    """Give an answer that is not kept as it comes, but for a body that nobody wants."""
    given = {name.lower(): value for name, value in headers}
    known = status.startswith("200 ") and _is_known(
        environ, given.get("etag", ""), given.get("last-modified", "")
    )
    if known:
        status = _NOT_MODIFIED
        headers = [pair for pair in headers if pair[0].lower() not in _OF_THE_BODY]
    start_response(status, headers)
    if not (known or is_head):
        return body
    _close(body)
    return []


def _close(body: Iterable[bytes]) -> None:
    if hasattr(body, "close"):
        body.close()
