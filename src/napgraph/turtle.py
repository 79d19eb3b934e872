"""Turtle files and graphs: read a file, write a graph in the one canonical layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph
from rdflib import OWL, PROV, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Identifier, Node

from napgraph.errors import DataSyntaxError, TurtleError
from napgraph.namespaces import PREFIXES
from napgraph.store import QUADS_TYPES, TRIPLES_TYPES
from napgraph.turtle_errors import encoding_error, turtle_error
from napgraph.turtle_layout import TurtleLayout

Statement = tuple[Node, Node, Node]

# The datatypes whose lexical form an Oxigraph store does not keep.
_REWRITTEN = frozenset(
    XSD[name]
    for name in (
        "boolean", "byte", "date", "dateTime", "dateTimeStamp", "dayTimeDuration", "decimal",
        "double", "duration", "float", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth",
        "int", "integer", "long", "negativeInteger", "nonNegativeInteger", "nonPositiveInteger",
        "positiveInteger", "short", "time", "unsignedByte", "unsignedInt", "unsignedLong",
        "unsignedShort", "yearMonthDuration",
    )
)  # fmt: skip

_TURTLE = TRIPLES_TYPES[".ttl"]
_BOM = b"\xef\xbb\xbf"


def read_graph(path: Path) -> Graph:
    """Read a file of ours: Turtle, or the graphs of a file in TriG or N-Quads as one.

    Raises:
        TurtleError: The file cannot be read, or is not UTF-8 or not in its format,
            with its line and column.
    """
    return graph_of(read_statements(path))


def read_statements(path: Path) -> Iterator[Statement]:
    """Read the statements of a file, as `read_graph` does, for where no graph is needed."""
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise TurtleError(f"{path}: {exc.strerror}.") from exc
    return _statements_in(content, QUADS_TYPES.get(path.suffix, _TURTLE), name=str(path))


def read_or_empty(path: Path) -> Graph:
    """Read a Turtle file that may not be there yet.

    Raises:
        TurtleError: See `read_graph`.
    """
    return read_graph(path) if path.exists() else Graph(bind_namespaces="none")


def parse_turtle(content: bytes, *, name: str) -> Graph:
    """Read Turtle from bytes; `name` is what an error calls them.

    Literals keep the form they have in the file, even where rdflib would write
    the same value in another way.
    """
    return graph_of(_statements_in(content, _TURTLE, name=name))


def read_quads(
    content: bytes, media_type: str, *, name: str, base: str | None = None
) -> Iterator[tuple[Statement, Node | None]]:
    """Read statements from bytes, each with the named graph that it is in, one after the other.

    Args:
        content: Text in UTF-8.
        media_type: Its RDF format.
        name: What an error calls it.
        base: What relative IRIs are relative to; without one there can be none.

    Raises:
        DataSyntaxError: It is not UTF-8 or not in its format, with line and column where
            the format's parser knows them.
    """
    _require_utf8(content, name)
    for quad in _parse(content, media_type, name, base):
        if _is_of_rdf_12(quad.object):
            raise _no_place(quad.object, content, name)
        graph = quad.graph_name
        yield (
            (_from_ox(quad.subject), _from_ox(quad.predicate), _from_ox(quad.object)),
            None if isinstance(graph, pyoxigraph.DefaultGraph) else _from_ox(graph),
        )


def _statements_in(content: bytes, media_type: str, *, name: str) -> Iterator[Statement]:
    return (statement for statement, _ in read_quads(content, media_type, name=name))


def decode(content: bytes, *, name: str) -> str:
    """Read a text in UTF-8, without the byte order mark that some editors put before it.

    Raises:
        TurtleError: It is not UTF-8; the message says on which line.
    """
    try:
        return content.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise encoding_error(exc, name) from exc


def read_links(content: bytes, *, name: str) -> Iterator[tuple[str, str]]:
    """Give subject and object of each statement in Turtle: sooner than to read the statements.

    What is no IRI is the empty text.

    Raises:
        TurtleError: It is not Turtle.
    """
    _require_utf8(content, name)
    for quad in _parse(content, _TURTLE, name, None):
        yield _iri_or_nothing(quad.subject), _iri_or_nothing(quad.object)


def graph_of(statements: Iterable[Statement]) -> Graph:
    """Make a graph of statements."""
    graph = Graph(bind_namespaces="none")
    for statement in statements:
        graph.add(statement)
    return graph


def canonical(graph: Graph) -> Graph:
    """Copy a graph with each number, boolean and time in its canonical lexical form."""
    return graph_of(canonical_statement(statement) for statement in graph)


def canonical_statement(statement: Statement) -> Statement:
    """Give a statement the form that the store keeps."""
    s, p, o = statement
    return s, p, canonical_literal(o) if isinstance(o, Literal) else o


def canonical_literal(literal: Literal) -> Literal:
    """Give a literal the lexical form that the store keeps: `2.50` becomes `2.5`."""
    if literal.datatype not in _REWRITTEN:
        return literal
    lexical = _canonical_lexical(str(literal), str(literal.datatype))
    return Literal(lexical, datatype=literal.datatype, normalize=False)


def to_turtle(graph: Graph, *, leading_comment: str = "") -> str:
    """Write a graph in the canonical layout.

    One statement a line; prefixes in alphabetical order and only those used;
    the ontology, scheme or named graph that a file is about comes first, then
    one block a subject in alphabetical order. The same statements give the
    same text, whatever order or blank-node labels they came with.
    """
    tidy: Any = canonical(graph)
    if any(isinstance(term, BNode) for triple in tidy for term in triple):
        tidy = to_canonical_graph(tidy)
    about = [s for cls in _FIRST_CLASSES for s in sorted(tidy.subjects(RDF.type, cls))]
    parts = [to_n_triples(tidy.triples((s, None, None))) for s in about]
    return f"{leading_comment}{_LAYOUT.write([*parts, to_n_triples(tidy)])}"


def join_turtle(graphs: Iterable[Graph]) -> str:
    """Write graphs one after the other as one text, each in the canonical layout.

    To tell the blank nodes of one large graph apart takes much longer than
    those of its parts.
    """
    prefixes: set[str] = set()
    blocks = []
    for graph in graphs:
        head, _, body = to_turtle(graph).partition("\n\n")
        if "_:" in body:
            raise ValueError("a blank node with a name is another one in the next graph")
        prefixes.update(head.splitlines())
        blocks.append(body)
    return "\n".join(sorted(prefixes)) + "\n\n" + "\n".join(blocks)


def format_turtle(content: bytes, *, name: str) -> str:
    """Rewrite a Turtle file in the canonical layout, losing nothing.

    A block of comments at the very top stays.

    Raises:
        TurtleError: The file is not Turtle, or has a comment elsewhere, which
            the layout has no place for.
    """
    graph = parse_turtle(content, name=name)
    text = content.decode("utf-8-sig")
    leading = leading_comment(text)
    for line in _comment_lines(text):
        if line > leading.count("\n"):
            raise TurtleError(
                f"{name}: line {line}: a comment here would be lost; move it to the top of the "
                "file, or say it in rdfs:comment or skos:editorialNote.",
                line=line,
            )
    return to_turtle(graph, leading_comment=leading)


def quoted(text: str) -> str:
    """Write a text as Turtle does, on one line."""
    return '"' + text.translate(_ESCAPES) + '"'


def subject_lines(text: str) -> dict[URIRef, int]:
    """Find the line on which each IRI first stands as the subject of a statement."""
    lines: dict[URIRef, int] = {}
    prefixes: dict[str, str] = {}
    for statement in _statements(text):
        first, line = statement[0]
        if first.lower() in ("@prefix", "prefix") and len(statement) > 2:
            prefixes[statement[1][0][:-1]] = statement[2][0][1:-1]
        elif first.startswith("<"):
            lines.setdefault(URIRef(first[1:-1]), line)
        elif ":" in first and not first.startswith(("_:", '"', "'")):
            prefix, local = first.split(":", 1)
            if prefix in prefixes:
                lines.setdefault(URIRef(prefixes[prefix] + local.replace("\\", "")), line)
    return lines


# -- reading ---------------------------------------------------------------------------------


def _require_utf8(content: bytes, name: str) -> None:
    decode(content, name=name)


def _parse(
    content: bytes, media_type: str, name: str, base: str | None
) -> Iterator[pyoxigraph.Quad]:
    try:
        yield from pyoxigraph.parse(
            content.removeprefix(_BOM),
            format=pyoxigraph.RdfFormat.from_media_type(media_type),
            base_iri=base,
        )
    except SyntaxError as exc:
        if exc.lineno is None:
            raise DataSyntaxError(f"{name}: {exc.msg}.") from exc
        raise turtle_error(exc, name) from exc


_STRING = str(XSD.string)


@lru_cache(maxsize=65536)
def _iri(value: str) -> URIRef:
    """Make an IRI; the same few thousand come again and again, and rdflib checks each."""
    return URIRef(value)


def _from_ox(term: Any) -> Identifier:
    if isinstance(term, pyoxigraph.NamedNode):
        return _iri(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        if term.datatype.value == _STRING:
            return Literal(term.value)
        return Literal(term.value, datatype=_iri(term.datatype.value), normalize=False)
    raise TypeError(f"not a term of RDF 1.1: {term}")


def _is_of_rdf_12(term: Any) -> bool:
    if isinstance(term, pyoxigraph.Literal):
        return term.direction is not None
    return isinstance(term, pyoxigraph.Triple)


def _iri_or_nothing(term: Any) -> str:
    return term.value if isinstance(term, pyoxigraph.NamedNode) else ""


def _no_place(term: Any, content: bytes, name: str) -> TurtleError:
    # Outside of IRIs and texts, the sign stands in `<<` and nowhere else.
    tokens = _tokens(decode(content, name=name))
    line = next((line for kind, token, line in tokens if (kind, token) == ("other", "<")), None)
    where = f"line {line}" if line else str(term)
    return TurtleError(
        f"{name}: {where}: statements about statements, and texts with a direction, have no "
        "place in our files; say it in another way.",
        line=line,
    )


# -- writing ---------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def _canonical_lexical(lexical: str, datatype: str) -> str:
    """Ask the engine itself, so that what a file says and what is served agree by construction."""
    node = pyoxigraph.NamedNode("urn:x")
    store = pyoxigraph.Store()
    literal = pyoxigraph.Literal(lexical, datatype=pyoxigraph.NamedNode(datatype))
    store.add(pyoxigraph.Quad(node, node, literal))
    kept = next(iter(store)).object
    return kept.value if isinstance(kept, pyoxigraph.Literal) else lexical


def to_n_triples(triples: Iterable[Statement]) -> str:
    """Write statements as N-Triples has them, escaping what an editor would not show."""
    return "".join(f"{_term(s)} {_term(p)} {_term(o)} .\n" for s, p, o in triples)


def _term(node: Node) -> str:
    if not isinstance(node, Literal):
        return f"<{node}>" if isinstance(node, URIRef) else f"_:{node}"
    text = quoted(str(node))
    if node.language:
        return f"{text}@{node.language}"
    return f"{text}^^<{node.datatype}>" if node.datatype else text


_LAYOUT = TurtleLayout(PREFIXES, first=(RDFS.label, SKOS.prefLabel, SKOS.altLabel))
# What a file is about comes first in it.
_FIRST_CLASSES = (OWL.Ontology, SKOS.ConceptScheme, PROV.Entity)
_ESCAPES = {
    **{i: f"\\u{i:04X}" for i in (*range(0x20), 0x7F)},
    ord("\\"): "\\\\",
    ord('"'): '\\"',
    9: "\\t",
    10: "\\n",
    13: "\\r",
}


# -- positions in a text ---------------------------------------------------------------------

# Turtle's tokens as far as positions need them; a file is known to be Turtle by then. What is
# matched is not given back (`*+`): to be able to would take 200 bytes a character of a text.
_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<comment>\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\s]*>)
    | (?P<string>\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
                | "(?:[^"\\\n\r]++|\\.)*+" | '(?:[^'\\\n\r]++|\\.)*+')
    | (?P<punctuation>[\[\](){};,]|\^\^|\.(?![0-9]))
    | (?P<word>(?:[^\s<>"'()\[\]{};,\#.\\^]|\\.|\.(?=[^\s<>"'()\[\]{};,\#]))+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield (kind, text, 1-based line) of each token, white space left out."""
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield str(match.lastgroup), match[0], line
        line += match[0].count("\n")


def _statements(text: str) -> Iterator[list[tuple[str, int]]]:
    """Yield the tokens of each statement or directive with their lines.

    In TriG a graph's last statement may end with its bracket.
    """
    statement: list[tuple[str, int]] = []
    depth = 0
    for kind, token, line in _tokens(text):
        if kind == "comment":
            continue
        depth += (token in ("[", "(")) - (token in ("]", ")")) if kind == "punctuation" else 0
        if token == "{":
            statement = []
        elif token not in (".", "}"):
            statement.append((token, line))
        # SPARQL's PREFIX and BASE end without a full stop.
        sparql_style = statement and statement[0][0].lower()
        done = sparql_style == "prefix" and len(statement) == 3
        done = done or (sparql_style == "base" and len(statement) == 2)
        if statement and (done or (token in (".", "}") and depth == 0)):
            yield statement
            statement = []


def _comment_lines(text: str) -> list[int]:
    return [line for kind, _, line in _tokens(text) if kind == "comment"]


def leading_comment(text: str) -> str:
    """Give the block of comments at the very top of a Turtle file, which the layout keeps."""
    match = re.match(r"(?:[ \t]*#[^\n]*\n)+(?:[ \t]*\n)*", text)
    return match[0] if match else ""
