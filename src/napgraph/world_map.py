"""The world's states as outlines that a page can draw, by their ISO 3166-1 alpha-3 codes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Outline:
    """A state on a map, in whole units.

    Attributes:
        path: Its shape, as SVG writes paths; empty where it has none at this scale.
        circle: The centre of the circle to point at it by; None where its shape is large enough.
    """

    path: str
    circle: tuple[int, int] | None = None


@dataclass(frozen=True)
class Drawing:
    """A part of the world, with what is in it by alpha-3 code, states and other areas alike."""

    width: int
    height: int
    outlines: Mapping[str, Outline]


@dataclass(frozen=True)
class WorldMap:
    """The world, and Europe larger, where states lie too close to be told apart."""

    world: Drawing
    europe: Drawing

    def to_json(self) -> str:
        """Write it so that `from_json` gives it back."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> WorldMap:
        """Read what `to_json` wrote."""
        read: dict[str, Any] = json.loads(text)
        return cls(**{part: _drawing(said) for part, said in read.items()})


@dataclass(frozen=True, slots=True)
class Mark:
    """How a page shows a state on the map.

    Attributes:
        group: How it is filled: one of the six states of plans, as `in-force`, or a shade from
            `shade-1` to `shade-5`.
        label: What it says: "Mali: ended 2023".
        href: Where it leads; empty for nowhere.
    """

    group: str
    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A way in which states are filled, what it means, and of how many states it is said."""

    group: str
    words: str
    count: int
    href: str = ""


def _drawing(said: Mapping[str, Any]) -> Drawing:
    outlines = {
        code: Outline(outline["path"], outline["circle"] and tuple(outline["circle"]))
        for code, outline in said["outlines"].items()
    }
    return Drawing(said["width"], said["height"], outlines)
