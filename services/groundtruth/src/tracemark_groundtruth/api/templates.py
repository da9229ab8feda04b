"""The operation that renders a worker template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracemark.document import REQUEST_DEPTH, Json, Node, read_json
from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.grants import ReadGrants
from tracemark_groundtruth.rendering.renderer import MAX_TASK_INPUT_CHARACTERS, MAX_TEMPLATE_CHARACTERS, render

_LINKS_WORK = timedelta(hours=1)


@dataclass(frozen=True)
class TemplateOperations:
    """`grants` signs the links of `grant_read_access`, `now` returns the start of the hour in which they are valid."""

    grants: ReadGrants
    now: Callable[[], datetime]

    def render(self, request: Node) -> Json:
        """Do `RenderUiTemplate` for a template in the request; errors of the template are in the answer.

        Raises:
            InvalidDocument: the request is not valid.
        """
        request["RoleArn"].text()
        content, task = _text(request["UiTemplate"]["Content"], MAX_TEMPLATE_CHARACTERS), request["Task"]["Input"]
        task_input = read_json(
            _text(task, MAX_TASK_INPUT_CHARACTERS), f"request key '{task.path}'", depth=REQUEST_DEPTH
        ).mapping()
        until = self.now() + _LINKS_WORK
        try:
            rendered = render(content, task_input, lambda uri: self.grants.url(uri, until))
        except TemplateFailed as error:
            return {"RenderedContent": "", "Errors": [{"Code": type(error).__name__, "Message": str(error)}]}
        return {"RenderedContent": rendered, "Errors": []}


def _text(node: Node, most: int) -> str:
    text = node.text()
    return text if len(text) <= most else node.refuse(f"at most {most:,} characters")
