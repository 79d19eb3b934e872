"""The pages that explain the ontology and the shapes, in each language."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template
from rdflib import URIRef

from napgraph.class_diagram import Link, Node, draw
from napgraph.class_links import LinkedClass, map_classes
from napgraph.formats import GRAPH_FORMATS
from napgraph.namespaces import ONTOLOGY, SHAPES
from napgraph.rules import Rule
from napgraph.store_folder import Generation
from napgraph.vocabulary import Vocabulary, read_vocabulary
from napgraph.web import languages
from napgraph.web.languages import gettext
from napgraph.web.public import respond_public
from napgraph.web.site import site

bp = Blueprint("vocabulary", __name__)

_PATHS = {ONTOLOGY: "/ontology", SHAPES: "/shapes"}
# The widths of the diagram: on a phone, and where there is room for two columns.
_NARROW, _WIDE = 328, 672


@bp.get(f"/<{languages.IN_ADDRESSES}:tag>/ontology")
def ontology(tag: str) -> Response:
    """Explain the ontology in another language than English."""
    return _page(ONTOLOGY, tag)


@bp.get(f"/<{languages.IN_ADDRESSES}:tag>/shapes")
def shapes(tag: str) -> Response:
    """Explain the shapes in another language than English."""
    return _page(SHAPES, tag)


def is_explained(generation: Generation) -> bool:
    """Tell whether a generation has what these pages explain; one of foreign data has not."""
    return {ONTOLOGY, SHAPES} <= generation.graphs.keys()


def vocabulary_page(iri: URIRef) -> str:
    """Write the page that explains the ontology or the shapes, in the language of this request.

    Args:
        iri: Either of them; the current generation has both.
    """
    key = ("page", iri, languages.language())
    return site().kept(key, lambda _: _write(iri))


def read_ahead() -> None:
    """Write both pages in the language of this request, before anybody asks for them."""
    if is_explained(site().current().generation):
        vocabulary_page(ONTOLOGY)
        vocabulary_page(SHAPES)


def current_vocabulary() -> Vocabulary:
    """Give the terms and rules of the current generation, in the language of this request."""
    tag = languages.language()
    return site().kept(
        ("terms", tag),
        lambda opened: read_vocabulary(
            opened.generation, opened.store, language=tag, prefix=languages.path_prefix(tag)
        ),
    )


def _page(iri: URIRef, tag: str) -> Response:
    languages.speak(tag)
    if not is_explained(site().current().generation):
        abort(404, f"There is no named graph {iri}.")
    response = respond_public(vocabulary_page(iri), "text/html; charset=utf-8")
    response.headers["Content-Language"] = tag
    return response


def _write(iri: URIRef) -> str:
    vocabulary = current_vocabulary()
    shown = {
        "vocabulary": vocabulary,
        "path": _PATHS[iri],
        "formats": GRAPH_FORMATS,
        "translations": languages.translations_of(_PATHS[iri]),
        "amount": amount,
        "try_it": _try_it,
    }
    if iri == SHAPES:
        return render_template("shapes.html", **shown)
    class_map = map_classes(vocabulary)
    nodes = [_node(linked) for linked in class_map.classes]
    return render_template(
        "ontology.html",
        class_map=class_map,
        diagrams={
            "narrow": draw(nodes, width=_NARROW, columns=1),
            "wide": draw(nodes, width=_WIDE, columns=2),
        },
        **shown,
    )


def amount(rule: Rule) -> str:
    """Say in a few signs how many values a rule lets a thing have."""
    least = rule.minimum or 0
    if rule.maximum is None:
        return f"{least}–n"
    return str(least) if least == rule.maximum else f"{least}–{rule.maximum}"


def _node(linked: LinkedClass) -> Node:
    notes = []
    if linked.kinds:
        notes.append(f"{gettext('kinds:')} {', '.join(v.text for v in linked.kinds)}")
    if linked.kind_of:
        notes.append(f"{gettext('a kind of:')} {', '.join(v.text for v in linked.kind_of)}")
    return Node(
        key=linked.term.anchor,
        label=linked.term.label.text,
        language=linked.term.label.language,
        notes=tuple(notes),
        links=tuple(
            Link(link.path.text, link.path.language, amount(link.rule), link.target.anchor)
            for link in linked.links
        ),
    )


def _try_it(query: str) -> str:
    """Give the address of the answer to a query."""
    return f"/sparql?query={quote(query)}"
