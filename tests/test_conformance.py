"""SPARQL 1.1 as a client sees it: queries over HTTP on a foreign dataset, in every format.

What each query must give is worked out by hand from the specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.request import Request

import pytest
from pyoxigraph import QueryResultsFormat, parse_query_results

from suite.answers import (
    Answer,
    Rows,
    Statements,
    difference,
    read_answer,
    read_csv,
    read_results,
)
from suite.running import GRAPH_TYPES, RESULTS_TYPES, Endpoint, Reply, send, serving_folder

TURTLE, TRIG, N_QUADS = "people.ttl", "places.trig", "numbers.nq"
FILES = {
    TURTLE: """\
PREFIX : <http://example.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

<> :about :amina , :boris , :chloe .
:amina a foaf:Person ; foaf:name "Amina"@fr , "أمينة"@ar ; foaf:knows :boris , _:friend ;
    :born "1990-03-08"^^xsd:date ; :seen "2020-01-01T00:30:00+02:00"^^xsd:dateTime ; :score 7 .
:boris a foaf:Person ; foaf:name "Boris" ; foaf:knows :chloe ;
    :born "1985-12-31"^^xsd:date ; :seen "2019-12-31T23:00:00Z"^^xsd:dateTime ; :score 2.5 .
:chloe a foaf:Person ; foaf:name "Chloë 🌍" ; foaf:knows :amina ; :since "2000"^^xsd:gYear .
_:friend foaf:name "a SERVICE <urn:x> { }" .
""",
    TRIG: """\
PREFIX : <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

:kati :in :mali .
:g1 { :bamako :in :mali ; :size 2 ; :seat _:council . :mali :in :africa }
:g2 { :bamako :in :mali ; :size 3 ; :seat _:council . _:council :label "council"@en-GB }
:g3 { }
""",
    N_QUADS: "".join(
        f'<http://example.org/n{n}> <http://example.org/value> "{n}"'
        "^^<http://www.w3.org/2001/XMLSchema#integer> <http://example.org/numbers> .\n"
        for n in range(1, 6)
    ),
}
PEOPLE = "https://w3id.org/napgraph/graph/people"
PLACES = "https://w3id.org/napgraph/graph/places"
PREFIXES = """\
PREFIX : <http://example.org/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
EX = "http://example.org/"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """Serve the files as they are."""
    folder = tmp_path_factory.mktemp("foreign")
    data = folder / "data"
    data.mkdir()
    for name, text in FILES.items():
        (data / name).write_text(text, encoding="utf-8")
    with serving_folder(data, folder / "store") as address:
        yield Endpoint(address)


def rows(header: str, *lines: str) -> Rows:
    """Write rows of terms as Turtle has them, with `|` between and `:` for our example."""
    text = "\n".join([header, *lines, ""]).replace(" | ", "\t")
    body = re.sub(r"(?m)(^|\t):(\w+)", rf"\1<{EX}\2>", text)
    answer = read_results(parse_query_results(body.encode(), QueryResultsFormat.TSV))
    assert isinstance(answer, Rows)
    return answer


def ask(
    endpoint: Endpoint,
    query: str,
    media_type: str,
    default: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
) -> bytes:
    """Ask in one format, of a dataset if one is given."""
    reply = endpoint.ask(
        PREFIXES + query, media_type, default_graph_uri=default, named_graph_uri=named
    )

    assert (200, media_type) == (reply.status, reply.media_type), reply.body.decode()
    return reply.body


