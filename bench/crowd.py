"""Many clients at once, each from a loopback address of its own."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bench.asking import JSON

LOST = "no answer"


@dataclass(frozen=True, slots=True)
class Group:
    """Clients that ask the same kind of thing.

    Attributes:
        size: How many clients.
        texts: The queries, with `@n@` where a number never used twice goes.
        pause_s: How long a client waits after an answer, on average, in seconds.
    """

    size: int
    texts: Sequence[str]
    pause_s: float


@dataclass
class Seen:
    """What the clients of one group saw.

    Attributes:
        times: Seconds of each answer with status 200.
        outcomes: How often each status came, or none.
    """

    times: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def within(self, share: float) -> float:
        """Give the time within which such a share of answers came, in seconds."""
        times = sorted(self.times)
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


def crowd(query_url: str, groups: Sequence[Group], *, seconds: float, seed: int = 1) -> list[Seen]:
    """Let all clients ask for some time, and wait for what is still to be answered.

    A client that is told to come again later does so, as `Retry-After` says
    but after 5 seconds at most.
    """
    return asyncio.run(_crowd(query_url, groups, seconds, seed))


async def _crowd(query_url: str, groups: Sequence[Group], seconds: float, seed: int) -> list[Seen]:
    until = time.monotonic() + seconds
    seen = [Seen() for _ in groups]
    addresses = (f"127.0.{n // 250 + 1}.{n % 250 + 1}" for n in itertools.count())
    async with asyncio.TaskGroup() as tasks:
        for group, found in zip(groups, seen, strict=True):
            for _ in range(group.size):
                address = next(addresses)
                chance = random.Random(f"{seed} {address}")
                tasks.create_task(_client(query_url, address, group, found, until, chance))
    return seen


async def _client(
    query_url: str, address: str, group: Group, seen: Seen, until: float, chance: random.Random
) -> None:
    connector = aiohttp.TCPConnector(local_addr=(address, 0), limit=1)
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        await asyncio.sleep(chance.random() * group.pause_s)
        while time.monotonic() < until:
            text = chance.choice(group.texts).replace("@n@", f"{next(_numbers)}")
            wait_s = await _ask(session, query_url, text, seen)
            await asyncio.sleep(wait_s or chance.uniform(0.5, 1.5) * group.pause_s)


async def _ask(session: aiohttp.ClientSession, url: str, text: str, seen: Seen) -> float:
    """Ask once; give the seconds to wait if the server said so."""
    start = time.perf_counter()
    try:
        async with session.post(url, data={"query": text}, headers={"Accept": JSON}) as response:
            await response.read()
    except (aiohttp.ClientError, TimeoutError):
        seen.outcomes[LOST] += 1
        return 0.1
    seen.outcomes[str(response.status)] += 1
    if response.status == 200:
        seen.times.append(time.perf_counter() - start)
    wait = response.headers.get("Retry-After", "")
    return min(5.0, float(wait)) if wait.isdecimal() else 0


_numbers = itertools.count(time.time_ns() // 1_000_000)
