"""The map shows each state once, large or as a circle, in whole units, and is kept as it was."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from napgraph.boundaries import Boundaries, find_boundaries
from napgraph.map_drawing import draw_world_map
from napgraph.world_map import Drawing, LegendLine, Mark, Outline, WorldMap

Corners = list[tuple[float, float]]

# Rings go round as a clock does, seen from above, which is how d3-geo tells inside from outside.
LARGE: Corners = [(0, 0), (0, 20), (20, 20), (20, 0), (0, 0)]
SMALL: Corners = [(30, 0), (30, 1), (31, 1), (31, 0), (30, 0)]
NORTH: Corners = [(45, 10), (48, 10)]
SOUTH: Corners = [(48, 10), (48, 0), (45, 0), (45, 10)]
FAR_NORTH: Corners = [(48, 10), (45, 10), (45, 15), (48, 15), (48, 10)]
POLE: Corners = [(0, -80), (0, -70), (20, -70), (20, -80), (0, -80)]
ISLAND: Corners = [(-30, 5), (-30, 5.1), (-29.9, 5.1), (-29.9, 5), (-30, 5)]
NEAR_THE_EDGE: Corners = [(-168, -9), (-168, -8.9), (-167.9, -8.9), (-167.9, -9), (-168, -9)]


def topology(**shapes: list[list[int]]) -> dict[str, Any]:
    """Give shapes by code, each with the arcs of its pieces, as TopoJSON."""
    geometries = [
        {"type": "MultiPolygon", "arcs": [[ring] for ring in rings], "properties": {"a3": code}}
        for code, rings in shapes.items()
    ]
    countries = {"type": "GeometryCollection", "geometries": geometries}
    arcs = [LARGE, SMALL, NORTH, SOUTH, [*FAR_NORTH[1:]], POLE, ISLAND, NEAR_THE_EDGE]
    return {"type": "Topology", "objects": {"countries": countries}, "arcs": arcs}


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> Boundaries:
    """Write boundaries of some states of our own making."""
    folder = tmp_path_factory.mktemp("boundaries")
    shared = {"AAA": [[0]], "BBB": [[1]], "SOM": [[2, 3]], "SOL": [[-3, 4]], "CYP": [], "CYN": []}
    coarse = topology(**shared, ATA=[[5]])
    fine = topology(**shared, CCC=[[6], [7]])
    (folder / "world-110m.json").write_text(json.dumps(coarse))
    (folder / "world-50m.json").write_text(json.dumps(fine))
    found = find_boundaries(folder)
    assert found
    return found


@pytest.fixture(scope="module")
def world_map(boundaries: Boundaries) -> WorldMap:
    """Draw these states."""
    return draw_world_map(boundaries)


def test_states(world_map: WorldMap) -> None:
    """Antarctica is left out, and so is what the United Nations count to another state."""
    assert ["AAA", "BBB", "CCC", "SOM"] == list(world_map.world.outlines)


def test_large_state_is_a_shape(world_map: WorldMap) -> None:
    """A large state is a closed line of whole units, and no circle points at it."""
    outline = world_map.world.outlines["AAA"]

    assert outline.circle is None
    assert re.fullmatch(r"M\d+ \d+l(-?\d+[ -]\d+ ?-?)+.*z", outline.path)


def test_small_state_is_a_shape_with_a_circle(world_map: WorldMap) -> None:
    """A circle points at the middle of a small state; 31° E lies 20° to the right of the middle."""
    outline = world_map.world.outlines["BBB"]
    assert outline.circle

    assert outline.path
    assert abs(outline.circle[0] - 534) <= 1
    assert abs(outline.circle[1] - 241) <= 1


def test_state_without_a_shape_is_a_circle(world_map: WorldMap) -> None:
    """A state that only the fine boundaries have is a circle, where its largest piece is."""
    outline = world_map.world.outlines["CCC"]
    assert outline.circle

    assert "" == outline.path
    assert 340 < outline.circle[0] < 375


def test_parts_of_a_state_are_one_piece(world_map: WorldMap) -> None:
    """What two shapes have in common is no boundary where they are one state."""
    path = world_map.world.outlines["SOM"].path

    assert 1 == path.count("M")
    assert 54 == _height(path)  # both, from the equator to 15° N


def test_same_boundaries_are_drawn_alike(boundaries: Boundaries, world_map: WorldMap) -> None:
    """Drawing is repeatable, and what is kept is read back as it was."""
    assert world_map == draw_world_map(boundaries)
    assert world_map == WorldMap.from_json(world_map.to_json())


def test_no_boundaries(tmp_path: Path) -> None:
    """Without one of the two files there is nothing to draw from."""
    (tmp_path / "world-110m.json").write_text("{}")

    assert find_boundaries(tmp_path) is None


# -- on a page ---------------------------------------------------------------------------------

MARKS = {
    "AAA": Mark("ended", "A & co: ended 2023", "/doc/country/AAA"),
    "BBB": Mark("none", "B: no plan found"),
}
LEGEND = (LegendLine("ended", "Ended", 1, "/plans?state=ended"), LegendLine("none", "None", 1))
PAGE = """{% from "world_map.html" import world_map with context %}
{{ world_map(map, marks, legend, "States") }}"""


def render(app: Flask, drawn: WorldMap | None) -> str:
    """Draw the map on a page."""
    with app.test_request_context("/"):
        return render_template_string(PAGE, map=drawn, marks=MARKS, legend=LEGEND)


def test_state_is_a_link_with_a_name(client: FlaskClient, world_map: WorldMap) -> None:
    """A state leads to its page and says what the page says; one without a page does not."""
    page = render(client.application, world_map)

    assert '<a href="/doc/country/AAA"><title>A &amp; co: ended 2023</title>' in page
    assert "<g><title>B: no plan found</title>" in page


def test_area_without_a_record_has_no_name(client: FlaskClient, world_map: WorldMap) -> None:
    """What has no mark is one shape of land, and no circle is drawn for it."""
    page = render(client.application, world_map)

    assert f'<path class="map-land" d="{world_map.world.outlines["SOM"].path}"/>' in page
    assert "" == world_map.world.outlines["CCC"].path
    assert 1 == page.count('r="3"') + page.count('r="5"')


def test_europe_is_not_reached_twice(client: FlaskClient) -> None:
    """Links of the larger Europe repeat those of the world: the keyboard passes them by."""
    europe = Drawing(10, 10, {"AAA": Outline("M0 0l1 0 0 1z")})
    page = render(client.application, WorldMap(europe, europe))

    assert ["", ' tabindex="-1"'] == re.findall('<a href="/doc/country/AAA"([^>]*)>', page)


def test_legend_counts(client: FlaskClient, world_map: WorldMap) -> None:
    """The legend says how many states are filled in each way, and leads to them."""
    page = render(client.application, world_map)

    assert '<a href="/plans?state=ended">Ended</a> <b>1</b>' in page


def test_no_map(client: FlaskClient) -> None:
    """Without a map the page has nothing of it."""
    assert "" == render(client.application, None).strip()


def _height(path: str) -> int:
    """Say how high a path is that `_write_piece` wrote."""
    start, steps = path[1:-1].split("l")
    numbers = [int(n) for n in re.findall(r"-?\d+", steps)]
    y = int(start.split()[1])
    heights = [y]
    for step in numbers[1::2]:
        y += step
        heights.append(y)
    return max(heights) - min(heights)