SELECTS = {
    # -- aggregates ---------------------------------------------------------------------------
    "count, sum, average, least and greatest": (
        "SELECT (COUNT(*) AS ?n) (SUM(?v) AS ?sum) (AVG(?v) AS ?avg) (MIN(?v) AS ?min) "
        "(MAX(?v) AS ?max) { ?s :value ?v }",
        rows("?n | ?sum | ?avg | ?min | ?max", "5 | 15 | 3.0 | 1 | 5"),
    ),
    "groups with a condition": (
        "SELECT ?place (SUM(?size) AS ?total) { GRAPH ?g { ?place :size ?size } } "
        "GROUP BY ?place HAVING (COUNT(?g) = 2)",
        rows("?place | ?total", ":bamako | 5"),
    ),
    "groups by an expression": (
        "SELECT ?odd (COUNT(?v) AS ?n) { ?s :value ?v } GROUP BY (?v - 2 * FLOOR(?v / 2) AS ?odd)",
        rows("?odd | ?n", "0.0 | 2", "1.0 | 3"),
    ),
    "values put together": (
        "SELECT (STRLEN(GROUP_CONCAT(STR(?v); SEPARATOR=' / ')) AS ?n) { ?s :value ?v }",
        rows("?n", "17"),
    ),
    "different values counted": (
        "SELECT (COUNT(?t) AS ?all) (COUNT(DISTINCT ?t) AS ?different) { ?s a ?t }",
        rows("?all | ?different", "3 | 1"),
    ),
    "nothing counted": ("SELECT (COUNT(*) AS ?n) { ?s :none ?o }", rows("?n", "0")),
    "any value of an empty group": ("SELECT (SAMPLE(?o) AS ?x) { ?s :none ?o }", rows("?x", "")),
    # -- paths --------------------------------------------------------------------------------
    "a path of two steps": (
        "SELECT ?name { :amina foaf:knows/foaf:name ?name FILTER(!CONTAINS(?name, 'SERVICE')) }",
        rows("?name", '"Boris"'),
    ),
    "one or more steps": (
        "SELECT ?who { :boris foaf:knows+ ?who FILTER isIRI(?who) }",
        rows("?who", ":chloe", ":amina", ":boris"),
    ),
    "no or more steps": (
        "SELECT ?where { :bamako :in* ?where }",
        rows("?where", ":bamako", ":mali", ":africa"),
    ),
    "no or one step": (
        "SELECT ?where { :bamako :in? ?where }",
        rows("?where", ":bamako", ":mali"),
    ),
    "a step back": ("SELECT ?who { :amina ^foaf:knows ?who }", rows("?who", ":chloe")),
    "either of two steps": (
        "SELECT ?o { :mali (:in|^:in) ?o }",
        rows("?o", ":africa", ":bamako", ":kati"),
    ),
    "any step but some": (
        "SELECT ?o { :bamako !(:in|:seat) ?o } ORDER BY ?o",
        rows("?o", "2", "3"),
    ),
    "a path within one graph": (
        "SELECT ?g ?where { GRAPH ?g { :bamako :in+ ?where } }",
        rows("?g | ?where", ":g1 | :mali", ":g1 | :africa", ":g2 | :mali"),
    ),
    # -- negation and options -----------------------------------------------------------------
    "what does not exist": (
        "SELECT ?who { ?who a foaf:Person FILTER NOT EXISTS { ?who :score ?n } }",
        rows("?who", ":chloe"),
    ),
    "what exists": (
        "SELECT ?who { ?who a foaf:Person FILTER EXISTS { ?who :score ?n FILTER(?n > 5) } }",
        rows("?who", ":amina"),
    ),
    "what is taken away": (
        "SELECT ?who { ?who a foaf:Person MINUS { ?who :born ?day } }",
        rows("?who", ":chloe"),
    ),
    "nothing in common takes nothing away": (
        "SELECT ?who { ?who :since ?x MINUS { ?a :value ?b } }",
        rows("?who", ":chloe"),
    ),
    "an option with a condition": (
        "SELECT ?who ?n { ?who a foaf:Person OPTIONAL { ?who :score ?n FILTER(?n > 5) } }",
        rows("?who | ?n", ":amina | 7", ":boris | ", ":chloe | "),
    ),
    "a union with columns of their own": (
        "SELECT ?a ?b { { ?a :since ?y } UNION { ?b :size 3 } }",
        rows("?a | ?b", ":chloe | ", " | :bamako"),
    ),
    # -- subqueries, BIND, VALUES -------------------------------------------------------------
    "a subquery with a limit": (
        "SELECT ?who ?top { { SELECT (MAX(?v) AS ?top) { ?s :value ?v } } ?who :since ?y }",
        rows("?who | ?top", ":chloe | 5"),
    ),
    "what a subquery hides": (
        "SELECT ?v { { SELECT ?s { ?s :value ?v FILTER(?v = 4) } } OPTIONAL { ?s :none ?v } }",
        rows("?v", ""),
    ),
    "a value bound": (
        "SELECT ?twice { :n2 :value ?v BIND(?v * 2 AS ?twice) }",
        rows("?twice", "4"),
    ),
    "an error binds nothing": (
        "SELECT ?x { :n2 :value ?v BIND(?v / 0 AS ?x) }",
        rows("?x", ""),
    ),
    "values, one of them open": (
        "SELECT ?s ?v { ?s :value ?v } VALUES (?s ?v) { (:n1 UNDEF) (UNDEF 2) (:n3 4) }",
        rows("?s | ?v", ":n1 | 1", ":n2 | 2"),
    ),
    "values within a group": (
        "SELECT ?v { VALUES ?s { :n1 :n5 :n9 } ?s :value ?v }",
        rows("?v", "1", "5"),
    ),
    # -- functions ----------------------------------------------------------------------------
    "strings": (
        "SELECT (STRLEN('Chloë 🌍') AS ?n) (SUBSTR('Chloë 🌍', 7) AS ?s) (UCASE('ë') AS ?u) "
        "(STRBEFORE('a-b', '-') AS ?b) (STRAFTER('a-b'@en, '-') AS ?a) "
        "(REPLACE('abcabc', '(b)', '<$1>') AS ?r) (ENCODE_FOR_URI('é/') AS ?e) "
        "(CONCAT('a'@en, 'b'@en) AS ?c) {}",
        rows(
            "?n | ?s | ?u | ?b | ?a | ?r | ?e | ?c",
            '7 | "🌍" | "Ë" | "a" | "b"@en | "a<b>ca<b>c" | "%C3%A9%2F" | "ab"@en',
        ),
    ),
    "numbers": (
        "SELECT (ROUND(2.5) AS ?r) (CEIL(2.1) AS ?c) (ABS(-3) AS ?a) (7 / 2 AS ?d) "
        "(1 + 2 * 3 AS ?p) (xsd:integer('042') AS ?i) {}",
        rows("?r | ?c | ?a | ?d | ?p | ?i", "3.0 | 3.0 | 3 | 3.5 | 7 | 42"),
    ),
    "digests": (
        "SELECT (MD5('abc') AS ?m) (SHA1('abc') AS ?s) {}",
        rows(
            "?m | ?s",
            '"900150983cd24fb0d6963f7d28e17f72" | "a9993e364706816aba3e25717850c26c9cd0d89d"',
        ),
    ),
    "choices": (
        "SELECT (IF(2 > 1, 'yes', 1/0) AS ?if) (COALESCE(1/0, ?none, 'last') AS ?c) "
        "(2 IN (1, 2) AS ?in) (2 NOT IN (1, 3) AS ?out) (true || 1/0 AS ?or) {}",
        rows("?if | ?c | ?in | ?out | ?or", '"yes" | "last" | true | true | true'),
    ),
    "terms": (
        "SELECT (DATATYPE(1.0) AS ?d) (STRDT('1', :unit) AS ?t) (STRLANG('a', 'fr') AS ?l) "
        "(LANGMATCHES('en-GB', 'en') AS ?m) (sameTerm(1, 1.0) AS ?s) (isNumeric('1') AS ?n) {}",
        rows(
            "?d | ?t | ?l | ?m | ?s | ?n",
            '<http://www.w3.org/2001/XMLSchema#decimal> | "1"^^<http://example.org/unit>'
            ' | "a"@fr | true | false | false',
        ),
    ),
    "languages": (
        "SELECT ?l { :amina foaf:name ?name BIND(LANG(?name) AS ?l) }",
        rows("?l", '"fr"', '"ar"'),
    ),
    "an expression that is no string": (
        "SELECT ?who { ?who :score ?n FILTER(REGEX(STR(?n), '^\\\\d\\\\.\\\\d$')) }",
        rows("?who", ":boris"),
    ),
    # -- dates --------------------------------------------------------------------------------
    "parts of dates": (
        "SELECT (YEAR(?t) AS ?y) (MONTH(?t) AS ?m) (HOURS(?t) AS ?h) (TZ(?t) AS ?z) "
        "{ :amina :seen ?t }",
        rows("?y | ?m | ?h | ?z", '2020 | 1 | 0 | "+02:00"'),
    ),
    "moments in other time zones": (
        "SELECT ?who { ?who :seen ?t FILTER(?t < '2019-12-31T22:45:00Z'^^xsd:dateTime) }",
        rows("?who", ":amina"),
    ),
    "days in order": (
        "SELECT ?who { ?who :born ?day FILTER(?day >= '1990-01-01'^^xsd:date) }",
        rows("?who", ":amina"),
    ),
    "years compare": (
        "SELECT ?who { ?who :since ?y FILTER(?y < '2001'^^xsd:gYear) }",
        rows("?who", ":chloe"),
    ),
    # -- order and number of rows -------------------------------------------------------------
    "rows in order": (
        "SELECT ?v { ?s :value ?v } ORDER BY DESC(?v) LIMIT 2 OFFSET 1",
        rows("?v", "4", "3"),
    ),
    "different rows": ("SELECT DISTINCT ?t { ?s a ?t ; foaf:knows ?o }",
                       rows("?t", "<http://xmlns.com/foaf/0.1/Person>")),
    "no rows wanted": ("SELECT ?v { ?s :value ?v } LIMIT 0", rows("?v")),
    # -- the dataset --------------------------------------------------------------------------
    "a statement of two graphs is found once": (
        "SELECT ?s ?o { ?s :in ?o }",
        rows("?s | ?o", ":bamako | :mali", ":mali | :africa", ":kati | :mali"),
    ),
    "the default graph of a file has its name": (
        "SELECT ?g { GRAPH ?g { :kati :in ?o } }",
        rows("?g", f"<{PLACES}>"),
    ),
    "all graphs, one of them empty": (
        "SELECT ?g { GRAPH ?g { } }",
        rows("?g", ":g1", ":g2", ":g3", ":numbers", f"<{PEOPLE}>", f"<{PLACES}>"),
    ),
    "a blank node of two graphs": (
        "SELECT ?label { GRAPH :g1 { :bamako :seat ?c } GRAPH :g2 { ?c :label ?label } }",
        rows("?label", '"council"@en-GB'),
    ),
    "FROM": ("SELECT ?n FROM :g1 FROM graph:places { :bamako :size ?n }", rows("?n", "2")),
    "FROM puts graphs together": (
        "SELECT ?n FROM :g1 FROM :g2 { :bamako :in :mali ; :size ?n }",
        rows("?n", "2", "3"),
    ),
    "FROM puts a statement of two graphs there once": (
        "SELECT ?o FROM :g1 FROM <g2> FROM :g1 { :bamako :in ?o }",
        rows("?o", ":mali"),
    ),
    "FROM and FROM NAMED": (
        "SELECT ?o ?g FROM :g1 FROM NAMED :g3 FROM :g2 FROM NAMED :g2 "
        "{ :bamako :in ?o GRAPH ?g { :bamako :in ?o } }",
        rows("?o | ?g", ":mali | :g2"),
    ),
    "FROM NAMED": (
        "SELECT ?g ?n FROM NAMED :g2 { GRAPH ?g { :bamako :size ?n } }",
        rows("?g | ?n", ":g2 | 3"),
    ),
    "FROM NAMED alone has an empty default graph": (
        "SELECT ?n FROM NAMED :g2 { :bamako :size ?n }",
        rows("?n"),
    ),
    "an unknown graph is empty": ("SELECT ?n FROM :g9 { :bamako :size ?n }", rows("?n")),
    # -- writing ------------------------------------------------------------------------------
    "a word in a literal": (
        "SELECT ?friend { ?friend foaf:name 'a SERVICE <urn:x> { }' }",
        rows("?friend", "_:b"),
    ),
    "names and escapes of Unicode": (
        r"SELECT ?имя { :chloe foaf:name ?имя FILTER(?имя = 'Chlo\u00EB \U0001F30D') }",
        rows("?имя", '"Chloë 🌍"'),
    ),
    "a relative IRI": (
        "BASE <http://example.org/x/> SELECT ?v { <../n3> :value ?v }",
        rows("?v", "3"),
    ),
    "a prefix defined again, and comments": (
        "PREFIX v: <urn:v> # SERVICE <urn:x> {\nPREFIX v: <http://example.org/n>\n"
        "SELECT ?v { v:3 :value ?v } # }",
        rows("?v", "3"),
    ),
    "operators without space": ("SELECT ?v{?s :value ?v FILTER(?v<3&&?v>1)}", rows("?v", "2")),
}  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), SELECTS.values(), ids=SELECTS.keys())
def test_select(endpoint: Endpoint, query: str, expected: Rows) -> None:
    """Rows are those expected in JSON, XML and TSV, and as far as it goes in CSV."""
    answers = {form: read_answer(ask(endpoint, query, form), form) for form in RESULTS_TYPES}
    lines = read_csv(ask(endpoint, query, "text/csv"))

    assert dict.fromkeys(answers, "") == {
        form: difference(expected, answer) for form, answer in answers.items()
    }
    assert len(expected.rows) == lines.total()


