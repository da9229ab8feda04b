"""Tables of texts that anybody may have written."""

from __future__ import annotations

import io
import json
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st
from rich.console import Console

from tracemark_cli.terminal.console import json_lines, table


def test_a_cell_does_not_steer_the_terminal_and_is_always_printed() -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="utf-8")

    Console(file=out, width=60).print(table(("label",), [("\x1b[31mred\x1b]0;title\x07 \x9b1m \ud800",)]))
    out.flush()

    shown = written.getvalue()
    assert b"\x1b" not in shown
    assert rb"\ud800" in shown


@given(text=st.text())
@example(text="\x1b[31m \x9b1m \x7f \u202e \ud800")
def test_json_says_the_same_and_does_not_steer_the_terminal(text: str) -> None:
    shown = json_lines({"title": text})

    assert json.loads(shown)["title"] in (text, text.encode("utf-8", "backslashreplace").decode())
    assert [char for char in shown if unicodedata.category(char) in ("Cc", "Cs") and char != "\n"] == []
    assert "\u202e" not in shown
