"""Submitting over HTTP: all forms that a submission may have, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph

from napgraph.errors import EndpointBusy
from napgraph.namespaces import BASE
from napgraph.web.curation.guarding import Limit
from tests.curating import AWA, MALI
from tests.desk_site import BROKEN, BROWSER, LATER, DeskSite, form_token, make_desk_site

PLAN = "<https://w3id.org/napgraph/id/plan/MLI-3>"
END = "<https://w3id.org/napgraph/ontology#periodEnd>"
YEAR = "<http://www.w3.org/2001/XMLSchema#gYear>"
GRAPH = "<https://w3id.org/napgraph/graph/MLI>"
PATCH = f'D {PLAN} {END} "2023"^^{YEAR} {GRAPH} .\nA {PLAN} {END} "2024"^^{YEAR} {GRAPH} .\n'
SAID = {"message": "Extended.", "source": "https://example.org/d"}
TURTLE = "text/turtle"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """Serve a workspace to which all tests submit; nothing of it is published."""
    folder: Path = tmp_path_factory.mktemp("desk")
    site = make_desk_site(folder)
    yield site
    site.close()


def period_end(site: DeskSite, answer: Any) -> str:
    """Read from what an answer's submission proposes when the third plan ends."""
    submission = site.publisher.journal.get(answer.get_json(force=True)["id"])
    proposed = Graph().parse(data=submission.files["MLI"], format="turtle")
    rows = proposed.query(f"SELECT ?end {{ {PLAN} {END} ?end }}")
    return " ".join(str(row[0]) for row in rows)  # type: ignore[index]


def n_triples(text: str) -> str:
    """Write Turtle in N-Triples."""
    return Graph().parse(data=text, format="turtle").serialize(format="nt")


def as_raw(site: DeskSite, content: str, media_type: str, **more: str) -> Any:
    """Send a graph as the body of a request."""
    query = {**SAID, "graph": "MLI", **more}
    return site.send(
        site.awa, "/submissions", query_string=query, data=content, content_type=media_type
    )


def as_file(site: DeskSite, name: str, content: str) -> Any:
    """Send a file as a form does."""
    data = {**SAID, "file": (BytesIO(content.encode()), name)}
    return site.send(site.awa, "/submissions", data=data, content_type="multipart/form-data")


def test_json(site: DeskSite) -> None:
    """What was submitted has an address, and its report is in the answer."""
    answer = site.propose()
    said = answer.get_json(force=True)

    assert 201 == answer.status_code
    assert answer.headers["Location"].endswith(f"/submissions/{said['id']}")
    assert ("submitted", True) == (said["status"], said["report"]["conforms"])
    assert ("Awa Traoré", ["MLI"]) == (said["author"], said["graphs"])
    assert "2024" == period_end(site, answer)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (LATER, TURTLE),
        (LATER, "text/turtle; charset=utf-8"),
        (n_triples(LATER), "application/n-triples"),
        (Graph().parse(data=LATER, format="turtle").serialize(format="xml"), "application/rdf+xml"),
    ],
)
def test_graph_as_body(site: DeskSite, content: str, media_type: str) -> None:
    """A program may send the graph itself, and say the rest in the address."""
    answer = as_raw(site, content, media_type)

    assert (201, "2024") == (answer.status_code, period_end(site, answer))


def test_graph_by_iri(site: DeskSite) -> None:
    """The graph may be named by its IRI."""
    assert 201 == as_raw(site, LATER, TURTLE, graph=f"{BASE}graph/MLI").status_code


def test_patch_as_body(site: DeskSite) -> None:
    """A patch changes the graph as it is at its base."""
    answer = site.send(
        site.awa,
        "/submissions",
        query_string=SAID,
        data=PATCH,
        content_type="application/rdf-patch",
    )

    assert (201, "2024") == (answer.status_code, period_end(site, answer))


def test_patch_in_json(site: DeskSite) -> None:
    """A patch may be part of JSON."""
    answer = site.send(site.awa, "/submissions", json={**SAID, "patch": PATCH})

    assert (201, "2024") == (answer.status_code, period_end(site, answer))


def test_patch_of_another_version(site: DeskSite) -> None:
    """A patch that does not fit is refused, and says what is not there."""
    patch = PATCH.replace('"2023"', '"1999"')
    answer = site.send(site.awa, "/submissions", json={**SAID, "patch": patch})

    assert 422 == answer.status_code
    assert '"1999"' in answer.get_json(force=True)["detail"]


def test_file_named_as_a_graph(site: DeskSite) -> None:
    """A file that is called as a graph is its next state."""
    answer = as_file(site, "MLI.ttl", LATER)

    assert (201, "2024") == (answer.status_code, period_end(site, answer))


