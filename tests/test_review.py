"""What people do with submissions: who may, what comes of it, and what readers then get."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from napgraph.curation.submissions import Action
from napgraph.errors import StoreBusy
from napgraph.namespaces import BASE
from tests.curating import AWA, MALI
from tests.desk_site import BROKEN, BROWSER, LATER, DeskSite, form_token, make_desk_site

ASK = 'ASK { <https://w3id.org/napgraph/id/plan/MLI-3> <https://w3id.org/napgraph/ontology#periodEnd> "2024"^^<http://www.w3.org/2001/XMLSchema#gYear> }'  # noqa: E501


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


def act(site: DeskSite, token: str, submission_id: str, name: str, **body: Any) -> Any:
    """Do something to a submission as a program does."""
    said = {"text": "Because.", "revision": 1, **body}
    return site.send(token, f"/submissions/{submission_id}/{name}", json=said)


def status(site: DeskSite, submission_id: str) -> str:
    """Tell where a submission stands."""
    return str(site.publisher.journal.get(submission_id).status)


def test_accepted_is_published(own_site: DeskSite) -> None:
    """What a reviewer accepts is at once in pages, answers to queries, and the repository."""
    submission_id = own_site.proposed()
    before = own_site.client.get("/doc/plan/MLI-3", headers=BROWSER).text
    answer = act(own_site, own_site.ben, submission_id, "accept")
    time.sleep(0.15)
    after = own_site.client.get("/doc/plan/MLI-3", headers=BROWSER).text
    asked = own_site.client.get("/sparql", query_string={"query": ASK}).get_json(force=True)
    message = own_site.publisher.workspace.message(own_site.publisher.workspace.head())

    assert (200, "published") == (answer.status_code, answer.get_json(force=True)["status"])
    assert ("2019–2023" in before, "2019–2024" in after, True) == (True, True, asked["boolean"])
    assert f"Submission: {BASE}submissions/{submission_id}" in message
    assert "Reviewed-by: Ben" in message


def test_by_form(own_site: DeskSite) -> None:
    """A reviewer presses the button, and the page then leads to what changed."""
    path = f"/submissions/{own_site.proposed()}"
    browser = own_site.person(own_site.ben)
    page = browser.get(path, headers=BROWSER).text
    sent = {"form_token": form_token(page), "revision": "1", "text": "Right."}
    answer = browser.post(f"{path}/accept", data=sent, headers=BROWSER)
    after = browser.get(answer.headers["Location"], headers=BROWSER).text

    assert (303, path) == (answer.status_code, answer.headers["Location"])
    assert '<a href="/doc/plan/MLI-3">' in after
    assert '<a href="/doc/country/MLI"' in after
    assert "Right." in after


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("comment", "submitted"),
        ("request-changes", "needs-work"),
        ("reject", "rejected"),
        ("supersede", "superseded"),
    ],
)
def test_steps_of_a_reviewer(site: DeskSite, name: str, expected: str) -> None:
    """Each step leads where it says, and is kept with who took it and why."""
    submission_id = site.proposed()
    answer = act(site, site.ben, submission_id, name)
    last = site.publisher.journal.events(submission_id)[-1]

    assert (200, expected) == (answer.status_code, status(site, submission_id))
    assert (name, "Ben <ben@example.org>", "Because.") == (str(last.action), last.who, last.text)


@pytest.mark.parametrize("name", ["accept", "reject", "request-changes", "supersede", "publish"])
def test_contributors_do_not_decide(site: DeskSite, name: str) -> None:
    """Who only contributes cannot decide."""
    submission_id = site.proposed(token=site.ben)

    assert 403 == act(site, site.awa, submission_id, name).status_code
    assert "submitted" == status(site, submission_id)


def test_own_submission(site: DeskSite) -> None:
    """A reviewer cannot accept their own, and has no button for it."""
    submission_id = site.proposed(token=site.ben)
    page = site.person(site.ben).get(f"/submissions/{submission_id}", headers=BROWSER).text
    answer = act(site, site.ben, submission_id, "accept")

    assert (403, "submitted") == (answer.status_code, status(site, submission_id))
    assert "Accept and publish" not in page
    assert "Withdraw" in page


def test_own_submission_by_setting(tmp_path: Path) -> None:
    """In a team of one person, a reviewer may accept their own."""
    site = make_desk_site(tmp_path, review_own=True)
    answer = act(site, site.ben, site.proposed(token=site.ben), "accept")
    site.close()

    assert (200, "published") == (answer.status_code, answer.get_json(force=True)["status"])


def test_withdrawal(site: DeskSite) -> None:
    """An author takes a submission back, and others do not."""
    submission_id = site.proposed()
    by_ben = act(site, site.ben, submission_id, "withdraw")
    by_awa = act(site, site.awa, submission_id, "withdraw")

    assert (403, 200) == (by_ben.status_code, by_awa.status_code)
    assert "withdrawn" == status(site, submission_id)


def test_violations_block(site: DeskSite) -> None:
    """What breaks a rule is not accepted, which is said, and there is no button for it."""
    submission_id = site.proposed(BROKEN)
    page = site.person(site.ben).get(f"/submissions/{submission_id}", headers=BROWSER).text
    answer = act(site, site.ben, submission_id, "accept")

    assert (409, "submitted") == (answer.status_code, status(site, submission_id))
    assert "breaks a rule" in answer.get_json(force=True)["detail"]
    assert "Accept and publish" not in page


def test_revision_that_was_not_looked_at(site: DeskSite) -> None:
    """What was revised meanwhile is not accepted by who looked at the revision before."""
    submission_id = site.proposed()
    body = {"message": "x", "source": "y", "graphs": {"MLI": LATER}}
    site.send(site.awa, f"/submissions/{submission_id}/revise", json=body)
    answer = act(site, site.ben, submission_id, "accept")

    assert (409, f"{BASE}problems#submission-changed") == (
        answer.status_code,
        answer.get_json(force=True)["type"],
    )


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [
        ("comment", {"text": " "}, "say why"),
        ("reject", {"text": ""}, "say why"),
        ("comment", {"text": "x" * 10_001}, "more than"),
        ("comment", {"text": ["x"]}, "no JSON object"),
        ("accept", {"revision": ""}, "revision is missing"),
        ("accept", {"revision": "first"}, "is a number"),
    ],
)
def test_nonsense(site: DeskSite, name: str, body: dict[str, Any], says: str) -> None:
    """What is missing or makes no sense is told."""
    answer = act(site, site.ben, site.proposed(), name, **body)

    assert (400, True) == (answer.status_code, says in answer.get_json(force=True)["detail"])


def test_form_without_reason(site: DeskSite) -> None:
    """Who gives no reason gets the page again, which says so."""
    path = f"/submissions/{site.proposed()}"
    browser = site.person(site.ben)
    sent = {"form_token": form_token(browser.get(path, headers=BROWSER).text), "revision": "1"}
    answer = browser.post(f"{path}/reject", data=sent, headers=BROWSER)

    assert (400, True) == (answer.status_code, "say why" in answer.text)


def test_twice(own_site: DeskSite) -> None:
    """What was accepted already is not accepted again, and is there once."""
    submission_id = own_site.proposed()
    answers = [act(own_site, own_site.ben, submission_id, "accept") for _ in range(2)]
    published = [p for p in own_site.publisher.journal.publications() if p.what == submission_id]

    assert [200, 403] == [answer.status_code for answer in answers]
    assert 1 == len(published)


def test_publishing_that_has_to_wait(own_site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store cannot be written just now, it stays accepted, and is published later."""
    submission_id = own_site.proposed()

    def busy(*_: Any, **__: Any) -> None:
        raise StoreBusy("Another process is building.")

    with monkeypatch.context() as patch:
        patch.setattr("napgraph.curation.publication.prepare", busy)
        first = act(own_site, own_site.ben, submission_id, "accept")
    page = own_site.person(own_site.ben).get(f"/submissions/{submission_id}", headers=BROWSER).text
    between = status(own_site, submission_id)
    second = act(own_site, own_site.ben, submission_id, "publish")

    assert (503, "accepted") == (first.status_code, between)
    assert "Publish again" in page
    assert "Another process is building." in page
    assert (200, "published") == (second.status_code, status(own_site, submission_id))


