"""Where each named graph comes from can be asked in SPARQL, and follows from the commits alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from rdflib import PROV, Graph, URIRef

from napgraph.config import Config
from napgraph.curation.provenance import person_iri, provenance
from napgraph.curation.workspace import Workspace
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.namespaces import GRAPH, PROVENANCE
from napgraph.store_folder import current
from napgraph.turtle import parse_turtle
from tests.curating import AWA, MALI
from tests.test_versions import shipped

QUERY = """
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
SELECT ?graph ?author ?reviewer ?submission ?before {
    ?graph prov:wasGeneratedBy ?change ; prov:wasAttributedTo/foaf:name ?author ;
        prov:wasRevisionOf ?before .
    ?change nap:reviewer/foaf:name ?reviewer ; prov:used ?submission .
} ORDER BY ?graph
"""


def test_sparql_finds_it(history_config: Config) -> None:
    """Who made and who reviewed the last change of each graph, and what was before."""
    rows = current(history_config.store_dir).open().select(QUERY)

    assert [str(row.graph).removeprefix(str(GRAPH)) for row in rows] == ["KEN", "MLI"]
    assert {(str(row.author), str(row.reviewer)) for row in rows} == {("Awa Traoré", "Ben")}
    assert str(rows[1].before).endswith("/memento/20260103000000/graph/MLI")
    assert str(rows[0].before).endswith("/memento/20260101000000/graph/KEN")
    assert all("/submissions/2026-" in str(row.submission) for row in rows)


def test_it_follows_from_the_commits(history_config: Config) -> None:
    """Read at once or change by change, it is the same to the byte."""
    workspace = Workspace(history_config.data_dir)
    served = current(history_config.store_dir).files[PROVENANCE].read()

    assert served == provenance(workspace, workspace.head())


def test_what_came_first_is_not_in_it(tmp_path: Path) -> None:
    """The same files make the same generation wherever they begin."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))

    assert provenance(workspace, workspace.head()) == b""


def test_files_alone_make_the_same_generation_as_a_workspace_of_them(tmp_path: Path) -> None:
    """Provenance adds nothing where nothing was changed."""
    folder = shipped(tmp_path)
    config = Config(data_dir=folder, store_dir=tmp_path / "store")
    generation = build(graph_files(config), config.store_dir)

    assert PROVENANCE not in generation.graphs


def test_a_graph_that_goes_has_none(tmp_path: Path) -> None:
    """And one that comes has no revision before."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))
    head = workspace.head()
    commit = workspace.make_commit(
        {"MLI": None, "NEW": MALI.encode()},
        author=AWA, committer=AWA, message="Rename it", parents=[head],
    )  # fmt: skip
    graph = parse_turtle(provenance(workspace, commit, since=head), name="x")

    assert set(graph.subjects(PROV.wasGeneratedBy)) == {GRAPH["NEW"]}
    assert not set(graph.objects(None, PROV.wasRevisionOf))


@pytest.mark.parametrize("message", ['Say "it"', "Two\nlines \\ and a # mark", "A\n# MLI\nline"])
def test_what_people_write_is_kept(tmp_path: Path, message: str) -> None:
    """Whatever a message says, the next change can be added to what was written."""
    workspace = Workspace.open_or_make(tmp_path / "data", shipped(tmp_path))
    head = workspace.head()
    files: dict[str, bytes | None] = {"KEN": MALI.encode()}
    one = workspace.make_commit(files, author=AWA, committer=AWA, message=message, parents=[head])
    workspace.move_branch(head, one)
    known = provenance(workspace, one, since=head)
    files = {"MLI": MALI.replace("2023", "2024").encode()}
    two = workspace.make_commit(files, author=AWA, committer=AWA, message="Next", parents=[one])
    found = provenance(workspace, two, known=known, since=one)

    assert found == provenance(workspace, two)
    assert {str(o) for o in _descriptions(found)} == {message, "Next"}


def _descriptions(content: bytes) -> set[object]:
    description = URIRef("http://purl.org/dc/terms/description")
    return set(parse_turtle(content, name="x").objects(None, description))


def test_the_dataset_says_so_too(history_client: FlaskClient) -> None:
    """Its description names the provenance and whom each graph is attributed to."""
    graph = Graph().parse(data=history_client.get("/dataset.nt").data, format="nt")

    assert (None, PROV.has_provenance, PROVENANCE) in graph
    assert (GRAPH["MLI"], PROV.wasAttributedTo, person_iri("Awa Traoré")) in graph


def test_the_page_of_a_graph_says_so_too(history_client: FlaskClient) -> None:
    """Who changed it last, who reviewed that, why and from what."""
    text = history_client.get("/graph/MLI.html").text

    assert "It names the climate." in text
    assert "Awa Traoré, reviewed by Ben" in text
    assert 'href="https://example.org/a"' in text


def test_a_graph_leads_to_it(history_client: FlaskClient) -> None:
    """In its headers, as PROV-AQ has it."""
    link = '</graph/provenance>; rel="http://www.w3.org/ns/prov#has_provenance"'

    assert link in ", ".join(history_client.get("/graph/MLI").headers.getlist("Link"))


def test_no_address_of_a_person_is_told(history_client: FlaskClient) -> None:
    """What git has besides names stays there."""
    assert "awa@example.org" not in history_client.get("/graph/provenance.ttl").text
