"""Forms on pages: filled in from the graph, checked, submitted, and nothing typed lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

from napgraph.curation.accounts import Accounts
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Role, Submission
from napgraph.web import create_app
from tests.curating import AWA, accepted, workspace_config
from tests.desk_site import BROWSER, form_token
from tests.forming import FILES
from tests.pages import Fields, read_form

EDIT, ADD = "/edit/plan/MLI-3", "/add/plan?country=MLI"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    """Make a workspace, built."""
    publisher = Publisher(workspace_config(tmp_path_factory.mktemp("forms"), FILES))
    publisher.start()
    return publisher


@pytest.fixture(scope="module")
def stranger(publisher: Publisher) -> Iterator[FlaskClient]:
    """Come without signing in."""
    app = create_app(publisher.config)
    yield app.test_client()
    app.extensions["napgraph"].close()


def signed_in(publisher: Publisher, stranger: FlaskClient, name: str = AWA) -> FlaskClient:
    """Sign in as a contributor, with a browser of one's own."""
    accounts = Accounts(publisher.journal.database)
    _, token = accounts.make_token(name, Role.CONTRIBUTOR)
    browser = stranger.application.test_client()
    browser.post("/sign-in", data={"token": token})
    return browser


@pytest.fixture(scope="module")
def awa(publisher: Publisher, stranger: FlaskClient) -> FlaskClient:
    """Stay signed in as a contributor."""
    return signed_in(publisher, stranger)


def page(browser: FlaskClient, path: str = EDIT) -> str:
    """Get the page of a form."""
    answer = browser.get(path, headers=BROWSER)
    assert 200 == answer.status_code
    return answer.text


def fields(browser: FlaskClient, path: str = EDIT) -> Fields:
    """Read what a browser would send of a form that nobody has touched."""
    return read_form(page(browser, path))


def submissions(publisher: Publisher) -> list[Submission]:
    """List what was submitted."""
    return publisher.journal.submissions()


def test_form_is_filled_in_from_the_graph(awa: FlaskClient) -> None:
    """What is published stands in the fields, and what was chosen is chosen."""
    found = fields(awa)

    assert ["2019"] == found["thing.nap:periodStart"]
    assert ["", "theme/climate", "theme/displacement"] == found["thing.nap:theme"]
    assert ["plan/MLI-2"] == found["thing.dcterms:replaces"]


def test_fields_have_labels_help_and_choices(awa: FlaskClient) -> None:
    """Each control is named, explained, and offers concepts by their names."""
    text = page(awa, "/fr/edit/plan/MLI-3")

    assert "Début de la période" in text
    assert "La première année civile que couvre un plan d'action." in text.replace("&#39;", "'")
    assert "Changements climatiques" in text


def test_untouched_form_changes_nothing(awa: FlaskClient) -> None:
    """A form that is sent as it came says that nothing is changed."""
    answer = awa.post(EDIT, data={**fields(awa), "check": "1"})

    assert 422 == answer.status_code
    assert "Nothing is changed yet" in answer.text


def test_wrong_period_is_told_at_its_field(awa: FlaskClient) -> None:
    """What a rule says stands at the field, and above all with a link there."""
    data = {**fields(awa), "thing.nap:periodEnd": "2018", "check": "1"}
    answer = awa.post(EDIT, data=data)

    assert 422 == answer.status_code
    assert '<a href="#thing-nap-periodEnd">Period end: ' in answer.text
    assert 2 == answer.text.count("the plan would end in 2018, before it starts.")
    assert "<title>Error:" in answer.text


def test_rules_speak_the_reader_s_language(awa: FlaskClient) -> None:
    """What is wrong is told in the language of the page, by rules and by the form itself."""
    path = "/fr/edit/plan/MLI-3"
    data = {**fields(awa, path), "thing.nap:periodEnd": "2018", "check": "1"}
    told = awa.post(path, data=data).text
    unfit = awa.post(path, data={**data, "thing.nap:periodEnd": "soon"}).text

    assert "le plan finirait en 2018" in told
    assert "quatre chiffres" in unfit
    assert 'lang="en"' not in told.partition('id="problems"')[2].partition("</div>")[0]


def test_nothing_typed_is_lost(awa: FlaskClient) -> None:
    """What is wrong comes back as it was written, with all else."""
    typed = {
        **fields(awa, ADD),
        "thing.nap:periodEnd": "soon",
        "objective-1.nap:text": "Une phrase & <plus>",
        "objective-1.nap:text.language": "fr",
        "new-source.dcterms:title": "A title",
        "message": "Why",
        "check": "1",
    }
    again = read_form(awa.post(ADD, data=typed).text)
    sent = {name: value for name, value in typed.items() if isinstance(value, str)}
    del sent["check"]

    assert sent == {name: again[name][0] for name in sent}
    assert ["plan/MLI-3"] == again["thing.dcterms:replaces"]


