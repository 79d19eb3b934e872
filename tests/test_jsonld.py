"""JSON-LD for web developers: plain JSON that says what the Turtle says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld as pyld
from rdflib import DCTERMS, RDF, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.config import Config
from napgraph.documents import Document, read_document
from napgraph.files import ontology_sources
from napgraph.jsonld import flatten, frame
from napgraph.jsonld_context import VERSION, Context
from napgraph.namespaces import BASE, ID, NAP, PREFIXES, graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.oxigraph_statements import OxigraphStatements
from napgraph.store import GraphFile
from napgraph.turtle import read_graph

TESTS = Path(__file__).parent
COUNTRIES = sorted((TESTS / "questions").glob("*.ttl"))
EXAMPLES = sorted((TESTS / "shapes").glob("*/good-*.ttl"))
CONTENT = (Config().context_dir / f"{VERSION}.jsonld").read_bytes()
CONTEXT = Context(CONTENT)
JSON_LD = "application/ld+json"
PLAN = thing_iri("plan", "A-1")

Triple = tuple[Node, Node, Node]
Json = dict[str, Any]
Write = Callable[[bytes], bytes]
Read = Callable[[bytes], ox.Dataset]


def things_by_class() -> dict[str, URIRef]:
    """Choose one thing of each class that our fixtures have, the first by IRI."""
    found = sorted(
        (re.split("[/#]", str(cls))[-1], thing)
        for path in (*EXAMPLES, *COUNTRIES)
        for thing, cls in read_graph(path).subject_objects(RDF.type)
        if isinstance(thing, URIRef) and thing.startswith(str(ID))
    )
    return dict(reversed(found))


THINGS = {
    **things_by_class(),
    "a theme": thing_iri("theme", "climate"),
    "a country with its file": thing_iri("country", "MLI"),
}


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Load the ontology and fixtures with things of each class."""
    files = [GraphFile(source.iri, source.path) for source in ontology_sources(Config())]
    files += [GraphFile(graph_iri(path.stem), path) for path in COUNTRIES]
    files += [GraphFile(graph_iri(f"{path.parent.name}-{path.stem}"), path) for path in EXAMPLES]
    return OxigraphStore.in_memory(files, with_blank_nodes=())


def about(store: OxigraphStore, thing: URIRef) -> Document:
    """Read the document about a thing."""
    document = read_document(store, thing)
    assert document is not None
    return document


def expanded(turtle: str) -> bytes:
    """Write Turtle as an engine writes JSON-LD; our prefixes are known."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    quads = ox.parse(prefixes + turtle, ox.RdfFormat.TURTLE)
    return ox.serialize(quads, format=ox.RdfFormat.JSON_LD) or b""


def tree(turtle: str, main: URIRef = PLAN) -> Json:
    """Give what a developer gets who asks for a thing."""
    found: Json = json.loads(frame(expanded(turtle), main, CONTEXT))
    return found


# -- readers ---------------------------------------------------------------------------------


def inlined(document: bytes) -> str:
    """Put our context where a document names it, for readers that must not fetch anything."""
    said = json.loads(document)
    if isinstance(said, list):
        return json.dumps(said)
    assert CONTEXT.iri == said["@context"]
    return json.dumps({**said, **json.loads(CONTENT)})


def only_our_context(url: str, _options: object) -> Json:
    """Load our context for PyLD, and nothing else from anywhere."""
    if url != CONTEXT.iri:
        raise pyld.JsonLdError(f"not ours: {url}", "loading")
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(CONTENT)}


def read_with_pyoxigraph(document: bytes) -> ox.Dataset:
    """Read a document as the engine of the store does."""
    return canonical(ox.parse(inlined(document), ox.RdfFormat.JSON_LD))


def read_with_rdflib(document: bytes) -> ox.Dataset:
    """Read a document as rdflib does."""
    graph = Graph().parse(data=inlined(document), format="json-ld")
    return canonical(ox.parse(graph.serialize(format="nt"), ox.RdfFormat.N_TRIPLES))


def read_with_pyld(document: bytes) -> ox.Dataset:
    """Read a document as PyLD does, which looks the context up by its IRI."""
    options = {"format": "application/n-quads", "documentLoader": only_our_context}
    return canonical(ox.parse(pyld.to_rdf(json.loads(document), options), ox.RdfFormat.N_QUADS))


def canonical(quads: Iterable[ox.Quad]) -> ox.Dataset:
    """Make graphs comparable that differ in the labels of blank nodes alone."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read_turtle(document: bytes) -> ox.Dataset:
    """Read Turtle."""
    return canonical(ox.parse(document, ox.RdfFormat.TURTLE))


