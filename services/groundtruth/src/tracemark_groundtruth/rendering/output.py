"""What `{{ … }}` writes: lists and objects as JSON, as templates of AWS expect that put them into an attribute."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TextIO

from liquid import RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.stringify import to_liquid_string

from tracemark.errors import encodable


class JsonOutputNode(OutputNode):
    """An output whose lists and objects are JSON; Liquid's own would be run together, or written as Python does."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value, escaped for HTML."""
        text = to_liquid_string(_text(self.expression.evaluate(context)), context.autoescape)
        return buffer.write(encodable(text))  # data may hold half a surrogate pair


class JsonOutput(Output):
    """The tag of `JsonOutputNode`."""

    node_class = JsonOutputNode


def _text(value: object) -> object:
    if not isinstance(value, list | Mapping):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return value  # what a filter of Liquid made, such as a range in a list
