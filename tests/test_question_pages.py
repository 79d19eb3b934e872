"""Questions that others asked: their pages, and their addresses for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastparquet import ParquetFile
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from napgraph.answer_rows import AnswerRows, read_answer, to_csv, to_json
from napgraph.question_forms import Option, fields_of
from napgraph.questions import all_questions, question
from napgraph.resources import Value
from napgraph.table_files import rows_to_parquet
from napgraph.web.result_pages import heading, make_readable
from napgraph.web.results import Table

NAMES = [one.name for one in all_questions()]
ROWS = AnswerRows(
    ("name", "n", "share", "old", "note"),
    (("Côte d’Ivoire", 1, 2.5, True, None), ('"x",\ny', None, 3.0, False, "2019")),
)


def read_parquet(folder: Path, content: bytes) -> Any:
    """Read Parquet with a library of others."""
    path = folder / "rows.parquet"
    path.write_bytes(content)
    with path.open("rb") as file:
        return ParquetFile(file).to_pandas()


@pytest.mark.parametrize("name", NAMES)
def test_each_question_is_answered(publisher: FlaskClient, name: str) -> None:
    """Each has a page in four languages' worth of words, and rows with the columns it names."""
    page = publisher.get(f"/questions/{name}")
    rows = publisher.get(f"/api/queries/{name}")
    header = publisher.get(f"/api/queries/{name}.csv").text.lstrip("\ufeff").splitlines()[0]

    assert (200, 200) == (page.status_code, rows.status_code)
    assert list(question(name).columns) == header.split(",")
    assert all(list(question(name).columns) == list(row) for row in rows.json)


def test_list_of_questions(client: FlaskClient) -> None:
    """The page leads to each of them."""
    text = client.get("/questions").text

    assert NAMES == sorted(re.findall(r'href="/questions/([a-z_]+)"', text))


@pytest.mark.parametrize("path", ["/fr/questions", "/fr/questions/plans_in_force", "/fr/ask"])
def test_questions_in_other_languages(client: FlaskClient, path: str) -> None:
    """Questions are called as readers say."""
    assert "Quels plans sont en vigueur ?" in client.get(path).text


def test_question_speaks_the_readers_language(publisher: FlaskClient) -> None:
    """What the page says of a question, over its form and over its answer is translated."""
    text = publisher.get("/fr/questions/objectives_mentioning?word=women").text

    assert "Les objectifs dont le texte contient un mot ou une expression" in text
    assert '<label for="word">Le mot ou l&#39;expression</label>' in text
    assert '<th scope="col">Pays</th>' in text
    assert 'lang="en" dir="ltr"' not in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("disarmament_by_generation", "non indiqué"), ("timeline", "Lancement")],
)
def test_words_of_answers_are_translated(publisher: FlaskClient, name: str, said: str) -> None:
    """What queries write themselves, and concepts that stand without their IRI, are translated."""
    assert f"<td><span>{said}</span></td>" in publisher.get(f"/fr/questions/{name}").text


def test_list_for_programs(client: FlaskClient) -> None:
    """The list says what each leaves open, and where it is answered."""
    found = {entry["name"]: entry for entry in client.get("/api/queries").json}

    assert NAMES == sorted(found)
    assert "http://localhost/api/queries/plans_in_force" == found["plans_in_force"]["address"]
    assert {"date", "within"} == {p["name"] for p in found["plans_in_force"]["parameters"]}


def test_parameters_change_the_answer(publisher: FlaskClient) -> None:
    """A value is bound as the term it means."""
    there = publisher.get("/api/queries/objectives_mentioning?word=women").json
    nothing = publisher.get("/api/queries/objectives_mentioning?word=zzz").json

    assert there
    assert [] == nothing


@pytest.mark.parametrize(
    "word", ['"}', "x' }", "\\", "} UNION { ?s ?p ?o", "<script>", "?word", "''' . #"]
)
def test_values_are_never_pasted(publisher: FlaskClient, word: str) -> None:
    """Whatever a value is, it stays a value."""
    answer = publisher.get("/api/queries/objectives_mentioning", query_string={"word": word})
    page = publisher.get("/questions/objectives_mentioning", query_string={"word": word})

    assert (200, []) == (answer.status_code, answer.json)
    assert 200 == page.status_code
    assert "<script>" not in page.text.partition("<main")[2]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("date=yesterday", "Parameter date is 'yesterday'; it takes a date such as 2024-05-31"),
        ("within=Africa%20", "it takes the key of a region such as 002"),
        ("nope=1", "has no parameter 'nope'; those it has: date, within."),
        ("date=today&date=today", "The parameter date is given 2 times; give it once."),
        ("format=pdf", "There is no format 'pdf' for this; ask for json, csv"),
    ],
)
def test_mistakes(client: FlaskClient, query: str, said: str) -> None:
    """What makes no sense is a 400 with one sentence that names the parameter."""
    answer = client.get(f"/api/queries/plans_in_force?{query}")

    assert (400, "application/problem+json") == (answer.status_code, answer.content_type)
    assert said in answer.json["detail"]


