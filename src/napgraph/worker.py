"""What runs inside one query worker: it answers one question after the other from one store."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from napgraph.errors import NapgraphError, QueryError, QueryTooLarge, StoreError
from napgraph.isolation import (
    end_with_parent,
    forbid_new_files,
    forbid_sockets,
    limit_memory,
    set_soft_limit,
)
from napgraph.oxigraph import OxigraphStore
from napgraph.wire import AnswerWriter, Channel, Question, send_error


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
    in_memory: bool,
) -> None:
    """Answer questions until the channel ends; for a process of its own.

    Args:
        channel: Where questions come from and answers go.
        open_store: Gives the store to ask.
        limits: What the process may use.
        in_memory: Whether the store is in memory, so that it needs no files.
    """
    _give_up_first()
    if not limits.allow_network:
        forbid_sockets()
    try:
        store = open_store()
    except StoreError as exc:
        _refuse_all(channel, exc)
        return
    # To open a store takes memory and files that to ask it does not.
    limit_memory(limits.memory_bytes)
    if in_memory and not limits.allow_network:
        forbid_new_files()
    with suppress(EOFError):
        while _answer_next(store, channel, limits.memory_bytes):
            pass


def too_much_memory(memory_bytes: int) -> QueryTooLarge:
    """Say that a query passed the limit of memory."""
    return QueryTooLarge(
        "The query needs more memory than it may use; ask for less at once.",
        limit=memory_bytes,
        unit="bytes of memory",
    )


def _answer_next(store: OxigraphStore, channel: Channel, memory_bytes: int) -> bool:
    """Answer the next question, and tell whether this process is fit for another."""
    question = Question.from_bytes(channel.receive()[1])
    try:
        _answer(store, question, channel)
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


def _answer(store: OxigraphStore, question: Question, channel: Channel) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used_s = int(usage.ru_utime + usage.ru_stime)
    set_soft_limit(resource.RLIMIT_CPU, used_s + question.cpu_s)
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
