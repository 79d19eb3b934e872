"""What the document about a thing says, page by page and in every format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, FOAF, Dataset, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from conftest import WORLD
from napgraph.config import Config
from napgraph.documents import (
    PAGE_SIZE,
    Page,
    document_iri,
    is_known,
    read_document,
    read_profile,
)
from napgraph.formats import GRAPH_FORMATS, JSON_LD, Format
from napgraph.namespaces import BASE, HYDRA, NAP, graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.store import GraphFile
from napgraph.store_folder import current
from napgraph.wording import LICENCE

BUSY = thing_iri("publisher", "busy")
PLAN = thing_iri("plan", "MLI-3")
WITHDRAWN = thing_iri("plan", "MLI-9")
RESOLUTION = thing_iri("document", "S-RES-1325-2000")
ADDRESSES = ("/doc/plan/MLI-3", "/doc/country/MLI", "/doc/publisher/busy", "/doc/plan/MLI-9",
             "/doc/document/S-RES-1325-2000", "/doc/scheme/theme", "/graph/MLI")  # fmt: skip


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Load the file of a busy publisher."""
    return OxigraphStore.in_memory(
        [GraphFile(graph_iri("world"), WORLD.encode())], with_blank_nodes=()
    )


def graph_of(store: OxigraphStore, iri: URIRef, page: int = 1) -> Graph:
    """Read a page of a document as a graph."""
    document = read_document(store, iri, page=page)
    assert document is not None
    return Graph().parse(data=document.to_bytes("text/turtle"), format="turtle")


def all_pages(store: OxigraphStore, iri: URIRef) -> Iterator[Graph]:
    """Follow hydra:next from the first page to the last."""
    pages = {document_iri(iri, number): number for number in range(1, 100)}
    number: int | None = 1
    while number:
        graph = graph_of(store, iri, number)
        yield graph
        following = graph.value(document_iri(iri, number), HYDRA.next)
        number = pages[URIRef(str(following))] if following else None


# -- pages -------------------------------------------------------------------------------------


def test_pages_have_all_and_nothing_twice(store: OxigraphStore) -> None:
    """Each statement that points at a thing is on one page, and on no other."""
    pages = [set(graph.triples((None, None, BUSY))) for graph in all_pages(store, BUSY)]
    primary = {(document_iri(BUSY, n), FOAF.primaryTopic, BUSY) for n in range(1, 4)}
    expected = set(store.triples(None, None, BUSY))

    assert [100, 100, 30] == [len(page - primary) for page in pages]
    assert expected == set.union(*pages) - primary


def test_page_says_how_many_there_are(store: OxigraphStore) -> None:
    """A page has the number of all statements that point at the thing, and where the others are."""
    graph = graph_of(store, BUSY, 2)
    view = document_iri(BUSY, 2)
    collection = graph.value(BUSY, HYDRA.collection)

    assert Literal(230) == graph.value(collection, HYDRA.totalItems)
    assert view == graph.value(collection, HYDRA.view)
    assert [document_iri(BUSY, n) for n in (1, 1, 3, 3)] == [
        graph.value(view, HYDRA[name]) for name in ("first", "previous", "next", "last")
    ]


def test_later_page_knows_what_it_is_about(store: OxigraphStore) -> None:
    """A page alone opens with what the thing is and is called."""
    document = read_document(store, BUSY, page=3)
    assert document is not None
    block = document.to_bytes("text/turtle").decode().split("\n\n")[1]

    assert block.startswith(
        'publisher:busy\n    a foaf:Agent ;\n    foaf:name "A busy publisher"@en ;\n'
    )


def test_one_page_has_no_view(store: OxigraphStore) -> None:
    """Where all is on one page nothing is said of pages."""
    assert not list(graph_of(store, RESOLUTION).objects(None, HYDRA.totalItems))


@pytest.mark.parametrize("page", [0, -1, 4, 10**9])
def test_no_such_page(store: OxigraphStore, page: int) -> None:
    """There are as many pages as it takes, and none beyond."""
    assert None is read_document(store, BUSY, page=page)


def test_what_nothing_points_at_has_one_page(store: OxigraphStore) -> None:
    """A thing that nothing points at has a document all the same, of one page."""
    document = read_document(store, WITHDRAWN)

    assert document is not None
    assert Page(1, 1) == document.page
    assert None is read_document(store, WITHDRAWN, page=2)


@pytest.mark.parametrize(("total", "pages"), [(PAGE_SIZE, 1), (PAGE_SIZE + 1, 2)])
def test_page_boundary(total: int, pages: int) -> None:
    """A page is full before there is another."""
    lines = (f"<urn:{n}> <urn:p> <{BUSY}> .\n" for n in range(total))
    file = GraphFile(graph_iri("x"), "".join(lines).encode())
    document = read_document(OxigraphStore.in_memory([file], with_blank_nodes=()), BUSY)

    assert document is not None
    assert pages == document.page.count


