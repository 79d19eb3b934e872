"""Drawings made from a generation, kept beside its dumps and tables and made anew at will.

    drawn/<generation>/
        recipe                 how it was drawn
        figures.json           all figures
        world-map.json         the map of the world, where there are boundaries

As with generations, such a folder appears under its name only when it is whole.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from napgraph.boundaries import find_boundaries
from napgraph.questions import all_questions
from napgraph.store_folder import is_generation_id

FIGURES, WORLD_MAP = "figures.json", "world-map.json"
RECIPE = "recipe"

# To change it makes all drawings anew.
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """The drawings of a generation."""

    generation_id: str
    path: Path

    def read(self, name: str) -> bytes | None:
        """Read a drawing; None where it cannot be made here."""
        path = self.path / name
        return path.read_bytes() if path.is_file() else None


def drawn_path(store_dir: Path, generation_id: str) -> Path:
    """Say where the drawings of a generation are kept."""
    return store_dir / "drawn" / generation_id


def find_drawn(store_dir: Path, generation_id: str) -> Drawn | None:
    """Find the drawings of a generation, if they are there and as they would be drawn now."""
    if not is_generation_id(generation_id):
        return None
    path = drawn_path(store_dir, generation_id)
    try:
        is_current = (path / RECIPE).read_text(encoding="ascii") == drawing_recipe()
    except OSError:
        return None
    return Drawn(generation_id, path) if is_current else None


@cache
def drawing_recipe() -> str:
    """Name the way things are drawn: by another one, the same generation gives others."""
    boundaries = find_boundaries()
    texts = [f"{_FORMAT} {version('napgraph')}", *(question.text for question in all_questions())]
    texts.append(boundaries.digest() if boundaries else "")
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
