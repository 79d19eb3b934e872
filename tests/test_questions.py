"""Researchers' questions: their answers, their headers, and the values people give them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from napgraph.config import shipped
from napgraph.errors import DataError, QueryError
from napgraph.namespaces import PREFIXES, graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.questions import (
    SUBJECTS,
    Parameter,
    all_questions,
    ask,
    bound_text,
    parse_question,
    question,
)
from napgraph.store import GraphFile

FIXTURES = Path(__file__).parent / "questions"
NAMES = [question.name for question in all_questions()]
HOSTILE = (
    'x" } # ',
    "x') } INSERT DATA { <a:b> <a:b> <a:b> } #",
    "MLI> } UNION { ?s ?p ?o } #",
    "https://w3id.org/napgraph/id/country/MLI> ?p",
    "https://example.org/MLI",
    "2024-05-31\n} #",
    "\u0662\u0660\u0662\u0664",
    "\ud800",
    "\0",
    "%s{0}?date",
    "x" * 5_000,
)
QUERY = """\
# title: A question?
# description: What it answers,
#   in two lines.
# subject: plans
# param: country country "MLI" The country.

SELECT (STR(?x) AS ?name) ?country WHERE { ?country ?p ?x }
"""


class Case(NamedTuple):
    """A hand-checked answer.

    Attributes:
        texts: The values of parameters.
    """

    name: str
    texts: dict[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


def load(folders: Iterable[Path]) -> OxigraphStore:
    """Load all Turtle files of some folders, each as a named graph."""
    paths = [path for folder in folders for path in sorted(folder.rglob("*.ttl"))]
    loaded = [GraphFile(graph_iri(path.stem), path) for path in paths]
    return OxigraphStore.in_memory(loaded, with_blank_nodes=())


def read_case(path: Path) -> Case:
    """Read a file `{question}.csv` or `{question}.{case}.csv`; it opens with its parameters."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("# ")]
    texts = dict(line[2:].split(": ", 1) for line in comments)
    columns, *rows = csv.reader(lines[len(comments) :])
    return Case(path.name.split(".")[0], texts, tuple(columns), [tuple(row) for row in rows])


def shortened(term: Node | None) -> str:
    """Write a term as the files of answers do: IRIs with a prefix, literals plain."""
    if isinstance(term, URIRef):
        prefix, start = max(
            ((name, iri) for name, iri in PREFIXES.items() if term.startswith(iri)),
            key=lambda pair: len(pair[1]),
        )
        return f"{prefix}:{term.removeprefix(start)}"
    return "" if term is None else str(term)


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Give a small world of four countries, with the schemes."""
    return load([shipped("ontology") / "schemes", FIXTURES])


@pytest.fixture(scope="module")
def shipped_store() -> OxigraphStore:
    """Give what we ship."""
    return load([shipped("ontology"), shipped("data/ttl")])


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.csv")), ids=lambda path: path.stem)
def test_gives_hand_checked_answer(store: OxigraphStore, path: Path) -> None:
    """A question's answer is the one worked out by hand."""
    case = read_case(path)

    answer = ask(store, question(case.name), **case.texts)

    assert case.columns == answer.columns
    assert case.rows == [tuple(shortened(term) for term in row) for row in answer.rows]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.csv")), ids=lambda path: path.stem)
def test_bound_text_gives_same_answer(store: OxigraphStore, path: Path) -> None:
    """The query with its values written into it has the same answer."""
    case = read_case(path)
    asked = question(case.name)

    rows = store.select(bound_text(asked, **case.texts))

    assert list(ask(store, asked, **case.texts).rows) == [tuple(row) for row in rows]


def test_every_question_has_a_hand_checked_answer() -> None:
    """No question goes without a file of its answer, and no file without its question."""
    assert set(NAMES) == {path.name.split(".")[0] for path in FIXTURES.glob("*.csv")}


@pytest.mark.parametrize("name", NAMES)
def test_shipped_data_answer_question(shipped_store: OxigraphStore, name: str) -> None:
    """Asked of what we ship, with no parameter but a fixed day, there is something to say."""
    asked = question(name)
    day = {one.name: "2026-11-24" for one in asked.parameters if one.type == "date"}

    assert ask(shipped_store, asked, **day).rows


@pytest.mark.parametrize("name", NAMES)
def test_question_introduces_itself(name: str) -> None:
    """A question has a title that asks, a description and one of the subjects."""
    asked = question(name)

    assert asked.title.endswith("?")
    assert asked.description.endswith(".")
    assert asked.subject in SUBJECTS


@pytest.mark.parametrize("name", NAMES)
def test_question_asks_no_parameter_whether_it_is_bound(name: str) -> None:
    """Oxigraph answers BOUND before it binds what it is given, so COALESCE has to ask."""
    asked = question(name)

    assert not [one.name for one in asked.parameters if f"BOUND(?{one.name})" in asked.text]


def test_questions_cover_all_subjects() -> None:
    """There is a question about each subject."""
    assert set(SUBJECTS) == {asked.subject for asked in all_questions()}


def test_unknown_question_is_refused() -> None:
    """A name that no file has is an error that repeats it."""
    with pytest.raises(QueryError, match="no question 'nonsense'"):
        question("nonsense")