def test_mistake_on_a_page(client: FlaskClient) -> None:
    """A page with a wrong value says so above its form, and keeps the value."""
    answer = client.get("/questions/plans_in_force?date=yesterday&within=002")

    assert 400 == answer.status_code
    assert "<title>Error: Which plans are in force?" in answer.text
    assert "it takes a date such as" in answer.text
    assert 'value="yesterday"' in answer.text


@pytest.mark.parametrize("path", ["/questions/none", "/api/queries/none", "/questions/a.csv"])
def test_no_such_question(client: FlaskClient, path: str) -> None:
    """A question that nobody asked is a 404 that says where they are listed."""
    answer = client.get(path)

    assert 404 == answer.status_code
    assert "/api/queries lists them" in answer.json["detail"]


@pytest.mark.parametrize(
    ("suffix", "accept", "media_type"),
    [
        ("", None, "application/json"),
        ("", "*/*", "application/json"),
        ("", "application/json", "application/json"),
        ("", "text/csv", "text/csv; charset=utf-8"),
        ("", "application/sparql-results+json", "application/sparql-results+json"),
        ("", "application/sparql-query", "application/sparql-query"),
        (".csv", "application/json", "text/csv; charset=utf-8"),
        (".parquet", None, "application/vnd.apache.parquet"),
        (".srx", None, "application/sparql-results+xml"),
        (".tsv", None, "text/tab-separated-values; charset=utf-8"),
        ("?format=csv", None, "text/csv; charset=utf-8"),
        ("?format=srj", None, "application/sparql-results+json"),
    ],
)
def test_formats(client: FlaskClient, suffix: str, accept: str | None, media_type: str) -> None:
    """Suffix, parameter and Accept choose the format, in this order."""
    headers = {"Accept": accept} if accept else {}
    answer = client.get(f"/api/queries/resolutions{suffix}", headers=headers)

    assert (200, media_type) == (answer.status_code, answer.headers["Content-Type"])
    assert "public" in answer.headers["Cache-Control"]


def test_not_acceptable(client: FlaskClient) -> None:
    """In a format that there is not nothing is given."""
    answer = client.get("/api/queries/resolutions", headers={"Accept": "image/png"})

    assert 406 == answer.status_code


def test_same_answer_in_each_format(publisher: FlaskClient, tmp_path: Path) -> None:
    """JSON, CSV and Parquet have the same rows."""
    rows = publisher.get("/api/queries/pillars_counted.json").json
    text = publisher.get("/api/queries/pillars_counted.csv").data.decode("utf-8-sig")
    frame = read_parquet(tmp_path, publisher.get("/api/queries/pillars_counted.parquet").data)
    counted = [(row["pillar_name"], row["objectives"]) for row in rows]

    assert [("Participation", 1), ("Protection", 1)] == counted
    assert counted == list(zip(frame["pillar_name"], frame["objectives"], strict=True))
    assert [str(n) for _, n in counted] == [
        row["objectives"] for row in csv.DictReader(io.StringIO(text))
    ]


def test_answer_is_kept(client: FlaskClient) -> None:
    """Who has the answer is not sent it again."""
    tag = client.get("/api/queries/resolutions").headers["ETag"]
    again = client.get("/api/queries/resolutions", headers={"If-None-Match": tag})

    assert 304 == again.status_code


def test_form_offers_labels(client: FlaskClient) -> None:
    """Concepts are chosen by what they are called in the reader's language."""
    text = client.get("/fr/questions/plans_in_force?within=002").text

    assert re.search(r'<option value="002" selected>Afrique</option>', text)
    assert re.search(r'<input id="date" name="date" type="date" value="20\d\d-\d\d-\d\d"', text)


def test_open_in_ask(client: FlaskClient) -> None:
    """The query as it was answered can be changed in Ask."""
    text = client.get("/questions/plans_in_force?within=002").text
    (link,) = re.findall(r'href="(/ask\?query=[^"]+)"', text)
    (query,) = parse_qs(urlsplit(unescape(link)).query)["query"]

    assert "VALUES ?within { <https://w3id.org/napgraph/id/region/002> }" in query
    assert 200 == client.get(unescape(link)).status_code


def test_things_are_links_with_labels(publisher: FlaskClient) -> None:
    """On a page a thing and its name are one link, and what was asked is not repeated."""
    text = publisher.get("/questions/objectives_mentioning?word=women").text

    assert '<a href="/doc/country/KEN">Kenya</a>' in text
    assert '<th scope="col">Country</th>' in text
    assert '<th scope="col">Word</th>' not in text


