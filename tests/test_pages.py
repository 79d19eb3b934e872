"""What pages say, before it is HTML: states of plans, their parts, sources and timelines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from rdflib import URIRef

from napgraph.namespaces import graph_iri, thing_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.pages.bibliography import Bibliography
from napgraph.pages.country import CountryPage, read_country_page
from napgraph.pages.plan import read_plan_page
from napgraph.pages.plans import Index, Plan, Standing, State, standing_of
from napgraph.pages.reading import Reading, Text, Thing
from napgraph.pages.timeline import Gap, lay_out_timeline
from napgraph.resources import natural_key
from napgraph.store import GraphFile

DAY = date(2026, 11, 25)

PREFIXES = """\
PREFIX adoption-status: <https://w3id.org/napgraph/id/adoption-status/>
PREFIX aspect: <https://w3id.org/napgraph/id/aspect/>
PREFIX budget: <https://w3id.org/napgraph/id/budget/>
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX contribution: <https://w3id.org/napgraph/id/contribution/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX degree: <https://w3id.org/napgraph/id/degree/>
PREFIX document: <https://w3id.org/napgraph/id/document/>
PREFIX event: <https://w3id.org/napgraph/id/event/>
PREFIX involvement: <https://w3id.org/napgraph/id/involvement/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX organisation: <https://w3id.org/napgraph/id/organisation/>
PREFIX pillar: <https://w3id.org/napgraph/id/pillar/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX region: <https://w3id.org/napgraph/id/region/>
PREFIX remark: <https://w3id.org/napgraph/id/remark/>
PREFIX role: <https://w3id.org/napgraph/id/role/>
PREFIX schema: <https://schema.org/>
PREFIX scheme: <https://w3id.org/napgraph/id/scheme/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""

# A country with three plans, one beside it in the region, and one elsewhere that is like it.
FACTS = """\
region:011 skos:prefLabel "Western Africa"@en , "Afrique de l'Ouest"@fr ; skos:broader region:002 .
region:002 skos:prefLabel "Africa"@en ; skos:broader region:001 .
region:001 skos:prefLabel "World"@en .
region:034 skos:prefLabel "Southern Asia"@en ; skos:broader region:001 .
pillar:protection skos:inScheme scheme:pillar ; skos:prefLabel "Protection"@en .
pillar:participation skos:inScheme scheme:pillar ; skos:prefLabel "Participation"@en .

country:AAA a nap:Country ; skos:prefLabel "Aland"@en , "Alande"@fr ; nap:region region:011 ;
    skos:editorialNote "One says four, the other five."@en .
country:BBB a nap:Country ; skos:prefLabel "Bland"@en ; nap:region region:011 .
country:CCC a nap:Country ; skos:prefLabel "Cland"@en ; nap:region region:034 .
country:DDD a nap:Country ; skos:prefLabel "Dland"@en ; nap:region region:034 .

plan:AAA-1 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2012"^^xsd:gYear ;
    nap:periodEnd "2014"^^xsd:gYear ; dcterms:source source:AAA-old .
plan:AAA-2 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2017"^^xsd:gYear ;
    nap:periodEnd "2023"^^xsd:gYear ; dcterms:source source:AAA-new , source:AAA-old ;
    nap:aim "More women."@en ; nap:theme theme:climate , theme:youth ; nap:budget budget:AAA-2 ;
    nap:implements document:S-RES-1325-2000 .
plan:AAA-3 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 3 ;
    nap:adoptionStatus adoption-status:in-preparation .
budget:AAA-2 nap:amount 5 ; nap:currency "XOF" ; dcterms:source source:AAA-new .
document:S-RES-1325-2000 nap:symbol "S/RES/1325 (2000)" ; dcterms:title "Women"@en .
objective:AAA-2-10 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 10 ;
    nap:text "Ten"@en ; nap:pillar pillar:protection ; dcterms:source source:AAA-third .
objective:AAA-2-2 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 2 ;
    nap:text "Two"@en ; nap:pillar pillar:protection ; dcterms:source source:AAA-new .
objective:AAA-2-1 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 1 ;
    nap:text "One"@en ; dcterms:source source:AAA-new .
involvement:AAA-2-x a nap:Involvement ; nap:plan plan:AAA-2 ; nap:role role:lead ;
    nap:stakeholder organisation:AAA-x ; dcterms:source source:AAA-new .
organisation:AAA-x skos:prefLabel "Ministry"@en .
remark:AAA-2-r a nap:Remark ; nap:remarkOn plan:AAA-2 ; nap:aspect aspect:strength ;
    nap:text "Strong."@en ; dcterms:source source:AAA-new .
event:AAA-e a nap:Event ; nap:country country:AAA ; schema:name "Launch"@en ;
    schema:startDate "2017-03"^^xsd:gYearMonth ; dcterms:source source:AAA-new .
contribution:AAA-2020 a nap:PersonnelContribution ; nap:country country:AAA ;
    nap:asOf "2020"^^xsd:gYear ; nap:personnel 10 ; nap:women 0 ; dcterms:source source:AAA-un .
contribution:AAA-2023 a nap:PersonnelContribution ; nap:country country:AAA ;
    nap:asOf "2023-01"^^xsd:gYearMonth ; nap:personnel 28 ; dcterms:source source:AAA-un .
source:AAA-new dcterms:title "New"@en ; nap:sourceUrl "javascript:alert(1)"^^xsd:anyURI .

plan:BBB-1 a nap:NationalActionPlan ; nap:country country:BBB ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:adopted "2019-05"^^xsd:gYearMonth .
plan:CCC-1 a nap:NationalActionPlan ; nap:country country:CCC ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2025"^^xsd:gYear ;
    nap:periodEnd "2028"^^xsd:gYear ; nap:theme theme:climate .
"""