def test_order(endpoint: Endpoint) -> None:
    """Rows come in the order that is asked for: unbound, blank nodes, IRIs, literals."""
    query = """
        SELECT ?x { { VALUES ?x { "b" :b UNDEF "a" :a 10 9 } } UNION { [] :seat ?x } }
        ORDER BY ?x
    """
    answer = read_answer(ask(endpoint, query, RESULTS_TYPES[0]), RESULTS_TYPES[0])

    assert isinstance(answer, Rows)
    kinds = [type(row[0][1]).__name__ if row else "" for row in answer.rows]

    assert ["", "BlankNode", "NamedNode", "NamedNode", *["Literal"] * 4] == kinds
    assert [f"{EX}a", f"{EX}b"] == [row[0][1].value for row in answer.rows[2:4]]
    numbers = [row[0][1].value for row in answer.rows[4:] if row[0][1].value.isdigit()]

    assert ["9", "10"] == numbers


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { :amina foaf:knows :boris }", True),
        ("ASK { :boris foaf:knows :amina }", False),
        ("ASK FROM :g3 { ?s ?p ?o }", False),
        ("ASK { FILTER(1 = 1.0 && '1' != 1) }", True),
    ],
)
@pytest.mark.parametrize("media_type", RESULTS_TYPES[:2])
def test_ask(endpoint: Endpoint, query: str, expected: bool, media_type: str) -> None:
    """The answer is yes or no."""
    assert expected == read_answer(ask(endpoint, query, media_type), media_type)


