"""No query passes the gate that would change data, open a connection or crash a parser."""

from __future__ import annotations

import re
import timeit
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from pyparsing import ParseException
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from napgraph import gate
from napgraph.errors import (
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    QueryTooComplex,
    QueryTooLarge,
)
from napgraph.gate import GateLimits, GateReport, check_query
from napgraph.terminals import Token

# No scheme here is one that an engine could open a connection for.
PROLOGUE = (
    "PREFIX ex: <urn:e:> PREFIX : <urn:> PREFIX service: <urn:s:> PREFIX SERVICEex: <urn:q:> "
    "PREFIX bare: <foo://x:> PREFIX hash: <foo://e/#> PREFIX trueSERVICE: <urn:t:> "
)
ENDPOINT = "http://example.org/sparql"
SERVICE = re.compile("service", re.IGNORECASE)


def passes(text: str) -> bool:
    """Whether the gate lets a text pass."""
    try:
        check_query(text)
    except QueryError:
        return False
    return True


def parses(text: str) -> bool:
    """Whether Oxigraph reads a text as a query; nothing is evaluated."""
    try:
        Store().query(text)
    except SyntaxError:
        return False
    return True


def has_service(text: str) -> bool:
    """Whether Oxigraph reads the keyword SERVICE: without it, it reads no query."""
    return parses(text) and not parses(SERVICE.sub("servixe", text))


# Reports


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "select"),
        ("select*{}", "select"),
        ("PREFIX a: <b:c> BASE <x:y> PREFIX : <z:z> CONSTRUCT WHERE {}", "construct"),
        ("#ASK\nDESCRIBE <a:b>", "describe"),
        ('VERSION "1.2" aSk {}', "ask"),
    ],
)
def test_form(text: str, form: str) -> None:
    """The first word after the prologue says what is asked for."""
    assert check_query(text) == GateReport(form=form)


def test_graphs() -> None:
    """FROM and FROM NAMED are reported with their prefixes resolved."""
    text = r"PREFIX a: <b:c/> SELECT * FROM<file:///x>FROM NAMED a:d\-e FROM #\n" + "\n<rel> {}"
    report = check_query(text)

    assert report.default_graphs == ("file:///x", "rel")
    assert report.named_graphs == ("b:c/d-e",)


def test_from_opens_nothing() -> None:
    """Oxigraph takes FROM as the name of a graph that it holds, or not."""
    text = "SELECT * FROM <file:///etc/hostname> FROM NAMED <foo://x> {?s ?p ?o}"

    assert list(Store().query(text)) == []


# SERVICE and what is not SERVICE


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p \'SERVICE\', "SERVICE", \'\'\'SERVICE\n\'\'\', """"SERVICE <a:b> {""" }',
        "SELECT * { #SERVICE <urn:x> {}\n}",
        "SELECT * { ?s ?p ex:a#SERVICE <urn:x> {}\n}",
        "SELECT * { ?s <urn:service> <http://example.org/#SERVICE> }",
        "SELECT * { ?s service:service ex:Service , service:x.service , ex:my-service%20 }",
        "SELECT * { ?service ?p $SERVICE }",
        "SELECT * { ?s ?p 'x'@service , 'x'@en-service , _:service }",
        "SELECT * { GRAPH service:g { ?s ?p ?o } }",
        "SELECT * { ?s ?p service:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o ; a service:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o , service:x { ?s ?p ?o } }",
        "SELECT * { ?s ex:service ?o { ?s ?p ?o } UNION {} }",
        "DESCRIBE service:x { ?s ?p ?o }",
        "SELECT * FROM service:g { ?s ?p ?o }",
        r"SELECT * { ?s ?p 'S\u0045RVICE \u003Cb\u003E C:\\users' , <urn:servic\u0065> }",
        "SELECT * { VALUES (?a ?b) { (<urn:a> <urn:b#service>) } }",
        "SELECT * { ?s ?p (<http://example.org/a> <http://example.org/service#>) }",
        "SELECT * { FILTER(?a<?b&&?c>?d) FILTER(?a<?b&&(?c>?d)) ?s ?p 'service' }",
        "SELECT * { FILTER(?a < ?b) # service >\n }",
    ],
)
def test_the_word_service_passes(text: str) -> None:
    """The word is no clause in a string, comment, IRI, name, variable or language tag."""
    assert passes(PROLOGUE + text)
    assert parses(PROLOGUE + text)


