"""Searching over HTTP: the page, the same as JSON, suggestions, and addresses that lead nowhere."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as ET

import html5lib
import jsonschema
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napgraph.config import Config
from napgraph.web import create_app
from napgraph.web.openapi import describe

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def searcher(publisher: FlaskClient) -> FlaskClient:
    """Ask the site of two countries once its index has been found."""
    site = publisher.application.extensions["napgraph"]
    assert site.deriver.get(site.current().generation.id, wait_s=60)

    return publisher


def text_of(html: str) -> str:
    """Give a page's words."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize(
    "path",
    ["/search", "/search?q=Kenya", "/fr/search?q=Kenya", "/ar/search?q=x", "/search?q=xqzzv",
     "/search?q=women&type=objective", "/search?q=women&type=country", "/search?q=keyna"],
)  # fmt: skip
def test_page_is_well_formed(searcher: FlaskClient, path: str) -> None:
    """Each state of the page is HTML without a mistake."""
    response = searcher.get(path)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(response.text)

    assert 200 == response.status_code
    assert [] == [error for _, error, _ in parser.errors]


def test_page_shows_the_best_first_with_its_state(searcher: FlaskClient) -> None:
    """The country comes first, marked, with how its plans stand."""
    html = searcher.get("/search?q=kenya").text
    first = html.partition('<ol class="results">')[2].partition("</li>")[0]

    assert 'href="/doc/country/KEN"' in first
    assert "<mark>Kenya</mark>" in first
    assert 'class="state ' in first


def test_page_offers_a_spelling(searcher: FlaskClient) -> None:
    """Who mistyped gets what was meant, and is told."""
    words = text_of(searcher.get("/search?q=keyna").text)

    assert "results for “Kenya”." in words
    assert "Nothing has what you typed, “keyna”." in words


def test_page_of_a_kind_leads_back_to_all(searcher: FlaskClient) -> None:
    """With nothing of one kind, the others are offered."""
    html = searcher.get("/search?q=kenya&type=theme").text

    assert 'href="/search?q=kenya"' in html
    assert "What you can try" in html


def test_texts_are_escaped(client: FlaskClient) -> None:
    """Markup in data and in what was typed is text, beside the marks that are ours."""
    html = client.get("/search?q=women+%3Cscript%3Ealert(1)%3C/script%3E+%22onload").text

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_page_in_another_language(searcher: FlaskClient) -> None:
    """Words, plan's names and links are in the page's language."""
    html = searcher.get("/fr/search?q=kenya").text

    assert '<html lang="fr"' in html
    assert 'action="/fr/search"' in html
    assert 'href="/fr/doc/country/KEN"' in html


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/search?q=a&type=king", "There is no type 'king'"),
        ("/search?q=a&page=0", "page is '0'"),
        ("/api/search?q=a&limit=101", "a number from 1 to 100"),
        ("/api/search?q=a&lang=xx", "it takes en, fr, es, ar"),
        ("/api/search", "Say what to look for"),
    ],
)
def test_what_makes_no_sense_is_told(searcher: FlaskClient, path: str, detail: str) -> None:
    """A parameter with a value that it does not take is a clear 400."""
    response = searcher.get(path)

    assert 400 == response.status_code
    assert detail in response.json["detail"]


def schema(name: str) -> dict[str, object]:
    """Give a schema of the OpenAPI document with all that it refers to."""
    return {
        "$ref": f"#/components/schemas/{name}",
        "components": {"schemas": describe()["components"]["schemas"]},
    }


@pytest.mark.parametrize("query", ["q=kenya", "q=", "q=keyna&lang=fr", "q=women&type=objective"])
def test_json_is_as_described(searcher: FlaskClient, query: str) -> None:
    """What programs get is what the OpenAPI document says."""
    jsonschema.validate(searcher.get(f"/api/search?{query}").json, schema("SearchResults"))


def test_json_has_pages(searcher: FlaskClient) -> None:
    """Following `next` gives each result once, to the end."""
    ids, path = [], "/api/search?q=kenya&limit=2"
    while path:
        found = searcher.get(path.removeprefix("http://localhost")).json
        ids += [result["id"] for result in found["results"]]
        path = found["next"] or ""

    assert found["total"] == len(ids) == len(set(ids))
    assert "https://w3id.org/napgraph/id/country/KEN" == ids[0]


def test_json_says_where_matches_are(searcher: FlaskClient) -> None:
    """Places of matched words are those of the words."""
    (objective,) = searcher.get("/api/search?q=taking+part&type=objective").json["results"][:1]
    name = objective["name"]

    assert ["take", "part"] == [name["value"][start:stop] for start, stop in name["matches"]]


