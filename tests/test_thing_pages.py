"""Each kind of thing has a page that says what is known of it, and leads only where pages are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient

from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.web import create_app

XHTML = "{http://www.w3.org/1999/xhtml}"
AS_OF = "asOf=2026-11-25"

PREFIXES = "".join(
    f"PREFIX {kind}: <https://w3id.org/napgraph/id/{kind}/>\n"
    for kind in (
        "adoption-status", "aspect", "budget", "budget-status", "contribution", "country", "degree",
        "document", "event", "event-kind", "involvement", "monitoring", "objective",
        "organisation", "pillar", "plan", "publisher", "region", "remark", "resolution-group",
        "role", "source", "source-kind", "stakeholder-kind", "theme",
    )
) + """\
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX graph: <https://w3id.org/napgraph/graph/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""  # fmt: skip

FACTS = """\
graph:facts a prov:Entity ; prov:hadPrimarySource source:busy .

country:MLI a nap:Country ; skos:prefLabel "Mali"@en ; nap:region region:011 .
country:KEN a nap:Country ; skos:prefLabel "Kenya"@en ; nap:region region:014 .

plan:MLI-2 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2015"^^xsd:gYear ;
    nap:periodEnd "2018"^^xsd:gYear ; nap:implements document:S-RES-1325-2000 .
plan:MLI-3 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 3 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2019"^^xsd:gYear ;
    nap:periodEnd "2023"^^xsd:gYear ; nap:theme theme:climate , theme:health ;
    nap:implements document:S-RES-1325-2000 ; nap:budget budget:MLI-3 ;
    nap:monitoring monitoring:MLI-3 ; dcterms:source source:busy .
plan:KEN-3 a nap:NationalActionPlan ; nap:country country:KEN ; nap:generation 3 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2025"^^xsd:gYear ;
    nap:periodEnd "2029"^^xsd:gYear ; nap:theme theme:climate ;
    nap:implements document:S-RES-1325-2000 .
plan:MLI-9 a nap:Tombstone ; dcterms:isReplacedBy plan:MLI-3 ;
    skos:changeNote "It had been entered twice."@en .

objective:MLI-3-1 a nap:Objective ; nap:objectiveOf plan:MLI-3 ; nap:number 1 ;
    nap:text "Women <take> part."@en , "Les femmes participent."@fr ;
    nap:pillar pillar:participation ; dcterms:source source:busy .
objective:MLI-3-2 a nap:Objective ; nap:objectiveOf plan:MLI-3 ; nap:number 2 ;
    nap:text "More women decide."@en ; nap:pillar pillar:participation .
objective:MLI-3-3 a nap:Objective ; nap:objectiveOf plan:MLI-3 ; nap:number 3 ;
    nap:text "Nobody says under which pillar."@en .
objective:KEN-3-1 a nap:Objective ; nap:objectiveOf plan:KEN-3 ; nap:number 1 ;
    nap:text "Women sit at the table."@en ; nap:pillar pillar:participation .

organisation:MLI-ministry a nap:Stakeholder ; skos:prefLabel "Ministère"@fr ;
    skos:altLabel "Ministry"@en ; nap:country country:MLI ;
    nap:stakeholderKind stakeholder-kind:ministry ; dcterms:source source:busy .
organisation:MLI-other a nap:Stakeholder ; skos:prefLabel "Other ministry"@en ;
    nap:country country:MLI ; nap:stakeholderKind stakeholder-kind:ministry .
involvement:MLI-3-ministry a nap:Involvement ; nap:plan plan:MLI-3 ;
    nap:stakeholder organisation:MLI-ministry ; nap:role role:lead , role:funding ;
    dcterms:source source:busy .
budget:MLI-3 a nap:Budget ; nap:budgetStatus budget-status:allocated ; nap:amount 5 ;
    nap:currency "XOF" ; dcterms:source source:busy .
monitoring:MLI-3 a nap:Monitoring ; nap:monitoringStatus degree:yes ;
    nap:monitoringBody organisation:MLI-ministry ; dcterms:source source:busy .
remark:MLI-3-strength a nap:Remark ; nap:remarkOn plan:MLI-3 ; nap:aspect aspect:strength ;
    nap:text "It is clear."@en ; dcterms:source source:busy .
contribution:MLI-2023 a nap:PersonnelContribution ; nap:country country:MLI ;
    nap:asOf "2023-11"^^xsd:gYearMonth ; nap:personnel 28 ; dcterms:source source:busy .

event:MLI-2015 a nap:Event ; schema:name "Adopted"@en ; schema:startDate "2015"^^xsd:gYear ;
    nap:eventKind event-kind:adoption ; nap:country country:MLI .
event:MLI-2019 a nap:Event ; schema:name "Launched"@en ;
    schema:startDate "2019-03-08"^^xsd:date ; schema:location "Bamako"@en ;
    nap:eventKind event-kind:launch ; nap:country country:MLI ;
    schema:organizer organisation:MLI-ministry ; dcterms:source source:busy .

document:S-RES-1325-2000 a nap:Resolution ; dcterms:title "Women, peace and security"@en ;
    dcterms:issued "2000-10-31"^^xsd:date ; nap:symbol "S/RES/1325 (2000)" ; nap:number 1325 ;
    nap:documentUrl "https://undocs.org/en/S/RES/1325(2000)"^^xsd:anyURI ; nap:coreAgenda true ;
    nap:provision "First of all."@en ; nap:vote "unanimous"@en ;
    nap:resolutionGroup resolution-group:participation ; dcterms:source source:busy .
document:S-RES-1820-2008 a nap:Resolution ; dcterms:title "Sexual violence"@en ;
    dcterms:issued "2008-06-19"^^xsd:date ; nap:symbol "S/RES/1820 (2008)" ; nap:number 1820 .
document:S-2015-716 a nap:UNReport ; dcterms:title "Report"@en ; nap:symbol "S/2015/716" ;
    dcterms:abstract "What was done."@en ; dcterms:issued "2015-09-16"^^xsd:date .

source:busy a nap:Source ; dcterms:title "A page"@en ; dcterms:publisher publisher:a ;
    nap:sourceKind source-kind:news ; dcterms:issued "2021"^^xsd:gYear ;
    nap:sourceUrl "javascript:alert(1)"^^xsd:anyURI .
publisher:a a foaf:Agent ; foaf:name "A publisher"@en .
""" + "".join(
    f"remark:MLI-2-r{number} a nap:Remark ; nap:remarkOn plan:MLI-2 ; nap:aspect aspect:context ;\n"
    f'    nap:text "Remark {number}"@en ; dcterms:source source:busy .\n'
    for number in range(110)
)

