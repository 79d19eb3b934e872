"""Choosing plans: facets and their counts, addresses of lists, and the same question in SPARQL."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from napgraph.config import Config
from napgraph.files import graph_files
from napgraph.generations import build
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.pages.browsing import BrowsePage, collation_key, find_plans, read_browse_page
from napgraph.pages.facets import (
    FACETS,
    Catalogue,
    count_values,
    matching,
    read_catalogue,
)
from napgraph.pages.plan_question import question_of
from napgraph.pages.plan_records import plan_columns, plan_records
from napgraph.pages.plans import Index
from napgraph.pages.reading import Reading
from napgraph.pages.records import to_csv
from napgraph.pages.selection import SORTS, VIEWS, Refused, Selection, read_selection
from napgraph.store import GraphFile
from napgraph.web import create_app
from test_pages import PREFIXES

DAY = date(2026, 11, 25)

# Three countries and an organisation, with plans in every state.
FACTS = """\
region:011 skos:inScheme scheme:region ; skos:prefLabel "Western Africa"@en ;
    skos:broader region:202 .
region:202 skos:inScheme scheme:region ; skos:prefLabel "Sub-Saharan Africa"@en ;
    skos:broader region:002 .
region:002 skos:inScheme scheme:region ; skos:prefLabel "Africa"@en ; skos:broader region:001 .
region:142 skos:inScheme scheme:region ; skos:prefLabel "Asia"@en ; skos:broader region:001 .
region:034 skos:inScheme scheme:region ; skos:prefLabel "Southern Asia"@en ;
    skos:broader region:142 .
region:001 skos:inScheme scheme:region ; skos:prefLabel "World"@en .
theme:climate skos:inScheme scheme:theme ; skos:prefLabel "Climate change"@en .
theme:youth skos:inScheme scheme:theme ; skos:prefLabel "Youth"@en .
theme:health skos:inScheme scheme:theme ; skos:prefLabel "Health"@en .
pillar:protection skos:inScheme scheme:pillar ; skos:prefLabel "Protection"@en .
degree:yes skos:inScheme scheme:degree ; skos:prefLabel "Yes"@en .
degree:no skos:inScheme scheme:degree ; skos:prefLabel "No"@en .

country:AAA a nap:Country ; skos:prefLabel "Aland"@en , "Zland"@fr ; nap:region region:011 .
country:BBB a nap:Country ; skos:prefLabel "Élan"@en ; nap:region region:034 .
country:CCC a nap:Country ; skos:prefLabel "Cland"@en .
organisation:ORG skos:prefLabel "Union"@en .

plan:AAA-1 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2012"^^xsd:gYear ;
    nap:periodEnd "2030"^^xsd:gYear ; nap:theme theme:climate , theme:youth ;
    nap:civilSocietyInMonitoring degree:yes ; nap:budget budget:AAA-1 ;
    dcterms:source source:one , source:two .
plan:AAA-2 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2020"^^xsd:gYear ;
    nap:periodEnd "2027"^^xsd:gYear ; nap:theme theme:climate .
plan:AAA-3 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 3 ;
    nap:adoptionStatus adoption-status:in-preparation .
plan:BBB-1 a nap:NationalActionPlan ; nap:country country:BBB ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:adopted "2019-05"^^xsd:gYearMonth ;
    nap:theme theme:youth ; nap:monitoring monitoring:BBB-1 .
plan:BBB-2 a nap:NationalActionPlan ; nap:country country:BBB ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:never-adopted .
plan:CCC-1 a nap:NationalActionPlan ; nap:country country:CCC ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted .
plan:CCC-2 a nap:NationalActionPlan ; nap:country country:CCC ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:adopted ; nap:adopted "2026-10-01"^^xsd:date ;
    nap:periodStart "2027"^^xsd:gYear .