GRAPHS = {
    "statements are made": (
        "CONSTRUCT { ?b :holds ?a } WHERE { ?a :in ?b }",
        "<mali> <holds> <bamako> , <kati> . <africa> <holds> <mali> .",
    ),
    "the pattern itself": ("CONSTRUCT WHERE { ?s :since ?y }",
                           '<chloe> <since> "2000"^^<http://www.w3.org/2001/XMLSchema#gYear> .'),
    "a blank node for each row": (
        "CONSTRUCT { [] :of ?s } { ?s :value ?v FILTER(?v < 3) }",
        "[] <of> <n1> . [] <of> <n2> .",
    ),
    "no statement with a literal subject or an unbound term": (
        "CONSTRUCT { ?v :of ?s . ?s :is ?none . ?s :ok true } { ?s :value ?v FILTER(?v = 1) }",
        "<n1> <ok> true .",
    ),
    "a graph is copied": (
        "CONSTRUCT { ?s ?p ?o } { GRAPH :g2 { ?s ?p ?o } }",
        '<bamako> <in> <mali> ; <size> 3 ; <seat> _:c . _:c <label> "council"@en-gb .',
    ),
    "a thing is described": ("DESCRIBE :n4", "<n4> <value> 4 ."),
    "what is found is described": ("DESCRIBE ?s { ?s :value ?v FILTER(?v > 4) }",
                                   "<n5> <value> 5 ."),
    "nothing is described": ("DESCRIBE :none", ""),
}  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), GRAPHS.values(), ids=GRAPHS.keys())
@pytest.mark.parametrize("media_type", GRAPH_TYPES)
def test_graph(endpoint: Endpoint, query: str, expected: str, media_type: str) -> None:
    """The graph is isomorphic to the one expected, in each RDF format."""
    wanted: Answer = read_answer(f"BASE <{EX}>\n{expected}".encode(), "text/turtle")
    answer = read_answer(ask(endpoint, query, media_type), media_type)

    assert isinstance(wanted, Statements)
    assert "" == difference(wanted, answer)


