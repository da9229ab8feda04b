"""How the first rows of a log look, for folders of so many logs that not every one is guessed."""

from __future__ import annotations

import re
from pathlib import Path

from tracemark_plotting.guess.result import Guess

_HEAD_BYTES = 64 * 1024
_SEARCHED_LINES = 200
_ROWS = 4
_LONG = 9  # so many digits are an epoch, and no other
_NUMBER = re.compile(r"[+-]?(\d+)")


def head_of(path: Path, guess: Guess) -> str:
    """Return the header of a guess and the four rows below it, digits run together; empty where it is not in a log.

    Logs of one such head have the same columns, units and marks.

    Raises:
        OSError: the file cannot be read.
    """
    names = [name for name in guess.header.split("\n")[0].split("\t") if name]
    with path.open("rb") as stream:
        data = stream.read(_HEAD_BYTES)
    lines = data.decode(guess.profile.text.encoding if guess.profile else "utf-8", "replace").splitlines()
    for place, line in enumerate(lines[:_SEARCHED_LINES]) if names else ():
        if all(name in line for name in names):
            rows = lines[place + 1 : place + 1 + _ROWS]
            return "\n".join([path.suffix, line, *(_NUMBER.sub(_shape, row) for row in rows)])
    return ""


def _shape(number: re.Match[str]) -> str:
    return "0" if len(number[1]) < _LONG else str(len(number[1]))
