"""What comes from outside, in each format that we take: read within limits, and found by line.

No parser here fetches anything or follows a reference: a JSON-LD context that is
not ours is refused, and so is a DOCTYPE, of which XML's entities are made. What
is nested more deeply than a parser can be trusted with is refused before one
sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from rdflib import RDF, URIRef
from rdflib.term import Node

from napgraph.data_formats import SHEET, find_format
from napgraph.errors import DataError, DataSyntaxError, DataTooLarge
from napgraph.facts.lines import sheet_lines
from napgraph.facts.sheet import checked_sheet
from napgraph.formats import JSON_LD, RDF_XML, Format
from napgraph.json_text import JsonText, parse_json
from napgraph.jsonld_context import VERSION
from napgraph.namespaces import BASE, PREFIXES
from napgraph.turtle import Statement, decode, read_quads, subject_lines

MAX_LEVELS = 64

# Where each thing that is wanted stands, as far as it is spoken of: 1-based lines.
Lines = Mapping[Node, int]
Contexts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was read.

    Attributes:
        graphs: Its statements by the named graph that they are in, None for in none.
        sheet: The fact sheet that it is, which has no statements yet; else None.
        lines: Finds the lines on which some things stand.
    """

    graphs: Mapping[Node | None, list[Statement]]
    lines: Callable[[Collection[Node]], Lines]
    sheet: dict[str, Any] | None = None


def read_contexts(folder: Path) -> Contexts:
    """Read our JSON-LD contexts, by the addresses that documents name them with."""
    found = {
        f"{BASE}context/{path.stem}.jsonld": json.loads(path.read_bytes())["@context"]
        for path in folder.glob("*.jsonld")
    }
    newest = found.get(f"{BASE}context/{VERSION}.jsonld")
    return found if newest is None else {**found, f"{BASE}context.jsonld": newest}


def read_incoming(
    content: bytes, media_type: str, *, name: str, contexts: Contexts, max_statements: int
) -> Incoming:
    """Read what comes from outside.

    Args:
        content: Its bytes.
        media_type: The format that it is said to be in.
        name: What an error calls it.
        contexts: As `read_contexts` gives them.
        max_statements: How many statements it may have.

    Raises:
        UnsupportedBody: The format is none that we take.
        DataSyntaxError: It is not in its format, with line and column where they are known.
        DataError: It would have us fetch something.
        FactSheetError: It is a fact sheet that breaks its schema.
        DataTooLarge: It has too many statements, or is nested too deeply.
    """
    form = find_format(media_type)
    text = decode(content, name=name)
    if form in (SHEET, JSON_LD):
        return _read_json(text, form, name, contexts, max_statements)
    if form is RDF_XML:
        return _read_xml(text, name, max_statements)
    _require_shallow(text, _IN_TURTLE, "[({", "])}", name)
    quads = read_quads(content, form.media_type, name=name)
    return Incoming(
        _by_graph(quads, name, max_statements), lambda wanted: _pick(subject_lines(text), wanted)
    )


def _by_graph(
    quads: Iterable[tuple[Statement, Node | None]], name: str, max_statements: int
) -> dict[Node | None, list[Statement]]:
    graphs: dict[Node | None, list[Statement]] = {}
    for number, (statement, graph) in enumerate(quads):
        if number >= max_statements:
            raise DataTooLarge(
                f"{name}: there are more than {max_statements:,} statements; send fewer at once.",
                limit=max_statements,
                unit="statements",
            )
        graphs.setdefault(graph, []).append(statement)
    return graphs


def _pick(lines: Mapping[Any, int], wanted: Collection[Node]) -> Lines:
    return {thing: lines[thing] for thing in wanted if thing in lines}


# -- nesting -----------------------------------------------------------------------------------