plan:ORG-2018 a nap:RegionalActionPlan ; nap:organisation organisation:ORG ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2018"^^xsd:gYear ;
    nap:periodEnd "2022"^^xsd:gYear .
budget:AAA-1 nap:budgetStatus budget-status:allocated .
monitoring:BBB-1 nap:monitoringStatus degree:no .
objective:AAA-1-1 a nap:Objective ; nap:objectiveOf plan:AAA-1 ; nap:pillar pillar:protection .
"""
MORE_PREFIXES = """\
PREFIX budget-status: <https://w3id.org/napgraph/id/budget-status/>
PREFIX monitoring: <https://w3id.org/napgraph/id/monitoring/>
"""
TEXT = PREFIXES + MORE_PREFIXES + FACTS


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Hold the small graph."""
    file = GraphFile(graph_iri("facts"), TEXT.encode())
    return OxigraphStore.in_memory([file], with_blank_nodes=())


@pytest.fixture(scope="module")
def index(store: OxigraphStore) -> Index:
    """Read its plans and countries."""
    return Index(Reading(store))


@pytest.fixture(scope="module")
def catalogue(index: Index) -> Catalogue:
    """Read the values of its facets."""
    return read_catalogue(index)


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ask an application that serves the small graph."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "facts.ttl").write_text(TEXT, encoding="utf-8")
    config = Config(data_dir=folder, store_dir=folder / "store")
    build(graph_files(config), config.store_dir)
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()


def read(catalogue: Catalogue, query: str) -> Selection:
    """Read a query string of which all is known."""
    selection, refused = read_selection(parse_qsl(query), catalogue.values_always)

    assert () == refused
    return selection


def browse(index: Index, catalogue: Catalogue, query: str, day: date = DAY) -> BrowsePage:
    """Read the page of a query string."""
    found = find_plans(index, catalogue, read(catalogue, query), day)
    return read_browse_page(index, catalogue, found, "en")


def keys(page: BrowsePage) -> list[str]:
    """List the plans of a page."""
    return [entry.plan.key for entry in page.entries]


def counted(page: BrowsePage, facet: str) -> dict[str, int]:
    """Give the counts of a facet's values."""
    (found,) = (f for f in page.facets if f.key == facet)
    return {choice.key: choice.count for choice in found.choices}


QUERIES = [
    "", "theme=climate", "theme=climate&theme=youth", "theme=unknown", "theme=health",
    "theme=climate&theme=unknown", "region=002", "region=034&region=011", "region=unknown",
    "region=organisations", "region=organisations&region=unknown&region=202", "pillar=protection",
    "pillar=unknown", "budget=allocated", "budget=unknown", "monitoring=no",
    "monitoring=no&monitoring=unknown", "civilSocietyInMonitoring=yes",
    "civilSocietyInMonitoring=yes&theme=youth", "language=unknown", "from=2018", "to=2018",
    "from=2018&to=2019", "from=2018&begins=unknown", "begins=unknown", "state=in-force",
    "state=ended&state=none", "state=end-not-stated", "state=years-not-known",
    "state=in-preparation", "state=none", "state=in-force&theme=climate&from=2019",
]  # fmt: skip


