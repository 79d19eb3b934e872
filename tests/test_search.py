"""Searching: what comes first, what is marked, and that no text is an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from napgraph.errors import QueryTimeout
from napgraph.namespaces import graph_iri
from napgraph.oxigraph import OxigraphStore
from napgraph.search import MAX_CHARACTERS, Found, Said, SearchIndex, shorten
from napgraph.search_index import write_index
from napgraph.search_words import Part, fold, mark, words
from napgraph.store import GraphFile

DATA = """\
PREFIX country: <https://w3id.org/napgraph/id/country/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX document: <https://w3id.org/napgraph/id/document/>
PREFIX event: <https://w3id.org/napgraph/id/event/>
PREFIX nap: <https://w3id.org/napgraph/ontology#>
PREFIX objective: <https://w3id.org/napgraph/id/objective/>
PREFIX organisation: <https://w3id.org/napgraph/id/organisation/>
PREFIX plan: <https://w3id.org/napgraph/id/plan/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX remark: <https://w3id.org/napgraph/id/remark/>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX source: <https://w3id.org/napgraph/id/source/>
PREFIX theme: <https://w3id.org/napgraph/id/theme/>

country:MLI a nap:Country ; nap:iso3 "MLI" ;
    skos:prefLabel "Mali"@en , "Malí"@es , "مالي"@ar , "马里"@zh ;
    skos:editorialNote "A newspaper of Niger counts otherwise."@en .
country:NER a nap:Country ; skos:prefLabel "Niger"@en , "النيجر"@ar .
country:TUR a nap:Country ; skos:prefLabel "Türkiye"@en ; skos:altLabel "Turkey"@en .
plan:MLI-2 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 2 ;
    rdfs:label "Mali, plan 2, 2015–2017"@en .
plan:MLI-3 a nap:NationalActionPlan ; nap:country country:MLI ; nap:generation 3 ;
    rdfs:label "Mali, plan 3, 2019–2023"@en ;
    nap:aim "Women take part in <b>peacebuilding</b> & governance."@en .
objective:MLI-3-1 a nap:Objective ; nap:objectiveOf plan:MLI-3 ;
    nap:text "Refugees are kept from harm."@en .
remark:MLI-3-context a nap:Remark ; nap:remarkOn plan:MLI-3 ;
    nap:text "The plan of Mali names insecurity, and Mali's neighbours."@en .
event:MLI-1 a nap:Event ; nap:country country:MLI ;
    schema:name "Mali adopts its third plan"@en .
organisation:NER-ministere a nap:Stakeholder ; nap:country country:NER ;
    skos:prefLabel "Ministère de l'Égalité"@fr .
document:S-RES-1325-2000 a nap:Resolution ; nap:symbol "S/RES/1325 (2000)" ; nap:number 1325 ;
    dcterms:title "Women, peace and security"@en .
document:S-RES-1889-2009 a nap:Resolution ; nap:symbol "S/RES/1889 (2009)" ; nap:number 1889 ;
    dcterms:title "Indicators for resolution 1325"@en .