def test_taking_back(own_site: DeskSite) -> None:
    """What is published can be taken back, by a submission that somebody else accepts."""
    submission_id = own_site.proposed()
    act(own_site, own_site.ben, submission_id, "accept")
    answer = own_site.send(own_site.awa, f"/submissions/{submission_id}/revert", json={})
    said = answer.get_json(force=True)
    act(own_site, own_site.ben, said["id"], "accept")

    assert (201, f"{BASE}submissions/{submission_id}") == (answer.status_code, said["source"])
    assert "published" == status(own_site, said["id"])
    assert b'nap:periodEnd "2023"' in (own_site.publisher.workspace.read("MLI") or b"")


def test_nothing_to_take_back(site: DeskSite) -> None:
    """What is not published cannot be taken back."""
    answer = site.send(site.awa, f"/submissions/{site.proposed()}/revert", json={})

    assert 403 == answer.status_code


def test_changes_of_others_stay(own_site: DeskSite) -> None:
    """Two submissions from the same version that do not clash are both published."""
    other = MALI.replace('nap:periodEnd "2018"', 'nap:periodEnd "2017"')
    ids = [own_site.proposed(), own_site.proposed(other)]
    for submission_id in ids:
        act(own_site, own_site.ben, submission_id, "accept")
    text = (own_site.publisher.workspace.read("MLI") or b"").decode()

    assert ["published"] * 2 == [status(own_site, submission_id) for submission_id in ids]
    assert ('"2024"' in text, '"2017"' in text) == (True, True)