# -- what is said --------------------------------------------------------------------------------


def test_thing_comes_first_with_its_names(client: FlaskClient) -> None:
    """A Turtle document opens with the thing, its class and what it is called."""
    text = client.get("/doc/document/S-RES-1325-2000.ttl").text
    block = text.split("\n\n")[1].splitlines()

    assert ["document:S-RES-1325-2000", "    a nap:Resolution ;"] == block[:2]
    assert '    dcterms:title "Women and peace and security"@en ;' == block[2]


def test_document_says_what_it_is(store: OxigraphStore) -> None:
    """A document says of itself what it is about, of which dataset, under which licence."""
    graph = graph_of(store, RESOLUTION)
    document = URIRef(f"{BASE}doc/document/S-RES-1325-2000")

    assert RESOLUTION == graph.value(document, FOAF.primaryTopic)
    assert LICENCE == graph.value(document, DCTERMS.license)


def test_profile(store: OxigraphStore) -> None:
    """Classes, authors, where a thing can be had and what replaces it are found."""
    found = read_profile(store, RESOLUTION)

    assert ((NAP.Resolution,), (BUSY,)) == (found.types, found.authors)
    assert ("https://example.org/S/RES/1325>(2000)",) == found.contents
    assert (PLAN,) == read_profile(store, WITHDRAWN).replaced_by
    assert read_profile(store, WITHDRAWN).is_withdrawn
    assert not found.is_withdrawn


def test_profile_of_a_document_is_of_its_thing_alone() -> None:
    """What a blank node is, that a thing leads to, is not what the thing is."""
    file = GraphFile(graph_iri("x"), f"<{PLAN}> a <urn:Plan> ; <urn:p> [ a <urn:Part> ] .".encode())
    document = read_document(OxigraphStore.in_memory([file], with_blank_nodes={file.iri}), PLAN)

    assert document is not None
    assert (URIRef("urn:Plan"),) == document.profile.types


@pytest.mark.parametrize(
    ("iri", "known"),
    [(BUSY, True), (PLAN, True), (thing_iri("source", "busy-0"), True), (PLAN + "0", False)],
)
def test_known(store: OxigraphStore, iri: URIRef, known: bool) -> None:
    """What anything is said of, or what anything points at, is known."""
    assert known == is_known(store, URIRef(iri))


# -- formats -------------------------------------------------------------------------------------


def with_its_context(client: FlaskClient, body: bytes) -> bytes:
    """Put the context that a document names into it, so that no parser has to fetch it."""
    document = json.loads(body)
    address = document["@context"].removeprefix(BASE)
    return json.dumps({**document, **client.get(f"/{address}").get_json(force=True)}).encode()


def by_engine(body: bytes, form: Format) -> Graph:
    """Read a document with the engine's parser; only its default graph has statements."""
    quads = ox.parse(body, ox.RdfFormat.from_media_type(form.media_type))
    lines = ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES)
    return Graph().parse(data=lines or b"", format="nt")


def by_rdflib(body: bytes, form: Format) -> Graph:
    """Read a document with rdflib's parser; it says nothing in a named graph."""
    names = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nq": "nquads"}
    dataset = Dataset().parse(data=body, format=names.get(form.suffix, form.suffix))
    graph = Graph()
    for subject, predicate, value, _ in dataset.quads((None, None, None, None)):
        graph.add((subject, predicate, value))
    return graph


# rdflib's own parsers use what rdflib would rather have nobody use.
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
@pytest.mark.parametrize("read", [by_engine, by_rdflib])
@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
@pytest.mark.parametrize("address", ADDRESSES)
def test_same_in_every_format(
    client: FlaskClient, address: str, form: Format, read: Callable[[bytes, Format], Graph]
) -> None:
    """Each format says the same, whichever parser reads it."""
    lines = client.get(f"{address}.nt").data
    body = client.get(f"{address}.{form.suffix}").data
    if form is JSON_LD:
        body = with_its_context(client, body)

    assert isomorphic(Graph().parse(data=lines, format="nt"), read(body, form))


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
@pytest.mark.parametrize("thing", [PLAN, thing_iri("country", "MLI"), RESOLUTION])
def test_same_bytes_from_disk_and_memory(config: Config, form: Format, thing: URIRef) -> None:
    """A document keeps its bytes, and so its ETag, when the store is loaded into memory."""
    generation = current(config.store_dir)
    documents = [read_document(store, thing) for store in (generation.open(), generation.load())]
    on_disk, in_memory = (document.to_bytes(form.media_type) for document in documents if document)

    assert on_disk == in_memory