PAGES = (
    "/doc/objective/MLI-3-1", "/doc/objective/MLI-3-3", "/doc/organisation/MLI-ministry",
    "/doc/organisation/MLI-other", "/doc/document/S-RES-1325-2000",
    "/doc/document/S-RES-1820-2008", "/doc/document/S-2015-716", "/doc/event/MLI-2019",
    "/doc/theme/climate", "/doc/theme/youth", "/doc/pillar/participation", "/doc/region/002",
    "/doc/region/011", "/doc/role/lead", "/doc/stakeholder-kind/ministry", "/doc/degree/yes",
    "/doc/budget-status/allocated", "/doc/event-kind/launch", "/doc/source-kind/news",
    "/doc/aspect/context?page=2", "/doc/scheme/theme", "/doc/scheme/region",
    "/doc/scheme/source-kind", "/doc/source/busy", "/doc/source/busy?page=2", "/doc/publisher/a",
    "/doc/contribution/MLI-2023", "/doc/budget/MLI-3", "/doc/monitoring/MLI-3",
    "/doc/involvement/MLI-3-ministry", "/doc/remark/MLI-3-strength", "/doc/plan/MLI-2?page=2",
    "/objectives", "/objectives?pillar=participation&from=2020", "/objectives?theme=none",
    "/stakeholders", "/stakeholders?kind=ministry&role=lead", "/documents", "/themes", "/pillars",
    "/regions",
)  # fmt: skip

# Parts of the site whose pages are not made from things alone.
ELSEWHERE = ("/contribute", "/events", "/figures")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ask an application that serves a small graph with one thing of each kind."""
    folder: Path = tmp_path_factory.mktemp("things")
    (folder / "facts.ttl").write_text(PREFIXES + FACTS, encoding="utf-8")
    config = Config(data_dir=folder, store_dir=folder / "store")
    build(graph_files(config), config.store_dir)
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()


def words(client: FlaskClient, path: str) -> str:
    """Give the words of a page's main part without the cards of sources, each space one."""
    tree = html5lib.parse(client.get(path, headers={"Accept": "text/html"}).data)
    main = tree.find(f".//{XHTML}main")
    for card in main.iterfind(".//*[@role='tooltip']"):
        card.clear()
    return " ".join("".join(main.itertext()).split())


def links(client: FlaskClient, path: str) -> list[str]:
    """List the links to this site in a page's main part."""
    tree = html5lib.parse(client.get(path, headers={"Accept": "text/html"}).data)
    found = (a.get("href", "") for a in tree.find(f".//{XHTML}main").iter(f"{XHTML}a"))
    return [href for href in found if href.startswith("/")]


