"""Plans side by side, and what changed between them: matching, verdicts, pages and data."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date

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
from napgraph.pages.changes import Changes, change_records, read_changes
from napgraph.pages.comparing import (
    Comparison,
    Verdict,
    compare,
    comparison_records,
    latest_successors,
    plan_choices,
)
from napgraph.pages.matching import Sentence, Sureness, changed_words, likeness, match, words
from napgraph.pages.plans import Index
from napgraph.pages.reading import Reading
from napgraph.store import GraphFile
from napgraph.web import create_app
from test_pages import PREFIXES

DAY = date(2026, 11, 25)

# Two plans of a country that share some of everything, and one of another country.
FACTS = """\
country:AAA a nap:Country ; skos:prefLabel "Aland"@en , "Alande"@fr .
country:BBB a nap:Country ; skos:prefLabel "Bland"@en .
pillar:protection skos:inScheme scheme:pillar ; skos:prefLabel "Protection"@en .
pillar:prevention skos:inScheme scheme:pillar ; skos:prefLabel "Prevention"@en .
theme:climate skos:prefLabel "Climate change"@en .
theme:youth skos:prefLabel "Youth"@en .
degree:yes skos:prefLabel "Yes"@en .
organisation:AAA-x skos:prefLabel "Ministry"@en .
organisation:AAA-y skos:prefLabel "Army"@en .
organisation:AAA-z skos:prefLabel "Council"@en .

plan:AAA-1 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2012"^^xsd:gYear ;
    nap:periodEnd "2014"^^xsd:gYear ; nap:theme theme:climate ;
    nap:civilSocietyInMonitoring degree:yes ; dcterms:source source:old .
plan:AAA-2 a nap:NationalActionPlan ; nap:country country:AAA ; nap:generation 2 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2020"^^xsd:gYear ;
    nap:periodEnd "2027"^^xsd:gYear ; nap:theme theme:climate , theme:youth ;
    nap:civilSocietyInMonitoring degree:yes ; nap:budget budget:AAA-2 ; dcterms:source source:new .
plan:BBB-1 a nap:NationalActionPlan ; nap:country country:BBB ; nap:generation 1 ;
    nap:adoptionStatus adoption-status:adopted ; nap:periodStart "2012"^^xsd:gYear ;
    nap:periodEnd "2014"^^xsd:gYear .
budget:AAA-2 nap:amount 5000 ; nap:currency "XOF" ; dcterms:source source:money .
source:old dcterms:title "Old"@en .
source:new dcterms:title "New"@en .
source:money dcterms:title "Money"@en .

objective:AAA-1-1 a nap:Objective ; nap:objectiveOf plan:AAA-1 ; nap:number 1 ;
    nap:text "Protect women and girls from violence."@en ; nap:pillar pillar:protection ;
    dcterms:source source:old .
objective:AAA-1-2 a nap:Objective ; nap:objectiveOf plan:AAA-1 ; nap:number 2 ;
    nap:text "Train every soldier before a mission."@en ; nap:pillar pillar:prevention .
objective:AAA-1-3 a nap:Objective ; nap:objectiveOf plan:AAA-1 ; nap:number 3 ;
    nap:text "Report each year to parliament."@en .
objective:AAA-2-1 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 1 ;
    nap:text "Report each year to Parliament"@en .
objective:AAA-2-2 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 2 ;
    nap:text "Protect all women and girls from armed violence."@en ;
    nap:pillar pillar:protection .
objective:AAA-2-3 a nap:Objective ; nap:objectiveOf plan:AAA-2 ; nap:number 3 ;
    nap:text "Think of the climate & <the> sea."@en .
involvement:AAA-1-x a nap:Involvement ; nap:plan plan:AAA-1 ; nap:role role:lead ;
    nap:stakeholder organisation:AAA-x .
involvement:AAA-1-y a nap:Involvement ; nap:plan plan:AAA-1 ; nap:role role:lead ;
    nap:stakeholder organisation:AAA-y .
involvement:AAA-2-x a nap:Involvement ; nap:plan plan:AAA-2 ; nap:role role:lead ;
    nap:stakeholder organisation:AAA-x .
involvement:AAA-2-z a nap:Involvement ; nap:plan plan:AAA-2 ; nap:role role:lead ;
    nap:stakeholder organisation:AAA-z .
