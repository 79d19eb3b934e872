"""Draw what pages show of a generation: figures and the map. Once, by one process.

As a program, `python -m napgraph.drawing STORE_DIR GENERATION`, it does so beside a server,
which goes on answering. Nothing else needs the libraries that draw.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from filelock import FileLock

from napgraph.boundaries import find_boundaries
from napgraph.charts.drawing import draw_figures
from napgraph.charts.figures import write_figures
from napgraph.drawn_folder import (
    FIGURES,
    RECIPE,
    WORLD_MAP,
    Drawn,
    drawing_recipe,
    drawn_path,
    find_drawn,
)
from napgraph.errors import StoreError
from napgraph.isolation import end_with_parent
from napgraph.map_drawing import draw_world_map
from napgraph.oxigraph import OxigraphStore
from napgraph.store_folder import Generation, appearing, find, remove_leftovers

log = logging.getLogger(__name__)


def draw(generation: Generation, store_dir: Path) -> Drawn:
    """Draw a generation, unless it has been drawn; other processes wait meanwhile.

    What was drawn of generations that are gone is removed.

    Raises:
        StoreError: It cannot be written, or the generation is gone.
    """
    folder = store_dir / "drawn"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if found := find_drawn(store_dir, generation.id):
                return found
            remove_leftovers(folder, store_dir)
            return _draw(generation, drawn_path(store_dir, generation.id))
    except OSError as exc:
        raise StoreError(f"What is drawn of {generation.path} cannot be written: {exc}.") from exc


def _draw(generation: Generation, path: Path) -> Drawn:
    with appearing(path) as folder:
        _write_all(generation.open(), folder)
    log.info("drew the figures of generation %s", generation.id)
    return Drawn(generation.id, path)


def _write_all(store: OxigraphStore, folder: Path) -> None:
    (folder / RECIPE).write_text(drawing_recipe(), encoding="ascii")
    (folder / FIGURES).write_text(write_figures(draw_figures(store)), encoding="utf-8")
    if boundaries := find_boundaries():
        (folder / WORLD_MAP).write_text(draw_world_map(boundaries).to_json(), encoding="utf-8")


def main() -> None:
    """Draw the generation that the arguments name, after whatever else the machine has to do."""
    end_with_parent()
    os.nice(15)
    store_dir = Path(sys.argv[1])
    try:
        draw(find(store_dir, sys.argv[2]), store_dir)
    except StoreError as exc:
        sys.exit(str(exc))


if __name__ == "__main__":
    main()
