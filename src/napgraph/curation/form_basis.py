"""What a form begins with: the files of one commit, or what a submission makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rdflib import FOAF, RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from napgraph.curation.submissions import Files
from napgraph.curation.workspace import Workspace
from napgraph.facts.stakeholders import Names
from napgraph.namespaces import GRAPH, NAP, slug
from napgraph.resources import choose_text
from napgraph.store import LABEL_PROPERTIES, Store
from napgraph.turtle import leading_comment, parse_turtle

# A key that begins with the code of a country.
OF_COUNTRY = re.compile(r"[A-Z]{3}(?=-|$)")


@dataclass
class Basis:
    """A commit of the data, and the store that is served.

    Attributes:
        commit: The one that a change is made from.
        store: Says what things elsewhere are called; it may be newer.
        proposed: The named graphs that a submission proposes, which is to be revised.
    """

    workspace: Workspace
    commit: str
    store: Store
    proposed: Files = field(default_factory=dict)
    _graphs: dict[str, tuple[Graph, str]] = field(default_factory=dict)
    _homes: dict[URIRef, tuple[str, ...]] = field(default_factory=dict)

    def graph(self, name: str) -> Graph:
        """Give a named graph as the commit has it; an empty one where it has none."""
        return self._read(name)[0]

    def comment(self, name: str) -> str:
        """Give the block of comments at the top of a named graph's file."""
        return self._read(name)[1]

    def has(self, name: str) -> bool:
        """Tell whether the commit has a named graph."""
        return len(self.graph(name)) > 0

    def homes(self, thing: URIRef) -> tuple[str, ...]:
        """Name the graphs that say what a thing is: first the one to which more is added."""
        if thing not in self._homes:
            self._homes[thing] = self._find_homes(thing)
        return self._homes[thing]

    def _find_homes(self, thing: URIRef) -> tuple[str, ...]:
        rows = self.store.select("SELECT DISTINCT ?s ?g { GRAPH ?g { ?s a ?type } }", s=thing)
        graphs = [str(row.g) for row in rows if str(row.g).startswith(str(GRAPH))]
        names = {*(graph.removeprefix(str(GRAPH)) for graph in graphs), *self.proposed}
        there = [name for name in names if (thing, RDF.type, None) in self.graph(name)]
        return tuple(sorted(there, key=lambda name: _distance(name, thing)))

    def exists(self, thing: URIRef) -> bool:
        """Tell whether an IRI is taken."""
        is_published = next(iter(self.store.triples(thing, None, None)), None) is not None
        return is_published or any((thing, None, None) in graph for graph in self._proposed())

    def name_of(self, thing: URIRef) -> str:
        """Say what a thing is called, in English where it can be."""
        for predicate in LABEL_PROPERTIES:
            found = (o for o in self.objects(thing, predicate) if isinstance(o, Literal))
            if text := choose_text(found, "en"):
                return str(text)
        return thing.rpartition("/")[2]

    def names(self, owner: str) -> Names:
        """Give the bodies that a country knows by name: its own, and those of no country."""
        bodies: dict[str, URIRef] = {}
        preferred: dict[URIRef, str] = {}
        known = [body for body in self.things(NAP.Stakeholder) if owner_of(body) in ("", owner)]
        # The country's own first, should one of none have the same name.
        for body in sorted(known, key=lambda body: (owner_of(body) != owner, body)):
            preferred[body] = self.name_of(body)
            for predicate in (SKOS.prefLabel, SKOS.altLabel):
                for name in self.objects(body, predicate):
                    bodies.setdefault(slug(str(name)), body)
        bodies.pop("", None)
        return Names(bodies, preferred, codes={})

    def find(self, name: str, cls: URIRef) -> URIRef | None:
        """Find a country or publisher by one of its names."""
        predicates = (FOAF.name,) if cls == FOAF.Agent else (SKOS.prefLabel, SKOS.altLabel)
        wanted = slug(name)
        for thing in self.things(cls):
            for predicate in predicates:
                if any(slug(str(o)) == wanted for o in self.objects(thing, predicate)):
                    return thing
        return None

    def things(self, cls: URIRef) -> tuple[URIRef, ...]:
        """List the things of a class."""
        return self.subjects(RDF.type, cls)

    def subjects(self, predicate: URIRef, value: Node) -> tuple[URIRef, ...]:
        """List the things that say something."""
        found = {s for s, _, _ in self.store.triples(None, predicate, value)}
        for graph in self._proposed():
            found |= set(graph.subjects(predicate, value))
        return tuple(sorted(s for s in found if isinstance(s, URIRef)))

    def objects(self, thing: URIRef, predicate: URIRef) -> tuple[Node, ...]:
        """List what is said of a thing, as published and as proposed, always in one order."""
        found = {o for _, _, o in self.store.triples(thing, predicate, None)}
        for graph in self._proposed():
            found |= set(graph.objects(thing, predicate))
        return tuple(sorted(found, key=_order))

    def _proposed(self) -> list[Graph]:
        return [self.graph(name) for name in self.proposed]

    def _read(self, name: str) -> tuple[Graph, str]:
        if name not in self._graphs:
            known = self.proposed if name in self.proposed else None
            content = known[name] if known else self.workspace.read(name, self.commit)
            content = content or b""
            graph = parse_turtle(content, name=f"{name}.ttl")
            self._graphs[name] = graph, leading_comment(content.decode("utf-8-sig"))
        return self._graphs[name]


def owner_of(thing: URIRef) -> str:
    """Give the code of the country that a key begins with; empty if it begins with none."""
    match = OF_COUNTRY.match(_key(thing))
    return match[0] if match else ""


def _key(thing: URIRef) -> str:
    return thing.rpartition("/")[2]


def _distance(name: str, thing: URIRef) -> tuple[bool, str]:
    """Put a country's things into its own file, and those of no country into a shared one."""
    is_of_country = bool(OF_COUNTRY.fullmatch(name))
    return (name != owner_of(thing)) if owner_of(thing) else is_of_country, name


def _order(node: Node) -> str:
    return node.n3() if isinstance(node, Literal | URIRef) else str(node)
