"""The full-text index of a generation: one SQLite file, written once and then only read.

    thing    what can be found: its kind, names and texts by language, what it belongs to
    exact    whole names, codes and symbols, each with the things that it names
    word     the words there are, to find those that a mistyped one may have meant
    match    the words of each thing (FTS5), in columns that count for more or less

The words in `match` are already written as they are compared (search_words.py), so that SQLite
only takes them apart at spaces and no syntax of its own ever comes near a text.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from rdflib import DCTERMS, RDFS, SKOS, Literal, URIRef

from napgraph.namespaces import ID, NAP, SCHEMA, SCHEMES
from napgraph.search_words import STEMMED, Stems, fold, surfaces, words
from napgraph.store import LABEL_PROPERTIES, Store

NAME = "search.sqlite"

# What the kinds of things are called in a query, by the kind. They come in the order in which
# they are offered where none is better than another.
KINDS: Mapping[str, str] = {
    "country": "",
    "plan": "plan plans NAP PAN national action plan d'action nationale plan de acción nacional "
    "خطة العمل الوطنية",
    "document": "document resolution report résolution rapport resolución informe قرار تقرير",
    "theme": "theme thème tema موضوع",
    "region": "region région región منطقة",
    "objective": "objective objectif objetivo هدف",
    "organisation": "stakeholder organisation body acteur organización جهة",
    "event": "event événement evento حدث",
    "remark": "remark remarque observación ملاحظة",
    "question": "question saved query pregunta سؤال",
    "external-dataset": "dataset jeu de données conjunto de datos بيانات",
    "source": "source fuente مصدر",
    "publisher": "publisher éditeur editor ناشر",
    "concept": "term concept terme concepto مصطلح",
}
# How much sooner a thing of a kind comes than one of another kind that fits as well: by its
# name; where only a text of it mentions what was looked for, a fifth of this.
_BOOSTS: Mapping[str, float] = {
    "country": 24, "plan": 12, "theme": 9, "document": 7, "region": 6, "question": 2,
    "organisation": 2, "external-dataset": 1, "event": 0, "objective": 1, "publisher": 0.5,
    "remark": 0, "concept": 0, "source": -1,
}  # fmt: skip
# Whose whole name, where it is what was asked, comes before all else.
_NAMED = frozenset(("country", "plan", "document", "theme", "region", "organisation", "concept",
                    "publisher", "external-dataset"))  # fmt: skip
_EXACT_BOOST = 40.0

_CONCEPTS = frozenset(SCHEMES) - {"scheme", "region", "theme", "pillar"}
_KIND_OF = {"pillar": "theme", **dict.fromkeys(_CONCEPTS, "concept")}

_OTHER_NAMES = (SKOS.altLabel, DCTERMS.alternative, RDFS.label, DCTERMS.title)
_CODES = (NAP.iso2, NAP.iso3, NAP.m49, NAP.symbol, SKOS.notation)
_TEXTS = (
    NAP.aim, NAP.text, SKOS.definition, DCTERMS.abstract, DCTERMS.description, NAP.provision,
    RDFS.comment, SKOS.note, SKOS.editorialNote, SCHEMA.location, NAP.reporting,
)  # fmt: skip
_NOTES = (SKOS.note, SKOS.editorialNote)
# What a thing belongs to, the nearest first.
_BELONGS = (NAP.objectiveOf, NAP.remarkOn, NAP.plan, NAP.country, NAP.organisation,
            DCTERMS.publisher)  # fmt: skip
# Whose texts are those of the plan that leads to them.
_PARTS = (NAP.budget, NAP.monitoring)

_ORDINALS = (
    "first premier première primer primero primera الأول الأولى",
    "second deuxième second segundo segunda الثاني الثانية",
    "third troisième tercer tercero tercera الثالث الثالثة",
    "fourth quatrième cuarto cuarta الرابع الرابعة",
    "fifth cinquième quinto quinta الخامس الخامسة",
    "sixth sixième sexto sexta السادس السادسة",
)


@dataclass
class _Thing:
    """A thing while it is read.

    Attributes:
        names: What it is called, by language.
        exact: What, as a whole, names it.
        also: Other words by which it is known.
        texts: Each with its language, and whether it is a note on the others.
        code: A symbol by which it is shown beside its name.
        boost: How much sooner it comes than what fits as well.
    """

    iri: str
    kind: str
    names: dict[str, str] = field(default_factory=dict)
    exact: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)
    texts: list[tuple[str, str, bool]] = field(default_factory=list)
    belongs: str = ""
    code: str = ""
    boost: float = 0.0


def write_index(store: Store, path: Path) -> None:
    """Write the index of a store to a file that is not there yet."""
    with closing(sqlite3.connect(path)) as connection:
        fill(connection, store)


def fill(connection: sqlite3.Connection, store: Store, *, kinds: Container[str] = KINDS) -> None:
    """Write the index of a store, or of some kinds of its things, into an empty database."""
    connection.executescript(_SCHEMA)
    things = _read(store, kinds)
    numbers = {iri: number for number, iri in enumerate(things, 1)}
    writer = _Writer(things)
    for iri, thing in things.items():
        row = writer.row(thing)
        number = numbers[iri]
        connection.execute(
            "INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                iri,
                thing.kind,
                thing.boost,
                json.dumps(thing.names, ensure_ascii=False),
                json.dumps(thing.texts, ensure_ascii=False),
                thing.code,
                numbers.get(thing.belongs),
            ),
        )
        connection.execute(
            "INSERT INTO match (rowid, name, also, near, text, name_stems, stems) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, *row),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO exact VALUES (?, ?, ?)",
            ((key, number, boost) for key, boost in _exact(thing)),
        )
    connection.executemany("INSERT INTO word VALUES (?, ?, ?)", writer.vocabulary())
    connection.execute("INSERT INTO match (match) VALUES ('optimize')")
    connection.commit()
    connection.execute("VACUUM")


_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE thing (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, boost REAL NOT NULL,
    names TEXT NOT NULL, texts TEXT NOT NULL, code TEXT NOT NULL, belongs INTEGER
);
CREATE TABLE exact (
    key TEXT, thing INTEGER, boost REAL NOT NULL, PRIMARY KEY (key, thing)
) WITHOUT ROWID;
CREATE TABLE word (word TEXT PRIMARY KEY, shown TEXT NOT NULL, weight REAL NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE match USING fts5 (
    name, also, near, text, name_stems, stems, content = '', tokenize = 'ascii', prefix = '1 2 3'
);
"""


