"""What rules say, in the reader's language."""

from __future__ import annotations

from flask import Flask

from napgraph.curation.consequences import terms
from napgraph.resources import Value
from napgraph.rule_texts import RuleTexts
from napgraph.web.languages import language
from napgraph.web.site import site


def register(app: Flask) -> None:
    """Let templates say the names and messages of rules."""
    app.jinja_env.filters["rule_says"] = rule_says


def rule_says(english: str) -> Value:
    """Say the name or message of a rule in the language of this request, else as it is."""
    tag = language()
    said = None if tag == "en" else _texts().in_language(english, tag)
    return Value(said, language=tag) if said else Value(english, language="en")


def _texts() -> RuleTexts:
    config = site().config
    return site().kept("rule texts", lambda _: RuleTexts(terms(config).shapes))
