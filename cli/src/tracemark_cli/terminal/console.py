"""Console output of the commands: progress bars and tables, on a terminal or in a file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tracemark.errors import encodable

_WIDTH_OF_A_FILE = 120
# Text of workers and data sets must not control the terminal.
_CONTROL_CHARACTERS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) != "\n"}


def console() -> Console:
    """Return the console of this process."""
    made = Console(highlight=False)
    if not made.is_terminal:
        made.width = _WIDTH_OF_A_FILE
    return made


def progress_bar(on: Console) -> Progress:
    """Return a bar that counts items; nothing is shown where the output is not a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=on, transient=True, disable=not on.is_terminal)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table of plain text: markup is shown as text, and control characters are replaced."""
    made = Table(*columns, header_style="bold")
    for row in rows:
        made.add_row(*(Text(encodable(cell.translate(_CONTROL_CHARACTERS))) for cell in row))
    return made