class _Writer:
    """Writes the words of things as columns, and counts them."""

    def __init__(self, things: Mapping[str, _Thing]) -> None:
        self._things = things
        self._stems = Stems(STEMMED)
        self._stem_of: dict[tuple[str, str], str] = {}
        self._names: dict[str, list[str]] = {}
        self._shown: dict[str, Counter[str]] = defaultdict(Counter)
        self._weights: Counter[str] = Counter()

    def row(self, thing: _Thing) -> tuple[str, ...]:
        name_stems: set[str] = set()
        stems: set[str] = set()
        name = self._words(thing.names.items(), name_stems, weight=20)
        also = self._words((("", text) for text in thing.also), name_stems, weight=10)
        text = self._words(((tag, said) for tag, said, _ in thing.texts), stems, weight=1)
        kind = self._words([("", KINDS[thing.kind])], stems, weight=0)
        near = [kind, *map(self._name_words, self._above(thing))]
        around = [word for said in near for word in said]
        columns = (name, also, around, text, sorted(name_stems), sorted(stems))
        return tuple(" ".join(column) for column in columns)

    def vocabulary(self) -> Iterator[tuple[str, str, float]]:
        """Give the words there are, as they are mostly written, and how likely each is meant."""
        for word, weight in self._weights.items():
            if len(word) > 1:
                yield word, self._shown[word].most_common(1)[0][0], weight

    def _above(self, thing: _Thing) -> Iterator[_Thing]:
        """Give what a thing belongs to: of an objective its plan, and of that its country."""
        for _ in range(3):
            above = self._things.get(thing.belongs)
            if above is None:
                return
            yield above
            thing = above

    def _name_words(self, thing: _Thing) -> list[str]:
        if thing.iri not in self._names:
            said = dict.fromkeys(thing.names.values())
            self._names[thing.iri] = [word for text in said for word in words(text)]
        return self._names[thing.iri]

    def _words(
        self, texts: Iterable[tuple[str, str]], stems: set[str], *, weight: int
    ) -> list[str]:
        found = []
        for tag, text in texts:
            for surface in surfaces(text):
                for word in fold(surface):
                    found.append(word)
                    self._weights[word] += weight
                    self._shown[word][surface] += 1
                    stems.add(self._stem(word, tag))
        stems.discard("")
        return found

    def _stem(self, word: str, tag: str) -> str:
        key = (word, tag if tag in STEMMED else "en")
        if key not in self._stem_of:
            self._stem_of[key] = self._stems.in_language(*key)
        return self._stem_of[key]


