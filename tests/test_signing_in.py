"""Who somebody is: tokens, sessions, forms of ours alone, and answers that no cache keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from napgraph.namespaces import BASE
from napgraph.web.curation import administration, review, signing_in, submitting
from napgraph.web.curation.guarding import Limit
from napgraph.web.curation.signing_in import own_path
from tests.desk_site import BROWSER, DeskSite, form_token, make_desk_site

ASK = "/sparql?query=ASK%20%7B%7D"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskSite]:
    """Serve a workspace at an https address."""
    folder: Path = tmp_path_factory.mktemp("desk")
    site = make_desk_site(folder, address="https://desk.example")
    yield site
    site.close()


def test_cookie_is_for_us_alone(site: DeskSite) -> None:
    """No script and no page of another site gets the session, nor does it go over plain HTTP."""
    answer = site.client.application.test_client().post("/sign-in", data={"token": site.awa})
    cookie = answer.headers["Set-Cookie"]

    assert site.awa not in cookie
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_sign_in_leads_on(site: DeskSite) -> None:
    """Whoever signs in goes on to where they were going, and is known there."""
    browser = site.client.application.test_client()
    answer = browser.post("/sign-in", data={"token": site.ben, "next": "/review"})

    assert (303, "/review") == (answer.status_code, answer.headers["Location"])
    assert "Signed in as Ben, reviewer." in browser.get("/review").text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/submissions?status=submitted", "/submissions?status=submitted"),
        ("//evil.example", ""),
        ("/\\evil.example", ""),
        ("https://evil.example", ""),
        ("/a\r\nSet-Cookie: x=y", ""),
        ("", ""),
    ],
)
def test_leads_nowhere_else(text: str, expected: str) -> None:
    """A link to the sign-in page cannot lead somebody to another site."""
    assert expected == own_path(text)


def test_wrong_token(site: DeskSite) -> None:
    """A token that opens nothing makes no session, and says so."""
    answer = site.client.application.test_client().post("/sign-in", data={"token": "nap_x"})

    assert (401, None) == (answer.status_code, answer.headers.get("Set-Cookie"))
    assert "opens nothing here" in answer.text


def test_sign_out(site: DeskSite) -> None:
    """After signing out, the cookie that was kept opens nothing."""
    browser = site.person(site.awa)
    kept = browser.get_cookie("napgraph")
    page = browser.get("/submissions", headers=BROWSER).text
    browser.post("/sign-out", data={"form_token": form_token(page)})
    assert kept
    browser.set_cookie("napgraph", kept.value)

    assert "Signed in" not in browser.get("/submissions", headers=BROWSER).text


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nap_aaaaaaaa_wrong"}])
def test_program_without_token(site: DeskSite, headers: dict[str, str]) -> None:
    """A program learns in which way to say who it is."""
    answer = site.client.post("/submissions", json={}, headers=headers)

    assert (401, "Bearer") == (answer.status_code, answer.headers["WWW-Authenticate"])
    assert f"{BASE}problems#sign-in-needed" == answer.get_json(force=True)["type"]


def test_many_wrong_tokens(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries tokens has to wait after some, and is told how long."""
    limit = Limit("sign in here", 2, 100)
    monkeypatch.setattr("napgraph.web.curation.signing_in.SIGN_IN", limit)
    answers = [site.client.post("/sign-in", data={"token": "nap_x"}) for _ in range(3)]

    assert [401, 401, 429] == [answer.status_code for answer in answers]
    assert 90 < int(answers[2].headers["Retry-After"]) <= 100


def _posting_rules(site: DeskSite) -> list[str]:
    parts = {part.bp.name for part in (administration, review, signing_in, submitting)}
    return sorted(
        rule.rule
        for rule in site.client.application.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in parts
        if "language_tag" not in rule.rule
    )


