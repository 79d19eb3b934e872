"""Draw all figures of a generation, each in two widths; vl-convert makes SVG of Vega-Lite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import vl_convert
from rdflib import Literal, URIRef
from rdflib.term import Node

from napgraph.charts import numbers
from napgraph.charts import specifications as drawn
from napgraph.charts.figures import LANGUAGES, OF_COUNTRY, WIDTHS, Cell, Figure
from napgraph.charts.numbers import Numbers, Row, Value
from napgraph.questions import Answer, ask, question
from napgraph.resources import choose_text
from napgraph.store import LABEL_PROPERTIES, Store

Draw = Callable[[Sequence[Value], int], drawn.Drawn]

# What separates thousands, as no language's readers take for a decimal sign.
_FORMAT = {"decimal": ".", "thousands": "\u202f", "grouping": [3], "currency": ["", ""]}


@dataclass(frozen=True)
class _Kind:
    """How a figure is made: of which question's answer, what is drawn of it, and how."""

    name: str
    question: str
    count: Callable[[Sequence[Row]], Numbers]
    draw: Draw


_KINDS = (
    _Kind("adoptions", "adoptions_per_year", numbers.adoptions,
          partial(drawn.bars_by_year, of="plans")),
    _Kind("adoptions-so-far", "adoptions_per_year", numbers.adoptions_so_far,
          partial(drawn.bars_by_year, of="plans")),
    _Kind("qualities", "qualities_by_year", numbers.qualities,
          partial(drawn.panels_by_year, of="percent", unit=" %")),
    _Kind("pillars", "pillars_by_year", numbers.pillars,
          partial(drawn.panels_by_year, of="objectives")),
    _Kind("themes", "theme_shares_by_year", numbers.themes, drawn.shares_by_span),
    _Kind("themes-first-named", "themes_first_named", numbers.themes_first_named,
          drawn.points_by_year),
    _Kind("contributions", "personnel_over_time", numbers.contributions, drawn.lines),
    _Kind("womens-share", "womens_share", numbers.womens_share, drawn.ranges),
    _Kind("events", "events_by_year_and_kind", numbers.events,
          partial(drawn.bars_by_year, of="events")),
)  # fmt: skip


def draw_figures(store: Store) -> Iterator[Figure]:
    """Draw every figure whose question has an answer, and one for each country that has several."""
    for kind in _KINDS:
        answer = ask(store, question(kind.question))
        rows = [row for row in _records(answer) if _has_its_year(row)]
        if rows and (counted := kind.count(rows)).values:
            yield _figure(store, kind.name, kind.question, {}, answer, counted, kind.draw)
    yield from _of_countries(store)


def _has_its_year(row: Row) -> bool:
    """Leave out of drawings what a question counts of no year; its table has it."""
    return None not in (row.get("year", 0), row.get("first_year", 0))


def _of_countries(store: Store) -> Iterator[Figure]:
    asked = question("personnel_over_time")
    countries = dict.fromkeys(row["country"] for row in _records(ask(store, asked)))
    for iri in countries:
        code = str(iri).rpartition("/")[2]
        answer = ask(store, asked, country=code)
        counted = numbers.contributions_of_country(_records(answer))
        if counted:
            values = [{**value, "iri": None} for value in counted.values]  # one line needs no name
            unnamed = Numbers(values, counted.facts)
            yield _figure(
                store, f"{OF_COUNTRY}{code}", asked.name, {"country": code}, answer, unnamed,
                drawn.line,
            )  # fmt: skip


def _figure(
    store: Store,
    name: str,
    asked: str,
    parameters: Mapping[str, str],
    answer: Answer,
    counted: Numbers,
    draw: Draw,
) -> Figure:
    values = [_named_by_iri(value) for value in counted.values]
    iris = {str(value["name"]) for value in values if "name" in value}
    specifications = {width: drawn.specification(draw(values, width)) for width in WIDTHS}
    languages = LANGUAGES if iris else ("",)
    words = {language: _labels(store, iris, language) for language in languages}
    first = words[languages[0]]
    return Figure(
        name=name,
        question=asked,
        parameters=parameters,
        columns=answer.columns,
        rows=tuple(tuple(_cell(term) for term in row) for row in answer.rows),
        facts=counted.facts,
        specification=_reworded(specifications[WIDTHS[-1]], first),
        pictures={
            language: {
                str(width): _svg(_reworded(said, words[language]))
                for width, said in specifications.items()
            }
            for language in languages
        },
    )


def _svg(specification: dict[str, Any]) -> str:
    return vl_convert.vegalite_to_svg(specification, format_locale=_FORMAT)


def _named_by_iri(value: Value) -> Value:
    """Give a value the name by which `_reworded` finds it in a specification."""
    rest = {key: cell for key, cell in value.items() if key != "iri"}
    return {**rest, "name": value["iri"]} if value.get("iri") else rest


def _reworded(said: Any, words: Mapping[str, str]) -> Any:
    """Say what IRIs stand for, wherever a specification has one."""
    if isinstance(said, dict):
        return {key: _reworded(value, words) for key, value in said.items()}
    if isinstance(said, list):
        return [_reworded(value, words) for value in said]
    return words.get(said, said) if isinstance(said, str) else said


def _labels(store: Store, iris: Iterable[str], language: str) -> dict[str, str]:
    """Say what things are called in a language, each as a line begins."""
    labels = {iri: _label(store, URIRef(iri), language) for iri in iris}
    return {iri: label[:1].upper() + label[1:] for iri, label in labels.items()}


def _label(store: Store, iri: URIRef, language: str) -> str:
    found = (
        term for predicate in LABEL_PROPERTIES for _, _, term in store.triples(iri, predicate, None)
    )
    chosen = choose_text((term for term in found if isinstance(term, Literal)), language)
    return iri.rpartition("/")[2] if chosen is None else str(chosen)


def _records(answer: Answer) -> list[Row]:
    cells = [[_cell(term) for term in row] for row in answer.rows]
    return [dict(zip(answer.columns, row, strict=True)) for row in cells]


def _cell(term: Node | None) -> Cell:
    if term is None:
        return None
    if isinstance(term, Literal) and term.value is not None and _is_number(term):
        number = float(term)
        return int(number) if number.is_integer() else number
    return str(term)


def _is_number(term: Literal) -> bool:
    return isinstance(term.value, int) or str(term.datatype).endswith(("#decimal", "#double"))
