"""What this is, how it is made and how it is used: prose, written in each language.

Each page is a template a language, `about/method.fr.html`, so that a translator sees a text and not
a list of sentences; what they share is in `about/_page.html` and `about/snippets/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, render_template, request

from napgraph.errors import RequestError
from napgraph.formats import HTML
from napgraph.pages.gaps import read_gaps
from napgraph.pages.sources import read_source_list
from napgraph.web.address import site_address
from napgraph.web.citing import dataset_reference, read_answer, written
from napgraph.web.days import asked_day
from napgraph.web.index import current_index
from napgraph.web.languages import language, page_route
from napgraph.web.public import respond_public
from napgraph.web.site import site

bp = Blueprint("about", __name__)

PAGES = ("about", "method", "cite", "api", "names-and-maps", "accessibility", "contribute")
_ADDRESS_IN_SNIPPETS = "https://napgraph.example"
_PUBLISHERS_A_PAGE = 50


@page_route(bp, "/about")
def about() -> Response:
    """Say what this is, for whom, and who makes it."""
    index = current_index()
    return _respond(
        "about",
        plans=len(index.plans),
        countries=sum(bool(country.plans) for country in index.countries.values()),
        statements=site().current().generation.statements,
    )


@page_route(bp, "/about/<name>")
def part(name: str) -> Response:
    """Explain one thing about this site."""
    if name not in PAGES[1:-1]:
        abort(404, f"There is no page {name!r} about this site; see /about.")
    if name == "cite":
        return _respond(name, dataset=dataset_reference(), answer=read_answer())
    return _respond(name, snippets=snippets(site_address()), address=site_address())


@page_route(bp, "/contribute")
def contribute() -> Response:
    """Say how to correct and add, and what is open."""
    day, tag = asked_day(), language()
    gaps = site().kept(("gaps", tag, day), lambda _: read_gaps(current_index(), tag, day))
    return _respond("contribute", gaps=gaps)


@page_route(bp, "/sources")
def sources() -> Response:
    """List who published the sources, with how many there are of each."""
    tag = language()
    listed = site().kept(("sources", tag), lambda _: read_source_list(current_index().reading, tag))
    pages = max(1, -(-len(listed.publishers) // _PUBLISHERS_A_PAGE))
    page = _page(pages)
    start = (page - 1) * _PUBLISHERS_A_PAGE
    body = render_template(
        "sources.html",
        listed=listed,
        publishers=listed.publishers[start : start + _PUBLISHERS_A_PAGE],
        page=page,
        pages=pages,
    )
    return respond_public(body, HTML.content_type)


def _page(pages: int) -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= pages:
        raise RequestError(f"page is {text[:20]!r}; there are pages 1 to {pages}.")
    return int(text)


def snippets(address: str) -> Mapping[str, str]:
    """Give the code that pages show, by its file's name, for a site at an address."""
    return {name: text.replace(_ADDRESS_IN_SNIPPETS, address) for name, text in _snippets().items()}


@cache
def _snippets() -> Mapping[str, str]:
    folder = files("napgraph.web") / "templates" / "about" / "snippets"
    return {path.name: path.read_text(encoding="utf-8").strip() for path in folder.iterdir()}


def _respond(name: str, **shown: object) -> Response:
    text = render_template(
        f"about/{name}.{language()}.html",
        name=name,
        contact=site().config.contact,
        written=written,
        **shown,
    )
    return respond_public(text, HTML.content_type)
