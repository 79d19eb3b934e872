"""Links for programs: two readers of others follow them, and what data say breaks none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from httplink import parse_link_header
from rdflib import URIRef
from signposting import (
    Signpost,
    Signposting,
    find_signposting_html,
    find_signposting_http,
    find_signposting_linkset,
)

from napgraph.config import Config
from napgraph.documents import Page, Profile
from napgraph.formats import GRAPH_FORMATS, TURTLE
from napgraph.namespaces import BASE, NAP
from napgraph.web.signposting import (
    Link,
    Signposts,
    clean,
    data_links,
    header_of,
    linkset,
    linkset_json,
    linkset_text,
    page_links,
)
from napgraph.wording import LICENCE
from servers import serving

PLAN = f"{BASE}id/plan/MLI-3"
TYPES = {f"{NAP}NationalActionPlan", "https://schema.org/AboutPage"}


@pytest.fixture(scope="module")
def site(config: Config) -> Iterator[str]:
    """Serve the small site; give its address, without a slash at its end."""
    with serving(settings={"NAPGRAPH_STORE": str(config.store_dir)}) as address:
        yield address.rstrip("/")


def targets(signposts: set[Signpost]) -> set[str]:
    """Give where links lead."""
    return {str(signpost.target) for signpost in signposts}


def read_plan(site: str, way: str) -> Signposting:
    """Read the links of a plan's document with another's library, in one of five ways."""
    document = f"{site}/doc/plan/MLI-3"
    if way == "header":
        return find_signposting_http(f"{site}/id/plan/MLI-3")
    if way == "page":
        return find_signposting_html(document)
    suffix = {"linkset": ".linkset", "linkset in JSON": ".linkset.json"}[way]
    return find_signposting_linkset(document + suffix).for_context(document)


@pytest.mark.parametrize("way", ["header", "page", "linkset", "linkset in JSON"])
def test_landing_page(site: str, way: str) -> None:
    """The library finds what FAIR Signposting asks of a landing page, in every way there is."""
    found = read_plan(site, way)

    assert found.citeAs is not None
    assert PLAN == found.citeAs.target
    assert targets(found.types) == TYPES
    assert {f"{site}/doc/plan/MLI-3.{form.suffix}" for form in GRAPH_FORMATS} == targets(
        found.describedBy
    )
    assert {form.media_type for form in GRAPH_FORMATS} == {s.type for s in found.describedBy}
    assert found.license is not None
    assert str(LICENCE) == found.license.target
    assert found.collection is not None
    assert f"{site}/dataset" == found.collection.target


@pytest.mark.parametrize("way", ["header", "page"])
def test_linksets_are_found(site: str, way: str) -> None:
    """Both forms of the linkset are found from the document."""
    assert {"application/linkset", "application/linkset+json"} == {
        signpost.type for signpost in read_plan(site, way).linksets
    }


def test_cited_iri_leads_to_the_page(site: str) -> None:
    """What a page says to cite leads to the page that says so."""
    assert f"{site}/doc/plan/MLI-3" == find_signposting_http(f"{site}/id/plan/MLI-3").context


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.suffix)
def test_metadata_describe_the_page(site: str, form: Any) -> None:
    """Each format says what it describes, in its header and in the linkset."""
    address = f"{site}/doc/plan/MLI-3.{form.suffix}"
    in_header = find_signposting_http(address).describes
    links = find_signposting_linkset(f"{site}/doc/plan/MLI-3.linkset.json")

    assert {f"{site}/doc/plan/MLI-3", PLAN} == targets(in_header)
    assert {f"{site}/doc/plan/MLI-3"} == targets(links.for_context(address).describes)


def test_dataset_has_items(site: str) -> None:
    """The dataset's linkset has each named graph, and each of them where it belongs."""
    links = find_signposting_linkset(f"{site}/dataset.linkset").for_context(f"{site}/dataset")
    graph = f"{site}/graph/MLI"
    collection = find_signposting_linkset(f"{site}/dataset.linkset").for_context(graph).collection

    assert graph in targets(links.items)
    assert collection is not None
    assert f"{site}/dataset" == collection.target


def read_header(value: str) -> list[tuple[str, dict[str, str]]]:
    """Read a Link header with another's reader."""
    return [(link.target, dict(link.attributes)) for link in parse_link_header(value).links]


def test_header_is_read_by_another(client: FlaskClient) -> None:
    """Another reader finds each link with its parameters."""
    header = client.get("/doc/plan/MLI-3").headers["Link"]
    links = read_header(header)

    assert (PLAN, {"rel": "cite-as"}) in links
    assert ("/doc/plan/MLI-3.ttl", {"rel": "alternate describedby", "type": "text/turtle"}) in links
    assert len(links) == header.count("<") == header.count('; rel="')


def signposts(**parts: Any) -> Signposts:
    """Make a document's signposts."""
    profile = Profile(**{"types": (NAP.ActionPlan,), "licence": LICENCE, **parts})
    return Signposts("/doc/plan/X", f"{BASE}id/plan/X", profile)


EVIL = 'http://a.example/>; rel="stylesheet", <b\r\nX: é"'


@pytest.mark.parametrize("name", ["types", "authors", "contents", "replaced_by"])
def test_data_end_no_link(name: str) -> None:
    """Whatever an address in the data holds, it stays one link, in ASCII and on one line."""
    said = signposts(**{name: (EVIL,)})
    header = header_of(page_links(said))
    text = linkset_text(linkset(said, "https://site.example"))

    assert len(page_links(said)) == len(read_header(header))
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header
    assert EVIL not in text
    assert clean(EVIL) in header
    assert clean(EVIL) in text


def test_many_items_are_left_to_the_linkset() -> None:
    """A header stays short, whatever a collection holds."""
    items = tuple(Link(f"/graph/{number}", "item") for number in range(1000))
    said = Signposts("/dataset", f"{BASE}dataset", signposts().profile, items=items)

    assert len(header_of(page_links(said))) < 4_000
    assert 1000 == len([k for k in linkset(said, "https://a.example") if "/graph/" in k])


def test_many_types_are_cut() -> None:
    """Of a thing with very many types the header has some."""
    types = tuple(URIRef(f"{NAP}T{number}") for number in range(1000))

    assert len(header_of(page_links(signposts(types=types)))) < 4_000


def test_pages_keep_their_format() -> None:
    """From a page in one format the next one in it is found."""
    said = Signposts("/doc/theme/x", f"{BASE}id/theme/x", signposts().profile, page=Page(2, 4))
    links = {link.rel: link.target for link in data_links(said, TURTLE)}

    assert "/doc/theme/x.ttl" == links["first"] == links["prev"]
    assert ("/doc/theme/x.ttl?page=3", "/doc/theme/x.ttl?page=4") == (links["next"], links["last"])


def test_both_linksets_say_the_same() -> None:
    """The two forms hold the same links."""
    links = linkset(signposts(authors=(URIRef(f"{BASE}id/publisher/x"),)), "https://a.example")
    in_json = {
        (context["anchor"], rel, target["href"], target.get("type", ""))
        for context in json.loads(linkset_json(links))["linkset"]
        for rel in context
        if rel != "anchor"
        for target in context[rel]
    }
    in_text = {
        (options["anchor"], options["rel"], target, options.get("type", ""))
        for target, options in read_header(linkset_text(links).replace("\n", " "))
    }

    assert in_json == in_text
    assert all(anchor.startswith("https://a.example/") for anchor, *_ in in_json)