SIZES = "SELECT ?n %s { :bamako :size ?n }"
GRAPHS_ASKED = "SELECT ?g ?n { GRAPH ?g { :bamako :size ?n } }"


@pytest.mark.parametrize(
    ("query", "default", "named", "expected"),
    [
        (SIZES % "", ("g1",), (), rows("?n", "2")),
        (SIZES % "", ("g1", "g2"), (), rows("?n", "2", "3")),
        ("SELECT ?o { :bamako :in ?o }", ("g1", "g2", "g1"), (), rows("?o", ":mali")),
        (SIZES % "", (), ("g1",), rows("?n")),
        (SIZES % "", ("g9",), (), rows("?n")),
        (SIZES % "FROM :g1", ("g2",), (), rows("?n", "3")),
        (SIZES % "FROM :g1", (), ("g2",), rows("?n")),
        (GRAPHS_ASKED, (), ("g1", "g9"), rows("?g | ?n", ":g1 | 2")),
        (GRAPHS_ASKED, ("g1",), (), rows("?g | ?n")),
        (GRAPHS_ASKED, ("g1",), ("g2",), rows("?g | ?n", ":g2 | 3")),
        ("SELECT ?n ?g { ?s :size ?n GRAPH ?g { ?s :size 3 } }", ("g1",), ("g2", "g3"),
         rows("?n | ?g", "2 | :g2")),
        ("SELECT ?g { GRAPH ?g {} }", (), ("g3",), rows("?g", ":g3")),
    ],
)  # fmt: skip
def test_dataset_of_the_request(
    endpoint: Endpoint,
    query: str,
    default: tuple[str, ...],
    named: tuple[str, ...],
    expected: Rows,
) -> None:
    """The request's dataset counts, and not the one that the query names."""
    graphs = [tuple(EX + name for name in names) for names in (default, named)]
    body = ask(endpoint, query, RESULTS_TYPES[0], *graphs)

    assert "" == difference(expected, read_answer(body, RESULTS_TYPES[0]))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s ?p }",
        "SELECT * { ?s ?p ?o } GROUP BY ?s",
        "SELECT ?o { ?s ?p ?o } GROUP BY ?s",
        "SELECT (1 AS ?s) { ?s ?p ?o }",
        "SELECT ?s { ?s :p 'a }",
        "CONSTRUCT { ?s ?p ?o FILTER(true) } { ?s ?p ?o }",
        "ASK { _:a :p 1 . { _:a :p 2 } }",
        "SELECT ?s { VALUES (?s ?p) { (1) } }",
        "",
    ],
)
def test_what_is_no_query(endpoint: Endpoint, query: str) -> None:
    """What is not SPARQL is a bad request, as a problem that says why."""
    reply = endpoint.ask(PREFIXES + query, "*/*")

    assert (400, "application/problem+json") == (reply.status, reply.media_type)