CLAUSES = [
    "{ SERVICE <urn:x> {?s ?p ?o} }",
    "{ SERVICE ?x {} }",
    "{ SERVICE ex:x {} }",
    "{ service silent <urn:x> {} }",
    "{SeRvIcE#comment\n<urn:x>#comment\r{}}",
    "{ ?s ?p ?o SERVICE<urn:x>{} }",
    "{ ?s ?p 'a'SERVICE<urn:x>{} }",
    "{ ?s ?p 1SERVICE<urn:x>{} }",
    "{ {}SERVICE<urn:x>{} }",
    "{ #\rSERVICE<urn:x>{}\n}",
    "{ {SELECT * {SERVICE<urn:x>{}}} }",
    "{ FILTER NOT EXISTS {SERVICE<urn:x>{}} }",
    "{ OPTIONAL {GRAPH ?g {SERVICE<urn:x>{}}} }",
    "{ LATERAL {SERVICE<urn:x>{}} }",
    # A word ends where the grammar likes.
    "{ SERVICESILENT<urn:x>{} }",
    "{ ?s ?p trueSERVICE<urn:x>{} }",
    "{ SERVICE:x{} }",
    "{ SERVICEex:x{} }",
    "{ SERVICESILENT:x{} }",
    "{ ?s ?p ?o SERVICE:x{} }",
    "{ FILTER(1=1)SERVICE:x{} }",
    "{ ?s ?p true.SERVICE:x{} }",
    # So does a prefixed name: at its second full stop, or after its prefix.
    "{ ?s ?p ex:a.b.SERVICE<urn:x>{} }",
    "{ ?s ?p bare:SERVICE<urn:x>{} }",
    "{ ?s bare:trueSERVICE<urn:x>{} }",
    r"{ ?s ?p hash:SERVICE:x\#{} }",
    "{ ?s bare:true SERVICE:x{} }",
    "{ bare:ex:p ?o SERVICE:x{} }",
    # Less-than, where longest match would read an IRI.
    "{ FILTER(1<2)SERVICE#>)\n<urn:x>{} }",
    "{ FILTER(1<'>'||1='')SERVICE<urn:x>{?s ?p 'x'}#')\n}",
    "{ FILTER(1<2#>'''\n)SERVICE<urn:x>{}#''')\n}",
    "{ FILTER(<<(<a:a> <a:b> 1)>><1)SERVICE#>)\n<urn:x>{} }",
    "{ FILTER(?a<<a:b#>)SERVICE<urn:x>{}#>\n}",
    "{ FILTER(EXISTS{}<1)SERVICE#>)\n<urn:x>{} }",
    # A long string that is none after all.
    '{ VALUES ?x {"""abc"} SERVICE<urn:x>{} #\\uD800"""\n}',
]


@pytest.mark.parametrize("clause", CLAUSES)
def test_no_service_passes(clause: str) -> None:
    """What Oxigraph reads as SERVICE is refused, however it is written."""
    text = f"{PROLOGUE} SELECT * {clause}"

    assert has_service(text)
    assert not passes(text)


@pytest.mark.parametrize(
    "group",
    [
        r"{ \u0053ERVICE <urn:x> {} }",
        r"{ \U00000053ervice <urn:x> {} }",
        r"{ \u+053ERVICE <urn:x> {} }",
        "{ #\\u000A SERVICE <urn:x> {}\n}",
        "{ #\\U0000000d SERVICE <urn:x> {}\n}",
        r"{ ?s ?p '\u0027 SERVICE <urn:x> {} #' }",
        r"{ ?s ?p '\u005C' SERVICE <urn:x> {} #' }",
        r"{ ?s ?p '\\u0027 SERVICE <urn:x> {} #' }",
        r"{ ?s ?p <urn:a\u003ESERVICE\u003Curn:x>{} }",
        "{ #\\u\n\\\\\nSERVICE <urn:x> {}\n}",
    ],
)
def test_no_escaped_service_passes(group: str) -> None:
    r"""Nothing hides behind \u, for engines that resolve it before they read."""
    assert not passes(f"SELECT * {group}")


