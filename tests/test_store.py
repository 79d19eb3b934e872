"""What the embedded engine answers, in memory and from a directory."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from rdflib import FOAF, RDF, RDFS, SKOS, Graph, Literal, URIRef

from napgraph import oxigraph
from napgraph.errors import QueryError, QuerySyntaxError, StoreError, TurtleError
from napgraph.namespaces import NAP, graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.oxigraph_statements import OxigraphStatements
from napgraph.store import GraphFile

PREFIX = b"""
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX publisher: <https://w3id.org/napgraph/id/publisher/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SHARED = b'publisher:un foaf:name "United Nations"@en .\n'
MLI = GraphFile(
    graph_iri("MLI"),
    PREFIX
    + SHARED
    + b"""
country:MLI a nap:Country ; skos:prefLabel "Mali"@en , "Mali"@fr ; nap:iso3 "MLI" .
plan:MLI-2 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 2 .
plan:MLI-3 a nap:NationalActionPlan ; rdfs:label "Mali, plan 3"@en ; nap:country country:MLI ;
    nap:generation 3 ; nap:x [ nap:y [ nap:z "deep" ] ] .
""",
)
KEN = GraphFile(
    graph_iri("KEN"),
    PREFIX + SHARED + b'country:KEN a nap:Country ; skos:prefLabel "Kenya"@en .\n',
)

Make = Callable[[Iterable[GraphFile]], OxigraphStore]
CSV = "text/csv"


