"""The drawing of classes: nothing lies on anything else, whatever the classes."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from napgraph.class_diagram import LINE, Box, Diagram, Link, Node, draw

PLAN = Node("Plan", "Action plan", "en", links=(Link("country", "en", "0–1", "Country"),))
OBJECTIVE = Node("Objective", "Objective", "en", links=(Link("plan", "en", "1", "Plan"),))
COUNTRY = Node("Country", "Country", "en")
KEYS = "ABCDEFGHIJ"


@st.composite
def classes(draw_from: st.DrawFn) -> list[Node]:
    """Make up to ten classes with up to four links each."""
    keys = KEYS[: draw_from(st.integers(0, len(KEYS)))]
    labels = st.text("abc ", min_size=1, max_size=60)
    links = st.builds(Link, labels, st.just("en"), st.just("0–n"), st.sampled_from(keys or "A"))
    lists = st.lists(links, max_size=4).map(tuple)
    return [Node(key, draw_from(labels), "en", links=draw_from(lists)) for key in keys]


def apart(one: Box, other: Box) -> bool:
    """Tell whether two boxes share no point."""
    return (
        one.x + one.width < other.x
        or other.x + other.width < one.x
        or one.y + one.height < other.y
        or other.y + other.height < one.y
    )


def drawn(columns: int, *nodes: Node) -> Diagram:
    """Draw classes in a width that fits the number of columns."""
    return draw(nodes, width=336 * columns, columns=columns)


@pytest.mark.parametrize("columns", [1, 2])
@given(nodes=classes())
def test_boxes_are_apart_and_inside(columns: int, nodes: list[Node]) -> None:
    """Every class has a box of its own within the drawing."""
    diagram = drawn(columns, *nodes)

    assert {node.key for node in nodes} == {box.node.key for box in diagram.boxes}
    assert all(apart(one, other) for one, other in combinations(diagram.boxes, 2))
    assert all(
        0 < box.x and box.x + box.width < diagram.width and box.y + box.height < diagram.height
        for box in diagram.boxes
    )


@pytest.mark.parametrize("columns", [1, 2])
@given(nodes=classes())
def test_lines_run_in_the_channel(columns: int, nodes: list[Node]) -> None:
    """Each row that leads somewhere starts on the line to its class, beside all boxes."""
    diagram = drawn(columns, *nodes)
    buses = {bus.target: bus for bus in diagram.buses}
    rows = [(box, row) for box in diagram.boxes for row in box.rows]

    assert sum(len(bus.starts) for bus in diagram.buses) == len(rows)
    assert all(
        buses[row.link.target].top <= row.y <= buses[row.link.target].bottom for _, row in rows
    )
    assert all(
        not box.x <= bus.x <= box.x + box.width for box in diagram.boxes for bus in diagram.buses
    )


@pytest.mark.parametrize("columns", [1, 2])
@given(nodes=classes())
def test_lines_do_not_meet(columns: int, nodes: list[Node]) -> None:
    """Lines to two classes on the same track do not touch."""
    buses = sorted(drawn(columns, *nodes).buses, key=lambda bus: (bus.x, bus.top))

    assert all(one.x < other.x or one.bottom + LINE < other.top for one, other in pairwise(buses))


def test_classes_stand_before_those_they_lead_to() -> None:
    """One reads from what points to what is pointed at."""
    boxes = drawn(1, COUNTRY, PLAN, OBJECTIVE).boxes

    assert ["Objective", "Plan", "Country"] == [box.node.key for box in boxes]
    assert sorted(box.y for box in boxes) == [box.y for box in boxes]


def test_links_to_classes_that_are_not_drawn_are_left_out() -> None:
    """A line needs both ends."""
    (box,) = drawn(2, OBJECTIVE).boxes

    assert () == box.rows
    assert () == drawn(2, OBJECTIVE).buses


def test_circles_are_drawn() -> None:
    """Classes may lead to each other and to themselves."""
    first = Node("A", "A", "en", links=(Link("b", "en", "1", "B"), Link("a", "en", "1", "A")))
    second = Node("B", "B", "en", links=(Link("a", "en", "1", "A"),))

    assert {"A", "B"} == {bus.target for bus in drawn(1, first, second).buses}


def test_long_names_take_several_lines() -> None:
    """A name that is wider than its box is broken between words."""
    long = Node("A", "Participation d'une partie prenante", "fr")
    (box,) = drawn(1, long).boxes

    assert ("Participation d'une partie", "prenante") == box.title
    assert box.height > 2 * LINE