# What is no bracket though it may look so: texts, IRIs, comments, and signs after a backslash.
_IN_TURTLE = re.compile(
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+(?:"""|\Z)|"(?:[^"\\\n\r]++|\\.)*+"?'''
    r"""|'''(?:[^'\\]++|\\.|'(?!''))*+(?:'''|\Z)|'(?:[^'\\\n\r]++|\\.)*+'?"""
    r"""|<[^<>"{}|^`\\\s]*+>|\#[^\n\r]*+|\\.|[\[\](){}]""",
    re.DOTALL,
)
_IN_JSON = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)


def _require_shallow(
    text: str, tokens: re.Pattern[str], opening: str, closing: str, name: str
) -> None:
    """Refuse what has more levels of brackets than a parser can be trusted with."""
    if sum(map(text.count, opening)) <= MAX_LEVELS:
        return
    depth = 0
    for match in tokens.finditer(text):
        if match[0] in opening:
            depth += 1
        elif match[0] in closing:
            depth -= 1
        if depth > MAX_LEVELS:
            line = text.count("\n", 0, match.start()) + 1
            raise DataTooLarge(
                f"{name}: line {line}: there are more than {MAX_LEVELS} levels of brackets; "
                "give what is inside a name or address of its own, and say it there.",
                limit=MAX_LEVELS,
                unit="levels",
            )


# -- JSON --------------------------------------------------------------------------------------


def _read_json(
    text: str, form: Format, name: str, contexts: Contexts, max_statements: int
) -> Incoming:
    _require_shallow(text, _IN_JSON, "[{", "]}", name)
    said = parse_json(text, name=name)
    if form is SHEET and not _is_json_ld(said.value):
        sheet = checked_sheet(said.value, name=name)
        return Incoming({}, lambda wanted: _lines_of_sheet(said, wanted), sheet=sheet)
    document = _Contexts(contexts, said.text, name).put_into(said.value)
    try:
        content = json.dumps(document, allow_nan=False).encode()
    except (ValueError, UnicodeEncodeError) as exc:
        raise DataSyntaxError(f"{name}: not JSON-LD that can be read: {exc}.") from exc
    quads = read_quads(content, JSON_LD.media_type, name=name, base=BASE)
    return Incoming(
        _by_graph(quads, name, max_statements),
        lambda wanted: _pick(_lines_of_json_ld(said, contexts), wanted),
    )


def _is_json_ld(value: Any) -> bool:
    """Tell JSON-LD from a fact sheet, which has no keywords."""
    if isinstance(value, list):
        return True
    return isinstance(value, dict) and any(str(key).startswith("@") for key in value)


def _lines_of_sheet(said: JsonText, wanted: Collection[Node]) -> Lines:
    lines = sheet_lines(said)
    return {thing: lines.line(thing) for thing in wanted}


def _lines_of_json_ld(said: JsonText, contexts: Contexts) -> dict[URIRef, int]:
    """Find the line of each node: of the object that says most of it, the first where many do."""
    prefixes = {**PREFIXES, **_prefixes_in(said.value)}
    found: dict[URIRef, tuple[int, int]] = {}
    for object_, line in said.lines():
        value = object_.get("@id", object_.get("id"))
        if not isinstance(value, str):
            continue
        iri, size = _expand(value, prefixes), min(len(object_), 3)
        if iri not in found or size > found[iri][0]:
            found[iri] = size, line
    return {iri: line for iri, (_, line) in found.items()}


def _prefixes_in(value: Any) -> dict[str, str]:
    context = value.get("@context") if isinstance(value, dict) else None
    parts = context if isinstance(context, list) else [context]
    return {
        prefix: namespace
        for part in parts
        if isinstance(part, dict)
        for prefix, namespace in part.items()
        if isinstance(namespace, str)
    }


def _expand(value: str, prefixes: Mapping[str, str]) -> URIRef:
    prefix, colon, local = value.partition(":")
    if colon and prefix in prefixes and not local.startswith("//"):
        return URIRef(prefixes[prefix] + local)
    try:
        return URIRef(value if colon else urljoin(BASE, value))
    except ValueError:
        return URIRef(value)


