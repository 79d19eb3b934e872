"""Who may run a query now, and who waits: places for a few, shared fairly among clients."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from napgraph.errors import EndpointBusy


@dataclass(eq=False, slots=True)
class _Waiter:
    client: str
    may_enter: threading.Event = field(default_factory=threading.Event)


class Lane:
    """Places that a few callers hold at once while some others wait for one.

    Where there are several places, no client holds all of them; where callers
    wait, no client has more than half of the queue. The next to enter is who
    waits longest among the clients that hold the fewest places.

    Args:
        places: How many callers may be in it at once.
        queue_limit: How many more may wait.
    """

    def __init__(self, places: int, *, queue_limit: int) -> None:
        self._places = places
        self._places_per_client = max(1, places - 1)
        self._queue_limit = queue_limit
        self._queue_per_client = max(1, queue_limit // 2)
        self._lock = threading.Lock()
        self._inside: Counter[str] = Counter()
        self._waiting: list[_Waiter] = []

    @property
    def busy(self) -> int:
        """Count the places that are held."""
        return self._inside.total()

    @property
    def waiting(self) -> int:
        """Count the callers that wait."""
        return len(self._waiting)

    def try_enter(self, client: str) -> bool:
        """Take a place if one is free for this client and nobody else waits for it."""
        with self._lock:
            if self._next() is not None or not self._has_place(client):
                return False
            self._inside[client] += 1
            return True

    def enter(self, client: str, *, timeout_s: float) -> None:
        """Take a place, and wait for one if need be; whoever enters must leave.

        Raises:
            EndpointBusy: Too many wait already, or the wait was too long.
        """
        if self.try_enter(client):
            return
        waiter = _Waiter(client)
        with self._lock:
            mine = sum(other.client == client for other in self._waiting)
            if len(self._waiting) >= self._queue_limit or mine >= self._queue_per_client:
                raise EndpointBusy("Too many queries are waiting; try again in a moment.")
            self._waiting.append(waiter)
            self._let_in()
        if waiter.may_enter.wait(timeout_s):
            return
        with self._lock:
            if waiter.may_enter.is_set():
                return
            self._waiting.remove(waiter)
        raise EndpointBusy("The query waited too long for its turn; try again in a moment.")

    def leave(self, client: str) -> None:
        """Give a place back."""
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]
            self._let_in()

    def _has_place(self, client: str) -> bool:
        return self.busy < self._places and self._inside[client] < self._places_per_client

    def _next(self) -> _Waiter | None:
        entitled = (waiter for waiter in self._waiting if self._has_place(waiter.client))
        return min(entitled, key=lambda waiter: self._inside[waiter.client], default=None)

    def _let_in(self) -> None:
        while (waiter := self._next()) is not None:
            self._waiting.remove(waiter)
            self._inside[waiter.client] += 1
            waiter.may_enter.set()