def test_no_service_after_a_carriage_return_passes() -> None:
    """A comment may not end in a way that only some engines take for its end."""
    with pytest.raises(QuerySyntaxError, match="with a line feed"):
        check_query("SELECT * { # \r ''' \n SERVICE <urn:x> {} # '''\n }")


@pytest.mark.parametrize("word", ["ſERVICE", "SERVİCE", "ＳERVICE", "SERVICE\u200d", "ſERVICE:x"])
def test_no_lookalike_passes(word: str) -> None:
    """Letters that fold to those of SERVICE begin no keyword here."""
    assert not passes(f"SELECT * {{ {word} <urn:x> {{}} }}")


def test_refusal_is_clear() -> None:
    """A refused SERVICE is told as what it is, with its line."""
    with pytest.raises(QueryRefused, match=r"does not ask other endpoints \(SERVICE, line 2\)"):
        check_query("SELECT * {\n SERVICE <urn:x> {} }")


# Federation


@pytest.mark.parametrize(
    "clause",
    [
        f"SERVICE <{ENDPOINT}> {{ ?s ?p ?o }}",
        f"service silent\n#comment\n<{ENDPOINT}>{{}}",
        f"SERVICE <{ENDPOINT[:-1]}\\u006c> {{ SERVICE <{ENDPOINT}> {{}} }}",
    ],
)
def test_allowed_service(clause: str) -> None:
    """An endpoint on the list may be asked, and is reported once."""
    report = check_query(f"SELECT * {{ {clause} }}", federation=frozenset({ENDPOINT}))

    assert report.services == (ENDPOINT,)


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE ?x {}",
        "SERVICE <urn:x> {}",
        f"SERVICE <{ENDPOINT}/> {{}}",
        f"SERVICE <{ENDPOINT}?> {{}}",
        f"SERVICE <{ENDPOINT.upper()}> {{}}",
        "SERVICE <http://example.org/%73parql> {}",
        "SERVICE <http://example.org/x/../sparql> {}",
        "SERVICE <sparql> {}",
        "SERVICE a:sparql {}",
        "SERVICE SILENTa:sparql {}",
        f"SERVICESILENT <{ENDPOINT}> {{}}",
        f"SERVICE <{ENDPOINT}> {{ SERVICE ?x {{}} }}",
        "SERVICE",
    ],
)
def test_service_not_allowed(clause: str) -> None:
    """Only the very IRI, in full, is the endpoint on the list."""
    prologue = "PREFIX a: <http://example.org/> BASE <http://example.org/>"
    with pytest.raises(QueryRefused):
        check_query(
            f"{prologue} SELECT * {{ {clause} }}", federation=frozenset({ENDPOINT, "sparql"})
        )


# Updates


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        "PREFIX a: <b:c> DELETE WHERE { ?s ?p ?o }",
        "WITH <a:b> DELETE {} WHERE {}",
        "load <http://example.org/>",
        "CLEAR ALL",
        "DROP ALL",
        "CREATE GRAPH <a:b>",
        "ADD <a:b> TO <a:c>",
        "MOVE <a:b> TO <a:c>",
        "COPY <a:b> TO <a:c>",
        "SELECT * {} ; DROP ALL",
        "SELECT * {} DROP ALL",
    ],
)
def test_no_update_passes(text: str) -> None:
    """An update is refused as such."""
    with pytest.raises(QueryRefused, match="only answers queries"):
        check_query(text)


