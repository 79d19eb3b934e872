"""What runs inside one query worker: it answers one question after the other from one store."""

from __future__ import annotations

import gc
import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from napgraph import protocol
from napgraph.errors import NapgraphError, QueryError, QueryTooLarge, StoreError
from napgraph.formats import HTML
from napgraph.isolation import (
    end_with_parent,
    forbid_new_files,
    forbid_sockets,
    limit_memory,
    set_soft_limit,
)
from napgraph.oxigraph import OxigraphStore
from napgraph.wire import AnswerWriter, Channel, Heading, Question, RawQuestion, send_error

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a worker may use.

    Attributes:
        memory_bytes: Address space beyond what it begins with.
        allow_network: Leave it able to open connections, for queries whose
            SERVICE clauses the gate knows.
    """

    memory_bytes: int
    allow_network: bool = False


def run_worker(
    channel: Channel,
    open_store: Callable[[], OxigraphStore],
    limits: WorkerLimits,
    *,
    generation_id: str,
    in_memory: bool,
) -> None:
    """Answer questions until the channel ends; for a process of its own.

    Args:
        channel: Where questions come from and answers go.
        open_store: Gives the store to ask.
        limits: What the process may use.
        generation_id: The generation whose store it is.
        in_memory: Whether the store is in memory, so that it needs no files.
    """
    store = open_confined(channel, open_store, limits, in_memory=in_memory)
    if store is None:
        return
    with suppress(EOFError):
        while _answer_next(store, channel, limits.memory_bytes, generation_id):
            pass


def open_confined(
    channel: Channel, open_: Callable[[], T], limits: WorkerLimits, *, in_memory: bool
) -> T | None:
    """Open what a worker works with, and take all from this process that it can do without.

    Args:
        channel: Where the first question gets the error, if there is one.
        open_: Opens it, for which files are needed unless it is in memory.
        limits: See `run_worker`.
        in_memory: See `run_worker`.

    Returns:
        None where it cannot be opened; then the process is of no further use.
    """
    _give_up_first()
    if not limits.allow_network:
        forbid_sockets()
    try:
        opened = open_()
    except StoreError as exc:
        _refuse_all(channel, exc)
        return None
    # To open a store takes memory and files that to ask it does not.
    limit_memory(limits.memory_bytes)
    if in_memory and not limits.allow_network:
        forbid_new_files()
    gc.set_threshold(_GC_THRESHOLD)
    return opened


def too_much_memory(memory_bytes: int) -> QueryTooLarge:
    """Say that a query passed the limit of memory."""
    return QueryTooLarge(
        "The query needs more memory than it may use; ask for less at once.",
        limit=memory_bytes,
        unit="bytes of memory",
    )


def _answer_next(
    store: OxigraphStore, channel: Channel, memory_bytes: int, generation_id: str
) -> bool:
    """Answer the next question, and tell whether this process is fit for another."""
    question = channel.next_question()
    try:
        limit_time(question.cpu_s)
        if isinstance(question, Question):
            _answer(store, question, channel)
        else:
            _answer_raw(store, question, channel, generation_id)
        return True
    except QueryTooLarge as exc:
        error: NapgraphError = exc
    except NapgraphError as exc:
        send_error(channel, exc, last=False)
        return True
    except MemoryError:
        error = too_much_memory(memory_bytes)
    except BaseException:
        # A panic in the engine is none of Python's exceptions; what it leaves is unknown.
        error = QueryError("The query cannot be answered: the engine failed.")
    send_error(channel, error, last=True)
    return False


def _give_up_first() -> None:
    """Take from this process what it does not need even to open a store."""
    end_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_soft_limit(resource.RLIMIT_CORE, 0)
    # The engine prints a page of addresses when it runs out of memory.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _refuse_all(channel: Channel, error: StoreError) -> None:
    """Give the same error to the first question: without a store there is no other answer."""
    with suppress(EOFError):
        channel.receive()
        send_error(channel, error, last=True)


def limit_time(cpu_s: int) -> None:
    """Have the system end this process after so much more time on a processor."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    set_soft_limit(resource.RLIMIT_CPU, int(usage.ru_utime + usage.ru_stime) + cpu_s)


def _answer_raw(
    store: OxigraphStore, question: RawQuestion, channel: Channel, generation_id: str
) -> None:
    """Answer a GET, unless it takes the server's words or settings to do so."""
    plan = _plan(question)
    if plan is None:
        channel.leave_it()
        return
    heading = Heading(
        suffix=plan.format.suffix,
        tag=protocol.tag_of(plan, generation_id),
        name=protocol.log_name(plan.query.text),
    )
    writer = AnswerWriter(channel, question.max_bytes, heading)
    store.write_answer(
        writer,
        plan.query.text,
        media_type=plan.media_type,
        default_graphs=plan.query.default_graphs,
        named_graphs=plan.query.named_graphs,
    )
    writer.finish()


def _plan(question: RawQuestion) -> protocol.Plan | None:
    query_string = question.query_string.encode("latin-1")
    try:
        asked = protocol.read_request(protocol.Request("GET", query_string))
        if not isinstance(asked, protocol.Query) or asked.timeout_s is not None:
            return None
        plan = protocol.plan(asked, question.accept, federation=frozenset())
    except NapgraphError:
        return None
    return None if plan.format is HTML else plan


def _answer(store: OxigraphStore, question: Question, channel: Channel) -> None:
    writer = AnswerWriter(channel, question.max_bytes)
    store.write_answer(
        writer,
        question.text,
        media_type=question.media_type,
        default_graphs=question.default_graphs,
        named_graphs=question.named_graphs,
        max_rows=question.max_rows,
    )
    writer.finish()


# Python looks for cycles after so many new objects; to evaluate a query makes few of either.
_GC_THRESHOLD = 20_000