def test_suggestions_are_as_described(searcher: FlaskClient) -> None:
    """They come in four lists of one length, with addresses on this site."""
    response = searcher.get("/api/search/suggest?q=ken&lang=fr")
    asked, names, descriptions, addresses = response.json

    jsonschema.validate(response.json, schema("SearchSuggestions"))
    assert "application/x-suggestions+json" == response.content_type
    assert ("ken", "Kenya", "Pays") == (asked, names[0], descriptions[0])
    assert "http://localhost/fr/doc/country/KEN" == addresses[0]


def test_browsers_are_told_how_to_search(searcher: FlaskClient) -> None:
    """The description is where pages say, and its addresses answer."""
    (path,) = re.findall(r'rel="search"[^>]+href="([^"]+)"', searcher.get("/search").text)
    root = ET.fromstring(searcher.get(path).data)
    templates = {url.get("type"): url.get("template") for url in root.iter() if url.get("template")}
    answers = {
        type_: searcher.get(str(template).replace("{searchTerms}", "mali"))
        for type_, template in templates.items()
    }

    assert 3 == len(answers)
    assert all(answer.content_type.startswith(str(type_)) for type_, answer in answers.items())


@pytest.mark.parametrize(
    ("path", "meant"),
    [("/doc/country/mli", "/doc/country/MLI"), ("/plans/kenya-plan-2", "/doc/plan/KEN-2"),
     ("/kenia.html", "/doc/country/KEN")],
)  # fmt: skip
def test_address_that_leads_nowhere_offers_what_is_near(
    searcher: FlaskClient, path: str, meant: str
) -> None:
    """The page of a 404 has a search box with the words of the address, and near matches."""
    response = searcher.get(path, headers=PAGE)
    _, _, offered = response.text.partition('id="q"')

    assert 404 == response.status_code
    assert f'href="{meant}"' in offered


def test_address_for_machines_offers_nothing(searcher: FlaskClient) -> None:
    """The page that stands for all errors of a copy has no words of one address."""
    assert 'value="" data-suggest' in searcher.get("/_kenya", headers=PAGE).text


def test_search_before_the_index_is_there(config: Config, tmp_path: Path) -> None:
    """Just after a start, what people look for most is found, and nobody keeps the answer."""
    store_dir = tmp_path / "store"
    shutil.copytree(config.store_dir, store_dir, ignore=shutil.ignore_patterns("derived"))
    app = create_app(replace(config, store_dir=store_dir))
    response = app.test_client().get("/api/search?q=mali")
    app.extensions["napgraph"].close()

    assert ("no-store", False) == (response.headers["Cache-Control"], response.json["isComplete"])
    assert "https://w3id.org/napgraph/id/country/MLI" == response.json["results"][0]["id"]


@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=400), st.binary(max_size=20))
def test_no_request_is_an_error(searcher: FlaskClient, text: str, raw: bytes) -> None:
    """Whatever is typed, page and programs get an answer."""
    query = f"q={quote(text, errors='replace')}{quote(raw)}"
    statuses = {
        searcher.get(f"{path}?{query}").status_code
        for path in ("/search", "/api/search", "/api/search/suggest")
    }

    assert {200} == statuses


# -- searching without a server ----------------------------------------------------------------

NAMES_JS = Path(__file__).parents[1] / "src/napgraph/web/frontend/site/names.js"


def test_names_are_given_with_their_places(searcher: FlaskClient) -> None:
    """The file has each name in its languages, and what tells the thing from others."""
    things = searcher.get("/search/names.json").json["things"]

    assert ["country", "/doc/country/MLI", {"ar": "مالي", "en": "Mali"}, ""] in things
    assert "remark" not in {kind for kind, *_ in things}


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("Mali", "en", "Mali"),
        ("مالي", "en", "Mali"),
        ("kenya pl", "en", "Kenya, plan 2"),
        ("WIZARA", "fr", "Wizara"),
        ("ken-2", "en", "Kenya, plan 2"),
    ],
)
def test_script_finds_names(
    searcher: FlaskClient, tmp_path: Path, text: str, language: str, first: str
) -> None:
    """In a copy made of files, the script of its search page puts the thing meant first."""
    if shutil.which("node") is None:
        pytest.skip("node is not installed")
    module = tmp_path / "names.mjs"
    shutil.copy(NAMES_JS, module)
    names = tmp_path / "names.json"
    names.write_bytes(searcher.get("/search/names.json").data)
    asked = f"""
        import {{ readFileSync }} from "node:fs";
        import {{ best, words }} from {str(module)!r};
        const {{ things }} = JSON.parse(readFileSync({str(names)!r}));
        console.log(best(things, words({text!r}), {language!r})[0].name);
    """
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", asked], capture_output=True, text=True, check=False
    )

    assert ("", f"{first}\n") == (ran.stderr, ran.stdout)
