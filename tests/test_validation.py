"""Validation: what results say, what is judged, and that it is what pySHACL itself finds."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import DCTERMS, RDF, SH, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.namespaces import NAP, NAPS, thing_iri
from napgraph.turtle import parse_turtle, read_graph
from napgraph.validation import Report, validate

ROOT = Path(__file__).parent.parent
PREFIXES = b"""
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX pillar: <https://w3id.org/napgraph/id/pillar/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
OBJECTIVE = """
objective:MLI-2-1 a nap:Objective ; nap:objectiveOf plan:MLI-2 ; nap:number 1 ;
    nap:text "Women take part."@en ; dcterms:source source:MLI-profile .
"""
FIRST = thing_iri("objective", "MLI-2-1")


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """Read all shapes."""
    return read_folder(ROOT / "shapes")


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """Read the ontology with its schemes."""
    return read_folder(ROOT / "ontology")


@pytest.fixture(scope="session")
def context(ontology: Graph) -> Graph:
    """Give the ontology, and a few things to refer to."""
    return ontology + read_graph(ROOT / "tests" / "shapes" / "context.ttl")


def read_folder(folder: Path) -> Graph:
    """Read all files of a folder into one graph."""
    graph = Graph(bind_namespaces="none")
    for path in sorted(folder.rglob("*.ttl")):
        graph += read_graph(path)
    return graph


def turtle(text: str) -> Graph:
    """Read statements written with the prefixes above."""
    return parse_turtle(PREFIXES + text.encode(), name="test")


def names(report: Report) -> list[str]:
    """Name the shapes of the results, in their order."""
    return [result.shape.removeprefix(NAPS) for result in report.results]


def test_nothing_wrong(shapes: Graph, context: Graph) -> None:
    """What holds to the shapes has no results."""
    report = validate(turtle(OBJECTIVE), shapes=shapes, context=context)

    assert () == report.results
    assert report.conforms
    assert [Literal(True)] == list(report.graph.objects(None, SH.conforms))


def test_result(shapes: Graph, context: Graph) -> None:
    """A result says what is wrong where, and what to do."""
    data = turtle(OBJECTIVE.replace("number 1", "number 0"))
    (result,) = validate(data, shapes=shapes, context=context).results

    assert FIRST == result.focus_node
    assert NAP.number == result.path
    assert Literal(0) == result.value
    assert SH.Violation == result.severity
    assert NAPS["Objective-number"] == result.shape
    assert "number" == result.name
    assert result.message.startswith("Give the number of the objective")


def test_missing_value(shapes: Graph, context: Graph) -> None:
    """A result about something missing has no value."""
    data = turtle(OBJECTIVE.replace("nap:number 1 ;", ""))
    (result,) = validate(data, shapes=shapes, context=context).results

    assert (NAP.number, None) == (result.path, result.value)


def test_one_result_for_one_mistake(shapes: Graph, context: Graph) -> None:
    """A value that breaks a shape in several ways is one thing to correct."""
    data = turtle(OBJECTIVE + "objective:MLI-2-1 nap:pillar plan:MLI-2 .")

    assert ["Objective-pillar"] == names(validate(data, shapes=shapes, context=context))


def test_message_of_a_query(shapes: Graph, context: Graph) -> None:
    """A message of a query says what the query found."""
    data = turtle(
        "plan:MLI-2 nap:periodEnd '2014'^^xsd:gYear ; nap:periodStart '2015'^^xsd:gYear ."
    )
    results = validate(data, shapes=shapes, context=context).results
    (result,) = [r for r in results if r.shape == NAPS["ActionPlan-periodOrdered"]]

    assert "end in 2014, before" in result.message
    assert ["ar", "es", "fr"] == [message.language for message in result.translations]
    assert all("2014" in message for message in result.translations)
    assert Literal("2014", datatype=XSD.gYear, normalize=False) == result.value


def test_message_is_translated(shapes: Graph, context: Graph) -> None:
    """A result says the same in each other language of its shape, in a fixed order."""
    data = turtle(OBJECTIVE.replace("number 1", "number 0"))
    (result,) = validate(data, shapes=shapes, context=context).results
    said = [text for text in shapes.objects(result.shape, SH.message) if text.language != "en"]

    assert 3 == len(said)
    assert sorted(said, key=lambda text: text.language) == list(result.translations)


