"""Draws a log-log line chart as SVG: panels side by side, each with its series, readable in light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

PANEL_WIDTH, PANEL_HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 92, 34, 44
_MARKS = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True, slots=True)
class Series:
    """A named line through points (x, y), all above nought."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart; `unit` stands over its vertical axis."""

    title: str
    unit: str
    series: tuple[Series, ...]


def draw(panels: Sequence[Panel], x_title: str) -> str:
    """Give the SVG document. Each point carries its value as a tooltip; names stand at the lines' ends."""
    width = PANEL_WIDTH * len(panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {PANEL_HEIGHT}" width="{width}"'
        f' height="{PANEL_HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="11">',
        f"<title>{escape(' and '.join(panel.title for panel in panels))}</title>",
        "<style>text{fill:#222}.grid{stroke:#ccc;stroke-width:.6}.axis{stroke:#666}.line{fill:none;stroke-width:1.8}"
        ".s0{color:#9a2a1f}.s1{color:#1f5a9a}.s2{color:#3d6b1e}.s3{color:#6b3d8f}"
        ".line{stroke:currentColor}.mark,.name{fill:currentColor}svg{background:#fff}"
        "@media(prefers-color-scheme:dark){svg{background:#161616}text{fill:#ddd}.grid{stroke:#3a3a3a}"
        ".s0{color:#f08a7c}.s1{color:#84b6f0}.s2{color:#9fd079}.s3{color:#cfa6ee}}</style>",
    ]
    for number, panel in enumerate(panels):
        parts.append(f'<g transform="translate({number * PANEL_WIDTH} 0)">{_panel(panel, x_title)}</g>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel, x_title: str) -> str:
    points = [point for series in panel.series for point in series.points]
    if not points:
        return f'<text x="{LEFT}" y="20">{escape(panel.title)}: nothing measured</text>'
    x_low, x_high = _decades([x for x, _ in points])
    y_low, y_high = _decades([y for _, y in points])
    right, bottom = PANEL_WIDTH - RIGHT, PANEL_HEIGHT - BOTTOM

    def at_x(value: float) -> float:
        return LEFT + (math.log10(value) - x_low) / (x_high - x_low) * (right - LEFT)

    def at_y(value: float) -> float:
        return bottom - (math.log10(value) - y_low) / (y_high - y_low) * (bottom - TOP)

    parts = [f'<text x="{LEFT}" y="18" font-weight="600">{escape(panel.title)}, {escape(panel.unit)}</text>']
    for power in range(x_low, x_high + 1):
        x = at_x(10.0**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{_number(10.0**power)}</text>')
    for power in range(y_low, y_high + 1):
        y = at_y(10.0**power)
        parts.append(f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_number(10.0**power)}</text>')
    parts.append(f'<path class="axis" fill="none" d="M{LEFT} {TOP}V{bottom}H{right}"/>')
    parts.append(
        f'<text x="{(LEFT + right) / 2:.0f}" y="{PANEL_HEIGHT - 10}" text-anchor="middle">{escape(x_title)}</text>'
    )
    ends = _apart([at_y(series.points[-1][1]) for series in panel.series if series.points])
    drawn = [series for series in panel.series if series.points]
    for number, (series, end) in enumerate(zip(drawn, ends, strict=True)):
        placed = [(at_x(x), at_y(y), x, y) for x, y in series.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in placed)
        parts.append(f'<g class="s{number % 4}"><polyline class="line" points="{path}"/>')
        for x, y, articles, value in placed:
            tip = f"{series.name}: {_number(value)} at {_number(articles)}"
            parts.append(f"<g>{_mark(_MARKS[number % 4], x, y)}<title>{escape(tip)}</title></g>")
        parts.append(
            f'<text class="name" x="{placed[-1][0] + 8:.1f}" y="{end + 4:.1f}">{escape(series.name)}</text></g>'
        )
    return "".join(parts)


def _mark(shape: str, x: float, y: float) -> str:
    match shape:
        case "circle":
            return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="3.2"/>'
        case "square":
            return f'<rect class="mark" x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"/>'
        case "triangle":
            return f'<path class="mark" d="M{x:.1f} {y - 4:.1f}l4 7h-8z"/>'
        case _:
            return f'<path class="mark" d="M{x:.1f} {y - 4:.1f}l4 4l-4 4l-4-4z"/>'


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low = math.floor(math.log10(min(values)) + 1e-9)
    high = math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _apart(heights: Sequence[float], gap: float = 13) -> list[float]:
    """Push labels down so that none lies on another."""
    placed = dict.fromkeys(range(len(heights)), 0.0)
    last = -math.inf
    for index in sorted(range(len(heights)), key=lambda index: heights[index]):
        last = max(heights[index], last + gap)
        placed[index] = last
    return [placed[index] for index in range(len(heights))]


def _number(value: float) -> str:
    if value >= 1e6 and value % 1e5 == 0:
        return f"{value / 1e6:g}M"
    if value >= 1e3 and value % 1e2 == 0:
        return f"{value / 1e3:g}k"
    return f"{value:.3g}"
