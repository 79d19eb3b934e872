"""Which way files are made from a generation, so that those made in another are made anew."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version

from napgraph.research_tables import all_tables

# To change it makes all files anew.
_FORMAT = 2


@cache
def recipe() -> str:
    """Name the way that files are made: by another one, the same generation gives others."""
    texts = [f"{_FORMAT} {version('napgraph')}", *(table.text for table in all_tables())]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
