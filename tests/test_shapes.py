"""The shapes: each says what it should of examples, and is complete itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.term import Node

from napgraph.namespaces import NAP, NAPS
from napgraph.turtle import read_graph
from napgraph.validation import Report, validate

ROOT = Path(__file__).parent.parent
EXAMPLES = Path(__file__).parent / "shapes"
GOOD = sorted(EXAMPLES.glob("*/good-*.ttl"))
BAD = sorted(EXAMPLES.glob("*/bad-*.ttl"))
TEXTS = (SH.name, SH.description, SH.message)
LANGUAGES = ("ar", "en", "es", "fr")


def read_all(*paths: Path) -> Graph:
    """Read files into one graph."""
    graph = Graph(bind_namespaces="none")
    for path in paths:
        graph += read_graph(path)
    return graph


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """Read all shapes."""
    return read_all(*sorted((ROOT / "shapes").glob("*.ttl")))


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """Read the ontology with its schemes."""
    return read_all(*sorted((ROOT / "ontology").rglob("*.ttl")))


@pytest.fixture(scope="session")
def context(ontology: Graph) -> Graph:
    """Give what the examples refer to: which things there are, without what is said of them."""
    graph = read_graph(EXAMPLES / "context.ttl")
    for triple in ontology:
        if isinstance(triple[2], URIRef):
            graph.add(triple)
    return graph


def expected(path: Path) -> set[tuple[str, str]]:
    """Read the first line of a bad example: which shapes it breaks, and how gravely."""
    first = path.read_text().partition("\n")[0]
    return set(re.findall(r"<([^>]+)> sh:(Violation|Warning|Info)", first))


def found(report: Report) -> set[tuple[str, str]]:
    """Give shape and severity of each result."""
    return {(str(r.shape), r.severity.removeprefix(str(SH))) for r in report.results}


def without_info(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Leave the gaps out that are only counted."""
    return {pair for pair in pairs if pair[1] != "Info"}


