"""Queries in worker processes that can be killed."""

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
from napgraph.protocol import Query, log_name, plan, tag_of
from napgraph.store import GraphFile
from napgraph.wire import Heading
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
    with QueryWorkers(
        store_dir, quick=2, slow=2, queue_limit=2, queue_timeout_s=1, **limits
    ) as pool:
        pool.start()
        yield pool


Ask = Callable[..., QueryResult]


@pytest.fixture
def ask(workers: QueryWorkers, generation: Generation) -> Iterator[Ask]:
    """Ask a query, and see afterwards that the workers still answer."""

    def ask(
        text: str = SMALL, *, timeout_s: float = 20, media_type: str = CSV, **options: Any
    ) -> QueryResult:
        return workers.run(
            text,
            media_type=media_type,
            timeout_s=timeout_s,
            generation=generation.id,
            **options,
        )

    yield ask
    assert SMALL_ANSWER == ask().body.read()


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Run calls side by side."""
    with ThreadPoolExecutor() as threads:
        yield threads


def test_answer(ask: Ask) -> None:
    """An answer has its bytes, its media type and the time it took."""
    answer = ask()

    assert (SMALL_ANSWER, CSV) == (answer.body.read(), answer.media_type)
    assert 0 < answer.elapsed_s < 20


@pytest.mark.parametrize("name", RUNAWAYS)
def test_runaway_is_stopped(ask: Ask, executor: ThreadPoolExecutor, name: str) -> None:
    """A query that would never end is ended on time, and others are answered meanwhile."""
    ask()
    start = time.monotonic()
    runaway = executor.submit(ask, RUNAWAYS[name], timeout_s=1, client="other")
    time.sleep(0.2)
    assert not runaway.done()
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
    body = ask("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 50000").body.read()

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


def run_slow(
    ask: Ask, executor: ThreadPoolExecutor, clients: str, text: str = RUNAWAYS["cross product"]
) -> list[Future[QueryResult]]:
    """Have some clients ask what takes too long, each until it is under way."""
    futures = []
    for number, client in enumerate(clients):
        futures.append(executor.submit(ask, f"{text} # {number}", timeout_s=3, client=client))
        time.sleep(0.15)
    assert not any(future.done() for future in futures)
    return futures


def test_light_queries_pass_heavy_ones(ask: Ask, executor: ThreadPoolExecutor) -> None:
    """With as many slow queries as may run or wait, a light one is answered at once."""
    slow = run_slow(ask, executor, "abcd")
    start = time.monotonic()
    answer = ask(client="e")

    assert SMALL_ANSWER == answer.body.read()
    assert time.monotonic() - start < 0.5
    for future in slow:
        with pytest.raises(QueryError):
            future.result()


def test_queue_is_bounded(ask: Ask, executor: ThreadPoolExecutor) -> None:
    """With all places taken, a few slow queries wait for a while and more are sent away."""
    running = run_slow(ask, executor, "ab")
    waiting = [executor.submit(ask, RUNAWAYS["property path"], client=c) for c in "cde"]
    said = sorted(str(future.exception())[:17] for future in waiting)

    assert ["The query waited ", "The query waited ", "Too many queries "] == said
    for future in running:
        with pytest.raises(QueryTimeout):
            future.result()


def test_no_client_takes_all_workers(ask: Ask, executor: ThreadPoolExecutor) -> None:
    """The second slow query of a client waits while another client's runs."""
    first, second = run_slow(ask, executor, "aa")
    other = executor.submit(ask, RUNAWAYS["property path"], timeout_s=0.5, client="b")

    with pytest.raises(QueryTimeout):
        other.result()
    with pytest.raises(EndpointBusy, match="waited too long"):
        second.result()
    with pytest.raises(QueryTimeout):
        first.result()


def test_slow_query_is_answered(ask: Ask) -> None:
    """A query that takes longer than a try is answered, the first time and the next."""
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    first, second = ask(text), ask(text)

    assert b"n\r\n9000000\r\n" == first.body.read() == second.body.read()
    assert first.elapsed_s > 0.1


def test_long_tries_leave_their_places(
    store_dir: Path, generation: Generation, executor: ThreadPoolExecutor
) -> None:
    """What is tried for longer than a moment keeps nobody else from being tried."""
    with QueryWorkers(store_dir, quick=2, slow=1, try_s=5, memory_bytes=100 * MB) as pool:
        pool.start()
        asked = {"media_type": CSV, "timeout_s": 2, "generation": generation.id}
        text = RUNAWAYS["cross product"]
        tried = [executor.submit(pool.run, text, client=client, **asked) for client in "ab"]
        time.sleep(0.5)
        busy, answer = pool.quick.busy, pool.run(SMALL, client="c", **asked)
        is_done = any(future.done() for future in tried)
        errors = [type(future.exception()) for future in tried]

    assert (0, False, SMALL_ANSWER) == (busy, is_done, answer.body.read())
    assert [QueryTimeout, QueryTimeout] == errors


