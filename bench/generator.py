"""Graphs of any size, of the same kinds and proportions as the data we ship.

The files we ship come first. Then, round after round, all countries come again
under codes of their own: whatever is of a country (its IRI has the country's
code) becomes the new country's, and what all countries share is the same. Texts
keep their words in another order, so that a store finds as many different
strings as in real data, and a search for a word as many hits.
"""

from __future__ import annotations

import random
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from string import ascii_uppercase, digits
from typing import Any

import pyoxigraph as ox

from napgraph.namespaces import GRAPH, ID, NAP, PREFIXES

TURTLE = ox.RdfFormat.TURTLE


class TooFew(Exception):
    """Fewer statements are wanted than all countries share."""


@dataclass(frozen=True, slots=True)
class Generated:
    """A folder of files that was made.

    Attributes:
        statements: Different ones; what several files say counts once.
    """

    folder: Path
    files: int
    statements: int


def generate(shipped: Path, folder: Path, *, statements: int, seed: int = 1) -> Generated:
    """Write files of about so many statements; the same seed gives the same files.

    The last country added is the one that reaches the number. There are codes
    of three letters for some 17,000 countries; those beyond have four, and
    more than some 600 countries share codes of two letters. Our shapes refuse both.

    Args:
        shipped: A folder of data as we ship them.
        folder: An empty folder, or one to be made.
        statements: How many different statements are wanted.
        seed: Decides which countries come first, codes and the order of words.

    Raises:
        TooFew: The files that all countries share have more.
    """
    countries, shared = _read_templates(shipped)
    random.Random(seed).shuffle(countries)
    said = set(chain.from_iterable(template.triples for template in shared))
    if len(said) > statements:
        raise TooFew(f"What all countries share is {len(said)} statements already.")
    first = [*shared, *_until(statements, said, countries)]
    folder.mkdir(parents=True, exist_ok=True)
    for template in first:
        shutil.copyfile(shipped / f"{template.name}.ttl", folder / f"{template.name}.ttl")
    files, total = len(first), len(said)
    if total < statements:
        for copy in _copies(countries, shared, seed):
            copy.write(folder)
            files, total = files + 1, total + copy.new
            if total >= statements:
                break
    return Generated(folder, files, total)


def _until(statements: int, said: set[Any], countries: list[_Template]) -> Iterator[_Template]:
    """Give countries, and add what they say to what is said, until it is enough."""
    for template in countries:
        if len(said) >= statements:
            return
        said.update(template.triples)
        yield template


# -- templates: files we ship, with what is of a country in them marked ---------------------------


@dataclass(frozen=True, slots=True)
class _OfCountry:
    """An IRI that has a country's code in it, in three parts."""

    before: str
    code: str
    after: str


@dataclass(frozen=True, slots=True)
class _Code:
    """A literal that is a code of a country: `iso2`, `iso3` or `m49`."""

    kind: str
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class _Text:
    """A text about something that is of a country."""

    words: tuple[str, ...]
    language: str
    checksum: int


@dataclass(frozen=True, slots=True)
class _Template:
    """A file we ship.

    Attributes:
        triples: What it says, with `_OfCountry`, `_Code` and `_Text` where a
            copy says something else.
        own: Those that a copy says in its own way.
    """

    name: str
    triples: tuple[tuple[Any, Any, Any], ...]
    own: tuple[tuple[Any, Any, Any], ...]


def _read_templates(folder: Path) -> tuple[list[_Template], list[_Template]]:
    """Read the files of one country each, and the others."""
    contents = {path.stem: tuple(ox.parse(path=path)) for path in sorted(folder.glob("*.ttl"))}
    quads = chain.from_iterable(contents.values())
    known = {quad.object.value for quad in quads if quad.predicate == _ISO3}
    templates = [_template(name, said, known) for name, said in contents.items()]
    return (
        [template for template in templates if template.name in known],
        [template for template in templates if template.name not in known],
    )


def _template(name: str, said: tuple[ox.Quad, ...], known: set[str]) -> _Template:
    triples = tuple(_marked(quad, known) for quad in said)
    own = tuple(t for t in triples if type(t[0]) is _OfCountry or type(t[2]) is _OfCountry)
    return _Template(name, triples, own)


def _marked(quad: ox.Quad, known: set[str]) -> tuple[Any, Any, Any]:
    subject, obj = _marked_iri(quad.subject, known), _marked_iri(quad.object, known)
    if type(subject) is _OfCountry and type(obj) is ox.Literal:
        kind = quad.predicate.value.removeprefix(NAP)
        if kind in ("iso2", "iso3", "m49"):
            obj = _Code(kind, subject.code, obj.value)
        elif obj.language:
            text = obj.value
            obj = _Text(tuple(text.split(" ")), obj.language, zlib.crc32(text.encode()))
    return subject, quad.predicate, obj