@pytest.fixture(params=["memory", "directory"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Make a store of either kind from files."""

    def in_directory(files: Iterable[GraphFile]) -> OxigraphStore:
        store = OxigraphStore.open_to_write(tmp_path / "store")
        store.replace_graphs(files)
        store.flush()
        del store
        return OxigraphStore.open(tmp_path / "store")

    def in_memory(files: Iterable[GraphFile]) -> OxigraphStore:
        return OxigraphStore.in_memory(files, with_blank_nodes={MLI.iri})

    return in_memory if request.param == "memory" else in_directory


@pytest.fixture
def store(make: Make) -> OxigraphStore:
    """Make a store with two named graphs that share a statement."""
    return make([MLI, KEN])


def test_count(store: OxigraphStore) -> None:
    """A statement that two graphs share counts once in all."""
    assert {MLI.iri: 15, KEN.iri: 3} == store.count_graphs()
    assert (15, 17) == (store.count(MLI.iri), store.count())


def test_default_graph_is_the_union(store: OxigraphStore) -> None:
    """Without FROM, each statement is found once, whatever graphs hold it."""
    text = "SELECT ?s { ?s <http://xmlns.com/foaf/0.1/name> ?name }"

    assert b"s\r\nhttps://w3id.org/napgraph/id/publisher/un\r\n" == store.query(
        text, media_type=CSV
    )


COUNTRIES = f"SELECT ?s %s {{ ?s a <{NAP.Country}> }} ORDER BY ?s"
IN_GRAPHS = f"SELECT ?g %s {{ GRAPH ?g {{ ?s a <{NAP.Country}> }} }} ORDER BY ?g"


@pytest.mark.parametrize(
    ("text", "clause", "dataset", "expected"),
    [
        (COUNTRIES, "", {}, ["country/KEN", "country/MLI"]),
        (COUNTRIES, f"FROM <{MLI.iri}>", {}, ["country/MLI"]),
        (COUNTRIES, "FROM <urn:unknown>", {}, []),
        (COUNTRIES, f"FROM NAMED <{MLI.iri}>", {}, []),
        (COUNTRIES, "", {"default_graphs": [KEN.iri]}, ["country/KEN"]),
        (COUNTRIES, f"FROM <{MLI.iri}>", {"default_graphs": [KEN.iri]}, ["country/KEN"]),
        (COUNTRIES, "", {"default_graphs": ["urn:unknown"]}, []),
        (COUNTRIES, "", {"named_graphs": [KEN.iri]}, []),
        (IN_GRAPHS, "", {}, ["graph/KEN", "graph/MLI"]),
        (IN_GRAPHS, f"FROM NAMED <{MLI.iri}>", {}, ["graph/MLI"]),
        (IN_GRAPHS, f"FROM <{MLI.iri}>", {}, []),
        (IN_GRAPHS, "", {"named_graphs": [KEN.iri]}, ["graph/KEN"]),
        (IN_GRAPHS, f"FROM NAMED <{MLI.iri}>", {"named_graphs": [KEN.iri]}, ["graph/KEN"]),
        (IN_GRAPHS, "", {"default_graphs": [KEN.iri]}, []),
    ],
)
def test_dataset(
    store: OxigraphStore,
    text: str,
    clause: str,
    dataset: dict[str, list[str]],
    expected: list[str],
) -> None:
    """The query's dataset counts, and before it the request's."""
    lines = store.query(text % clause, media_type=CSV, **dataset).decode().split()

    assert expected == ["/".join(line.split("/")[-2:]) for line in lines[1:]]


FROM_BOTH = f"FROM <{MLI.iri}> FROM <{KEN.iri}>"
BOTH = {"default_graphs": [MLI.iri, KEN.iri]}


@pytest.mark.parametrize(
    ("prologue", "clauses", "dataset"),
    [
        ("", FROM_BOTH, {}),
        ("", "FROM <graph/MLI> # FROM\nfrom <graph/KEN>", {}),
        ("BASE <http://e/> PREFIX g: </> BASE <https://w3id.org/napgraph/graph/>",
         "FROM <MLI> FROM <KEN> FROM g:x", {}),
        ("PREFIX g: <https://w3id.org/napgraph/graph/>",
         "FROM g:MLI FROM NAMED g:x FROM g:KEN", {}),
        ("", f"FROM <{MLI.iri}> FROM <{MLI.iri}>", {}),
        ("", "", BOTH),
        ("", "FROM <urn:x>", BOTH),
        ("", "", {"default_graphs": [MLI.iri, MLI.iri]}),
    ],
)  # fmt: skip
def test_statement_of_two_graphs_is_found_once(
    store: OxigraphStore, prologue: str, clauses: str, dataset: dict[str, list[str]]
) -> None:
    """Graphs that make up a default graph are put together, and not put in a row."""
    text = f"{prologue} SELECT (COUNT(*) AS ?n) {clauses} {{ ?s <{FOAF.name}> ?name }}"

    assert b"n\r\n1\r\n" == store.query(text, media_type=CSV, **dataset)


@pytest.mark.parametrize("kept", [0, 100])
def test_default_and_named_graphs_together(
    store: OxigraphStore, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Named graphs are asked beside several default graphs, each once, again and again."""
    monkeypatch.setattr(oxigraph, "_MAX_MERGED", kept)
    text = (
        f"SELECT ?g {FROM_BOTH} FROM NAMED <{KEN.iri}> FROM NAMED <{KEN.iri}> "
        f"{{ ?s <{FOAF.name}> ?name GRAPH ?g {{ ?s <{FOAF.name}> ?name }} }}"
    )
    answers = {store.query(text, media_type=CSV) for _ in range(2)}

    assert {f"g\r\n{KEN.iri}\r\n".encode()} == answers


def test_graphs_put_together_change_with_the_store() -> None:
    """What was put together for a query is forgotten when a graph is replaced."""
    store = OxigraphStore.in_memory([MLI, KEN], with_blank_nodes={MLI.iri})
    text = f"SELECT (COUNT(*) AS ?n) {FROM_BOTH} {{ ?s a <{NAP.Country}> }}"
    before = store.query(text, media_type=CSV)
    store.replace_graphs([], removed=[KEN.iri])

    assert (b"n\r\n2\r\n", b"n\r\n1\r\n") == (before, store.query(text, media_type=CSV))


@pytest.mark.parametrize("clauses", ["FROM <urn:a> FROM x:b", "FROM <urn:a> FROM", "FROM FROM '"])
def test_broken_dataset_clauses(store: OxigraphStore, clauses: str) -> None:
    """A query that cannot be read is a syntax error, whatever it says of its dataset."""
    with pytest.raises(QuerySyntaxError, match="line 1"):
        store.query(f"SELECT * {clauses} {{ ?s ?p ?o }}", media_type=CSV)


@pytest.mark.parametrize(
    ("text", "media_type", "start"),
    [
        ("ASK { ?s ?p ?o }", "application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("SELECT ?o { ?s ?p ?o } LIMIT 0", "text/tab-separated-values", b"?o\n"),
        ("SELECT ?o { ?s ?p ?o }", "application/sparql-results+xml", b"<?xml"),
        ("DESCRIBE <urn:x>", "text/turtle", b""),
        ("CONSTRUCT { ?s a ?s } { ?s ?p 3 }", "application/n-triples", b"<https://w3id.org/"),
    ],
)
def test_results_are_written(
    store: OxigraphStore, text: str, media_type: str, start: bytes
) -> None:
    """Each form of query is answered in its formats."""
    assert store.query(text, media_type=media_type).startswith(start)


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("SELECT * { ?s ?p ?o }", "text/turtle"),
        ("DESCRIBE <urn:x>", CSV),
        ("SELECT (<urn:f>(1) AS ?x) {}", CSV),
    ],
)
def test_query_that_cannot_be_answered(store: OxigraphStore, text: str, media_type: str) -> None:
    """A format of another form, or an unknown function, is the caller's to mend."""
    with pytest.raises(QueryError, match=r"^The (answer|query) .*\.$"):
        store.query(text, media_type=media_type)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "SELECT *\n{ ?s foo:bar ?o }",
            "line 2, column 13, after “SELECT * { ?s foo:bar”: "
            "correct the prefix foo:, or add the line PREFIX foo: <…> at the top.",
        ),
        (
            "ASK { ?s !nap:plan/nap:x ?o }",
            "correct the prefix nap:, or add the line "
            "PREFIX nap: <https://w3id.org/napgraph/ontology#> at the top.",
        ),
        (
            "SELECT ?s\nWHERE { ?s ?p }",
            "line 2, column 16, after “SELECT ?s WHERE { ?s ?p }”: "
            "look for what is missing or too much there.",
        ),
        ("SELECT ?a { ?s ?p ?o } GROUP BY ?s", "The SELECT contains a variable that is unbound."),
        ("", "line 1, column 1: look for what is missing"),
    ],
)
def test_syntax_error_says_where_and_what_to_do(store: OxigraphStore, text: str, says: str) -> None:
    """The error has line and column, what stands before it, and none of the engine's long lists."""
    with pytest.raises(QuerySyntaxError) as caught:
        store.query(text, media_type=CSV)

    assert says in str(caught.value)
    assert f"line {caught.value.line}, column {caught.value.column}" in str(caught.value)


