"""The patterns for content negotiation choose what the application chooses."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from napgraph.errors import NotAcceptable
from napgraph.formats import GRAPH_FORMATS, HTML, choose
from napgraph.twin.accept import accept_rules

OFFERED = (*GRAPH_FORMATS, HTML)
RULES = [(re.compile(rule.pattern, re.IGNORECASE), rule.suffix) for rule in accept_rules(OFFERED)]
TYPES = [name for form in OFFERED for name in (form.media_type, *form.aliases)]
QUALITIES = ["", *(f";q={digit}" for digit in ("1", "1.0", "0", "0.0", "2", "x", ".5")),
             *(f"; q=0.{tenth}" for tenth in range(1, 10))]  # fmt: skip

NAMES = [*TYPES, "*/*", "*", "text/*", "application/*", "image/png", "Text/HTML", "x"]
HINTS = ["", ";charset=utf-8", '; profile="http://www.w3.org/ns/json-ld#flattened"']

ranges = st.tuples(st.sampled_from(NAMES), st.sampled_from(QUALITIES))


@st.composite
def headers(draw: st.DrawFn) -> str:
    """Write a header; patterns do not weigh what is said twice, with a hint and without."""
    hint = draw(st.sampled_from(HINTS))
    parts = draw(st.lists(ranges, max_size=5))
    return ", ".join(f"{type_}{hint}{quality}" for type_, quality in parts)


def chosen_by_patterns(accept: str) -> str:
    """Give the suffix that the first fitting pattern gives; empty if none fits."""
    return next((suffix for pattern, suffix in RULES if pattern.search(accept)), "")


def chosen_by_application(accept: str) -> str:
    """Give the suffix of the chosen format; empty if none is acceptable."""
    try:
        return choose(accept, OFFERED).suffix
    except NotAcceptable:
        return ""


@given(headers())
def test_patterns_choose_alike(accept: str) -> None:
    """Whatever a client accepts, with qualities in tenths, patterns and application agree."""
    assert chosen_by_application(accept) == chosen_by_patterns(accept)


def test_pattern_length() -> None:
    """No pattern is longer than a word that nginx takes."""
    longest = max(len(rule.pattern) for rule in accept_rules(OFFERED))

    assert longest < 4_000
