"""The engines that are measured, each found where it is installed and ended when done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.data import Data


class NotInstalled(Exception):
    """An engine is missing on this machine; `make bench-peers` installs it."""


@dataclass(frozen=True, slots=True)
class Server:
    """An engine that holds the data and answers SPARQL queries over HTTP.

    Attributes:
        version: The name and version of the program.
        query_url: The address of its endpoint.
        pid: Its first process.
        load_s: How long it took to read the data, in seconds.
    """

    version: str
    query_url: str
    pid: int
    port: int
    load_s: float


Start = Callable[[Data, Path], AbstractContextManager[Server]]