def test_select_binds_terms(store: OxigraphStore) -> None:
    """Variables are bound to terms, and rows have names and rdflib's terms."""
    rows = store.select(
        f"SELECT ?country ?plan ?n ?aim {{ ?plan <{NAP.country}> ?country ;"
        f" <{NAP.generation}> ?n OPTIONAL {{ ?plan <{NAP.aim}> ?aim }} }} ORDER BY ?n",
        country=thing_iri("country", "MLI"),
    )

    assert [2, 3] == [row.n.toPython() for row in rows]
    assert (thing_iri("plan", "MLI-2"), None) == (rows[0].plan, rows[0].aim)


def test_select_binds_literals(store: OxigraphStore) -> None:
    """A literal is bound as it is: quotes in it are never part of the query."""
    text = f"SELECT ?name ?s {{ ?s <{SKOS.prefLabel}> ?name }}"

    assert [] == store.select(text, name=Literal('"} UNION { ?s ?p ?name'))
    assert 1 == len(store.select(text, name=Literal("Mali", lang="fr")))


def test_describe(store: OxigraphStore) -> None:
    """A description has the thing's own statements and those that point at it."""
    country = thing_iri("country", "MLI")
    found = store.describe(country)

    assert found
    assert {country} == {s for s, _, _ in found.own}
    assert 4 == len(found.own)
    assert {thing_iri("plan", "MLI-2"), thing_iri("plan", "MLI-3")} == {
        s for s, _, _ in found.incoming
    }
    assert (2, (MLI.iri,)) == (found.incoming_total, found.graphs)


def test_describe_names_what_it_mentions(store: OxigraphStore) -> None:
    """Whatever a description mentions comes with its labels, first property first, and types."""
    country = thing_iri("country", "MLI")
    found = set(store.describe(thing_iri("plan", "MLI-3")).labels)

    assert {
        (country, SKOS.prefLabel, Literal("Mali", lang="en")),
        (country, SKOS.prefLabel, Literal("Mali", lang="fr")),
        (country, RDF.type, NAP.Country),
    } == {triple for triple in found if triple[0] == country}
    assert {country, thing_iri("plan", "MLI-3")} == {s for s, _, _ in found}


