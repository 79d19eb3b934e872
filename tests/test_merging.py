"""Two changes of one graph come together where they can, and what differs is told by thing."""

from __future__ import annotations

import pytest
from rdflib import SKOS, Graph, Literal, URIRef

from napgraph.curation.differences import difference
from napgraph.curation.merging import Rules, merge
from napgraph.namespaces import NAP, thing_iri
from napgraph.turtle import parse_turtle
from tests.curating import PREFIXES

RULES = Rules(single=frozenset({NAP.periodEnd}), by_language=frozenset({SKOS.prefLabel}))
BASE = """
plan:A nap:periodEnd "2020" ; nap:theme theme:x ; skos:prefLabel "A"@en .
plan:A skos:note [ skos:note "n" ] .
plan:B nap:periodEnd "2021" .
"""


def graph(text: str) -> Graph:
    """Read Turtle."""
    return parse_turtle(f"{PREFIXES}{text}".encode(), name="test")


def edited(old: str, new: str) -> Graph:
    """Read the base with a change."""
    assert old in BASE
    return graph(BASE.replace(old, new))


B_GONE = ('plan:B nap:periodEnd "2021" .', "")

CLEAN = {
    "different things": (('"2020"', '"2019"'), ('"2021"', '"2022"')),
    "values that may be several": (("theme:x", "theme:x, theme:y"), ("theme:x", "theme:z")),
    "texts in two languages": (('"A"@en', '"A"@en, "A1"@fr'), ('"A"@en', '"A"@en, "A2"@es')),
    "the same change": (('"2020"', '"2019"'), ('"2020"', '"2019"')),
    "a thing that goes and another one": (B_GONE, ('"2020"', '"2019"')),
    "another number in the same form": (('"2020"', '"2020"'), ('"2020"', '"2019"')),
}  # fmt: skip
CLASHES = {
    "two values where one may be": (('"2020"', '"2019"'), ('"2020"', '"2018"')),
    "two texts in one language": (('"A"@en', '"A1"@en'), ('"A"@en', '"A2"@en')),
    "one removes a value, one changes it": (('nap:periodEnd "2020" ; ', ""), ('"2020"', '"2018"')),
    "one removes a thing, one changes it": (B_GONE, ('"2021"', '"2022"')),
    "one removes a thing, one points at it": (B_GONE, ("theme:x", "theme:x, plan:B")),
}


@pytest.mark.parametrize("name", CLEAN)
def test_what_does_not_clash_is_merged(name: str) -> None:
    """Each change is in the result, whichever came first."""
    one, other = (edited(*change) for change in CLEAN[name])
    there, back = (merge(graph(BASE), a, b, RULES) for a, b in ((one, other), (other, one)))

    assert (there.conflicts, back.conflicts) == ((), ())
    assert not difference(there.graph, back.graph)
    assert difference(graph(BASE), there.graph)


@pytest.mark.parametrize("name", CLASHES)
def test_what_clashes_is_told(name: str) -> None:
    """In both orders there is a conflict, and what is published stays."""
    one, other = (edited(*change) for change in CLASHES[name])
    there, back = (merge(graph(BASE), a, b, RULES) for a, b in ((one, other), (other, one)))

    assert len(there.conflicts) == len(back.conflicts) == 1
    assert not difference(one, there.graph)
    assert not difference(other, back.graph)


def test_conflict_has_all_three_values() -> None:
    """Who decides sees what was, what is published and what is proposed."""
    merged = merge(graph(BASE), edited('"2020"', '"2019"'), edited('"2020"', '"2018"'), RULES)
    (conflict,) = merged.conflicts

    assert (conflict.subject, conflict.predicate) == (thing_iri("plan", "A"), NAP.periodEnd)
    assert [conflict.before, conflict.published, conflict.proposed] == [
        (Literal(year),) for year in ("2020", "2019", "2018")
    ]


def test_difference_is_told_by_thing() -> None:
    """A thing that comes, one that goes and one that changes, with values before and after."""
    after = edited(*B_GONE)
    after.add((thing_iri("plan", "C"), NAP.theme, thing_iri("theme", "x")))
    after.remove((thing_iri("plan", "A"), NAP.periodEnd, None))
    after.add((thing_iri("plan", "A"), NAP.periodEnd, Literal("2024")))
    found = difference(graph(BASE), after)
    told = [
        (str(e.subject)[-1], e.kind, e.changes[0].before, e.changes[0].after)
        for e in found.entities
    ]

    assert told == [
        ("C", "added", (), (thing_iri("theme", "x"),)),
        ("B", "removed", (Literal("2021"),), ()),
        ("A", "changed", (Literal("2020"),), (Literal("2024"),)),
    ]
    assert (found.minted, found.gone) == ((thing_iri("plan", "C"),), (thing_iri("plan", "B"),))
    assert found.pages == ("/doc/plan/A", "/doc/plan/B", "/doc/plan/C", "/doc/theme/x")


def test_another_way_to_write_the_same_is_no_difference() -> None:
    """Blank nodes under other names and numbers in another form are the same."""
    one = graph("plan:A skos:note [ skos:note 'n' ] ; nap:number 01 .")
    other = graph("plan:A nap:number 1 ; skos:note _:other . _:other skos:note 'n' .")

    assert not difference(one, other)


def test_rules_are_read_from_shapes() -> None:
    """At most one value, and one text a language, are what shapes say so of."""
    shapes = graph(
        "@prefix sh: <http://www.w3.org/ns/shacl#> ."
        "<urn:a> sh:path nap:periodEnd ; sh:maxCount 1 ."
        "<urn:b> sh:path skos:prefLabel ; sh:uniqueLang true ."
        "<urn:c> sh:path nap:theme ; sh:maxCount 3 ."
    )

    assert Rules.of_shapes(shapes) == RULES
    assert URIRef(NAP.theme) not in RULES.single
