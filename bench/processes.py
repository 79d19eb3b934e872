"""Start a server, wait for it, sample its memory, and end it with all it started."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MB = 1_000_000


class NotReady(Exception):
    """A server ended, or did not answer in time."""


def free_port() -> int:
    """Find a port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the background; at the end it is stopped, and its children too."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    family = processes_of(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(15)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(15)


def processes_of(pid: int) -> list[psutil.Process]:
    """List a process and all its descendants."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def wait_until_answers(
    url: str, process: subprocess.Popen[bytes], log: Path, *, timeout_s: float = 60
) -> None:
    """Ask an address until there is an answer, whatever it is.

    Raises:
        NotReady: The server ended, or there was none in time; the message has
            the end of its log.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotReady(f"The server of {url} ended: {_end_of(log)}")
        try:
            with urllib.request.urlopen(url, timeout=timeout_s) as response:
                response.read()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
    raise NotReady(f"{url} does not answer after {timeout_s:g} s: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-600:] or "its log is empty"


def wait_until_idle(pid: int, *, timeout_s: float = 300) -> None:
    """Wait until a server and its children have used next to no processor for a second."""
    deadline = time.monotonic() + timeout_s
    before, used = 0.0, _processor_seconds(pid)
    while time.monotonic() < deadline and used - before > 0.05:
        time.sleep(1)
        before, used = used, _processor_seconds(pid)


def _processor_seconds(pid: int) -> float:
    seconds = 0.0
    for process in processes_of(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory at one moment, in bytes.

    Attributes:
        total: Of all processes of a server.
        web: Of those among them that hold its listening socket: they read
            requests and write answers.
    """

    total: int
    web: int


def memory_of(pid: int, port: int) -> Memory:
    """Read the memory of a server and its children."""
    sizes = {process: _resident(process) for process in processes_of(pid)}
    web = (size for process, size in sizes.items() if _listens(process, port))
    return Memory(sum(sizes.values()), sum(web))


@dataclass
class MemorySampler:
    """Samples a server's memory every few milliseconds while a block runs.

    Attributes:
        peak: The largest value of each kind that was seen.
    """

    pid: int
    port: int
    every_s: float = 0.02
    peak: Memory = Memory(0, 0)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> MemorySampler:
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _sample(self) -> None:
        family: list[psutil.Process] = []
        web: set[int] = set()
        look_at = 0.0
        while not self._stop.is_set():
            if time.monotonic() >= look_at:
                family = processes_of(self.pid)
                web = {process.pid for process in family if _listens(process, self.port)}
                look_at = time.monotonic() + 0.5
            sizes = {process.pid: _resident(process) for process in family}
            self.peak = Memory(
                max(self.peak.total, sum(sizes.values())),
                max(self.peak.web, sum(size for pid, size in sizes.items() if pid in web)),
            )
            self._stop.wait(self.every_s)


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        connections = process.net_connections(kind="tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)
