"""The plans of a country along the years, ready to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from napgraph.pages.plans import Plan, Standing, standing_of

# How many years a bar fades out over whose end no source gives.
_OPEN_YEARS = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """A plan on the line: its place in percent of the width.

    Attributes:
        is_open: Whether its end is not known, so that it fades out.
    """

    plan: Plan
    standing: Standing
    start: float
    width: float
    is_open: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Years between two plans in which there was none, both included."""

    first: int
    last: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A year marked below the line."""

    year: int
    place: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Plans along the years, oldest first; `today` is where the day stands, in percent."""

    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...]
    ticks: tuple[Tick, ...]
    today: float


def lay_out_timeline(plans: Sequence[Plan], day: date) -> Timeline | None:
    """Lay out plans whose years are known; None where there are none."""
    dated = sorted((p for p in plans if p.is_adopted and p.begins), key=lambda p: p.begins or 0)
    if not dated:
        return None
    first = min(p.begins or 0 for p in dated)
    last = max(day.year, *(_last_year(p, dated, day) for p in dated))
    scale = 100 / (last + 1 - first)

    def place(year: float) -> float:
        return round((year - first) * scale, 2)

    bars = tuple(
        Bar(
            plan,
            standing_of(plan, plans, day),
            place(plan.begins or first),
            round((_last_year(plan, dated, day) + 1 - (plan.begins or first)) * scale, 2),
            is_open=plan.ends is None,
        )
        for plan in dated
    )
    step = next(step for step in (1, 2, 5, 10, 20) if (last + 1 - first) / step <= 8)
    return Timeline(
        bars=bars,
        gaps=tuple(
            Gap(a, b, place(a), round((b + 1 - a) * scale, 2)) for a, b in _gaps(dated, day)
        ),
        ticks=tuple(Tick(y, place(y)) for y in range(first, last + 1, step)),
        today=place(day.year + (day.timetuple().tm_yday - 1) / 366),
    )


def _last_year(plan: Plan, plans: Sequence[Plan], day: date) -> int:
    """Give the last year that a plan's bar covers."""
    if plan.ends:
        return max(plan.ends, plan.begins or plan.ends)
    later = [p.begins for p in plans if (p.begins or 0) > (plan.begins or 0) and p.begins]
    if later:
        return min(later) - 1
    return max(day.year, (plan.begins or day.year) + _OPEN_YEARS)


def _gaps(plans: Sequence[Plan], day: date) -> list[tuple[int, int]]:
    """Find the years after a plan's end and before the next plan; up to the day after the last."""
    gaps, covered = [], 0
    for plan in plans:
        begins = plan.begins or 0
        if covered and begins > covered + 1:
            gaps.append((covered + 1, begins - 1))
        covered = max(covered, _last_year(plan, plans, day))
    if covered < day.year:
        gaps.append((covered + 1, day.year))
    return gaps
