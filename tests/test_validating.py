"""Checking data over HTTP: for programs, and on a page."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as SarifLog
from rdflib import RDF, SH, Graph, Literal

from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.namespaces import NAPS
from napgraph.turtle import read_quads
from napgraph.web import create_app
from napgraph.web.curation import validate
from tests.curating import CONFORMING, MALI, PREFIXES

BROKEN = MALI.replace('nap:periodEnd "2023"', 'nap:periodEnd "2018"')
LINE = BROKEN.split("\n").index("plan:MLI-3") + 1
ORDER = str(NAPS["ActionPlan-periodOrdered"])
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ask an application that serves a small world and has no workspace."""
    folder = tmp_path_factory.mktemp("validating")
    (folder / "data").mkdir()
    for name, text in CONFORMING.items():
        (folder / "data" / f"{name}.ttl").write_text(text, encoding="utf-8")
    config = Config(data_dir=folder / "data", store_dir=folder / "store", judge_mb=1)
    build(graph_files(config), config.store_dir)
    app = create_app(config)
    app.extensions["napgraph"].judges.start()
    yield app.test_client()
    app.extensions["napgraph"].close()


def send(client: FlaskClient, text: str | bytes, query: str = "", **headers: str) -> Any:
    """Send data by POST, in Turtle unless a header says otherwise."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        f"/validate{query}", data=text, headers={"Content-Type": "text/turtle", **named}
    )


# -- for programs ------------------------------------------------------------------------------


def test_report_in_turtle(client: FlaskClient) -> None:
    """Who says nothing else gets SHACL's report in Turtle, as any report with status 200."""
    answer = send(client, BROKEN)
    report = Graph().parse(data=answer.text)
    node = report.value(None, RDF.type, SH.ValidationReport)

    assert (200, "text/turtle; charset=utf-8") == (answer.status_code, answer.content_type)
    assert Literal(False) == report.value(node, SH.conforms)
    assert NAPS["ActionPlan-periodOrdered"] in set(report.objects(None, SH.sourceShape))


def test_rows(client: FlaskClient) -> None:
    """Rows name line, thing, property, value and what to do."""
    said = send(client, BROKEN, Accept="application/json").json
    first = said["results"][0]

    assert (False, ["MLI"], 0) == (said["conforms"], said["graphs"], said["leftOff"])
    assert ("Violation", LINE, ORDER) == (first["severity"], first["line"], first["shape"])
    assert "https://w3id.org/napgraph/id/plan/MLI-3" == first["focusNode"]


@pytest.mark.parametrize("query", ["?format=jsonld", "?format=application/ld%2Bjson"])
def test_report_in_json_ld(client: FlaskClient, query: str) -> None:
    """The address may name the format, whatever Accept likes."""
    answer = send(client, BROKEN, query, Accept="text/turtle")
    said = {s[1:] for s, _ in read_quads(answer.data, answer.content_type, name="the report")}

    assert "application/ld+json" == answer.content_type
    assert (SH.resultSeverity, SH.Violation) in said