def _exact(thing: _Thing) -> Iterator[tuple[str, float]]:
    """Give what, asked as a whole, means this thing before all else."""
    boost = _EXACT_BOOST if thing.kind in _NAMED else 2.0
    for text in (*thing.names.values(), *thing.exact, thing.iri.rpartition("/")[2]):
        if key := " ".join(words(text)):
            yield key, boost


# -- reading -----------------------------------------------------------------------------------


def _read(store: Store, kinds: Container[str]) -> dict[str, _Thing]:
    """Read what can be found, by its IRI; what has no name is called by its key."""
    said = _literals(store)
    links = _links(store)
    things = {}
    for iri in sorted({*said, *links}):
        values = said.get(iri, {})
        kind = iri.removeprefix(str(ID)).partition("/")[0]
        kind = _KIND_OF.get(kind, kind)
        if kind in kinds:
            names = _names(values) or {"": iri.rpartition("/")[2]}
            led_to = links.get(iri, {})
            thing = things[iri] = _thing(iri, kind, names, values, led_to)
            parts = (part for p in _PARTS for part in led_to.get(p, ()))
            for part in (values, *(said.get(part, {}) for part in parts)):
                thing.texts += _texts(part)
    return things


Values = Mapping[URIRef, Sequence[Literal]]


def _thing(
    iri: str,
    kind: str,
    names: dict[str, str],
    values: Values,
    links: Mapping[URIRef, Sequence[str]],
) -> _Thing:
    known = set(names.values())
    also = [str(o) for p in (*_OTHER_NAMES, *_CODES) for o in values.get(p, ())]
    also = [text for text in dict.fromkeys(also) if text not in known]
    belongs = next((links[p][0] for p in _BELONGS if p in links), "")
    thing = _Thing(iri, kind, names, list(also), also, belongs=belongs, boost=_BOOSTS[kind])
    # The key: how those who write about a plan or a country call it, MLI-3.
    thing.also.append(iri.rpartition("/")[2])
    if kind == "plan":
        for generation in values.get(NAP.generation, ())[:1]:
            thing.also.append(f"{generation} {_ordinal(str(generation))}")
            # The newest first, of those that fit as well.
            thing.boost += 2 * min(int(generation), 9)
    if kind == "document":
        thing.code = next((str(o) for o in values.get(NAP.symbol, ())), "")
        thing.exact += [text.partition(" (")[0] for text in also]
        numbers = [str(o) for o in values.get(NAP.number, ())]
        thing.exact += [f"{before}{n}" for n in numbers for before in ("", "resolution ", "UNSCR ")]
        thing.also += numbers
    return thing


def _ordinal(number: str) -> str:
    place = int(number) if number.isdigit() else 0
    return _ORDINALS[place - 1] if 0 < place <= len(_ORDINALS) else ""


def _names(values: Values) -> dict[str, str]:
    """Give what a thing is called, by language; what has a text alone is called by that."""
    for predicate in LABEL_PROPERTIES:
        if found := values.get(predicate):
            return {o.language or "": str(o) for o in sorted(found, reverse=True)}
    return {}


def _texts(values: Values) -> list[tuple[str, str, bool]]:
    name = next((p for p in LABEL_PROPERTIES if p in values), None)
    found = ((p in _NOTES, o) for p in _TEXTS if p != name for o in values.get(p, ()))
    return [(o.language or "", str(o), is_note) for is_note, o in found]


def _literals(store: Store) -> dict[str, dict[URIRef, list[Literal]]]:
    said: dict[str, dict[URIRef, list[Literal]]] = defaultdict(lambda: defaultdict(list))
    names = " ".join(
        f"<{p}>" for p in {*LABEL_PROPERTIES, *_OTHER_NAMES, *_CODES, *_TEXTS, *_NUMBERS}
    )
    for row in store.select(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {names} }} ?s ?p ?o }}"):
        if isinstance(row.o, Literal) and isinstance(row.s, URIRef) and row.s.startswith(ID):
            said[str(row.s)][URIRef(row.p)].append(row.o)
    return {iri: dict(sorted(values.items())) for iri, values in sorted(said.items())}


_NUMBERS = (NAP.number, NAP.generation)


def _links(store: Store) -> dict[str, dict[URIRef, list[str]]]:
    links: dict[str, dict[URIRef, list[str]]] = defaultdict(lambda: defaultdict(list))
    names = " ".join(f"<{p}>" for p in (*_BELONGS, *_PARTS))
    for row in store.select(f"SELECT ?s ?p ?o {{ VALUES ?p {{ {names} }} ?s ?p ?o }} ORDER BY ?o"):
        if isinstance(row.s, URIRef) and row.s.startswith(ID):
            links[str(row.s)][URIRef(row.p)].append(str(row.o))
    return links
