"""What a process takes away from itself; each in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

CONNECT = "import socket; socket.create_connection(('127.0.0.1', {port}), 1)"


def run(code: str) -> str:
    """Run code in a process of its own and give the last line of what it says is wrong."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=False
    )
    return (done.stderr.strip() or "nothing").splitlines()[-1]


@pytest.fixture
def port() -> Iterator[int]:
    """Listen, so that only isolation can keep a connection from being made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_with_a_network_there_is_a_way(port: int) -> None:
    """Without isolation the connection is made: the other tests can fail."""
    assert "nothing" == run(CONNECT.format(port=port))


def test_left_network(port: int) -> None:
    """Where the system lets a process leave the network, it reaches nothing any more."""
    code = (
        "from napgraph.isolation import leave_network\nassert leave_network(), 'not allowed here'\n"
    )
    error = run(code + CONNECT.format(port=port))
    if "not allowed here" in error:
        pytest.skip("this system does not let a process leave the network")

    assert "Network is unreachable" in error


def test_sockets_are_refused(port: int) -> None:
    """Where the system filters calls, a process makes no socket, network or not."""
    code = (
        "from napgraph.isolation import forbid_sockets\n"
        "import socket\n"
        "assert forbid_sockets(), 'not possible here'\n"
        "open('/dev/null').close()\n"
    )
    error = run(code + CONNECT.format(port=port))
    if "not possible here" in error:
        pytest.skip("this system has no filter of calls that we know")

    assert "Operation not permitted" in error


def test_ends_with_parent() -> None:
    """A process that asks for it is killed when the one that started it ends."""
    if sys.platform != "linux":
        pytest.skip("only Linux does this")
    child = (
        "import os, time\nfrom napgraph.isolation import end_with_parent\n"
        "end_with_parent()\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n"
    )
    parent = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}])\n"
    parent += "import time\ntime.sleep(1.5)\nimport os\nos._exit(0)\n"
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, timeout=9)

    # The pipe that the child has open is closed long before the child would end by itself.
    assert done.stdout.strip().isdigit()


@pytest.mark.parametrize("action", [CONNECT, "open('/dev/null')"])
def test_no_new_files(port: int, action: str) -> None:
    """With no descriptor left there is neither a file nor a connection to open."""
    code = "import socket\nfrom napgraph.isolation import forbid_new_files\nforbid_new_files()\n"

    assert "Too many open files" in run(code + action.format(port=port))