@pytest.mark.parametrize("name", ["MLI.pdf", "MLI"])
def test_file_of_another_kind(site: DeskSite, name: str) -> None:
    """A file whose name says nothing that we read is refused."""
    answer = as_file(site, name, LATER)

    assert (400, True) == (answer.status_code, "name it .ttl" in answer.text)


def test_removal(site: DeskSite) -> None:
    """A graph may be proposed to go."""
    answer = site.send(site.awa, "/submissions", json={**SAID, "graphs": {"KEN": None}})
    submission = site.publisher.journal.get(answer.get_json(force=True)["id"])

    assert {"KEN": None} == dict(submission.files)


def test_violations_are_told(site: DeskSite) -> None:
    """What breaks a rule can be submitted, so that others can help; the report says what."""
    report = site.propose(BROKEN).get_json(force=True)["report"]

    assert (False, 1) == (report["conforms"], report["counts"]["Violation"])
    assert f"{BASE}id/plan/MLI-3" == report["results"][0]["about"]


def test_key_makes_one_of_two(site: DeskSite) -> None:
    """Who sends the same again with the same key gets the submission that there is."""
    answers = [site.propose(key="again") for _ in range(2)]
    ids = {answer.get_json(force=True)["id"] for answer in answers}

    assert [201, 200] == [answer.status_code for answer in answers]
    assert 1 == len(ids)


