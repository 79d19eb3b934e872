"""A small workspace of our own making for the tests of submitting and publishing."""

from __future__ import annotations

from pathlib import Path

from napgraph.config import Config
from napgraph.curation.journal import Journal
from napgraph.curation.publication import Publisher
from napgraph.curation.submissions import Action, Draft, Submission
from napgraph.curation.workspace import Workspace
from napgraph.turtle import format_turtle

AWA, BEN = "Awa Traoré <awa@example.org>", "Ben <ben@example.org>"

PREFIXES = """\
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX organisation: <https://w3id.org/napgraph/id/organisation/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX publisher: <https://w3id.org/napgraph/id/publisher/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX region: <https://w3id.org/napgraph/id/region/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
PREFIX un-membership: <https://w3id.org/napgraph/id/un-membership/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


def _country(code: str, short: str, number: str, name: str) -> str:
    names = ", ".join(f'"{name}"@{tag}' for tag in ("en", "fr", "es", "ar", "ru", "zh"))
    return f"""
country:{code} a nap:Country ;
  skos:prefLabel {names} ;
  dcterms:source source:world-list ;
  nap:iso2 "{short}" ; nap:iso3 "{code}" ; nap:m49 "{number}" ;
  nap:region region:011 ; nap:unMembership un-membership:member ;
.
"""


def _about(code: str, name: str) -> str:
    return f"""
graph:{code} a prov:Entity ;
  dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;
  dcterms:modified "2026-01-02"^^xsd:date ;
  dcterms:subject country:{code} ;
  dcterms:title "{name}: national action plans"@en ;
.
"""


_WORLD = (
    PREFIXES
    + _country("MLI", "ML", "466", "Mali")
    + _country("KEN", "KE", "404", "Kenya")
    + """
source:world-list a nap:Source ;
  dcterms:identifier "world-list" ;
  dcterms:publisher publisher:lists ;
  dcterms:title "A list"@en ;
  nap:sourceUrl "https://example.org/list"^^xsd:anyURI ;
.
publisher:lists a foaf:Agent ; foaf:name "Lists"@en .
"""
)

MALI = format_turtle((
    PREFIXES
    + _about("MLI", "Mali")
    + """
plan:MLI-2 a nap:NationalActionPlan ;
  dcterms:source source:world-list ;
  dcterms:title "Second plan"@en ;
  rdfs:label "Mali, second plan (2015 to 2018)"@en ;
  nap:country country:MLI ;
  nap:generation 2 ;
  nap:periodStart "2015"^^xsd:gYear ; nap:periodEnd "2018"^^xsd:gYear ;
.
plan:MLI-3 a nap:NationalActionPlan ;
  dcterms:replaces plan:MLI-2 ;
  dcterms:source source:world-list ;
  dcterms:title "Third plan"@en ;
  rdfs:label "Mali, third plan (2019 to 2023)"@en ;
  nap:country country:MLI ;
  nap:generation 3 ;
  nap:periodStart "2019"^^xsd:gYear ; nap:periodEnd "2023"^^xsd:gYear ;
.
objective:MLI-3-1 a nap:Objective ;
  dcterms:source source:world-list ;
  nap:number 1 ;
  nap:objectiveOf plan:MLI-3 ;
  nap:text "Women take part."@en ;
.
""").encode(), name="MLI.ttl")  # fmt: skip

# A small state of data of our own making that breaks no rule of those we ship.
CONFORMING = {
    "KEN": PREFIXES + _about("KEN", "Kenya"),
    "MLI": MALI,
    "world": _WORLD,
}


def workspace_config(folder: Path, files: dict[str, str]) -> Config:
    """Make a workspace whose first commit has these files, by the names of their graphs."""
    shipped = folder / "shipped"
    shipped.mkdir()
    for name, text in files.items():
        (shipped / f"{name}.ttl").write_text(text, encoding="utf-8")
    config = Config(
        data_dir=folder / "var" / "data",
        store_dir=folder / "var" / "store",
        workspace_dir=folder / "var",
    )
    Workspace.open_or_make(config.data_dir, shipped)
    return config


def accepted(
    publisher: Publisher,
    files: dict[str, bytes | None],
    *,
    base: str = "",
    author: str = AWA,
    message: str = "Correct it.",
) -> Submission:
    """Submit files, and have another person accept them."""
    draft = Draft(
        author, message, "https://example.org/a", base or publisher.workspace.head(), files
    )
    return accept(publisher.journal, publisher.journal.submit(draft))


def accept(journal: Journal, submission: Submission) -> Submission:
    """Accept a submission as another person than its author."""
    return journal.act(submission.id, Action.ACCEPT, who=BEN)
