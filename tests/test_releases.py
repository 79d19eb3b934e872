"""A release stays as it was: its tag, its files, its generation, and the site that it was."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyshacl
import pytest
from flask.testing import FlaskClient
from rdflib import DCTERMS, RDF, Graph, Literal, URIRef

from napgraph.config import Config
from napgraph.curation.publication import Publisher
from napgraph.curation.releases import make_release
from napgraph.dcat import DCAT, SPDX
from napgraph.errors import WorkspaceError
from napgraph.namespaces import DATASET
from napgraph.release_folder import Release, find_release, is_release_name, release_iri
from napgraph.store_folder import current, find, remove_old
from napgraph.web import create_app
from tests.curating import AWA
from tests.histories import change

FIRST, SECOND = "2026.1", "2026.2"


def cite(name: str, created: datetime) -> str:
    """Cite a release in the fewest words."""
    return f"{name} of {created.year}"


def copy(config: Config, folder: Path) -> Publisher:
    """Copy a workspace with its store."""
    assert config.workspace_dir
    shutil.copytree(config.workspace_dir, folder / "var")
    names = {"data_dir": "data", "store_dir": "store", "workspace_dir": ""}
    return Publisher(replace(config, **{k: folder / "var" / v for k, v in names.items()}))


@pytest.fixture(scope="module")
def publisher(history_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Publisher:
    """Make two releases, with a change after each."""
    publisher = copy(history_config, tmp_path_factory.mktemp("releases"))
    make_release(publisher, FIRST, author=AWA, cite=cite, notes="The first one.")
    change(publisher, "MLI", 'nap:periodEnd "2024"', 'nap:periodEnd "2025"', "Once more.")
    make_release(publisher, SECOND, author=AWA, cite=cite)
    change(publisher, "MLI", 'nap:periodEnd "2025"', 'nap:periodEnd "2026"', "And again.")
    return publisher


@pytest.fixture(scope="module")
def client(publisher: Publisher) -> Iterator[FlaskClient]:
    """Ask an application that serves them."""
    app = create_app(replace(publisher.config, contact="mailto:us@example.org"))
    yield app.test_client()
    app.extensions["napgraph"].close()


@pytest.fixture
def first(publisher: Publisher) -> Release:
    """Give the first release."""
    found = find_release(publisher.config.store_dir, FIRST)
    assert found
    return found


def test_tag_says_what_it_is(publisher: Publisher, first: Release) -> None:
    """Git has it as an annotated tag of the commit, with generation and checksums."""
    tags = {tag.name: tag for tag in publisher.workspace.tags()}
    message = tags[FIRST].message

    assert (tags[FIRST].commit, sorted(tags)) == (first.commit, [FIRST, SECOND])
    assert f"Generation: {first.generation_id}" in message
    assert f"SHA256 (napgraph.nq.gz): {first.files['napgraph.nq.gz'].sha256}" in message
    assert "The first one." in message
    assert first.citation in message


def test_generation_is_never_removed(publisher: Publisher, first: Release) -> None:
    """Whatever is built and cleared away later."""
    store_dir = publisher.config.store_dir
    remove_old(store_dir, keep=1)

    assert find(store_dir, first.generation_id).is_whole()
    assert current(store_dir).id != first.generation_id


def test_files_are_as_their_checksums_say(first: Release) -> None:
    """Those in the folder, as `sha256sum --check` reads them."""
    lines = (first.path / "SHA256SUMS").read_text().splitlines()
    said = {name: sha256 for sha256, name in (line.split("  ") for line in lines)}
    found = {name: hashlib.sha256((first.path / name).read_bytes()).hexdigest() for name in said}

    assert found == said
    assert "plans.parquet" in said


def test_there_is_one_release_of_a_name(publisher: Publisher) -> None:
    """A second is refused, and changes nothing."""
    with pytest.raises(WorkspaceError, match="never change"):
        make_release(publisher, FIRST, author=AWA, cite=cite)


@pytest.mark.parametrize("name", ["", "../x", "a b", "v1..2", "-x", "x.lock", "a/b", "1" * 40])
def test_what_cannot_be_a_name(publisher: Publisher, name: str) -> None:
    """It would be no tag, or no address."""
    with pytest.raises(WorkspaceError, match="cannot be the name"):
        make_release(publisher, name, author=AWA, cite=cite)


def test_names() -> None:
    """Years and numbers, and the versions of others."""
    assert all(is_release_name(name) for name in ("2026.1", "2026.10", "1.0.0-rc1", "v2"))


def test_release_that_was_cut_off_is_finished(history_config: Config, tmp_path: Path) -> None:
    """Where the tag could not be made, the next try makes it, of the same commit."""
    publisher = copy(history_config, tmp_path)
    made = make_release(publisher, FIRST, author=AWA, cite=cite)
    tag = publisher.workspace.root / ".git" / "refs" / "tags" / FIRST
    tag.unlink()
    change(publisher, "MLI", 'nap:periodEnd "2024"', 'nap:periodEnd "2025"', "Meanwhile.")
    again = make_release(publisher, FIRST, author=AWA, cite=cite)

    assert (again.commit, again.generation_id) == (made.commit, made.generation_id)
    assert [t.commit for t in publisher.workspace.tags()] == [made.commit]


def test_release_is_made_again_where_the_store_was_lost(
    publisher: Publisher, first: Release, tmp_path: Path
) -> None:
    """From the tag alone comes the same generation with the same dumps."""
    other = copy(publisher.config, tmp_path)
    shutil.rmtree(other.config.store_dir)
    other.start()
    again = make_release(other, FIRST, author=AWA, cite=cite)

    assert again.generation_id == first.generation_id
    assert {f.name: f.sha256 for f in again.dumps} == {f.name: f.sha256 for f in first.dumps}


# -- on the web --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "year"), [(f"/release/{FIRST}", "2024"), (f"/release/{SECOND}", "2025"), ("", "2026")]
)
def test_each_answers_as_it_was(client: FlaskClient, root: str, year: str) -> None:
    """Documents, queries and graphs, each below its own path."""
    query = "SELECT ?e { <https://w3id.org/napgraph/id/plan/MLI-3> nap:periodEnd ?e }"
    text = f"PREFIX nap: <https://w3id.org/napgraph/ontology#> {query}"
    asked = {"query": text, "format": "csv"}

    assert f'"{year}"' in client.get(f"{root}/doc/plan/MLI-3.ttl").text
    assert f'"{year}"' in client.get(f"{root}/graph/MLI").text
    assert client.get(f"{root}/sparql", query_string=asked).text.split() == ["e", year]
    assert client.post(f"{root}/sparql", data=asked).text.split() == ["e", year]


def test_pages_of_a_release_lead_into_it(client: FlaskClient) -> None:
    """All links of a page and of its headers, but for styles and other releases."""
    response = client.get(f"/release/{FIRST}/doc/plan/MLI-3.html")
    leading = re.findall(r'(?:href|src|action)="(/[^"]*)"', response.text)
    outside = {path for path in leading if not path.startswith(f"/release/{FIRST}/")}
    in_header = re.findall(r"<(/[^>]*)>", response.headers["Link"])

    assert len(leading) > 20
    assert all(path == "/releases" or path.startswith("/static/") for path in outside)
    assert in_header
    assert all(path.startswith(f"/release/{FIRST}/") for path in in_header)


def test_pages_of_a_release_say_so(client: FlaskClient) -> None:
    """Nobody takes them for what is current."""
    assert f"This is release {FIRST}" in client.get(f"/release/{FIRST}/plans").text
    assert "This is release" not in client.get("/plans").text


@pytest.mark.parametrize("encoding", ["gzip", "br", "identity"])
def test_pages_of_a_release_are_encoded_once(client: FlaskClient, encoding: str) -> None:
    """Whatever a browser takes, asked the first time and again."""
    path, headers = f"/release/{FIRST}/about", {"Accept-Encoding": encoding}
    answers = [client.get(path, headers=headers) for _ in range(2)]
    body = answers[1].data

    assert answers[0].data == body
    assert answers[1].headers.get("Content-Encoding", "identity") == encoding
    if encoding == "gzip":
        body = gzip.decompress(body)
    assert encoding == "br" or b"<!doctype html>" in body


def test_thing_of_a_release_leads_to_its_document(client: FlaskClient) -> None:
    """Within the release."""
    response = client.get(f"/release/{FIRST}/id/plan/MLI-3")

    assert response.status_code == 303
    assert response.headers["Location"] == f"/release/{FIRST}/doc/plan/MLI-3"


def test_iri_of_a_release_leads_to_its_description(client: FlaskClient) -> None:
    """It says there which release it is."""
    led = client.get(f"/release/{FIRST}").headers["Location"]
    graph = Graph().parse(data=client.get(f"{led}.nt").data, format="nt")

    assert (release_iri(FIRST), DCAT.version, Literal(FIRST)) in graph
    assert (release_iri(SECOND), None, None) not in graph


@pytest.mark.parametrize("path", ["/release/none", "/release/none/doc/plan/MLI-3", "/release/x/"])
def test_no_release_is_404(client: FlaskClient, path: str) -> None:
    """Nor does it give what is current."""
    assert client.get(path).status_code == 404


def test_release_whose_generation_is_lost_is_said(publisher: Publisher, tmp_path: Path) -> None:
    """With what to do; all else is served."""
    other = copy(publisher.config, tmp_path)
    found = find_release(other.config.store_dir, FIRST)
    assert found
    shutil.rmtree(other.config.store_dir / "generations" / found.generation_id)
    app = create_app(other.config)
    response = app.test_client().get(f"/release/{FIRST}/doc/plan/MLI-3")
    status = app.test_client().get("/doc/plan/MLI-3").status_code
    app.extensions["napgraph"].close()

    assert (response.status_code, status) == (503, 200)
    assert f"napgraph release {FIRST}" in response.text


def test_release_is_in_the_log(publisher: Publisher) -> None:
    """Who made it, and when."""
    entries = [e for e in publisher.journal.log_entries() if e.what == "release"]

    assert {(e.who, e.about) for e in entries} >= {(AWA, FIRST), (AWA, SECOND)}


def test_release_takes_no_changes(client: FlaskClient) -> None:
    """What has to do with changing data is not there."""
    assert client.get(f"/release/{FIRST}/changes").status_code == 404
    assert "/history/" not in client.get(f"/release/{FIRST}/doc/plan/MLI-3.html").text


def test_files_are_served_for_good(client: FlaskClient, first: Release) -> None:
    """With their checksum, and a cache may keep them for ever."""
    response = client.get(f"/release/{FIRST}/files/napgraph.nq.gz")

    assert hashlib.sha256(response.data).hexdigest() == first.files["napgraph.nq.gz"].sha256
    assert "immutable" in response.headers["Cache-Control"]
    assert client.get(f"/release/{FIRST}/files/CITATION.txt").text == f"{first.citation}\n"
    assert client.get(f"/release/{FIRST}/files/release.json").status_code == 404


def test_dataset_names_its_releases(client: FlaskClient) -> None:
    """As versions in a series, each with its dumps and what was before."""
    graph = Graph().parse(data=client.get("/dataset.nt").data, format="nt")
    one, two = release_iri(FIRST), release_iri(SECOND)
    dumps = set(graph.objects(one, DCAT.distribution))

    assert set(graph.objects(DATASET, DCAT.hasVersion)) == {one, two}
    assert (two, DCAT.previousVersion, one) in graph
    assert set(graph.objects(one, DCAT.inSeries)) == set(graph.objects(DATASET, DCAT.inSeries))
    assert (one, RDF.type, DCAT.Dataset) in graph
    assert graph.value(one, DCTERMS.bibliographicCitation) == Literal("2026.1 of 2026")
    assert len(dumps) == 6
    assert all(list(graph.objects(dump, SPDX.checksum)) for dump in dumps)
    assert URIRef("http://localhost/release/2026.1/files/napgraph.nq.gz") in set(
        graph.objects(None, DCAT.downloadURL)
    )


def test_releases_are_described_as_catalogues_want(client: FlaskClient) -> None:
    """Their description breaks no rule of DCAT-AP, as that of the dataset breaks none."""
    graph = Graph().parse(data=client.get("/dataset.nt").data, format="nt")
    shapes = Graph().parse(Path(__file__).parent / "dcat-ap.ttl")
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes)

    assert conforms, text


@pytest.mark.parametrize("tag", ["", "/fr", "/es", "/ar"])
def test_releases_are_listed(client: FlaskClient, tag: str) -> None:
    """Each with how to cite it and its files, the last first."""
    text = client.get(f"{tag}/releases").text

    assert text.index(f'id="release-{SECOND}"') < text.index(f'id="release-{FIRST}"')
    assert f"Version {FIRST} of" in text
    assert f'href="/release/{FIRST}/files/napgraph.nq.gz"' in text


def test_release_is_cited_by_its_name(client: FlaskClient) -> None:
    """In its pages and as a file, with the address where it stays."""
    found = client.get(f"/cite/release/{FIRST}.csl.json").json
    inside = client.get(f"/release/{FIRST}/cite/plan/MLI-3.txt").text

    assert found[0]["version"] == FIRST
    assert f"Version {FIRST}" in inside
    assert f"https://w3id.org/napgraph/release/{FIRST}/doc/plan/MLI-3" in inside
    assert client.get("/cite/release/none.bib").status_code == 404
    assert f"Version {SECOND}" not in client.get("/cite/dataset.txt").text


def test_new_release_is_seen_by_a_server_that_runs(publisher: Publisher) -> None:
    """Though the generation that it serves is the same."""
    app = create_app(publisher.config)
    site = app.extensions["napgraph"]
    before = app.test_client().get("/releases").text
    make_release(publisher, "2026.3", author=AWA, cite=cite)
    site._version = site._version._replace(until=0)
    after = app.test_client().get("/releases").text
    site.close()

    assert "2026.3" not in before
    assert "2026.3" in after


@pytest.mark.parametrize("path", ["doc/plan/MLI-3", "doc/plan/MLI-3.ttl", "plans"])
def test_releases_are_private_to_who_may_be_known(client: FlaskClient, path: str) -> None:
    """No cache between keeps what somebody with a cookie or a token gets, of a release either."""
    headers = {"Authorization": "Bearer nap_x"}
    known = client.get(f"/release/{FIRST}/{path}", headers=headers).headers["Cache-Control"]

    assert "public" not in known
    assert "public" in client.get(f"/release/{FIRST}/{path}").headers["Cache-Control"]