READERS = [read_with_pyoxigraph, read_with_rdflib, read_with_pyld]
# rdflib's own parser uses what rdflib has deprecated.
READS_WITH_RDFLIB = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")


# -- the same statements ---------------------------------------------------------------------


@READS_WITH_RDFLIB
@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_tree_says_what_the_turtle_says(store: OxigraphStore, thing: URIRef, read: Read) -> None:
    """Three parsers read from the tree the statements of the document, no more and no less."""
    document = about(store, thing)

    assert read_turtle(document.to_bytes("text/turtle")) == read(document.to_tree(CONTEXT))


@READS_WITH_RDFLIB
@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_list_says_what_the_turtle_says(store: OxigraphStore, thing: URIRef, read: Read) -> None:
    """Three parsers read from the flat list the statements of the document."""
    document = about(store, thing)

    assert read_turtle(document.to_bytes("text/turtle")) == read(document.to_list(CONTEXT))


NODES: list[Node] = [
    PLAN,
    thing_iri("country", "A"),
    NAP.Objective,
    NAP.NationalActionPlan,
    URIRef("urn:example:a"),
    URIRef("https://example.org/?a=1#b"),
    BNode("a"),
    BNode("b"),
    BNode("c"),
]
PROPERTIES = [
    NAP.objectiveOf,
    NAP.country,
    NAP.theme,
    NAP.text,
    NAP.periodStart,
    NAP.generation,
    NAP.documentUrl,
    SKOS.note,
    SKOS.exactMatch,
    DCTERMS.license,
    RDF.type,
    URIRef(f"{BASE}ontology#unknown"),
    URIRef("urn:example:p"),
]
LITERALS = st.one_of(
    st.text(max_size=5).map(Literal),
    st.builds(Literal, st.text(max_size=5), st.sampled_from(["en", "und", "zh-hans"])),
    st.integers().map(Literal),
    st.sampled_from(
        [
            Literal(lexical, datatype=datatype, normalize=False)
            for lexical, datatype in [
                ("2019", XSD.gYear), ("2.5", XSD.decimal), ("2.0E0", XSD.double),
                ("true", XSD.boolean), ("-0", XSD.integer), ("+1", XSD.integer),
                ("https://example.org/", XSD.anyURI), ("", XSD.string), ("@id", RDF.HTML),
            ]
        ]
    ),
)  # fmt: skip


@st.composite
def triples(draw: st.DrawFn) -> list[Triple]:
    """Draw statements of any form that RDF allows, on few nodes, so that they tangle."""
    subjects = st.sampled_from(NODES)
    found = draw(st.lists(st.tuples(subjects, st.sampled_from(PROPERTIES), subjects | LITERALS)))
    return [(s, p, o) for s, p, o in found if p != RDF.type or isinstance(o, URIRef)]


@pytest.mark.parametrize("read", [read_with_pyoxigraph, read_with_pyld])
@pytest.mark.parametrize(
    "write",
    [lambda content: frame(content, PLAN, CONTEXT), lambda content: flatten(content, CONTEXT)],
    ids=["tree", "list"],
)
@given(said=triples())
def test_nothing_is_lost_whatever_is_said(write: Write, read: Read, said: list[Triple]) -> None:
    """Circles, shared blank nodes, several languages, odd numbers: what goes in comes out."""
    statements = OxigraphStatements.of(said)
    expected = canonical(ox.parse(statements.to_bytes("text/turtle"), ox.RdfFormat.TURTLE))

    assert expected == read(write(statements.to_bytes(JSON_LD)))


@pytest.fixture(scope="module")
def shipped() -> OxigraphStore:
    """Load the ontology and one country as we ship them."""
    config = Config()
    country = [config.data_dir / name for name in ("MLI.ttl", "countries.ttl")]
    files = [GraphFile(source.iri, source.path) for source in ontology_sources(config)]
    files += [GraphFile(graph_iri(path.stem), path) for path in country]
    return OxigraphStore.in_memory(files, with_blank_nodes=())