source:a a nap:Source ; dcterms:title "Mali"@en .
theme:climate a skos:Concept ; skos:prefLabel "Climate change"@en , "Changement climatique"@fr .
""" + "".join(
    f'objective:NER-1-{n} a nap:Objective ; nap:text "Protection, number {n}."@en .\n'
    for n in range(45)
)


@pytest.fixture(scope="module")
def store() -> OxigraphStore:
    """Load the data."""
    return OxigraphStore.in_memory(
        [GraphFile(graph_iri("a"), DATA.encode())], with_blank_nodes=set()
    )


@pytest.fixture(scope="module")
def index(store: OxigraphStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """Write the index to a file, and open it."""
    path = tmp_path_factory.mktemp("search") / "search.sqlite"
    write_index(store, path)
    index = SearchIndex.open(path)
    yield index
    index.close()


def keys(found: Found) -> list[str]:
    """List what was found, best first."""
    return [hit.iri.partition("/id/")[2] for hit in found.hits]


def marked(said: Said | None) -> str:
    """Write a text with its marks in brackets."""
    parts = said.parts if said else ()
    return "".join(f"[{part.text}]" if part.is_match else part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Mali", "country/MLI"),
        ("MALÍ", "country/MLI"),
        ("مَالِي", "country/MLI"),
        ("马里", "country/MLI"),
        ("نيجر", "country/NER"),
        ("mli", "country/MLI"),
        ("turkiye", "country/TUR"),
        ("Turkey", "country/TUR"),
        ("third plan Mali", "plan/MLI-3"),
        ("the 3rd plan of Mali", "plan/MLI-3"),
        ("troisième plan Mali", "plan/MLI-3"),
        ("mali nap", "plan/MLI-3"),
        ("MLI-2", "plan/MLI-2"),
        ("https://w3id.org/napgraph/id/plan/MLI-2", "plan/MLI-2"),
        ("1325", "document/S-RES-1325-2000"),
        ("S/RES/1325", "document/S-RES-1325-2000"),
        ("s/res/1325 (2000)", "document/S-RES-1325-2000"),
        ("UNSCR 1325", "document/S-RES-1325-2000"),
        ("egalite", "organisation/NER-ministere"),
        ("MINISTERE", "organisation/NER-ministere"),
        ("refugee", "objective/MLI-3-1"),
        ("changements climatiques", "theme/climate"),
        ("climat", "theme/climate"),
    ],
)
def test_what_is_meant_comes_first(index: SearchIndex, text: str, first: str) -> None:
    """A name comes before its mentions, in any language, without accents, by codes and stems."""
    assert first == keys(index.search(text))[0]


@pytest.mark.parametrize(
    ("text", "spelling"),
    [("mlai", "Mali"), ("trukey", "Turkey"), ("third paln Mali", "third plan Mali"), ("Mali", "")],
)
def test_mistyped_words_are_understood(index: SearchIndex, text: str, spelling: str) -> None:
    """A word that nothing has is taken for the one most like it, which is said."""
    found = index.search(text)

    assert spelling == found.spelling
    assert found.total


def test_words_like_no_other_are_named(index: SearchIndex) -> None:
    """What has some of the words is given, with the words that nothing has."""
    found = index.search("Mali xqzzvvw")

    assert ("xqzzvvw",) == found.unknown
    assert ("country/MLI", False) == (keys(found)[0], found.has_all)


def test_some_words_where_nothing_has_all(index: SearchIndex) -> None:
    """Two names that nothing joins give both, and the answer says that none has all."""
    found = index.search("climate Türkiye")

    assert {"theme/climate", "country/TUR"} <= set(keys(found))
    assert not found.has_all


def test_groups_have_counts_and_the_best(index: SearchIndex) -> None:
    """Each kind has the number of all its hits, and the first few of them."""
    found = index.search("protection", each=3)

    assert [("objective", 45, 3)] == [(g.kind, g.total, len(g.hits)) for g in found.groups]


def test_pages_of_a_kind_have_each_hit_once(index: SearchIndex) -> None:
    """Pages of one kind follow each other without a gap, and end."""
    pages = [
        keys(index.search("protection", kind="objective", page=n, size=20)) for n in (1, 2, 3, 4)
    ]

    assert [20, 20, 5, 0] == [len(page) for page in pages]
    assert 45 == len({key for page in pages for key in page})


def test_other_kinds_keep_their_counts(index: SearchIndex) -> None:
    """With one kind chosen, the others say how many they would have."""
    found = index.search("mali", kind="plan")
    counts = {group.kind: group.total for group in found.groups}

    assert (2, 2, 1) == (found.total, counts["plan"], counts["country"])


def test_matched_words_are_marked(index: SearchIndex) -> None:
    """Words of name and text that were looked for are marked, also by their stems."""
    (objective,) = index.search("refugee").hits
    (plan,) = index.search("peacebuilding").hits

    assert "[Refugees] are kept from harm." == marked(objective.name)
    assert "Women take part in <b>[peacebuilding]</b> & governance." == marked(plan.snippet)


def test_names_are_in_the_readers_language(index: SearchIndex) -> None:
    """A name is given in the reader's language where there is one, and else says which it is in."""
    arabic = index.search("Mali", language="ar").hits[0].name
    french = index.search("Mali", language="fr").hits[0].name

    assert [("مالي", "ar"), ("Mali", "en")] == [(str(n), n.language) for n in (arabic, french)]


def test_hits_say_what_they_belong_to(index: SearchIndex) -> None:
    """An objective leads to its plan."""
    above = index.search("refugees").hits[0].above

    assert above
    assert ("Mali, plan 3, 2019–2023", "/doc/plan/MLI-3") == (str(above.name), above.path)


def test_notes_are_shown_where_they_match_alone(index: SearchIndex) -> None:
    """What sources disagree on is not how a country is presented, but can be found."""
    (country,) = index.search("newspaper").hits

    assert "A [newspaper] of Niger counts otherwise." == marked(country.snippet)
    assert None is index.search("Mali").hits[0].snippet