def test_key_of_another(site: DeskSite) -> None:
    """A key stands for one content; another person's key is another one."""
    site.propose(key="mine")
    other = site.propose(MALI.replace('"2023"', '"2025"'), key="mine")
    of_ben = site.propose(key="mine", token=site.ben)

    assert (422, 201) == (other.status_code, of_ben.status_code)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"message": ""}, 400, "message is missing"),
        ({"source": " "}, 400, "source is missing"),
        ({"message": "x" * 5_001}, 400, "more than 5,000"),
        ({"message": 3}, 400, "no text"),
        ({"graphs": {}}, 400, "Nothing is proposed"),
        ({"graphs": []}, 400, "no JSON object"),
        ({"graphs": {"MLI": 3}}, 400, "neither Turtle"),
        ({"graphs": {"../MLI": LATER}}, 400, "cannot be the name"),
        ({"graphs": {"MLI": {"content": LATER, "mediaType": "text/csv"}}}, 400, "no format"),
        ({"base": "0" * 40}, 400, "no commit"),
        ({"base": "HEAD"}, 400, "no commit"),
        ({"graphs": {"MLI": MALI}}, 422, "changes nothing"),
        ({"graphs": {"MLI": "nap:x"}}, 400, "line 1"),
    ],
)
def test_refused(site: DeskSite, body: dict[str, Any], status: int, says: str) -> None:
    """What makes no sense is refused in words."""
    answer = site.send(site.awa, "/submissions", json={**SAID, "graphs": {"MLI": LATER}, **body})

    assert status == answer.status_code
    assert says in answer.get_json(force=True)["detail"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_not_json(site: DeskSite, body: bytes) -> None:
    """A body that is no JSON object is refused."""
    answer = site.send(site.awa, "/submissions", data=body, content_type="application/json")

    assert 400 == answer.status_code


def test_body_of_another_type(site: DeskSite) -> None:
    """A body that is in no form that we read is refused, and the answer says which are."""
    answer = as_raw(site, "a,b", "text/csv")

    assert (415, True) == (answer.status_code, "application/ld+json" in answer.text)


def test_too_often(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever submits too often is told when to go on."""
    limit = Limit("submit in this test", 1, 50)
    monkeypatch.setattr("napgraph.web.curation.submitting.SUBMIT", limit)
    answers = [site.propose() for _ in range(2)]

    assert [201, 429] == [answer.status_code for answer in answers]
    assert 0 < int(answers[1].headers["Retry-After"]) <= 50


def test_busy(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it cannot be judged just now nothing is kept, and the program may try again."""

    def full(*_: Any, **__: Any) -> None:
        raise EndpointBusy("Too many wait.")

    judges = site.client.application.extensions["napgraph"].judges
    monkeypatch.setattr(judges, "judge", full)
    before = sum(site.publisher.journal.count().values())
    answer = site.propose()

    assert (503, "2") == (answer.status_code, answer.headers["Retry-After"])
    assert before == sum(site.publisher.journal.count().values())


def test_form(site: DeskSite) -> None:
    """A person sends the form of a graph with its text changed, and is led to the submission."""
    browser = site.person(site.awa)
    page = browser.get("/submissions/new?graph=MLI", headers=BROWSER).text
    fields = {"graph": "MLI", "text": LATER, "form_token": form_token(page), "key": "of the form"}
    answers = [
        browser.post("/submissions", data={**SAID, **fields}, headers=BROWSER) for _ in range(2)
    ]

    assert "nap:periodEnd &#34;2023&#34;" in page
    assert [303, 303] == [answer.status_code for answer in answers]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]


def test_form_with_a_mistake(site: DeskSite) -> None:
    """A person gets the form again with what they wrote, and what is wrong."""
    browser = site.person(site.awa)
    token = form_token(browser.get("/submissions/new", headers=BROWSER).text)
    fields = {**SAID, "graph": "MLI", "text": "<a> <b>", "form_token": token}
    answer = browser.post("/submissions", data=fields, headers=BROWSER)

    assert 400 == answer.status_code
    assert "<title>Error: Submit a change" in answer.text
    assert "&lt;a&gt; &lt;b&gt;</textarea>" in answer.text
    assert 'role="alert"' in answer.text


def test_form_without_session(site: DeskSite) -> None:
    """A form that is sent when the session is over is not lost."""
    fields = {**SAID, "graph": "MLI", "text": LATER}
    browser = site.client.application.test_client()
    answer = browser.post("/submissions", data=fields, headers=BROWSER)

    assert 401 == answer.status_code
    assert "Extended.</textarea>" in answer.text


def test_strangers_may_not_submit(site: DeskSite) -> None:
    """Without a token nobody submits, unless the setting allows it."""
    browser = site.client.application.test_client()

    assert 401 == browser.post("/submissions", json={**SAID, "patch": PATCH}).status_code


def test_strangers_may_submit_by_setting(tmp_path: Path) -> None:
    """Where the setting allows it, people without a token submit, and do nothing besides."""
    site = make_desk_site(tmp_path, anonymous=True)
    browser = site.client.application.test_client()
    answer = browser.post("/submissions", json={**SAID, "patch": PATCH})
    path = f"/submissions/{answer.get_json(force=True)['id']}"
    after = [browser.post(f"{path}/{act}").status_code for act in ("withdraw", "revise", "accept")]
    site.close()

    assert (201, "anonymous") == (answer.status_code, answer.get_json(force=True)["author"])
    assert [401, 401, 401] == after


def test_revision(site: DeskSite) -> None:
    """An author puts another text in place of the first; an older revision is not replaced."""
    path = f"/submissions/{site.proposed(BROKEN)}"
    body = {**SAID, "graphs": {"MLI": LATER}}
    first = site.send(site.awa, f"{path}/revise?revision=1", json=body)
    second = site.send(site.awa, f"{path}/revise?revision=1", json=body)
    said = first.get_json(force=True)

    assert (200, 2, True) == (first.status_code, said["revision"], said["report"]["conforms"])
    assert 409 == second.status_code


def test_revision_by_others(site: DeskSite) -> None:
    """Nobody revises what somebody else submitted, but an admin, who does not become its author."""
    path = f"/submissions/{site.proposed(BROKEN)}"
    body = {**SAID, "graphs": {"MLI": LATER}}
    by_ben = site.send(site.ben, f"{path}/revise", json=body)
    by_eve = site.send(site.eve, f"{path}/revise", json=body)
    submission = site.publisher.journal.get(path.rpartition("/")[2])

    assert (403, 200) == (by_ben.status_code, by_eve.status_code)
    assert AWA == submission.author


def test_form_of_a_revision(site: DeskSite) -> None:
    """The form of a revision has what is proposed."""
    path = f"/submissions/{site.proposed(BROKEN)}"
    page = site.person(site.awa).get(f"{path}/revise", headers=BROWSER).text

    assert "nap:periodEnd &#34;2014&#34;" in page
    assert 'name="revision" value="1"' in page


SHEET = {
    "iso3": "MLI",
    "name": "Mali",
    "plans": [
        {
            "generation": 3,
            "adopted": "2019",
            "period_start": 2019,
            "period_end": 2024,
            "aim": "Promote.",
            "sources": ["profile"],
        }
    ],
    "peacekeeping": [],
    "events": [],
    "sources": {"profile": {"title": "Mali", "publisher": "P", "url": "https://example.org/m"}},
    "conflicts": [],
}


def test_fact_sheet(site: DeskSite) -> None:
    """A fact sheet may be the body, with the rest in the address, or a file."""
    sheet = json.dumps(SHEET)
    answers = [as_raw(site, sheet, "application/json", graph=""), as_file(site, "s.json", sheet)]

    assert [201, 201] == [answer.status_code for answer in answers]
    assert ["2024", "2024"] == [period_end(site, answer) for answer in answers]


@pytest.mark.parametrize("name", ["questions"])
def test_graphs_that_are_no_data(site: DeskSite, name: str) -> None:
    """What comes with napgraph is not changed by a submission."""
    graphs = [{name: "<urn:a> a <urn:b> ."}, {name: None}]
    answers = [
        site.send(site.awa, "/submissions", json={**SAID, "graphs": graph}) for graph in graphs
    ]

    assert [422, 422] == [answer.status_code for answer in answers]
