"""Which sentences of an older and a newer list say the same, by their words alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from itertools import product


class Sureness(StrEnum):
    """How sure it is that two sentences are the same one: to the letter, by most words, perhaps."""

    SAME_WORDS = "same-words"
    LIKELY = "likely"
    PERHAPS = "perhaps"


# From which likeness on two sentences are taken for one, found by reading all pairs of objectives
# of consecutive plans: above the first nearly all are, above the second many under one pillar.
LIKELY, PERHAPS = 0.55, 0.40


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, its language, and what it belongs to: the keys of pillars."""

    text: str
    language: str = ""
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of the older list and one of the newer, by their places, from 0 on."""

    older: int
    newer: int
    likeness: float
    sureness: Sureness


@dataclass(frozen=True, slots=True)
class Words:
    """Words of a sentence: `kept`, `dropped` or `added`."""

    kind: str
    text: str


def match(older: Sequence[Sentence], newer: Sequence[Sentence]) -> tuple[Pair, ...]:
    """Pair the sentences of two lists, each with one other at most, the likest first.

    Returns:
        The pairs, in the order of the newer list.
    """
    candidates = [
        pair
        for (i, before), (j, after) in product(enumerate(older), enumerate(newer))
        if (pair := _pair(i, before, j, after))
    ]
    candidates.sort(key=lambda pair: (-pair.likeness, pair.newer, pair.older))
    taken: dict[int, Pair] = {}
    left = set(range(len(older)))
    for pair in candidates:
        if pair.older in left and pair.newer not in taken:
            taken[pair.newer] = pair
            left.remove(pair.older)
    return tuple(taken[place] for place in sorted(taken))


@lru_cache(maxsize=4_096)
def likeness(one: str, other: str) -> float:
    """Say how like two sentences are, from 0 to 1, the same either way.

    Half of it is how many words stand in the same order, half how many of the longer words they
    share; these count as the same if they begin alike, so that "protect" is like "protection".
    """
    first, second = sorted((words(one), words(other)))
    in_order = SequenceMatcher(None, first, second, autojunk=False).ratio()
    stems = [{word[:6] for word in said if len(word) > 3} for said in (first, second)]
    total = len(stems[0]) + len(stems[1])
    shared = 2 * len(stems[0] & stems[1]) / total if total else in_order
    return (in_order + shared) / 2


def words(text: str) -> list[str]:
    """Split a sentence into words, without capitals and punctuation."""
    return re.findall(r"\w+", text.casefold())


def changed_words(older: str, newer: str) -> tuple[Words, ...]:
    """Say which words of a sentence were kept, dropped and added, in the order of reading.

    Those kept are written as the newer sentence has them.
    """
    before, after = (re.findall(r"\S+\s*", text) for text in (older, newer))
    matcher = SequenceMatcher(
        None, [_plain(w) for w in before], [_plain(w) for w in after], autojunk=False
    )
    return tuple(_changes(matcher, before, after))


def _changes(matcher: SequenceMatcher[str], before: list[str], after: list[str]) -> Iterator[Words]:
    for kind, i, i_end, j, j_end in matcher.get_opcodes():
        if kind == "equal":
            yield Words("kept", "".join(after[j:j_end]))
            continue
        if i < i_end:
            yield Words("dropped", "".join(before[i:i_end]))
        if j < j_end:
            yield Words("added", "".join(after[j:j_end]))


def _plain(word: str) -> str:
    return "".join(words(word)) or word.strip()


def _pair(i: int, before: Sentence, j: int, after: Sentence) -> Pair | None:
    if before.language != after.language:
        return None
    if words(before.text) == words(after.text):
        return Pair(i, j, 1.0, Sureness.SAME_WORDS)
    like = likeness(before.text, after.text)
    if like >= LIKELY:
        return Pair(i, j, like, Sureness.LIKELY)
    if like >= PERHAPS and before.subjects & after.subjects:
        return Pair(i, j, like, Sureness.PERHAPS)
    return None
