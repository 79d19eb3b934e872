"""The JSON-LD context: what ontology and shapes make of it."""

from __future__ import annotations

from typing import Any

import pytest

from napgraph.config import Config
from napgraph.contexts import context_from_files, make_context
from napgraph.errors import DataError
from napgraph.jsonld_context import VERSION
from napgraph.namespaces import PREFIXES
from napgraph.turtle import parse_turtle

DECLARATIONS = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


def context(ontology: str, shapes: str = "") -> dict[str, Any]:
    """Make a context; our prefixes are known."""
    graphs = (parse_turtle((DECLARATIONS + t).encode(), name="test") for t in (ontology, shapes))
    return make_context(*graphs)


def shape(said: str, *, group: int = 1) -> str:
    """Write a property shape that a class has."""
    return (
        f"naps:C sh:property naps:C-p . naps:C-p {said} ; sh:group naps:G ; sh:order 1 ."
        f" naps:G sh:order {group} ."
    )


def test_shipped_context_follows_from_ontology_and_shapes() -> None:
    """Who changes a term runs `napgraph context`, or gives the context a new version."""
    config = Config()
    shipped = (config.context_dir / f"{VERSION}.jsonld").read_text(encoding="utf-8")

    assert context_from_files(config) == shipped


@pytest.mark.parametrize(
    ("said", "definition"),
    [
        ("sh:datatype xsd:gYear ; sh:maxCount 1", {"@type": "xsd:gYear"}),
        ("sh:datatype xsd:gYear", {"@type": "xsd:gYear", "@container": "@set"}),
        ("sh:datatype xsd:integer", {"@container": "@set"}),
        ("sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:date ] ) ; sh:maxCount 1", {}),
        ("sh:datatype rdf:langString", {"@container": ["@language", "@set"]}),
        ("sh:datatype rdf:langString ; sh:uniqueLang true", {"@container": "@language"}),
        ("sh:class nap:C ; sh:nodeKind sh:IRI ; sh:maxCount 1", {}),
        ("sh:nodeKind sh:IRI ; sh:maxCount 1", {"@type": "@id"}),
        ("sh:hasValue theme:a ; sh:maxCount 1", {}),
        ("sh:hasValue <https://example.org/> ; sh:maxCount 1", {"@type": "@id"}),
        ("sh:maxCount 1", {}),
    ],
)
def test_shape_says_what_values_are(said: str, definition: dict[str, Any]) -> None:
    """A term has what no value of the property would say otherwise."""
    found = context("", shape(f"sh:path nap:p ; {said}"))["p"]

    assert ({"@id": "nap:p", **definition} if definition else "nap:p") == found


@pytest.mark.parametrize(
    ("said", "definition"),
    [
        ("rdfs:range rdf:langString", {"@container": "@language"}),
        ("rdfs:range xsd:anyURI", {"@type": "xsd:anyURI"}),
        ("rdfs:range rdfs:Literal", {}),
        ("rdfs:range nap:C", {}),
    ],
)
def test_without_a_shape_the_range_says(said: str, definition: dict[str, Any]) -> None:
    """A property that no shape has gets its term by its range."""
    found = context(f"nap:p a owl:DatatypeProperty ; {said} .")["p"]

    assert ({"@id": "nap:p", **definition} if definition else "nap:p") == found


def test_property_of_another_vocabulary_is_known_by_its_values() -> None:
    """What the ontology says with a property tells what values it has, and how many."""
    found = context('theme:a skos:altLabel "a"@en, "b"@en ; rdfs:seeAlso <https://example.org/> .')

    assert {"@id": "skos:altLabel", "@container": ["@language", "@set"]} == found["altLabel"]
    assert {"@id": "rdfs:seeAlso", "@type": "@id"} == found["seeAlso"]


def test_terms_come_as_people_read_them() -> None:
    """Groups of the shapes order the terms, and so the keys of documents."""
    later = "naps:C sh:property naps:C-a . naps:C-a sh:path nap:a ; sh:group naps:H ; sh:order 1 ."
    found = list(context("", f"{shape('sh:path nap:z')} {later} naps:H sh:order 2 ."))

    assert found.index("z") < found.index("a")


def test_taken_name_gets_its_prefix() -> None:
    """Of two properties with one local name the vocabulary that we prefer has it."""
    found = context('theme:a foaf:name "A" ; schema:name "A" .')

    assert ("schema:name", "foaf:name") == (found["name"], found["foafName"])


def test_property_that_leads_to_a_thing_has_a_reverse() -> None:
    """What is led to can say so, with a name of ours or one made from the property's."""
    own = shape("sh:path nap:p ; sh:class nap:C")
    found = context("", own)

    assert {"@reverse": "nap:p", "@container": "@set"} == found["isPOf"]
    assert {"@reverse": "nap:objectiveOf", "@container": "@set"} == found["objectives"]


def test_vocabulary_without_a_prefix_is_refused() -> None:
    """A property that no prefix of ours fits cannot have a short name."""
    with pytest.raises(DataError, match="has no prefix"):
        context("<https://example.org/p> a owl:DatatypeProperty .")


def test_two_terms_of_one_name_are_refused() -> None:
    """A property that has the name of another's reverse would replace it in silence."""
    with pytest.raises(DataError, match="called plans"):
        context("nap:plans a owl:DatatypeProperty .")
