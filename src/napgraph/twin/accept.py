"""Content negotiation as a list of patterns, for servers that have no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from napgraph.formats import Format

# Parameters that are a mere hint; any other asks for another type. See `formats.choose`.
_HINT = r'\s*;\s*(?:charset|header|profile|version)\s*=\s*(?:"[^"]*"|[^\s,;"]*)'
# Any quality that makes sense, zero too.
_ANY_QUALITY = r"(?:0?\.\d{1,3}|0(?:\.0*)?|1(?:\.0*)?)"
_RANGE = r"(?:\*(?:/\*)?|[^\s*,;/][^\s,;/]*/[^\s,;/]+)"
_PARAMETER = r'\s*;\s*(?!q\s*=)(?:[^,;"]|"[^"]*")*'
# A header that says nothing that makes sense.
_NOTHING = (
    rf"^(?!(?:.*,)?\s*{_RANGE}(?:{_PARAMETER})*(?:\s*;\s*q\s*=\s*{_ANY_QUALITY}(?![\d.]))?"
    rf"(?:{_PARAMETER})*\s*(?:,|$))"
)


@dataclass(frozen=True, slots=True)
class AcceptRule:
    """A pattern that an Accept header may have, and the suffix of the format it then chooses."""

    pattern: str
    suffix: str


def accept_rules(offered: Sequence[Format]) -> Iterator[AcceptRule]:
    """Write `formats.choose` as patterns, the first of which that fits decides.

    They tell qualities apart by tenths: within one, the first format offered
    is chosen. Where none fits, no format is accepted.
    """
    yield AcceptRule(_NOTHING, offered[0].suffix)
    for quality in _levels():
        for form in offered:
            yield AcceptRule(_pattern(form, quality), form.suffix)


def _levels() -> Iterator[str]:
    yield r"1(?:\.0*)?"
    for tenth in range(9, 0, -1):
        yield rf"0?\.{tenth}\d{{0,2}}"
    yield r"0?\.0(?:[1-9]\d?|0[1-9])"


def _pattern(form: Format, quality: str) -> str:
    """Match what gives a format a quality: its own type, else another name, else a range."""
    main = form.media_type.partition("/")[0]
    pattern = ""
    for types in (
        (r"\*/\*", r"\*"),
        (rf"{main}/\*",),
        tuple(map(re.escape, form.aliases)),
        (re.escape(form.media_type),),
    ):
        if types:
            given = _entry(types, quality)
            otherwise = f"|(?!{_entry(types, _ANY_QUALITY)}){pattern}" if pattern else ""
            pattern = f"(?:(?={given}){otherwise})"
    return f"^{pattern}"


def _entry(types: Sequence[str], quality: str) -> str:
    """Match a header that has one of the types with a quality."""
    is_whole = re.fullmatch(quality, "1") is not None
    given = rf"(?:\s*;\s*q\s*=\s*{quality}(?![\d.])){'?' if is_whole else ''}"
    type_ = "|".join(types)
    return rf"(?:.*,)?\s*(?:{type_})(?:{_HINT})*{given}(?:{_HINT})*\s*(?:,|$)"