@pytest.fixture(scope="module")
def index() -> Index:
    """Read the plans and countries of a small graph."""
    file = GraphFile(graph_iri("facts"), (PREFIXES + FACTS).encode())
    return Index(Reading(OxigraphStore.in_memory([file], with_blank_nodes=())))


@pytest.fixture(scope="module")
def page(index: Index) -> CountryPage:
    """Read the page of the country with three plans."""
    return read_country_page(index, index.countries["AAA"], "en", DAY)


def plan(
    generation: int | None = 1,
    starts: int | None = None,
    ends: int | None = None,
    adopted: str = "",
    status: str = "adopted",
) -> Plan:
    """Make a plan of which nothing is known but its years."""
    iri = thing_iri("plan", f"AAA-{generation}")
    thing = Thing(iri, {})
    return Plan(thing, thing.key, None, None, generation, starts, ends, adopted, status)


@pytest.mark.parametrize(
    ("one", "siblings", "expected"),
    [
        (plan(1, 2020, 2026), [], Standing(State.IN_FORCE, 2026)),
        (plan(1, 2020, 2025), [], Standing(State.ENDED, 2025)),
        (plan(1, 2027, 2030, adopted="2026-10"), [], Standing(State.STARTS, 2027)),
        (plan(1, 2027, 2030, adopted="2026-12-01"), [], Standing(State.LATER, 2026)),
        (plan(1, 2027, 2030), [], Standing(State.LATER, 2027)),
        (plan(1, 2019), [], Standing(State.END_NOT_STATED, 2019)),
        (plan(1, adopted="2019-05"), [], Standing(State.END_NOT_STATED, 2019)),
        (plan(1), [], Standing(State.YEARS_NOT_KNOWN)),
        (plan(1, ends=2030), [], Standing(State.YEARS_NOT_KNOWN)),
        (plan(1, 2020, 2030), [plan(2, 2025)], Standing(State.REPLACED, 2025)),
        (plan(1, 2020, 2030), [plan(2, 2027)], Standing(State.IN_FORCE, 2030)),
        (plan(1, 2020, 2024), [plan(2, 2025)], Standing(State.ENDED, 2024)),
        (plan(1, 2020), [plan(2, status="in-preparation")], Standing(State.END_NOT_STATED, 2020)),
        (plan(None, 2020), [plan(2, 2025)], Standing(State.END_NOT_STATED, 2020)),
        (plan(1, status="in-preparation"), [], Standing(State.IN_PREPARATION)),
        (plan(1, 2020, 2030, status="never-adopted"), [], Standing(State.NOT_ADOPTED)),
        (plan(1, 2020, 2030, status=""), [], Standing(State.YEARS_NOT_KNOWN)),
    ],
)
def test_standing_of_a_plan(one: Plan, siblings: Sequence[Plan], expected: Standing) -> None:
    """A plan stands as its years, its adoption and the plans after it say."""
    assert expected == standing_of(one, siblings, DAY)


@pytest.mark.parametrize(
    ("key", "day", "expected"),
    [
        ("AAA", DAY, Standing(State.ENDED, 2023, is_followed=True)),
        ("AAA", date(2013, 1, 1), Standing(State.IN_FORCE, 2014)),
        ("AAA", date(2015, 12, 31), Standing(State.ENDED, 2014, is_followed=True)),
        ("BBB", DAY, Standing(State.END_NOT_STATED, 2019)),
        ("BBB", date(2019, 4, 30), Standing(State.NONE)),
        ("CCC", DAY, Standing(State.IN_FORCE, 2028)),
        ("DDD", DAY, Standing(State.NONE)),
    ],
)
def test_standing_of_a_country(index: Index, key: str, day: date, expected: Standing) -> None:
    """A country stands as the plan in force, else as the newest that it had by then."""
    assert expected == index.countries[key].standing(day)