@dataclass(slots=True)
class _Contexts:
    """Puts our contexts in the place of their addresses, and refuses all other addresses."""

    contexts: Contexts
    text: str
    name: str
    count: int = field(default=0)

    def put_into(self, value: Any) -> Any:
        """Copy a document with our contexts in it."""
        if isinstance(value, list):
            return [self.put_into(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._context(one) if key == "@context" else self.put_into(one)
            for key, one in value.items()
        }

    def _context(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._context(one) for one in value]
        if isinstance(value, dict):
            if "@import" in value:
                raise self._refusal(value["@import"])
            return self.put_into(value)
        if not isinstance(value, str):
            return value
        if value not in self.contexts:
            raise self._refusal(value)
        self.count += 1
        if self.count > _MOST_CONTEXTS:
            raise DataTooLarge(
                f"{self.name}: the context is named more than {_MOST_CONTEXTS} times; name it "
                "once, at the top.",
                limit=_MOST_CONTEXTS,
                unit="contexts",
            )
        return self.contexts[value]

    def _refusal(self, address: Any) -> DataError:
        at = self.text.find(json.dumps(address, ensure_ascii=False))
        where = f"line {self.text.count(chr(10), 0, at) + 1}: " if at >= 0 else ""
        return DataError(
            f"{self.name}: {where}the context {str(address)[:200]} would have to be fetched, which "
            f"is not done; write the context itself, or name {BASE}context.jsonld."
        )


# Each is some 20 kB, and is read anew.
_MOST_CONTEXTS = 8


# -- XML ---------------------------------------------------------------------------------------


def _read_xml(text: str, name: str, max_statements: int) -> Incoming:
    if at := re.search("<!DOCTYPE", text, re.IGNORECASE):
        line = text.count("\n", 0, at.start()) + 1
        raise DataError(
            f"{name}: line {line}: a DOCTYPE is not read, nor what it defines; leave it out, and "
            "write addresses in full."
        )
    lines = _lines_of_xml(text, name)
    quads = read_quads(text.encode(), RDF_XML.media_type, name=name, base=BASE)
    return Incoming(_by_graph(quads, name, max_statements), lambda wanted: _pick(lines, wanted))


def _lines_of_xml(text: str, name: str) -> dict[URIRef, int]:
    """Find the line of each described thing, and with that out whether the XML is well-formed."""
    declared = re.match(r"""\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""", text)
    if "\0" in text or (declared and declared[1].lower() not in ("utf-8", "us-ascii", "ascii")):
        raise DataSyntaxError(
            f"{name}: line 1: the encoding is not UTF-8; save the file with that encoding, and "
            "have its first line say so.",
            line=1,
        )
    lines: dict[URIRef, int] = {}
    bases = [BASE]
    parser = expat.ParserCreate(namespace_separator="")

    def begin(_: str, attributes: dict[str, str]) -> None:
        bases.append(attributes.get(_XML_BASE, bases[-1]))
        about = attributes.get(f"{RDF}about")
        if about is None and f"{RDF}ID" in attributes:
            about = f"#{attributes[f'{RDF}ID']}"
        if about is not None:
            iri = about if ":" in about else _joined(bases[-1], about)
            lines.setdefault(URIRef(iri), parser.CurrentLineNumber)

    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: bases.pop()
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as exc:
        reason = expat.ErrorString(exc.code)
        raise DataSyntaxError(
            f"{name}: line {exc.lineno}, column {exc.offset + 1}: not XML: {reason}.",
            line=exc.lineno,
            column=exc.offset + 1,
        ) from exc
    return lines


_XML_BASE = "http://www.w3.org/XML/1998/namespacebase"


def _joined(base: str, about: str) -> str:
    try:
        return urljoin(base, about)
    except ValueError:
        return about
