"""What a server and its query workers say to each other, and the answer that comes of it.

One way goes a `Question`; the other way the bytes of its answer in parts, or
an error. All is written as JSON or raw bytes, never pickled: a worker that a
query has taken over can lie, but not run code in the server. Nor can it hold
the server up with half a message, which `multiprocessing.Connection` would
wait for without a limit.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, fields
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar, Protocol, cast

from napgraph import errors
from napgraph.errors import QueryError, QueryTooLarge

# Parts of an answer are at most this long, and a shorter answer is sent at once.
PART_BYTES = 65_536
# Answers up to this length stay in memory, longer ones go to a file.
_IN_MEMORY_BYTES = 1_000_000

# A message is its kind, its length, and so many bytes.
_HEAD = struct.Struct("!cI")
_MORE, _LAST, _ERROR, _LAST_WORD, _HEADED, _LEFT = b"+", b".", b"!", b"x", b"h", b"l"
_NONSENSE = "The query cannot be answered: its worker says nothing that makes sense."
# `struct timeval`
_TIME = struct.Struct("@ll")
_LONGEST_MESSAGE = 16_000_000
# How long an idle worker may take to read a question.
_PATIENCE_S = 5.0


class Work(Protocol):
    """What a worker is asked: what kind of message it is, and its bytes."""

    KIND: ClassVar[bytes]

    def to_bytes(self) -> bytes:
        """Write it for a worker."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query and what it is to be asked of.

    Attributes:
        text: A SPARQL query that the gate has let through.
        media_type: A format that fits the query's form.
        default_graphs: See `Store.query`.
        named_graphs: See `Store.query`.
        max_bytes: The longest answer to give.
        max_rows: How many solutions of a SELECT to give at most; only in JSON.
        cpu_s: Seconds of processor time after which the system ends the worker,
            should nobody be left to keep the deadline.
    """

    KIND: ClassVar[bytes] = b"?"

    text: str
    media_type: str
    max_bytes: int
    cpu_s: int
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    max_rows: int | None = None

    def to_bytes(self) -> bytes:
        """Write it for a worker."""
        return json.dumps([getattr(self, name) for name in _FIELDS]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Question:
        """Read what `to_bytes` wrote."""
        values: list[Any] = json.loads(data)
        given = (tuple(value) if isinstance(value, list) else value for value in values)
        fields_by_name: dict[str, Any] = dict(zip(_FIELDS, given, strict=True))
        return cls(**fields_by_name)


_FIELDS = tuple(field.name for field in fields(Question))


@dataclass(frozen=True, slots=True)
class RawQuestion:
    """A GET of the endpoint as it came, for a worker to read and to answer.

    Attributes:
        query_string: That of the address, still percent-encoded.
        accept: The header; None where there is none.
        max_bytes: See `Question`.
        cpu_s: See `Question`.
    """

    KIND: ClassVar[bytes] = b"r"

    query_string: str
    accept: str | None
    max_bytes: int
    cpu_s: int

    def to_bytes(self) -> bytes:
        """Write it for a worker."""
        return json.dumps([self.query_string, self.accept, self.max_bytes, self.cpu_s]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> RawQuestion:
        """Read what `to_bytes` wrote."""
        return cls(*json.loads(data))


@dataclass(frozen=True, slots=True)
class Heading:
    """What a worker says of its answer to a `RawQuestion`.

    Attributes:
        suffix: Of the answer's format.
        tag: What its ETag is made of; empty where it has none.
        name: What tells the query from others in the log.
    """

    suffix: str
    tag: str
    name: str

    def to_bytes(self) -> bytes:
        """Write it for the server."""
        return f"{self.suffix} {self.tag} {self.name}".encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Heading:
        """Read what `to_bytes` wrote; of a worker that lies, nothing is taken but such words.

        Raises:
            QueryError: It is none.
        """
        match = _HEADING.fullmatch(data)
        if match is None:
            raise QueryError(_NONSENSE)
        return cls(*match[0].decode().split(" "))


_HEADING = re.compile(rb"[a-z]{2,6} [0-9a-f]* [0-9a-f]+")


class Channel:
    """One end of a socket on which whole messages go both ways."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._received = bytearray()

    def send(self, kind: bytes, data: bytes | bytearray, *, before: bytes = b"") -> None:
        """Send a message, perhaps together with one before it.

        Raises:
            OSError: The other end is closed.
        """
        self._socket.sendall(before + _HEAD.pack(kind, len(data)) + data)

    def receive(self, until: float | None = None) -> tuple[bytes, bytes]:
        """Receive the next message: its kind and its bytes.

        Args:
            until: When to give up waiting, by `time.monotonic`; one may go on
                waiting afterwards.

        Raises:
            TimeoutError: It has not come whole by then.
            EOFError: The other end is closed, or sends what is no message.
        """
        received = self._received
        wanted = _HEAD.size
        kind = b""
        while True:
            if len(received) >= wanted:
                if kind:
                    data = bytes(received[_HEAD.size : wanted])
                    del received[:wanted]
                    return kind, data
                kind, length = _HEAD.unpack_from(received)
                if length > _LONGEST_MESSAGE:
                    raise EOFError("not a message")
                wanted += length
                continue
            if until is not None:
                self._limit(socket.SO_RCVTIMEO, until - time.monotonic())
            try:
                more = self._socket.recv(2 * PART_BYTES)
            except BlockingIOError as exc:
                raise TimeoutError from exc
            except ConnectionResetError as exc:
                raise EOFError("the other end is gone") from exc
            if not more:
                raise EOFError("the other end is closed")
            received += more

    def ask(self, work: Work) -> None:
        """Send what the worker at the other end is to do.

        Raises:
            OSError: The other end is closed.
        """
        self._limit(socket.SO_SNDTIMEO, _PATIENCE_S)
        self.send(work.KIND, work.to_bytes())

    def next_question(self) -> Question | RawQuestion:
        """Receive a question.

        Raises:
            EOFError: The other end is closed.
        """
        kind, data = self.receive()
        is_raw = kind == RawQuestion.KIND
        return RawQuestion.from_bytes(data) if is_raw else Question.from_bytes(data)

    def leave_it(self) -> None:
        """Say that a `RawQuestion` is none that a worker answers."""
        self.send(_LEFT, b"")

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _limit(self, option: int, seconds: float) -> None:
        """Have the system end a call that waits for longer.

        Python's own timeouts give up the interpreter's lock three times where
        this does once, and to get it back is what costs among many threads.
        """
        whole, part = divmod(max(1, int(seconds * 1e6)), 1_000_000)
        self._socket.setsockopt(socket.SOL_SOCKET, option, _TIME.pack(whole, part))


