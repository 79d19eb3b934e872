"""What a question leaves open, as a form: fields with their values, and what can be chosen."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rdflib import SKOS, Literal

from napgraph.namespaces import ID, SCHEMES
from napgraph.questions import Parameter, Question
from napgraph.resources import choose_text
from napgraph.store import Store


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen: a key, and what it is called in the reader's language or another."""

    key: str
    label: str
    language: str


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter as people fill it in.

    Attributes:
        input: `date`, `number` or `text` as HTML has them, `year`, or `choice`.
        value: What is filled in: what was given, else the default.
        options: What can be chosen, where `input` is `choice`.
        is_required: Whether something has to be filled in.
    """

    parameter: Parameter
    input: str
    value: str
    options: tuple[Option, ...] = ()
    is_required: bool = True


# Gives what can be chosen of a type: `theme`, `country`.
OptionReader = Callable[[str], tuple[Option, ...]]

_INPUTS = {"date": "date", "year": "year", "integer": "number", "text": "text"}
_CHOICES = frozenset((*SCHEMES, "country"))


def fields_of(
    question: Question, given: Mapping[str, str], options: OptionReader
) -> tuple[Field, ...]:
    """Make the fields of a question's form.

    Args:
        question: The question.
        given: Values by parameter, as people wrote them, right or wrong.
        options: Reads what can be chosen.
    """
    return tuple(_field(p, given.get(p.name, "").strip(), options) for p in question.parameters)


def read_options(store: Store, kind: str, language: str) -> tuple[Option, ...]:
    """Read what there is of a type of things or concepts, by what it is called."""
    start = f"{ID}{kind}/"
    labels: dict[str, list[Literal]] = defaultdict(list)
    for subject, _, label in store.triples(None, SKOS.prefLabel, None):
        if str(subject).startswith(start) and isinstance(label, Literal):
            labels[str(subject).removeprefix(start)].append(label)
    chosen = ((key, choose_text(texts, language)) for key, texts in labels.items())
    options = (Option(key, str(text), text.language or "") for key, text in chosen if text)
    return tuple(sorted(options, key=lambda option: _as_sorted(option.label)))


def _field(parameter: Parameter, given: str, options: OptionReader) -> Field:
    value = given or parameter.default
    kind, is_required = parameter.type, bool(parameter.default)
    if kind in _CHOICES:
        key = value.removeprefix(f"{ID}{kind}/")
        return Field(parameter, "choice", key, options(kind), is_required)
    shown = _INPUTS.get(kind, "text")
    return Field(parameter, shown, _today(kind, value), is_required=is_required)


def _today(kind: str, value: str) -> str:
    """Write the day or year that `today` is."""
    if value != "today":
        return value
    day = datetime.now(UTC).date()
    return str(day.year) if kind == "year" else day.isoformat()


def _as_sorted(text: str) -> str:
    """Order names as people look for them, whatever their accents and case."""
    return unicodedata.normalize("NFKD", text).casefold()
