"""The list of submissions and the page of one: difference, report, clashes, preview, formats."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from rdflib import Graph, URIRef

from napgraph.curation.previewing import Previews
from napgraph.curation.submissions import Action
from napgraph.errors import DataTimeout
from napgraph.namespaces import BASE, thing_iri
from napgraph.web.openapi import describe
from tests.curating import CONFORMING, MALI, accepted
from tests.desk_site import BROKEN, BROWSER, LATER, DeskSite, make_desk_site

PLAN = f"{BASE}id/plan/MLI-3"
REWORDED = MALI.replace("Women take part.", "Women take part in peace talks.")
WITH_FOURTH = (
    MALI
    + """
<https://w3id.org/napgraph/id/plan/MLI-4>
    a nap:NationalActionPlan ;
    rdfs:label "Mali, fourth plan (2024 to 2028)"@en ;
    dcterms:replaces plan:MLI-3 ;
    dcterms:source source:world-list ;
    dcterms:title "Fourth plan"@en ;
    nap:country country:MLI ;
    nap:generation 4 ;
    nap:periodStart "2024"^^xsd:gYear ;
    nap:periodEnd "2028"^^xsd:gYear ;
.
"""
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """Serve a workspace to which all tests submit; nothing of it is published."""
    folder: Path = tmp_path_factory.mktemp("desk")
    site = make_desk_site(folder)
    yield site
    site.close()


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[DeskSite]:
    """Serve a workspace of the test's own, which may publish."""
    site = make_desk_site(tmp_path)
    yield site
    site.close()


def page_of(site: DeskSite, submission_id: str) -> str:
    """Give the text of a submission's page, with single spaces and without tags."""
    answer = site.client.get(f"/submissions/{submission_id}", headers=BROWSER)
    assert 200 == answer.status_code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_difference_in_words(site: DeskSite) -> None:
    """A page says of which thing which property changes from what to what."""
    text = page_of(site, site.proposed())

    assert "Mali, third plan (2019 to 2023) National action plan" in text
    assert "period end Dropped: 2023 → Added: 2024" in text
    assert "last changed" not in text


def test_difference_of_a_text(site: DeskSite) -> None:
    """Of a text that changes the words are marked that do."""
    text = page_of(site, site.proposed(REWORDED))

    assert "Women take part Added: in peace talks." in text


def test_text_that_is_gone(site: DeskSite) -> None:
    """An empty text is said to be one."""
    text = page_of(site, site.proposed(MALI.replace("Women take part.", "")))

    assert "text Dropped: Women take part. → Added: an empty text" in text


def test_new_things(site: DeskSite) -> None:
    """A thing that comes is named as the submission does, with its address."""
    text = page_of(site, site.proposed(WITH_FOURTH))

    assert "New: Mali, fourth plan (2024 to 2028)" in text
    assert f"New addresses 1 {BASE}id/plan/MLI-4" in text


def test_difference_in_statements(site: DeskSite) -> None:
    """A program gets statements that come and go, addresses and pages."""
    whole = site.client.get(f"/submissions/{site.proposed()}.json").get_json(force=True)
    removed = [line for line in whole["difference"]["removed"] if PLAN in line]

    assert [f"<{PLAN}> <{BASE}ontology#periodEnd>"] == [
        " ".join(line.split()[:2]) for line in removed
    ]
    assert ["/doc/country/MLI", "/doc/plan/MLI-3"] == whole["pages"][:2]
    assert ["submit"] == [event["action"] for event in whole["events"]]


def test_violations_are_said(site: DeskSite) -> None:
    """A page says what is wrong of which thing, and that this has to be mended first."""
    text = page_of(site, site.proposed(BROKEN))

    assert "1 thing has to be mended before this can be accepted." in text
    assert "Has to be mended: Mali, third plan (2019 to 2023)" in text


def test_rules_speak_the_readers_language(site: DeskSite) -> None:
    """What a rule says is in the language of the page."""
    submission_id = site.proposed(BROKEN)
    text = site.client.get(f"/fr/submissions/{submission_id}", headers=BROWSER).text

    assert '<span class="note">Corrigez la première ou la dernière année' in text


