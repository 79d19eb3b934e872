"""Figures as pages show them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rdflib import URIRef

from napgraph.charts.figures import OF_COUNTRY, Cell, Figure
from napgraph.namespaces import BASE
from napgraph.pages.reading import Link
from napgraph.web.index import current_index
from napgraph.web.languages import language
from napgraph.web.pictures import figures


@dataclass(frozen=True)
class ShownFigure:
    """A figure in the reader's language.

    Attributes:
        kind: Its name, or that of all figures of one country alike.
        facts: What the sentence names, things by what they are called.
        country: Whose it is, if it is of one.
        columns: The columns of its table.
        rows: Each cell as a number, a word, or a link to a thing.
    """

    figure: Figure
    kind: str
    facts: Mapping[str, Cell | Link]
    country: Link | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | Link, ...], ...]

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        return self.figure.name

    def picture(self, width: int) -> str:
        """Give its drawing."""
        return self.figure.picture(language(), width)


def shown(figure: Figure) -> ShownFigure:
    """Put a figure into the reader's language."""
    kept = [index for index, column in enumerate(figure.columns) if _is_shown(figure, column)]
    country = figure.facts.get("country")
    return ShownFigure(
        figure=figure,
        kind=OF_COUNTRY.rstrip("-") + "-of-country" if is_of_country(figure) else figure.name,
        facts={key: _cell(value) for key, value in figure.facts.items()},
        country=_link(str(country)) if country else None,
        columns=tuple(figure.columns[index] for index in kept),
        rows=tuple(tuple(_cell(row[index]) for index in kept) for row in figure.rows),
    )


def figure_of_country(code: str) -> ShownFigure | None:
    """Give the figure of a country's personnel; None where one number is all there is."""
    figure = (figures() or {}).get(f"{OF_COUNTRY}{code}")
    return shown(figure) if figure else None


def is_of_country(figure: Figure) -> bool:
    """Tell whether a figure is of one country."""
    return figure.name.startswith(OF_COUNTRY)


def _is_shown(figure: Figure, column: str) -> bool:
    """Leave out names beside the things that have them, and columns of nothing."""
    thing = column.removesuffix("_name").removesuffix("_label")
    if column != thing and thing in figure.columns:
        return False
    position = figure.columns.index(column)
    return any(row[position] is not None for row in figure.rows)


def _cell(value: Cell) -> Cell | Link:
    is_ours = isinstance(value, str) and value.startswith(BASE)
    return _link(str(value)) if is_ours else value


def _link(iri: str) -> Link:
    return current_index().reading.link(URIRef(iri), language())
