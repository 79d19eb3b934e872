"""What is measured, one question a module: each takes a session and gives tables."""

from __future__ import annotations

from collections.abc import Callable

from bench.session import Session
from bench.tables import Table

Section = Callable[[Session], list[Table]]
