"""What a server and its workers say to each other."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napgraph.errors import QueryError, QuerySyntaxError, QueryTimeout, QueryTooLarge
from napgraph.wire import (
    AnswerBody,
    AnswerWriter,
    Channel,
    Heading,
    Question,
    RawQuestion,
    send_error,
)


class Ends:
    """Both ends of a channel, and the raw end of one that lies."""

    def __init__(self) -> None:
        ours, self.raw = socket.socketpair()
        self.ours, self.theirs = Channel(ours), Channel(self.raw)

    def close(self) -> None:
        """Close both."""
        self.ours.close()
        self.theirs.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Open a channel."""
    ends = Ends()
    yield ends
    ends.close()


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    graphs=st.none() | st.lists(st.text(max_size=5)).map(tuple),
    rows=st.none() | st.integers(0),
)
def test_question_comes_as_it_was(
    text: str, graphs: tuple[str, ...] | None, rows: int | None
) -> None:
    """What is asked is what arrives."""
    question = Question(text, "text/csv", 10, 20, graphs, None, rows)

    assert question == Question.from_bytes(question.to_bytes())


@pytest.mark.parametrize("accept", [None, "text/csv"])
def test_request_comes_as_it_was(ends: Ends, accept: str | None) -> None:
    """A request arrives as a request, and not as a question that the server has read."""
    request = RawQuestion("query=ASK%7B%7D", accept, 10, 20)
    ends.ours.ask(request)

    assert request == ends.theirs.next_question()


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
@pytest.mark.parametrize("heading", [None, Heading("csv", "0a", "1b"), Heading("srj", "", "1b")])
def test_answer_comes_in_parts(ends: Ends, size: int, heading: Heading | None) -> None:
    """However long an answer is, its parts make it up, and its heading comes along."""
    writer = AnswerWriter(ends.theirs, max_bytes=size, heading=heading)
    for start in range(0, size, 10_000):
        writer.write(b"x" * min(10_000, size - start))
    writer.finish()
    body = AnswerBody()
    while not body.add(*ends.ours.receive(time.monotonic() + 5)):
        pass

    assert (size, b"x" * size, heading) == (body.size, body.read(), body.heading)


@pytest.mark.parametrize(
    "said", [b"", b"csv 0a", b"csv 0a\r\nSet-Cookie: 1b", b"CSV 0 1", b"csv x 1"]
)
def test_heading_of_a_liar(said: bytes) -> None:
    """What a worker says goes to no header unless it is as short and plain as it should be."""
    with pytest.raises(QueryError, match="nothing that makes sense"):
        Heading.from_bytes(said)


def test_answer_past_the_limit(ends: Ends) -> None:
    """One byte too many is refused, and the limit is named."""
    writer = AnswerWriter(ends.theirs, max_bytes=10)
    writer.write(b"0123456789")
    with pytest.raises(QueryTooLarge, match="10 bytes") as caught:
        writer.write(b"x")

    assert (10, "bytes") == (caught.value.limit, caught.value.unit)


@pytest.mark.parametrize(
    "error",
    [
        QuerySyntaxError("here", line=2, column=5),
        QueryTimeout("late", limit=1.5, unit="seconds"),
        QueryError("so"),
    ],
)
@pytest.mark.parametrize("last", [True, False])
def test_error_comes_as_it_was(ends: Ends, error: QueryError, last: bool) -> None:
    """An error arrives with its kind, words and details, and says whether it is the end."""
    send_error(ends.theirs, error, last=last)
    body = AnswerBody()
    with pytest.raises(type(error)) as caught:
        body.add(*ends.ours.receive(time.monotonic() + 5))

    assert (str(error), vars(error)) == (str(caught.value), vars(caught.value))
    assert last == body.worker_is_done


def test_half_a_message_holds_nobody_up(ends: Ends) -> None:
    """A receiver waits until its time, and can go on waiting where it stopped."""
    ends.raw.sendall(b".\0\0\0\5ab")
    with pytest.raises(TimeoutError):
        ends.ours.receive(time.monotonic() + 0.05)
    ends.raw.sendall(b"cde")

    assert (b".", b"abcde") == ends.ours.receive(time.monotonic() + 5)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk=st.binary(min_size=1))
def test_junk_ends_a_channel(junk: bytes) -> None:
    """Whatever a worker sends is a message, no message yet, or the end."""
    ends = Ends()
    ends.raw.sendall(junk)
    ends.theirs.close()
    body = AnswerBody()
    with pytest.raises((EOFError, QueryError)):
        receive_all(body, ends)

    body.close()
    ends.close()


def receive_all(body: AnswerBody, ends: Ends) -> None:
    """Take messages until one is wrong or the channel ends."""
    while True:
        body.add(*ends.ours.receive(time.monotonic() + 5))
