"""How numbers are drawn: Vega-Lite specifications, by altair.

Colours name the custom properties of pages, each with what it is where there are none, so that
one picture follows light and dark on a page and keeps its own colours as a file. Bars begin at
zero. Lines join measured dates only. What a line or panel is about stands at it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from napgraph.charts.numbers import Value

Drawn = alt.Chart | alt.LayerChart | alt.FacetChart

_WIDE = 500
_PAGE, _INK, _INK_2 = "var(--page, #FBFAF7)", "var(--ink, #1B2430)", "var(--ink-2, #4A5361)"
_EDGE, _LINE = "var(--edge, #7D766B)", "var(--line, #DAD5CA)"
_COLOURS = ("var(--c1, #124E8C)", "var(--c2, #84122B)", "var(--c3, #BC7E37)", "var(--c4, #2B99A5)")
_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_SHAPES = ("circle", "square", "triangle-up", "diamond")
_SHADES = (
    "var(--shade-1, #DCEBE7)",
    "var(--shade-2, #A9D0C8)",
    "var(--shade-3, #6DAEA3)",
    "var(--shade-4, #2F857A)",
    "var(--shade-5, #0B5A52)",
)
_WHOLE = ",.0f"
_STEPS = (10, 25, 45, 65)
_FONT = "Segoe UI, Roboto, Noto Sans, Liberation Sans, Noto Sans Arabic, Arial, sans-serif"


def specification(chart: Drawn) -> dict[str, Any]:
    """Write a chart as Vega-Lite, in the look of all."""
    axis = alt.AxisConfig(
        labelColor=_INK_2, labelFontSize=14, labelLimit=0, domainColor=_EDGE, tickColor=_EDGE,
        gridColor=_LINE, titleColor=_INK_2, titleFontSize=14, titleFontWeight="normal",
    )  # fmt: skip
    configured = chart.configure(
        aria=False,
        background=_PAGE,
        font=_FONT,
        padding=4,
        axis=axis,
        axisY=alt.AxisConfig(domain=False, ticks=False),
        axisX=alt.AxisConfig(grid=False, ticks=False),
        header=alt.HeaderConfig(
            labelColor=_INK, labelFontSize=14, labelAnchor="start", labelLimit=0, title=None
        ),
        view=alt.ViewConfig(stroke=None),
        bar=alt.BarConfig(color=_COLOURS[0]),
        text=alt.MarkConfig(color=_INK, fontSize=14),
    )
    return dict(configured.to_dict(validate=False))


def bars_by_year(values: Sequence[Value], width: int, *, of: str) -> Drawn:
    """Draw a bar for each year, and say how high the first of the highest is."""
    base = _chart(values, width - 48, 200).encode(
        x=_years(values, width), y=alt.Y(f"{of}:Q", title=None, axis=_few_ticks())
    )
    highest = max(values, key=lambda value: value[of] or 0)
    labels = base.properties(data=alt.InlineData(values=[highest])).mark_text(dy=-8)
    return alt.layer(base.mark_bar(), labels.encode(text=f"{of}:Q"))


def lines(values: Sequence[Value], width: int) -> Drawn:
    """Draw a line for each country through what is known, named at its first point."""
    names = list(dict.fromkeys(str(value["name"]) for value in values))
    firsts = [next(v for v in values if v["name"] == name) for name in names]
    base = _chart(values, width - 64, 320).encode(
        x=_days(width),
        y=_people(),
        color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=names, range=_COLOURS)),
    )
    drawn = base.mark_line().encode(
        strokeDash=alt.StrokeDash(
            "name:N", legend=None, scale=alt.Scale(domain=names, range=_DASHES)
        )
    )
    points = base.mark_point(filled=True, size=55, opacity=1).encode(
        shape=alt.Shape("name:N", legend=None, scale=alt.Scale(domain=names, range=_SHAPES))
    )
    labels = base.properties(data=alt.InlineData(values=firsts)).encode(text="name:N")
    return alt.layer(drawn, points, _with_halo(labels, align="left", dy=-14))


def line(values: Sequence[Value], width: int) -> Drawn:
    """Draw one country's line; say the numbers at its ends."""
    base = _chart(values, width - 64, 200).encode(x=_days(width), y=_people())
    drawn = base.mark_line(color=_COLOURS[0]) + base.mark_point(
        filled=True, size=55, opacity=1, color=_COLOURS[0]
    )
    text = base.encode(text=alt.Text("people:Q", format=_WHOLE))
    first = text.properties(data=alt.InlineData(values=[values[0]]))
    last = text.properties(data=alt.InlineData(values=[values[-1]]))
    return alt.layer(
        drawn,
        _with_halo(first, align="left", dy=-14),
        _with_halo(last, align="right", dy=-14),
    )


def ranges(values: Sequence[Value], width: int) -> Drawn:
    """Draw a bar for each country's share, and say of how many."""
    said = [{**v, "words": f"{v['percent']:g} % ({v['women']}/{v['people']})"} for v in values]
    rows = _Rows(said, width, beside=330, above=140)
    base = rows.chart().encode(x=alt.X("percent:Q", title=None, axis=None))
    labels = base.mark_text(align="left", dx=4, dy=rows.down).encode(text="words:N")
    return rows.named(base.mark_bar(height=16, yOffset=rows.down), labels)


