"""A small site of our own making, built once, for whoever asks it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.web import create_app

DATA = """\
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

graph:MLI
    a prov:Entity ;
    dcterms:subject country:MLI ;
.

country:MLI
    a nap:Country ;
    skos:prefLabel
        "Mali"@en ,
        "مالي"@ar ;
.

objective:MLI-3-1
    a nap:Objective ;
    nap:number 1 ;
    nap:objectiveOf plan:MLI-3 ;
    nap:text "Women <b>take part</b>."@en ;
.

plan:MLI-3
    a nap:NationalActionPlan ;
    dcterms:source source:MLI-x ;
    nap:country country:MLI ;
    nap:documentUrl "javascript:alert(1)"^^xsd:anyURI ;
    nap:periodStart "2019"^^xsd:gYear ;
    nap:theme theme:climate ;
    skos:note [ skos:note "nested"@en ] ;
.
"""


# What has to have an address but fits no country: a thing that many point at, one that was
# withdrawn, one that can be had itself.
WORLD = """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX document: <https://w3id.org/napgraph/id/document/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX publisher: <https://w3id.org/napgraph/id/publisher/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

document:S-RES-1325-2000
    a nap:Resolution ;
    dcterms:creator publisher:busy ;
    dcterms:title "Women and peace and security"@en ;
    nap:documentUrl "https://example.org/S/RES/1325>(2000)"^^xsd:anyURI ;
.

plan:MLI-9
    a nap:Tombstone ;
    dcterms:isReplacedBy plan:MLI-3 ;
    skos:changeNote "It had been entered twice."@en ;
.

publisher:busy
    a foaf:Agent ;
    foaf:name "A busy publisher"@en ;
.
""" + "".join(
    f"""
source:busy-{number}
    a nap:Source ;
    dcterms:publisher publisher:busy ;
    dcterms:title "Report {number}"@en ;
.
"""
    for number in range(229)
)


@pytest.fixture(scope="session")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Build a store from two data files and the ontology and shapes that we ship."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "MLI.ttl").write_text(DATA, encoding="utf-8")
    (folder / "world.ttl").write_text(WORLD, encoding="utf-8")
    config = Config(data_dir=folder, store_dir=folder / "store", query_timeout_s=5)
    build(graph_files(config), config.store_dir)
    return config


@pytest.fixture(scope="session")
def client(config: Config) -> Iterator[FlaskClient]:
    """Ask an application that serves this store."""
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()
