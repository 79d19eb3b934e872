"""Who may run a query now, and who waits: places for a few, shared fairly among clients."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from napgraph.errors import EndpointBusy


@dataclass(eq=False, slots=True)
class _Waiter:
    client: str
    told: threading.Event = field(default_factory=threading.Event)
    may_enter: bool = False


class Usage:
    """How much work clients have had lately; half of it is forgotten in 10 seconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, tuple[float, float, float]] = {}

    def of(self, client: str) -> float:
        """Say how much a client has used lately, in seconds."""
        return self._recall(client)[0]

    def is_heavy(self, client: str) -> bool:
        """Tell whether a client has used much lately, by queries that take long."""
        used_s, queries = self._recall(client)
        return used_s >= _MUCH_S and used_s >= queries * _LONG_S

    def add(self, client: str, used_s: float) -> None:
        """Count what a query of a client took."""
        with self._lock:
            if len(self._used) >= _MAX_CLIENTS:
                self._used.clear()
            before_s, queries = self._recall(client)
            self._used[client] = before_s + used_s, queries + 1, time.monotonic()

    def _recall(self, client: str) -> tuple[float, float]:
        used_s, queries, at = self._used.get(client, (0.0, 0.0, 0.0))
        left = 0.5 ** ((time.monotonic() - at) / _HALF_LIFE_S)
        return used_s * left, queries * left


_HALF_LIFE_S = 10.0
_MUCH_S, _LONG_S = 0.5, 0.03
# Past so many nobody is remembered, which only means that all count the same for a moment.
_MAX_CLIENTS = 100_000


class Lane:
    """Places that a few callers hold at once while some others wait for one.

    Where there are several places, no client holds all of them; where callers
    wait, no client has more than half of the queue. The next to enter is of the
    client that holds the fewest places, and among those that has used the least
    lately. Where the queue is full, who has used the most is sent away.

    Args:
        places: How many callers may be in it at once.
        queue_limit: How many more may wait.
        usage: What clients have used lately, in other lanes too.
        what: What an error calls one that waits, and several.
    """

    def __init__(
        self,
        places: int,
        *,
        queue_limit: int,
        usage: Usage | None = None,
        what: tuple[str, str] = ("query", "queries"),
    ) -> None:
        self._one, self._several = what
        self._usage = usage or Usage()
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
            if mine >= self._queue_per_client or not self._make_room(client):
                raise self._too_many()
            self._waiting.append(waiter)
            self._let_in()
        waiter.told.wait(timeout_s)
        with self._lock:
            if waiter.may_enter:
                return
            if waiter.told.is_set():
                raise self._too_many()
            self._waiting.remove(waiter)
        raise EndpointBusy(f"The {self._one} waited too long for its turn; try again in a moment.")

    def leave(self, client: str, *, used_s: float = 0.0) -> None:
        """Give a place back, after so many seconds of work."""
        self._usage.add(client, used_s)
        with self._lock:
            self._inside[client] -= 1
            if not self._inside[client]:
                del self._inside[client]
            self._let_in()

    def _has_place(self, client: str) -> bool:
        return self.busy < self._places and self._inside[client] < self._places_per_client

    def _next(self) -> _Waiter | None:
        entitled = [waiter for waiter in self._waiting if self._has_place(waiter.client)]
        # Read once for all of a client, as it falls all the time: the first of them enters.
        used = {client: self._usage.of(client) for client in {w.client for w in entitled}}
        return min(entitled, key=lambda w: (self._inside[w.client], used[w.client]), default=None)

    def _make_room(self, client: str) -> bool:
        """See that one more can wait, if need be instead of one who has used more."""
        if len(self._waiting) < self._queue_limit:
            return True
        worst = max(self._waiting, key=lambda w: self._usage.of(w.client), default=None)
        if worst is None or self._usage.of(worst.client) <= self._usage.of(client):
            return False
        self._waiting.remove(worst)
        worst.told.set()
        return True

    def _let_in(self) -> None:
        while (waiter := self._next()) is not None:
            self._waiting.remove(waiter)
            self._inside[waiter.client] += 1
            waiter.may_enter = True
            waiter.told.set()

    def _too_many(self) -> EndpointBusy:
        return EndpointBusy(f"Too many {self._several} are waiting; try again in a moment.")