@pytest.mark.parametrize("prefix", ["", "/ar"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_valid(client: FlaskClient, path: str, prefix: str) -> None:
    """It is strict HTML, with one main heading."""
    response = client.get(f"{prefix}{path}", headers={"Accept": "text/html"})
    tree = html5lib.HTMLParser(strict=True).parse(response.data)

    assert (200, 1) == (response.status_code, len(list(tree.iter(f"{XHTML}h1"))))


@pytest.mark.parametrize("path", PAGES)
def test_links_lead_somewhere(client: FlaskClient, path: str) -> None:
    """What a page leads to on this site is there."""
    own = {href for href in links(client, path) if not href.startswith(ELSEWHERE)}
    lost = [href for href in own if client.get(href).status_code >= 400]

    assert [] == lost


@pytest.mark.parametrize("path", PAGES)
def test_fragments_are_on_the_page(client: FlaskClient, path: str) -> None:
    """What a page leads to within itself is there."""
    text = client.get(path, headers={"Accept": "text/html"}).text
    wanted = set(re.findall(r'href="#([^"]+)"', text))

    assert wanted <= set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/doc/objective/MLI-3-1", "Mali: Third plan, 2019–2023 Ended 2023 Women <take> part.1"),
        ("/fr/doc/objective/MLI-3-1", "Les femmes participent."),
        ("/doc/objective/MLI-3-1", "Women sit at the table. Objective 1, Kenya: Third plan"),
        ("/doc/objective/MLI-3-3", "No source says under which pillar it falls."),
        ("/doc/organisation/MLI-ministry", "It is named in 1 plan."),
        ("/doc/organisation/MLI-ministry", "Others of its kind in Mali 1"),
        ("/doc/organisation/MLI-ministry", "Launched"),
        ("/doc/document/S-RES-1325-2000", "3 plans name it as one that they carry out."),
        ("/doc/document/S-RES-1325-2000", "Русский"),
        ("/doc/document/S-RES-1820-2008", "Where its text can be read is not known."),
        ("/doc/document/S-2015-716", "What was done."),
        ("/doc/event/MLI-2019", "8 March 2019, Bamako, Mali1"),
        ("/doc/event/MLI-2019", "Before it 2015 Adopted"),
        (f"/doc/theme/climate?{AS_OF}", "1 of them is in force on 25 November 2026."),
        ("/doc/theme/youth", "Nothing in the data names it so far."),
        ("/doc/theme/health", "Other themes of these plans Climate change 1"),
        ("/doc/pillar/participation", "Sources name it for 2 plans."),
        ("/doc/role/lead", "Sources name it for 1 plan."),
        ("/doc/stakeholder-kind/ministry", "Sources name it for 1 plan."),
        ("/doc/budget-status/allocated", "Sources name it for 1 plan."),
        ("/doc/degree/yes", "Sources name it for 1 plan."),
        (f"/doc/region/202?{AS_OF}", "1 of its 2 countries have a plan in force"),
        ("/doc/source/busy", "What rests on it 121"),
        ("/doc/source/busy?page=2", "Page 2 of 2 Previous page"),
        ("/doc/publisher/a", "Publisher of 1 source that facts here rest on."),
        ("/doc/budget/MLI-3", "Mali: Third plan, 2019–20231 Ended 2023"),
        ("/doc/involvement/MLI-3-ministry", "Mali: Third plan, 2019–2023 Ended 2023"),
        ("/doc/remark/MLI-3-strength", "Mali: Third plan, 2019–2023 Ended 2023"),
        ("/doc/contribution/MLI-2023", "November 2023, Mali1"),
        ("/doc/plan/MLI-9", "It is replaced by: Mali: Third plan, 2019–2023"),
        ("/objectives?pillar=unknown", "1 objective"),
        ("/objectives?theme=climate&country=MLI&to=2019", "3 objectives"),
        ("/objectives?colour=red", "We do not know “red” for “colour”."),
        ("/stakeholders?role=lead", "1 body"),
        ("/documents", "First of all."),
        ("/themes", "Climate change 2 plans"),
    ],
)
def test_page_says_it(client: FlaskClient, path: str, expected: str) -> None:
    """A page says what is known, in words."""
    assert expected in words(client, path)


def test_body_has_a_matrix_of_plans_and_roles(client: FlaskClient) -> None:
    """It shows in which plan a body has which role, and where it monitors."""
    tree = html5lib.parse(client.get("/doc/organisation/MLI-ministry.html").data)
    cells = [" ".join("".join(td.itertext()).split()) for td in tree.iter(f"{XHTML}td")]

    assert ["●yes", "●yes", "●yes"] == cells


def test_withdrawn_is_gone(client: FlaskClient) -> None:
    """What was withdrawn is answered with 410."""
    assert 410 == client.get("/ar/doc/plan/MLI-9").status_code


def test_address_that_runs_is_no_link(client: FlaskClient) -> None:
    """A source's address that a browser would run is shown and not linked."""
    text = client.get("/doc/source/busy.html").text

    assert ("javascript:alert(1)" in text, 'href="javascript:' in text) == (True, False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/objectives.csv", 4),
        ("/objectives.csv?pillar=participation&country=KEN", 1),
        ("/stakeholders.csv", 2),
        ("/stakeholders.csv?role=lead", 1),
        ("/documents.csv", 3),
        ("/themes.csv", 27),
        ("/pillars.csv", 5),
    ],
)
def test_list_is_a_table_too(client: FlaskClient, path: str, expected: int) -> None:
    """Each list can be taken as CSV, what is chosen of it likewise."""
    rows = list(csv.DictReader(io.StringIO(client.get(path).data.decode("utf-8-sig"))))

    assert expected == len(rows)
    assert all(row["address"].startswith("https://w3id.org/napgraph/id/") for row in rows)