class AnswerWriter:
    """A file to write an answer to: what is written is sent in parts, up to a limit.

    Args:
        channel: To the server.
        max_bytes: The limit.
        heading: What is to be said of the answer with its first part.
    """

    def __init__(self, channel: Channel, max_bytes: int, heading: Heading | None = None) -> None:
        self._channel = channel
        self._before = b""
        if heading:
            said = heading.to_bytes()
            self._before = _HEAD.pack(_HEADED, len(said)) + said
        self._max_bytes = max_bytes
        self._size = 0
        self._part = bytearray()

    def write(self, data: bytes) -> int:
        """Add bytes.

        Raises:
            QueryTooLarge: The answer would be longer than allowed.
        """
        self._size += len(data)
        if self._size > self._max_bytes:
            raise QueryTooLarge(
                f"The answer is larger than {self._max_bytes:,} bytes; "
                "ask for less at once, with LIMIT and OFFSET.",
                limit=self._max_bytes,
                unit="bytes",
            )
        self._part += data
        if len(self._part) > PART_BYTES:
            self._send(_MORE)
            self._part.clear()
        return len(data)

    def flush(self) -> None:
        """Do nothing; parts are sent when they are full."""

    def finish(self) -> None:
        """Send the last part."""
        self._send(_LAST)

    def _send(self, kind: bytes) -> None:
        self._channel.send(kind, self._part, before=self._before)
        self._before = b""


def send_error(channel: Channel, error: errors.NapgraphError, *, last: bool) -> None:
    """Send an error in place of an answer, or of the rest of one.

    Args:
        channel: To the server.
        error: What went wrong.
        last: Whether the worker takes no more questions.
    """
    said = {
        "kind": type(error).__name__,
        "message": str(error),
        "details": {name: value for name, value in vars(error).items() if value is not None},
    }
    channel.send(_LAST_WORD if last else _ERROR, json.dumps(said).encode())


class AnswerBody:
    """The bytes of an answer, in memory where they are few and else in a file.

    Whoever has it reads it once, by `read` or by iterating, or closes it.

    Attributes:
        size: Its length in bytes.
        worker_is_done: Whether its worker takes no more questions.
        heading: What its worker says of it; None where it was not to say it, and
            where it leaves the question to the server.
    """

    def __init__(self) -> None:
        self.size = 0
        self.worker_is_done = False
        self.heading: Heading | None = None
        self._spool: SpooledTemporaryFile[bytes] | None = None
        self._only_part = b""

    def add(self, kind: bytes, data: bytes) -> bool:
        """Take a message that a worker sent; tell whether it was the last part.

        Raises:
            QueryError: The worker sent an error.
        """
        if kind in (_ERROR, _LAST_WORD):
            self.worker_is_done = kind == _LAST_WORD
            self.close()
            raise _error(data)
        if kind == _HEADED:
            self.heading = Heading.from_bytes(data)
            return False
        if kind == _LEFT:
            return True
        self.size += len(data)
        if kind == _LAST and self._spool is None:
            self._only_part = data
            return True
        if self._spool is None:
            self._spool = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - closed by `close`
        self._spool.write(data)
        return kind == _LAST

    @property
    def is_small(self) -> bool:
        """Tell whether all of it is in memory."""
        return self.size <= _IN_MEMORY_BYTES

    def read(self) -> bytes:
        """Give all of it."""
        return b"".join(self)

    def __iter__(self) -> Iterator[bytes]:
        """Give it in parts."""
        if self._spool is None:
            yield self._only_part
            return
        try:
            self._spool.seek(0)
            while part := cast(IO[bytes], self._spool).read(PART_BYTES):
                yield part
        finally:
            self.close()

    def close(self) -> None:
        """Give up the file, if there is one."""
        if self._spool is not None:
            self._spool.close()


def _error(data: bytes) -> errors.NapgraphError:
    try:
        said = json.loads(data)
        kind = getattr(errors, said["kind"])
        if not issubclass(kind, errors.NapgraphError):
            raise ValueError("not an error of ours")
        error: errors.NapgraphError = kind(said["message"])
        vars(error).update(said["details"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return QueryError(_NONSENSE)
    return error
