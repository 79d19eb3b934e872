"""What rules say in other languages, found by their English texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SH, Graph

from napgraph.namespaces import NAPS
from napgraph.rule_texts import RuleTexts
from napgraph.turtle import parse_turtle, read_graph
from napgraph.validation import validate

ROOT = Path(__file__).parent.parent
SHAPES = """
PREFIX naps: <https://w3id.org/napgraph/shapes#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
naps:A sh:name "key"@en , "clé"@fr ;
    sh:message "Give a key (a.b)."@en , "Donnez une clé."@fr .
naps:B sh:message "Give {?value} the key {?expected}."@en ,
    "La clé {?expected} pour {?value}."@fr .
naps:C sh:message "{?value} and {?value} are one."@en , "{?value} deux fois"@fr .
naps:D sh:message "{?value} is odd."@en .
"""


@pytest.fixture(scope="module")
def texts() -> RuleTexts:
    """Read the texts of some shapes."""
    return RuleTexts(parse_turtle(SHAPES.encode(), name="shapes"))


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("key", "clé"),
        ("Give a key (a.b).", "Donnez une clé."),
        ("Give a key (axb).", None),
        ("Give plan:A the key B-1.", "La clé B-1 pour plan:A."),
        ("Give x\ny the key {?value}.", "La clé {?value} pour x\ny."),
        ("7 and 7 are one.", "7 deux fois"),
        ("7 and 8 are one.", None),
        ("7 is odd.", None),
        ("", None),
    ],
)
def test_in_language(texts: RuleTexts, english: str, french: str | None) -> None:
    """A text is found as a whole, or with what a query found in the places of its variables."""
    assert french == texts.in_language(english, "fr")


@pytest.mark.parametrize("language", ["ar", "es", "fr"])
def test_results_of_examples_are_translated(language: str) -> None:
    """Whatever our rules say of the bad examples can be said in each language."""
    shapes, data = Graph(), Graph()
    for path in (ROOT / "shapes").glob("*.ttl"):
        shapes += read_graph(path)
    for path in (ROOT / "tests" / "shapes").glob("action-plan/bad-*.ttl"):
        data += read_graph(path)
    texts = RuleTexts(shapes)
    results = [r for r in validate(data, shapes=shapes).results if r.shape != NAPS["Term-defined"]]
    said = [{t.language: str(t) for t in r.translations}[language] for r in results]

    assert any((r.shape, SH.sparql, None) in shapes for r in results)
    assert said == [texts.in_language(r.message, language) for r in results]
