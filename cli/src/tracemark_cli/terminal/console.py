"""Console output of the commands: progress bars and tables, on a terminal or in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tracemark.errors import encodable

_WIDTH_OF_A_FILE = 120
# Text of workers and data sets must not control the terminal.
_CONTROL_CHARACTERS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) != "\n"}
_OBEYED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


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


def json_lines(value: object) -> str:
    """Return a value as indented JSON that does not control the terminal; moments are written as ISO 8601."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=datetime.isoformat)
    # JSON escapes the first 32 characters itself, but not those of a second range that terminals obey, too.
    return encodable(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
