"""The headers that answers have, as rules: what alike addresses share, and who differs.

An address stands with a letter before it for what is done there: `F/…` a file
is given, `N/…` one of several by what the client accepts, `R/…` it leads on.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from napgraph.twin.answers import Answer
from napgraph.twin.places import likeness_of, templated

FILE, NEGOTIATED, REDIRECT = "F", "N", "R"

# What a file server says by itself, or another part of its rules has it say.
_BY_ITSELF = frozenset(
    ("accept-ranges", "content-length", "content-type", "date", "etag", "last-modified", "location")
)

Values = tuple[tuple[str, str], ...]


@dataclass
class Observed:
    """The headers of some answers: for each group, the values seen and whose they were."""

    groups: dict[str, dict[Values, list[str]]] = field(default_factory=dict)

    def note(self, kind: str, place: str, answer: Answer, *, without: Collection[str] = ()) -> None:
        """Take note of the headers of an answer that a place will have."""
        like = likeness_of(f"{kind}{place}")
        values = tuple(
            (name, templated(value, like.name))
            for name, value in answer.headers
            if (lower := name.lower()) not in _BY_ITSELF and lower not in without
        )
        self.groups.setdefault(like.group, {}).setdefault(values, []).append(like.name)

    def add(self, other: Observed) -> None:
        """Take note of what was observed elsewhere."""
        for group, seen in other.groups.items():
            mine = self.groups.setdefault(group, {})
            for values, names in seen.items():
                mine.setdefault(values, []).extend(names)


@dataclass(frozen=True)
class HeaderRules:
    """What to send where.

    Attributes:
        everywhere: Headers that all answers have.
        shared: By header and group, the value that most of the group have;
            `{}` stands for the name in it.
        own: By header and address, the value of those that have another one;
            empty where they have none.
    """

    everywhere: Mapping[str, str]
    shared: Mapping[str, Mapping[str, str]]
    own: Mapping[str, Mapping[str, str]]

    def some(self, key: str, headers: Iterable[str]) -> dict[str, str]:
        """Give those of some headers that an address has."""
        like = likeness_of(key)
        found = {}
        for header in headers:
            value = self.everywhere.get(header) or self.own.get(header, {}).get(key)
            if value is None:
                value = self.shared.get(header, {}).get(like.group, "").replace("{}", like.name)
            if value:
                found[header] = value
        return found


def make_rules(observed: Observed) -> HeaderRules:
    """Find the rules that give each address what was observed there."""
    shared: dict[str, dict[str, str]] = defaultdict(dict)
    own: dict[str, dict[str, str]] = defaultdict(dict)
    for group, seen in observed.groups.items():
        merged = [(_merged(values), names) for values, names in seen.items()]
        for header in sorted({header for values, _ in merged for header in values}):
            counts: Counter[str] = Counter()
            for values, names in merged:
                counts[values.get(header, "")] += len(names)
            most = counts.most_common(1)[0][0]
            shared[header][group] = most
            for values, names in merged:
                value = values.get(header, "")
                if value != most:
                    own[header].update(_exceptions(group, names, value))
    everywhere = dict(_constants(shared, own, observed))
    return HeaderRules(
        everywhere,
        {header: groups for header, groups in shared.items() if header not in everywhere},
        own,
    )


def _merged(values: Values) -> dict[str, str]:
    merged: dict[str, str] = {}
    for name, value in values:
        merged[name] = f"{merged[name]}, {value}" if name in merged else value
    return merged


def _exceptions(group: str, names: Iterable[str], value: str) -> Iterator[tuple[str, str]]:
    before, _, after = group.rpartition("*")
    for name in names:
        yield f"{before}{name}{after}" if name else group, value.replace("{}", name)


def _constants(
    shared: Mapping[str, Mapping[str, str]],
    own: Mapping[str, Mapping[str, str]],
    observed: Observed,
) -> Iterator[tuple[str, str]]:
    for header, groups in shared.items():
        if (
            header not in own
            and len(groups) == len(observed.groups)
            and len(set(groups.values())) == 1
        ):
            yield header, next(iter(groups.values()))
