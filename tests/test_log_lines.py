"""The log's lines, many in one write."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator

import pytest

from napgraph.web.log_lines import LineWriter


@pytest.fixture
def out() -> io.StringIO:
    """Stand for standard error."""
    return io.StringIO()


@pytest.fixture
def log(out: io.StringIO) -> Iterator[logging.Logger]:
    """Write to it."""
    log = logging.getLogger("test-log-lines")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.addHandler(handler := LineWriter(out))
    yield log
    log.removeHandler(handler)


def test_lines_are_written_before_long(log: logging.Logger, out: io.StringIO) -> None:
    """What happened is written within a moment, in its order."""
    log.info("one %d", 1)
    log.info("two")
    until = time.monotonic() + 5
    while not out.getvalue() and time.monotonic() < until:
        time.sleep(0.01)

    assert "one 1\ntwo\n" == out.getvalue()


def test_warning_is_written_at_once(log: logging.Logger, out: io.StringIO) -> None:
    """Somebody should act on a warning, and see what came before it."""
    log.info("event")
    log.warning("trouble")

    assert "event\ntrouble\n" == out.getvalue()
