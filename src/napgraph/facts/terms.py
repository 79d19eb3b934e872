"""The literals that a fact sheet's values become."""

from __future__ import annotations

from decimal import Decimal

from rdflib import XSD, Literal

from napgraph.facts.languages import recognise

_DATE_TYPES = {4: XSD.gYear, 7: XSD.gYearMonth, 10: XSD.date}


def text(value: str) -> Literal:
    """Make a paraphrase, which is always in English, a literal."""
    return Literal(value, lang="en")


def name(value: str, language: str | None = None, *, at_least: int = 1) -> Literal:
    """Make a name as its source has it a literal.

    Its language is the one given, else the one of which it has `at_least` so
    many words, else `und`: not determined.
    """
    return Literal(value, lang=language or recognise(value, at_least=at_least) or "und")


def date(value: str) -> Literal:
    """Make a year, month or day a literal as precise as the value is."""
    return Literal(value, datatype=_DATE_TYPES[len(value)], normalize=False)


def year(value: int) -> Literal:
    """Make a year a literal."""
    return Literal(str(value), datatype=XSD.gYear, normalize=False)


def amount(value: float) -> Literal:
    """Make a sum of money a literal: a whole number where it is one."""
    if value == int(value):
        return Literal(int(value))
    return Literal(str(Decimal(str(value))), datatype=XSD.decimal, normalize=False)


def address(value: str) -> Literal:
    """Make a web address a literal."""
    return Literal(value, datatype=XSD.anyURI, normalize=False)


def code(value: str) -> Literal:
    """Make a key or code, which has no language, a literal."""
    return Literal(value)
