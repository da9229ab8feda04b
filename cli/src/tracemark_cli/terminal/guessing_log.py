"""The guess of one log on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracemark_cli.local.files import open_file
from tracemark_cli.terminal.console import console
from tracemark_cli.terminal.guessing import known_of, settle, show_guess
from tracemark_plotting.guess.document import profile_document
from tracemark_plotting.guess.guess import guess_log
from tracemark_plotting.guess.result import Guess, Known
from tracemark_plotting.logs.file import LogFile

_OWN = "write the profile by hand (docs/reference/sensor-profile.md)"


def guess_profile(log: Path, name: str, options: Mapping[str, Any]) -> bytes:
    """Guess the profile of `log`, show it, ask what is not certain; return the profile as a commented document.

    Raises:
        ObjectMissing: the log cannot be read.
        InvalidLog: no library reads it.
        InvalidConfiguration: a question is open and there is no terminal to ask on.
    """
    known = known_of(options)
    with open_file(log) as stream:
        file = LogFile(stream, str(log))

        def again(said: Known) -> Guess:
            return guess_log(file, said, name)

        found = again(known)
        show_guess(console(), found, str(log))
        found = settle(found, known, again, str(log), _OWN)
    return profile_document(found, log.name)
