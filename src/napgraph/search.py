"""Searching the index: what fits a query best, by kind, and what a mistyped word may have meant."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import weakref
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from napgraph.errors import QueryTimeout
from napgraph.namespaces import BASE
from napgraph.resources import local_path
from napgraph.search_index import KINDS, fill
from napgraph.search_words import STEMMED, STOP_WORDS, Part, Stems, mark, surfaces, words
from napgraph.store import Store

# What is longer, or has more words, is cut: nobody types it into a box.
MAX_CHARACTERS = 200
MAX_WORDS = 12
_TIMEOUT_S = 1.0
# How much a word counts by where it stands: name, also, near, text, name_stems, stems.
_WEIGHTS = "10, 6, 4, 1, 5, 0.6"
_IN_NAMES = "1, 1, 0, 0, 1, 0"
# In an index of more than we ship, the best of so many are put in order and counted.
# After so many steps of the engine we look at the clock.
_STEPS = 10_000
_MAX_FOUND = 50_000
_SNIPPET_CHARACTERS = 240
_ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Said:
    """A text in pieces, of which some are marked, and its BCP 47 tag, empty if unknown."""

    parts: tuple[Part, ...]
    language: str = ""

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Above:
    """What a thing belongs to: an objective to its plan."""

    name: Said
    path: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        kind: One of `KINDS`.
        name: What it is called.
        code: Its symbol, S/RES/1325 (2000); empty if it has none.
        path: Where its page is, without a language's prefix.
        above: What it belongs to; None if to nothing that can be found.
        snippet: The text of it that fits best; None if it has none.
    """

    iri: str
    kind: str
    name: Said
    code: str
    path: str
    above: Above | None
    snippet: Said | None


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: how much, and the best of it."""

    kind: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        asked: What was looked for, as it was typed; cut where it was too long.
        total: How much was found, of the kind asked for if one was.
        hits: One page of it, best first.
        groups: All that was found by kind, the kind with the best hit first.
        spelling: What was looked for instead, as nothing has a word that was typed.
        unknown: Words that nothing has and that are like no other.
        has_all: Whether each of it has all words, and not some of them.
    """

    asked: str
    total: int = 0
    hits: tuple[Hit, ...] = ()
    groups: tuple[Group, ...] = ()
    spelling: str = ""
    unknown: tuple[str, ...] = ()
    has_all: bool = True


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A thing whose name begins as what is being typed; `above` is what tells it from others."""

    name: str
    language: str
    kind: str
    path: str
    above: str


@dataclass(frozen=True, slots=True)
class Named:
    """A thing by its names; `beside` is its symbol, or what it belongs to."""

    kind: str
    path: str
    names: Mapping[str, str]
    beside: str


class SearchIndex:
    """An index, to be asked from any number of threads.

    Args:
        connect: Opens the database; each connection is used by one thread at a time.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._idle: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self.close = weakref.finalize(self, _close, self._idle)

    @classmethod
    def open(cls, path: Path) -> SearchIndex:
        """Open an index that was written to a file, which will not change.

        Raises:
            FileNotFoundError: It is not there.
        """
        path.stat()
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return cls(lambda: sqlite3.connect(address, uri=True, check_same_thread=False))

    @classmethod
    def of_some(cls, store: Store, kinds: Iterable[str]) -> SearchIndex:
        """Make an index of some kinds of things in memory, while there is none of all."""
        with sqlite3.connect(":memory:") as made:
            fill(made, store, kinds=frozenset(kinds))
            content = made.serialize()
        made.close()

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            connection.deserialize(content)
            return connection

        return cls(connect)

    def search(
        self,
        text: str,
        *,
        kind: str = "",
        language: str = "en",
        page: int = 1,
        size: int = 20,
        each: int = 0,
    ) -> Found:
        """Find what fits a text, whatever it has in it.

        Args:
            text: What was typed.
            kind: One of `KINDS`, to be given its hits alone; there are none of any other.
            language: In which names and texts are preferred.
            page: Of the hits, from 1 on.
            size: How many a page has.
            each: How many to give with each kind besides.

        Raises:
            QueryTimeout: It took too long.
        """
        asked = shorten(text)
        with self._connection() as connection:
            matched = self._match(connection, asked, language)
            if matched is None:
                return Found(asked)
            by_kind: dict[str, list[int]] = defaultdict(list)
            for number, its_kind in matched.best:
                by_kind[its_kind].append(number)
            listed = by_kind.get(kind, []) if kind else [number for number, _ in matched.best]
            show = _Showing(connection, matched.looked_for, language)
            return Found(
                asked,
                total=len(listed),
                hits=tuple(map(show.hit, listed[(page - 1) * size : page * size])),
                groups=tuple(
                    Group(name, len(numbers), tuple(map(show.hit, numbers[:each])))
                    for name, numbers in by_kind.items()
                ),
                spelling=matched.spelling,
                unknown=matched.unknown,
                has_all=matched.has_all,
            )

    def suggest(self, text: str, *, language: str = "en", limit: int = 8) -> list[Suggestion]:
        """Give the things whose names have the words typed so far, the last one begun.

        Raises:
            QueryTimeout: It took too long.
        """
        asked = shorten(text)
        said = words(asked)[:MAX_WORDS]
        if not said:
            return []
        typed = [*(word for word in said[:-1] if word not in STOP_WORDS), said[-1]]
        with self._connection() as connection:
            columns = "{name also near} : "
            query = columns + _all_of([*map(_quoted, typed[:-1]), f"{_quoted(typed[-1])} *"])
            best = self._suggested(connection, query, " ".join(said), limit)
            if not best:
                best = self._corrected(connection, typed, limit)
            show = _Showing(connection, _Words(frozenset(typed), frozenset()), language)
            return [show.suggestion(number) for number, _ in best]

    def names(self, kinds: Collection[str]) -> list[Named]:
        """List things of some kinds by their names in all languages."""
        with self._connection() as connection:
            connection.set_progress_handler(None, 0)
            show = _Showing(connection, _Words(frozenset(), frozenset()), "en")
            rows = connection.execute("SELECT id, kind FROM thing ORDER BY id").fetchall()
            return [show.named(number) for number, kind in rows if kind in kinds]

    # -- matching ------------------------------------------------------------------------------

    def _match(self, connection: sqlite3.Connection, asked: str, language: str) -> _Matched | None:
        # Of the IRI of a thing, what tells it from others is its key.
        key = asked.rpartition("/")[2] if asked.startswith(BASE) else ""
        said = words(key or asked)[:MAX_WORDS]
        telling = _telling(said)
        if not telling:
            return None
        stems = Stems({language, *_STEMS} & STEMMED.keys())
        known = {word: self._known(connection, word, stems) for word in telling}
        spelling: dict[str, str] = {}
        for word, ways in known.items():
            if not ways and (other := self._like(word)):
                spelling[word] = other
        found = [known[w] or [_quoted(spelling[w])] for w in telling if known[w] or w in spelling]
        unknown = tuple(w for w in telling if not known[w] and w not in spelling)
        exact = " ".join(spelling.get(word, word) for word in said if word not in unknown)
        corrected = [spelling.get(word, word) for word in telling]
        matched = _Matched(
            looked_for=_Words(
                whole=frozenset(corrected),
                stems=frozenset(s for word in telling for s in stems.of(word)),
                begun=tuple(word for word in telling if len(word) > 1 and not self._has(word)),
                stemmer=stems,
            ),
            spelling=self._respelt(asked, spelling),
            unknown=unknown,
            has_all=not unknown,
        )
        if not found:
            return matched
        each = [_any_of(ways) for ways in found]
        matched.best = list(self._rank(connection, _all_of(each), exact))
        if not matched.best and len(each) > 1:
            matched.has_all = False
            matched.best = list(self._rank(connection, _any_of(each), exact))
        return matched

    def _known(self, connection: sqlite3.Connection, word: str, stems: Stems) -> list[str]:
        """Give the ways in which something is known to have a word: itself, its stems, a longer."""
        ways = []
        if self._has(word) or len(word) == 1:
            ways.append(_quoted(word))
        elif self._begins(word):
            ways.append(f"{_quoted(word)} *")
        ways += [f"{{name_stems stems}} : {_quoted(stem)}" for stem in sorted(stems.of(word))]
        return ways if any(_exists(connection, way) for way in ways) else []

    def _rank(
        self, connection: sqlite3.Connection, query: str, exact: str
    ) -> Iterator[tuple[int, str]]:
        return connection.execute(_RANK, {"query": query, "exact": exact, "limit": _MAX_FOUND})

    def _corrected(
        self, connection: sqlite3.Connection, typed: Sequence[str], limit: int
    ) -> list[tuple[int, str]]:
        """Suggest with words as they may have been meant."""
        meant = [word if self._begins(word) else self._like(word) for word in typed]
        if not all(meant):
            return []
        query = "{name also near} : " + _all_of(f"{_quoted(word)} *" for word in meant)
        return self._suggested(connection, query, " ".join(meant), limit)

    def _suggested(
        self, connection: sqlite3.Connection, query: str, exact: str, limit: int
    ) -> list[tuple[int, str]]:
        ranked = self._rank(connection, query, exact)
        return list(islice((found for found in ranked if found[1] in _SUGGESTED), limit))

    # -- words ---------------------------------------------------------------------------------

    @cached_property
    def _vocabulary(self) -> Mapping[str, tuple[str, float]]:
        """The words there are, in order, each as it is written and how likely it is meant."""
        with self._connection() as connection:
            rows = connection.execute("SELECT word, shown, weight FROM word ORDER BY word")
            return {word: (shown, weight) for word, shown, weight in rows}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._vocabulary)

    def _has(self, word: str) -> bool:
        return word in self._vocabulary

    def _begins(self, word: str) -> bool:
        """Tell whether some word begins so; one letter is the beginning of too many."""
        place = bisect_left(self._sorted, word)
        return (
            len(word) > 1
            and self._sorted[place : place + 1] != []
            and (self._sorted[place].startswith(word))
        )

    def _like(self, word: str) -> str:
        """Give the word that a mistyped one most likely is; empty if it is like none."""
        word = word[:40]
        most = 0 if len(word) < 3 or word.isdigit() else 1 if len(word) < 6 else 2
        if not most:
            return ""
        near = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=most, limit=50)
        if not near:
            return ""

        def likely(found: tuple[str, float, int]) -> tuple[float, bool, float]:
            other, distance, _ = found
            return distance, other[0] != word[0], -self._vocabulary[other][1]

        return min(near, key=likely)[0]

    def _respelt(self, asked: str, spelling: Mapping[str, str]) -> str:
        """Write what was typed with other words in place of mistyped ones; empty without any."""
        if not spelling:
            return ""
        said = []
        for surface in surfaces(asked):
            others = [spelling.get(word) for word in words(surface)]
            replaced = [self._vocabulary[other][0] for other in others if other]
            said.append(" ".join(replaced) if replaced else surface)
        return " ".join(said)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection on which nothing takes longer than it may."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        deadline = time.monotonic() + _TIMEOUT_S
        connection.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
        try:
            yield connection
        except sqlite3.OperationalError as exc:
            if "interrupted" not in str(exc):
                raise
            raise QueryTimeout(
                f"The search took longer than {_TIMEOUT_S:g} s; look for fewer or rarer words.",
                limit=_TIMEOUT_S,
                unit="seconds",
            ) from exc
        finally:
            connection.set_progress_handler(None, 0)
            with self._lock:
                self._idle.append(connection)


