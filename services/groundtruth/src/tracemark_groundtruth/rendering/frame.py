"""The document around a rendered template, for the frame of a task."""

from __future__ import annotations

from markupsafe import Markup

from tracemark_groundtruth.rendering.browser_scripts import script_path

# No policy of Chromium holds back WebRTC, by which a script reaches any host: what is not there cannot be used, except
# from a frame within the frame (docs/decisions/0035).
_FRAME = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="tracemark-task" content="{nonce}">
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


def frame_document(rendered: str, title: str, nonce: str) -> str:
    """Return a whole HTML document; its crowd form submits its answers with `nonce`.

    `rendered` is trusted with nothing: the document must run in a sandbox.
    """
    return str(_FRAME.format(title=title, nonce=nonce, script=script_path("task-frame"), content=Markup(rendered)))  # noqa: S704
