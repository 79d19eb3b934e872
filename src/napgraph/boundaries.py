"""Where the boundaries of the world's states are, if npm has brought them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from napgraph.built import BUILT


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Two files of boundaries, at 1:110 million and at 1:50 million.

    They are TopoJSON; among the objects of each are `countries`, which have their ISO 3166-1
    alpha-3 code as property `a3`.
    """

    coarse: Path
    fine: Path

    def digest(self) -> str:
        """Tell these boundaries from others."""
        content = self.coarse.read_bytes() + self.fine.read_bytes()
        return hashlib.sha256(content).hexdigest()


def find_boundaries(folder: Path = BUILT) -> Boundaries | None:
    """Find the boundaries; None where they are not there, and so no map can be drawn."""
    found = Boundaries(folder / "world-110m.json", folder / "world-50m.json")
    return found if found.coarse.is_file() and found.fine.is_file() else None