def shorten(text: str) -> str:
    """Give what may be looked for of a text: on one line, and not more than anybody types."""
    return " ".join(text[: 10 * MAX_CHARACTERS].split())[:MAX_CHARACTERS].strip()


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that were looked for, and beginnings of such."""

    whole: frozenset[str]
    stems: frozenset[str]
    begun: tuple[str, ...] = ()
    stemmer: Stems = field(default_factory=lambda: Stems(()))

    def has(self, word: str) -> bool:
        return (
            word in self.whole
            or word.startswith(self.begun)
            or not self.stems.isdisjoint(self.stemmer.of(word))
        )


@dataclass
class _Matched:
    """What fits a query, best first: numbers and kinds of things."""

    looked_for: _Words
    spelling: str
    unknown: tuple[str, ...]
    has_all: bool
    best: list[tuple[int, str]] = field(default_factory=list)


def _telling(said: Iterable[str]) -> list[str]:
    """Leave out words that say little, unless there are no others."""
    different = list(dict.fromkeys(said))
    return [word for word in different if word not in STOP_WORDS] or different


# What is suggested: what has a name, and not a sentence for one.
_SUGGESTED = frozenset(KINDS) - {"remark", "objective", "source"}
# Those of the languages that pages speak: a query may be in another than its page.
_STEMS = ("en", "fr", "es", "ar")
_RANK = f"""
SELECT thing.id, thing.kind
FROM match JOIN thing ON thing.id = match.rowid
LEFT JOIN exact ON exact.key = :exact AND exact.thing = thing.id
WHERE match MATCH :query
ORDER BY
    bm25(match, {_WEIGHTS}) - ifnull(exact.boost, 0)
    - thing.boost * iif(bm25(match, {_IN_NAMES}) < 0, 1, 0.2),
    thing.id
