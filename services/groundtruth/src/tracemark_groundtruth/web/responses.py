"""Pages and JSON of any text: half a surrogate pair, which JSON can say and UTF-8 cannot, breaks neither."""

from __future__ import annotations

from starlette.responses import HTMLResponse, JSONResponse

from tracemark.document import Json, json_bytes
from tracemark.errors import encodable


class HtmlAnswer(HTMLResponse):
    """A page; what UTF-8 cannot hold is shown as an escape."""

    def render(self, content: str) -> bytes:
        """Return the body."""
        return encodable(content).encode()


class JsonAnswer(JSONResponse):
    """A value as JSON; what UTF-8 cannot hold is an escape there, by which a script gets the very same text."""

    def render(self, content: Json) -> bytes:
        """Return the body."""
        return json_bytes(content)
