"""What is read from wrk's output."""

from __future__ import annotations

import pytest

from bench.wrk import Throughput, WrkFailed, read_output

OUTPUT = """\
Running 2s test @ http://127.0.0.1:41234
  1 threads and 8 connections
Requests/sec:   1375.00

{"requests": 2750, "seconds": 2.0, "p50_s": 0.0054, "p99_s": 0.0248, "bad_status": 3, "lost": 1}
"""


def test_the_line_of_our_script_is_read() -> None:
    """Times are in seconds."""
    expected = Throughput(
        requests=2750, rate=1375.0, p50_s=0.0054, p99_s=0.0248, bad_status=3, lost=1
    )

    assert expected == read_output(OUTPUT)


@pytest.mark.parametrize(
    ("bad_status", "lost", "said"),
    [
        (0, 0, ""),
        (3, 0, "3 with a status of 400 or more"),
        (1200, 5, "1,200 with a status of 400 or more, 5 lost"),
    ],
)
def test_failures_are_said(bad_status: int, lost: int, said: str) -> None:
    """Where nothing failed there is nothing to say."""
    found = Throughput(requests=1, rate=1.0, p50_s=0.1, p99_s=0.1, bad_status=bad_status, lost=lost)

    assert said == found.failures


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1:1 Connection refused\n"])
def test_output_without_our_line_is_an_error(output: str) -> None:
    """No numbers are made up."""
    with pytest.raises(WrkFailed, match="printed no result"):
        read_output(output)
