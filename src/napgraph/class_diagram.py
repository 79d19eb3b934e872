"""A drawing of classes and the properties that link them: where each part of it goes.

Each class is a box with a row for each property that leads to another class.
The boxes stand in one column or in two with a channel between them. All rows
that lead to one class meet in a vertical line of the channel, which ends in an
arrow at the class. So no two lines have to be told apart by their slope, and a
drawing of any number of classes can be read.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Link:
    """A property that leads from a class to another.

    Attributes:
        label: What the property is called.
        language: Of the label.
        count: How many there may be of a thing: `0–1`.
        target: The key of the class it leads to.
    """

    label: str
    language: str
    count: str
    target: str


@dataclass(frozen=True, slots=True)
class Node:
    """A class.

    Attributes:
        key: What links call it, and the anchor of its explanation.
        notes: Short lines under its name.
    """

    key: str
    label: str
    language: str
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A property in a box; `y` is the middle of its first line."""

    lines: tuple[str, ...]
    link: Link
    y: int


@dataclass(frozen=True, slots=True)
class Box:
    """A class at its place; `x` and `y` are those of its upper left corner."""

    node: Node
    x: int
    y: int
    width: int
    height: int
    title: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Bus:
    """The vertical line of all links to one class.

    Attributes:
        target: The key of that class.
        x: Where it runs.
        top: Where it begins; and `bottom`, where it ends.
        arrow_x: Where its arrow touches the box, at the height `arrow_y`.
        starts: Where rows join it: the x of their boxes' edges, and their y.
        hue: A number from 0 to 3 that tells it from its neighbours.
    """

    target: str
    x: int
    top: int
    bottom: int
    arrow_x: int
    arrow_y: int
    starts: tuple[tuple[int, int], ...]
    hue: int


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing, in units of one pixel; text is 14 high and its line `LINE`."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    buses: tuple[Bus, ...]


LINE = 22
_GAP = 12
_PADDING = 10
_TRACK = 14
# How wide letters are on average: of plain text, and of the bold names of classes.
_LETTER = 7.4
_BOLD_LETTER = 8.2
_COUNT_WIDTH = 40


def draw(nodes: Sequence[Node], *, width: int, columns: int) -> Diagram:
    """Lay out classes in one column or two.

    Args:
        nodes: The classes; links to others than these are left out.
        width: Of the whole drawing.
        columns: 1 or 2.
    """
    keys = {node.key for node in nodes}
    drawn = _in_order(
        replace(node, links=tuple(link for link in node.links if link.target in keys))
        for node in nodes
    )
    tracks = 1
    while True:
        box_width = (width - _TRACK * (tracks + 2)) // columns
        boxes = _place(drawn, box_width, width, columns)
        buses, used = _route(boxes, left=box_width)
        if used <= tracks:
            height = max((box.y + box.height for box in boxes), default=0) + 1
            return Diagram(width, height, tuple(boxes), tuple(buses))
        tracks = used


def _in_order(nodes: Iterable[Node]) -> list[Node]:
    """Put classes before those that they lead to, as far as they do not lead in a circle."""
    left = {node.key: node for node in sorted(nodes, key=lambda node: (-len(node.links), node.key))}
    linked = {link.target for node in left.values() for link in node.links}
    alone = [node for key, node in left.items() if not node.links and key not in linked]
    for node in alone:
        del left[node.key]
    ordered: list[Node] = []
    while left:
        led_to = {
            link.target for node in left.values() for link in node.links if link.target != node.key
        }
        key = next((key for key in left if key not in led_to), next(iter(left)))
        ordered.append(left.pop(key))
    return [*ordered, *alone]


def _place(nodes: Sequence[Node], box_width: int, width: int, columns: int) -> list[Box]:
    """Fill the columns from the top, the first with at least half of the whole height."""
    heights = [_box(node, 0, 0, box_width).height + _GAP for node in nodes]
    boxes: list[Box] = []
    x, y, half = 1, 1, sum(heights) / columns
    for node, height in zip(nodes, heights, strict=True):
        if columns == 2 and x == 1 and y + height / 2 > half:
            # Half a line lower, so that no two rows of the columns are level.
            x, y = width - box_width - 1, 1 + LINE // 2
        boxes.append(_box(node, x, y, box_width))
        y += height
    return boxes


def _box(node: Node, x: int, y: int, width: int) -> Box:
    text_width = width - 2 * _PADDING
    title = _wrap(node.label, text_width, _BOLD_LETTER)
    notes = tuple(line for note in node.notes for line in _wrap(note, text_width, _LETTER))
    row_y = y + _PADDING // 2 + LINE * (len(title) + len(notes)) + LINE // 2
    rows = []
    for link in node.links:
        lines = _wrap(link.label, text_width - _COUNT_WIDTH, _LETTER)
        rows.append(Row(lines, link, row_y))
        row_y += LINE * len(lines)
    height = row_y - LINE // 2 + _PADDING // 2 - y
    return Box(node, x, y, width, height, title, notes, tuple(rows))


def _wrap(text: str, width: float, letter: float) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, max(8, int(width / letter)))) or ("",)


@dataclass
class _Wiring:
    """A bus before it has its place in the channel."""

    target: Box
    starts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def arrow_y(self) -> int:
        return self.target.y + _PADDING // 2 + LINE // 2

    @property
    def span(self) -> tuple[int, int]:
        levels = [self.arrow_y, *(y for _, y in self.starts)]
        return min(levels), max(levels)


def _route(boxes: Sequence[Box], *, left: int) -> tuple[list[Bus], int]:
    """Give each class that is led to a line of the channel, short ones next to the left boxes.

    Returns:
        The lines, and how many stand beside each other.
    """
    wirings: dict[str, _Wiring] = {}
    by_key = {box.node.key: box for box in boxes}
    for box in boxes:
        for row in box.rows:
            wiring = wirings.setdefault(row.link.target, _Wiring(by_key[row.link.target]))
            wiring.starts.append((_edge(box), row.y))
    tracks: list[list[tuple[int, int]]] = []
    buses = []
    for key, wiring in sorted(wirings.items(), key=lambda pair: _length(pair[1].span)):
        track = _free_track(tracks, wiring.span)
        top, bottom = wiring.span
        buses.append(
            Bus(
                target=key,
                x=left + _TRACK * (track + 1) + _TRACK // 2,
                top=top,
                bottom=bottom,
                arrow_x=_edge(wiring.target),
                arrow_y=wiring.arrow_y,
                starts=tuple(wiring.starts),
                hue=track % 4,
            )
        )
    return buses, len(tracks)


def _edge(box: Box) -> int:
    """Find the edge of a box that faces the channel."""
    return box.x + box.width if box.x == 1 else box.x


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _free_track(tracks: list[list[tuple[int, int]]], span: tuple[int, int]) -> int:
    """Find the first track on which a span touches no other, and put it there."""
    for number, spans in enumerate(tracks):
        if all(span[1] + LINE < top or bottom + LINE < span[0] for top, bottom in spans):
            spans.append(span)
            return number
    tracks.append([span])
    return len(tracks) - 1
