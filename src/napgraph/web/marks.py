"""The marks that lead from facts to their sources, and the cards that tell what those are.

A page has hundreds of them, so that they are written here and not in a template.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from flask import Flask
from markupsafe import Markup, escape

from napgraph.pages.bibliography import Citation, Source
from napgraph.web.formatting import day
from napgraph.web.languages import gettext, language, tongue


def register(app: Flask) -> None:
    """Let templates mark where facts come from."""
    app.jinja_env.globals["marks"] = marks


def marks(citations: Iterable[Citation]) -> Markup:
    """Write the marks of a fact, each a link to its source in the page's list."""
    tag = language()
    return Markup("".join(_mark(citation, tag) for citation in citations))  # noqa: S704 - escaped


def _mark(citation: Citation, tag: str) -> str:
    number, anchor = citation.number, escape(citation.anchor)
    name, card = _words(citation.source, number, tag)
    return (
        f'<sup class="mark"><a href="#source-{number}" id="{anchor}" aria-label="{name}">{number}'
        f'</a><span class="source-card" role="tooltip">{card}</span></sup>'
    )


@lru_cache(maxsize=4096)
def _words(source: Source, number: int, _tag: str) -> tuple[Markup, Markup]:
    """Give a mark's name and its card, in the language of this request, which is the tag."""
    name = gettext("Source %(number)s: %(title)s") % {"number": number, "title": source.title.text}
    return escape(name), _card(source)


def _card(source: Source) -> Markup:
    publisher = source.publisher
    said_by = (
        Markup("<span{}>{}</span>{}").format(
            tongue(publisher.text), publisher.text.text, gettext(": ")
        )
        if publisher
        else ""
    )
    dated = (
        Markup('<time datetime="{}">{}</time>').format(source.issued, day(source.issued))
        if source.issued
        else gettext("no date given")
    )
    return Markup("{}<cite{}>{}</cite>{}{}").format(
        said_by, tongue(source.title), source.title.text, gettext(", "), dated
    )
