"""What crawlers and language models look for: sitemap.xml, robots.txt and llms.txt."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, abort, render_template
from werkzeug.urls import iri_to_uri

from napgraph.current_store import OpenGeneration
from napgraph.formats import GRAPH_FORMATS, RESULTS_FORMATS
from napgraph.namespaces import GRAPH, ID, NAP, PREFIXES, QUESTIONS
from napgraph.questions import all_questions
from napgraph.research_tables import all_tables
from napgraph.resources import local_path
from napgraph.web.about import PAGES
from napgraph.web.address import site_address
from napgraph.web.languages import translations_of
from napgraph.web.public import respond_public
from napgraph.web.site import site
from napgraph.web.vocabulary import amount, current_vocabulary, is_explained

bp = Blueprint("robots", __name__)

_XML = "application/xml; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# The protocol allows 50,000 addresses a file; of so many the response cache still keeps it.
_ADDRESSES = 20_000
_PAGES = ("/sparql", "/dataset")
# Lists and prose, which are there in each language.
_LISTS = (
    "/countries", "/plans", "/objectives", "/stakeholders", "/documents", "/themes", "/pillars",
    "/regions", "/events", "/sources", "/figures", "/figures/gaps", "/questions", "/ask", "/api",
)  # fmt: skip
_PROSE = ("/about", "/contribute", *(f"/about/{name}" for name in PAGES[1:-1]))


@bp.get("/robots.txt")
def robots() -> Response:
    """Let robots read all but the answers to queries, and say where the sitemap is."""
    return respond_public(render_template("robots.txt", address=site_address()), _TEXT)


@bp.get("/llms.txt")
def llms() -> Response:
    """Tell a language model what this is, how to ask it, and in which terms."""
    opened = site().current()
    is_ours = QUESTIONS in opened.generation.graphs
    text = render_template(
        "llms.txt",
        address=site_address(),
        generation=opened.generation,
        vocabulary=current_vocabulary() if is_explained(opened.generation) else None,
        amount=amount,
        questions=all_questions() if is_ours else (),
        tables=all_tables() if is_ours else (),
        graph_formats=GRAPH_FORMATS,
        results_formats=RESULTS_FORMATS,
        prefixes=PREFIXES,
    )
    return respond_public(text, _TEXT)


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """List the parts of the sitemap.

    Source: https://www.sitemaps.org/protocol.html
    """
    opened = site().current()
    (total,) = opened.store.select(_COUNT)
    parts = [f"pages-{part}" for part in _parts(len(_pages(opened)))]
    parts += [f"documents-{part}" for part in _parts(int(total.documents))]
    paths = (f"/sitemap-{part}.xml" for part in parts)
    return _xml("sitemapindex", "sitemap", paths, opened)


@bp.get("/sitemap-pages-<int:part>.xml")
def pages(part: int) -> Response:
    """List pages that are not about one thing."""
    opened = site().current()
    start = (part - 1) * _ADDRESSES
    return _urls(_pages(opened)[start : start + _ADDRESSES] if part else [], opened)


@bp.get("/sitemap-documents-<int:part>.xml")
def documents(part: int) -> Response:
    """List documents about things."""
    opened = site().current()
    if not 0 < part < _MOST_PARTS:
        return _urls([], opened)
    rows = opened.store.select(f"{_LIST} LIMIT {_ADDRESSES} OFFSET {(part - 1) * _ADDRESSES}")
    return _urls([local_path(str(row.thing)) for row in rows], opened)


_MOST_PARTS = 10_000
# Things, which all have a type, and an address of two parts: a path of more is none of ours.
# What was withdrawn answers, but only to whoever still has its address.
_THINGS = f"""?thing a ?type .
    FILTER(REGEX(STR(?thing), "^{ID}[^/]+/[^/]+$"))
    FILTER NOT EXISTS {{ ?thing a <{NAP.Tombstone}> }}"""
_COUNT = f"SELECT (COUNT(DISTINCT ?thing) AS ?documents) WHERE {{ {_THINGS} }}"
_LIST = f"SELECT DISTINCT ?thing WHERE {{ {_THINGS} }} ORDER BY ?thing"


def _pages(opened: OpenGeneration) -> list[str]:
    explained = ("/ontology", "/shapes") if is_explained(opened.generation) else ()
    is_ours = QUESTIONS in opened.generation.graphs
    questions = (f"/questions/{one.name}" for one in all_questions()) if is_ours else ()
    paths = ("/", *_LISTS, *questions, *explained, *_PROSE)
    translated = (page.path for path in paths for page in translations_of(path))
    graphs = (local_path(iri) for iri in opened.generation.graphs if iri.startswith(str(GRAPH)))
    return [*_PAGES, *translated, *graphs]


def _parts(count: int) -> range:
    return range(1, -(-count // _ADDRESSES) + 1)


def _urls(paths: list[str], opened: OpenGeneration) -> Response:
    if not paths:
        abort(404, "The sitemap has no such part; see /sitemap.xml.")
    return _xml("urlset", "url", paths, opened)


def _xml(root: str, member: str, paths: Iterable[str], opened: OpenGeneration) -> Response:
    address = site_address()
    tree = ET.Element(root, xmlns=_SITEMAP)
    for path in paths:
        entry = ET.SubElement(tree, member)
        ET.SubElement(entry, "loc").text = iri_to_uri(f"{address}{path}")
        ET.SubElement(entry, "lastmod").text = opened.generation.created
    return respond_public(ET.tostring(tree, "utf-8", xml_declaration=True), _XML)