def test_is_judged_with_what_is_published(own_site: DeskSite) -> None:
    """What the rules say is found anew when something else was published."""
    submission_id = own_site.proposed()
    before = own_site.client.get(f"/submissions/{submission_id}.json").get_json(force=True)
    kenya = CONFORMING["KEN"].replace("Kenya: national", "Kenya’s national").encode()
    own_site.publisher.publish(accepted(own_site.publisher, {"KEN": kenya}).id)
    _wait_for_new(own_site, before["report"]["generation"])
    after = own_site.client.get(f"/submissions/{submission_id}.json").get_json(force=True)

    assert before["report"]["generation"] != after["report"]["generation"]
    assert after["report"]["conforms"]


def _wait_for_new(site: DeskSite, generation: str) -> None:
    served = site.client.application.extensions["napgraph"]
    for _ in range(100):
        if served.current().generation.id != generation:
            return
        served.stores._check_at = 0.0


def test_clash(own_site: DeskSite) -> None:
    """Where somebody else has published another value, both are said, and nothing is accepted."""
    submission_id = own_site.proposed()
    other = MALI.replace('"2023"^^xsd', '"2026"^^xsd').encode()
    own_site.publisher.publish(accepted(own_site.publisher, {"MLI": other}).id)
    text = page_of(own_site, submission_id)
    answer = own_site.send(own_site.ben, f"/submissions/{submission_id}/accept",
                           json={"revision": 1})  # fmt: skip

    assert "Before 2023 Published now 2026 Proposed 2024" in text
    assert (409, "submitted") == (
        answer.status_code,
        str(own_site.publisher.journal.get(submission_id).status),
    )


def test_revision_of_what_clashes(own_site: DeskSite) -> None:
    """The form of a revision begins with what is published now, where it clashes."""
    submission_id = own_site.proposed()
    other = MALI.replace('"2023"^^xsd', '"2026"^^xsd').encode()
    own_site.publisher.publish(accepted(own_site.publisher, {"MLI": other}).id)
    page = own_site.person(own_site.awa).get(f"/submissions/{submission_id}/revise").text

    assert f'name="base" value="{own_site.publisher.workspace.head()}"' in page
    assert "nap:periodEnd &#34;2026&#34;" in page


@pytest.mark.parametrize(
    ("path", "says"),
    [("plan/MLI-3", "2019–2024"), ("country/MLI", "2019–2024"), ("objective/MLI-3-1", "take part")],
)
def test_preview(site: DeskSite, path: str, says: str) -> None:
    """Pages can be seen as they would look, are marked, and what is published stays."""
    answer = site.client.get(f"/submissions/{site.proposed()}/preview/doc/{path}", headers=BROWSER)
    published = site.client.get(f"/doc/{path}", headers=BROWSER).text

    assert says in answer.text
    assert "This is a preview, and not published." in answer.text
    assert ("no-store", "noindex") == (
        answer.headers["Cache-Control"],
        answer.headers["X-Robots-Tag"],
    )
    assert "2019–2024" not in published
    assert "preview" not in published


def test_preview_of_a_new_thing(site: DeskSite) -> None:
    """A thing that is not published yet has a page in the preview alone."""
    submission_id = site.proposed(WITH_FOURTH)
    shown = site.client.get(f"/submissions/{submission_id}/preview/doc/plan/MLI-4", headers=BROWSER)

    assert (200, 404) == (shown.status_code, site.client.get("/doc/plan/MLI-4").status_code)
    assert "2024–2028" in shown.text


def test_preview_of_nothing(site: DeskSite) -> None:
    """Of a thing that is in no state there is no preview."""
    path = f"/submissions/{site.proposed()}/preview/doc/plan/MLI-77"

    assert 404 == site.client.get(path).status_code


def test_no_preview_of_what_is_closed(site: DeskSite) -> None:
    """A submission that was withdrawn is shown no more."""
    submission_id = site.proposed()
    site.publisher.journal.act(submission_id, Action.WITHDRAW, who="Awa")
    path = f"/submissions/{submission_id}/preview/doc/plan/MLI-3"

    assert 404 == site.client.get(path).status_code


