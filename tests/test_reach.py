"""Judging what a change reaches finds what judging all data finds."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from rdflib import RDF, SH, Literal

from napgraph.config import Config, shipped
from napgraph.curation.consequences import terms, violations_of_change
from napgraph.curation.reach import reach
from napgraph.files import ontology_sources, read_contents, statements_of, with_ours
from napgraph.generations import build, prepare
from napgraph.namespaces import NAP, graph_iri, thing_iri
from napgraph.store import GraphFile
from napgraph.store_folder import current
from napgraph.turtle import Statement, graph_of, read_graph, to_turtle
from napgraph.validation import validate

NAMES = ("KEN", "MLI", "NOR", "countries", "organisations", "un-documents", "un-sources")
SHIPPED = shipped("data/ttl")

Edits = dict[str, tuple[str, str]]
Found = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Build a store of some real files."""
    folder = tmp_path_factory.mktemp("reach")
    (folder / "data").mkdir()
    for name in NAMES:
        shutil.copy(SHIPPED / f"{name}.ttl", folder / "data")
    config = Config(data_dir=folder / "data", store_dir=folder / "store")
    files = [GraphFile(graph_iri(n), folder / "data" / f"{n}.ttl") for n in NAMES]
    build(with_ours(files, config), config.store_dir)
    return config


def whole(graphs: dict[str, list[Statement]], config: Config) -> Found:
    """Judge all data together, as `napgraph validate` does."""
    ontology = statements_of(read_contents(s.path for s in ontology_sources(config)))
    data = graph_of(t for statements in graphs.values() for t in statements)
    report = validate(data, shapes=terms(config).strict, context=ontology)
    return {
        (str(r.focus_node), str(r.shape), str(r.value))
        for r in report.results
        if r.severity == SH.Violation
    }


def reached(graphs: dict[str, list[Statement]], changed: list[str], config: Config) -> Found:
    """Judge what a change reaches, on a generation with it."""
    before = current(config.store_dir)
    files = [GraphFile(graph_iri(n), to_turtle(graph_of(graphs[n])).encode()) for n in changed]
    after = prepare(files, config.store_dir)
    results = violations_of_change(before, after, [file.iri for file in files], config)
    return {(str(r.focus_node), str(r.shape), str(r.value)) for r in results}


@pytest.fixture(scope="module")
def published(config: Config) -> dict[str, list[Statement]]:
    """Read the files."""
    return {name: list(read_graph(config.data_dir / f"{name}.ttl")) for name in NAMES}


@pytest.fixture(scope="module")
def old_violations(config: Config, published: dict[str, list[Statement]]) -> Found:
    """Find what is wrong without the rest of the files, which is not the change's doing."""
    return whole(published, config)


MISTAKES: dict[str, Edits] = {
    "a period that ends before it starts": {
        "MLI": ('nap:periodEnd "2023"', 'nap:periodEnd "2018"')
    },
    "a term that does not exist": {"MLI": ("nap:periodEnd ", "nap:periodEnds ")},
    "a text without language": {"KEN": ('@en ;', " ;")},
    "two plans of one generation in one file": {"KEN": ("nap:generation 2", "nap:generation 1")},
    "a plan of another country's in a file": {
        "NOR": (
            "nap:country country:NOR ;\n    nap:documentUrl",
            "nap:country country:MLI ;\n    nap:documentUrl",
        )
    },
    "a country that is gone": {
        "countries": (
            "country:MLI\n    a nap:Country ;",
            "country:MLI\n    a skos:Concept ;",
        )
    },
    "a country's code twice": {"countries": ('nap:iso3 "KEN"', 'nap:iso3 "MLI"')},
    "a resolution of another class": {
        "un-documents": (
            "document:S-RES-1325-2000\n    a nap:Resolution",
            "document:S-RES-1325-2000\n    a nap:Source",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_wherever_it_shows(
    mistake: str, config: Config, published: dict[str, list[Statement]], old_violations: Found,
    tmp_path: Path,
) -> None:  # fmt: skip
    """What the mistake breaks, in its file or another, is found in both ways."""
    graphs = dict(published)
    for name, (old, new) in MISTAKES[mistake].items():
        text = (config.data_dir / f"{name}.ttl").read_text("utf-8")
        assert old in text
        (tmp_path / "edited.ttl").write_text(text.replace(old, new, 1), encoding="utf-8")
        graphs[name] = list(read_graph(tmp_path / "edited.ttl"))
    all_found = whole(graphs, config) - old_violations

    assert all_found
    assert reached(graphs, list(MISTAKES[mistake]), config) - old_violations == all_found


@pytest.mark.parametrize("seed", range(12))
def test_random_changes_are_judged_alike(
    seed: int, config: Config, published: dict[str, list[Statement]], old_violations: Found
) -> None:
    """Statements taken away, given another subject or object, or doubled: both ways agree."""
    graphs, changed = mutated(published, random.Random(seed))
    found = reached(graphs, changed, config)

    assert found - old_violations == whole(graphs, config) - old_violations


def mutated(
    graphs: dict[str, list[Statement]], chance: random.Random
) -> tuple[dict[str, list[Statement]], list[str]]:
    """Change up to three statements in up to two files."""
    names = chance.sample(NAMES, chance.choice([1, 1, 2]))
    everything = [t for statements in graphs.values() for t in statements]
    changed = {name: set(graphs[name]) for name in names}
    for name in names:
        for _ in range(chance.choice([1, 2, 3])):
            s, p, o = chance.choice(sorted(changed[name], key=str))
            like = [t for t in everything if t[1] == p]
            kind = chance.choice(["remove", "other object", "other subject", "remove thing"])
            if kind == "remove":
                changed[name].discard((s, p, o))
            elif kind == "other object":
                changed[name].discard((s, p, o))
                changed[name].add((s, p, chance.choice(like)[2]))
            elif kind == "other subject":
                changed[name].add((chance.choice(like)[0], p, o))
            else:
                changed[name] = {t for t in changed[name] if t[0] != s}
    return {**graphs, **{n: list(found) for n, found in changed.items()}}, names


def test_numbers_and_concepts_lead_nowhere(config: Config) -> None:
    """A change of a plan's number reaches some things of its country, not all plans."""
    store = current(config.store_dir).open()
    known = terms(config)
    change = (thing_iri("plan", "MLI-3"), NAP.generation, Literal(3))
    found = reach([change], store, known.strict, beyond=known.defined)
    kinds = {str(o) for node in found.focus for _, _, o in store.triples(node, RDF.type, None)}

    assert thing_iri("plan", "MLI-2") in found.focus
    assert not any("KEN" in node or "NOR" in node for node in found.focus)
    assert str(NAP.Country) in kinds
