"""What the dataset says of itself is true, whole, and as catalogues ask for it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pyshacl
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, PROV, RDF, SH, VOID, XSD, Graph, Literal, Namespace, URIRef

from napgraph.config import Config
from napgraph.counts import Counts, count
from napgraph.dataset import describe_dataset
from napgraph.derivation import derive
from napgraph.derived_folder import Derived
from napgraph.generations import build
from napgraph.namespaces import BASE, DATASET, NAP, graph_iri
from napgraph.store import GraphFile
from napgraph.store_folder import Generation, current

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
SHAPES = Graph().parse(Path(__file__).parent / "dcat-ap.ttl")
SITE = "https://napgraph.example"


@pytest.fixture(scope="module")
def generation(published: Config) -> Generation:
    """Give the generation of two countries."""
    return current(published.store_dir)


@pytest.fixture
def description(generation: Generation, derived: Derived) -> Graph:
    """Describe it."""
    return describe_dataset(generation, derived, SITE, "mailto:us@example.org")


def results(graph: Graph) -> set[str]:
    """Validate a description; give the path of each result."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=SHAPES, inplace=True)
    return {str(report.value(node, SH.resultPath)) for node in report.subjects(SH.resultSeverity)}


def test_description_conforms(description: Graph) -> None:
    """The description follows DCAT-AP's rules and VoID's."""
    assert set() == results(description)


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (DATASET, DCTERMS.title),
        (DATASET, DCTERMS.spatial),
        (DATASET, DCTERMS.temporal),
        (DATASET, DCAT.contactPoint),
        (DATASET, DCAT.distribution),
        (DATASET, VOID.classPartition),
        (None, DCAT.byteSize),
        (None, SPDX.checksumValue),
        (None, DCAT.endpointURL),
        (None, VOID.objectsTarget),
        (None, VOID.property),
    ],
)
def test_shapes_miss_nothing(description: Graph, subject: URIRef | None, predicate: URIRef) -> None:
    """Where one of these is left out, the rules notice."""
    description.remove((subject, predicate, None))

    assert results(description)


@pytest.mark.parametrize("name", ["Country", "NationalActionPlan", "Objective"])
def test_class_partition_counts(description: Graph, name: str) -> None:
    """A class partition has as many entities as there are, and their statements by property."""
    node = description.value(None, VOID["class"], NAP[name])
    inner = {
        str(description.value(part, VOID.property)): description.value(part, VOID.triples)
        for part in description.objects(node, VOID.propertyPartition)
    }

    expected = {"Country": 2, "NationalActionPlan": 2, "Objective": 2}[name]
    assert Literal(expected) == description.value(node, VOID.entities)
    assert Literal(expected) == inner[str(RDF.type)]


def test_linksets(description: Graph) -> None:
    """What matches entities elsewhere is a linkset, by where its targets are."""
    target = Literal("http://publications.europa.eu/resource/authority/country/")
    node = description.value(
        None, VOID.objectsTarget, description.value(None, VOID.uriSpace, target)
    )

    assert Literal(1) == description.value(node, VOID.triples)


def test_totals(description: Graph, generation: Generation) -> None:
    """The dataset has as many statements as the store, subjects and objects as the store has."""
    store = generation.open()
    (row,) = store.select(
        "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
    )

    assert Literal(store.count()) == description.value(DATASET, VOID.triples)
    assert row.subjects == description.value(DATASET, VOID.distinctSubjects)
    assert row.objects == description.value(DATASET, VOID.distinctObjects)


def test_coverage_is_computed(description: Graph) -> None:
    """Years and places are those of the plans that are there."""
    period = description.value(DATASET, DCTERMS.temporal)
    places = set(map(str, description.objects(DATASET, DCTERMS.spatial)))

    assert Literal("2019", datatype=XSD.gYear) == description.value(period, DCAT.startDate)
    assert Literal("2024", datatype=XSD.gYear) == description.value(period, DCAT.endDate)
    assert {
        "http://publications.europa.eu/resource/authority/country/KEN",
        f"{BASE}id/country/MLI",
    } == places


def test_examples_exist(description: Graph, generation: Generation) -> None:
    """Each example resource is one that the store describes."""
    store = generation.open()
    examples = [URIRef(str(iri)) for iri in description.objects(DATASET, VOID.exampleResource)]

    assert len(examples) > 5
    assert all(store.describe(iri).own for iri in examples)