def test_sarif_follows_its_schema(client: FlaskClient) -> None:
    """The log fits the model that was made from SARIF's schema, and names rule and line."""
    answer = send(client, BROKEN, Accept="application/sarif+json")
    log = SarifLog.model_validate_json(answer.text, strict=False)
    result = answer.json["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]

    assert log.runs
    assert ("ActionPlan-periodOrdered", "error") == (result["ruleId"], result["level"])
    assert ("data.ttl", LINE) == (place["artifactLocation"]["uri"], place["region"]["startLine"])


def test_graph_by_name(client: FlaskClient) -> None:
    """The parameter names the graph whose next state it is, where the data do not."""
    text = PREFIXES + "plan:MLI-3 a nap:NationalActionPlan ."
    said = send(client, text, "?graph=MLI&format=json").json

    assert ["MLI"] == said["graphs"]
    assert not said["conforms"]


def test_mistake_has_a_place(client: FlaskClient) -> None:
    """What cannot be parsed is a problem with line and column."""
    answer = send(client, "<urn:a> <urn:b>\n <urn:c> <urn:d> .")

    assert (400, "application/problem+json") == (answer.status_code, answer.content_type)
    assert answer.json["type"].endswith("problems#data-syntax")
    assert 2 == answer.json["line"]
    assert answer.json["column"] > 1


WRONG: dict[str, tuple[str, str, dict[str, str], int, str]] = {
    "too long": ("#" * 1_000_001, "", {}, 413, "data-too-large"),
    "longer than a body": ("#" * 1_100_000, "", {}, 413, "query-too-large"),
    "nested": ("[" * 100, "", {}, 413, "data-too-large"),
    "no format": ("", "", {"Content-Type": ""}, 415, "unsupported-media-type"),
    "other format": ("", "", {"Content-Type": "text/html"}, 415, "unsupported-media-type"),
    "compressed": ("", "", {"Content-Encoding": "gzip"}, 415, "unsupported-media-type"),
    "nothing": ("", "", {}, 422, "data-refused"),
    "fetching": ('{"@context": "http://127.0.0.1:9/"}', "",
                 {"Content-Type": "application/ld+json"}, 422, "data-refused"),
    "no sheet": ("{}", "", {"Content-Type": "application/json"}, 422, "data-refused"),
    "graph's name": (MALI, "?graph=../MLI", {}, 400, "bad-request"),
    "format's name": (MALI, "?format=pdf", {}, 400, "bad-request"),
    "not acceptable": (MALI, "", {"Accept": "image/png"}, 406, "not-acceptable"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "query", "headers", "status", "problem"), WRONG.values(), ids=WRONG
)
def test_what_is_wrong_with_a_request(
    client: FlaskClient, text: str, query: str, headers: dict[str, str], status: int, problem: str
) -> None:
    """Each mistake has its status and its problem."""
    answer = send(client, text, query, **headers)

    assert status == answer.status_code
    assert answer.json["type"].endswith(f"#{problem}")


def test_busy(config: Config) -> None:
    """Where as many wait as may, one is told when to come again."""
    app = create_app(replace(config, judge_workers=1, judge_queue=0))
    app.extensions["napgraph"].judges.lane.enter("somebody", timeout_s=1)
    answer = send(app.test_client(), MALI)
    app.extensions["napgraph"].close()

    assert (503, "2") == (answer.status_code, answer.headers["Retry-After"])
    assert answer.json["type"].endswith("#endpoint-busy")


def test_pages_elsewhere_may_ask(client: FlaskClient) -> None:
    """A page of another site may send data, as nothing is changed and nobody known."""
    answer = client.options("/validate", headers={"Origin": "https://example.org"})

    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "*" == answer.headers["Access-Control-Allow-Origin"]


def test_answers_are_not_kept(client: FlaskClient) -> None:
    """What somebody sent stays in no cache."""
    assert "no-store" == send(client, MALI).headers["Cache-Control"]


def test_ready_with_each_generation(config: Config) -> None:
    """Judges start by themselves where data are changed, or where somebody has asked before."""
    app = create_app(config)
    site = app.extensions["napgraph"]
    with app.test_request_context("/"):
        validate.read_ahead()
        before = site.judges.is_started
        site.judges.start()
        validate.read_ahead()
    after = site.judges.is_started
    site.close()

    assert (False, True) == (before, after)


# -- on a page ---------------------------------------------------------------------------------


def test_form(client: FlaskClient) -> None:
    """The page has a form that works without a script, in each language."""
    page, arabic = client.get("/validate", headers=PAGE).text, client.get("/ar/validate").text

    assert 'action="/validate" method="post" enctype="multipart/form-data"' in page
    assert '<textarea id="data" name="data"' in page
    assert 'action="/ar/validate"' in arabic
    assert 'dir="rtl"' in arabic


def test_results_on_the_page(client: FlaskClient) -> None:
    """Results come by line, each with a link to the explanation of its rule."""
    answer = client.post("/validate", data={"data": BROKEN.replace("\n", "\r\n")}, headers=PAGE)

    assert 200 == answer.status_code
    assert f'Line {LINE}: <a href="/doc/plan/MLI-3">' in answer.text
    assert '<a href="/shapes#ActionPlan-periodOrdered">order of the period</a>' in answer.text
    assert "This cannot be published as it is" in answer.text


def test_rules_speak_the_readers_language(client: FlaskClient) -> None:
    """What a rule is called and says is in the language of the page."""
    text = client.post("/fr/validate", data={"data": BROKEN}, headers=PAGE).text

    assert '<a href="/fr/shapes#ActionPlan-periodOrdered">ordre de la période</a>' in text
    assert "<p>Corrigez la première ou la dernière année\u00a0: le plan finirait en 2018," in text


def test_links_lead_to_explanations(client: FlaskClient) -> None:
    """The anchor that a result leads to is on the page of rules."""
    assert 'id="ActionPlan-periodOrdered"' in client.get("/shapes", headers=PAGE).text


def test_file(client: FlaskClient) -> None:
    """A file is judged in the format that its name says, and can be corrected in the field."""
    sent = {"file": (io.BytesIO(BROKEN.encode()), "dir/MLI.ttl"), "data": "not this"}
    answer = client.post("/validate", data=sent, headers=PAGE)

    assert "order of the period" in answer.text
    assert "plan:MLI-3" in answer.text.partition("<textarea")[2]


def test_what_conforms_on_the_page(client: FlaskClient) -> None:
    """Good data are said to be good, in the language of the page."""
    answer = client.post("/fr/validate", data={"data": MALI}, headers=PAGE)

    assert "Cela peut être publié" in answer.text
    assert "fr" == answer.headers["Content-Language"]


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({"data": "<urn:a> <urn:b>\n oops"}, 400, "<mark>"),
        ({"data": ""}, 400, "There are no data"),
        ({"data": "<script>alert(1)</script>"}, 400, "&lt;script&gt;"),
        ({"data": MALI, "type": "pdf"}, 400, "no format"),
        ({"data": MALI, "graph": "../x"}, 400, "cannot be the name"),
        ({"data": MALI, "graph": "pillars"}, 422, "no graph of data"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_problem_on_the_page(
    client: FlaskClient, sent: dict[str, str], status: int, said: str
) -> None:
    """A mistake is shown above the form, with what was sent and the place."""
    answer = client.post("/validate", data=sent, headers=PAGE)

    assert status == answer.status_code
    assert said in answer.text
    assert "<title>Error:" in answer.text
    assert "<textarea" in answer.text


def test_scripts_among_data_do_not_run(client: FlaskClient) -> None:
    """Whatever is in values and names is text on the page."""
    text = PREFIXES + 'plan:MLI-3 nap:periodEnd "<script>alert(1)</script>"^^xsd:gYear .'
    answer = client.post("/validate", data={"data": text}, headers=PAGE)

    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert" not in answer.text


def test_on_a_copy_in_files(twin: Path) -> None:
    """A copy made of files, which can judge nothing, says so and has no form."""
    page = (twin / "site" / "validate.html").read_text(encoding="utf-8")

    assert "made of files" in page
    assert "multipart/form-data" not in page


def test_json_is_described(client: FlaskClient) -> None:
    """The rows have the members that the description for programs says, and no others."""
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    said = send(client, BROKEN, "?format=json").json

    assert schemas["ValidationReport"]["required"] == list(said)
    assert set(schemas["ValidationResult"]["required"]) == set(said["results"][0])
    assert json.dumps(said)