def test_nothing_of_ours_is_served(endpoint: Endpoint) -> None:
    """A foreign dataset has its own statements and graphs alone."""
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    body = ask(endpoint, query, RESULTS_TYPES[0])

    assert "" == difference(rows("?n", "34"), read_answer(body, RESULTS_TYPES[0]))


@pytest.mark.parametrize(
    ("path", "accept", "status"),
    [
        ("/", "text/html", 200),
        ("/dataset", "text/html", 200),
        ("/dataset", "text/turtle", 200),
        ("/sparql", "text/turtle", 200),
        ("/graph/places", "text/html", 200),
        ("/graph/g1", "text/turtle", 404),
        ("/ontology", "text/turtle", 404),
        ("/ontology", "text/html", 404),
        ("/shapes", "text/html", 404),
    ],
)
def test_pages(endpoint: Endpoint, path: str, accept: str, status: int) -> None:
    """What is not in a foreign dataset is not found, and no page breaks for that."""
    assert status == fetch(endpoint, path, accept).status


def test_files_are_served(endpoint: Endpoint) -> None:
    """A Turtle file is served byte for byte; what TriG says in no graph, as its own graph."""
    expected = read_answer(f"BASE <{EX}>\n<kati> <in> <mali> .".encode(), "text/turtle")
    served = fetch(endpoint, "/graph/places", "text/turtle").body

    assert FILES[TURTLE].encode() == fetch(endpoint, "/graph/people", "text/turtle").body
    assert "" == difference(expected, read_answer(served, "text/turtle"))


def fetch(endpoint: Endpoint, path: str, accept: str) -> Reply:
    """Get a page of the same server."""
    return send(Request(endpoint.address.removesuffix("/sparql") + path, None, {"Accept": accept}))