@pytest.mark.parametrize(
    ("text", "name"),
    [("mal", "Mali"), ("third pl", "Mali, plan 3, 2019–2023"), ("clim", "Climate change"),
     ("trukey", "Türkiye"), ("s/res/13", "Women, peace and security")],
)  # fmt: skip
def test_suggestions_begin_as_what_is_typed(index: SearchIndex, text: str, name: str) -> None:
    """The last word may be unfinished, or mistyped."""
    assert name == index.suggest(text)[0].name


def test_suggestions_are_names(index: SearchIndex) -> None:
    """Sentences are not suggested, and no more than asked for."""
    assert [] == index.suggest("refugees")
    assert 2 == len(index.suggest("mali", limit=2))


@settings(deadline=None, max_examples=300)
@given(
    text=st.text()
    | st.lists(
        st.sampled_from(
            ['"', "'", "NEAR(", "OR", "AND NOT", "*", "^", "name:", "{a b}", "(", ")", "-", "\0",
             "mali", "\ud800", "ﷺ", "é\u0301", "%", ";--", "+"]
        )
    ).map(" ".join)
)  # fmt: skip
def test_no_text_is_an_error(index: SearchIndex, text: str) -> None:
    """Whatever is typed is looked for as words, and has no meaning but theirs."""
    found = index.search(text)

    assert len(found.asked) <= MAX_CHARACTERS
    assert len(index.suggest(text)) <= 8


def test_long_texts_are_cut() -> None:
    """What is longer than anybody types is cut before it is looked at."""
    assert MAX_CHARACTERS == len(shorten("ab" * 10_000))


def test_syntax_of_the_engine_is_not_passed(index: SearchIndex) -> None:
    """What would be an operator or a column is a word like any other."""
    assert keys(index.search("name : mali")) == keys(index.search("name mali"))


def test_search_that_takes_too_long_is_stopped(
    index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time left, a search says so, and the next one is as good as ever."""
    index.search("protection")
    monkeypatch.setattr("napgraph.search._TIMEOUT_S", -1)
    monkeypatch.setattr("napgraph.search._STEPS", 1)
    with pytest.raises(QueryTimeout, match="fewer or rarer words"):
        index.search("protection")
    monkeypatch.undo()

    assert 45 == index.search("protection").total


def test_threads_search_at_once(index: SearchIndex) -> None:
    """Any number of threads get the same."""
    totals: list[int] = []
    threads = [
        Thread(target=lambda: totals.extend(index.search("protection").total for _ in range(20)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [45] * 160 == totals


def test_file_is_not_written_to(index: SearchIndex) -> None:
    """What is opened for searching cannot be changed."""
    with index._connection() as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM thing")


def test_missing_file_is_told(tmp_path: Path) -> None:
    """There is no index where there is no file."""
    with pytest.raises(FileNotFoundError):
        SearchIndex.open(tmp_path / "search.sqlite")


def test_index_of_some_kinds(store: OxigraphStore) -> None:
    """While there is no index of all, one in memory has what people look for most."""
    index = SearchIndex.of_some(store, ["country", "plan"])

    assert ["country/MLI", "plan/MLI-3", "plan/MLI-2"] == keys(index.search("Mali"))
    index.close()


def test_same_data_give_the_same_index(store: OxigraphStore, tmp_path: Path) -> None:
    """An index can be made again, byte for byte."""
    paths = [tmp_path / name for name in ("a", "b")]
    for path in paths:
        write_index(store, path)

    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Ministère de l'Égalité", ["ministere", "de", "l", "egalite"]),
        ("Women’s", ["women"]),
        ("ISTANBUL İstanbul ıstanbul", ["istanbul"] * 3),
        ("Đà Nẵng", ["da", "nang"]),
        ("Straße Œuvre ﬁn Łódź", ["strasse", "oeuvre", "fin", "lodz"]),
        ("أَلْمَانِيَا ٱلمرأة ٢٠١٩", ["المانيا", "المراه", "2019"]),
        ("妇女2019", ["妇", "女", "2019"]),
        ("e\u0301te\u0301", ["ete"]),
        ("S/RES/1325_(2000)", ["s", "res", "1325", "2000"]),
    ],
)
def test_words_as_they_are_compared(text: str, compared: list[str]) -> None:
    """Case, accents, vowel marks and other ways to write a letter do not count."""
    assert compared == words(text)


@given(st.text())
def test_marks_leave_the_text_as_it_is(text: str) -> None:
    """A text is the same with its marks taken away."""
    parts = mark(text, lambda word: word < "m")

    assert text == "".join(part.text for part in parts)
    assert Part("") not in parts


@given(st.text(min_size=1))
@example("𝕊")
def test_words_compared_stay_so(text: str) -> None:
    """What has been made comparable is not changed again: index and query meet."""
    assert all((word,) == fold(word) for word in words(text))
