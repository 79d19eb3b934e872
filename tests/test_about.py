"""Pages of prose: whole in every language, with citations and code that work as they stand."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
import rispy
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.web.about import PAGES, snippets
from napgraph.web.languages import LANGUAGES, path_prefix
from servers import serving

OTHERS = [tag for tag in LANGUAGES if tag != "en"]


def path_of(name: str, tag: str = "en") -> str:
    """Give a page's path."""
    within = {"about": "/about", "contribute": "/contribute"}.get(name, f"/about/{name}")
    return f"{path_prefix(tag)}{within}"


def main_of(client: FlaskClient, name: str, tag: str) -> str:
    """Give what is in the main part of a page."""
    html = client.get(path_of(name, tag)).text
    return html.partition('<main id="main">')[2].partition("</main>")[0]


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", [*PAGES, "/sources"])
def test_page_is_well_formed(publisher: FlaskClient, name: str, tag: str) -> None:
    """Each page is there in each language, and is HTML without a mistake."""
    path = f"{path_prefix(tag)}{name}" if name.startswith("/") else path_of(name, tag)
    response = publisher.get(path)
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(response.text)

    assert 200 == response.status_code
    assert f'<html lang="{tag}"' in response.text
    assert [] == [error for _, error, _ in parser.errors]


@pytest.mark.parametrize("tag", OTHERS)
@pytest.mark.parametrize("name", PAGES)
def test_languages_say_the_same(publisher: FlaskClient, name: str, tag: str) -> None:
    """A translation has the sections of the English page in its order, its links and its code."""
    english, other = (main_of(publisher, name, each) for each in ("en", tag))
    prefix = path_prefix(tag)

    def skeleton(html: str) -> list[str]:
        parts = re.findall(r'<(?:h2 id|a href)="([^"]+)"|<(li|dt|form|pre)\b', html)
        return [(one or two).removeprefix(prefix) for one, two in parts]

    assert skeleton(english) == skeleton(other)


def test_page_that_there_is_not(publisher: FlaskClient) -> None:
    """Only what is written is there."""
    assert 404 == publisher.get("/about/nothing").status_code


def test_contribute_lists_what_is_open(publisher: FlaskClient) -> None:
    """The plan of which most is unknown comes first, with what that is."""
    gaps = main_of(publisher, "contribute", "en").partition('<div class="gaps">')[2]
    first = gaps.partition("</details>")[0]

    assert 'href="/doc/plan/MLI-3"' in first
    assert "its budget" in first


def test_sources_are_counted_by_publisher(client: FlaskClient) -> None:
    """The publisher of most sources comes first, with their number."""
    html = client.get("/sources").text
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)".*?class="number">(\d+)<', html)

    assert [("/doc/publisher/busy", "229")] == rows


@pytest.mark.parametrize("page", ["0", "2", "x", "²"])
def test_sources_have_no_other_pages(client: FlaskClient, page: str) -> None:
    """A page that there is not is told."""
    assert 400 == client.get(f"/sources?page={page}").status_code


# -- citations ---------------------------------------------------------------------------------


def test_dataset_is_cited_with_the_dump_of_its_version(publisher: FlaskClient) -> None:
    """The address of the version gives the very data."""
    (item,) = json.loads(publisher.get("/cite/dataset.csl.json").data)
    frozen = re.search(r"http://localhost(/dump/\S+?\.gz)", item["note"])
    assert frozen

    assert item["version"] in frozen[1]
    assert [[2026, 11, 24]] == item["issued"]["date-parts"]
    assert 200 == publisher.get(frozen[1]).status_code


def test_plan_is_cited_by_country_and_years(publisher: FlaskClient) -> None:
    """The title says what it is to who reads the citation alone."""
    response = publisher.get("/cite/plan/KEN-2.ris")
    (item,) = rispy.loads(response.text)

    assert "Kenya: national action plan 2 on women, peace and security, 2020–2024" == item["title"]
    assert ["https://w3id.org/napgraph/id/plan/KEN-2"] == item["urls"]
    assert "application/x-research-info-systems; charset=utf-8" == response.content_type


def test_suffix_may_have_a_full_stop(publisher: FlaskClient) -> None:
    """A thing's citation in CSL-JSON is at the address that its page gives."""
    (item,) = json.loads(publisher.get("/cite/plan/KEN-2.csl.json").data)

    assert item["URL"].endswith("/id/plan/KEN-2")


@pytest.mark.parametrize(
    "path", ["/cite/plan/none.bib", "/cite/plan/KEN-2.doc", "/cite/dataset.html"]
)
def test_what_cannot_be_cited(publisher: FlaskClient, path: str) -> None:
    """There is no citation of nothing, and none in other forms."""
    assert 404 == publisher.get(path).status_code


def test_answer_is_cited_by_its_address(publisher: FlaskClient) -> None:
    """What was asked and where the answer is are in the citation."""
    page = publisher.get(
        "/about/cite", query_string={"title": "Which <plans>?", "path": "/sparql?query=ASK{}"}
    ).text

    assert "Which &lt;plans&gt;?. In:" in page or "Which &lt;plans&gt;? In:" in page
    assert "http://localhost/sparql?query=ASK{}" in page


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "/\\evil", "x", ""])
def test_answers_of_others_are_not_cited(publisher: FlaskClient, path: str) -> None:
    """A citation leads to this site."""
    query = {"title": "x", "path": path}

    assert 400 == publisher.get("/about/cite", query_string=query).status_code


# -- code --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address(published: Config) -> Iterator[str]:
    """Serve the store of two countries over a socket."""
    with serving(settings={"NAPGRAPH_STORE": str(published.store_dir)}) as found:
        yield found.rstrip("/")


# What runs each snippet, and what it has to say.
_RUNNERS = {
    "curl.sh": (["bash"], "https://w3id.org/napgraph/id/plan/MLI-3,2019"),
    "search.sh": (["bash"], '"id": "https://w3id.org/napgraph/id/plan/MLI-3"'),
    "python.txt": ([sys.executable, "-W", "error"], "KEN-2"),
    "fetch.mjs": (["node"], "https://w3id.org/napgraph/id/plan/MLI-3 2019"),
    "plans.R": (["Rscript"], "KEN-2"),
}


@pytest.mark.parametrize("name", _RUNNERS)
def test_code_runs_as_it_is_shown(address: str, tmp_path: Path, name: str) -> None:
    """Who copies the code from the page gets an answer."""
    (program, *options), expected = _RUNNERS[name]
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    path = tmp_path / name
    path.write_text(snippets(address)[name], encoding="utf-8")
    ran = subprocess.run(
        [program, *options, str(path)], capture_output=True, text=True, timeout=60, check=False
    )

    assert ("", 0) == (ran.stderr, ran.returncode)
    assert expected in ran.stdout


def test_code_names_this_site(publisher: FlaskClient) -> None:
    """The code on a page asks the site that the page is on."""
    page = publisher.get("/about/api").text

    assert "IMPORTDATA(&#34;http://localhost/table/plans.csv&#34;)" in page
    assert "napgraph.example" not in page


def test_all_code_is_shown_and_run(publisher: FlaskClient) -> None:
    """No snippet is left untested but the spreadsheet's formula, whose table is asked for."""
    assert snippets("").keys() == {*_RUNNERS, "spreadsheet.txt"}
    assert 200 == publisher.get("/table/plans.csv").status_code
