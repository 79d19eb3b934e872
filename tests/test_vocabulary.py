"""The terms and rules as pages show them: what is said of each, where, and in which language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import html5lib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from napgraph.class_links import map_classes
from napgraph.config import Config, shipped
from napgraph.namespaces import NAP, NAPS, ONTOLOGY, SHAPES
from napgraph.oxigraph import OxigraphStore
from napgraph.questions import Question, all_questions
from napgraph.rules import Rule, Rules, Words
from napgraph.store import GraphFile
from napgraph.store_folder import current
from napgraph.terminals import STRING, tokens
from napgraph.turtle import parse_turtle
from napgraph.vocabulary import Term, Vocabulary, count_uses, read_vocabulary
from napgraph.web import formatting, languages
from napgraph.web.result_pages import heading, thing_of

XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES = [
    f"{prefix}/{name}{suffix}"
    for prefix, suffix in (("", ".html"), ("/fr", ""), ("/es", ""), ("/ar", ""))
    for name in ("ontology", "shapes")
]
# Strings by which queries compare.
NOT_SHOWN = {"", "-12-31", "any", "en"}
WEB = shipped("ontology").parent / "src" / "napgraph" / "web"


@pytest.fixture(scope="module")
def vocabulary(config: Config) -> Vocabulary:
    """Read what we ship, with the uses of the small site, for a reader of French."""
    generation = current(config.store_dir)
    return read_vocabulary(generation, generation.open(), language="fr", prefix="/fr")


def term(vocabulary: Vocabulary, iri: URIRef) -> Term:
    """Find a term."""
    terms = (*vocabulary.classes, *vocabulary.properties, *vocabulary.borrowed)
    return next(term for term in terms if term.iri == iri)


def rule(turtle: str, *, ontology: str = "") -> Rule:
    """Read the shape `naps:X` of some shapes."""
    prefixes = "PREFIX nap: <{}>\nPREFIX naps: <{}>\nPREFIX sh: <{}>\nPREFIX rdfs: <{}>\n".format(
        NAP, NAPS, "http://www.w3.org/ns/shacl#", "http://www.w3.org/2000/01/rdf-schema#"
    )
    shapes = parse_turtle(f"{prefixes}{turtle}".encode(), name="shapes")
    classes = parse_turtle(f"{prefixes}{ontology}".encode(), name="ontology")
    return Rules(shapes, classes, Words({}, "en", explained={})).all[NAPS.X]


# -- terms -------------------------------------------------------------------------------------


def test_term_speaks_the_readers_language(vocabulary: Vocabulary) -> None:
    """Label and definition are in it, and notes and examples in it alone."""
    adopted = term(vocabulary, NAP.adopted)

    assert ("date d'adoption", "fr") == (adopted.label.text, adopted.label.language)
    assert ("Quand un plan d'action a été adopté.", "fr") == (
        adopted.definition.text,
        adopted.definition.language,
    )
    assert ["fr", "fr"] == [text.language for text in (*adopted.notes, *adopted.examples)]
    assert {"ar", "en", "es", "fr"} == {label.language for label in adopted.labels}


@pytest.mark.parametrize(
    ("iri", "uses"),
    [
        (NAP.NationalActionPlan, 1),
        (NAP.ActionPlan, 1),  # by way of the narrower class
        (NAP.Objective, 1),
        (NAP.Event, 0),
        (NAP.periodStart, 1),
        (NAP.adopted, 0),
    ],
)
def test_uses_are_counted(vocabulary: Vocabulary, iri: URIRef, uses: int) -> None:
    """A class has its things and those of its kinds, a property its statements."""
    assert uses == term(vocabulary, iri).uses


def test_each_use_is_counted_once() -> None:
    """A thing of two kinds of a class, or a statement in two graphs, counts once."""
    ontology = f"<{NAP.A}> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{NAP.C}> ."
    data = f"<x:1> a <{NAP.A}>, <{NAP.C}> ; <{NAP.p}> 1 ."
    files = [GraphFile(URIRef(f"x:{n}"), t.encode()) for n, t in enumerate((ontology, data, data))]

    uses = count_uses(OxigraphStore.in_memory(files, with_blank_nodes=()))

    assert 1 == uses.of(URIRef(NAP.C), is_class=True)
    assert 1 == uses.of(URIRef(NAP.p), is_class=False)
    assert 0 == uses.of(URIRef(NAP.q), is_class=False)


def test_term_knows_its_rules(vocabulary: Vocabulary) -> None:
    """They are those that look at its values, and those whose query speaks of it."""
    anchors = {found.anchor for found in term(vocabulary, NAP.periodStart).rules}

    assert {"ActionPlan-periodStart", "ActionPlan-periodOrdered"} <= anchors
    assert "ActionPlan-aim" not in anchors


def test_class_knows_where_it_is_a_value(vocabulary: Vocabulary) -> None:
    """These are the rules that demand one."""
    demanding = {found.anchor for found in term(vocabulary, NAP.ActionPlan).demanding}

    assert {"Objective-objectiveOf", "Involvement-plan", "Remark-remarkOn"} <= demanding


def test_borrowed_term_is_called_as_shapes_call_it(vocabulary: Vocabulary) -> None:
    """A term of another vocabulary has the name that the shapes give its values."""
    replaces = term(vocabulary, URIRef("http://purl.org/dc/terms/replaces"))

    assert "plan précédent" == replaces.label.text
    assert "dcterms-replaces" == replaces.anchor


def test_queries_find_what_is_used(vocabulary: Vocabulary, config: Config) -> None:
    """The query of each term that is used has rows."""
    store = current(config.store_dir).load()
    terms = (*vocabulary.classes, *vocabulary.properties, *vocabulary.borrowed)

    assert [] == [one.name for one in terms if bool(one.uses) != bool(store.select(one.query))]


# -- rules -------------------------------------------------------------------------------------


def test_rule_says_how_many_of_what() -> None:
    """The parts of a property shape have a place each, and the rest is written out."""
    found = rule(
        'naps:X a sh:PropertyShape ; sh:path nap:p ; sh:minCount 1 ; sh:maxCount 2 ; sh:name "x" ; '
        'sh:class nap:C ; sh:nodeKind sh:IRI ; sh:pattern "^a" ; sh:severity sh:Warning .'
    )

    assert ("nap:p", 1, 2, ("nap:C",)) == (
        found.path_name, found.minimum, found.maximum, found.value_names
    )  # fmt: skip
    assert [("sh:pattern", "^a")] == [(part.name, part.text) for part in found.constraints]
    assert "Warning" == found.severity


def test_rule_on_a_way_back() -> None:
    """A property that is followed backwards is written as SPARQL does."""
    assert (
        "^nap:p" == rule("naps:X a sh:PropertyShape ; sh:path [ sh:inversePath nap:p ] .").path_name
    )


def test_rule_with_alternatives() -> None:
    """Shapes with names are alternatives; what has no name is written out."""
    named = rule("naps:X a sh:NodeShape ; sh:or ( naps:A naps:B ) .")
    nameless = rule("naps:X a sh:NodeShape ; sh:or ( [ sh:minCount 1 ] naps:B ) .")

    assert ("naps:A", "naps:B") == named.value_names
    assert () == named.constraints
    assert ["( [ sh:minCount 1 ] naps:B )"] == [part.text for part in nameless.constraints]


def test_rule_leaves_kinds_of_its_classes_out() -> None:
    """A shape for a class and its kinds is for the class."""
    found = rule(
        "naps:X a sh:NodeShape ; sh:targetClass nap:A, nap:B .",
        ontology="nap:B rdfs:subClassOf nap:A .",
    )

    assert ["nap:A"] == [value.text for value in found.classes]


def test_every_shape_is_on_the_page_once(vocabulary: Vocabulary) -> None:
    """Each belongs to the things of a class, or to what is shared."""
    rules = vocabulary.rules
    shown = [one for group in rules.groups for one in (group.rule, *group.properties)]
    shown += [one for group in rules.groups for one in group.others]

    assert {"1"} == {str(n) for n in Counter(r.iri for r in (*shown, *rules.shared)).values()}
    assert set(rules.all) == {one.iri for one in (*shown, *rules.shared)}


def test_rules_are_in_the_readers_order(vocabulary: Vocabulary) -> None:
    """Groups follow the alphabet, accents aside."""
    names = [group.rule.name.text for group in vocabulary.rules.groups]

    assert "Budget" == names[0]
    assert names.index("Éditeur") < names.index("Graphe nommé")


# -- links of classes --------------------------------------------------------------------------


def test_classes_are_linked_as_shapes_have_it(vocabulary: Vocabulary) -> None:
    """A link has the property, how many values there may be, and the class of these."""
    linked = {one.term.iri: one for one in map_classes(vocabulary).classes}
    (link,) = linked[URIRef(NAP.Objective)].links

    assert ("Objective-objectiveOf", 1, 1) == (
        link.rule.anchor, link.rule.minimum, link.rule.maximum
    )  # fmt: skip
    assert NAP.ActionPlan == link.target.iri
    assert ["Plan d'action national", "Plan d'action régional"] == [
        kind.text for kind in linked[URIRef(NAP.ActionPlan)].kinds
    ]
    assert NAP.NationalActionPlan not in linked


def test_link_that_most_classes_have_is_told_once(vocabulary: Vocabulary) -> None:
    """That things name their sources is said beside the drawing, not in it."""
    class_map = map_classes(vocabulary)

    assert [NAP.Source] == [link.target.iri for link in class_map.common]
    assert not any(link.target.iri == NAP.Source for one in class_map.classes for link in one.links)


# -- pages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_page_is_well_formed(client: FlaskClient, path: str) -> None:
    """The page keeps to HTML's grammar, no address on it is there twice, and none leads nowhere."""
    tree = html5lib.HTMLParser(strict=True).parse(client.get(path).data)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    links = [element.get("href") for element in tree.iter() if element.get("href")]
    within = {link[1:] for link in links if link.startswith("#")}

    assert len(set(ids)) == len(ids)
    assert within <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_page_runs_under_the_policy(client: FlaskClient, path: str) -> None:
    """It has no style or script in it, which the policy would not let run."""
    tree = html5lib.parse(client.get(path).data)
    within = (element for element in tree.iter() if "src" not in element.attrib)
    names = Counter(str(element.tag).removeprefix(XHTML) for element in within)

    assert 0 == names["script"] + names["style"]
    assert [] == [element.tag for element in tree.iter() if "style" in element.attrib]
    assert 1 == names["h1"]