def test_describe_names_its_vocabulary_apart() -> None:
    """What properties, classes and graphs are called is not among what things are called."""
    label = f'<{NAP.country}> <{RDFS.label}> "country" . <{MLI.iri}> <{RDFS.label}> "file" .'
    more = GraphFile(graph_iri("more"), label.encode())
    store = OxigraphStore.in_memory([MLI, more], with_blank_nodes={MLI.iri})
    found = store.describe(thing_iri("plan", "MLI-3"))

    assert {NAP.country, MLI.iri} == {s for s, _, _ in found.terms}
    assert not {NAP.country, MLI.iri} & {s for s, _, _ in found.labels}


def test_labels_are_the_same_from_an_index(store: OxigraphStore) -> None:
    """Reading all labels at once changes no description."""
    plan = thing_iri("plan", "MLI-3")
    before = set(store.describe(plan).labels + store.describe(plan).terms)
    store.index_labels()

    assert before == set(store.describe(plan).labels + store.describe(plan).terms)


def test_describe_follows_blank_nodes(store: OxigraphStore) -> None:
    """Blank nodes are described with what leads to them."""
    own = store.describe(thing_iri("plan", "MLI-3")).own

    assert Literal("deep") in {o for _, _, o in own}


def test_describe_bounds_what_points_at_it(store: OxigraphStore) -> None:
    """Of many incoming statements the first come, with how many there are."""
    found = store.describe(NAP.NationalActionPlan, incoming_limit=1)

    assert (1, 2) == (len(found.incoming), found.incoming_total)


def test_incoming_comes_in_pages(make: Make) -> None:
    """Pages have what points at a thing by property and subject, wherever the store is."""
    lines = [f"<urn:s{n:02}> <urn:{'ab'[n % 3 > 1]}> <urn:o> ." for n in range(30)]
    store = make([GraphFile(graph_iri("x"), "\n".join(lines).encode())])
    pages = [
        store.describe(URIRef("urn:o"), incoming_limit=7, incoming_offset=offset)
        for offset in range(0, len(lines), 7)
    ]
    found = [(p, s) for page in pages for s, p, _ in page.incoming]

    assert sorted(found) == found
    assert len(set(found)) == len(lines) == pages[0].incoming_total


