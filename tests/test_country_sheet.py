"""A country's fact sheet and the graph it becomes: nothing is lost on the way."""

from typing import Any

import pytest
from rdflib import DCTERMS, RDF, RDFS, SKOS, XSD, Graph, Literal, URIRef

from napgraph.errors import FactSheetError
from napgraph.facts.country import country_graph
from napgraph.facts.stakeholders import Names
from napgraph.namespaces import NAP, SCHEMA, thing_iri

MINISTRY = {"kind": "ministry", "sources": ["profile"]}
SHEET: dict[str, Any] = {
    "iso3": "MLI",
    "name": "Mali",
    "plans": [
        {
            "generation": 1,
            "adopted": None,
            "period_start": 2012,
            "period_end": 2014,
            "sources": ["profile"],
            "stakeholders": [{"name": "Ministère de la Femme", "roles": ["lead"], **MINISTRY}],
        },
        {
            "generation": 2,
            "adopted": "2019-10",
            "period_start": 2019,
            "period_end": 2023,
            "title": "Plan d'action national",
            "title_language": "fr",
            "aim": "Promote.",
            "languages": ["fr"],
            "orientation": "domestic",
            "document_url": "https://example.org/plan.pdf",
            "budget": {"status": "allocated", "amount": 1.5, "currency": "EUR", "note": "Some."},
            "monitoring": {"status": "yes", "body": "A committee", "indicators": "partial"},
            "civil_society": {"development": "partial", "monitoring": "no"},
            "themes": ["climate", "health"],
            "features": ["costed"],
            "sources": ["profile", "old"],
            "stakeholders": [
                {"name": "Ministere de la femme", "roles": ["lead", "funding"], **MINISTRY},
                {"name": "UNDP", "kind": "un-entity", "roles": ["funding"], "sources": ["old"]},
            ],
            "objectives": [{"number": 1, "text": "Take part.", "sources": ["profile"]}],
            "remarks": [{"aspect": "context", "text": "Hard.", "sources": ["profile"]}],
        },
        {
            "generation": None,
            "adopted": None,
            "period_start": 2024,
            "period_end": None,
            "title": "Draft plan",
            "sources": ["profile"],
        },
    ],
    "peacekeeping": [{"as_of": "2023-11-30", "total": 28, "women": None, "sources": ["old"]}],
    "events": [
        {
            "date": "2019",
            "title": "It starts",
            "kind": "launch",
            "place": "Ségou",
            "sources": ["old"],
        }
    ],
    "sources": {
        "profile": {"title": "Mali", "publisher": "WILPF", "url": "https://example.org/mali"},
        "old": {"title": "Mali (old)", "publisher": "WILPF", "url": "https://example.org/mali"},
    },
    "conflicts": ["One says two, another three."],
}
UNDP = thing_iri("organisation", "undp")


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Turn the sheet into a graph, with one shared organisation known."""
    organisations = Graph()
    organisations.add((UNDP, RDF.type, NAP.Stakeholder))
    organisations.add((UNDP, SKOS.prefLabel, Literal("UN Development Programme", lang="en")))
    organisations.add((UNDP, SKOS.altLabel, Literal("UNDP", lang="en")))
    return country_graph(SHEET, Names.from_graph(organisations))


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("NationalActionPlan", 3),
        ("Objective", 1),
        ("Remark", 1),
        ("Stakeholder", 3),
        ("Involvement", 3),
        ("Budget", 1),
        ("Monitoring", 1),
        ("PersonnelContribution", 1),
        ("Event", 1),
        ("Source", 1),
    ],
)
def test_as_many_come_out_as_went_in(graph: Graph, kind: str, count: int) -> None:
    """Each fact of the sheet is an entity; shared names and addresses are one."""
    assert count == len(set(graph.subjects(RDF.type, NAP[kind])))


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        (RDFS.label, Literal("Mali, plan 2, 2019–2023", lang="en")),
        (NAP.generation, Literal(2)),
        (NAP.adopted, Literal("2019-10", datatype=XSD.gYearMonth)),
        (NAP.adoptionStatus, thing_iri("adoption-status", "adopted")),
        (NAP.periodStart, Literal("2019", datatype=XSD.gYear)),
        (NAP.periodEnd, Literal("2023", datatype=XSD.gYear)),
        (DCTERMS.title, Literal("Plan d'action national", lang="fr")),
        (DCTERMS.replaces, thing_iri("plan", "MLI-1")),
        (DCTERMS.language, thing_iri("language", "fr")),
        (DCTERMS.source, thing_iri("source", "MLI-profile")),
        (NAP.aim, Literal("Promote.", lang="en")),
        (NAP.orientation, thing_iri("orientation", "domestic")),
        (NAP.documentUrl, Literal("https://example.org/plan.pdf", datatype=XSD.anyURI)),
        (NAP.theme, thing_iri("theme", "climate")),
        (NAP.theme, thing_iri("theme", "health")),
        (NAP.feature, thing_iri("feature", "costed")),
        (NAP.civilSocietyInDevelopment, thing_iri("degree", "partial")),
        (NAP.civilSocietyInMonitoring, thing_iri("degree", "no")),
    ],
)
def test_plan_says_what_the_sheet_says(graph: Graph, predicate: URIRef, value: Literal) -> None:
    """Each field of a plan is a statement, exact."""
    assert (thing_iri("plan", "MLI-2"), predicate, value) in graph


def test_unknown_stays_absent(graph: Graph) -> None:
    """What the sheet leaves out is not said."""
    assert (thing_iri("plan", "MLI-2"), NAP.civilSocietyInImplementation, None) not in graph
    assert (thing_iri("contribution", "MLI-2023-11-30"), NAP.women, None) not in graph


@pytest.mark.parametrize(
    ("key", "status"), [("MLI-1", "adopted"), ("MLI-2", "adopted"), ("MLI-2024", "in-preparation")]
)
def test_adoption_status(graph: Graph, key: str, status: str) -> None:
    """It follows from the date, the count and years, or the title's own words."""
    found = graph.value(thing_iri("plan", key), NAP.adoptionStatus, any=False)

    assert thing_iri("adoption-status", status) == found


