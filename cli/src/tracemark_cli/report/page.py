"""The report of a job as one self-contained HTML page: figures, charts, hard cases."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from tracemark.document import Json
from tracemark_cli.report.charts import charts
from tracemark_groundtruth.finished.item import Item
from tracemark_groundtruth.finished.summary import Summary

_NOTHING = "\u2013"

_DRAW = """
const figures = JSON.parse(document.getElementById("figures").textContent);
for (const [place, figure] of Object.entries(figures)) {
  Plotly.newPlot(place, figure.data, figure.layout, {displayModeBar: false, responsive: true});
}
"""


@dataclass(frozen=True, slots=True)
class HardCase:
    """An object that deserves a second look; `picture` is a `data:` URI, empty where there is none."""

    item: Item
    picture: str


def report_page(
    summary: Summary, cases: Sequence[HardCase], written_at: datetime, left_out: Sequence[Item] = ()
) -> str:
    """Return the page; names, labels and comments are always shown as text.

    Its policy lets the two scripts of the page run and nothing else: no other script, no request.
    """
    from plotly.offline import get_plotlyjs  # takes a second to import

    figures = charts(summary)
    scripts = [get_plotlyjs(), _DRAW]
    return (
        _environment()
        .get_template("report.html")
        .render(
            summary=summary,
            cases=cases,
            left_out=left_out,
            figures=_inert_json(figures),
            shown=set(figures),
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - plotly's own file, and the constant above
            policy=_policy(scripts),
            written_at=f"{written_at:%Y-%m-%d %H:%M} UTC",
        )
    )


def _policy(scripts: Sequence[str]) -> str:
    hashes = " ".join(f"'sha256-{base64.b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:"


def _inert_json(value: Mapping[str, Json]) -> Markup:
    """Return JSON that is safe in a script element: no `<` in it can end the element or start a comment."""
    text = json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)  # noqa: S704 - made inert just above


def _share(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.0%}"


def _figure(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.3f}"


def _seconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:,.1f}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__ or "", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(share=_share, figure=_figure, seconds=_seconds)
    return environment
