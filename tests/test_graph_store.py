"""Graphs as they are served: by the graph store's protocol, and what all of them say together."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.namespaces import BASE, ONTOLOGY, SHAPES, graph_iri
from napgraph.store_folder import current

KENYA = f"/graph-store?graph={quote(graph_iri('KEN'), safe='')}"


def statements(content: bytes, suffix: str) -> ox.Dataset:
    """Read statements so that equal ones are equal, whatever their blank nodes are called."""
    dataset = ox.Dataset(ox.parse(content, format=ox.RdfFormat.from_extension(suffix)))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


@pytest.mark.parametrize(
    ("query", "accept", "status", "media_type"),
    [
        (KENYA, None, 200, "text/turtle; charset=utf-8"),
        (KENYA, "*/*", 200, "text/turtle; charset=utf-8"),
        (KENYA, "application/n-triples", 200, "application/n-triples"),
        (KENYA, "application/rdf+xml", 200, "application/rdf+xml"),
        (KENYA, "application/ld+json", 200, "application/ld+json"),
        (KENYA, "image/png", 406, None),
        ("/graph-store?default", None, 200, "text/turtle; charset=utf-8"),
        ("/graph-store?default=", "application/n-triples", 200, "application/n-triples"),
        (f"/graph-store?graph={BASE}graph/none", None, 404, None),
        ("/graph-store?graph=http://e.x/other", None, 404, None),
        ("/graph-store?graph=KEN", None, 400, None),
        ("/graph-store?graph=", None, 400, None),
        ("/graph-store?graph=http://e.x/%3E", None, 400, None),
        ("/graph-store", None, 400, None),
        ("/graph-store?default&default", None, 400, None),
        (f"{KENYA}&default", None, 400, None),
        (f"{KENYA}&graph=http://e.x/other", None, 400, None),
    ],
)
def test_reading(
    publisher: FlaskClient, query: str, accept: str | None, status: int, media_type: str | None
) -> None:
    """A graph comes in the format asked for; what names none or several is refused."""
    response = publisher.get(query, headers={"Accept": accept} if accept else {})

    assert status == response.status_code
    if media_type:
        assert media_type == response.headers["Content-Type"]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf"])
def test_graph_is_what_the_file_says(
    publisher: FlaskClient, published: Config, suffix: str
) -> None:
    """Term for term, by the protocol and at the graph's own address, in each format."""
    file = statements((Path(published.data_dir) / "KEN.ttl").read_bytes(), "ttl")
    media_type = ox.RdfFormat.from_extension(suffix).media_type
    by_protocol = publisher.get(KENYA, headers={"Accept": media_type}).data

    assert file == statements(by_protocol, suffix)
    assert file == statements(publisher.get(f"/graph/KEN.{suffix}").data, suffix)


def test_all_graphs_together_are_all_files(publisher: FlaskClient, published: Config) -> None:
    """What all graphs say, as they are served, is what all files say, and the default graph."""
    iris = current(published.store_dir).graphs
    served = [statements(publisher.get(f"/{iri.removeprefix(BASE)}").data, "ttl") for iri in iris]
    files = {file.iri: statements(file.read(), "ttl") for file in graph_files(published)}
    default = publisher.get("/graph-store?default", headers={"Accept": "application/n-triples"})
    union = {line for part in served for line in ground(part)}

    assert [files[iri] for iri in iris] == served
    assert {ONTOLOGY, SHAPES, graph_iri("KEN")} <= files.keys() == set(iris)
    assert union == ground(statements(default.data, "nt"))


def ground(dataset: ox.Dataset) -> set[str]:
    """Give the statements without blank nodes."""
    return {
        str(quad)
        for quad in dataset
        if not any(isinstance(term, ox.BlankNode) for term in (quad.subject, quad.object))
    }


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [KENYA, "/graph-store?default", "/graph-store"])
def test_writing_is_refused(publisher: FlaskClient, method: str, path: str) -> None:
    """Nothing can be changed, and the answer says what can be done."""
    response = publisher.open(path, method=method, data=b"<x:a> <x:b> <x:c> .")

    assert (405, "GET, HEAD, OPTIONS") == (response.status_code, response.headers["Allow"])
    assert "only be read" in response.text


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_refused_at_the_graph_itself(publisher: FlaskClient, method: str) -> None:
    """Where a graph is identified directly, it can only be read too."""
    response = publisher.open("/graph/KEN", method=method)

    assert 405 == response.status_code
    assert {"GET", "HEAD"} <= set(response.headers["Allow"].split(", ")) <= {
        "GET", "HEAD", "OPTIONS",
    }  # fmt: skip


def test_options(publisher: FlaskClient) -> None:
    """The methods that work are named, and no others."""
    response = publisher.options(KENYA)

    assert (204, "GET, HEAD, OPTIONS") == (response.status_code, response.headers["Allow"])


def test_head(publisher: FlaskClient) -> None:
    """HEAD has the headers of GET and no body."""
    head, get = publisher.head(KENYA), publisher.get(KENYA)

    assert (200, b"") == (head.status_code, head.data)
    assert get.headers["Content-Length"] == head.headers["Content-Length"]
    assert get.headers["ETag"] == head.headers["ETag"]


def test_known_graph_is_not_sent_again(publisher: FlaskClient) -> None:
    """Who has the graph gets 304."""
    etag = publisher.get(KENYA).headers["ETag"]

    assert 304 == publisher.get(KENYA, headers={"If-None-Match": etag}).status_code
