"""Queries in worker processes that can be killed."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from napgraph.errors import (
    EndpointBusy,
    QueryError,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooLarge,
    StoreMissing,
)
from napgraph.generations import Generation, build, current
from napgraph.namespaces import graph_iri
from napgraph.store import GraphFile
from napgraph.workers import MB, QueryResult, QueryWorkers

CSV = "text/csv"
SMALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SMALL_ANSWER = b"n\r\n3000\r\n"
RUNAWAYS = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "property path": "SELECT (COUNT(*) AS ?n) { <urn:s0> <urn:p>*/<urn:p>*/<urn:p>* ?x }",
}
BOMBS = {
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d",
    "distinct": "SELECT DISTINCT ?a ?d ?c ?f { ?a ?b ?c . ?d ?e ?f }",
    "long answer": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
}


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Build a store of three thousand statements."""
    text = "".join(f"<urn:s{i}> <urn:p> <urn:s{i + 1}> ." for i in range(3000)).encode()
    return build([GraphFile(graph_iri("a"), text)], tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def store_dir(generation: Generation) -> Path:
    """Name the store's folder."""
    return generation.path.parent.parent


@pytest.fixture(scope="module")
def workers(store_dir: Path) -> Iterator[QueryWorkers]:
    """Start two workers that all tests share, whatever happens to them."""
    limits = {"memory_bytes": 100 * MB, "max_result_bytes": 5 * MB}
    with QueryWorkers(store_dir, queue_limit=2, queue_timeout_s=0.2, **limits) as pool:
        pool.start()
        yield pool


Ask = Callable[..., QueryResult]


@pytest.fixture
def ask(workers: QueryWorkers, generation: Generation) -> Iterator[Ask]:
    """Ask a query, and see afterwards that the workers still answer."""

    def ask(text: str = SMALL, *, timeout_s: float = 20, media_type: str = CSV) -> QueryResult:
        return workers.run(
            text, media_type=media_type, timeout_s=timeout_s, generation=generation.id
        )

    yield ask
    assert SMALL_ANSWER == ask().body


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Run calls side by side."""
    with ThreadPoolExecutor() as threads:
        yield threads


def wait_running(future: Future[QueryResult]) -> None:
    """Give a query the time to be under way."""
    time.sleep(0.2)
    assert not future.done()


def test_answer(ask: Ask) -> None:
    """An answer has its bytes, its media type and the time it took."""
    answer = ask()

    assert (SMALL_ANSWER, CSV) == (answer.body, answer.media_type)
    assert 0 < answer.elapsed_s < 20


@pytest.mark.parametrize("name", RUNAWAYS)
def test_runaway_is_stopped(ask: Ask, executor: ThreadPoolExecutor, name: str) -> None:
    """A query that would never end is ended on time, and others are answered meanwhile."""
    ask()
    start = time.monotonic()
    runaway = executor.submit(ask, RUNAWAYS[name], timeout_s=1)
    wait_running(runaway)
    slowest = max(ask().elapsed_s for _ in range(20))

    with pytest.raises(QueryTimeout, match="stopped after 1 seconds"):
        runaway.result()
    assert time.monotonic() - start < 1.5
    assert slowest < 0.5


@pytest.mark.parametrize("name", BOMBS)
def test_memory_bomb_is_refused(ask: Ask, name: str) -> None:
    """A query that swallows memory, or has an endless answer, is refused."""
    with pytest.raises(QueryTooLarge, match="ask for less at once"):
        ask(BOMBS[name])


def test_large_answer_comes_whole(ask: Ask) -> None:
    """An answer below the limit comes as it is, however large."""
    body = ask("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000").body

    assert 50_001 == body.count(b"\n")


@pytest.mark.parametrize(
    ("text", "media_type", "error"),
    [
        ("SELECT *\n{ ?s ?p", CSV, QuerySyntaxError),
        (SMALL, "text/turtle", QueryError),
        ("SELECT (<urn:f>(1) AS ?x) {}", CSV, QueryError),
        ("SELECT * " + 20_000 * "{" + 20_000 * "}", CSV, QueryError),
    ],
)
def test_query_that_cannot_be_answered(
    ask: Ask, text: str, media_type: str, error: type[QueryError]
) -> None:
    """What is wrong with a query is said, even where it ends the process."""
    with pytest.raises(error) as caught:
        ask(text, media_type=media_type)

    assert error is type(caught.value)


def test_syntax_error_says_where(ask: Ask) -> None:
    """Line and column come out of the worker."""
    with pytest.raises(QuerySyntaxError) as caught:
        ask("SELECT *\n{ ?s ?p")

    assert (2, 8) == (caught.value.line, caught.value.column)


def test_nobody_is_called(ask: Ask) -> None:
    """Should SERVICE pass the gate, a worker cannot open a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(QueryError, match="cannot be answered"):
            ask(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}")
        with pytest.raises(TimeoutError):
            server.accept()


def test_queue_is_bounded(ask: Ask, executor: ThreadPoolExecutor) -> None:
    """With all workers taken, a few queries wait for a while and more are sent away."""
    ask()
    running = [executor.submit(ask, RUNAWAYS["cross product"], timeout_s=1) for _ in range(2)]
    for future in running:
        wait_running(future)
    waiting = [executor.submit(ask) for _ in range(2)]
    time.sleep(0.05)
    start = time.monotonic()
    with pytest.raises(EndpointBusy, match="Too many queries are waiting"):
        ask()

    assert time.monotonic() - start < 0.1
    for future in waiting:
        with pytest.raises(EndpointBusy, match="waited too long"):
            future.result()
    for future in running:
        with pytest.raises(QueryTimeout):
            future.result()


def test_idle_worker_may_die(ask: Ask, workers: QueryWorkers) -> None:
    """Whoever kills an idle worker, the next query is answered."""
    ask()
    pids = list(workers._pool._pool_manager.worker_manager.workers)
    os.kill(pids[0], signal.SIGKILL)
    time.sleep(0.3)

    assert SMALL_ANSWER == ask().body


def test_workers_follow_generations(ask: Ask, workers: QueryWorkers, store_dir: Path) -> None:
    """A query is answered from the generation it asks, the one before as well."""
    file = GraphFile(graph_iri("a"), b"<urn:a> <urn:b> <urn:c> .")
    following = build([file], store_dir)
    answer = workers.run(SMALL, media_type=CSV, timeout_s=20, generation=following.id)

    assert b"n\r\n1\r\n" == answer.body
    assert following == current(store_dir)


def test_generation_that_is_gone(ask: Ask, workers: QueryWorkers) -> None:
    """A generation that is not there any more is said to be missing."""
    with pytest.raises(StoreMissing, match="0123456789abcdef"):
        workers.run(SMALL, media_type=CSV, timeout_s=20, generation="0123456789abcdef")


def test_dataset_of_the_request(ask: Ask, workers: QueryWorkers, generation: Generation) -> None:
    """The graphs that a request names are the ones asked."""
    answer = workers.run(
        SMALL,
        media_type=CSV,
        timeout_s=20,
        generation=generation.id,
        default_graphs=["urn:unknown"],
    )

    assert b"n\r\n0\r\n" == answer.body


def test_large_store_is_read_from_disk(generation: Generation, store_dir: Path) -> None:
    """A store too large for memory is asked where it lies."""
    with QueryWorkers(store_dir, workers=1, max_statements_in_memory=0) as pool:
        answer = pool.run(SMALL, media_type=CSV, timeout_s=20, generation=generation.id)

    assert SMALL_ANSWER == answer.body


def test_store_may_come_later(tmp_path: Path) -> None:
    """Workers that start before there is a store answer once there is one."""
    with QueryWorkers(tmp_path, workers=1) as pool:
        pool.start()
        built = build([GraphFile(graph_iri("a"), b"<urn:a> <urn:b> <urn:c> .")], tmp_path)
        answer = pool.run(SMALL, media_type=CSV, timeout_s=20, generation=built.id)

    assert b"n\r\n1\r\n" == answer.body


def test_many_callers(ask: Ask, workers: QueryWorkers, generation: Generation) -> None:
    """Callers in many threads each get their own answer."""
    wrong = []

    def call(number: int) -> None:
        for i in range(20):
            text = f"SELECT ({number * 100 + i} AS ?x) {{}}"
            answer = workers.run(text, media_type=CSV, timeout_s=20, generation=generation.id)
            if answer.body != f"x\r\n{number * 100 + i}\r\n".encode():
                wrong.append(answer)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_closed_pool(generation: Generation, store_dir: Path) -> None:
    """After it is closed, a pool answers nothing and starts nothing."""
    pool = QueryWorkers(store_dir, workers=1)
    pool.start()
    pool.close()
    with pytest.raises(QueryError, match="do not start"):
        pool.run(SMALL, media_type=CSV, timeout_s=20, generation=generation.id)
