"""The page that draws charts: plotly.js, our script, a policy that fetches nothing; and the figures it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

Figure = dict[str, Any]
"""What Plotly calls a figure: `data`, a list of traces, and `layout`, as plain JSON."""

_DRAW_JS = Path(__file__).with_name("draw.js")

# Only these two scripts run, and images are those that the page makes itself. So whatever a title or a unit contains,
# the page cannot request a URL or a file.
_POLICY = "default-src 'none'; script-src file:; img-src data: blob:; style-src 'unsafe-inline'"

_PAGE = """<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{policy}">
    <title>tracemark</title>
    <script src="{plotly}" charset="utf-8"></script>
    <script src="{draw}" charset="utf-8"></script>
  </head>
  <body></body>
</html>
"""


def page(plotly_js: Path) -> str:
    """Return the HTML of the page, with plotly.js from `plotly_js` and without MathJax."""
    return _PAGE.format(policy=_POLICY, plotly=plotly_js.resolve().as_uri(), draw=_DRAW_JS.as_uri())