@pytest.mark.parametrize("day", ["", "2011-06-01", "2019-12-31", "2026-09-30", "2030-01-01"])
@pytest.mark.parametrize("query", QUERIES)
def test_question_finds_the_same_plans(
    store: OxigraphStore, index: Index, catalogue: Catalogue, query: str, day: str
) -> None:
    """The question in SPARQL gives the plans of the list, whatever is chosen, on any day."""
    selection = read(catalogue, f"{query}&asOf={day}")
    when = date.fromisoformat(day) if day else DAY
    found = find_plans(index, catalogue, selection, when)
    rows = store.select(question_of(selection, catalogue, when))

    assert {plan.iri for plan in found.plans} == {row.plan for row in rows}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["CCC-2", "AAA-2", "BBB-1", "ORG-2018", "AAA-1", "AAA-3", "CCC-1", "BBB-2"]),
        (
            "sort=oldest",
            ["AAA-1", "ORG-2018", "BBB-1", "AAA-2", "CCC-2", "AAA-3", "CCC-1", "BBB-2"],
        ),
        (
            "sort=country",
            ["AAA-1", "AAA-2", "AAA-3", "CCC-1", "CCC-2", "BBB-1", "BBB-2", "ORG-2018"],
        ),
        ("sort=end&theme=climate", ["AAA-2", "AAA-1"]),
        ("theme=climate&theme=youth&state=in-force", ["AAA-2"]),
        ("region=002", ["AAA-2", "AAA-1", "AAA-3"]),
        ("begins=unknown", ["AAA-3", "CCC-1", "BBB-2"]),
    ],
)
def test_selection(index: Index, catalogue: Catalogue, query: str, expected: list[str]) -> None:
    """Values of one facet mean "or", facets mean "and", and plans come in the order asked for."""
    assert expected == keys(browse(index, catalogue, query))


def test_counts_foresee_or(index: Index, catalogue: Catalogue) -> None:
    """A value of the facet chosen from says how many it has; other facets apply; zero stays."""
    page = browse(index, catalogue, "theme=climate&region=002")

    assert {"climate": 2, "youth": 1, "health": 0, "unknown": 1} == counted(page, "theme")
    assert 2 == counted(page, "region")["002"]
    assert 0 == counted(page, "region")["142"]


def test_every_facet_has_its_unknown(index: Index, catalogue: Catalogue) -> None:
    """What no source tells is a value of each facet but the state, which says it by itself."""
    page = browse(index, catalogue, "")

    assert ["state"] == [facet.key for facet in page.facets if facet.unknown is None]
    assert 2 == counted(page, "region")["unknown"]
    assert 7 == counted(page, "budget")["unknown"]


def test_past_day_leaves_out_what_came_later(index: Index, catalogue: Catalogue) -> None:
    """A list of a past day has no plan that was adopted after it, and says how many."""
    page = browse(index, catalogue, "asOf=2019-01-01", date(2019, 1, 1))

    assert ["ORG-2018", "AAA-1", "AAA-3", "CCC-1", "BBB-2"] == keys(page)
    assert 3 == page.found.later


def test_nothing_found_says_what_would_be(index: Index, catalogue: Catalogue) -> None:
    """An empty list says what each choice has taken away."""
    page = browse(index, catalogue, "theme=health&region=002&from=2025")

    assert 0 == page.total
    assert [] == [(choice.key, count) for choice, count in page.relaxed]
    page = browse(index, catalogue, "theme=youth&state=ended&from=2015")
    assert [("ended", 1), ("youth", 1)] == [(choice.key, count) for choice, count in page.relaxed]
    assert 1 == page.without_years


def test_page_too_far_is_refused(index: Index, catalogue: Catalogue) -> None:
    """A page that a list does not have gives the first, and says so."""
    page = browse(index, catalogue, "page=9")

    assert (1, (Refused("page", "9"),)) == (page.selection.page, page.refused)
    assert (1,) == page.numbers


def test_names_are_ordered_as_read() -> None:
    """Accents and capitals do not count in the order of names."""
    assert ["égypte", "Espagne", "Éthiopie"] == sorted(
        ["Éthiopie", "Espagne", "égypte"], key=collation_key
    )


# -- properties --------------------------------------------------------------------------------

NAMES = ("a", "b", "c")
SETS = st.dictionaries(
    st.sampled_from(NAMES),
    st.dictionaries(st.sampled_from("uvwx"), st.sets(st.integers(0, 30)), min_size=1),
    min_size=1,
)
CHOSEN = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from("uvwxy"), max_size=3))


def as_bits(numbers: set[int]) -> int:
    """Write a set as bits."""
    return sum(1 << n for n in numbers)