@pytest.mark.parametrize("language", [None, "fr"])
def test_message_without_english(language: str | None) -> None:
    """A shape of others that has no English message says what it has."""
    shapes = turtle(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> nap:X a sh:PropertyShape ; sh:path nap:number ;"
        " sh:targetClass nap:Objective ; sh:maxInclusive 0 ; sh:severity sh:Violation ."
    )
    shapes.add((NAP.X, SH.message, Literal("Zéro.", lang=language)))
    results = validate(turtle(OBJECTIVE), shapes=shapes).results
    (message,) = [result.message for result in results if result.shape == NAP.X]

    assert "Zéro." == message


def test_path_of_several_steps(shapes: Graph, context: Graph) -> None:
    """A result about a longer path names its first property, the one of the focus node."""
    data = turtle("plan:MLI-2 a nap:NationalActionPlan .")
    results = validate(data, shapes=shapes, context=context).results
    (result,) = [r for r in results if r.shape == NAPS["ActionPlan-indicatorsStated"]]

    assert NAP.monitoring == result.path


def test_order(shapes: Graph, context: Graph) -> None:
    """Violations come first, then warnings, then infos, each by focus node."""
    data = turtle("plan:MLI-2 a nap:NationalActionPlan .")
    results = validate(data, shapes=shapes, context=context).results
    ranks = [(SH.Violation, SH.Warning, SH.Info).index(result.severity) for result in results]

    assert {0, 1, 2} == set(ranks)
    assert sorted(ranks) == ranks


def test_warnings_do_not_keep_from_publishing(shapes: Graph, context: Graph) -> None:
    """Data with a warning conform, although SHACL's report says that there is a result."""
    path = ROOT / "tests" / "shapes" / "source" / "bad-source-kind-stated.ttl"
    report = validate(read_graph(path), shapes=shapes, context=context)

    assert ["Source-sourceKindStated"] == names(report)
    assert report.conforms
    assert [Literal(False)] == list(report.graph.objects(None, SH.conforms))


def test_graph_holds_all_results(shapes: Graph, context: Graph) -> None:
    """The SHACL report says the same as the results, our own checks among them."""
    text = OBJECTIVE.replace("number 1", "number 0") + "plan:MLI-2 nap:aimm 'x'@en ."
    report = validate(turtle(text), shapes=shapes, context=context)
    graph = report.graph
    said = {
        (graph.value(n, SH.focusNode), graph.value(n, SH.sourceShape))
        for n in graph.objects(None, SH.result)
    }

    assert {(r.focus_node, r.shape) for r in report.results} == said
    assert 1 == len(set(graph.subjects(RDF.type, SH.ValidationReport)))


def test_graph_holds_all_messages(shapes: Graph, context: Graph) -> None:
    """The SHACL report has the messages in all languages, our own checks' too."""
    text = OBJECTIVE.replace("number 1", "number 0") + "plan:MLI-2 nap:aimm 'x'@en ."
    report = validate(turtle(text), shapes=shapes, context=context)
    english = (Literal(result.message, lang="en") for result in report.results)
    others = (message for result in report.results for message in result.translations)

    assert {*english, *others} == set(report.graph.objects(None, SH.resultMessage))


def test_context_is_not_judged(shapes: Graph, context: Graph) -> None:
    """What data refer to may be incomplete."""
    bad = turtle(OBJECTIVE.replace("number 1", "number 0"))
    report = validate(turtle("plan:XXX-1 nap:note 1 ."), shapes=shapes, context=context + bad)

    assert {thing_iri("plan", "XXX-1")} == {result.focus_node for result in report.results}


def test_references_go_to_the_context(shapes: Graph, ontology: Graph) -> None:
    """What data refer to has to be in the data or in the context."""
    report = validate(turtle(OBJECTIVE), shapes=shapes, context=ontology)

    assert ["Objective-objectiveOf", "Objective-source"] == names(report)


def test_focus(shapes: Graph, context: Graph) -> None:
    """Only the subjects asked for are judged."""
    other = OBJECTIVE.replace("MLI-2-1", "MLI-2-2").replace("number 1", "number -1")
    data = turtle(OBJECTIVE.replace("number 1", "number 0") + other + "plan:MLI-2 nap:aimm 1 .")
    report = validate(data, shapes=shapes, context=context, focus={FIRST})

    assert [FIRST] == [result.focus_node for result in report.results]


