"""What `pip install` puts on a machine."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from napgraph.built import BUILT

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize(
    "name",
    [
        "shipped/data/ttl/MLI.ttl",
        "shipped/ontology/context/0.1.jsonld",
        "shipped/ontology/nap.ttl",
        "shipped/ontology/schemes/pillars.ttl",
        "shipped/shapes/action-plan.ttl",
        "queries/plans_in_force.rq",
        "queries/dataset/totals.rq",
        "queries/tables/plans.rq",
        "schemas/country-facts.schema.json",
        "web/locale/ar.po",
        "web/templates/base.html",
        "web/templates/llms.txt",
        "web/images/icon.svg",
        "web/styles/00-tokens.css",
        "py.typed",
    ],
)
def test_wheel_holds(installed: Path, name: str) -> None:
    """Data, ontology, shapes, questions and pages are inside the wheel."""
    assert (installed / "napgraph" / name).is_file()


def test_wheel_holds_what_npm_built(installed: Path) -> None:
    """Scripts are inside the wheel as they are in the checkout, and their sources are not."""
    folder = installed / "napgraph/web"
    here = sorted(path.name for path in BUILT.iterdir()) if BUILT.is_dir() else []
    there = folder / "static/built"

    assert here == (sorted(path.name for path in there.iterdir()) if there.is_dir() else [])
    assert not (folder / "frontend").exists()


@pytest.mark.parametrize("name", ["LICENSE", "LICENSE-DATA"])
def test_wheel_holds_licence(installed: Path, name: str) -> None:
    """The licences of the code and of the data come with them."""
    assert 1 == len(list(installed.glob(f"*.dist-info/licenses/{name}")))


def test_installed_napgraph_works(installed: Path, tmp_path: Path) -> None:
    """Away from the checkout it builds what it ships and answers a question."""
    env = {**os.environ, "PYTHONPATH": str(installed), "NAPGRAPH_STORE": str(tmp_path / "store")}
    run = [sys.executable, "-c", "from napgraph.cli import main; main()"]
    subprocess.run([*run, "build", "--no-validate"], cwd=tmp_path, env=env, check=True)
    answer = subprocess.run(
        [*run, "query", "resolutions", "--format", "csv"],
        cwd=tmp_path, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert "S-RES-1325-2000" in answer.stdout