@given(SETS, CHOSEN, st.sets(st.integers(0, 30)))
def test_counts_are_those_of_counting_one_by_one(
    sets: Mapping[str, Mapping[str, set[int]]], chosen: Mapping[str, list[str]], within: set[int]
) -> None:
    """Counting by bits gives what looking at each plan for each value gives."""
    chosen = {facet: picked for facet, picked in chosen.items() if facet in sets}

    def passes(n: int, but: str) -> bool:
        return all(
            not picked or any(n in sets[facet].get(key, ()) for key in picked)
            for facet, picked in chosen.items()
            if facet != but
        )

    values = {f: {k: as_bits(v) for k, v in of.items()} for f, of in sets.items()}
    naive = {
        f: {k: sum(n in within and passes(n, f) for n in v) for k, v in of.items()}
        for f, of in sets.items()
    }

    assert naive == count_values(values, chosen, as_bits(within))
    assert as_bits({n for n in within if passes(n, "")}) == matching(
        values, chosen, as_bits(within)
    )


VALUES = {facet: dict.fromkeys(("one", "two", "unknown"), 0) for facet in FACETS}
SELECTIONS = st.builds(
    Selection,
    chosen=st.dictionaries(
        st.sampled_from(FACETS),
        st.sets(st.sampled_from(("one", "two", "unknown")), min_size=1).map(
            lambda found: tuple(sorted(found))
        ),
    ),
    first=st.none() | st.integers(1000, 9999),
    last=st.none() | st.integers(1000, 9999),
    with_unknown_years=st.booleans(),
    as_of=st.just("") | st.dates(min_value=date(1000, 1, 1)).map(date.isoformat),
    sort=st.sampled_from(SORTS),
    view=st.sampled_from(VIEWS),
    page=st.integers(1, 9999),
)


@given(SELECTIONS, st.randoms())
def test_address_says_the_whole_selection(selection: Selection, random: object) -> None:
    """A query string in any order is read as the selection that wrote it."""
    pairs = parse_qsl(selection.query().removeprefix("?"))
    random.shuffle(pairs)  # type: ignore[attr-defined]

    assert (selection, ()) == read_selection(pairs, VALUES)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("theme", "one"), ("theme", "one")], ()),
        ([("theme", ""), ("from", " "), ("sort", "")], ()),
        ([("theme", "three")], (Refused("theme", "three"),)),
        ([("utm_source", "x")], (Refused("utm_source"),)),
        ([("from", "20x0"), ("page", "0")], (Refused("from", "20x0"), Refused("page", "0"))),
        ([("sort", "best"), ("sort", "best")], (Refused("sort", "best"),)),
    ],
)
def test_what_is_not_known_is_told(
    pairs: list[tuple[str, str]], expected: tuple[Refused, ...]
) -> None:
    """What a query string has that is not known is named once; what is empty is not there."""
    assert expected == read_selection(pairs, VALUES)[1]


# -- records -----------------------------------------------------------------------------------


def test_records_have_code_and_label(index: Index) -> None:
    """Each code has its label beside it; what no source tells is empty; the address comes last."""
    records = plan_records(index, [index.plans["AAA-1"], index.plans["ORG-2018"]], DAY)
    rows = list(csv.DictReader(io.StringIO(to_csv(plan_columns(), records).decode("utf-8-sig"))))
    first, second = rows

    assert ("climate;youth", "Climate change;Youth") == (first["theme_codes"], first["themes"])
    assert ("ended", "Ended") == (first["state_code"], first["state"])
    assert ("", "Union") == (second["country"], second["organisation"])
    assert ["source", "address"] == list(first)[-2:]
    assert set(plan_columns()) == set(records[0])


