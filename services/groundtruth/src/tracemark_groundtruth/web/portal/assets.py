"""The files that pages load: styles, scripts, the crowd elements. They are the same for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from tracemark_groundtruth.rendering.browser_scripts import SCRIPTS_PATH, script, script_names
from tracemark_groundtruth.web.portal.policy import ASSET

_SCRIPT = "text/javascript"
_TYPES = {
    "portal.css": "text/css",
    "drafts.js": _SCRIPT,
    "preview.js": _SCRIPT,
    "icon.svg": "image/svg+xml",
}


def asset_routes() -> Sequence[BaseRoute]:
    """Return the routes of all assets."""
    return (Route(f"{SCRIPTS_PATH}/{{name}}.js", _script), Route("/assets/{name}", _asset))


async def _script(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in script_names():
        return PlainTextResponse("There is no such script.", 404)
    return Response(script(name), media_type=_SCRIPT, headers=ASSET)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _TYPES:
        return PlainTextResponse("There is no such file.", 404)
    data = (resources.files(__package__) / "assets" / name).read_bytes()
    return Response(data, media_type=_TYPES[name], headers=ASSET)
