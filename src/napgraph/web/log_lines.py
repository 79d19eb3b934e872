"""The log's lines, many in one write."""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    _Handler = logging.StreamHandler[TextIO]
else:
    _Handler = logging.StreamHandler


class LineWriter(_Handler):
    """Writes what is logged within a moment at once, from a thread of its own.

    To write, a thread gives up the interpreter's lock, and must wait for the
    others to have it again; a query's thread is spared that. What is worse than
    a mere event is written at once, with all before it.

    Args:
        stream: Where to; standard error if None.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._records: deque[logging.LogRecord] = deque()
        self._writing = threading.Lock()
        self._some = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.write)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line to be written."""
        self._records.append(record)
        if record.levelno > logging.INFO:
            self.write()
        elif not self._some.is_set():
            self._some.set()

    def write(self) -> None:
        """Write what has been logged and is not written."""
        with self._writing:
            lines = []
            while self._records:
                lines.append(self.format(self._records.popleft()) + self.terminator)
            if lines:
                self.stream.write("".join(lines))
                self.flush()

    def _run(self) -> None:
        while True:
            self._some.wait()
            time.sleep(_MOMENT_S)
            self._some.clear()
            self.write()


_MOMENT_S = 0.1
