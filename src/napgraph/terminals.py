"""The terminals that SPARQL and Turtle share: text into tokens, in one linear pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, NoReturn

COMMENT: Final = "COMMENT"
IRIREF: Final = "IRIREF"
PNAME: Final = "PNAME"
NAME: Final = "NAME"
VAR: Final = "VAR"
BNODE: Final = "BNODE"
LANGTAG: Final = "LANGTAG"
NUMBER: Final = "NUMBER"
STRING: Final = "STRING"
PUNCT: Final = "PUNCT"


class Token(NamedTuple):
    """One terminal as it is written.

    Attributes:
        kind: `PNAME` is a prefixed name, `NAME` a keyword (also `a`, `true`),
            `LANGTAG` also Turtle's `@prefix` and `@base`; a number's sign is
            a `PUNCT` of its own, as are the brackets of `[]` and `()`.
        text: The characters, delimiters and escapes included.
        start: Offset of the first character.
    """

    kind: str
    text: str
    start: int


class TerminalError(ValueError):
    """Text that no terminal begins with; neutral, for SPARQL and Turtle alike.

    Attributes:
        start: Offset of the text.
    """

    def __init__(self, message: str, start: int):
        super().__init__(message)
        self.start = start


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Read all terminals from an offset on, comments too but no white space.

    Each token is the longest that can begin where it begins, as the grammars
    of SPARQL 1.1 (section 19.8) and Turtle 1.1 (section 6.5) ask for. So `<`
    begins an IRI wherever an IRI can be read there, and is less-than elsewhere.

    Raises:
        TerminalError: An unterminated string, a wrong escape, or a character
            that begins nothing.
    """
    for match in _TERMINAL.finditer(text, start):
        kind = match.lastgroup
        if kind is None:
            return
        if kind == "DOTTED":
            yield from _dotted_names(match["DOTTED"], match.start("DOTTED"))
        elif kind == "WRONG":
            _refuse(text, match.start("WRONG"))
        else:
            yield Token(kind, match[kind], match.start(kind))


def line_column(text: str, start: int) -> tuple[int, int]:
    """Turn an offset into a line and a column, both counted from 1."""
    line, line_start = 1, 0
    for match in _LINE_END.finditer(text, 0, start):
        if match.end() == start < len(text) and text[start - 1 : start + 1] == "\r\n":
            break
        line, line_start = line + 1, match.end()
    return line, start - line_start + 1


def unescape(text: str) -> str:
    r"""Replace the escapes \uXXXX and \UXXXXXXXX of an IRI by their characters.

    Raises:
        ValueError: An escape beyond Unicode.
    """
    return _ESCAPED.sub(lambda match: chr(int(match[0][2:], 16)), text)


def iri_value(token: Token) -> str:
    """Read what stands between the angle brackets of an `IRIREF`, escapes resolved."""
    inner = token.text[1:-1]
    return unescape(inner) if "\\" in inner else inner


def _dotted_names(text: str, start: int) -> Iterator[Token]:
    """Split what is no prefixed name for want of a colon: `true.OPTIONAL`.

    Read in one piece and split here, since reading on to look for the colon
    once for each part would take quadratic time.
    """
    for match in _DOTTED_PART.finditer(text):
        part = match[0]
        if part != "." and not _PLAIN_NAME.fullmatch(part):
            raise TerminalError(f"“{_shown(part)}” is not a word", start + match.start())
        yield Token(PUNCT if part == "." else NAME, part, start + match.start())


def _refuse(text: str, start: int) -> NoReturn:
    found = text[start]
    if found not in "\"'":
        raise TerminalError(f"Nothing begins with {_character(found)}", start)
    quotes = found * 3 if text.startswith(found * 3, start) else found
    body = _STRING_BODY[quotes].match(text, start + len(quotes))
    stopped = body.end() if body else start
    if text[stopped : stopped + 1] == "\\":
        raise TerminalError("A string holds a wrong escape", stopped)
    raise TerminalError(f"The string that {quotes} opens is never closed", start)


def _character(found: str) -> str:
    return f"“{found}”" if found.isprintable() else f"the character U+{ord(found):04X}"


def _shown(text: str) -> str:
    short = text if len(text) <= 40 else f"{text[:40]}…"
    return short if short.isprintable() else ascii(short)[1:-1]


_BASE_CHARS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME_CHARS = f"{_BASE_CHARS}_0-9\u00b7\u0300-\u036f\u203f\u2040"
_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"""\\[tbnrf"'\\]|{_UCHAR}"""
_LOCAL_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_SHORT_BODY = r"(?:[^{0}\\\r\n]++|" + _ESCAPE.replace("{", "{{").replace("}", "}}") + ")*+"
_LONG_BODY = r"(?:{0}{{0,2}}+(?:[^{0}\\]|" + _ESCAPE.replace("{", "{{").replace("}", "}}") + "))*+"

# Every repetition is possessive: a terminal once read is never read again in
# another way, so the time is linear whatever the text.
_TERMINAL = re.compile(
    rf"""[ \t\r\n]*+(?:
      (?P<VAR>[?$][{_BASE_CHARS}_0-9][{_NAME_CHARS}]*+)
    | (?P<NAME>[A-Za-z][A-Za-z0-9_]*+(?![{_NAME_CHARS}\-.:]))
    | (?P<PNAME>(?:[{_BASE_CHARS}](?:\.*+[{_NAME_CHARS}\-]++)*+)?+:
        (?:(?:[{_BASE_CHARS}_:0-9]|{_LOCAL_ESCAPE})
           (?:\.*+(?:[{_NAME_CHARS}:\-]|{_LOCAL_ESCAPE})++)*+)?+)
    | (?P<DOTTED>[{_BASE_CHARS}](?:\.*+[{_NAME_CHARS}\-]++)*+)
    | (?P<IRIREF><(?:[^\x00-\x20<>"{{}}|^`\\]++|{_UCHAR})*+>)
    | (?P<NUMBER>(?:[0-9]++(?:\.[0-9]++|\.(?=[eE][+-]?[0-9]))?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+)
    | (?P<PUNCT>\|\||&&|\^\^|[!<>]=|\{{\||\|\}}|[{{}}()\[\].;,=!<>+\-*/|^?~])
    | (?P<STRING>\"\"\"{_LONG_BODY.format('"')}\"\"\"|'''{_LONG_BODY.format("'")}'''
        |"(?!"")(?:{_SHORT_BODY.format('"')})"|'(?!'')(?:{_SHORT_BODY.format("'")})')
    | (?P<LANGTAG>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)
    | (?P<COMMENT>\#[^\r\n]*+)
    | (?P<BNODE>_:[{_BASE_CHARS}_0-9](?:\.*+[{_NAME_CHARS}\-]++)*+)
    | (?P<WRONG>.)
    | \Z)""",
    re.VERBOSE | re.DOTALL,
)
_STRING_BODY = {
    quotes: re.compile((_LONG_BODY if len(quotes) == 3 else _SHORT_BODY).format(quotes[0]))
    for quotes in ('"', "'", '"""', "'''")
}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_DOTTED_PART = re.compile(r"\.|[^.]+")
_ESCAPED = re.compile(_UCHAR)
_LINE_END = re.compile(r"\r\n?|\n")