def panels_by_year(values: Sequence[Value], width: int, *, of: str, unit: str = "") -> Drawn:
    """Draw a panel of bars for each kind, in the order of their places."""
    names = list(dict.fromkeys(str(value["name"]) for value in values))
    columns = 2 if width > _WIDE else 1
    inner = (width - 64 - 40 * (columns - 1)) // columns
    base = _chart(values, inner, 110).mark_bar()
    panel = base.encode(
        x=_years(values, inner),
        y=alt.Y(f"{of}:Q", title=None, axis=_few_ticks(unit)),
        facet=alt.Facet("name:N", columns=columns, sort=names, spacing=20, title=None),
    )
    resolved: Drawn = panel.resolve_axis(x="independent")
    return resolved


def shares_by_span(values: Sequence[Value], width: int) -> Drawn:
    """Draw a table of shares, a row for each theme, shaded in five steps."""
    rows = _Rows(values, width, beside=330, above=20)
    axis = alt.Axis(orient="top", labelAngle=0, domain=False)
    base = rows.chart().encode(x=alt.X("span:O", title=None, axis=axis))
    height = {"band": 0.5} if rows.is_narrow else alt.Undefined
    cells = base.mark_rect(stroke=_PAGE, height=height, yOffset=rows.down).encode(
        color=alt.Color(
            "percent:Q",
            legend=None,
            scale=alt.Scale(type="threshold", domain=list(_STEPS), range=list(_SHADES)),
        )
    )
    labels = base.mark_text(dy=rows.down).encode(
        text=alt.Text("percent:Q"),
        color=alt.condition(alt.datum.percent >= _STEPS[2], alt.value(_PAGE), alt.value(_INK)),
    )
    return rows.named(cells, labels)


def points_by_year(values: Sequence[Value], width: int) -> Drawn:
    """Draw a point for the first year of each theme, and say which it is."""
    rows = _Rows(values, width, beside=330, above=30)
    axis = alt.Axis(format="d", tickCount=5, grid=True)
    base = rows.chart().encode(
        x=alt.X(
            "year:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=24), axis=axis
        )
    )
    labels = base.mark_text(align="left", dx=9, dy=rows.down).encode(text="year:Q")
    points = base.mark_point(filled=True, size=70, opacity=1, color=_COLOURS[0], yOffset=rows.down)
    return rows.named(points, labels)


class _Rows:
    """A row for each name, which is beside it where there is room, else above.

    Args:
        values: What is drawn; each has a name.
        width: Of the whole picture.
        beside: How much of it names and what else is not drawn to scale take up.
        above: The same, where the names are above.
    """

    def __init__(self, values: Sequence[Value], width: int, *, beside: int, above: int) -> None:
        self._values = list(values)
        self.is_narrow = width <= _WIDE
        self._width = width - (above if self.is_narrow else beside)
        self.down = 10 if self.is_narrow else 0

    def chart(self) -> alt.Chart:
        """Begin a chart with these rows."""
        names = list(dict.fromkeys(str(value["name"]) for value in self._values))
        axis = None if self.is_narrow else alt.Axis(domain=False)
        step = alt.Step(46 if self.is_narrow else 25)
        return alt.Chart(
            alt.InlineData(values=self._values), width=self._width, height=step
        ).encode(y=alt.Y("name:N", title=None, sort=names, axis=axis))

    def named(self, *layers: alt.Chart) -> Drawn:
        """Put layers together, with the names of rows where those are above them."""
        if not self.is_narrow:
            return alt.layer(*layers)
        firsts = {value["name"]: value for value in self._values}
        names = self.chart().properties(data=alt.InlineData(values=list(firsts.values())))
        text = names.mark_text(align="left", dy=-12, color=_INK_2)
        return alt.layer(*layers, text.encode(x=alt.value(0), text="name:N"))


def _with_halo(text: alt.Chart, **placed: Any) -> Drawn:
    """Write what a line may cross on a ground of its own."""
    behind = text.mark_text(stroke=_PAGE, strokeWidth=5, strokeJoin="round", **placed)
    return alt.layer(behind, text.mark_text(**placed))


def _chart(values: Sequence[Value], width: int, height: int) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=list(values)), width=width, height=height)


def _people() -> alt.Y:
    return alt.Y("people:Q", title=None, axis=alt.Axis(format=_WHOLE, tickCount=5, tickMinStep=1))


def _days(width: int) -> alt.X:
    count = 4 if width <= _WIDE else 8
    return alt.X("day:T", title=None, axis=alt.Axis(format="%Y", tickCount=count))


def _years(values: Sequence[Value], width: int) -> alt.X:
    """Name each fifth year, so that names have room."""
    years = sorted({int(value["year"] or 0) for value in values})
    named = [year for year in years if year % (5 if width > 200 else 10) == 0]
    axis = alt.Axis(values=named, labelAngle=0, labelOverlap=False)
    return alt.X("year:O", title=None, axis=axis, scale=alt.Scale(domain=years, paddingInner=0.25))


def _few_ticks(unit: str = "") -> alt.Axis:
    expression = f"datum.label + '{unit}'" if unit else alt.Undefined
    return alt.Axis(tickCount=4, tickMinStep=1, labelExpr=expression)