def test_previews_are_few(site: DeskSite, tmp_path: Path) -> None:
    """Previews are removed when there are more than a few, when they are old, and at the end."""
    store_dir = site.publisher.config.store_dir
    folder = store_dir / "previews"
    leftovers = set(folder.iterdir()) if folder.exists() else set()
    previews = Previews(store_dir, most=2)
    for number in range(4):
        previews.get(number, {"MLI": LATER.encode()})
    kept = set(folder.iterdir()) - leftovers
    previews.close()

    assert (2, set()) == (len(kept), set(folder.iterdir()) - leftovers)


def test_preview_is_made_once(site: DeskSite) -> None:
    """The same preview is not made again, and is when its time is over."""
    previews = Previews(site.publisher.config.store_dir, seconds=0.0)
    lasting = Previews(site.publisher.config.store_dir)
    files = {"MLI": LATER.encode()}
    first, second = lasting.get("a", files), lasting.get("a", files)
    old, new = previews.get("a", files), previews.get("a", files)
    lasting.close()
    previews.close()

    assert first.path == second.path
    assert old.path != new.path


def test_preview_of_a_removal(site: DeskSite) -> None:
    """A preview is without the graphs that go."""
    previews = Previews(site.publisher.config.store_dir)
    opened = previews.get("gone", {"MLI": None, "new": None}).opened
    previews.close()

    assert [] == list(opened.store.triples(thing_iri("plan", "MLI-3"), None, None))