def test_queue(site: DeskSite) -> None:
    """A reviewer sees what waits, the oldest first, and what is their own."""
    ids = [site.proposed(), site.proposed(BROKEN), site.proposed(token=site.ben)]
    page = site.person(site.ben).get("/review", headers=BROWSER).text
    places = [page.index(submission_id) for submission_id in ids]

    assert sorted(places) == places
    assert "1 thing to mend" in page
    assert "your own: somebody else has to decide" in page


def test_queue_is_for_reviewers(site: DeskSite) -> None:
    """Others are led to sign in, or told that it is not for them."""
    stranger = site.client.application.test_client().get("/review", headers=BROWSER)
    contributor = site.person(site.awa).get("/review", headers=BROWSER)

    assert (303, "/sign-in?next=/review") == (stranger.status_code, stranger.headers["Location"])
    assert 403 == contributor.status_code


def test_log(site: DeskSite) -> None:
    """An admin sees who did what; others do not."""
    submission_id = site.proposed()
    site.publisher.journal.act(submission_id, Action.WITHDRAW, who=AWA)
    page = site.person(site.eve).get("/audit", headers=BROWSER).text
    headers = {"Authorization": f"Bearer {site.eve}", "Accept": "application/json"}
    entries = site.client.get("/audit", headers=headers).get_json(force=True)["entries"]
    said = [(e["what"], e["who"]) for e in entries if e["about"] == submission_id]
    others = [site.person(token).get("/audit").status_code for token in (site.awa, site.ben)]

    assert submission_id in page
    assert [("withdraw", AWA), ("submit", AWA)] == said
    assert [403, 403] == others


def test_tokens(site: DeskSite) -> None:
    """An admin makes a token, which is shown once, opens something, and is revoked."""
    browser = site.person(site.eve)
    token = form_token(browser.get("/tokens", headers=BROWSER).text)
    sent = {"form_token": token, "name": "Dora <dora@example.org>", "role": "reviewer", "days": "9"}
    made = browser.post("/tokens", data=sent).text
    text = made.partition('<pre tabindex="0" aria-label="Token">')[2].partition("<")[0]
    opened = site.propose(token=text).status_code
    token_id = text.split("_")[1]
    browser.post(f"/tokens/{token_id}/revoke", data={"form_token": token})

    assert (201, 401) == (opened, site.propose(token=text).status_code)
    assert text not in browser.get("/tokens", headers=BROWSER).text


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "a<b"), ("name", ""), ("role", "anonymous"), ("days", "0"), ("days", "99999")],
)
def test_token_of_nonsense(site: DeskSite, field: str, value: str) -> None:
    """A token for nobody, with no role or without an end is not made."""
    browser = site.person(site.eve)
    token = form_token(browser.get("/tokens", headers=BROWSER).text)
    count = len(browser.get("/tokens").text)
    sent = {"form_token": token, "name": "Dora", "role": "reviewer", "days": "9", field: value}
    answer = browser.post("/tokens", data=sent)

    assert answer.status_code in (400, 422)
    assert count == len(browser.get("/tokens").text)


def test_tokens_are_for_admins(site: DeskSite) -> None:
    """Nobody else makes or revokes tokens."""
    answers = [
        site.send(site.ben, "/tokens", data={"name": "Ben", "role": "admin"}),
        site.send(site.ben, "/tokens/aaaaaaaa/revoke"),
        site.client.get("/tokens", headers={"Authorization": f"Bearer {site.ben}"}),
    ]

    assert [403, 403, 403] == [answer.status_code for answer in answers]
