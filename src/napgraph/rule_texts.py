"""What rules say in other languages, found by what they say in English.

A report is kept and carried in English, with what a query found filled in; whoever shows it
speaks the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rdflib import SH, Graph, Literal
from rdflib.term import Node

_VARIABLE = re.compile(r"\{\?(\w+)\}")


class RuleTexts:
    """The names and messages of shapes, by their English ones."""

    def __init__(self, shapes: Graph) -> None:
        self._whole: dict[str, Mapping[str, str]] = {}
        self._templates: list[tuple[re.Pattern[str], Mapping[str, str]]] = []
        for predicate in (SH.name, SH.message):
            for shape in sorted(set(shapes.subjects(predicate)), key=str):
                self._add(_by_language(shapes, shape, predicate))

    def in_language(self, english: str, language: str) -> str | None:
        """Say a name or message in a language; None if no shape has it in that."""
        if texts := self._whole.get(english):
            return texts.get(language)
        for pattern, texts in self._templates:
            match = pattern.fullmatch(english)
            if match and language in texts:
                return _filled_in(texts[language], match.groupdict())
        return None

    def _add(self, texts: Mapping[str, str]) -> None:
        english = texts.get("en", "")
        if _VARIABLE.search(english):
            self._templates.append((_pattern(english), texts))
        elif english:
            self._whole.setdefault(english, texts)


def _filled_in(template: str, found: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda place: found.get(place[1], ""), template)


def _by_language(shapes: Graph, shape: Node, predicate: Node) -> dict[str, str]:
    found = (text for text in shapes.objects(shape, predicate) if isinstance(text, Literal))
    return {text.language: str(text) for text in found if text.language}


def _pattern(template: str) -> re.Pattern[str]:
    """Match a message with anything in the places of its variables, the same in those of one."""
    parts = _VARIABLE.split(template)
    written = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            written.append(re.escape(part))
        else:
            is_again = part in parts[1:place:2]
            written.append(f"(?P={part})" if is_again else f"(?P<{part}>.+?)")
    return re.compile("".join(written), re.DOTALL)
