"""Statements in the engine's own terms: kept, put together, and written out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

import pyoxigraph as ox
from rdflib.term import Node

from napgraph.namespaces import PREFIXES
from napgraph.oxigraph_names import Names, Triples, mentioned
from napgraph.oxigraph_terms import from_ox, rdf_format_of, to_ox
from napgraph.store import LABEL_PROPERTIES
from napgraph.turtle_layout import TurtleLayout


class OxigraphStatements:
    """Statements as Oxigraph gives them, in parts that stay apart where it helps to read them."""

    __slots__ = ("parts",)

    def __init__(self, *parts: Collection[ox.Triple]) -> None:
        self.parts = parts

    @classmethod
    def of(cls, triples: Iterable[tuple[Node, Node, Node]]) -> OxigraphStatements:
        """Turn rdflib's statements into the engine's."""
        return cls(tuple(ox.Triple(to_ox(s), to_ox(p), to_ox(o)) for s, p, o in triples))

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[tuple[Node, Node, Node]]:
        """Give each statement in rdflib's terms."""
        for s, p, o in chain.from_iterable(self.parts):
            yield from_ox(s), from_ox(p), from_ox(o)

    def having(self, predicates: Collection[str]) -> Iterator[tuple[Node, Node, Node]]:
        """Give those with one of these properties, in rdflib's terms."""
        for triple in chain.from_iterable(self.parts):
            if triple.predicate.value in predicates:
                yield from_ox(triple.subject), from_ox(triple.predicate), from_ox(triple.object)

    def __add__(self, other: OxigraphStatements) -> OxigraphStatements:
        """Put those of another after these, as parts of their own."""
        return OxigraphStatements(*self.parts, *other.parts)

    def to_bytes(self, media_type: str, *, prefixes: Mapping[str, str] | None = None) -> bytes:
        """Write them in an RDF format, each once and with the prefixes that they use.

        A part's statements are in alphabetical order, as an engine in memory and
        one on disk give them in orders of their own. Where mentions are a part,
        they are of all other parts together.

        Args:
            media_type: The format.
            prefixes: Prefixes to use besides ours.
        """
        said = [part for part in self.parts if not isinstance(part, Mentions)]
        names = next((part.names for part in self.parts if isinstance(part, Mentions)), None)
        if media_type in _TURTLE_TYPES:
            layout = _layout(tuple((prefixes or {}).items()))
            return layout.write(map(_lines, said), named=names.lines_of if names else None).encode()
        parts = [sorted(part, key=str) for part in said]
        if names:
            parts.append(sorted(names.about(mentioned(chain.from_iterable(said))[0]), key=str))
        once = dict.fromkeys(chain.from_iterable(parts))
        used = _used_prefixes(once, {**PREFIXES, **(prefixes or {})})
        return ox.serialize(once, format=rdf_format_of(media_type), prefixes=used) or b""


class Found(Collection[ox.Triple]):
    """Statements that are looked for when somebody asks for them, which is often nobody."""

    def __init__(self, find: Callable[[], Triples]) -> None:
        self._find = find
        self._found: Triples | None = None

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self._triples())

    def __len__(self) -> int:
        return len(self._triples())

    def __contains__(self, triple: object) -> bool:
        return triple in self._triples()

    def _triples(self) -> Triples:
        if self._found is None:
            self._found = self._find()
        return self._found


class Mentions(Found):
    """What the things are called and are that some statements mention."""

    def __init__(self, names: Names, said: Triples) -> None:
        super().__init__(lambda: names.about(mentioned(said)[0]))
        self.names = names


def _lines(triples: Collection[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


# Statements of the default graph alone are written alike in Turtle and TriG.
_TURTLE_TYPES = ("text/turtle", "application/trig")
_NAMESPACE = re.compile(rb"<([^<>]*[/#])[^<>/#]*>")


@lru_cache(maxsize=8)
def _layout(besides: tuple[tuple[str, str], ...]) -> TurtleLayout:
    return TurtleLayout({**PREFIXES, **dict(besides)}, first=LABEL_PROPERTIES)


def _used_prefixes(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Find the prefixes in use by writing all without any, the fastest way to see each IRI."""
    plain = ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b""
    spaces = set(_NAMESPACE.findall(plain))
    return {prefix: space for prefix, space in prefixes.items() if space.encode() in spaces}