def test_distributions_are_the_files(description: Graph, derived: Derived) -> None:
    """Size and checksum of each distribution are those of the file at its address."""
    for node in description.subjects(RDF.type, DCAT.Distribution):
        address = str(description.value(node, DCAT.downloadURL))
        content = (derived.path / address.rsplit("/", 1)[1]).read_bytes()
        checksum = description.value(description.value(node, SPDX.checksum), SPDX.checksumValue)
        assert str(len(content)) == str(description.value(node, DCAT.byteSize))
        assert hashlib.sha256(content).hexdigest() == str(checksum)
        assert address.startswith((f"{SITE}/dump/", f"{SITE}/table/"))
        assert f"/{derived.generation_id}/" in address

    assert len(derived.files) - 1 == len(set(description.subjects(RDF.type, DCAT.Distribution)))


def test_graphs_say_what_they_were_made_from(description: Graph, generation: Generation) -> None:
    """Each named graph was used to make the dataset, and has its file's checksum and date."""
    build_ = description.value(DATASET, PROV.wasGeneratedBy)
    kenya = graph_iri("KEN")
    checksum = description.value(description.value(kenya, SPDX.checksum), SPDX.checksumValue)

    assert set(generation.graphs) == set(description.objects(build_, PROV.used))
    assert generation.graphs[kenya].sha256 == str(checksum)
    assert Literal("2026-11-24", datatype=XSD.date) == description.value(kenya, DCTERMS.modified)


def test_description_names_nothing_by_chance(generation: Generation, derived: Derived) -> None:
    """Two processes describe a generation in the same words: no blank node is in it."""
    first, second = (describe_dataset(generation, derived, SITE) for _ in range(2))

    assert set(first) == set(second)


def test_without_files_the_little_known_is_said(generation: Generation) -> None:
    """Before anything is made, title, licence, size and endpoint are known."""
    graph = describe_dataset(generation, None, SITE)

    assert Literal(generation.statements) == graph.value(DATASET, VOID.triples)
    assert graph.value(DATASET, DCTERMS.license)
    assert not list(graph.objects(DATASET, DCAT.distribution))


def test_other_data_are_described(tmp_path: Path) -> None:
    """Data with none of our terms, and addresses of any form, have partitions and examples too."""
    text = b'<http://e.x/s> a <http://e.x/C?#a/b> ; <http://e.x/p#1> "v" , <http://e.x/s> .'
    generation = build([GraphFile(graph_iri("x"), text)], tmp_path)
    graph = describe_dataset(generation, derive(generation, tmp_path), SITE)
    node = graph.value(None, VOID["class"], URIRef("http://e.x/C?#a/b"))

    assert Literal(1) == graph.value(node, VOID.entities)
    assert [URIRef("http://e.x/s")] == list(graph.objects(DATASET, VOID.exampleResource))
    assert not graph.value(DATASET, DCTERMS.temporal)


def test_counts_are_kept_whole(derived: Derived, generation: Generation) -> None:
    """What is read back from JSON is what was counted."""
    counted = count(generation.open())

    assert counted == derived.counts
    assert counted == Counts.from_json(json.loads(json.dumps(counted.to_json())))


def test_page_is_for_search_engines(publisher: FlaskClient, derived: Derived) -> None:
    """The page carries the dataset's description with schema.org's terms, as data and no script."""
    page = publisher.get("/dataset.html")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S)
    said = json.loads(text)
    dump = next(d for d in said["distribution"] if d["name"] == "napgraph.nq.gz")

    assert ("Dataset", str(DATASET), "2019/2024") == (
        said["@type"], said["@id"], said["temporalCoverage"],
    )  # fmt: skip
    assert derived.files["napgraph.nq.gz"].sha256 == dump["sha256"]
    assert 50 <= len(said["description"]) <= 5_000
    assert 1 == len(re.findall(r"<script(?! src=)", page.text))


def test_page_shows_files(publisher: FlaskClient, derived: Derived) -> None:
    """Every file has a link that leads to it."""
    page = publisher.get("/dataset.html").text
    links = set(re.findall(r'href="(/(?:dump|table)/[^"]+)"', page))

    assert {200} == {publisher.head(link).status_code for link in links}
    assert {link.rsplit("/", 1)[1] for link in links} == set(derived.files)
