"""What the commands show: progress bars and tables, on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tracemark.errors import encodable

_WIDTH_OF_A_FILE = 120
# What workers and data sets write must not steer the terminal.
_STEERING = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) != "\n"}


def console() -> Console:
    """Return the console of this process."""
    found = Console(highlight=False)
    if not found.is_terminal:
        found.width = _WIDTH_OF_A_FILE
    return found


def progress_bar(on: Console) -> Progress:
    """Return a bar that counts items; nothing is drawn where the output is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=on, transient=True, disable=not on.is_terminal)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table of plain text: what looks like markup or steers a terminal is shown, not followed."""
    found = Table(*columns, header_style="bold")
    for row in rows:
        found.add_row(*(Text(encodable(cell.translate(_STEERING))) for cell in row))
    return found
