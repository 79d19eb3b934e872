"""What crawlers and language models are told: robots.txt, the sitemap and llms.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.namespaces import ID, NAP
from napgraph.store_folder import current
from napgraph.web import create_app, robots

ADDRESS = "https://napgraph.example"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture(scope="module")
def public(config: Config) -> Iterator[FlaskClient]:
    """Ask an application that knows where the world reaches it."""
    app = create_app(replace(config, address=ADDRESS))
    yield app.test_client()
    app.extensions["napgraph"].close()


def addresses(client: FlaskClient, path: str) -> list[str]:
    """Read the addresses that a sitemap, or the list of its parts, has."""
    tree = ET.fromstring(client.get(path).data)
    return [str(element.text) for element in tree.findall("*/s:loc", NAMES)]


def all_addresses(client: FlaskClient) -> list[str]:
    """Read the addresses of all parts of the sitemap."""
    parts = addresses(client, "/sitemap.xml")
    return [found for part in parts for found in addresses(client, part.removeprefix(ADDRESS))]


# -- robots.txt --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/doc/country/MLI", True),
        ("/doc/country/MLI.ttl", True),
        ("/sparql", True),
        ("/sparql?query=ASK%7B%7D", False),
        ("/metrics", False),
    ],
)
def test_robots_read_all_but_answers(public: FlaskClient, path: str, allowed: bool) -> None:
    """A robot that keeps to the rules reads pages and data and asks no queries."""
    rules = RobotFileParser()
    rules.parse(public.get("/robots.txt").text.splitlines())

    assert allowed == rules.can_fetch("SomeBot", f"{ADDRESS}{path}")
    assert [f"{ADDRESS}/sitemap.xml"] == rules.site_maps()


# -- the sitemap -------------------------------------------------------------------------------


def test_sitemap_lists_every_document(public: FlaskClient, config: Config) -> None:
    """Each thing has its document there, once, unless it was withdrawn."""
    store = current(config.store_dir).open()
    rows = store.select(
        f"SELECT ?thing {{ ?thing a ?type FILTER NOT EXISTS {{ ?thing a <{NAP.Tombstone}> }} }}"
    )
    things = {str(row.thing) for row in rows}
    expected = {f"{ADDRESS}/doc/{t.removeprefix(ID)}" for t in things if t.startswith(ID)}
    listed = all_addresses(public)

    assert len(set(listed)) == len(listed)
    assert expected == {address for address in listed if "/doc/" in address}


def test_sitemap_lists_only_what_is_there(public: FlaskClient) -> None:
    """Every address answers, with a page that may be kept or not, and without a detour."""
    paths = [address.removeprefix(ADDRESS) for address in all_addresses(public)]
    sample = [path for path in paths if "/doc/" not in path or "/doc/plan/" in path] + paths[-20:]

    assert [] == [
        path
        for path in sample
        if public.get(path, headers={"Accept": "text/html"}).status_code != 200
    ]


def test_sitemap_lists_pages_in_all_languages(public: FlaskClient) -> None:
    """What is translated is listed in each language, named graphs as well."""
    listed = all_addresses(public)

    assert {
        f"{ADDRESS}{path}" for path in ("/", "/ontology", "/ar/shapes", "/graph/MLI", "/dataset")
    } <= set(listed)


def test_sitemap_has_parts_of_a_size(
    public: FlaskClient, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More addresses than a part may have go to more parts, and none is lost."""
    whole = set(all_addresses(public))
    monkeypatch.setattr(robots, "_ADDRESSES", 100)
    app = create_app(replace(config, address=ADDRESS))
    client = app.test_client()
    parts = addresses(client, "/sitemap.xml")

    found = [addresses(client, part.removeprefix(ADDRESS)) for part in parts]
    app.extensions["napgraph"].close()

    assert max(map(len, found)) == 100
    assert whole == {address for part in found for address in part}


def test_sitemap_says_when_all_changed(public: FlaskClient, config: Config) -> None:
    """Everything was last changed when the generation was built."""
    tree = ET.fromstring(public.get("/sitemap-documents-1.xml").data)
    days = {element.text for element in tree.findall("*/s:lastmod", NAMES)}

    assert {current(config.store_dir).created} == days


@pytest.mark.parametrize(
    "path",
    ["pages-0", "pages-2", "documents-0", "documents-2", "documents-99999999999", "other-1"],
)
def test_sitemap_has_no_other_parts(public: FlaskClient, path: str) -> None:
    """A part that there is not is not found."""
    assert 404 == public.get(f"/sitemap-{path}.xml").status_code


# -- llms.txt ----------------------------------------------------------------------------------


def test_llms_example_has_an_answer(public: FlaskClient) -> None:
    """The query that models are shown can be asked as it stands."""
    found = re.search(r"```sparql\n(.*?SELECT.*?)```", public.get("/llms.txt").text, re.DOTALL)
    assert found

    answer = public.get("/sparql", query_string={"query": found[1]}, headers={"Accept": "text/csv"})

    assert ["plan,name,start", "https://w3id.org/napgraph/id/plan/MLI-3,Mali,2019"] == (
        answer.text.split()
    )


def test_llms_links_lead_somewhere(public: FlaskClient) -> None:
    """Each address of this site that models are told answers."""
    links = re.findall(rf"\]\({ADDRESS}([^)]+)\)", public.get("/llms.txt").text)

    assert len(links) > 40
    assert [] == [path for path in links if public.get(path).status_code != 200]


def test_llms_names_terms(public: FlaskClient) -> None:
    """A model learns which class has which property, how often, and with what values."""
    text = public.get("/llms.txt").text

    assert "  - `plans`: One row for each action plan" in text
    assert "- `nap:Objective` (1): One of the numbered aims" in text
    assert "  - `nap:objectiveOf` 1 → nap:ActionPlan\n" in text
    assert "  - `nap:theme` 0–n → scheme:theme\n" in text


# -- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/llms.txt", "text/plain; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/sitemap-pages-1.xml", "application/xml; charset=utf-8"),
        ("/sitemap-documents-1.xml", "application/xml; charset=utf-8"),
    ],
)
def test_caches_may_keep_it(public: FlaskClient, path: str, media_type: str) -> None:
    """It is public, tells when it changed, and is not sent to whoever has it."""
    first = public.get(path, headers={"Host": "evil.example"})
    again = public.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert media_type == first.headers["Content-Type"]
    assert "public" in first.headers["Cache-Control"]
    assert "Last-Modified" in first.headers
    assert "evil.example" not in first.text
    assert (304, b"") == (again.status_code, again.data)
