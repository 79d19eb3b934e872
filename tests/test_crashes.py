"""Who is killed while publishing, at whatever point, leaves nothing that a start does not mend."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from napgraph.curation.publication import Publisher
from tests.curating import PREFIXES, accepted, workspace_config

ROOT = Path(__file__).parents[1]

# So few terms and rules that a publication takes little but its own steps.
ONTOLOGY = """\
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
<https://w3id.org/napgraph/ontology> a owl:Ontology .
nap:Country a owl:Class ; rdfs:isDefinedBy <https://w3id.org/napgraph/ontology> .
"""
SHAPES = """\
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX naps: <https://w3id.org/napgraph/shapes#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
naps:Country a sh:NodeShape ; sh:targetClass nap:Country ; sh:property naps:Country-label .
naps:Country-label a sh:PropertyShape ; sh:path skos:prefLabel ; sh:minCount 1 ;
  sh:name "name"@en ; sh:message "Name it."@en ; sh:severity sh:Violation .
"""


def country(code: str, name: str) -> str:
    """Write the file of a country."""
    return f'{PREFIXES}\ncountry:{code} a nap:Country ; skos:prefLabel "{name}"@en .\n'


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Make a workspace in which two submissions are accepted that change three graphs.

    It is in memory where that can be: what a killed process has written stays, wherever it is.
    """
    in_memory = Path("/dev/shm")
    place = str(in_memory) if in_memory.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place, prefix="napgraph-killing-") as name:
        yield _prepared(Path(name))


def _prepared(folder: Path) -> Path:
    for name, text in {"ontology/nap.ttl": ONTOLOGY, "shapes/shapes.ttl": SHAPES}.items():
        (folder / "small" / name).parent.mkdir(parents=True)
        (folder / "small" / name).write_text(text)
    files = {code: country(code, code) for code in ("KEN", "MLI", "NOR")}
    config = replace(
        workspace_config(folder, files),
        ontology_dir=folder / "small" / "ontology",
        shapes_dir=folder / "small" / "shapes",
    )
    publisher = Publisher(config)
    publisher.start()
    accepted(publisher, {"MLI": country("MLI", "Mali").encode(), "NOR": None})
    accepted(publisher, {"KEN": country("KEN", "Kenya").encode()})
    return folder


def killings(folder: Path, how: str, number: int) -> list[dict[str, Any]]:
    """Kill so many times, and give what each start after it has found."""
    command = [sys.executable, "-m", "tests.killing", str(folder), how, str(number)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("how", "number"), [("lines", 120), ("times", 80)])
def test_after_a_kill_all_is_whole(folder: Path, how: str, number: int) -> None:
    """Both are published, each by one commit, and journal, branch, folder and store agree."""
    found = killings(folder, how, number)
    killed = sum(9 in at["killed"] or 14 in at["killed"] for at in found)
    faults = [
        at
        for at in found
        if sorted(at["published"]) != sorted(at["in_branch"])
        or (len(at["published"]), at["events"]) != (2, 2)
        or at["unfinished"] or at["unclean"] or at["leftovers"] or at["disagree"]
    ]  # fmt: skip

    assert not faults
    assert killed > 0.8 * number