def _marked_iri(term: Any, known: set[str]) -> Any:
    """Mark an IRI that is of a country; the League of Arab States' LAS is no country's code."""
    match = type(term) is ox.NamedNode and _WITH_CODE.fullmatch(term.value)
    return _OfCountry(*match.groups()) if match and match[2] in known else term


_ISO3 = ox.NamedNode(NAP.iso3)
_WITH_CODE = re.compile(f"({re.escape(ID)}[a-z-]+/|{re.escape(GRAPH)})([A-Z]{{3}})((?:-.*)?)")


# -- copies ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Codes:
    """The codes that a new country has."""

    iso3: str
    iso2: str
    m49: str


@dataclass(frozen=True, slots=True)
class _Copy:
    """A file to be written.

    Attributes:
        codes: The new codes of each country, by its own.
        new: How many statements no other file has.
    """

    name: str
    triples: tuple[tuple[Any, Any, Any], ...]
    codes: Mapping[str, _Codes]
    salt: int
    new: int

    def write(self, folder: Path) -> None:
        """Write the file."""
        triples = (ox.Triple(self.term(s), p, self.term(o)) for s, p, o in self.triples)
        ox.serialize(triples, folder / f"{self.name}.ttl", TURTLE, prefixes=PREFIXES)

    def term(self, term: Any) -> Any:
        """Give what stands in the copy in a term's place."""
        make = _MAKERS.get(type(term))
        return make(self, term) if make else term


def _copies(countries: list[_Template], shared: list[_Template], seed: int) -> Iterator[_Copy]:
    """Give the files to write, without end: in each round what describes the countries first."""
    chance = random.Random(f"{seed} codes")
    terms = [term for t in countries + shared for s, _, o in t.own for term in (s, o)]
    originals = sorted({term.code for term in terms if type(term) is _OfCountry})
    taken = {term.value for term in terms if type(term) is _Code}.union(originals)
    new_codes = _new_codes(taken, chance)
    several = [t for t in shared if any(type(s) is _OfCountry for s, _, _ in t.own)]
    for number in range(2, 1_000_000):
        codes = {original: next(new_codes) for original in originals}
        salt = zlib.crc32(f"{seed} {number}".encode())
        said: set[Any] = set()
        for template in several:
            new = len(set(template.own) - said)
            said.update(template.own)
            yield _Copy(f"{template.name}-{number}", template.own, codes, salt, new)
        order = countries.copy()
        chance.shuffle(order)
        for template in order:
            new = len(set(template.own) - said)
            said.update(template.own)
            yield _Copy(codes[template.name].iso3, template.triples, codes, salt, new)


def _new_codes(taken: set[str], chance: random.Random) -> Iterator[_Codes]:
    def free(alphabet: str, length: int) -> list[str]:
        codes = ("".join(letters) for letters in product(alphabet, repeat=length))
        return chance.sample(found := [code for code in codes if code not in taken], len(found))

    iso2, m49 = free(ascii_uppercase, 2), free(digits, 3)
    four_letters = ("".join(letters) for letters in product(ascii_uppercase, repeat=4))
    for n, iso3 in enumerate(chain(free(ascii_uppercase, 3), four_letters)):
        yield _Codes(iso3, iso2[n % len(iso2)], m49[n % len(m49)])


def _iri(copy: _Copy, term: _OfCountry) -> ox.NamedNode:
    return ox.NamedNode(f"{term.before}{copy.codes[term.code].iso3}{term.after}")


def _code(copy: _Copy, term: _Code) -> ox.Literal:
    return ox.Literal(getattr(copy.codes[term.code], term.kind))


def _text(copy: _Copy, term: _Text) -> ox.Literal:
    """Turn the words about and exchange two; name a short text's copy by a number."""
    words, count, chance = list(term.words), len(term.words), term.checksum ^ copy.salt
    if count < 4:
        return ox.Literal(f"{' '.join(words)} {chance % 1_000_000}", language=term.language)
    start, one, other = chance % count, (chance >> 10) % count, (chance >> 20) % count
    words = words[start:] + words[:start]
    words[one], words[other] = words[other], words[one]
    return ox.Literal(" ".join(words), language=term.language)


_MAKERS: dict[type, Callable[[_Copy, Any], Any]] = {_OfCountry: _iri, _Code: _code, _Text: _text}
