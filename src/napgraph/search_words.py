"""Words as a search compares them: without case and accents, by their stems, and marked in texts.

The index and the query go through the same functions, so that whatever these do
to a word, both sides meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

# The languages whose words are also compared by their stems.
STEMMED = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french",
    "it": "italian", "pt": "portuguese", "ru": "russian",
}  # fmt: skip

# Words that say little: a query need not be matched in them while it has others.
_STOP_WORDS = (
    "a an and at by for from in is it of on or s the to was were with",
    "au aux d de des du en et l la le les ou par pour sur un une",
    "con del el las los o para por y",
    "في من على الى عن و او",
)
STOP_WORDS = frozenset(word for line in _STOP_WORDS for word in line.split())


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; `is_match` where it is a word that was looked for."""

    text: str
    is_match: bool = False


def words(text: str) -> list[str]:
    """Take a text apart into words as they are compared.

    Letters lose case and accents ("Ministère" gives "ministere"), Arabic ones also vowel marks
    and the forms of alef; letters of scripts without spaces stand alone.
    """
    return [word for surface in surfaces(text) for word in fold(surface)]


def surfaces(text: str) -> list[str]:
    """Take a text apart into words as they are written."""
    return _WORD.findall(_POSSESSIVE.sub("", text))


@lru_cache(65_536)
def fold(surface: str) -> tuple[str, ...]:
    """Write a word as it is compared; one with letters that each stand alone gives several."""
    if surface.isascii():
        return (surface.lower(),)
    plain = unicodedata.normalize("NFKD", surface.translate(_LETTERS).casefold()).casefold()
    bare = "".join(c for c in plain if unicodedata.category(c) not in ("Mn", "Cf"))
    return tuple(_ALONE_OR_RUN.findall(bare.translate(_LETTERS)))


class Stems:
    """Gives the stems of words; of one thread, for the library's stemmers are."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._stemmers = {tag: Stemmer.Stemmer(STEMMED[tag]) for tag in languages}

    def of(self, word: str) -> frozenset[str]:
        """Give a word's stems in all of the languages, for one whose language is not known."""
        if not word.isalpha() or len(word) < 3:
            return frozenset()
        return frozenset(stemmer.stemWord(word) for stemmer in self._stemmers.values())

    def in_language(self, word: str, tag: str) -> str:
        """Give a word's stem in a language; empty where we know none of its stems."""
        stemmer = self._stemmers.get(tag)
        return stemmer.stemWord(word) if stemmer and len(word) > 2 and word.isalpha() else ""


def mark(text: str, is_match: Callable[[str], bool]) -> tuple[Part, ...]:
    """Take a text apart into pieces, of which some are marked.

    Args:
        text: It, as it is written.
        is_match: Tells whether a word, as it is compared, was looked for.
    """
    return tuple(_joined(_pieces(text, is_match)))


def _pieces(text: str, is_match: Callable[[str], bool]) -> Iterator[Part]:
    end = 0
    for found in _WORD.finditer(text):
        yield Part(text[end : found.start()])
        yield Part(found[0], any(map(is_match, fold(found[0]))))
        end = found.end()
    yield Part(text[end:])


def _joined(parts: Iterable[Part]) -> Iterator[Part]:
    """Put neighbours that are both not marked together."""
    waiting = ""
    for part in parts:
        if not part.is_match:
            waiting += part.text
            continue
        if waiting:
            yield Part(waiting)
        yield part
        waiting = ""
    if waiting:
        yield Part(waiting)


# Marks that belong to the letter before them, of the scripts that write words with some.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u0900-\u0903\u093a-\u094f"
)
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")
_POSSESSIVE = re.compile(r"['’ʼ][sS]\b")
# Han and kana, written without spaces, and Thai: a query in them is a run of their letters.
_ALONE_OR_RUN = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]"
    "|[^\\W_\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+"
)
# Letters that Unicode does not decompose, and Arabic ones that are written one for the other.
_LETTERS = str.maketrans(
    {
        "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "đ": "d", "Đ": "d",
        "ł": "l", "Ł": "l", "ı": "i", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ħ": "h",
        "ŧ": "t", "ŋ": "n", "ə": "a", "Ə": "a", "ʼ": "", "’": "",
        "ٱ": "ا", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ـ": "",
        **{chr(start + n): str(n) for start in (0x660, 0x6F0) for n in range(10)},
    }
)  # fmt: skip