def test_more_rows_keep_what_is_typed(awa: FlaskClient) -> None:
    """Another objective is asked for without a script, and judged only when sent."""
    typed = {**fields(awa, ADD), "objective-2.nap:text": "Kept.", "more": "objective"}
    again = read_form(awa.post(ADD, data=typed).text)

    assert ["Kept."] == again["objective-2.nap:text"]
    assert ["3"] == again["objective-3.nap:number"]


def test_submitted_form_is_a_submission(awa: FlaskClient, publisher: Publisher) -> None:
    """It has the message, the source, the author and the commit that the form was made from."""
    data = {**fields(awa), "thing.nap:periodEnd": "2024", "submit": "1"}
    data |= {"message": "It was extended.", "source": "https://example.org/decree"}
    answer = awa.post(EDIT, data=data)
    found = submissions(publisher)[0]

    assert (303, f"/submissions/{found.id}") == (answer.status_code, answer.headers["Location"])
    assert (AWA, "It was extended.") == (found.author, found.message)
    assert (("MLI",), publisher.workspace.head()) == (found.names, found.base)


def test_sent_twice_is_one_submission(awa: FlaskClient, publisher: Publisher) -> None:
    """Who presses the button twice submits once."""
    data = {**fields(awa), "thing.nap:periodEnd": "2025", "submit": "1"}
    data |= {"message": "It was extended.", "source": "https://example.org/decree"}
    first, second = awa.post(EDIT, data=data), awa.post(EDIT, data=data)

    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("message", "source", "expected"),
    [("", "https://example.org/a", "what you change"), ("Why", "", "where this can be read")],
)
def test_message_and_source_are_asked(
    awa: FlaskClient, publisher: Publisher, message: str, source: str, expected: str
) -> None:
    """Nobody changes anything without saying why and where it can be read."""
    before = len(submissions(publisher))
    data = {**fields(awa), "thing.nap:periodEnd": "2026", "submit": "1"}
    answer = awa.post(EDIT, data={**data, "message": message, "source": source})

    assert 422 == answer.status_code
    assert expected in answer.text
    assert before == len(submissions(publisher))


def test_stranger_is_asked_to_sign_in(stranger: FlaskClient) -> None:
    """Who is not signed in is led to do so, and back."""
    answer = stranger.get(EDIT, headers=BROWSER)

    assert 303 == answer.status_code
    assert "/sign-in?next=%2Fedit%2Fplan%2FMLI-3" == answer.headers["Location"]


def test_signed_out_meanwhile_loses_nothing(publisher: Publisher, stranger: FlaskClient) -> None:
    """A session that has ended is told with the form, and the form can be sent again."""
    browser = signed_in(publisher, stranger)
    data = {**fields(browser), "thing.nap:periodEnd": "2027", "submit": "1"}
    browser.post("/sign-out", data={"form_token": data["form_token"]})
    answer = browser.post(EDIT, data=data)

    assert 422 == answer.status_code
    assert ["2027"] == read_form(answer.text)["thing.nap:periodEnd"]
    assert "Sign in (in a new tab)" in answer.text


def test_form_of_another_site_is_refused(awa: FlaskClient, publisher: Publisher) -> None:
    """What another page sends with somebody's session changes nothing."""
    before = len(submissions(publisher))
    data = {**fields(awa), "thing.nap:periodEnd": "2028", "submit": "1", "form_token": "x"}
    data |= {"message": "Why", "source": "https://example.org/a"}
    answer = awa.post(EDIT, data=data, headers={"Sec-Fetch-Site": "same-origin"})

    assert 422 == answer.status_code
    assert before == len(submissions(publisher))


@pytest.mark.parametrize(
    "path",
    [
        EDIT,
        ADD,
        "/edit/country/MLI",
        "/edit/objective/MLI-3-1",
        "/edit/organisation/MLI-media",
        "/edit/source/MLI-profile",
        "/edit/publisher/lists",
        "/add/event?country=",
        "/add/event?country=KEN",
        "/add/source?country=MLI",
        "/add/objective?plan=MLI-3",
        "/add/remark?plan=MLI-3",
        "/add/organisation?country=MLI",
        "/add/plan",
        "/add/objective",
        "/ar/edit/plan/MLI-3",
    ],
)
def test_page_is_private_and_well_formed(awa: FlaskClient, path: str) -> None:
    """Each form is HTML as it should be, has one heading, and no cache keeps it."""
    answer = awa.get(path, headers=BROWSER)

    assert 200 == answer.status_code
    assert "no-store" == answer.headers["Cache-Control"]
    assert 1 == answer.text.count("<h1>")
    assert html5lib.HTMLParser(strict=True).parse(answer.data) is not None


