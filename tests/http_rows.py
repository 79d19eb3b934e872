"""The requests of `http/*.toml`, and asking whatever serves the documents for what they say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from werkzeug.datastructures import Headers

FOLDER = Path(__file__).parent / "http"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: bytes

    @property
    def etag(self) -> str:
        """Its ETag, or one that nothing has."""
        return str(self.headers.get("ETag", '"none"'))


@dataclass(frozen=True)
class Row:
    """A request and what is expected of its answer; `documents.toml` says what each part means."""

    path: str
    status: int
    method: str = "GET"
    accept: str | None = None
    send: Mapping[str, str] = field(default_factory=dict)
    type: str = ""
    have: Mapping[str, str] = field(default_factory=dict)
    hold: Mapping[str, str] = field(default_factory=dict)
    lack: tuple[str, ...] = ()
    say: str = ""
    live: str = ""
    body: str = ""

    def headers(self, etag: str) -> dict[str, str]:
        """Give the headers of the request."""
        sent = {name: value.replace("{etag}", etag) for name, value in self.send.items()}
        return sent if self.accept is None else {**sent, "Accept": self.accept}

    def unconditional(self) -> dict[str, str]:
        """Give the headers of the request but for its conditions."""
        sent = self.headers("")
        return {name: value for name, value in sent.items() if not name.startswith("If-")}

    def faults(self, answer: Answer, etag: str) -> Iterator[str]:
        """Say what is wrong with an answer."""
        if answer.status != self.status:
            yield f"status {answer.status}, not {self.status}"
        have = {**self.have, "Content-Type": self.type} if self.type else self.have
        for name, value in have.items():
            found, wanted = answer.headers.get(name), value.replace("{etag}", etag)
            if found is None or wanted not in ("*", found):
                yield f"{name} is {found}, not {wanted}"
        for name, part in self.hold.items():
            found = ", ".join(answer.headers.getlist(name))
            if part not in found:
                yield f"{name} is {found}, without {part}"
        yield from (f"{name} is there" for name in self.lack if name in answer.headers)
        if self.say.encode() not in answer.body:
            yield f"the body does not say {self.say!r}"


def read_rows() -> dict[str, Row]:
    """Read all rows, each with a name."""
    return {
        f"{kind}-{number}{row['path']}": Row(**row)
        for path in sorted(FOLDER.glob("*.toml"))
        for kind, rows in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for number, row in enumerate(rows, 1)
    }


def ask(
    address: str, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> Answer:
    """Ask a server that listens on this machine, `127.0.0.1:8000`, and send nothing else."""
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        return Answer(response.status, Headers(response.getheaders()), response.read())
    finally:
        connection.close()
