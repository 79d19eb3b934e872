"""The fact sheet of the United Nations and the graphs it becomes: nothing is lost on the way."""

from typing import Any

import pytest
from rdflib import DCAT, DCTERMS, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from napgraph.errors import FactSheetError
from napgraph.facts.repetition import require_no_repetition
from napgraph.facts.stakeholders import Names
from napgraph.facts.un import country_names, un_graphs
from napgraph.namespaces import NAP, SCHEMA, graph_iri, thing_iri

BY = {"sources": ["press"], "source_url": "https://example.org/press"}
FACTS: dict[str, Any] = {
    "resolutions": [
        {
            "symbol": "S/RES/2467 (2019)",
            "number": 2467,
            "adopted": "2019-04-23",
            "meeting": 8514,
            "vote": "13-0-2",
            "initiated_by": "Germany",
            "core_agenda": True,
            "group": "conflict-related sexual violence",
            "subject": "Survivors",
            "adds": ["One thing.", "Another."],
            "document_url": "https://undocs.org/en/S/RES/2467(2019)",
            **BY,
        }
    ],
    "secretary_general_reports": [
        {"year": 2002, "symbol": None, "date": None, "note": "A.", "document_url": None, **BY},
        {"year": 2002, "symbol": None, "date": None, "note": "B.", "document_url": None, **BY},
        {
            "year": 2009,
            "symbol": "S/2009/465",
            "date": "2009-09-16",
            "note": "C.",
            "document_url": None,
            **BY,
        },
    ],
    "contribution_reports": [
        {
            "id": "02-ranking",
            "title": "Ranking",
            "contains": "Ranks.",
            "columns": ["rank"],
            "format": "PDF",
            "frequency": "monthly",
            "published_at": "a website",
            "note": "N.",
            **BY,
        }
    ],
    "open_data": [
        {
            "id": "hub",
            "name": "Hub",
            "url": "https://example.org/hub",
            "contains": "All.",
            "columns": None,
            "formats": ["csv", "json"],
            "licence": "CC-BY",
            "note": None,
            "api": {"base": "https://example.org/api"},
            "datasets_seen": ["A", "B"],
            **BY,
        }
    ],
    "uniformed_personnel": [
        {"iso3": "NPL", "name": "Nepal", "as_of": "2021-07", "total": 5571, "women": 294, **BY},
        {"iso3": None, "name": "World", "as_of": "2010", "total": None, "note": "Many.", **BY},
    ],
    "events": [
        {
            "date": "2015-12-14",
            "end": "2015-12-15",
            "title": "A meeting",
            "kind": "commitments",
            "body": "NATO",
            "place": "Brussels",
            **BY,
        },
        {"date": "2026", "title": "A conference", "kind": "conference", "body": "Germany", **BY},
    ],
    "regional_action_plans": [
        {
            "organisation": "NATO",
            "title": "Action Plan",
            "adopted": "2014-06-25",
            "period_start": 2014,
            "period_end": 2016,
            "note": "Two years.",
            **BY,
        }
    ],
    "national_plan_counts": [
        {"as_of": "2019-09", "count": 82, "qualifier": "exactly", "extra": "So.", **BY},
        {
            "as_of": "2019-09",
            "count": 80,
            "qualifier": "more than",
            "share_of_un_members_percent": 41,
            **BY,
        },
    ],
    "conflicts": [
        "A page dates 2467 to May.",
        "NATO dates its plan otherwise.",
        "One counts 80, another 82.",
        "The debate is dated twice.",
    ],
    "sources": {
        "press": {"title": "Press", "publisher": "UN", "url": "https://example.org/press"},
    },
}
GERMANY = thing_iri("country", "DEU")
NATO = thing_iri("organisation", "nato")


def names() -> Names:
    """Know one shared organisation, with a code."""
    organisations = Graph()
    organisations.add((NATO, RDF.type, NAP.Stakeholder))
    organisations.add((NATO, SKOS.prefLabel, Literal("NATO", lang="en")))
    organisations.add((NATO, SKOS.notation, Literal("NATO")))
    return Names.from_graph(organisations)


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """Turn the sheet into graphs, with one country known."""
    countries = Graph()
    countries.add((GERMANY, SKOS.prefLabel, Literal("Germany", lang="en")))
    return un_graphs(FACTS, names(), country_names(countries))


@pytest.mark.parametrize(
    ("graph", "kind", "count"),
    [
        ("un-documents", NAP.Resolution, 1),
        ("un-documents", NAP.UNReport, 3),
        ("figures", NAP.PersonnelContribution, 2),
        ("figures", NAP.PlanCount, 2),
        ("world-events", NAP.Event, 2),
        ("regional-plans", NAP.RegionalActionPlan, 1),
        ("external-datasets", DCAT.Dataset, 2),
        ("un-sources", NAP.Source, 1),
    ],
)
def test_as_many_come_out_as_went_in(
    graphs: dict[str, Graph], graph: str, kind: URIRef, count: int
) -> None:
    """Each fact of the sheet is an entity of its own, equal dates and missing symbols included."""
    assert count == len(set(graphs[graph].subjects(RDF.type, kind)))


