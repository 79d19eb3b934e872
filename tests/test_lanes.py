"""Places in a lane: how many, for whom, and who waits."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napgraph.errors import EndpointBusy
from napgraph.lanes import Lane, Usage


def wait_in(lane: Lane, threads: ThreadPoolExecutor, client: str) -> Future[None]:
    """Have a client wait for a place, and see that it does."""
    before = lane.waiting
    future = threads.submit(lane.enter, client, timeout_s=10)
    while lane.waiting == before:
        time.sleep(0.001)
    return future


def test_places_are_few() -> None:
    """There are so many places, and one that is given back is free again."""
    lane = Lane(2, queue_limit=0)
    taken = [lane.try_enter(client) for client in "abc"]
    lane.leave("a")

    assert [True, True, False, True] == [*taken, lane.try_enter("c")]


def test_no_client_has_all_places() -> None:
    """One place is left for others, unless there is but one."""
    lane, single = Lane(3, queue_limit=0), Lane(1, queue_limit=0)

    assert [True, True, False] == [lane.try_enter("a") for _ in range(3)]
    assert lane.try_enter("b")
    assert single.try_enter("a")


def test_longest_wait_ends_first() -> None:
    """Of those that may enter, the one that came first does."""
    lane = Lane(1, queue_limit=4)
    lane.enter("a", timeout_s=0)
    with ThreadPoolExecutor() as threads:
        first, second = (wait_in(lane, threads, client) for client in "bc")
        lane.leave("a")
        first.result()

        assert not second.done()
        lane.leave("b")
        second.result()


def test_longest_wait_of_a_client_ends_first() -> None:
    """Of one client too, the request that came first is the next, however much it has used."""
    usage = Usage()
    lane = Lane(1, queue_limit=8, usage=usage)
    usage.add("a", 5.0)
    lane.enter("a", timeout_s=0)
    with ThreadPoolExecutor() as threads:
        first, second = (wait_in(lane, threads, "a") for _ in range(2))
        lane.leave("a")
        first.result(1)

        assert not second.done()
        lane.leave("a")
        second.result()


def test_who_has_fewest_places_goes_first() -> None:
    """A client that has a place already lets one pass that has none."""
    lane = Lane(3, queue_limit=8)
    for client in "abb":
        lane.enter(client, timeout_s=0)
    with ThreadPoolExecutor() as threads:
        busy = wait_in(lane, threads, "b")
        newcomer = wait_in(lane, threads, "c")
        lane.leave("b")
        newcomer.result()

        assert not busy.done()
        lane.leave("a")
        busy.result()


def test_queue_has_a_share_for_each() -> None:
    """One client takes half of the queue, and the whole queue is all there is."""
    lane = Lane(1, queue_limit=2)
    lane.enter("a", timeout_s=0)
    with ThreadPoolExecutor() as threads:
        waiting = [wait_in(lane, threads, "b")]
        with pytest.raises(EndpointBusy, match="Too many"):
            lane.enter("b", timeout_s=1)
        waiting.append(wait_in(lane, threads, "c"))
        with pytest.raises(EndpointBusy, match="Too many"):
            lane.enter("d", timeout_s=1)
        for client, future in zip("ab", waiting, strict=True):
            lane.leave(client)
            future.result()


def test_who_used_most_is_sent_away() -> None:
    """A full queue takes a newcomer in place of a client that has used more lately."""
    lane = Lane(1, queue_limit=1)
    lane.enter("busy", timeout_s=0)
    lane.leave("busy", used_s=5)
    lane.enter("a", timeout_s=0)
    with ThreadPoolExecutor() as threads:
        sent_away = wait_in(lane, threads, "busy")
        newcomer = threads.submit(lane.enter, "new", timeout_s=10)
        with pytest.raises(EndpointBusy, match="Too many"):
            sent_away.result(5)
        lane.leave("a")
        newcomer.result(5)

    assert (1, 0) == (lane.busy, lane.waiting)


def test_who_used_least_goes_first() -> None:
    """Of two that wait, the one goes first that has used less lately."""
    lane = Lane(1, queue_limit=4)
    lane.enter("busy", timeout_s=0)
    lane.leave("busy", used_s=1)
    lane.enter("a", timeout_s=0)
    with ThreadPoolExecutor() as threads:
        busy = wait_in(lane, threads, "busy")
        newcomer = wait_in(lane, threads, "new")
        lane.leave("a")
        newcomer.result(5)

        assert not busy.done()
        lane.leave("new")
        busy.result(5)


def test_use_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten seconds half as much is remembered."""
    now = [100.0]
    monkeypatch.setattr("napgraph.lanes.time.monotonic", lambda: now[0])
    usage = Usage()
    usage.add("a", 4.0)
    now[0] += 10

    assert (2.0, 0.0) == (usage.of("a"), usage.of("b"))


@pytest.mark.parametrize(
    ("queries", "heavy"), [([0.4], False), ([0.3, 0.4], True), ([0.001] * 1_000, False)]
)
def test_heavy_clients(queries: list[float], heavy: bool) -> None:
    """Heavy is who has used much by queries that take long, not by many that do not."""
    usage = Usage()
    for used_s in queries:
        usage.add("a", used_s)

    assert heavy == usage.is_heavy("a")


def test_wait_ends() -> None:
    """Who has waited long enough is told so, and leaves the queue."""
    lane = Lane(1, queue_limit=1)
    lane.enter("a", timeout_s=0)
    with pytest.raises(EndpointBusy, match="waited too long"):
        lane.enter("b", timeout_s=0.01)

    assert (1, 0) == (lane.busy, lane.waiting)


@given(places=st.integers(1, 4), clients=st.lists(st.sampled_from("abc"), max_size=12))
def test_all_get_through(places: int, clients: list[str]) -> None:
    """However many ask, never are more inside than there are places, and all get through."""
    lane = Lane(places, queue_limit=24)
    most = []

    def pass_through(client: str) -> None:
        lane.enter(client, timeout_s=10)
        most.append(lane.busy)
        lane.leave(client)

    threads = [threading.Thread(target=pass_through, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (0, 0, len(clients)) == (lane.busy, lane.waiting, len(most))
    assert max(most, default=0) <= places