@pytest.mark.parametrize(
    "path",
    [
        "/edit/theme/climate",
        "/edit/plan/MLI-99",
        "/edit/nothing/x",
        "/add/pillar",
        "/add/plan?country=XYZ",
        "/add/plan?country=",
        "/add/objective?plan=MLI-99",
    ],
)
def test_what_has_no_form_is_not_there(awa: FlaskClient, path: str) -> None:
    """An address that leads to no form says so."""
    assert 404 == awa.get(path, headers=BROWSER).status_code


def publish_meanwhile(publisher: Publisher, old: str, new: str) -> None:
    """Have others publish a change of Mali's graph."""
    text = (publisher.workspace.read("MLI") or b"").decode()
    assert old in text
    changed = text.replace(old, new, 1).encode()
    publisher.publish(accepted(publisher, {"MLI": changed}).id)
    time.sleep(0.3)  # until the server has noticed


def test_what_others_publish_meanwhile_is_merged(awa: FlaskClient, publisher: Publisher) -> None:
    """A form takes nothing back that it did not change."""
    path = "/edit/plan/MLI-2"
    data = {**fields(awa, path), "thing.dcterms:title": ["The second plan", ""], "submit": "1"}
    publish_meanwhile(publisher, 'nap:periodEnd "2018"', 'nap:periodEnd "2017"')
    answer = awa.post(path, data={**data, "message": "Title", "source": "A book"})
    rebased = publisher.rebase(submissions(publisher)[0])

    assert 303 == answer.status_code
    assert {} == rebased.conflicts
    assert 'nap:periodEnd "2017"' in (rebased.files["MLI"] or b"").decode()


def test_clash_is_told_with_what_is_published_now(awa: FlaskClient, publisher: Publisher) -> None:
    """Who changed the same as others have sees both, keeps their changes, and may send again."""
    path = "/edit/plan/MLI-2"
    data = {**fields(awa, path), "thing.nap:periodStart": "2014", "submit": "1"}
    data |= {"message": "Why", "source": "A book"}
    publish_meanwhile(publisher, 'nap:periodStart "2015"', 'nap:periodStart "2016"')
    publish_meanwhile(publisher, "Second plan", "A second plan")
    answer = awa.post(path, data=data)
    again = read_form(answer.text)

    assert 422 == answer.status_code
    assert "published is now 2016." in answer.text
    assert (["2014"], "A second plan") == (
        again["thing.nap:periodStart"],
        again["thing.dcterms:title"][0],
    )
    assert 303 == awa.post(path, data={**again, "submit": "1"}).status_code


def submitted_plan(awa: FlaskClient, publisher: Publisher) -> Submission:
    """Submit a new plan of Kenya with an objective and a source."""
    path = "/add/plan?country=KEN"
    typed = {
        **fields(awa, path),
        "thing.nap:periodStart": "2024",
        "objective-1.nap:text": "Women lead.",
        "new-source.dcterms:title": "The plan",
        "new-source.dcterms:publisher": "Government of Kenya",
        "new-source.nap:sourceUrl": "https://example.org/plan",
        "message": "Add it.",
        "submit": "1",
    }
    assert 303 == awa.post(path, data=typed).status_code
    return submissions(publisher)[0]


def test_submission_is_revised_in_forms(awa: FlaskClient, publisher: Publisher) -> None:
    """What was submitted is corrected as what is published is, with all else that it says."""
    old = submitted_plan(awa, publisher)
    path = f"/edit/plan/KEN-1?submission={old.id}"
    assert f'href="{path}"' in page(awa, f"/submissions/{old.id}")
    found = fields(awa, path)
    answer = awa.post(path, data={**found, "thing.nap:periodEnd": "2028", "submit": "1"})
    new = publisher.journal.get(old.id)
    text = str((new.files["KEN"] or b"").decode())

    assert (303, 2, ["2024"]) == (answer.status_code, new.revision, found["thing.nap:periodStart"])
    assert 'nap:periodEnd "2028"' in text
    assert "objective:KEN-1-1" in text