# Errors and limits


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "begins with SELECT"),
        ("SELECTX", 1, 1, "begins with SELECT"),
        ("PREFIX a:b <c:d> ASK {}", 1, 8, "ends in a colon"),
        ("PREFIX a: b", 1, 11, "needs an IRI"),
        ("BASE a: ASK {}", 1, 6, "BASE needs"),
        ("ASK {\n 'a }", 2, 2, "never closed"),
        ("ASK {\n ( }", 2, 4, "closes nothing"),
        ("ASK {\n [", 2, 2, "“[” is never closed"),
        ("ASK {}}", 1, 7, "closes nothing"),
        ("ASK {} ; ASK {}", 1, 8, "“;” has no place"),
        ("ASK {\r\n\x00}", 2, 1, "U+0000"),
        (r"ASK { # C:\users" + "\n}", 1, 11, r"\u takes"),
        ("ASK { FILTER(?a<'b'&&?c>1) }", 1, 16, "put a space after it"),
        ("ASK { ?s ?p a:service }", 1, 13, "not declared"),
    ],
)
def test_syntax_errors(text: str, line: int, column: int, message: str) -> None:
    """A text that is no query is refused with its place and the reason."""
    with pytest.raises(QuerySyntaxError) as caught:
        check_query(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert message in str(caught.value)


def test_size() -> None:
    """The limit is one of bytes, not of characters."""
    limits = GateLimits(max_bytes=12)
    assert check_query("ASK{}#éééé"[:9], limits=limits).form == "ask"

    with pytest.raises(QueryTooLarge, match="12 bytes") as caught:
        check_query("ASK{}#éééé", limits=limits)

    assert (caught.value.limit, caught.value.unit) == (12, "bytes")


def test_half_a_character() -> None:
    """Half of a surrogate pair is a syntax error, not one of ours."""
    with pytest.raises(QuerySyntaxError):
        check_query("ASK{}#\ud800")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("{", "}"),
        ("{(", ")}"),
        ("[", "]"),
        ("{|", "|}"),
        ("EXISTS{", "}"),
        ("<<", ">>"),
        ("STR(", ")"),
    ],
)
def test_nesting(opening: str, closing: str) -> None:
    """Brackets of all kinds count together, `<<` by itself."""
    levels = 4 // (2 if opening == "{(" else 1)
    limits = GateLimits(max_nesting=4 if opening == "<<" else 5)
    assert check_query(f"ASK {{{opening * levels}{closing * levels}}}", limits=limits).form == "ask"

    with pytest.raises(QueryTooComplex, match="nested more than") as caught:
        check_query(f"ASK {{{opening * (levels + 1)}{closing * (levels + 1)}}}", limits=limits)

    assert (caught.value.limit, caught.value.unit) == (limits.max_nesting, "levels")


@pytest.mark.parametrize(
    "text",
    [
        "ASK {FILTER(%s 1)}" % ("!" * 50),
        "ASK {FILTER(1%s)}" % ("+1" * 50),
        "ASK {FILTER(1%s)}" % ("*1" * 50),
        "ASK {FILTER(1%s)}" % ("||1" * 50),
        "ASK {FILTER(1%s)}" % ("&&1" * 50),
        "ASK {FILTER(1%s>1)}" % ("<?a-?a" * 50),
        "ASK {{} %s}" % ("UNION {}" * 50),
        "ASK {%s}" % ("MINUS {}" * 50),
        "ASK {%s}" % ("BIND(1 AS ?x)" * 50),
        "ASK {?s a:b%s ?o}" % ("|a:b" * 50),
        "ASK {?s a:b%s ?o}" % ("/^a:b" * 50),
        "SELECT %s {}" % ("(1 AS ?x)" * 50),
        "DESCRIBE %s" % ("<a:b>" * 50),
        "DESCRIBE %s" % ("?x" * 50),
    ],
)
def test_operators(text: str) -> None:
    """Chains that an engine reads or evaluates by recursion are bounded."""
    with pytest.raises(QueryTooComplex, match="more than 40 brackets and operators") as caught:
        check_query(text, limits=GateLimits(max_operators=40))

    assert (caught.value.limit, caught.value.unit) == (40, "operators")


@pytest.mark.parametrize(
    "text",
    [
        "ASK {VALUES ?x {%s}}" % ("-1 " * 50),
        "ASK {VALUES (?x ?y) {%s}}" % ("(-1 +1)" * 50),
        "ASK {FILTER(?x IN (1%s))}" % (",1" * 50),
        "ASK {?s ?p ?o%s}" % (" . ?s ?p ?o ; ?p 'a'" * 50),
        "ASK FROM <a:b> %s {}" % ("FROM <a:b>" * 50),
    ],
)
def test_long_lists(text: str) -> None:
    """Lists of data may be as long as the query."""
    assert check_query(text, limits=GateLimits(max_operators=40)).form == "ask"


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{FILTER({'STR(' * 62}1{')' * 62})}}",
        f"ASK {{{'FILTER NOT EXISTS {' * 63}{'}' * 63}}}",
        f"ASK {{FILTER({'!' * 990}1)}}",
        f"ASK {{{'MINUS {?a ?b ?c}' * 990}}}",
    ],
)
def test_default_limits_are_safe(text: str) -> None:
    """Oxigraph survives the deepest nesting and the longest chains that pass."""
    assert check_query(text).form == "ask"
    assert parses(text)