@pytest.mark.parametrize(
    ("vocabulary_iri", "path"), [(ONTOLOGY, "/ontology.html"), (SHAPES, "/shapes.html")]
)
def test_every_term_has_its_anchor(client: FlaskClient, vocabulary_iri: URIRef, path: str) -> None:
    """Whoever follows the IRI of a term gets to where it is explained."""
    turtle = client.get(path.replace(".html", ".ttl")).data
    subjects = set(Graph().parse(data=turtle, format="turtle").subjects())
    terms = {str(s).split("#")[1] for s in subjects if str(s).startswith(f"{vocabulary_iri}#")}
    ids = set(re.findall(r' id="([^"]+)"', client.get(path).text))

    assert terms
    assert set() == terms - ids


@pytest.mark.parametrize(
    ("path", "tag", "direction", "says"),
    [
        ("/ontology.html", "en", None, "date of adoption"),
        ("/fr/ontology", "fr", None, "date d&#39;adoption"),
        ("/es/ontology", "es", None, "fecha de aprobación"),
        ("/ar/ontology", "ar", "rtl", "تاريخ الاعتماد"),
        ("/fr/shapes", "fr", None, "Plan d&#39;action"),
        ("/ar/shapes", "ar", "rtl", "خطة عمل"),
    ],
)
def test_page_speaks_its_language(
    client: FlaskClient, path: str, tag: str, direction: str | None, says: str
) -> None:
    """The page says in which language and direction it is, and what it is about in it."""
    text = client.get(path).text
    root = html5lib.parse(text)

    assert (tag, direction) == (root.get("lang"), root.get("dir"))
    assert says in text