def test_states_are_counted(index: Index) -> None:
    """Each country is in one of the six states that readers are shown."""
    counts = index.count_states(DAY)

    assert {
        State.IN_FORCE: 1, State.END_NOT_STATED: 1, State.ENDED: 1, State.YEARS_NOT_KNOWN: 0,
        State.IN_PREPARATION: 0, State.NONE: 1,
    } == counts  # fmt: skip


def test_page_speaks_of_the_newest_plan(page: CountryPage) -> None:
    """What is in preparation is listed, and the last adopted plan is what the page tells of."""
    assert page.focus is not None

    assert ["AAA-3", "AAA-2", "AAA-1"] == [line.plan.key for line in page.lines]
    assert "AAA-2" == page.focus.plan.key


def test_objectives_are_in_the_plan_s_order(page: CountryPage) -> None:
    """Pillars come by their first objective, and objective 10 after 2."""
    assert page.focus is not None
    groups = [
        (group.pillar and group.pillar.key, [o.number for o in group.objectives])
        for group in page.focus.objectives
    ]

    assert [(None, [1]), ("protection", [2, 10])] == groups


def test_sources_are_numbered_as_they_are_cited(page: CountryPage) -> None:
    """Each source has one number, and knows the parts of the page that rest on it."""
    entries = {entry.source.path.rpartition("/")[2]: entry for entry in page.sources}

    assert list(range(1, len(entries) + 1)) == [entry.number for entry in page.sources]
    assert 1 == entries["AAA-new"].number
    assert ["objectives"] == [part for _, part in entries["AAA-third"].parts]
    assert "" == entries["AAA-new"].source.href


def test_marks_have_anchors_of_their_own(index: Index) -> None:
    """A source cited twice can be come back from to either place."""
    bibliography = Bibliography(index.reading, "en")
    source = thing_iri("source", "AAA-new")
    first, second = bibliography.cite([source], "plan"), bibliography.cite([source], "plan")

    assert (1, 1) == (first[0].number, second[0].number)
    assert first[0].anchor != second[0].anchor


def test_what_no_source_tells_is_named(page: CountryPage) -> None:
    """A fact that is known is not among those that are not."""
    assert page.focus is not None

    assert {"adopted", "language", "document", "monitoring"} <= set(page.focus.unknown)
    assert not {"period", "aim", "objectives", "themes", "lead", "budget"} & set(page.focus.unknown)


def test_figures_come_latest_first(page: CountryPage) -> None:
    """None is not nought: of the later figure nobody says how many were women."""
    assert [("2023-01", 28, None), ("2020", 10, 0)] == [
        (c.as_of, c.personnel, c.women) for c in page.contributions
    ]


def test_other_countries(page: CountryPage) -> None:
    """Neighbours are of the same region, those alike share themes wherever they are."""
    assert ["BBB"] == [n.link.key for n in page.neighbours]
    assert [("CCC", 1)] == [(n.link.key, n.shared) for n in page.alike]


def test_labels_follow_the_reader(index: Index) -> None:
    """A label in the reader's language comes first, else the English one."""
    page = read_country_page(index, index.countries["AAA"], "fr", DAY)

    assert Text("Alande", "fr") == page.name
    assert [Text("Afrique de l'Ouest", "fr"), Text("Africa", "en")] == [
        region.text for region in page.regions
    ]


def test_plan_knows_its_neighbours(index: Index) -> None:
    """The page of a plan leads to those before and after, and names resolutions by symbol."""
    page = read_plan_page(index, index.plans["AAA-2"], "en", DAY)
    assert page.previous
    assert page.following

    assert ("AAA-1", "AAA-3") == (page.previous.key, page.following.key)
    assert ["S/RES/1325 (2000)"] == [link.text.text for link in page.parts.resolutions]


def test_timeline_shows_the_years_without_a_plan(index: Index) -> None:
    """Gaps between plans and after the last are named, in percent of the width."""
    timeline = lay_out_timeline(index.countries["AAA"].plans, DAY)
    assert timeline

    assert [(2015, 2016), (2024, 2026)] == [(g.first, g.last) for g in timeline.gaps]
    assert Gap(2015, 2016, 20.0, 13.33) == timeline.gaps[0]
    assert [0.0, 33.33] == [bar.start for bar in timeline.bars]


def test_no_timeline_without_years() -> None:
    """Plans of which no year is known cannot be drawn."""
    assert lay_out_timeline([plan(1), plan(2, status="in-preparation")], DAY) is None


def test_things_are_read_once(index: Index) -> None:
    """Reading the same thing again gives the same object."""
    iri = URIRef(thing_iri("country", "AAA"))

    assert index.reading.thing(iri) is index.reading.thing(iri)


@pytest.mark.parametrize(
    ("before", "after"), [("MLI-3-2", "MLI-3-10"), ("1²", "2"), ("a", "a1"), ("٣", "٤")]
)
def test_order_is_that_of_people(before: str, after: str) -> None:
    """Numbers count as numbers, and any text has a place."""
    assert natural_key(before) < natural_key(after)
