"""The page that charts are drawn in: plotly.js, our script beside it, and a policy that fetches nothing."""

from __future__ import annotations

from pathlib import Path

_DRAW_JS = Path(__file__).with_name("draw.js")

# Scripts come from these two files alone; an image is one that the page made itself. So whatever a title or a unit
# might hold, the page cannot ask for a URL or a file.
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
