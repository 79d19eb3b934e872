"""Lines on logarithmic axes, as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Line:
    """What one engine needs for each number of statements."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One kind of cost."""

    title: str
    lines: Sequence[Line]


def draw(path: Path, title: str, panels: Sequence[Panel]) -> None:
    """Draw panels beside and below each other; the same numbers give the same file."""
    with mpl.rc_context({"svg.hashsalt": "napgraph", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 3.2 * ((len(panels) + 1) // 2)), layout="constrained")
        figure.suptitle(title)
        for place, panel in enumerate(panels, 1):
            axes = figure.add_subplot((len(panels) + 1) // 2, 2, place)
            axes.set_title(panel.title, fontsize="medium")
            axes.set_xlabel("statements")
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.grid(visible=True, which="major", alpha=0.4)
            for line, mark in zip(panel.lines, "osD^", strict=False):
                axes.plot(*zip(*line.points, strict=True), marker=mark, label=line.name)
            axes.legend(fontsize="small")
        figure.savefig(path, format="svg", metadata={"Date": None})