RESOLUTION = thing_iri("document", "S-RES-2467-2019")
PLAN = thing_iri("plan", "NATO-2014")
HUB = thing_iri("external-dataset", "hub")


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        (RESOLUTION, NAP.symbol, Literal("S/RES/2467 (2019)")),
        (RESOLUTION, NAP.number, Literal(2467)),
        (RESOLUTION, NAP.meetingNumber, Literal(8514)),
        (RESOLUTION, NAP.vote, Literal("13-0-2", lang="en")),
        (RESOLUTION, NAP.initiatedBy, GERMANY),
        (RESOLUTION, NAP.coreAgenda, Literal(True)),
        (
            RESOLUTION,
            NAP.resolutionGroup,
            thing_iri("resolution-group", "conflict-related-sexual-violence"),
        ),
        (RESOLUTION, NAP.provision, Literal("One thing.", lang="en")),
        (RESOLUTION, NAP.provision, Literal("Another.", lang="en")),
        (RESOLUTION, DCTERMS.source, thing_iri("source", "UN-press")),
        (thing_iri("document", "SG-2002-2"), DCTERMS.abstract, Literal("B.", lang="en")),
        (
            thing_iri("document", "S-2009-465"),
            DCTERMS.issued,
            Literal("2009-09-16", datatype=XSD.date),
        ),
        (thing_iri("contribution", "NPL-2021-07"), NAP.women, Literal(294)),
        (thing_iri("contribution", "world-2010"), NAP.region, thing_iri("region", "001")),
        (thing_iri("contribution", "world-2010"), SKOS.note, Literal("Many.", lang="en")),
        (thing_iri("plan-count", "2019-09-2"), NAP.shareOfMembers, Literal(41)),
        (
            thing_iri("event", "UN-2015-12-14-a-meeting"),
            SCHEMA.endDate,
            Literal("2015-12-15", datatype=XSD.date),
        ),
        (thing_iri("event", "UN-2015-12-14-a-meeting"), SCHEMA.organizer, NATO),
        (thing_iri("event", "UN-2026-a-conference"), SCHEMA.organizer, GERMANY),
        (PLAN, RDFS.label, Literal("NATO, plan, 2014–2016", lang="en")),
        (PLAN, NAP.organisation, NATO),
        (PLAN, NAP.adopted, Literal("2014-06-25", datatype=XSD.date)),
        (HUB, DCAT.landingPage, URIRef("https://example.org/hub")),
        (HUB, NAP.formatName, Literal("json")),
        (HUB, NAP.datasetCode, Literal("B")),
        (HUB, NAP.apiNote, Literal("base: https://example.org/api", lang="en")),
        (thing_iri("external-dataset", "02-ranking"), NAP.columnName, Literal("rank")),
        (thing_iri("external-dataset", "02-ranking"), NAP.formatName, Literal("PDF")),
    ],
)
def test_each_field_is_a_statement(
    graphs: dict[str, Graph], subject: URIRef, predicate: URIRef, value: URIRef
) -> None:
    """What the sheet says is said, exactly, in one of the graphs."""
    assert any((subject, predicate, value) in graph for graph in graphs.values())


@pytest.mark.parametrize(
    ("graph", "subject", "note"),
    [
        ("un-documents", RESOLUTION, FACTS["conflicts"][0]),
        ("regional-plans", PLAN, FACTS["conflicts"][1]),
        ("figures", graph_iri("figures"), FACTS["conflicts"][2]),
        ("world-events", graph_iri("world-events"), FACTS["conflicts"][3]),
    ],
)
def test_disagreement_is_on_what_it_names(
    graphs: dict[str, Graph], graph: str, subject: URIRef, note: str
) -> None:
    """A note is on the document or plan it names, else on the graph it is about."""
    notes = graphs[graph].objects(subject, SKOS.editorialNote)

    assert [Literal(note, lang="en")] == list(notes)


@pytest.mark.parametrize(
    ("section", "where"),
    [
        ("resolutions", "/resolutions/1: this would be document/S-RES-2467-2019, as"),
        (
            "secretary_general_reports",
            "/secretary_general_reports/5: this would be document/S-",
        ),
        ("uniformed_personnel", "/uniformed_personnel/2: this would be contribution/NPL-2021-07,"),
        ("events", "/events/2: this would be event/UN-2015-12-14-a-meeting, as /events/0 is;"),
        ("open_data", "/open_data/1: this would be external-dataset/hub, as /open_data/0 is;"),
    ],
)
def test_entries_that_would_be_one_are_refused(section: str, where: str) -> None:
    """Two entries of one key are named, as facts of one of them would be lost."""
    twice = {**FACTS, section: FACTS[section] * 2}

    with pytest.raises(FactSheetError, match=where):
        require_no_repetition(twice, Names({}, {}, {}))


def test_unknown_country_is_refused() -> None:
    """A state that no name matches is named, not dropped."""
    with pytest.raises(FactSheetError, match="no country is called 'Germany'"):
        un_graphs(FACTS, names(), {})
