"""What npm builds for pages: small, ours to serve, and asked of nobody else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from flask.testing import FlaskClient

from napgraph.boundaries import find_boundaries
from napgraph.built import BUILT, built_assets

FRONTEND = Path(__file__).parents[1] / "src/napgraph/web/frontend"

built = pytest.mark.skipif(
    not built_assets(), reason="npm did not build; `make test` builds where npm is there"
)


def packed(name: str) -> bytes:
    """Compress what was built, as the server does."""
    return bytes(brotli.compress(built_assets()[name].read_bytes(), quality=5))


def test_lock_names_no_registry() -> None:
    """Packages are told by their digests, wherever they are fetched from."""
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    packages = [entry for path, entry in lock["packages"].items() if path]

    assert len(packages) > 5
    assert [] == [entry for entry in packages if "resolved" in entry or "integrity" not in entry]


def test_lock_is_of_the_package() -> None:
    """The lock has the versions that the package asks for, each an exact one."""
    wanted = json.loads((FRONTEND / "package.json").read_text())["devDependencies"]
    packages = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]

    assert wanted == {name: packages[f"node_modules/{name}"]["version"] for name in wanted}


def test_nothing_built_is_kept() -> None:
    """Neither packages nor what is built from them is under git."""
    if not shutil.which("git") or not (FRONTEND.parents[3] / ".git").exists():
        pytest.skip("not a checkout, or git is not there")
    command = ["git", "ls-files", FRONTEND / "node_modules", BUILT]
    listed = subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True)

    assert b"" == listed.stdout


@built
def test_script_is_small() -> None:
    """The script of all pages takes at most 12 kB on its way."""
    assert 12_000 >= len(packed("site.js"))


@built
def test_script_is_named_and_served(client: FlaskClient) -> None:
    """Pages name the script, and it may be kept for ever."""
    (address,) = re.findall(r'<script src="([^"]+)" defer></script>', client.get("/").text)
    answer = client.get(address)

    assert built_assets()["site.js"].read_bytes() == answer.data
    assert "text/javascript; charset=utf-8" == answer.headers["Content-Type"]
    assert "immutable" in answer.headers["Cache-Control"]


@built
@pytest.mark.parametrize("name", ["site.js"])
def test_script_runs_under_our_policy(name: str) -> None:
    """No script makes code from text or asks another host, which the policy would refuse."""
    text = built_assets()[name].read_text(encoding="utf-8")

    assert [] == re.findall(r"\beval\(|new Function\b|fetch\(.https?:|src=.https?:", text)


@built
def test_world() -> None:
    """The boundaries are of the countries of the world, by their codes."""
    boundaries = find_boundaries()
    assert boundaries
    read = json.loads(boundaries.coarse.read_text(encoding="utf-8"))
    shapes = read["objects"]["countries"]["geometries"]

    assert {"MLI", "KEN", "NOR"} <= {shape["properties"]["a3"] for shape in shapes}