def test_turtle(site: DeskSite) -> None:
    """What is proposed can be had in Turtle, and one graph of several."""
    files = {"MLI": LATER, "KEN": CONFORMING["KEN"].replace("Kenya: nat", "Kenya’s nat")}
    body = {"graphs": files, "message": "Two.", "source": "x"}
    answer = site.send(site.awa, "/submissions", json=body)
    path = f"/submissions/{answer.get_json(force=True)['id']}"
    both = Graph().parse(data=site.client.get(f"{path}.ttl").text, format="turtle")
    one = Graph().parse(data=site.client.get(f"{path}.ttl?graph=KEN").text, format="turtle")

    assert {f"{BASE}graph/MLI", f"{BASE}graph/KEN"} <= {str(s) for s in both.subjects()}
    assert (URIRef(f"{BASE}graph/MLI"), None, None) not in one
    assert 404 == site.client.get(f"{path}.ttl?graph=world").status_code


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/json"),
        ("text/turtle", "text/turtle; charset=utf-8"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_formats(site: DeskSite, accept: str | None, media_type: str) -> None:
    """The address of a submission answers in the format that is asked for."""
    headers = {"Accept": accept} if accept else {}
    answer = site.client.get(f"/submissions/{site.proposed()}", headers=headers)

    assert (200, media_type) == (answer.status_code, answer.headers["Content-Type"])


def test_missing(site: DeskSite) -> None:
    """A submission that is not there is 404, with an address that explains it."""
    answer = site.client.get("/submissions/2026-01-01-aaaaaa")

    assert (404, f"{BASE}problems#submission-missing") == (
        answer.status_code,
        answer.get_json(force=True)["type"],
    )


def test_list(own_site: DeskSite) -> None:
    """Submissions are listed, the newest first, by status, author and graph."""
    first, second = own_site.proposed(), own_site.proposed(token=own_site.ben)
    own_site.publisher.journal.act(first, Action.WITHDRAW, who="Awa")

    def found(query: str) -> list[str]:
        listed = own_site.client.get(f"/submissions{query}").get_json(force=True)
        return [entry["id"] for entry in listed["submissions"]]

    assert [second, first] == found("")
    assert [first] == found("?status=withdrawn")
    assert [second] == found("?author=Ben")
    assert [] == found("?author=Be")
    assert [second, first] == found("?country=MLI")
    assert [] == found("?country=KEN&status=submitted")


@pytest.mark.parametrize("query", ["status=open", "page=0", "page=x", "page=-1"])
def test_list_of_nonsense(site: DeskSite, query: str) -> None:
    """What makes no sense in the address of the list is told."""
    assert 400 == site.client.get(f"/submissions?{query}").status_code


def test_pages_of_the_list(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long list has pages, and a program learns where the next is."""
    monkeypatch.setattr("napgraph.web.curation.submissions._PAGE_LENGTH", 1)
    site.proposed()
    site.proposed()
    first = site.client.get("/submissions").get_json(force=True)
    second = site.client.get(first["next"]).get_json(force=True)

    assert "/submissions?page=2" == first["next"]
    assert first["submissions"] != second["submissions"]
    assert 'href="/submissions?page=2"' in site.client.get("/submissions", headers=BROWSER).text


def test_list_as_a_page(site: DeskSite) -> None:
    """People see who submitted what, but not where to write to them."""
    site.proposed(message="Extended <b>again</b>.")
    page = site.client.get("/submissions", headers=BROWSER).text

    assert "Extended &lt;b&gt;again&lt;/b&gt;." in page
    assert "Awa Traoré" in page
    assert "awa@example.org" not in page


def test_links_where_data_can_be_changed(site: DeskSite) -> None:
    """Pages lead to submissions, to signing in and to correcting what they say."""
    page = site.client.get("/doc/plan/MLI-3", headers=BROWSER).text

    assert '<a href="/submissions">' in page
    assert '<a href="/sign-in">' in page
    assert '<a href="/edit/plan/MLI-3">Suggest a correction</a>' in page


def test_described_for_programs(site: DeskSite) -> None:
    """Where data can be changed, programs and people read how."""
    served = site.client.get("/openapi.json").get_json(force=True)
    OpenAPIV31SpecValidator(served).validate()

    assert describe(has_desk=True) == served
    assert "/submissions" not in describe()["paths"]
    assert "/submissions/{id}/{action}" in site.client.get("/api", headers=BROWSER).text


def test_answers_are_as_described(site: DeskSite) -> None:
    """What a program gets follows the schema that it was told of."""
    schema = describe(has_desk=True)["components"]["schemas"]["Submission"]
    path = f"/submissions/{site.proposed(BROKEN)}"
    validator = Draft202012Validator(schema)
    answers = [
        site.client.get(path).get_json(force=True),
        *site.client.get("/submissions").get_json(force=True)["submissions"],
    ]

    assert [] == [error for answer in answers for error in validator.iter_errors(answer)]
    assert set(answers[0]) == set(schema["properties"])


def test_no_links_where_nothing_can_be_changed(client: object) -> None:
    """Without a workspace there is nothing to sign in to."""
    page = client.get("/doc/plan/MLI-3", headers=BROWSER).text  # type: ignore[attr-defined]

    assert "/sign-in" not in page
    assert "/edit/" not in page
    assert 404 == client.get("/submissions").status_code  # type: ignore[attr-defined]


def test_long_texts(site: DeskSite) -> None:
    """Texts of any length, and things of any number, make a page that is neither long nor slow."""
    words = " ".join(f"word{number}" for number in range(60_000))
    before = MALI.replace("Women take part.", f"{words} one")
    many = "\n".join(
        f'<https://w3id.org/napgraph/id/plan/MLI-3> skos:note "note {n}"@en .' for n in range(500)
    )
    skos = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
    submission_id = site.proposed(f"{skos}{before}\n{many}")
    started = time.monotonic()
    answer = site.client.get(f"/submissions/{submission_id}", headers=BROWSER)

    assert 200 == answer.status_code
    assert len(answer.data) < 400_000
    assert time.monotonic() - started < 20
    assert "470 more" in answer.text


def test_what_cannot_be_judged(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page says that the rules could not be asked, and does not ask them each time anew."""
    submission_id = site.proposed()
    asked: list[object] = []

    def late(*_: object, **__: object) -> None:
        asked.append(1)
        raise DataTimeout("Too long.")

    monkeypatch.setattr("napgraph.web.curation.looking.judge_files", late)
    monkeypatch.setattr("napgraph.web.curation.looking.kept_report", lambda *_: None)
    pages = [site.client.get(f"/submissions/{submission_id}", headers=BROWSER) for _ in range(3)]

    assert 1 == len(asked)
    assert all("could not be checked just now" in page.text for page in pages)
