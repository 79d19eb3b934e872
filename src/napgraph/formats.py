"""The media types we serve, and choosing one from an Accept header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.http import parse_list_header, parse_options_header

from napgraph.errors import NotAcceptable


@dataclass(frozen=True, slots=True)
class Format:
    """A format that we serve.

    Attributes:
        suffix: What a path in this format ends with, after the full stop.
        media_type: What we call it in Content-Type.
        name: What people call it.
        aliases: Other media types that ask for it.
        short_names: What else a parameter may call it.
    """

    suffix: str
    media_type: str
    name: str
    aliases: tuple[str, ...] = ()
    short_names: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type, with the charset where text would else be read as another."""
        is_text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if is_text else self.media_type


HTML = Format("html", "text/html", "HTML", ("application/xhtml+xml",))

TURTLE = Format("ttl", "text/turtle", "Turtle", ("application/x-turtle",), ("turtle", "n3"))
JSON_LD = Format(
    "jsonld", "application/ld+json", "JSON-LD", ("application/json",), ("json-ld", "json")
)
RDF_XML = Format(
    "rdf",
    "application/rdf+xml",
    "RDF/XML",
    ("application/xml", "text/xml"),
    ("rdf+xml", "rdfxml", "rdf-xml", "xml"),
)
N_TRIPLES = Format(
    "nt", "application/n-triples", "N-Triples", ("text/plain",), ("ntriples", "n-triples")
)
TRIG = Format("trig", "application/trig", "TriG", ("application/x-trig",))
N_QUADS = Format("nq", "application/n-quads", "N-Quads", ("text/x-nquads",), ("nquads", "n-quads"))

GRAPH_FORMATS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES, TRIG, N_QUADS)

LINKSET = Format("linkset", "application/linkset", "links")
LINKSET_JSON = Format("linkset.json", "application/linkset+json", "links in JSON")

LINKSET_FORMATS = (LINKSET, LINKSET_JSON)

RESULTS_JSON = Format(
    "srj", "application/sparql-results+json", "JSON", ("application/json",), ("json",)
)
RESULTS_XML = Format(
    "srx", "application/sparql-results+xml", "XML", ("application/xml", "text/xml"), ("xml",)
)
CSV = Format("csv", "text/csv", "CSV")
TSV = Format("tsv", "text/tab-separated-values", "TSV")

RESULTS_FORMATS = (RESULTS_JSON, RESULTS_XML, CSV, TSV)

ROWS_JSON = Format("json", "application/json", "JSON")
PARQUET = Format("parquet", "application/vnd.apache.parquet", "Parquet")
SPARQL = Format("rq", "application/sparql-query", "SPARQL")

# An answer as plain values, as SPARQL has it, and the query itself.
ROWS_FORMATS = (ROWS_JSON, CSV, PARQUET)
QUESTION_FORMATS = (*ROWS_FORMATS, RESULTS_JSON, RESULTS_XML, TSV, SPARQL)


def choose(accept: str | None, offered: Sequence[Format]) -> Format:
    """Choose the format that an Accept header likes best.

    Without a header, or where it likes several the same, the first of those
    offered is chosen. A range that fits a format's own media type decides
    before one that fits an alias.

    Raises:
        NotAcceptable: None of them is accepted.

    Source: RFC 9110, section 12.5.1
    """
    ranges = _parse(accept or "")
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda form: _quality(form, ranges))
    if _quality(best, ranges) == 0:
        available = tuple(form.media_type for form in offered)
        raise NotAcceptable(
            f"None of the accepted formats is to be had; these are: {', '.join(available)}.",
            available=available,
        )
    return best


def by_suffix(suffix: str, offered: Sequence[Format]) -> Format | None:
    """Find the format that a path's suffix names; the full stop is not part of it."""
    return next((form for form in offered if form.suffix == suffix), None)


def by_name(name: str, offered: Sequence[Format]) -> Format | None:
    """Find the format that a parameter names: by suffix, short name or media type.

    In an address a plus sign that is not encoded is a space, so a space in a
    media type is one.
    """
    wanted = name.strip().lower().replace(" ", "+")
    for form in offered:
        if wanted in (form.suffix, form.media_type, *form.short_names, *form.aliases):
            return form
    return None


def split_suffix(name: str, offered: Sequence[Format]) -> tuple[str, Format | None]:
    """Split the last part of a path into what is before the suffix of a format, and the format.

    Without the suffix of one of those offered, the name is whole and there is no format.
    """
    for form in offered:
        if name.endswith(f".{form.suffix}"):
            return name[: -len(form.suffix) - 1], form
    return name, None


# Parameters that say how the caller would like a format: JSON-LD's, CSV's and RDF 1.2's.
_HINTS = frozenset(("charset", "header", "profile", "version"))


@dataclass(frozen=True, slots=True)
class _Range:
    """A media range: its parts in lower case, `*` for any, and its parameters' names."""

    main: str
    sub: str
    parameters: frozenset[str]
    quality: float

    def fit(self, media_type: str) -> int:
        """Tell how closely it fits: 0 not at all, then the more specific the higher."""
        main, sub = media_type.split("/")
        if self.main not in ("*", main) or self.sub not in ("*", sub):
            return 0
        # Our media types have no parameters, so one that is not a mere hint asks for another type.
        if self.parameters - _HINTS:
            return 0
        return 1 + (self.main != "*") + (self.sub != "*") + bool(self.parameters)


def _quality(form: Format, ranges: Sequence[_Range]) -> float:
    """Find the quality that the most specific range for a format gives it."""
    for media_types in ((form.media_type,), form.aliases):
        fits = [
            (range_.fit(media_type), range_.quality)
            for media_type in media_types
            for range_ in ranges
            if range_.sub != "*" and range_.fit(media_type)
        ]
        if fits:
            return max(fits)[1]
    fits = [(fit, range_.quality) for range_ in ranges if (fit := range_.fit(form.media_type))]
    return max(fits, default=(0, 0.0))[1]


@lru_cache(maxsize=256)
def _parse(accept: str) -> tuple[_Range, ...]:
    """Read the ranges of a header; those that are not media ranges count for nothing."""
    ranges = []
    for item in parse_list_header(accept):
        media_type, options = parse_options_header(item)
        main, slash, sub = media_type.lower().partition("/")
        if media_type == "*":  # Java's old default; it means any
            main, slash, sub = "*", "/", "*"
        quality = _read_quality(options.pop("q", "1"))
        if not (slash and main and sub) or quality is None or (main == "*" and sub != "*"):
            continue
        ranges.append(_Range(main, sub, frozenset(options), quality))
    return tuple(ranges)


def _read_quality(text: str) -> float | None:
    try:
        quality = float(text)
    except ValueError:
        return None
    return quality if 0 <= quality <= 1 else None