def test_money_is_exact(graph: Graph) -> None:
    """An amount keeps its digits and its currency."""
    budget = thing_iri("budget", "MLI-2")

    assert (budget, NAP.amount, Literal("1.5", datatype=XSD.decimal)) in graph
    assert (budget, NAP.currency, Literal("EUR")) in graph


def test_amount_without_currency_is_kept_as_a_note() -> None:
    """A number whose currency no source names is no sum, and is not lost."""
    budget = {"status": "estimated", "amount": 330, "currency": None, "note": "Some."}
    plan = {**SHEET["plans"][0], "budget": budget}
    graph = country_graph({**SHEET, "plans": [plan]}, Names({}, {}, {}))
    node = thing_iri("budget", "MLI-1")
    expected = "Some. Amount: 330, in a currency that no source names."

    assert (node, NAP.amount, None) not in graph
    assert Literal(expected, lang="en") == graph.value(node, SKOS.note, any=False)


def test_one_ministry_in_two_plans(graph: Graph) -> None:
    """Spellings that differ in case and accents are one body with both names."""
    body = thing_iri("organisation", "MLI-ministere-de-la-femme")

    assert len(set(graph.subjects(NAP.stakeholder, body))) == 2
    assert str(graph.value(body, SKOS.prefLabel, any=False)) == "Ministère de la Femme"
    assert str(graph.value(body, SKOS.altLabel, any=False)) == "Ministere de la femme"


def test_shared_body_is_one_for_all(graph: Graph) -> None:
    """A body known by another name is the shared one, and its preferred name stays alone."""
    assert (thing_iri("involvement", "MLI-2-undp"), NAP.stakeholder, UNDP) in graph
    assert (UNDP, SKOS.prefLabel, None) not in graph


def test_disagreement_is_on_the_country(graph: Graph) -> None:
    """A researcher who looks at the country sees that sources differ."""
    note = graph.value(thing_iri("country", "MLI"), SKOS.editorialNote, any=False)

    assert Literal("One says two, another three.", lang="en") == note


def test_event(graph: Graph) -> None:
    """An event has its date as precise as the source gives it, and its place."""
    event = thing_iri("event", "MLI-2019-it-starts")

    assert (event, SCHEMA.startDate, Literal("2019", datatype=XSD.gYear)) in graph
    assert (event, SCHEMA.location, Literal("Ségou", lang="en")) in graph


def test_plan_without_generation_and_year_is_refused() -> None:
    """A plan that cannot have a key is named, not dropped."""
    plan = {"generation": None, "adopted": None, "period_start": None, "period_end": None}
    sheet = {**SHEET, "plans": [{**plan, "sources": ["profile"]}]}

    with pytest.raises(FactSheetError, match="the plan has neither a generation nor a year"):
        country_graph(sheet, Names({}, {}, {}))