def test_request_is_read_by_a_worker(workers: QueryWorkers, generation: Generation) -> None:
    """A worker that reads a request gives what it makes of it with the answer."""
    query_string = f"query={quote(SMALL)}"
    answer = workers.run_raw(query_string, CSV, timeout_s=5, generation=generation.id)
    asked = plan(Query(SMALL), CSV, federation=frozenset())

    assert answer is not None
    assert SMALL_ANSWER == answer.read()
    assert Heading("csv", tag_of(asked, generation.id), log_name(SMALL)) == answer.heading


@pytest.mark.parametrize(
    "query_string",
    [
        f"query={quote(SMALL)}&timeout=1",
        f"query={quote(SMALL)}&format=html",
        f"query={quote(SMALL)}&format=png",
        "query=ASK%7BSERVICE%3Curn:x%3E%7B%7D%7D",
        "query=ASK%7B",
        "query=%FF",
        "format=csv",
    ],
)
def test_request_is_left_to_the_server(
    workers: QueryWorkers, generation: Generation, query_string: str
) -> None:
    """What takes the server's settings or words, workers do not answer."""
    answer = workers.run_raw(query_string, None, timeout_s=5, generation=generation.id)

    assert answer is None


def test_first_rows(ask: Ask) -> None:
    """A page gets the first solutions, and hears that there are more."""
    media_type = "application/sparql-results+json"
    few = ask("SELECT ?s { ?s ?p ?o } ORDER BY ?s", media_type=media_type, max_rows=2)
    answer = json.loads(few.body.read())

    assert answer == {
        "head": {"vars": ["s"]},
        "results": {
            "bindings": [{"s": {"type": "uri", "value": f"urn:s{i}"}} for i in (0, 1)],
        },
        "more": True,
    }


def test_large_answer_is_not_held_in_memory(ask: Ask) -> None:
    """What is longer than a million bytes waits in a file."""
    body = ask("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000").body
    whole = body.size, body.is_small, sum(map(len, body))

    assert (body.size, False, body.size) == whole


def test_idle_worker_may_die(ask: Ask, workers: QueryWorkers) -> None:
    """Whoever kills the idle workers, the next query is answered."""
    ask()
    for pid in children(workers):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.1)

    assert SMALL_ANSWER == ask().body.read()


def test_fork_server_may_die(ask: Ask, workers: QueryWorkers) -> None:
    """Whoever kills the process that all workers come from, the next query is answered."""
    ask()
    os.kill(workers._crews._server.pid, signal.SIGKILL)
    time.sleep(0.1)

    assert SMALL_ANSWER == ask().body.read()


def children(workers: QueryWorkers) -> list[int]:
    """List the workers' processes."""
    return [worker.pid for crew in workers._crews._crews.values() for worker in crew._home]


def test_workers_follow_generations(ask: Ask, workers: QueryWorkers, store_dir: Path) -> None:
    """A query is answered from the generation it asks, the one before as well."""
    file = GraphFile(graph_iri("a"), b"<urn:a> <urn:b> <urn:c> .")
    following = build([file], store_dir)
    answer = workers.run(SMALL, media_type=CSV, timeout_s=20, generation=following.id)

    assert b"n\r\n1\r\n" == answer.body.read()
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

    assert b"n\r\n0\r\n" == answer.body.read()


def test_large_store_is_read_from_disk(generation: Generation, store_dir: Path) -> None:
    """A store too large for memory is asked where it lies."""
    with QueryWorkers(store_dir, quick=1, max_statements_in_memory=0) as pool:
        answer = pool.run(SMALL, media_type=CSV, timeout_s=20, generation=generation.id)

    assert SMALL_ANSWER == answer.body.read()


def test_store_may_come_later(tmp_path: Path) -> None:
    """Workers that start before there is a store answer once there is one."""
    with QueryWorkers(tmp_path, quick=1) as pool:
        pool.start()
        built = build([GraphFile(graph_iri("a"), b"<urn:a> <urn:b> <urn:c> .")], tmp_path)
        answer = pool.run(SMALL, media_type=CSV, timeout_s=20, generation=built.id)

    assert b"n\r\n1\r\n" == answer.body.read()


def test_many_callers(ask: Ask) -> None:
    """Callers in many threads each get their own answer."""
    wrong = []

    def call(number: int) -> None:
        for i in range(20):
            text = f"SELECT ({number * 100 + i} AS ?x) {{}}"
            answer = ask(text, client=str(number))
            if answer.body.read() != f"x\r\n{number * 100 + i}\r\n".encode():
                wrong.append(answer)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == wrong


def test_closed_pool(generation: Generation, store_dir: Path) -> None:
    """After it is closed, a pool answers nothing and starts nothing."""
    pool = QueryWorkers(store_dir, quick=1)
    pool.start()
    pool.close()
    with pytest.raises(QueryError, match="closing"):
        pool.run(SMALL, media_type=CSV, timeout_s=20, generation=generation.id)
