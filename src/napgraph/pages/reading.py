"""Reading things of one generation, each once, with their texts in the reader's language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rdflib import RDF, BNode, Literal, URIRef
from rdflib.term import Node

from napgraph.namespaces import ID
from napgraph.resources import choose_text, local_path, natural_key, short_name
from napgraph.store import LABEL_PROPERTIES, Store

# How many things are kept in memory: all of what we ship, some of a larger graph.
_KEPT = 65_536
_KEPT_LINKS = 16_384


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its BCP 47 tag; an empty tag where the language does not matter or is unknown."""

    text: str
    language: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Link:
    """What something is called and where its page is, without a language's prefix.

    Attributes:
        key: The last part of its IRI.
    """

    text: Text
    path: str
    key: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing and all that is said of it."""

    iri: URIRef
    values: Mapping[URIRef, tuple[Node, ...]]

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def key(self) -> str:
        """The last part of its IRI: `MLI-3`."""
        return self.iri.rpartition("/")[2]

    @property
    def path(self) -> str:
        """Where its page is on this site, without a language's prefix."""
        return local_path(self.iri)

    def is_a(self, cls: URIRef) -> bool:
        """Tell whether it is said to be of a class."""
        return cls in self.values.get(RDF.type, ())

    def iris(self, predicate: URIRef) -> tuple[URIRef, ...]:
        """Give the things that a property leads to."""
        return tuple(v for v in self.values.get(predicate, ()) if isinstance(v, URIRef))

    def iri_of(self, predicate: URIRef) -> URIRef | None:
        """Give the thing that a property leads to, the first if there are several."""
        return next(iter(self.iris(predicate)), None)

    def key_of(self, predicate: URIRef) -> str:
        """Give the key of the concept that a property leads to; empty without one."""
        return (self.iri_of(predicate) or "").rpartition("/")[2]

    def literals(self, predicate: URIRef) -> tuple[Literal, ...]:
        """Give a property's literals."""
        return tuple(v for v in self.values.get(predicate, ()) if isinstance(v, Literal))

    def value(self, predicate: URIRef) -> str:
        """Give the lexical form of a property's value, the first if there are several."""
        return str(next(iter(self.literals(predicate)), ""))

    def number(self, predicate: URIRef) -> int | None:
        """Give a property's whole number."""
        text = self.value(predicate)
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None

    def year(self, predicate: URIRef) -> int | None:
        """Give the year of a date of whatever precision."""
        match = re.match(r"[0-9]{4}", self.value(predicate))
        return int(match[0]) if match else None

    def text(self, predicate: URIRef, language: str) -> Text | None:
        """Give a property's text for a reader: in their language, else English, else any."""
        chosen = choose_text(self.literals(predicate), language)
        return None if chosen is None else Text(str(chosen), chosen.language or "")

    def texts(self, predicate: URIRef) -> tuple[Text, ...]:
        """Give all of a property's texts, in whatever language."""
        return tuple(Text(str(v), v.language or "") for v in self.literals(predicate))


class Reading:
    """Reads the things of one generation, and keeps what it has read; any thread may use it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Mapping[Node, Thing] = {}
        self.thing = lru_cache(_KEPT)(self._read)
        self.subjects = lru_cache(_KEPT)(self._subjects)
        self.values = lru_cache(_KEPT)(self._values)
        # A page has some hundred links, most of them to what other pages link to, too.
        self.label = lru_cache(_KEPT_LINKS)(self._label)
        self.link = lru_cache(_KEPT_LINKS)(self._link)

    def read_all(self) -> None:
        """Read all things at once, sooner than one by one, so that no page has to."""
        if self._known:
            return
        things: dict[Node, dict[URIRef, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in self._store.triples(None, None, None):
            if isinstance(predicate, URIRef):
                things[subject][predicate].append(value)
        self._known = {
            iri: _thing(iri, values) for iri, values in things.items() if isinstance(iri, URIRef)
        }

    def links(self, iris: Iterable[URIRef], language: str) -> tuple[Link, ...]:
        """Link to things of ours, in the order in which they are given."""
        return tuple(self.link(iri, language) for iri in iris)

    def things(self, predicate: URIRef, value: Node) -> tuple[Thing, ...]:
        """Read the things that say this, in natural order of their IRIs."""
        return tuple(self.thing(iri) for iri in self.subjects(predicate, value))

    def _label(self, iri: URIRef, language: str) -> Text:
        """Say what a thing is called: in the reader's language, else English, else any."""
        thing = self.thing(iri)
        for predicate in LABEL_PROPERTIES:
            if text := thing.text(predicate, language):
                return text
        return Text(short_name(iri).removeprefix(str(ID)))

    def _link(self, iri: URIRef, language: str) -> Link:
        """Link to a thing of ours by what it is called."""
        return Link(self.label(iri, language), local_path(iri), iri.rpartition("/")[2])

    def _read(self, iri: URIRef | BNode) -> Thing:
        if (known := self._known.get(iri)) is not None:
            return known
        values: dict[URIRef, list[Node]] = defaultdict(list)
        for _, predicate, value in self._store.triples(iri, None, None):
            if isinstance(predicate, URIRef):
                values[predicate].append(value)
        return _thing(URIRef(iri), values)

    def _subjects(self, predicate: URIRef, value: Node) -> tuple[URIRef, ...]:
        found = (subject for subject, _, _ in self._store.triples(None, predicate, value))
        return tuple(sorted((s for s in found if isinstance(s, URIRef)), key=natural_key))

    def _values(self, predicate: URIRef) -> Mapping[URIRef, tuple[Node, ...]]:
        """Give all values of a property by the things that have it: cheaper than to read these."""
        if self._known:
            known = self._known.values()
            return {t.iri: t.values[predicate] for t in known if predicate in t.values}
        values: dict[URIRef, list[Node]] = defaultdict(list)
        for subject, _, value in self._store.triples(None, predicate, None):
            if isinstance(subject, URIRef):
                values[subject].append(value)
        return {subject: _ordered(found) for subject, found in values.items()}


def by_label(links: Iterable[Link]) -> tuple[Link, ...]:
    """Order links by what they say."""
    return tuple(sorted(links, key=lambda link: link.text.text.casefold()))


def _thing(iri: URIRef, values: Mapping[URIRef, list[Node]]) -> Thing:
    return Thing(iri, {predicate: _ordered(nodes) for predicate, nodes in values.items()})


def _ordered(nodes: list[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=natural_key) if len(nodes) > 1 else nodes)
