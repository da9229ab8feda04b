"""The page that charts are drawn in: plotly.js, Kaleido's few lines beside it, and a policy that fetches nothing."""

from __future__ import annotations

from pathlib import Path

import kaleido

_KALEIDO_JS = Path(kaleido.__file__).parent / "vendor" / "kaleido_scopes.js"

# Scripts come from these two files alone; an image is one that the page made itself. So whatever a title or a unit
# might hold, the page cannot ask for a URL or a file.
_POLICY = "default-src 'none'; script-src file:; img-src data: blob:; style-src 'unsafe-inline'"

_PAGE = """<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{policy}">
    <style id="head-style"></style>
    <title>tracemark</title>
    <script src="{plotly}" charset="utf-8"></script>
    <script src="{kaleido}" charset="utf-8"></script>
  </head>
  <body style="margin: 0; padding: 0;"><img id="kaleido-image"></body>
</html>
"""


def page(plotly_js: Path) -> str:
    """Return the HTML of the page, with plotly.js from `plotly_js` and without MathJax."""
    return _PAGE.format(policy=_POLICY, plotly=plotly_js.resolve().as_uri(), kaleido=_KALEIDO_JS.as_uri())
