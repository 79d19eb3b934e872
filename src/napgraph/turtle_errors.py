"""What is wrong with a Turtle file and what to do, in words for who wrote it."""

from __future__ import annotations

import re

from napgraph.errors import TurtleError
from napgraph.namespaces import declaration

# What the parser says, and what helps. It says where something cannot go on, which is often
# just after the mistake.
_ADVICE = (
    (re.compile("UTF-8"), "save the file with the encoding UTF-8"),
    (
        re.compile("A dot is expected"),
        "end a statement with “.”, or with “;” where more about the same thing follows",
    ),
    (
        re.compile("Unexpected end"),
        "close what is still open from here on: a text, a bracket or a statement",
    ),
    (
        re.compile("Line jumps are not allowed"),
        "close the text with a quotation mark on its own line",
    ),
    (
        re.compile("No scheme found"),
        "write an address in full, from https:// on, or with a prefix",
    ),
    (
        re.compile("Invalid IRI code point"),
        "write an address between “<” and “>” without spaces, quotation marks or brackets",
    ),
    (
        re.compile("language", re.IGNORECASE),
        "write the language right after the text, as in “text”@en",
    ),
    (
        re.compile("is not a valid"),
        "look for a sign that is missing or too many, here or just before",
    ),
)


def turtle_error(exc: SyntaxError, name: str) -> TurtleError:
    """Turn the parser's error into a sentence that says where, why and what to do.

    Args:
        exc: As Oxigraph's parser raises it.
        name: What the sentence calls the file.
    """
    reason = re.sub(r"^.*?\d: ", "", exc.msg, count=1)
    return TurtleError(
        f"{name}: line {exc.lineno}, column {exc.offset}: {reason}; {_advice(reason)}.",
        line=exc.lineno,
        column=exc.offset,
    )


def encoding_error(exc: UnicodeDecodeError, name: str) -> TurtleError:
    """Turn the failure to read bytes as UTF-8 into such a sentence."""
    line = exc.object.count(b"\n", 0, exc.start) + 1
    return TurtleError(
        f"{name}: line {line}: byte 0x{exc.object[exc.start]:02X} is not UTF-8; "
        "save the file with the encoding UTF-8.",
        line=line,
    )


def _advice(reason: str) -> str:
    if undeclared := re.search(r"The prefix (\S*): has not been declared", reason):
        return f"correct it, or add the line {declaration(undeclared[1])} at the top"
    for said, advice in _ADVICE:
        if said.search(reason):
            return advice
    return "correct the Turtle there"