LIMIT :limit
"""  # noqa: S608 - of numbers of ours


def _exists(connection: sqlite3.Connection, query: str) -> bool:
    found = connection.execute("SELECT 1 FROM match WHERE match MATCH ? LIMIT 1", (query,))
    return found.fetchone() is not None


def _quoted(word: str) -> str:
    """Write a word as a text of FTS5's query language, in which nothing but quotes is special."""
    return '"' + word.replace('"', "") + '"'


def _all_of(ways: Iterable[str]) -> str:
    return f"({' AND '.join(ways)})"


def _any_of(ways: Sequence[str]) -> str:
    return f"({' OR '.join(ways)})"


def _close(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()


# -- showing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """A thing as the index keeps it."""

    iri: str
    kind: str
    names: dict[str, str]
    texts: list[tuple[str, str, bool]]
    code: str
    belongs: int | None


class _Showing:
    """Shows what was found: in the reader's language, with the words marked."""

    def __init__(self, connection: sqlite3.Connection, looked_for: _Words, language: str) -> None:
        self._connection = connection
        self._looked_for = looked_for
        self._language = language

    def hit(self, number: int) -> Hit:
        row = self._row(number)
        return Hit(
            iri=row.iri,
            kind=row.kind,
            name=self._name(row),
            code=row.code,
            path=local_path(row.iri),
            above=self._above(row.belongs),
            snippet=self._snippet(row.texts),
        )

    def suggestion(self, number: int) -> Suggestion:
        row = self._row(number)
        name = self._name(row)
        return Suggestion(
            str(name), name.language, row.kind, local_path(row.iri), self._beside(row)
        )

    def named(self, number: int) -> Named:
        row = self._row(number)
        return Named(row.kind, local_path(row.iri), row.names, self._beside(row))

    def _beside(self, row: _Row) -> str:
        above = self._above(row.belongs)
        return row.code or (str(above.name) if above else "")

    def _row(self, number: int) -> _Row:
        iri, kind, names, texts, code, belongs = self._connection.execute(
            "SELECT iri, kind, names, texts, code, belongs FROM thing WHERE id = ?", (number,)
        ).fetchone()
        return _Row(iri, kind, json.loads(names), json.loads(texts), code, belongs)

    def _name(self, row: _Row) -> Said:
        tag = next(t for t in (self._language, "en", "", "und", *row.names) if t in row.names)
        return Said(self._mark(row.names[tag]), tag)

    def _above(self, number: int | None) -> Above | None:
        if number is None:
            return None
        row = self._row(number)
        return Above(self._name(row), local_path(row.iri))

    def _mark(self, text: str) -> tuple[Part, ...]:
        return mark(text, self._looked_for.has)

    def _snippet(self, texts: Iterable[tuple[str, str, bool]]) -> Said | None:
        """Choose the text with most of the words, and of a long one the part with the first."""
        best: tuple[int, bool, int] | None = None
        said = None
        for place, (tag, text, is_note) in enumerate(texts):
            parts = self._mark(text)
            marked = {part.text.casefold() for part in parts if part.is_match}
            if is_note and not marked:
                continue
            rank = (len(marked), tag == self._language, -place)
            if best is None or rank > best:
                best, said = rank, Said(_cut(parts), tag)
        return said


def _cut(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Cut a text to a length that is soon read, around the first marked word."""
    if sum(len(part.text) for part in parts) <= _SNIPPET_CHARACTERS:
        return tuple(parts)
    before = 0
    for part in parts:
        if part.is_match:
            break
        before += len(part.text)
    else:
        before = 0
    start = max(0, before - _SNIPPET_CHARACTERS // 3)
    return tuple(_between(parts, start, start + _SNIPPET_CHARACTERS))


def _between(parts: Sequence[Part], start: int, stop: int) -> Iterator[Part]:
    """Give what is between two places, from a whole word to a whole word."""
    place = 0
    for part in parts:
        end = place + len(part.text)
        text = part.text
        if not part.is_match:
            if place < start < end:
                text = _ELLIPSIS + text[start - place :].partition(" ")[2]
            if place < stop < end:
                text = text[: len(text) - (end - stop)].rpartition(" ")[0] + _ELLIPSIS
        if end > start and place < stop and text:
            yield Part(text, part.is_match)
        place = end
