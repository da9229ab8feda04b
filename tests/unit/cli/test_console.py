"""Tables of texts that anybody may have written."""

from __future__ import annotations

import io

from rich.console import Console

from tracemark_cli.terminal.console import table


def test_a_cell_does_not_steer_the_terminal_and_is_always_printed() -> None:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="utf-8")

    Console(file=out, width=60).print(table(("label",), [("\x1b[31mred\x1b]0;title\x07 \x9b1m \ud800",)]))
    out.flush()

    shown = written.getvalue()
    assert b"\x1b" not in shown
    assert rb"\ud800" in shown