def test_header_is_read() -> None:
    """Title, description over two lines, subject, parameter and columns come from the text."""
    asked = parse_question("q", QUERY)

    assert (asked.title, asked.subject) == ("A question?", "plans")
    assert asked.description == "What it answers, in two lines."
    assert asked.parameters == (Parameter("country", "country", "MLI", "The country."),)
    assert asked.columns == ("name", "country")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# title: A question?\n", "", "expected one line “# title: …”, not 0"),
        ("# subject: plans", "# subject: plants", "subject is 'plants', not one of plans"),
        ("# subject", "# topic", "line 4: expected “# title: …”"),
        ('country "MLI"', "country MLI", "expected “# param: name type"),
        ('country country "MLI"', 'country kountry "MLI"', "has the type 'kountry', not one of"),
        ('country country "MLI"', 'country country "Mali"', "the default is wrong: .*'Mali'"),
        ("# param: country", "# param: land", r"SELECT does not name the parameter \?land"),
        ("\n\nSELECT", '\n# param: country text "" Again.\n\nSELECT', "the same name"),
        ("(STR(?x) AS ?name) ?country", "*", "SELECT names no variable"),
        ("WHERE", "", "expected a query “SELECT … WHERE"),
        ("STR(?x)", "STR('x)", "not SPARQL"),
    ],
)
def test_wrong_header_is_refused(old: str, new: str, message: str) -> None:
    """An error of a file names the file, what is wrong and what was expected."""
    with pytest.raises(DataError, match=rf"^q\.rq.*{message}"):
        parse_question("q", QUERY.replace(old, new))


@pytest.mark.parametrize(
    ("kind", "text", "term"),
    [
        ("date", "2024-02-29", Literal("2024-02-29", datatype=XSD.date)),
        ("year", "2024", Literal("2024", datatype=XSD.gYear, normalize=False)),
        ("integer", " 12 ", Literal(12)),
        ("integer", "-3", Literal(-3)),
        ("text", 'd\'action \\ "x"', Literal('d\'action \\ "x"')),
        ("country", "MLI", thing_iri("country", "MLI")),
        ("country", "mli", thing_iri("country", "MLI")),
        ("country", str(thing_iri("country", "MLI")), thing_iri("country", "MLI")),
        ("region", "002", thing_iri("region", "002")),
        ("theme", "gender-based-violence", thing_iri("theme", "gender-based-violence")),
        ("plan", "MLI-3", thing_iri("plan", "MLI-3")),
    ],
)
def test_value_becomes_term(kind: str, text: str, term: Node) -> None:
    """A value is read as its parameter's type."""
    read = Parameter("p", kind, "", "").parse(text)

    assert term == read


@pytest.mark.parametrize("text", ["", "  "])
def test_blank_value_asks_for_default(text: str) -> None:
    """A field left empty takes the default, or nothing where there is none."""
    assert Literal(6) == Parameter("p", "integer", "6", "").parse(text)
    assert Parameter("p", "country", "", "").parse(text) is None


@pytest.mark.parametrize("kind", ["date", "year"])
def test_today_is_a_day_and_a_year(kind: str) -> None:
    """Days and years may be given as today."""
    term = Parameter("p", kind, "today", "").parse("")

    assert isinstance(term, Literal)
    assert term.datatype == {"date": XSD.date, "year": XSD.gYear}[kind]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("date", "2023-02-29", "a date such as 2024-05-31"),
        ("date", "31.5.2024", "a date such as 2024-05-31"),
        ("date", "20240531", "a date such as 2024-05-31"),
        ("year", "24", "a year of four digits"),
        ("year", "0000", "a year of four digits"),
        ("integer", "1e3", "a whole number"),
        ("integer", "9999999999", "a whole number"),
        ("text", "two\nlines", "at most 200 characters on one line"),
        ("country", "Mali", "the key of a country such as MLI"),
        ("region", "Africa", "the key of a region such as 002"),
        ("theme", "http://example.org/climate", "the key of a theme such as climate"),
        ("theme", str(thing_iri("pillar", "protection")), "the key of a theme"),
        ("event-kind", "no such thing", "the key of an event kind"),
    ],
)
def test_wrong_value_is_refused(kind: str, text: str, expected: str) -> None:
    """An error names the parameter, what was given and what it takes."""
    with pytest.raises(QueryError, match=f"^Parameter when is .*; it takes {expected}") as caught:
        Parameter("when", kind, "", "").parse(text)

    assert ascii(text)[1:20] in str(caught.value)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
@pytest.mark.parametrize("kind", ["date", "year", "integer", "country", "theme", "plan"])
def test_hostile_value_is_refused(kind: str, text: str) -> None:
    """Whatever is not a value of the type is refused in a short printable message."""
    with pytest.raises(QueryError, match=r"^Parameter p is ") as caught:
        Parameter("p", kind, "", "").parse(text)

    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


@given(text=st.text(min_size=1, max_size=200))
def test_text_stays_text(text: str) -> None:
    """A text is refused or arrives in the query as it is, whatever characters it has."""
    asked = parse_question(
        "q",
        "# title: T\n# description: D\n# subject: plans\n"
        '# param: word text "" A word.\nSELECT ?word WHERE { }',
    )
    empty = OxigraphStore.in_memory([], with_blank_nodes=())
    try:
        bound = bound_text(asked, word=text)
    except QueryError:
        return
    expected = [text.strip()] if text.strip() else [None]

    assert expected == [row.word and str(row.word) for row in empty.select(bound)]


def test_unknown_parameter_is_refused(store: OxigraphStore) -> None:
    """A parameter the question has not is an error that lists those it has."""
    with pytest.raises(QueryError, match="no parameter 'land'; those it has: country, aspect"):
        ask(store, question("remarks"), land="MLI")


def test_empty_answer_has_columns(store: OxigraphStore) -> None:
    """An answer without rows still says what its columns are."""
    answer = ask(store, question("remarks"), country="FJI")

    assert answer.columns[:2] == ("country", "country_name")
    assert answer.rows == ()
