"""The charts of a job's report, as plain Plotly figures: `{"data": [...], "layout": {...}}`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from tracemark.document import Json
from tracemark_groundtruth.finished.reliability import BINS, Reliability
from tracemark_groundtruth.finished.summary import Summary
from tracemark_groundtruth.finished.worker_row import WorkerRow

_BLUE, _ORANGE, _GREY = "#0072b2", "#c65102", "#8792a0"
_FONT = {"family": "system-ui, sans-serif", "size": 13, "color": "#1b2430"}
_MOST_CHARACTERS = 28
_ROW_PIXELS = 30
_SHARES = {"range": [-0.04, 1.06], "dtick": 0.2, "tickformat": ".0%"}

Figure = dict[str, Json]
Axes = dict[str, Json]


def charts(summary: Summary) -> Mapping[str, Figure]:
    """Return the figures by the id of their element on the page, without those that have nothing to show."""
    figures = {
        "classes": _classes(summary.labels),
        "confidence": _confidence(summary.confidences),
        "workers": _workers(summary.workers),
        "reliability": _reliability(summary.reliability),
    }
    return {place: figure for place, figure in figures.items() if figure}


def _classes(labels: Mapping[str, int]) -> Figure | None:
    names, counts = list(labels), list(labels.values())
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "x": counts,
        "text": [f"{count:,}" for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": _BLUE},
        "hoverinfo": "skip",
    }
    ticks = {"tickvals": list(range(len(names))), "ticktext": [_text(name) for name in names], "ticksuffix": " "}
    axes: Axes = {
        "xaxis": {"title": {"text": "objects"}, "rangemode": "tozero"},
        "yaxis": {**ticks, "autorange": "reversed"},
    }
    return _figure([bars], **axes, height=90 + _ROW_PIXELS * len(names)) if names else None


def _confidence(confidences: Sequence[float]) -> Figure | None:
    counts = Counter(max(0, min(int(value * BINS), BINS - 1)) for value in confidences)
    bars = {
        "type": "bar",
        "x": [(index + 0.5) / BINS for index in range(BINS)],
        "y": [counts[index] for index in range(BINS)],
        "width": [0.94 / BINS] * BINS,
        "marker": {"color": _BLUE},
        "hovertemplate": "%{y} objects<extra></extra>",
    }
    axes: Axes = {
        "xaxis": {"title": {"text": "confidence"}, "range": [0, 1], "dtick": 0.2},
        "yaxis": {"title": {"text": "objects"}},
    }
    return _figure([bars], **axes) if confidences else None


def _workers(rows: Sequence[WorkerRow]) -> Figure | None:
    shown = [row for row in rows if row.median_seconds is not None and row.consensus is not None]
    most = max((row.answers for row in shown), default=1)
    dots = {
        "type": "scatter",
        "mode": "markers",
        "cliponaxis": False,
        "x": [row.median_seconds for row in shown],
        "y": [row.consensus for row in shown],
        "text": [_text(row.worker, 60) for row in shown],
        "customdata": [row.answers for row in shown],
        "marker": {
            "size": [10 + 18 * (row.answers / most) ** 0.5 for row in shown],
            "color": [_ORANGE if row.is_speeder else _BLUE for row in shown],
            "opacity": 0.75,
        },
        "hovertemplate": "%{text}<br>%{customdata} answers, %{x:.1f} s, %{y:.0%}<extra></extra>",
    }
    axes: Axes = {
        "xaxis": {"title": {"text": "median seconds per answer"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "agreement with the labels"}, **_SHARES},
    }
    return _figure([dots], **axes) if shown else None


def _reliability(found: Reliability | None) -> Figure | None:
    if not found or not found.bins:
        return None
    most = max(each.labels for each in found.bins)
    ideal = {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "line": {"color": _GREY, "dash": "dash"}}
    bins = {
        "type": "scatter",
        "mode": "lines+markers",
        "cliponaxis": False,
        "x": [each.confidence for each in found.bins],
        "y": [each.right for each in found.bins],
        "customdata": [each.labels for each in found.bins],
        "line": {"color": _BLUE},
        "marker": {"size": [8 + 20 * (each.labels / most) ** 0.5 for each in found.bins], "color": _BLUE},
        "hovertemplate": "%{customdata} labels<br>confidence %{x:.2f}, right %{y:.0%}<extra></extra>",
    }
    axes: Axes = {
        "xaxis": {"title": {"text": "confidence"}, "range": [-0.04, 1.06], "dtick": 0.2},
        "yaxis": {"title": {"text": "labels that are right"}, **_SHARES},
    }
    return _figure([{**ideal, "hoverinfo": "skip"}, bins], **axes)


def _figure(data: Sequence[Json], *, xaxis: Json, yaxis: Json, height: int = 320) -> Figure:
    line = {"gridcolor": "#e3e8ee", "zeroline": False, "automargin": True, "fixedrange": True}
    layout = {
        "height": height,
        "margin": {"l": 60, "r": 40, "t": 10, "b": 50},
        "font": _FONT,
        "showlegend": False,
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "xaxis": {**line, **_with_title(xaxis)},
        "yaxis": {**line, **_with_title(yaxis)},
    }
    return {"data": list(data), "layout": layout}


def _with_title(axis: Axes) -> Axes:
    return {**axis, "title": {**axis.get("title", {}), "font": _FONT, "standoff": 10}}


def _text(value: str, most: int = _MOST_CHARACTERS) -> str:
    """Return a text that Plotly shows literally: it interprets `<b>` and `&lt;` in labels as HTML."""
    cut = value if len(value) <= most else f"{value[: most - 1]}…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