@pytest.mark.parametrize("path", GOOD, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_good(path: Path, shapes: Graph, context: Graph) -> None:
    """A good example has neither violations nor warnings."""
    report = validate(read_graph(path), shapes=shapes, context=context)

    assert set() == without_info(found(report))


@pytest.mark.parametrize("path", BAD, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_bad(path: Path, shapes: Graph, context: Graph) -> None:
    """A bad example breaks exactly what its first line says."""
    pairs = found(validate(read_graph(path), shapes=shapes, context=context))
    wanted = expected(path)

    assert wanted == (pairs if wanted - without_info(wanted) else without_info(pairs))


def test_every_shape_has_a_bad_example(shapes: Graph) -> None:
    """Each shape that can speak is broken by an example."""
    named = {str(shape) for shape in shapes.subjects(SH.severity)}

    assert named == {shape for path in BAD for shape, _ in expected(path)}


def test_every_class_has_a_good_example() -> None:
    """Each file of shapes has a folder with a good example."""
    classes = {path.stem for path in (ROOT / "shapes").glob("*.ttl")} - {"shapes"}

    assert classes == {path.parent.name for path in GOOD}


def test_terms_exist(shapes: Graph) -> None:
    """Every term of SHACL is one, as a misspelt one would be ignored in silence."""
    used = {
        t for triple in shapes for t in triple if isinstance(t, URIRef) and t.startswith(str(SH))
    }

    assert set() == {term for term in used if term not in SH}


def test_our_terms_exist(shapes: Graph, ontology: Graph) -> None:
    """Every property and class of ours that a shape names is in the ontology."""
    used = {t for triple in shapes for t in triple if isinstance(t, URIRef) and t.startswith(NAP)}

    assert set() == {term for term in used if (term, RDFS.isDefinedBy, None) not in ontology}


def test_concepts_exist(shapes: Graph, ontology: Graph) -> None:
    """Every shape that a property's concepts have to meet names a scheme of its own."""
    schemes = [shapes.value(p, SH.hasValue) for p in shapes.objects(None, SH.property)]
    named = [s for s in schemes if s is not None]

    assert len(named) == len(set(named))


def properties_of_classes(shapes: Graph) -> list[tuple[Node, URIRef]]:
    """List the shapes of classes with each of their named properties."""
    return [(s, p) for s, p in shapes.subject_objects(SH.property) if isinstance(p, URIRef)]


def test_property_shapes_are_complete(shapes: Graph) -> None:
    """Each property shape says all that a form, a page and a report need."""
    needed = (*TEXTS, SH.order, SH.group, SH.severity, SH.path, RDFS.isDefinedBy)
    properties = set(shapes.subjects(RDF.type, SH.PropertyShape))
    missing = {
        (shape, term)
        for shape in properties
        for term in needed
        if (shape, term, None) not in shapes
    }

    assert set() == missing
    assert all(isinstance(shape, URIRef) for shape in properties)


def test_rules_are_complete(shapes: Graph) -> None:
    """Each shape with a severity has a name, a description and a message."""
    missing = {
        (shape, term)
        for shape in shapes.subjects(SH.severity)
        for term in TEXTS
        if (shape, term, None) not in shapes
    }

    assert set() == missing


@pytest.mark.parametrize("term", TEXTS)
def test_texts(shapes: Graph, term: URIRef) -> None:
    """Each shape has one text of a kind in each language, and it is not empty."""
    texts = list(shapes.subject_objects(term))
    wanted = [(shape, language) for shape in {s for s, _ in texts} for language in LANGUAGES]

    assert sorted(wanted) == sorted((shape, text.language) for shape, text in texts)
    assert all(text.strip() for _, text in texts)


def test_messages_are_filled_in_alike(shapes: Graph) -> None:
    """A message has the same places for what a query found in each language."""
    messages = [
        (shape, tuple(sorted(re.findall(r"\{.*?\}", text))))
        for shape, text in shapes.subject_objects(SH.message)
    ]

    assert len(set(messages)) == len(set(shapes.subjects(SH.message)))


def test_groups_have_labels(shapes: Graph) -> None:
    """Each group is called by one name in each language."""
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))
    labels = [(g, text.language) for g in groups for text in shapes.objects(g, RDFS.label)]

    assert sorted((g, language) for g in groups for language in LANGUAGES) == sorted(labels)


def test_groups_exist(shapes: Graph) -> None:
    """Each group is defined, and its properties have an order of their own."""
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))

    assert groups == set(shapes.objects(None, SH.group))


def test_properties_of_a_class_are_named_after_it(shapes: Graph) -> None:
    """A property shape is named naps:Class-property after the class that has it."""
    pairs = properties_of_classes(shapes)

    assert pairs
    assert all(prop.startswith(f"{shape}-") for shape, prop in pairs)


def test_orders_are_unique(shapes: Graph) -> None:
    """No two properties of a class have the same place."""
    pairs = [(s, shapes.value(p, SH.order)) for s, p in properties_of_classes(shapes)]

    assert len(pairs) == len(set(pairs))


def test_queries_declare_their_prefixes(shapes: Graph) -> None:
    """Each query is a SPARQL constraint that uses the prefixes of the shapes."""
    for query in shapes.objects(None, SH.sparql):
        assert isinstance(query, BNode)
        assert (query, RDF.type, SH.SPARQLConstraint) in shapes
        assert (shapes.value(query, SH.prefixes), RDF.type, OWL.Ontology) in shapes
        assert "$this" in str(shapes.value(query, SH.select)).partition("WHERE")[0]


def test_shapes_stay_in_their_namespace(shapes: Graph) -> None:
    """Everything named in the shapes is in their namespace, but the ontology of shapes itself."""
    named = {s for s in shapes.subjects() if isinstance(s, URIRef)}

    assert {s for s in named if not s.startswith(NAPS)} == {URIRef(str(NAPS).rstrip("#"))}