def test_make_readable() -> None:
    """A thing takes its name, another one its label, and a column that is asked for goes."""
    thing, other = Value("plan:A", "/doc/plan/A"), Value("theme:b", "/doc/theme/b")
    table = Table(
        ("plan", "plan_label", "theme", "day", "n"),
        ((thing, Value("Plan A", language="en"), other, Value("x"), None),) * 3,
        has_more=False,
    )
    made = make_readable(
        table, most=2, hidden=("day",), label=lambda path: Value("B") if "theme" in path else None
    )

    assert ["Plan", "Theme", "N"] == [column.name for column in made.columns]
    assert (3, 2) == (made.total, len(made.rows))
    assert (
        Value("Plan A", "/doc/plan/A", language="en"),
        Value("B", "/doc/theme/b"),
        None,
    ) == made.rows[0]


def test_columns_of_our_words_are_translated() -> None:
    """A column with a text of anyone else's stays as it is, whatever else is in it."""
    words = {"yes": Value("oui", language="fr"), "ended": Value("terminé", language="fr")}
    rows = ((Value("yes"), Value("yes")), (Value(""), Value("Yes, they say")), (None, None))
    made = make_readable(
        Table(("in_force", "text"), rows, has_more=False),
        most=3,
        hidden=(),
        label=lambda _: None,
        translate=words.get,
    )

    assert [words["yes"], None, None] == [row[0] for row in made.rows]
    assert [row[1] for row in rows] == [row[1] for row in made.rows]


def test_heading() -> None:
    """A column is called by its variable, as far as that says it."""
    assert ["Plans so far", "Region", "UN membership"] == [
        heading(name) for name in ("plans_so_far", "region_name", "un_membership")
    ]


def test_read_answer() -> None:
    """Numbers, years and booleans are values, all else is text."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    cells = {
        "integer": ("1", 1), "decimal": ("2.5", 2.5), "double": ("1E3", 1000.0),
        "gYear": ("2019", 2019), "boolean": ("true", True), "date": ("2019-10-31", "2019-10-31"),
    }  # fmt: skip
    row = {
        name: {"type": "literal", "value": text, "datatype": f"{xsd}{name}"}
        for name, (text, _) in cells.items()
    }
    results = {"head": {"vars": [*cells, "none"]}, "results": {"bindings": [row]}}

    read = read_answer(json.dumps(results).encode())

    assert AnswerRows((*cells, "none"), ((*(v for _, v in cells.values()), None),)) == read


def test_write_json_and_csv() -> None:
    """Values keep their types in JSON; CSV quotes what has to be, and leaves unknowns empty."""
    rows = list(csv.reader(io.StringIO(to_csv(ROWS).decode("utf-8-sig"), newline="")))

    assert [dict(zip(ROWS.columns, row, strict=True)) for row in ROWS.rows] == json.loads(
        to_json(ROWS)
    )
    assert [list(ROWS.columns), ["Côte d’Ivoire", "1", "2.5", "true", ""]] == rows[:2]
    assert ['"x",\ny', "", "3", "false", "2019"] == rows[2]


def test_write_parquet(tmp_path: Path) -> None:
    """Columns have the types of their cells, also where there is no row."""
    some = read_parquet(tmp_path, rows_to_parquet(ROWS, {"title": "x"}))
    none = read_parquet(tmp_path, rows_to_parquet(AnswerRows(("a",), ()), {}))

    assert ["Côte d’Ivoire", '"x",\ny'] == list(some["name"])
    assert [2.5, 3.0] == list(some["share"])
    assert (["a"], 0) == (list(none.columns), len(none))


def test_fields() -> None:
    """A field has what was given, else the default, and choices for things and concepts."""
    options = (Option("002", "Africa", "en"),)
    date, within = fields_of(
        question("plans_in_force"), {"within": "002", "date": ""}, lambda _: options
    )

    assert ("date", "choice") == (date.input, within.input)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", date.value)
    assert ("002", options) == (within.value, within.options)


@pytest.mark.parametrize("name", NAMES)
def test_each_question_is_described(client: FlaskClient, name: str) -> None:
    """The description for programs has each question with its parameters."""
    described = client.get("/openapi.json").json["paths"][f"/api/queries/{name}"]["get"]
    names = [parameter["name"] for parameter in described["parameters"]]

    assert [*(parameter.name for parameter in question(name).parameters), "format"] == names


def test_defaults_fit_their_schemas(client: FlaskClient) -> None:
    """The document is valid, its defaults too."""
    document = client.get("/openapi.json").json

    OpenAPIV31SpecValidator(document).validate()


@pytest.mark.parametrize("path", ["/api", "/fr/api"])
def test_page_of_interfaces(client: FlaskClient, path: str) -> None:
    """The page for people has each operation of the description for programs."""
    text = client.get(path).text
    document = client.get("/openapi.json").json
    operations = [op["operationId"] for item in document["paths"].values() for op in item.values()]

    assert operations
    assert [] == [name for name in operations if f'id="{name}"' not in text]
