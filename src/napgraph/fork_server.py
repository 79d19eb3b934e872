"""A process that query workers are forked from, with their store loaded already.

A forked worker shares the store's memory with the process it comes from, so a
new one costs milliseconds, whatever the size of the store, and little memory.
Only a process of one thread may be forked safely, which a server's is not:

    server ──starts──▶ fork server ──forks──▶ workers that read the store from disk
                            │
                            └──forks──▶ fork server with a store loaded ──forks──▶ workers

A server talks to a fork server over a socket, one command in JSON and one reply
at a time, with the other end of the new process's own socket beside a command.
When the server ends, so do they all.

The workers here answer queries. A module of other workers runs `be_fork_server`
in its own `main`.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn, Protocol

from napgraph.errors import StoreError
from napgraph.isolation import end_with_parent, leave_network
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import find
from napgraph.wire import Channel
from napgraph.worker import WorkerLimits, run_worker

_MESSAGE_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process and the channel to it."""

    pid: int
    channel: Channel

    def kill(self) -> None:
        """End it, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.channel.close()


class ForkServer:
    """A fork server, as the process that has it sees it; any thread may call it."""

    def __init__(self, control: socket.socket, pid: int, wait: Callable[[], object]) -> None:
        self.pid = pid
        self._control = control
        self._wait = wait
        self._lock = threading.Lock()
        self.is_gone = False

    @classmethod
    def start(cls, store_dir: Path, limits: WorkerLimits) -> ForkServer:
        """Start one whose workers answer queries, and read the store from disk."""
        settings = {"store_dir": str(store_dir.absolute()), "limits": asdict(limits)}
        return cls.start_module("napgraph.fork_server", settings)

    @classmethod
    def start_module(cls, module: str, settings: Mapping[str, Any]) -> ForkServer:
        """Start one of the workers of a module, whose `main` is `be_fork_server`.

        Args:
            module: Its name.
            settings: What it makes its `Workshop` with, as JSON can have it.
        """
        control, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [sys.executable, "-P", "-m", module, str(theirs.fileno()), json.dumps(settings)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        return cls(control, process.pid, process.wait)

    def fork_worker(self, generation_id: str) -> Worker:
        """Make a worker that asks a generation.

        Raises:
            OSError: The fork server is gone.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._fork("worker", generation_id, ours, theirs)
        return Worker(pid, Channel(ours))

    def fork_loaded(self, generation_id: str) -> ForkServer:
        """Make a fork server with a generation in memory, and wait until it is loaded.

        Raises:
            StoreError: The generation cannot be loaded.
            OSError: The fork server is gone.
        """
        control, theirs = socket.socketpair()
        with theirs:
            pid = self._fork("server", generation_id, control, theirs)
        said = _receive(control)[0]
        loaded = ForkServer(control, pid, lambda: self._reap(pid))
        if said is None or "error" in said:
            loaded.close()
            reason = said["error"] if said else "its process ended."
            raise StoreError(f"Generation {generation_id} cannot be loaded: {reason}")
        return loaded

    def reap(self, worker: Worker) -> int:
        """Wait for a worker that has ended or was killed, and give its exit code.

        As `subprocess` has it: the negative number of the signal that ended it.
        """
        return self._reap(worker.pid)

    def close(self) -> None:
        """End it and all its workers."""
        self._control.close()
        with contextlib.suppress(OSError):
            self._wait()

    def _fork(
        self, what: str, generation_id: str, ours: socket.socket, theirs: socket.socket
    ) -> int:
        try:
            return int(self._ask({"fork": what, "generation": generation_id}, theirs)["pid"])
        except OSError:
            ours.close()
            raise

    def _reap(self, pid: int) -> int:
        return int(self._ask({"reap": pid})["code"])

    def _ask(self, command: dict[str, Any], passed: socket.socket | None = None) -> Any:
        descriptors = [] if passed is None else [passed.fileno()]
        with self._lock:
            try:
                socket.send_fds(self._control, [json.dumps(command).encode()], descriptors)
                said, _ = _receive(self._control)
            except OSError:
                said = None
            if said is None:
                self.is_gone = True
                raise ConnectionResetError("the process is gone")
        return said


# -- inside the process ----------------------------------------------------------------------


