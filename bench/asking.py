"""Ask one query and time it."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

TOO_SLOW = "too slow"
JSON = "application/sparql-results+json"


class NoAnswer(Exception):
    """The engine said no, or took too long."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        first_byte_s: Until the first byte of the body, in seconds.
        total_s: Until the last.
        size: Bytes of the body.
        body: The body itself, empty where it was not to be kept.
    """

    status: int
    first_byte_s: float
    total_s: float
    size: int
    body: bytes
    etag: str | None

    def rows(self) -> int:
        """Count the rows of a result in JSON."""
        return len(json.loads(self.body)["results"]["bindings"])


class Client:
    """A connection to one endpoint, which is opened again where it was closed."""

    def __init__(self, query_url: str, *, timeout_s: float = 60) -> None:
        parts = urlsplit(query_url)
        self._path = parts.path or "/"
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=timeout_s)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None:
        self._connection.close()

    def ask(self, text: str, *, keep: bool = True) -> Answer:
        """Send a query in a form, and read the whole answer in JSON.

        Raises:
            NoAnswer: There was none in time, or its status is not 200.
        """
        form = urlencode({"query": text}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": JSON}
        start = time.perf_counter()
        try:
            self._connection.request("POST", self._path, form, headers)
            answer = self._read(start, keep=keep)
        except TimeoutError as exc:
            self._connection.close()
            raise NoAnswer(TOO_SLOW) from exc
        except (OSError, http.client.HTTPException) as exc:
            self._connection.close()
            raise NoAnswer(f"connection lost: {exc!r}") from exc
        if answer.status != 200:
            said = " ".join(answer.body.decode(errors="replace").split())
            raise NoAnswer(f"status {answer.status}: {said[:160]}")
        return answer

    def get(self, url: str) -> Answer:
        """Read an address of the same server, as a browser would.

        Raises:
            NoAnswer: There was none.
        """
        start = time.perf_counter()
        try:
            self._connection.request("GET", url, headers={"Accept": JSON})
            return self._read(start, keep=True)
        except (OSError, http.client.HTTPException) as exc:
            self._connection.close()
            raise NoAnswer(f"connection lost: {exc!r}") from exc

    def _read(self, start: float, *, keep: bool) -> Answer:
        response = self._connection.getresponse()
        chunk = response.read1(1 << 16)
        first_byte_s = time.perf_counter() - start
        chunks, size = [], 0
        while chunk:
            size += len(chunk)
            if keep or response.status != 200:
                chunks.append(chunk)
            chunk = response.read1(1 << 16)
        response.read()  # tells the connection that the answer is at its end
        total_s = time.perf_counter() - start
        etag = response.headers.get("ETag")
        return Answer(response.status, first_byte_s, total_s, size, b"".join(chunks), etag)
