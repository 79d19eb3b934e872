"""What the reader of a bad Turtle file is told."""

from pathlib import Path

import pytest

from napgraph.errors import TurtleError
from napgraph.turtle import parse_turtle, read_graph

HEAD = "PREFIX nap: <https://w3id.org/napgraph/ontology#>\nPREFIX x: <urn:x:>\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "plan:MLI-1 a nap:Plan .",
            "line 3, column 1: The prefix plan: has not been declared; "
            "correct it, or add the line PREFIX plan: <https://w3id.org/napgraph/id/plan/> at",
        ),
        ("y:a a nap:Plan .", "correct it, or add the line PREFIX y: <…> at the top."),
        (
            "x:a x:b 1\n x:c 2 .",
            "line 4, column 2: .*; end a statement with “.”, or with “;” where",
        ),
        ('x:a x:b "open ;\n x:c 2 .', "column 9: .*; close what is still open from here on"),
        ("x:a x:b 1 ;", "; close what is still open from here on"),
        ('x:a x:b "a\nb" .', "; close the text with a quotation mark on its own line."),
        ("x:a x:b <c> .", "line 3, column 9: .*; write an address in full, from https:// on"),
        ("x:a x:b <http://a b> .", "; write an address between “<” and “>” without spaces"),
        ('x:a x:b "a"@1 .', "; write the language right after the text, as in “text”@en."),
        ("x:a x:b 1 ,, 2 .", "; look for a sign that is missing or too many, here or just before."),
        ("@prefix y <urn:y> .", "; correct the Turtle there."),
        ("x:a x:b 1 . << x:a x:b 1 >> x:c 2 .", "line 3: statements about statements"),
        ('x:a x:b "a"@ar--rtl .', r'"a"@ar--rtl: .*texts with a direction, have no place'),
    ],
)
def test_where_why_and_what_to_do(text: str, says: str) -> None:
    """A sentence names the file, the place and the reason, and says what to do."""
    with pytest.raises(TurtleError, match=rf"^file\.ttl: .*{says}") as caught:
        parse_turtle((HEAD + text).encode(), name="file.ttl")

    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("make", "says"), [("mkdir", "Is a directory"), ("exists", "No such file")]
)
def test_file_that_cannot_be_read(tmp_path: Path, make: str, says: str) -> None:
    """What is no file, or is not there, is an error of the data and no surprise."""
    path = tmp_path / "MLI.ttl"
    getattr(path, make)()

    with pytest.raises(TurtleError, match=rf"MLI\.ttl: {says}"):
        read_graph(path)
