"""The errors a caller can act on.

* NapgraphError
  * DataError         files that cannot become a graph
    * TurtleError     a file that is not the Turtle it should be

A mistake of ours raises Python's own errors and is never one of these.
"""

from __future__ import annotations


class NapgraphError(Exception):
    """Something the caller can act on; its message is one sentence for people."""


class DataError(NapgraphError):
    """Files cannot become a graph."""


class TurtleError(DataError):
    """A file is not the Turtle it should be.

    Attributes:
        line: 1-based line of the first problem, where it is known.
        column: 1-based column of it, where it is known.
    """

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None):
        super().__init__(message)
        self.line = line
        self.column = column