def test_focus_checks_values_in_full(shapes: Graph, context: Graph) -> None:
    """A value is judged although it is not in the focus itself."""
    data = turtle(OBJECTIVE + "objective:MLI-2-1 nap:pillar pillar:preventoin .")
    report = validate(data, shapes=shapes, context=context, focus={FIRST})

    assert ["Objective-pillar"] == names(report)


def test_graphs_stay_as_they_are(shapes: Graph, context: Graph) -> None:
    """Nothing is added to what is handed in."""
    graphs = [turtle(OBJECTIVE), shapes, context]
    before = [set(graph) for graph in graphs]
    validate(graphs[0], shapes=shapes, context=context)

    assert before == [set(graph) for graph in graphs]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("nap:nummer", "nap:nummer is not a term of the ontology; did you mean nap:number?"),
        ("nap:zzzzzzzz", "nap:zzzzzzzz is not a term of the ontology."),
    ],
)
def test_term(wrong: str, message: str, shapes: Graph, context: Graph) -> None:
    """A property of ours that the ontology does not define is named, with one close to it."""
    data = turtle(f"{OBJECTIVE} objective:MLI-2-1 {wrong} 1 .")
    (result,) = validate(data, shapes=shapes, context=context).results

    assert (NAPS["Term-defined"], message) == (result.shape, result.message)
    assert all(wrong in text for text in result.translations)


def test_terms_without_the_ontology(shapes: Graph) -> None:
    """Where the ontology is not at hand, nothing is said about terms."""
    data = turtle("plan:MLI-2 nap:nummer 1 .")

    assert ["Thing-typed"] == names(validate(data, shapes=shapes))


def test_blank_node(shapes: Graph, context: Graph) -> None:
    """A thing without an IRI is reported."""
    data = turtle(OBJECTIVE.replace("objective:MLI-2-1", "_:x"))

    assert ["Objective-key"] == names(validate(data, shapes=shapes, context=context))


def odd_values(shapes: Graph) -> Graph:
    """Make a thing of each class, with values of the wrong kind for each of its properties."""
    values: list[Node] = [
        BNode("x"),
        URIRef("urn:x"),
        Literal(""),
        Literal("x", lang="en"),
        *(Literal(text, datatype=XSD.gYear, normalize=False) for text in ("x", "2019")),
        *(Literal(text, datatype=XSD.decimal, normalize=False) for text in ("-1.5", "2")),
    ]
    data = Graph()
    for shape, cls in shapes.subject_objects(SH.targetClass):
        for thing in (URIRef(f"{shape}-x"), BNode()):
            data.add((thing, RDF.type, cls))
            for prop in shapes.objects(shape, SH.property):
                path = shapes.value(prop, SH.path)
                for value in values if isinstance(path, URIRef) else ():
                    data.add((thing, path, value))
    return data


def test_odd_values_do_not_stop_validation(shapes: Graph, context: Graph) -> None:
    """Whatever the values are, there is a report."""
    report = validate(odd_values(shapes), shapes=shapes, context=context)

    assert not report.conforms


def test_same_as_pyshacl(shapes: Graph, ontology: Graph) -> None:
    """All examples together give what pySHACL finds when it is left to itself."""
    data = ontology + read_folder(ROOT / "tests" / "shapes")
    _, graph, _ = pyshacl.validate(Graph() + data, shacl_graph=Graph() + shapes)
    theirs = {
        (graph.value(n, SH.focusNode), graph.value(n, SH.sourceShape))
        for n in graph.objects(None, SH.result)
    }
    ours = {(r.focus_node, r.shape) for r in validate(data, shapes=shapes).results}
    own = {NAPS[name] for name in ("Rule-apart", "Term-defined", "Text-tagged", "Thing-typed")}

    assert theirs == {(focus, shape) for focus, shape in ours if shape not in own}


def test_languages_of_the_context_do_not_matter(shapes: Graph, context: Graph) -> None:
    """Data about a concept of the context are judged with what the context says of it."""
    concept = thing_iri("pillar", "prevention")
    data = Graph()
    data.add((concept, SKOS.prefLabel, Literal("Another name", lang="en")))
    data.add((concept, DCTERMS.subject, Literal("x", lang="en")))

    assert ["Concept-prefLabel"] == names(validate(data, shapes=shapes, context=context))