def test_very_many_incoming_are_still_bounded(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than can be sorted come in pages all the same, each once."""
    monkeypatch.setattr("napgraph.oxigraph._MAX_SORTED", 20)
    lines = "\n".join(f"<urn:s{n}> <urn:p> <urn:o> ." for n in range(50))
    store = make([GraphFile(graph_iri("x"), lines.encode())])
    pages = [
        store.describe(URIRef("urn:o"), incoming_limit=20, incoming_offset=offset)
        for offset in (0, 20, 40, 60)
    ]

    assert [(20, 50), (20, 50), (10, 50), (0, 50)] == [
        (len(page.incoming), page.incoming_total) for page in pages
    ]
    assert 50 == len({s for page in pages for s, _, _ in page.incoming})


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ((thing_iri("country", "MLI"), None, None), 4),
        ((None, RDF.type, NAP.Country), 2),
        ((None, None, Literal("Mali", lang="fr")), 1),
        ((None, NAP.iso3, None), 1),
        ((URIRef("urn:unknown"), None, None), 0),
    ],
)
def test_triples(store: OxigraphStore, pattern: tuple[URIRef | None, ...], count: int) -> None:
    """A pattern finds each statement once, whatever graphs have it."""
    found = list(store.triples(*pattern))

    assert count == len(found)
    assert all(term in (None, part) for t in found for term, part in zip(pattern, t, strict=True))


def test_statements_having_a_property(store: OxigraphStore) -> None:
    """Of statements those with some properties are found."""
    own = store.describe(thing_iri("plan", "MLI-3")).own

    assert {RDF.type, NAP.z} == {p for _, p, _ in own.having({str(RDF.type), str(NAP.z)})}


def test_describe_of_the_unknown_is_empty(store: OxigraphStore) -> None:
    """An IRI that the store does not know has an empty description."""
    found = store.describe(URIRef("urn:unknown"))

    assert not found
    assert ((), 0) == (found.graphs, found.incoming_total)


def test_statements_are_written_with_the_prefixes_in_use(store: OxigraphStore) -> None:
    """A document has the prefixes that it uses, and no other."""
    own = store.describe(thing_iri("country", "MLI")).own
    text = own.to_bytes("text/turtle").decode()

    assert ["country", "nap", "skos"] == [
        line.split()[1][:-1] for line in text.splitlines() if line.startswith("PREFIX")
    ]
    assert set(own) == set(Graph().parse(data=text, format="turtle"))


def test_statements_of_rdflib_join_in() -> None:
    """Statements made with rdflib are written with the engine's."""
    country = thing_iri("country", "MLI")
    made = OxigraphStatements.of([(country, RDF.type, NAP.Country)])
    more = OxigraphStatements.of([(country, NAP.iso3, Literal("MLI"))])

    assert [*made, *more] == list(made + more)


def test_replaced_graph_renames_its_things() -> None:
    """A thing that got another name is called so wherever it is mentioned, in every format."""
    store = OxigraphStore.in_memory([MLI, KEN], with_blank_nodes={MLI.iri})
    plan = thing_iri("plan", "MLI-2")

    def document() -> tuple[bytes, ...]:
        found = store.describe(plan)
        said = found.own + found.labels
        return said.to_bytes("text/turtle"), said.to_bytes("application/n-triples")

    assert all(b"Republic" not in text for text in document())
    store.replace_graphs([GraphFile(MLI.iri, MLI.read().replace(b'"Mali"', b'"Republic of Mali"'))])
    assert all(b"Republic" in text for text in document())


def test_replaced_graph_takes_its_statements_along() -> None:
    """What a graph no longer says is gone, unless another graph says it."""
    store = OxigraphStore.in_memory([MLI, KEN], with_blank_nodes={MLI.iri})
    store.replace_graphs([GraphFile(KEN.iri, b"")], removed=[MLI.iri])

    assert {KEN.iri: 0} == store.count_graphs()
    assert 0 == store.count()

    store.replace_graphs([KEN])
    store.replace_graphs([MLI])
    store.replace_graphs([], removed=[KEN.iri])

    assert ({MLI.iri: 15}, 15) == (store.count_graphs(), store.count())


def test_blank_nodes_keep_their_labels(make: Make) -> None:
    """The same file gives the same labels, in memory and in a directory."""
    first = OxigraphStore.in_memory([MLI], with_blank_nodes={MLI.iri})

    assert first.lines(MLI.iri) == make([KEN, MLI]).lines(MLI.iri)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"\n nap:x a nap:Y .", "line 2, column 2: .*nap:"), (b'<urn:a> <urn:b> "\xe9" .', "line 1")],
)
def test_broken_file_says_where(content: bytes, message: str) -> None:
    """A file that is not Turtle is named, with line and column."""
    with pytest.raises(TurtleError, match=rf"bad\.ttl: {message}"):
        OxigraphStore.in_memory([], with_blank_nodes=()).replace_graphs(
            [GraphFile(graph_iri("bad"), content, name="bad.ttl")]
        )


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf<a> <#p> <> .", b"<a> <#p> <>, [] ."])
def test_relative_iris(make: Make, content: bytes) -> None:
    """Relative IRIs are relative to the graph's name; a byte order mark is no part of them."""
    store = make([GraphFile(MLI.iri, content)])
    text = f"ASK {{ <{graph_iri('a')}> <{MLI.iri}#p> <{MLI.iri}> }}"

    assert b"true" == store.query(text, media_type=CSV)


def test_relative_iris_of_a_query(store: OxigraphStore) -> None:
    """Relative IRIs in a query are relative to the base of our IRIs."""
    text = "ASK { GRAPH <graph/MLI> { <id/country/MLI> ?p ?o } }"

    assert b"true" == store.query(text, media_type=CSV)


def test_missing_directory(tmp_path: Path) -> None:
    """A directory without a store cannot be opened."""
    with pytest.raises(StoreError, match="cannot be opened"):
        OxigraphStore.open(tmp_path / "nothing")