def test_next_objective_of_a_submitted_plan(awa: FlaskClient, publisher: Publisher) -> None:
    """What a submission proposes counts: the next objective has the next number."""
    old = submitted_plan(awa, publisher)
    path = f"/edit/plan/KEN-1?submission={old.id}"
    again = awa.post(path, data={**fields(awa, path), "more": "objective"}).text

    assert ["2"] == read_form(again)["objective-1.nap:number"]


def test_revised_meanwhile_is_not_written_over(awa: FlaskClient, publisher: Publisher) -> None:
    """A form of an older revision changes nothing."""
    old = submitted_plan(awa, publisher)
    path = f"/edit/plan/KEN-1?submission={old.id}"
    data = {**fields(awa, path), "submit": "1"}
    awa.post(path, data={**data, "thing.nap:periodEnd": "2028"})
    answer = awa.post(path, data={**data, "thing.nap:periodEnd": "2030"})

    assert 422 == answer.status_code
    assert "has been revised meanwhile" in answer.text


def test_only_its_author_revises_a_submission(
    awa: FlaskClient, publisher: Publisher, stranger: FlaskClient
) -> None:
    """Another contributor is told that they may not, and changes nothing."""
    old = submitted_plan(awa, publisher)
    path = f"/edit/plan/KEN-1?submission={old.id}"
    other = signed_in(publisher, stranger, "Somebody else")
    answer = other.post(
        path, data={**fields(other, path), "thing.nap:periodEnd": "2028", "submit": "1"}
    )

    assert 422 == answer.status_code
    assert 1 == publisher.journal.get(old.id).revision


@pytest.mark.parametrize(
    ("path", "form", "anchor"),
    [
        ("/doc/country/MLI", "/edit/country/MLI", ""),
        ("/doc/country/KEN", "/add/plan?country=KEN", ""),
        ("/doc/plan/MLI-3", "/edit/plan/MLI-3", "thing-nap-documentUrl"),
        ("/doc/objective/MLI-3-1", "/edit/objective/MLI-3-1", ""),
        ("/doc/source/MLI-profile", "/edit/source/MLI-profile", ""),
        ("/figures/gaps", "/edit/plan/MLI-3", "section-budget"),
        ("/figures/gaps", "/edit/plan/MLI-3", "thing-nap-civilSocietyInMonitoring"),
        ("/figures/gaps", "/edit/plan/MLI-3", "monitoring-nap-indicators"),
        ("/contribute", "/add/plan", ""),
    ],
)
def test_pages_lead_to_forms(awa: FlaskClient, path: str, form: str, anchor: str) -> None:
    """What can be corrected or added leads to the form, at the field where that is asked."""
    link = f'href="{form}#{anchor}"' if anchor else f'href="{form}"'

    assert link in page(awa, path)
    assert not anchor or f'id="{anchor}"' in page(awa, form)


def test_crawlers_leave_forms_alone(stranger: FlaskClient) -> None:
    """What every page links to and nobody can read without signing in is not fetched."""
    assert "\nDisallow: /edit/\n" in stranger.get("/robots.txt").text


def test_concepts_lead_to_how_to_contribute(awa: FlaskClient) -> None:
    """What is the ontology's is corrected elsewhere."""
    text = page(awa, "/doc/theme/climate")

    assert "/edit/" not in text
    assert 'href="/contribute">Suggest a correction' in text


def test_hostile_values_are_words(awa: FlaskClient) -> None:
    """What is sent for a thing or a language that is none is told, and breaks nothing."""
    data = {
        **fields(awa),
        "thing.nap:theme": ["theme/climate", "x> a <y"],
        "thing.dcterms:title.language": ["en> .", "en"],
        "thing.dcterms:title": ["A \u0000 title", ""],
        "rows.objective": "99999",
        "base": "0" * 40,
        "check": "1",
    }
    answer = awa.post(EDIT, data=data)

    assert 422 == answer.status_code
    assert '<a href="#thing-nap-theme">' in answer.text


def test_anonymous_may_submit_where_allowed(tmp_path: Path) -> None:
    """A setting lets people without a token fill in forms."""
    config = replace(workspace_config(tmp_path, FILES), anonymous=True)
    Publisher(config).start()
    app = create_app(config)
    browser = app.test_client()
    data = {**fields(browser), "thing.nap:periodEnd": "2024", "submit": "1"}
    answer = browser.post(EDIT, data={**data, "message": "Why", "source": "A book"})
    app.extensions["napgraph"].close()

    assert 303 == answer.status_code


def test_token_is_in_every_form(awa: FlaskClient) -> None:
    """Forms carry what shows that they are ours."""
    assert form_token(page(awa)) == fields(awa)["form_token"][0]