# -- over HTTP ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/plans", "/fr/plans?theme=climate", "/ar/plans?view=map", "/plans?theme=health", "/plans?x=1",
     "/es/plans?state=in-force&from=2015&begins=unknown&asOf=2021-01-01&sort=end"],
)  # fmt: skip
def test_page_is_well_formed(lists: FlaskClient, path: str) -> None:
    """Each page follows the grammar of HTML to the letter, and has one first heading."""
    answer = lists.get(path)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.data)

    assert 200 == answer.status_code
    assert 1 == len(tree.findall(".//h1"))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("/plans?sort=newest&theme=climate", "/plans?theme=climate"),
        ("/plans?theme=youth&theme=climate", "/plans?theme=climate&theme=youth"),
        ("/fr/plans?sort=end&region=002&from=&page=1", "/fr/plans?region=002&sort=end"),
        (f"/plans?asOf={date.today()}", "/plans"),
    ],
)
def test_one_list_has_one_address(lists: FlaskClient, asked: str, expected: str) -> None:
    """Another order, defaults and what a form leaves empty lead to the one address."""
    answer = lists.get(asked)

    assert (303, expected) == (answer.status_code, answer.headers["Location"])


def test_page_names_what_it_left_out(lists: FlaskClient) -> None:
    """A person is told which part of an address is not known, and gets the list without it."""
    page = lists.get("/plans?theme=climate&utm_source=mail&region=xyz").text

    assert "“utm_source”" in page
    assert "“xyz”" in page
    assert '<link rel="canonical" href="/plans?theme=climate">' in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("themes=climate", "'themes'"),
        ("theme=x", "climate"),
        ("from=12", "from"),
        ("asOf=x", "asOf"),
    ],
)
@pytest.mark.parametrize("suffix", ["csv", "json", "atom"])
def test_program_is_told_with_an_error(
    lists: FlaskClient, suffix: str, query: str, said: str
) -> None:
    """A program, which reads no remarks, gets status 400 and one sentence."""
    answer = lists.get(f"/plans.{suffix}?{query}")

    assert 400 == answer.status_code
    assert said in answer.json["detail"]


def test_data_are_what_is_shown(lists: FlaskClient) -> None:
    """CSV and JSON have the plans of the list, in its order, on its day."""
    table = lists.get("/plans.csv?state=in-force&asOf=2019-06-01")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    said = json.loads(lists.get("/plans.json?state=in-force&asOf=2019-06-01").data)

    assert table.data.startswith(b"\xef\xbb\xbf")
    assert ["ORG-2018", "AAA-1"] == [row["plan"] for row in rows]
    assert ["ORG-2018", "AAA-1"] == [plan["plan"] for plan in said["plans"]]
    assert ("2019-06-01", {"state": ["in-force"], "asOf": ["2019-06-01"]}) == (
        said["asOf"], said["selection"],
    )  # fmt: skip


def test_list_is_kept_by_caches(lists: FlaskClient) -> None:
    """A list has an ETag, and caches may keep it."""
    answer = lists.get("/plans?theme=climate")

    assert "public" in answer.headers["Cache-Control"]
    assert (
        304
        == lists.get(
            "/plans?theme=climate", headers={"If-None-Match": answer.headers["ETag"]}
        ).status_code
    )


ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/plans.atom", ["Cland: Second plan", "Aland: Second plan", "Élan: First plan",
                         "Union: Plan", "Aland: First plan"]),
        ("/plans.atom?theme=climate&sort=oldest", ["Aland: Second plan", "Aland: First plan"]),
    ],
)  # fmt: skip
def test_feed_has_the_newest_first(lists: FlaskClient, address: str, expected: list[str]) -> None:
    """A list can be followed: its plans by their adoption, those without a year left out."""
    answer = lists.get(address)
    read = ET.fromstring(answer.data)
    titles = [entry.findtext(f"{ATOM}title") for entry in read.iter(f"{ATOM}entry")]

    assert "application/atom+xml; charset=utf-8" == answer.content_type
    assert expected == titles
    assert (read.findtext(f"{ATOM}id") or "").endswith(address)