@pytest.mark.parametrize("kind", ["plan", "objective", "organisation", "remark", "theme", "source"])
def test_shipped_things_say_the_same(shipped: OxigraphStore, kind: str) -> None:
    """Each shipped thing of a kind reads the same from JSON-LD as from Turtle."""
    query = f'SELECT DISTINCT ?s {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{ID}{kind}/")) }}'
    documents = [about(shipped, row.s) for row in shipped.select(query)]

    assert 2 < len(documents)
    assert [] == [
        document.description.iri
        for document in documents
        if read_turtle(document.to_bytes("text/turtle"))
        != read_with_pyoxigraph(document.to_tree(CONTEXT))
    ]


# -- plain JSON ------------------------------------------------------------------------------


def test_plan_is_a_tree() -> None:
    """A plan has its country inside, its objectives in a list, and no IRI for a key."""
    found = tree(
        """
        plan:A-1 a nap:NationalActionPlan ; nap:country country:A ; nap:generation 3 ;
            nap:periodStart "2019"^^xsd:gYear ; nap:theme theme:climate .
        country:A a nap:Country ; skos:prefLabel "Mali"@en , "Malí"@es .
        objective:A-1-10 a nap:Objective ; nap:objectiveOf plan:A-1 ; nap:number 10 .
        objective:A-1-2 a nap:Objective ; nap:objectiveOf plan:A-1 ; nap:text "Peace."@en .
        """
    )

    assert {
        "@context": CONTEXT.iri,
        "id": f"{ID}plan/A-1",
        "type": "NationalActionPlan",
        "country": {
            "id": f"{ID}country/A",
            "type": "Country",
            "prefLabel": {"en": "Mali", "es": "Malí"},
        },
        "generation": 3,
        "periodStart": "2019",
        "theme": [{"id": f"{ID}theme/climate"}],
        "objectives": [
            {"id": f"{ID}objective/A-1-2", "type": "Objective", "text": {"en": "Peace."}},
            {"id": f"{ID}objective/A-1-10", "type": "Objective", "number": 10},
        ],
    } == found


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("nap:generation 3", "generation", 3),
        (f"nap:rank {10**20}", "rank", {"type": "xsd:integer", "@value": f"{10**20}"}),
        ("nap:amount 2.5", "amount", {"type": "xsd:decimal", "@value": "2.5"}),
        ("nap:amount 1e3", "amount", {"type": "xsd:double", "@value": "1e3"}),
        ("nap:coreAgenda true", "coreAgenda", True),
        ('nap:iso3 "MLI"', "iso3", "MLI"),
        ('nap:iso3 "MLI"@en', "iso3", {"@language": "en", "@value": "MLI"}),
        ('nap:periodStart "2019"^^xsd:gYear', "periodStart", "2019"),
        ('nap:periodStart "2019"', "periodStart", {"@value": "2019"}),
        ("nap:periodStart 2019", "periodStart", {"type": "xsd:integer", "@value": "2019"}),
        ('nap:adopted "2019"^^xsd:gYear', "adopted", {"type": "xsd:gYear", "@value": "2019"}),
        ('nap:documentUrl "https://a.example/"^^xsd:anyURI', "documentUrl", "https://a.example/"),
        ('nap:aim "Peace"@en', "aim", {"en": "Peace"}),
        ('nap:aim "Peace"@en, "Calm"@en', "aim", {"en": ["Calm", "Peace"]}),
        ('nap:aim "Peace"', "nap:aim", "Peace"),
        ('skos:altLabel "Mali"@en', "altLabel", {"en": ["Mali"]}),
        ("nap:theme theme:a", "theme", [{"id": f"{ID}theme/a"}]),
        ("nap:country country:A", "country", {"id": f"{ID}country/A"}),
        ("skos:exactMatch <https://a.example/>", "exactMatch", ["https://a.example/"]),
        ('skos:exactMatch "A"', "exactMatch", [{"@value": "A"}]),
        ("nap:new plan:A-1", "nap:new", {"id": f"{ID}plan/A-1"}),
        ("<urn:x:p> 1", "urn:x:p", 1),
        ("a nap:Event, <urn:x:C>, owl:Thing", "type", ["owl:Thing", "Event", "urn:x:C"]),
        ("nap:budget [ nap:amount 1 ]", "budget", {"amount": 1}),
    ],
)  # fmt: skip
def test_value(said: str, key: str, value: object) -> None:
    """A value is as short as the context allows, and whole where it says less."""
    found = tree(f"plan:A-1 {said} .")

    assert {"@context": CONTEXT.iri, "id": f"{ID}plan/A-1", key: value} == found