def _fill(rule: str, submission_id: str) -> str:
    return rule.replace("<submission_id>", submission_id).replace(
        "<token_id>", "aaaaaaaa"
    ).partition("<")[0] + ("comment" if "<any" in rule else "")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"data": {"form_token": "0" * 64}},
        {"headers": {"Sec-Fetch-Site": "cross-site"}},
        {"headers": {"Sec-Fetch-Site": "same-site"}},
        {"headers": {"Origin": "https://evil.example"}},
    ],
)
def test_forms_of_others_do_nothing(site: DeskSite, sent: dict[str, Any]) -> None:
    """A page of another site cannot have somebody's browser do anything in their session."""
    browser, submission_id = site.person(site.eve), site.proposed()
    ours = {"form_token": form_token(browser.get("/submissions", headers=BROWSER).text)}
    data = sent.get("data", ours if "headers" in sent else {})
    rules = [rule for rule in _posting_rules(site) if "sign-in" not in rule]
    answers = {
        rule: browser.post(_fill(rule, submission_id), data=data, headers=sent.get("headers"))
        for rule in rules
    }

    assert len(rules) > 5
    assert {403} == {answer.status_code for answer in answers.values()}


def test_signing_in_by_another_page(site: DeskSite) -> None:
    """A page of another site cannot sign somebody in as somebody else."""
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = site.client.post("/sign-in", data={"token": site.awa}, headers=headers)

    assert (401, None) == (answer.status_code, answer.headers.get("Set-Cookie"))


def test_own_origin(site: DeskSite) -> None:
    """An older browser, which says only its origin, sends our own forms."""
    browser = site.person(site.awa)
    token = form_token(browser.get("/submissions", headers=BROWSER).text)
    headers = {"Origin": "https://desk.example"}
    answer = browser.post("/sign-out", data={"form_token": token}, headers=headers)

    assert 303 == answer.status_code


PATHS = ("/", "/doc/plan/MLI-3", "/doc/plan/MLI-3.ttl", "/id/plan/MLI-3", ASK, "/dataset",
         "/graph/MLI", "/submissions", "/sign-in", "/context.jsonld")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("known_by", ["cookie", "token", "any cookie"])
def test_no_cache_keeps_answers_to_people(site: DeskSite, path: str, known_by: str) -> None:
    """What goes to somebody who may be known is not for caches, and does not come from ours."""
    cache = site.client.application.wsgi_app
    browser = site.client.application.test_client()
    headers = {"Authorization": f"Bearer {site.awa}"} if known_by == "token" else {}
    if known_by == "cookie":
        browser = site.person(site.awa)
    elif known_by == "any cookie":
        browser.set_cookie("theme", "dark")
    site.client.get(path)
    before = cache.hits + cache.misses  # type: ignore[attr-defined]
    answer = browser.get(path, headers=headers)

    assert "public" not in answer.headers.get("Cache-Control", "")
    assert before == cache.hits + cache.misses  # type: ignore[attr-defined]


def test_strangers_get_no_answer_of_somebody(site: DeskSite) -> None:
    """A page that somebody got in their session is not given to the next who asks."""
    browser = site.person(site.ben)
    own = browser.get("/submissions", headers=BROWSER).text
    others = site.client.get("/submissions", headers=BROWSER).text

    assert "Signed in as Ben" in own
    assert "Signed in" not in others


def test_public_answers_stay_public(site: DeskSite) -> None:
    """Whoever is not known gets what caches may keep, as before."""
    answer = site.client.application.test_client().get("/doc/plan/MLI-3", headers=BROWSER)

    assert answer.headers["Cache-Control"].startswith("public")


def test_many_wrong_tokens_of_a_program(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that tries tokens is not even told any more whether one is right."""
    monkeypatch.setattr("napgraph.web.curation.desk._WRONG_TOKENS", 2)
    monkeypatch.setattr("napgraph.web.curation.desk._WRONG_TOKENS_S", 1.5)
    right, wrong = ({"Authorization": f"Bearer {t}"} for t in (site.awa, "nap_aaaaaaaa_x"))
    stranger = {"environ_overrides": {"REMOTE_ADDR": "10.9.8.7"}}
    answers = [site.client.get("/audit", headers=h, **stranger) for h in (wrong, wrong, right)]
    time.sleep(1.5)
    later = site.client.get("/audit", headers=right, **stranger)

    assert [401, 401, 429] == [answer.status_code for answer in answers]
    assert 403 == later.status_code