"""


@pytest.fixture(scope="module")
def index() -> Index:
    """Read the plans and countries of the small graph."""
    file = GraphFile(graph_iri("facts"), (PREFIXES + FACTS).encode())
    return Index(Reading(OxigraphStore.in_memory([file], with_blank_nodes=())))


@pytest.fixture(scope="module")
def three(index: Index) -> Comparison:
    """Put all three plans side by side."""
    return compare(
        index, list(map(index.plans.__getitem__, ("AAA-1", "AAA-2", "BBB-1"))), "en", DAY
    )


@pytest.fixture(scope="module")
def changes(index: Index) -> Changes:
    """Read what changed from the first plan to the second."""
    return read_changes(index, index.plans["AAA-1"], index.plans["AAA-2"], "en", DAY)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ask an application that serves the small graph."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "facts.ttl").write_text(PREFIXES + FACTS, encoding="utf-8")
    config = Config(data_dir=folder, store_dir=folder / "store")
    build(graph_files(config), config.store_dir)
    app = create_app(config)
    yield app.test_client()
    app.extensions["napgraph"].close()


# -- matching ----------------------------------------------------------------------------------

SENTENCES = st.lists(
    st.lists(
        st.sampled_from(("women", "peace", "take", "part", "protect", "protection", "law", "the")),
        max_size=6,
    ).map(" ".join),
    max_size=5,
).map(lambda texts: [Sentence(text, "en", frozenset(text[:1])) for text in texts])


@given(SENTENCES, SENTENCES)
def test_each_sentence_is_in_one_pair_at_most(older: list[Sentence], newer: list[Sentence]) -> None:
    """Nothing is matched twice, and no pair names what is not there."""
    pairs = match(older, newer)

    assert len({p.older for p in pairs}) == len(pairs) == len({p.newer for p in pairs})
    assert all(p.older < len(older) and p.newer < len(newer) for p in pairs)


@given(SENTENCES)
def test_the_same_list_is_unchanged(sentences: list[Sentence]) -> None:
    """Each sentence of a list is found in the same list, by its words."""
    pairs = match(sentences, sentences)

    assert [Sureness.SAME_WORDS] * len(sentences) == [p.sureness for p in pairs]


@given(st.text(), st.text())
def test_likeness_is_the_same_either_way(one: str, other: str) -> None:
    """Likeness is from 0 to 1, symmetrical, and 1 for the same words."""
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1
    assert 1 == likeness(one, one)


@given(st.text(), st.text())
def test_changed_words_give_back_both_sentences(older: str, newer: str) -> None:
    """What was kept and added is the newer sentence, what was kept and dropped the older."""
    parts = changed_words(older, newer)
    after = "".join(part.text for part in parts if part.kind != "dropped")
    before = "".join(part.text for part in parts if part.kind != "added")

    assert newer.lstrip() == after
    assert words(older) == words(before)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        ("Take part in peace talks.", "take part in Peace talks", Sureness.SAME_WORDS),
        ("Protect women and girls from violence.", "Protection of women and girls from violence.",
         Sureness.LIKELY),
        ("Women take part in decision-making.",
         "More women in every decision-making process on peace and security.", Sureness.PERHAPS),
        ("Train soldiers.", "Report to parliament.", None),
    ],
)  # fmt: skip
def test_sureness(older: str, newer: str, expected: Sureness | None) -> None:
    """The more words two sentences of one pillar share, the surer they are the same."""
    one, other = (Sentence(text, "en", frozenset(("p",))) for text in (older, newer))
    found = [pair.sureness for pair in match([one], [other])]

    assert ([expected] if expected else []) == found


def test_languages_are_not_mixed() -> None:
    """The same words in another language are not the same sentence."""
    assert () == match([Sentence("Paix", "fr")], [Sentence("Paix", "en")])


# -- side by side ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aspect", "expected"),
    [
        ("period", Verdict.DIFFERS),
        ("themes", Verdict.DIFFERS),
        ("civil-society-monitoring", Verdict.PARTLY_KNOWN),
        ("amount", Verdict.PARTLY_KNOWN),
        ("disarmament", Verdict.UNKNOWN),
    ],
)
def test_verdict(three: Comparison, aspect: str, expected: Verdict) -> None:
    """What is not known of a plan neither agrees with the others nor differs."""
    assert expected == next(row.verdict for row in three.rows if row.key == aspect)


def test_same_in_all(index: Index) -> None:
    """Plans that all say the same are the same."""
    plans = [index.plans["AAA-1"], index.plans["AAA-2"]]
    rows = {row.key: row for row in compare(index, plans, "en", DAY).rows}

    assert Verdict.SAME is rows["civil-society-monitoring"].verdict
    assert {"youth"} == rows["themes"].only_in(rows["themes"].cells[1])
    assert set() == rows["themes"].only_in(rows["themes"].cells[0])


def test_only_differences(index: Index) -> None:
    """What is the same, or not known of any, is left out; how many differ stays."""
    plans = [index.plans["AAA-1"], index.plans["AAA-2"]]
    whole = compare(index, plans, "en", DAY)
    short = compare(index, plans, "en", DAY, only_differences=True)

    assert (whole.differing, whole.total) == (short.differing, short.total)
    assert [row.key for row in whole.rows if row.may_differ] == [row.key for row in short.rows]


def test_sources_are_those_of_what_is_shown(three: Comparison) -> None:
    """The list has the sources of plans and of the aspects shown, and no others."""
    keys = [str(entry.source.iri).rpartition("/")[2] for entry in three.sources]

    assert ["old", "new", "money"] == keys


def test_records_of_a_comparison(three: Comparison) -> None:
    """A record says what is known of a plan in an aspect, and who says so."""
    records = comparison_records(three.plans, three.rows, DAY)
    found = {(r["aspect"], r["plan"]): r for r in records}
    amount = found["amount", "AAA-2"]

    assert len(records) == 3 * three.total
    assert (("5000 XOF",), "partly-known") == (amount["values"], amount["compared"])
    assert ("new", "money") == tuple(s.rpartition("/")[2] for s in amount["source"] or ())  # type: ignore[union-attr]
    assert () == found["themes", "BBB-1"]["values"]


def test_choices_are_ordered(index: Index) -> None:
    """Plans to choose from come by country, the oldest first; the newest that followed first."""
    choices = [(c.owner.key, [p.key for p in c.plans]) for c in plan_choices(index, "en")]

    assert [("AAA", ["AAA-1", "AAA-2"]), ("BBB", ["BBB-1"])] == choices
    assert [("AAA-1", "AAA-2")] == [(a.key, b.key) for a, b in latest_successors(index)]


# -- what changed ------------------------------------------------------------------------------


def test_objectives_are_sorted_by_what_became_of_them(changes: Changes) -> None:
    """Each objective is added, dropped, reworded or unchanged."""
    found = changes.objectives
    assert found

    assert ["AAA-2-3"] == [o.key for o in found.added]
    assert ["AAA-1-2"] == [o.key for o in found.dropped]
    assert [("AAA-1-1", "AAA-2-2")] == [(r.older.key, r.newer.key) for r in found.reworded]
    assert [("AAA-1-3", "AAA-2-1")] == [(a.key, b.key) for a, b in found.unchanged]


def test_bodies_and_themes(changes: Changes) -> None:
    """Bodies and themes are added, dropped or kept."""
    bodies, themes = changes.bodies, changes.themes
    assert bodies
    assert themes

    assert (["AAA-z"], ["AAA-y"], ["AAA-x"]) == tuple(
        [link.key for link in links] for links in (bodies.added, bodies.dropped, bodies.kept)
    )
    assert ["youth"] == [link.key for link in themes.added]


def test_nothing_is_dropped_where_nothing_is_known(index: Index) -> None:
    """A plan whose objectives no source tells has not dropped those of the one before."""
    found = read_changes(index, index.plans["AAA-2"], index.plans["BBB-1"], "en", DAY)

    assert (None, None, None) == (found.objectives, found.bodies, found.themes)
    assert ["BBB-1"] == [side.plan.key for side in found.without("objectives")]
    assert not found.of_one_owner


def test_changes_the_other_way(index: Index, changes: Changes) -> None:
    """From the newer to the older, what was added is dropped."""
    back = read_changes(index, index.plans["AAA-2"], index.plans["AAA-1"], "en", DAY)
    assert back.objectives
    assert changes.objectives

    assert changes.objectives.added == back.objectives.dropped
    assert len(changes.objectives.reworded) == len(back.objectives.reworded)


def test_records_of_changes(changes: Changes) -> None:
    """A record says what became of an objective, and how sure that is."""
    records = change_records(changes)
    (reworded,) = (r for r in records if r["change"] == "reworded")

    assert ("AAA-1-1", "AAA-2-2", "likely") == tuple(
        reworded[name] for name in ("older_code", "newer_code", "sureness")
    )
    assert {"objective", "body", "theme", "period"} <= {r["what"] for r in records}


# -- over HTTP ---------------------------------------------------------------------------------

PAGES = [
    "/compare", "/fr/compare?plan=AAA-1", "/compare?plan=AAA-1&plan=AAA-2&plan=BBB-1",
    "/ar/compare?plan=AAA-1&plan=AAA-2&only=differences", "/compare/AAA-1/AAA-2",
    "/es/compare/AAA-2/BBB-1", "/compare/BBB-1/AAA-1?asOf=2013-01-01",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_page_is_well_formed(pages: FlaskClient, path: str) -> None:
    """Each page follows the grammar of HTML, and what it links to within itself is there once."""
    answer = pages.get(path)
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(answer.data)
    ids = [found.get("id") for found in tree.iter() if found.get("id")]
    within = {a.get("href", "")[1:] for a in tree.iter("a") if a.get("href", "").startswith("#")}

    assert 200 == answer.status_code
    assert len(ids) == len(set(ids))
    assert within <= set(ids)


def test_words_that_changed_are_marked(pages: FlaskClient) -> None:
    """Words are marked as added and dropped for the eye and for the ear, and are escaped."""
    page = pages.get("/compare/AAA-1/AAA-2").text

    assert (
        '<ins><span class="hidden">Added: </span><span aria-hidden="true">+</span>armed</ins>'
        in page
    )
    assert "Objectives: 1 added, 1 dropped, 1 reworded, 1 unchanged." in page
    assert "climate &amp; &lt;the&gt; sea" in page


@pytest.mark.parametrize(
    ("asked", "status", "where"),
    [
        ("/compare?plan=&plan=AAA-1&asOf=", 303, "/compare?plan=AAA-1"),
        ("/compare?plan=AAA-1&plan=AAA-2&plan=AAA-1", 303, "/compare?plan=AAA-1&plan=AAA-2"),
        ("/compare?only=differences&plan=AAA-1", 303, "/compare?plan=AAA-1&only=differences"),
        ("/fr/compare/AAA-1/AAA-1", 303, "/fr/compare?plan=AAA-1"),
        ("/compare/AAA-1/AAA-2?x=1", 303, "/compare/AAA-1/AAA-2"),
        ("/compare?plan=ZZZ-1", 404, None),
        ("/compare/AAA-1/ZZZ-1", 404, None),
        ("/compare/ZZZ-1/AAA-1.csv", 404, None),
        ("/compare.csv?plan=AAA-1", 400, None),
        ("/compare/AAA-1/AAA-1.json", 400, None),
        ("/compare/AAA-1/AAA-2?asOf=x", 400, None),
    ],
)
def test_other_addresses(pages: FlaskClient, asked: str, status: int, where: str | None) -> None:
    """One page has one address, and what is not known is said."""
    answer = pages.get(asked)

    assert (status, where) == (answer.status_code, answer.headers.get("Location"))


def test_too_many_plans(pages: FlaskClient) -> None:
    """Each plan counts once, and no more than six fit."""
    assert 404 == pages.get("/compare?" + "&".join(f"plan=X-{n}" for n in range(9))).status_code


def test_data_of_a_comparison(pages: FlaskClient) -> None:
    """CSV and JSON say what the page says."""
    table = pages.get("/compare.csv?plan=AAA-1&plan=AAA-2").data
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    said = json.loads(pages.get("/compare/AAA-1/AAA-2.json").data)

    assert table.startswith(b"\xef\xbb\xbf")
    assert ["source", "address"] == list(rows[0])[-2:]
    assert {"climate", "climate;youth"} == {
        row["value_codes"] for row in rows if row["aspect"] == "themes"
    }
    assert 1 == sum(change["change"] == "reworded" for change in said["changes"])
