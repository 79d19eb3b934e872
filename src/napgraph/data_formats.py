"""The formats in which data come from outside, and telling them apart."""

from __future__ import annotations

import re
from pathlib import PurePath

from napgraph.errors import UnsupportedBody
from napgraph.formats import GRAPH_FORMATS, RDF_XML, TRIG, TURTLE, Format, by_name

# A fact sheet, or JSON-LD, which is JSON too: which of them it is, its members say.
SHEET = Format("json", "application/json", "JSON")
FORMATS = (*GRAPH_FORMATS, SHEET)


def find_format(media_type: str) -> Format:
    """Find the format of a media type, without its parameters.

    Raises:
        UnsupportedBody: We do not take it.
    """
    wanted = media_type.partition(";")[0].strip().lower()
    if wanted == SHEET.media_type:
        return SHEET
    found = by_name(wanted, GRAPH_FORMATS)
    if found is None or "/" not in wanted:
        known = ", ".join(form.media_type for form in FORMATS)
        raise UnsupportedBody(f"Data are read in these formats: {known}.")
    return found


def format_of_file(name: str) -> Format | None:
    """Find the format that the end of a file's name stands for."""
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    suffix = {"owl": "rdf", "xml": "rdf", "ntriples": "nt", "turtle": "ttl"}.get(suffix, suffix)
    return next((form for form in FORMATS if form.suffix == suffix), None)


def guess_format(text: str) -> Format:
    """Guess the format of a text that nobody names: by how it begins."""
    start = text.lstrip("\ufeff \t\r\n")[:1000]
    if start.startswith(("{", "[")) and not _BLANK_NODE.match(start):
        return SHEET
    if re.match(r"<(?:\?xml|!--|rdf:RDF|[A-Za-z][\w.-]*:?[\w.-]*\s+xmlns)", start):
        return RDF_XML
    return TRIG if re.search(r"^\s*(?:GRAPH\s+)?\S+\s*\{", text, re.MULTILINE) else TURTLE


# Turtle may begin with a bracket, too; JSON goes on with a quotation mark, a bracket or a value.
_BLANK_NODE = re.compile(r"""\[\s*\]\s*\S|[\[{]\s*(?![\s"\[{}\]0-9-]|true|false|null)""")
