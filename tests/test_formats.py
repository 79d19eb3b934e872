"""Choosing a format from an Accept header."""

import pytest

from napgraph.errors import NotAcceptable
from napgraph.formats import (
    CSV,
    GRAPH_FORMATS,
    HTML,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    RESULTS_FORMATS,
    RESULTS_JSON,
    RESULTS_XML,
    TURTLE,
    Format,
    by_name,
    by_suffix,
    choose,
)

OFFERED = (HTML, *GRAPH_FORMATS)


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "html"),
        ("", "html"),
        ("*/*", "html"),
        ("text/turtle", "ttl"),
        ("Text/Turtle", "ttl"),
        ("text/turtle;charset=UTF-8", "ttl"),
        ("text/turtle; q=0.5 , application/n-triples ; q=0.6", "nt"),
        ("text/turtle;Q=0.5, application/n-triples", "nt"),
        ("application/trig, */*;q=0.1", "trig"),
        ("application/*", "jsonld"),
        ("text/*", "html"),
        ("text/html;q=0, */*", "ttl"),
        ("text/html;q=0, text/*", "ttl"),
        ("text/*;q=0.3, text/turtle;q=0.7, */*;q=0.5", "ttl"),
        ("*/*;q=0.9, text/html;q=0.1, text/turtle;q=0.2", "jsonld"),
        ("text/turtle, text/html", "html"),
        ("application/json", "jsonld"),
        ("application/ld+json, application/json;q=0", "jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
        ('application/ld+json;profile="a,b;q=0";q=0.9, text/turtle;q=0.8', "jsonld"),
        ("text/html;level=1, text/turtle;q=0.1", "ttl"),
        ("application/xml", "rdf"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "html"),
        ("nonsense, text/turtle", "ttl"),
        ("text/turtle;q=2, application/trig;q=0.1", "trig"),
    ],
)
def test_choose(accept: str | None, suffix: str) -> None:
    """The format is the one that RFC 9110 prefers."""
    assert suffix == choose(accept, OFFERED).suffix


@pytest.mark.parametrize(
    "accept",
    ["image/png", "text/turtle;q=0", "*/*;q=0", "text/html;level=1", "image/*, text/csv"],
)
def test_none_fits(accept: str) -> None:
    """Where none is accepted, the error says what there is."""
    with pytest.raises(NotAcceptable) as caught:
        choose(accept, (HTML, TURTLE))

    assert caught.value.available == ("text/html", "text/turtle")


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        (None, "srj"),
        ("application/json", "srj"),
        ("application/sparql-results+xml", "srx"),
        ("text/xml", "srx"),
        ("text/csv", "csv"),
        ("text/tab-separated-values, text/csv;q=0.5", "tsv"),
    ],
)
def test_choose_results(accept: str | None, suffix: str) -> None:
    """A query's results have formats and aliases of their own."""
    assert suffix == choose(accept, RESULTS_FORMATS).suffix


@pytest.mark.parametrize(
    ("suffix", "expected"), [("jsonld", JSON_LD), ("ttl", TURTLE), ("csv", None), ("", None)]
)
def test_by_suffix(suffix: str, expected: Format | None) -> None:
    """A path's suffix names one of the formats offered."""
    assert expected == by_suffix(suffix, GRAPH_FORMATS)


@pytest.mark.parametrize(
    ("name", "offered", "expected"),
    [
        ("csv", RESULTS_FORMATS, CSV),
        ("CSV", RESULTS_FORMATS, CSV),
        (" text/csv ", RESULTS_FORMATS, CSV),
        ("json", RESULTS_FORMATS, RESULTS_JSON),
        ("json", GRAPH_FORMATS, JSON_LD),
        ("xml", RESULTS_FORMATS, RESULTS_XML),
        ("xml", GRAPH_FORMATS, RDF_XML),
        ("application/rdf+xml", GRAPH_FORMATS, RDF_XML),
        ("application/rdf xml", GRAPH_FORMATS, RDF_XML),
        ("text/plain", GRAPH_FORMATS, N_TRIPLES),
        ("turtle", GRAPH_FORMATS, TURTLE),
        ("turtle", RESULTS_FORMATS, None),
        ("", GRAPH_FORMATS, None),
    ],
)
def test_by_name(name: str, offered: tuple[Format, ...], expected: Format | None) -> None:
    """A parameter names a format by suffix, short name or media type, as it fits the answer."""
    assert expected == by_name(name, offered)


@pytest.mark.parametrize("offered", [RESULTS_FORMATS, GRAPH_FORMATS])
def test_names_are_unambiguous(offered: tuple[Format, ...]) -> None:
    """No two formats of an answer go by the same name."""
    names = [
        name
        for form in offered
        for name in (form.suffix, form.media_type, *form.short_names, *form.aliases)
    ]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("form", "expected"),
    [(HTML, "text/html; charset=utf-8"), (CSV, "text/csv; charset=utf-8"),
     (JSON_LD, "application/ld+json"), (N_TRIPLES, "application/n-triples")],
)  # fmt: skip
def test_content_type(form: Format, expected: str) -> None:
    """Text says its charset; what is always UTF-8 has no parameter for it."""
    assert expected == form.content_type
