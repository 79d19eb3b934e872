"""Requests a second, as wrk measures them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_SCRIPT = Path(__file__).with_name("vary.lua")


class WrkFailed(Exception):
    """The program wrk is missing, or did not print what our script prints."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What a run found.

    Attributes:
        requests: How many were answered.
        rate: Answers a second.
        p50_s: The time within which half of the answers came, in seconds.
        p99_s: The same of 99 in 100.
        bad_status: Answers whose status is 400 or more.
        lost: Requests without an answer.
    """

    requests: int
    rate: float
    p50_s: float
    p99_s: float
    bad_status: int
    lost: int

    @property
    def failures(self) -> str:
        """Say what went wrong; empty where nothing did."""
        bad = f"{self.bad_status:,} with a status of 400 or more" if self.bad_status else ""
        lost = f"{self.lost:,} lost" if self.lost else ""
        return ", ".join(filter(None, (bad, lost)))


def installed() -> bool:
    """Tell whether wrk can be found."""
    return shutil.which("wrk") is not None


def ask(
    url: str,
    *,
    pieces: Sequence[str] = (),
    seconds: int,
    connections: int = 8,
    headers: Mapping[str, str] | None = None,
) -> Throughput:
    """Ask as fast as answers come, over some connections.

    Args:
        url: Where `@n@` becomes a number never used twice and `@i@` one of the
            pieces; with neither, the same is asked again and again.
        pieces: Parts of the address, percent-encoded.
        seconds: How long.
        connections: How many requests are under way at once.
        headers: Sent with each request.

    Raises:
        WrkFailed: It is not installed, or failed.
    """
    program = shutil.which("wrk")
    if program is None:
        raise WrkFailed("wrk is not installed")
    address = urlsplit(url)
    path = url[url.index(address.netloc) + len(address.netloc) :]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as plan:
        plan.write("\n".join([path, *pieces]) + "\n")
        plan.flush()
        command = [
            program, "--threads", "1", "--connections", str(connections),
            "--duration", f"{seconds}s", "--timeout", "60s", "--latency",
            "--script", str(_SCRIPT),
            *(f"--header={name}: {value}" for name, value in (headers or {}).items()),
            f"http://{address.netloc}", "--", plan.name,
        ]  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 90)
    if run.returncode:
        raise WrkFailed(f"wrk failed: {run.stderr.strip() or run.stdout.strip()}")
    return read_output(run.stdout)


def read_output(text: str) -> Throughput:
    """Read the line of JSON that our script adds to what wrk prints.

    Raises:
        WrkFailed: There is none.
    """
    lines = [line for line in text.splitlines() if line.startswith("{")]
    if not lines:
        raise WrkFailed(f"wrk printed no result of ours: {text.strip()[:300]}")
    found = json.loads(lines[-1])
    return Throughput(
        requests=found["requests"],
        rate=found["requests"] / found["seconds"],
        p50_s=found["p50_s"],
        p99_s=found["p99_s"],
        bad_status=found["bad_status"],
        lost=found["lost"],
    )
