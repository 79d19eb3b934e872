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


@pytest.mark.parametrize("action", [CONNECT, "open('/dev/null')"])
def test_no_new_files(port: int, action: str) -> None:
    """With no descriptor left there is neither a file nor a connection to open."""
    code = "import socket\nfrom napgraph.isolation import forbid_new_files\nforbid_new_files()\n"

    assert "Too many open files" in run(code + action.format(port=port))