def test_each_thing_is_told_once_and_named_elsewhere() -> None:
    """A thing is told nearest to the root; other places have its IRI, type and label."""
    found = tree(
        """
        country:A skos:prefLabel "Mali"@en .
        plan:A-1 a nap:NationalActionPlan ; nap:country country:A .
        organisation:A-x a nap:Stakeholder ; skos:prefLabel "X"@en ; nap:country country:A ;
            nap:stakeholderKind stakeholder-kind:media .
        involvement:A-1-x a nap:Involvement ; nap:plan plan:A-1 ;
            nap:stakeholder organisation:A-x .
        """,
        thing_iri("country", "A"),
    )
    named = {"id": f"{ID}organisation/A-x", "type": "Stakeholder", "prefLabel": {"en": "X"}}

    assert named == found["plans"][0]["involvements"][0]["stakeholder"]
    assert [{**named, "stakeholderKind": [{"id": f"{ID}stakeholder-kind/media"}]}] == found[
        "stakeholders"
    ]


def test_document_is_told_in_its_thing() -> None:
    """What a document says of itself stands in the thing that it is about."""
    found = tree("<urn:x:doc> a foaf:Document ; foaf:primaryTopic plan:A-1 .")

    assert [{"id": "urn:x:doc", "type": "Document"}] == found["isPrimaryTopicOf"]


def test_what_the_root_does_not_lead_to_is_included() -> None:
    """What is said of other things without a way to them stands beside the root's properties."""
    found = tree('plan:A-1 nap:generation 1 . nap:aim rdfs:label "aim"@en .')

    assert [{"id": str(NAP.aim), "label": {"en": "aim"}}] == found["included"]


def test_tree_is_not_deep() -> None:
    """A long chain goes on beside the tree, so that no parser meets its limit of nesting."""
    chain = " ".join(f"plan:A-{i} dcterms:replaces plan:A-{i + 1} ." for i in range(1, 500))
    found = frame(expanded(chain), PLAN, CONTEXT)

    assert 50 < len(json.loads(found)["included"])
    assert canonical(ox.parse(expanded(chain), ox.RdfFormat.JSON_LD)) == read_with_pyoxigraph(found)


def test_order_of_statements_changes_nothing() -> None:
    """The same statements give the same bytes, in whatever order the engine has them."""
    lines = [f"objective:A-1-{i} nap:objectiveOf plan:A-1 ; nap:source source:A ." for i in (2, 1)]
    lines.append("plan:A-1 nap:theme theme:b, theme:a . source:A nap:number 1 .")
    one, other = (expanded(" ".join(order)) for order in (lines, lines[::-1]))

    assert frame(one, PLAN, CONTEXT) == frame(other, PLAN, CONTEXT)
    assert flatten(one, CONTEXT) == flatten(other, CONTEXT)


@pytest.mark.parametrize(
    "said",
    [
        "<schema:a> nap:x 1",
        "plan:A-1 <schema:a> 1",
        "plan:A-1 nap:x <schema:a>",
        "plan:A-1 a <schema:a>",
    ],
)
def test_iri_that_looks_like_a_short_one_stays_as_it_is(said: str) -> None:
    """Where a reader would take an IRI for another, the document is in the expanded form."""
    content = expanded(f"{said} .")

    assert content == frame(content, PLAN, CONTEXT) == flatten(content, CONTEXT)


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_keys_are_plain_words(store: OxigraphStore, thing: URIRef) -> None:
    """No document about a thing of ours has a key that is an IRI or has a prefix."""
    document = json.loads(about(store, thing).to_tree(CONTEXT))

    assert [] == [key for key in keys(document) if ":" in key]


# Whatever leads to these by one property has several names, by class, which only we tell apart.
SEVERAL = ("Country", "NationalActionPlan", "a country with its file")


@pytest.mark.parametrize("name", sorted(THINGS.keys() - SEVERAL))
def test_pyld_would_write_the_same(store: OxigraphStore, name: str) -> None:
    """What any processor makes of a tree, given our context, is the tree."""
    found = json.loads(about(store, THINGS[name]).to_tree(CONTEXT))

    assert found == pyld.compact(found, CONTEXT.iri, {"documentLoader": only_our_context})


def keys(said: object) -> Iterator[str]:
    """Give all keys of some JSON."""
    if isinstance(said, dict):
        yield from said
    inside = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    for value in inside:
        yield from keys(value)
