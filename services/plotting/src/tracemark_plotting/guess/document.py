"""A guessed profile as a document that people read and correct."""

from __future__ import annotations

import yaml

from tracemark.document import Json
from tracemark.errors import one_line
from tracemark_plotting.guess.result import Guess, named_columns

_COMMENTS = {
    "delimiter": "what stands between cells",
    "decimal": "the mark before the fraction of a number",
    "thousands": "the mark between groups of three digits",
    "skip": "lines before the header; `header` looks for the row that holds the named columns",
    "header": "whether a row names the columns",
    "rows_after_header": "rows between the header and the numbers, such as units",
    "footer": "what the first row behind the numbers begins with",
    "comment": "what lines begin with that are passed over",
    "gaps": "words and numbers that stand for no value",
    "order": "what to do where time steps back: forward refuses, file keeps the order of the rows, sort sorts them",
    "time": "where the time of a row stands",
    "channels": "one chart each, in this order; `title` and `unit` are what the chart says",
}


def profile_document(guess: Guess, source: str) -> bytes:
    """Return the profile of a guess as YAML with comments; `source` is the log it was guessed from.

    `SensorProfile.parse` reads it back to the same value.
    """
    assert guess.profile is not None  # noqa: S101 - whoever asks has looked at `certain`
    lines = [f"# How the logs are read, guessed from {one_line(source, 300)}; edit what is not right."]
    lines += [f"# Taken for granted: {one_line(note, 300)}." for note in guess.notes]
    lines += [f"# Not drawn: {one_line(named_columns(guess.left), 1000)}."] if guess.left else []
    for key, value in guess.profile.to_json().items():
        lines += [f"# {_COMMENTS[key]}"] if key in _COMMENTS else []
        lines += (
            [f"{key}:", *(f"- {_flow(each)}" for each in value)] if key == "channels" else [f"{key}: {_flow(value)}"]
        )
    return ("\n".join(lines) + "\n").encode()


def _flow(value: Json) -> str:
    """Return a value in one line of YAML."""
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text.removesuffix("\n").removesuffix("\n...")
