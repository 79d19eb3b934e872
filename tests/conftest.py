"""A small site of our own making, built once, for whoever asks it over HTTP."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from napgraph.config import Config, shipped
from napgraph.derivation import derive
from napgraph.derived_folder import Derived, find_derived
from napgraph.drawing import draw
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.store_folder import current
from napgraph.twin.exporting import export
from napgraph.web import create_app
from tests.histories import make_history

TWIN_ADDRESS = "https://twin.example"

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
def twin(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Export this store's site as files, with two processes."""
    folder = tmp_path_factory.mktemp("twin") / "export"
    export(replace(config, address=TWIN_ADDRESS), folder, processes=2)
    return folder


@pytest.fixture(scope="session")
def client(config: Config) -> Iterator[FlaskClient]:
    """Ask an application that serves this store."""
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()


# A second country, with what descriptions, dumps and tables are made of.
KENYA = """\
PREFIX adoption-status: <https://w3id.org/napgraph/id/adoption-status/>
PREFIX budget: <https://w3id.org/napgraph/id/budget/>
PREFIX contribution: <https://w3id.org/napgraph/id/contribution/>
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX event: <https://w3id.org/napgraph/id/event/>
PREFIX event-kind: <https://w3id.org/napgraph/id/event-kind/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX involvement: <https://w3id.org/napgraph/id/involvement/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX organisation: <https://w3id.org/napgraph/id/organisation/>
PREFIX pillar: <https://w3id.org/napgraph/id/pillar/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX publisher: <https://w3id.org/napgraph/id/publisher/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX role: <https://w3id.org/napgraph/id/role/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>

graph:KEN
    a prov:Entity ;
    dcterms:modified "2026-11-24"^^xsd:date ;
    dcterms:title "Kenya: national action plans"@en ;
    prov:hadPrimarySource source:KEN-a ;
.

budget:KEN-2
    a nap:Budget ;
    nap:amount 1200.5 ;
    nap:currency "KES" ;
.

contribution:KEN-2023-11
    a nap:PersonnelContribution ;
    dcterms:source source:KEN-a ;
    nap:asOf "2023-11"^^xsd:gYearMonth ;
    nap:country country:KEN ;
    nap:personnel 28 ;
.

country:KEN
    a nap:Country ;
    skos:exactMatch <http://publications.europa.eu/resource/authority/country/KEN> ;
    skos:prefLabel "Kenya"@en ;
    skos:note [ skos:note "nested"@en ] , [ skos:note "nested"@fr ] ;
.

event:KEN-2020
    a nap:Event ;
    schema:name "A \\"plan\\", launched;\\nwith a second line"@en ;
    schema:startDate "2020-05-01"^^xsd:date ;
    nap:country country:KEN ;
    nap:eventKind event-kind:launch ;
.

involvement:KEN-2-a
    a nap:Involvement ;
    nap:plan plan:KEN-2 ;
    nap:role role:lead , role:development ;
    nap:stakeholder organisation:KEN-a ;
.

objective:KEN-2-1
    a nap:Objective ;
    dcterms:source source:KEN-a , source:MLI-x ;
    nap:number 1 ;
    nap:objectiveOf plan:KEN-2 ;
    nap:pillar pillar:protection , pillar:participation ;
    nap:text "Les femmes participent."@fr , "Women take part."@en ;
.

organisation:KEN-a
    a nap:Stakeholder ;
    skos:prefLabel "Wizara"@sw ;
    nap:country country:KEN ;
.

organisation:KEN-b
    a nap:Stakeholder ;
    skos:prefLabel "Not in any plan"@en ;
.

plan:KEN-2
    a nap:NationalActionPlan ;
    dcterms:title "Mpango"@sw ;
    rdfs:label "Kenya, plan 2"@en ;
    nap:adopted "2020-03"^^xsd:gYearMonth ;
    nap:adoptionStatus adoption-status:adopted ;
    nap:budget budget:KEN-2 ;
    nap:country country:KEN ;
    nap:generation 2 ;
    nap:periodEnd "2024"^^xsd:gYear ;
    nap:periodStart "2020"^^xsd:gYear ;
    nap:theme theme:climate , theme:health ;
.

publisher:a
    a foaf:Agent ;
    foaf:name "A publisher"@en ;
.

source:KEN-a
    a nap:Source ;
    dcterms:issued "2021"^^xsd:gYear ;
    dcterms:publisher publisher:a ;
    dcterms:title "A source"@en ;
    nap:sourceUrl "https://example.org/a?b=c,d"^^xsd:anyURI ;
.
"""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Build a store of two countries, and make its dumps and tables."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "KEN.ttl").write_text(KENYA, encoding="utf-8")
    (folder / "MLI.ttl").write_text(DATA, encoding="utf-8")
    shutil.copytree(shipped("shapes"), folder / "shapes", ignore=_all_but("objective", "shapes"))
    config = Config(
        data_dir=folder,
        shapes_dir=folder / "shapes",
        store_dir=folder / "store",
        contact="mailto:us@example.org",
    )
    derive(build(graph_files(config), config.store_dir), config.store_dir)
    return config


def _all_but(*stems: str) -> Callable[[str, list[str]], list[str]]:
    return lambda _, names: [name for name in names if Path(name).stem not in stems]


@pytest.fixture(scope="session")
def derived(published: Config) -> Derived:
    """Give what was made from the store of two countries."""
    found = find_derived(published.store_dir, current(published.store_dir).id)
    assert found
    return found


@pytest.fixture(scope="session")
def publisher(published: Config) -> Iterator[FlaskClient]:
    """Ask an application that serves the store of two countries."""
    app = create_app(published)
    yield app.test_client()
    app.extensions["napgraph"].close()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ask an application that serves the small world of the questions, of which all is drawn."""
    folder = tmp_path_factory.mktemp("world")
    for path in (Path(__file__).parent / "questions").glob("*.ttl"):
        shutil.copy(path, folder)
    config = Config(data_dir=folder, store_dir=folder / "store", address="https://world.example")
    draw(build(graph_files(config), config.store_dir), config.store_dir)
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()


@pytest.fixture(scope="session")
def history_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Make a workspace in which some things were published one after the other."""
    return make_history(tmp_path_factory.mktemp("history"))


@pytest.fixture(scope="session")
def history_client(history_config: Config) -> Iterator[FlaskClient]:
    """Ask an application that serves this workspace."""
    app = create_app(history_config)
    yield app.test_client()
    app.extensions["napgraph"].close()