# Work


QUERY = """PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
# Which plans
SELECT ?country ?name (COUNT(?plan) AS ?plans) WHERE {
  ?plan a nap:NationalActionPlan ; nap:country ?country ; nap:periodStart ?start .
  ?country skos:prefLabel ?name FILTER(LANG(?name) = "en")
  OPTIONAL { ?plan nap:budget ?budget . ?budget nap:budgetStatus ?status }
  FILTER(?start >= "2010"^^<http://www.w3.org/2001/XMLSchema#gYear> && ?g > 1)
  { ?plan nap:theme ?theme } UNION { ?plan nap:feature ?theme }
  VALUES ?theme { <https://w3id.org/napgraph/id/theme/climate> }
}
GROUP BY ?country ?name HAVING (COUNT(?plan) > 1) ORDER BY DESC(?plans) ?name LIMIT 100
"""


def test_is_fast() -> None:
    """A usual query takes a small part of a millisecond; the bound here is generous."""
    assert min(timeit.repeat(lambda: check_query(QUERY), number=20, repeat=5)) / 20 < 0.002


@pytest.mark.parametrize(
    "piece",
    [
        "?s ex:service ex:a . ",
        "<a()>",
        "(1 <b>)",
        "FROM <a:b>",
        "'\\u0041' ",
        "#\n",
        "ex:service.b ",
    ],
)
def test_work_is_linear(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the text makes the gate read at most twice the tokens."""
    read = gate.terminals.tokens
    count = 0

    def counted(text: str, start: int = 0) -> Iterator[Token]:
        nonlocal count
        for token in read(text, start):
            count += 1
            yield token

    def work(times: int) -> int:
        nonlocal count
        count = 0
        text = f"PREFIX ex: <urn:e> ASK {{ (1 {piece * times}) }}"
        check_query(text, limits=GateLimits(max_operators=10**6))
        return count

    monkeypatch.setattr(gate.terminals, "tokens", counted)

    assert work(2_000) <= 2 * work(1_000)


# Independent readings

SPACES = st.sampled_from(["", " ", "\n", "\t#c\n", "# 'SERVICE <urn:x> {\r\n", " #>\n"])
# Pieces apart by white space; ␠ ⏎ ␍ stand for a blank, a line feed and a carriage return.
PIECES = r"""
SERVICE service SERVICE<urn:x>{} SERVICE#>⏎<urn:x>{} SILENT <urn:x> ?x ex:a SERVICE:a
SERVICEex:b ex:SERVICE bare:SERVICE bare:true bare::SERVICE hash:x\# hash:SERVICE:x\#
.b .SERVICE ex:a.b. true 1 'a' '>' ' " ''' # #> ⏎ ␍ ␠ < > << >> <<( )>> ( ) { } [ ]
{?s␠?p␠?o} ?s␠?p␠ . ; , @en ^^ || = - * / ^ ~ {| |} FILTER( FILTER(?a< FILTER(1=1)
BIND(1␠AS␠?z) OPTIONAL UNION GRAPH␠ VALUES␠?v EXISTS EXISTS{ _:b _:service ?service a
%41 ſ \u0041 \uD800 \u0022 \u000A \u0053ERVICE \# \' \\
"""
BLANKS = str.maketrans("␠⏎␍", " \n\r")
ATOMS = st.sampled_from([piece.translate(BLANKS) for piece in PIECES.split()] + ['"""'])
FILL = st.lists(ATOMS, max_size=4).map("".join)
TEMPLATES = st.sampled_from(
    [
        "{@}",
        "{?s ?p @}",
        "{?s @ ?o}",
        "{?s ?p @{?s ?p ?o}}",
        "{?s ?p ?o@{?s ?p ?o}}",
        "{?s @SERVICE@{?a ?b ?c}}",
        "{?s ?p @SERVICE<urn:x>{@}@}",
        "{FILTER(?a<@>)@\n@<urn:x>{}}",
        "{FILTER(?a@<@)@SERVICE#>)\n<urn:x>{}}",
        "{FILTER(?a<'@>'@)SERVICE<urn:x>{}#')\n}",
        "{VALUES ?x{@}@}",
        '{?s ?p """@"""@}',
        "{?s ?p '@'@}",
        "{#@\n@SERVICE<urn:x>{}\n}",
        "{GRAPH@SERVICE:a{?a ?b ?c}}",
    ]
)


@st.composite
def nasty_queries(draw: st.DrawFn) -> str:
    """Make texts near the edge of the grammar, where readings differ."""
    first, *rest = draw(TEMPLATES).split("@")
    return PROLOGUE + "SELECT*" + first + "".join(draw(FILL) + part for part in rest)


def resolved(text: str) -> str:
    r"""Resolve all \u escapes at once, as some engines do before they read."""
    escape = re.compile(r"\\u((?![dD][89a-fA-F])[0-9A-Fa-f]{4})")
    return escape.sub(lambda match: chr(int(match[1], 16)), text)


@given(nasty_queries())
@settings(max_examples=2_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_engine_never_reads_service(text: str) -> None:
    """Where Oxigraph reads SERVICE, before or after escapes are resolved, the gate refuses."""
    if has_service(text) or has_service(resolved(text)):
        assert not passes(text)


HARMLESS = st.sampled_from(
    [
        "?s ?p 'SERVICE'",
        '?s ?p "SERVICE <urn:x> {"',
        "?s ?p '''\n'SERVICE''' ",
        '?s ?p """SERVICE\n{"""',
        "?s ?p ?service",
        "?s service:p ex:service",
        "?s <urn:SERVICE> <http://example.org/service#SERVICE>",
        "?s ?p [service:p (1 <urn:service>)]",
        "{?s ?p ?o}",
        "FILTER(?a < 3)",
        "OPTIONAL{?s ?p 1}",
        "BIND('\\u0053ERVICE' AS ?y)",
        "{SELECT * {?s ?p 'x'@service}}",
        "GRAPH service:g {?s ?p ?o}",
        "VALUES ?v {<urn:service> 'SERVICE'}",
    ]
)
HARMFUL = st.sampled_from(
    [
        "SERVICE <urn:x> {?s ?p ?o}",
        "sErViCe SILENT ?x {}",
        "SERVICE#c\n<urn:x>{}",
        "SERVICE ex:e {}",
        "OPTIONAL{SERVICE <urn:x> {}}",
        "FILTER EXISTS {SERVICE ?x {}}",
        "{SELECT*{SERVICE<urn:x>{}}}",
    ]
)


def queries(parts: st.SearchStrategy[str], *, max_size: int) -> st.SearchStrategy[str]:
    """Make valid queries from parts, with comments wherever there may be some."""
    groups = st.lists(st.tuples(SPACES, parts, SPACES).map("".join), min_size=1, max_size=max_size)
    prefixes = "PREFIX service: <urn:s:> PREFIX ex: <urn:e:> "
    return groups.map(lambda group: f"{prefixes}SELECT * {{ {' . '.join(group)} }}")


@given(queries(HARMLESS, max_size=5))
@settings(max_examples=300, deadline=None)
def test_harmless_queries_pass(text: str) -> None:
    """Valid queries full of the word pass all the same."""
    if parses(text):
        assert check_query(text).services == ()


@given(queries(st.one_of(HARMLESS, HARMFUL), max_size=2))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rdflib_agrees(text: str) -> None:
    """The gate refuses exactly the queries in which rdflib finds a SERVICE clause."""
    assume(parses(text))
    try:
        query = parseQuery(text)
    except ParseException:  # it takes the `#` of some IRIs for the beginning of a comment
        reject()

    assert passes(text) != any(_service_clauses(query))


def _service_clauses(node: object) -> Iterator[CompValue]:
    if isinstance(node, CompValue):
        if node.name == "ServiceGraphPattern":
            yield node
        node = list(node.values())
    if isinstance(node, Iterable) and not isinstance(node, str):
        for item in node:
            yield from _service_clauses(item)