def test_pages_name_their_translations(client: FlaskClient) -> None:
    """A search engine and a reader find the page in each language."""
    text = client.get("/fr/ontology").text

    assert '<link rel="alternate" hreflang="ar" href="/ar/ontology">' in text
    assert '<a href="/ontology" hreflang="en" lang="en">English</a>' in text


@pytest.mark.parametrize("path", ["/de/ontology", "/en/ontology", "/fr/nothing"])
def test_there_is_no_page_in_other_languages(client: FlaskClient, path: str) -> None:
    """What is not translated is not there."""
    assert 404 == client.get(path).status_code


def test_page_is_kept_by_caches(client: FlaskClient) -> None:
    """Who has the page gets 304; it says which language it is in."""
    first = client.get("/fr/ontology")
    second = client.get("/fr/ontology", headers={"If-None-Match": first.headers["ETag"]})

    assert "fr" == first.headers["Content-Language"]
    assert "public" in first.headers["Cache-Control"]
    assert (304, b"") == (second.status_code, second.data)


def test_page_offers_an_answer(client: FlaskClient) -> None:
    """The link beside a term leads to the answer to its query."""
    found = re.search(
        r'href="(/sparql\?query=[^"]+NationalActionPlan[^"]+)"', client.get("/ontology.html").text
    )
    assert found

    answer = client.get(found[1], headers={"Accept": "text/csv"})

    assert "a nap:NationalActionPlan" in parse_qs(urlsplit(found[1]).query)["query"][0]
    assert "https://w3id.org/napgraph/id/plan/MLI-3" in answer.text


