"""What the tokenizer promises to the gate and to the reader of Turtle files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napgraph import terminals
from napgraph.terminals import TerminalError, Token, iri_value, line_column, tokens, unescape


def kinds(text: str) -> list[tuple[str, str]]:
    """Read kinds and texts alone."""
    return [(token.kind, token.text) for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<http://example.org/a#b>", "IRIREF"),
        ("<>", "IRIREF"),
        (r"<a\u00e9\U0001F600>", "IRIREF"),
        ("<?b&&?c>", "IRIREF"),
        ("a:", "PNAME"),
        (":", "PNAME"),
        (":b", "PNAME"),
        ("a.b-c:d.e.f", "PNAME"),
        (r"a:b\#c%20d:e", "PNAME"),
        ("é:ñ", "PNAME"),
        ("SELECT", "NAME"),
        ("a", "NAME"),
        ("?x", "VAR"),
        ("$1é", "VAR"),
        ("_:b1.c", "BNODE"),
        ("@en-GB", "LANGTAG"),
        ("@ar--rtl", "LANGTAG"),
        ("@prefix", "LANGTAG"),
        ("12", "NUMBER"),
        ("1.5", "NUMBER"),
        (".5", "NUMBER"),
        ("1.e5", "NUMBER"),
        ("1.5E-3", "NUMBER"),
        ("''", "STRING"),
        ('"a # \' b"', "STRING"),
        (r"'a\'b\\'", "STRING"),
        ("'''a\n'b'' c'''", "STRING"),
        ('"""a ""b"" \\""""', "STRING"),
        ("# a 'comment' <", "COMMENT"),
        ("{|", "PUNCT"),
        ("||", "PUNCT"),
        ("^^", "PUNCT"),
        ("<=", "PUNCT"),
    ],
)
def test_reads_one_terminal(text: str, kind: str) -> None:
    """A terminal alone is one token, whatever stands before and after."""
    assert kinds(text) == [(kind, text)]
    assert list(tokens(f"  {text}\n")) == [Token(kind, text, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:b.", ["a:b", "."]),
        ("a:b..c:d", ["a:b..c:d"]),
        ("a:b#c", ["a:b", "#c"]),
        ("_:b.", ["_:b", "."]),
        ("1.", ["1", "."]),
        ("1.e", ["1", ".", "e"]),
        ("-1", ["-", "1"]),
        ("true.OPTIONAL{", ["true", ".", "OPTIONAL", "{"]),
        ("?a<?b", ["?a", "<", "?b"]),
        ("?a<b c>", ["?a", "<", "b", "c", ">"]),
        ("?a<?b&&?c>?d", ["?a", "<?b&&?c>", "?d"]),
        ("<<a:b>>", ["<", "<a:b>", ">"]),
        ("?s?p?o", ["?s", "?p", "?o"]),
        ("a:p?", ["a:p", "?"]),
        ("''''''", ["''''''"]),
        ("''\"\"", ["''", '""']),
        ("'a'@en", ["'a'", "@en"]),
        ("[]()", ["[", "]", "(", ")"]),
        ("#a\rb", ["#a", "b"]),
        ("#a\x0bb\u2028c\nd", ["#a\x0bb\u2028c", "d"]),
        ("1SERVICE", ["1", "SERVICE"]),
        ("@prefix a: <b> .", ["@prefix", "a:", "<b>", "."]),
    ],
)
def test_reads_the_longest(text: str, expected: list[str]) -> None:
    """Where one terminal ends and the next begins is as the grammars say."""
    assert [token.text for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "start", "message"),
    [
        ("a 'b", 2, "never closed"),
        ("a 'b\nc'", 2, "never closed"),
        ('a """b""', 2, "never closed"),
        ('"""a""""', 7, "never closed"),
        (r"'a\qb'", 2, "wrong escape"),
        (r"'\u12'", 1, "wrong escape"),
        (r'"""a\qb"""', 4, "wrong escape"),
        ("a \x00", 2, "U+0000"),
        ("a\xa0b", 1, "U+00A0"),
        (r"\u0053", 0, r"“\”"),
        ("a:%4", 2, "“%”"),
        ("$", 0, "“$”"),
        ("true.é", 5, "“é” is not a word"),
        ("\ufeffASK", 0, r"“\ufeffASK”"),
    ],
)
def test_refuses(text: str, start: int, message: str) -> None:
    """What no terminal begins with is an error that says where and why."""
    with pytest.raises(TerminalError) as caught:
        list(tokens(text))

    assert caught.value.start == start
    assert message in str(caught.value)


def test_starts_anywhere() -> None:
    """Reading may begin in the middle of a text, with offsets of the whole."""
    assert list(tokens("?a<?b>", 3)) == [Token("VAR", "?b", 3), Token("PUNCT", ">", 5)]


@pytest.mark.parametrize(
    ("start", "expected"),
    [(0, (1, 1)), (1, (1, 2)), (2, (1, 3)), (3, (2, 1)), (5, (3, 1)), (7, (4, 1)), (8, (4, 2))],
)
def test_line_column(start: int, expected: tuple[int, int]) -> None:
    """Lines end at LF, CR or both together."""
    assert line_column("a\r\nb\rc\nd", start) == expected


def test_iri_value() -> None:
    """An IRI is read without its brackets and escapes."""
    assert iri_value(Token("IRIREF", r"<a\u00e9\U0001F600>", 0)) == "aé\U0001f600"
    assert unescape(r"\u0053ERVICE") == "SERVICE"


PIECES = ["a", "a.", "a:", ":", ".", "<", ">", "<a", "'", "'a'", '"""', "\\", "\\u0041", "_:", "?"]
PIECES += ["1", "1.", "e", "@", "@a-", "#", "\n", " ", "é", "%41", "{", "|", "}", "\\#", "--", "''"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
@settings(max_examples=400, deadline=None)
def test_covers_the_text(text: str) -> None:
    """Tokens follow one another and leave out nothing but white space."""
    end = 0
    reader = tokens(text)
    while True:
        try:
            token = next(reader)
        except TerminalError:
            return
        except StopIteration:
            break
        assert text[end : token.start].strip(" \t\r\n") == ""
        assert text.startswith(token.text, token.start)
        end = token.start + len(token.text)

    assert text[end:].strip(" \t\r\n") == ""


class CountingPattern:
    """A compiled pattern that counts the characters its matches take."""

    def __init__(self) -> None:
        self.pattern = terminals._TERMINAL
        self.matches = 0

    def finditer(self, text: str, start: int = 0) -> Iterator[re.Match[str]]:
        """Find as the pattern does, counting."""
        for match in self.pattern.finditer(text, start):
            self.matches += 1
            yield match


@pytest.mark.parametrize(
    "piece",
    ["a.", "a.b:", "<a", "<a(", ".", ":", "1.", "_:a.", "?", "'a'", '""""a""" ', "@a-b", "#\n"],
)
def test_work_is_linear(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the text takes at most twice the matches, however nasty."""

    def work(text: str) -> int:
        counting = CountingPattern()
        monkeypatch.setattr(terminals, "_TERMINAL", counting)
        try:
            tokens_read = sum(1 for _ in tokens(text))
        except TerminalError:
            tokens_read = 0
        monkeypatch.undo()
        return counting.matches + tokens_read

    assert work(piece * 2_000) <= 2 * work(piece * 1_000) + 4
