"""What is drawn of a generation is drawn once, whole, and by a process beside the server."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.deriver import DRAWINGS, Deriver
from napgraph.drawing import draw
from napgraph.drawn_folder import FIGURES, RECIPE, drawn_path, find_drawn
from napgraph.errors import StoreError
from napgraph.store_folder import Generation, current
from napgraph.web import create_app, pictures


@pytest.fixture
def generation(published: Config, tmp_path: Path) -> Generation:
    """Copy a store of which nothing has been drawn yet."""
    shutil.copytree(published.store_dir / "generations", tmp_path / "generations")
    shutil.copy(published.store_dir / "current", tmp_path)
    return current(tmp_path)


def test_drawn_is_found(generation: Generation, tmp_path: Path) -> None:
    """What was drawn is found, and nothing is before."""
    assert find_drawn(tmp_path, generation.id) is None
    drawn = draw(generation, tmp_path)

    assert drawn == find_drawn(tmp_path, generation.id)
    assert (drawn.read(FIGURES) or b"").startswith(b'[{"name":"adoptions"')
    assert drawn.read("nothing.json") is None


def test_what_is_drawn_is_not_drawn_again(generation: Generation, tmp_path: Path) -> None:
    """A second call finds what the first drew."""
    path = draw(generation, tmp_path).path / FIGURES
    stat = path.stat()
    draw(generation, tmp_path)

    assert stat == path.stat()


def test_other_recipe_draws_anew(generation: Generation, tmp_path: Path) -> None:
    """Drawings that another version made are replaced."""
    drawn = draw(generation, tmp_path)
    (drawn.path / RECIPE).write_text("old")
    (drawn.path / FIGURES).write_text("old")
    again = draw(generation, tmp_path)

    assert (again.read(FIGURES) or b"").startswith(b"[{")


def test_leftovers_are_removed(generation: Generation, tmp_path: Path) -> None:
    """Drawings of generations that are gone, and halves of some, are removed."""
    gone, half = drawn_path(tmp_path, "0123456789abcdef"), tmp_path / "drawn" / ".making-x"
    gone.mkdir(parents=True)
    half.mkdir()
    drawn = draw(generation, tmp_path)

    assert [drawn.path] == [p for p in (tmp_path / "drawn").iterdir() if p.name != ".lock"]


def test_folder_that_cannot_be_written(generation: Generation, tmp_path: Path) -> None:
    """Where nothing can be written, the error says what of."""
    (tmp_path / "drawn").write_text("a file")

    with pytest.raises(StoreError, match=r"What is drawn of .* cannot be written"):
        draw(generation, tmp_path)


def test_process_draws_beside_the_server(generation: Generation, tmp_path: Path) -> None:
    """A server has it drawn by a process of its own."""
    drawer = Deriver(tmp_path, DRAWINGS, delay_s=600)
    drawn = drawer.get(generation.id, wait_s=120)
    drawer.close()

    assert drawn == find_drawn(tmp_path, generation.id)


def test_unfinished_page_is_not_kept(
    generation: Generation, published: Config, tmp_path: Path
) -> None:
    """A page that lacks what is being drawn is given, and no cache may store it."""
    app = create_app(Config(data_dir=published.data_dir, store_dir=tmp_path))
    first = app.test_client().get("/")
    app.extensions["napgraph"].drawer.get(generation.id, wait_s=120)
    later = app.test_client().get("/")
    app.extensions["napgraph"].close()

    assert (200, "no-store", None) == (
        first.status_code, first.headers["Cache-Control"], first.headers.get("ETag"),
    )  # fmt: skip
    assert later.headers["Cache-Control"].startswith("public")


def test_drawings_are_read_once(world: FlaskClient) -> None:
    """Figures are read from the file once a generation."""
    with world.application.test_request_context("/"):
        assert pictures.figures() is pictures.figures()
