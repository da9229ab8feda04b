"""The document around a rendered template, for the frame of a task."""

from __future__ import annotations

import json
from collections.abc import Mapping

from markupsafe import Markup

from tracemark.document import Json
from tracemark_groundtruth.rendering.browser_scripts import script_path

# No policy of Chromium holds back WebRTC, by which a script reaches any host: what is not there cannot be used, except
# from a frame within the frame (docs/decisions/0035).
_AHEAD = Markup('\n<meta name="tracemark-ahead">')
_GIVEN = Markup('\n<meta name="tracemark-given" content="{}">')
_FRAME = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="tracemark-task" content="{nonce}">{more}
<title>{title}</title>
<script>for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection"]) delete window[name];</script>
<script src="{script}"></script>
<style>body {{ margin: 0; background: #fff; color: #1b2430; font: 1rem/1.4 system-ui, sans-serif; }}</style>
</head>
<body>
{content}
</body>
</html>
""")


def frame_document(
    rendered: str, title: str, nonce: str, *, ahead: bool = False, given: Mapping[str, Json] | None = None
) -> str:
    """Return a whole HTML document; its crowd form submits its answers with `nonce`.

    `rendered` is trusted with nothing: the document must run in a sandbox. A document made `ahead` waits to be shown;
    `given` is the answer that its fields begin with.
    """
    content, script = Markup(rendered), script_path("task-frame")  # noqa: S704
    more = (_AHEAD if ahead else Markup("")) + (Markup("") if given is None else _GIVEN.format(json.dumps(dict(given))))
    return str(_FRAME.format(title=title, nonce=nonce, script=script, content=content, more=more))