# -- words of pages ----------------------------------------------------------------------------


def catalogue(tag: str) -> Catalog:
    """Read a file of translations."""
    with (WEB / "locale" / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag)


def messages() -> set[str | tuple[str, ...]]:
    """Find what templates, modules and questions say."""
    found = extract_from_dir(
        WEB,
        method_map=[("**.py", "python"), ("**.html", "jinja2")],
        options_map={"**.html": {"silent": "false"}},
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    said = {text for question in all_questions() for text in texts_of(question)}
    return said | {message for _, _, message, _, _ in found}


def texts_of(question: Question) -> Iterator[str]:
    """Give what the page of a question says: of it, over its columns, and in their cells."""
    yield from (question.title, question.description)
    yield from (parameter.description for parameter in question.parameters)
    columns = question.columns
    yield from (heading(name) for name in columns if not thing_of(name, columns))
    strings = (token.text[1:-1] for token in tokens(question.text) if token.kind == STRING)
    yield from (text for text in strings if text not in NOT_SHOWN)


@pytest.mark.parametrize("tag", ["fr", "es", "ar"])
def test_every_message_is_translated(tag: str) -> None:
    """A catalogue has what pages say, and nothing else."""
    translated = {message.id for message in catalogue(tag) if message.id and all(message.string)}

    assert messages() == translated


@pytest.mark.parametrize("tag", ["fr", "es", "ar"])
def test_translations_have_the_same_values(tag: str) -> None:
    """A translation names no value that the message does not have."""
    wrong = [list(message.check()) for message in catalogue(tag) if message.id]

    assert [] == [errors for errors in wrong if errors]


@pytest.mark.parametrize(
    ("tag", "count", "expected"),
    [("en", 1, "once"), ("fr", 0, "%(num)s fois"), ("ar", 2, "مرتان"), ("ar", 11, "%(num)s مرة")],
)
def test_languages_count_their_own_way(tag: str, count: int, expected: str) -> None:
    """Each has the forms of its plurals."""
    assert expected == languages.catalogue(tag).ngettext("once", "%(num)s times", count)


@pytest.mark.parametrize(
    ("tag", "expected"), [("en", "1,234"), ("fr", "1\u202f234"), ("ar", "1,234")]
)
def test_numbers_have_latin_digits(tag: str, expected: str) -> None:
    """They are grouped as the language does."""
    with Flask("words").app_context():
        languages.speak(tag)

        assert expected == formatting.number(1234)