class Workshop(Protocol):
    """What a fork server has its workers do."""

    def load(self, generation_id: str) -> Any:
        """Read into memory what workers of a generation need.

        Raises:
            StoreError: It cannot be read.
        """

    def work(self, channel: Channel, generation_id: str, loaded: Any) -> None:
        """Be a worker, until the channel ends.

        Args:
            channel: Where work comes from and results go.
            generation_id: The generation to work with.
            loaded: What `load` gave for it; None where nothing is in memory.
        """


@dataclass(frozen=True, slots=True)
class _Queries:
    """A workshop whose workers answer queries."""

    store_dir: Path
    limits: WorkerLimits

    def load(self, generation_id: str) -> OxigraphStore:
        return find(self.store_dir, generation_id).load()

    def work(self, channel: Channel, generation_id: str, loaded: OxigraphStore | None) -> None:
        run_worker(
            channel,
            lambda: loaded or find(self.store_dir, generation_id).open(),
            self.limits,
            generation_id=generation_id,
            in_memory=loaded is not None,
        )


class _Loop:
    """A fork server from inside: it has one thread, and does one thing at a time."""

    def __init__(self, control: socket.socket, workshop: Workshop) -> None:
        self._control = control
        self._workshop = workshop
        self._loaded_id = ""
        self._loaded: Any = None

    def run(self) -> None:
        """Carry out commands until the other end is closed."""
        while True:
            command, descriptors = _receive(self._control)
            if command is None:
                return
            if "reap" in command:
                self._say({"code": os.waitstatus_to_exitcode(os.waitpid(command["reap"], 0)[1])})
            elif command["fork"] == "worker":
                self._fork(self._be_worker, descriptors[0], command["generation"])
            else:
                self._fork(self._be_server, descriptors[0], command["generation"])

    def _say(self, message: dict[str, Any]) -> None:
        self._control.send(json.dumps(message).encode())

    def _fork(self, become: Callable[[int, str], None], descriptor: int, generation: str) -> None:
        # What lives now is shared with the child for as long as nobody writes to it.
        gc.freeze()
        pid = os.fork()
        if pid:
            os.close(descriptor)
            self._say({"pid": pid})
            return
        self._control.close()
        _run_and_exit(lambda: become(descriptor, generation))

    def _be_worker(self, descriptor: int, generation_id: str) -> None:
        loaded = self._loaded if self._loaded_id == generation_id else None
        channel = Channel(socket.socket(fileno=descriptor))
        self._workshop.work(channel, generation_id, loaded)

    def _be_server(self, descriptor: int, generation_id: str) -> None:
        end_with_parent()
        self._control = socket.socket(fileno=descriptor)
        try:
            self._loaded = self._workshop.load(generation_id)
        except (StoreError, OSError) as exc:
            self._say({"error": str(exc)})
            return
        self._loaded_id = generation_id
        self._say({"ready": True})
        self.run()


def _receive(control: socket.socket) -> tuple[Any, list[int]]:
    """Receive a message and descriptors; None where the other end is closed."""
    try:
        data, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
    except ConnectionResetError:
        return None, []
    return (json.loads(data) if data else None), descriptors


def _run_and_exit(run: Callable[[], None]) -> NoReturn:
    """Run what a forked process is for, and leave without what its parent would do at its exit."""
    code = 1
    try:
        run()
        code = 0
    finally:
        os._exit(code)


def be_fork_server(workshop: Callable[[Mapping[str, Any]], Workshop]) -> None:
    """Be a fork server, to the end of this process.

    The arguments of the program are a socket's descriptor and settings in JSON.

    Args:
        workshop: Makes what the workers do, of the settings.
    """
    # Not `end_with_parent`: the system means the thread that started this process, which may end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings = json.loads(sys.argv[2])
    if not settings["limits"]["allow_network"]:
        leave_network()
    control = socket.socket(fileno=int(sys.argv[1]))
    _Loop(control, workshop(settings)).run()


def main() -> None:
    """Be a fork server whose workers answer queries."""
    be_fork_server(
        lambda settings: _Queries(Path(settings["store_dir"]), WorkerLimits(**settings["limits"]))
    )


if __name__ == "__main__":
    main()
