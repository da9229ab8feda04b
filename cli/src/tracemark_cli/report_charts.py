"""The charts of a report as Plotly figures, drawn by the script that the page carries."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

from tracemark_groundtruth.finished.summary import Summary, WorkerRow

MAX_CLASSES = 30
MAX_BARS = 60

_BLUE, _RED, _GREY = "#2563a8", "#c2410c", "#94a3b8"
_LAYOUT: dict[str, Any] = {
    "font": {"family": "Open Sans, Liberation Sans, sans-serif", "size": 13, "color": "#1e293b"},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "margin": {"l": 8, "r": 16, "t": 8, "b": 40},
    "showlegend": False,
}
_AXIS: dict[str, Any] = {"automargin": True, "gridcolor": "#e2e8f0", "zeroline": False}

Figure = dict[str, Any]
"""`data` and `layout`, as Plotly takes them."""


def chart(name: str, figure: Figure) -> str:
    """Return the element of a chart and the call that draws it; nothing in the data can end the script."""
    text = json.dumps(figure).replace("<", "\\u003c")
    height = figure["layout"]["height"]
    call = (
        f"Plotly.newPlot({json.dumps(name)},Object.assign({text},{{config:{{displayModeBar:false,responsive:true}}}}))"
    )
    return f'<div id="{escape(name)}" class="chart" style="height:{height}px"></div><script>{call}</script>'


def class_bars(summary: Summary) -> Figure:
    """Return the number of objects by label, the most frequent on top."""
    labels = list(summary.labels.items())[:MAX_CLASSES][::-1]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": [count for _, count in labels],
        "y": [_plain(label) for label, _ in labels],
        "text": [f"{count:,}" for _, count in labels],
        "textposition": "outside",
        "cliponaxis": False,
        "marker": {"color": _BLUE},
    }
    return _figure(
        [bars],
        60 + 30 * max(1, len(labels)),
        xaxis={**_AXIS, "title": {"text": "objects"}},
        yaxis={**_AXIS, "type": "category"},
    )


def agreement_matrix(summary: Summary) -> Figure:
    """Return how many objects were called by both names, for each pair of classes."""
    names = list(dict.fromkeys(name for one, other, _ in summary.confused for name in (one, other)))[:MAX_CLASSES]
    counts = {frozenset((one, other)): count for one, other, count in summary.confused}
    heat = {
        "type": "heatmap",
        "x": [_plain(name) for name in names],
        "y": [_plain(name) for name in names],
        "z": [[counts.get(frozenset((one, other))) if one != other else None for other in names] for one in names],
        "colorscale": [[0, "#eff6ff"], [1, _BLUE]],
        "texttemplate": "%{z}",
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
        "hoverongaps": False,
    }
    axis = {**_AXIS, "type": "category", "showgrid": False}
    return _figure(
        [heat], 150 + 28 * len(names), xaxis={**axis, "tickangle": -35}, yaxis={**axis, "autorange": "reversed"}
    )


def reliability_diagram(summary: Summary) -> Figure:
    """Return the share of right labels by confidence; the size of a point tells how many labels it stands for."""
    bins = summary.reliability
    most = max(found.labels for found in bins)
    line = {"type": "scatter", "x": [0, 1], "y": [0, 1], "mode": "lines", "line": {"color": _GREY, "dash": "dot"}}
    points = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [found.confidence for found in bins],
        "y": [found.right for found in bins],
        "text": [f"{found.labels:,}" for found in bins],
        "textposition": "bottom right",
        "line": {"color": _BLUE, "width": 1},
        "marker": {"color": _BLUE, "size": [10 + 26 * (found.labels / most) ** 0.5 for found in bins]},
        "cliponaxis": False,
    }
    return _figure(
        [{**line, "hoverinfo": "skip"}, points],
        380,
        xaxis={**_AXIS, "range": [0, 1.03], "title": {"text": "confidence"}},
        yaxis={**_AXIS, "range": [0, 1.08], "title": {"text": "share of right labels"}, "tickformat": ".0%"},
    )


def worker_bars(rows: Sequence[WorkerRow]) -> Figure:
    """Return each worker's agreement with the labels over the number of answers; speeders stand out."""
    shown = [row for row in rows if row.agreement is not None][:MAX_BARS]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": [row.answers for row in shown],
        "y": [row.agreement for row in shown],
        "text": [_plain(row.worker) for row in shown],
        "hovertemplate": "%{text}<br>%{x} answers, %{y:.0%} with the label<extra></extra>",
        "marker": {"size": 11, "opacity": 0.75, "color": [_RED if row.speeder else _BLUE for row in shown]},
        "cliponaxis": False,
    }
    return _figure(
        [points],
        300,
        xaxis={**_AXIS, "rangemode": "tozero", "title": {"text": "answers"}},
        yaxis={**_AXIS, "range": [0, 1.05], "title": {"text": "agreement with the label"}, "tickformat": ".0%"},
    )


def _figure(data: Sequence[Figure], height: int, **axes: Figure) -> Figure:
    return {"data": list(data), "layout": {**_LAYOUT, **axes, "height": height}}


def _plain(text: str) -> str:
    """Return a text that Plotly shows as it is: it reads some tags as formatting."""
    return escape(text if len(text) <= 40 else f"{text[:39]}…", quote=False)
