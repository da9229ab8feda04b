"""Formats of text that are no table: they are refused also where rows of numbers could be read out of them."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from tracemark_plotting.guess.result import Question
from tracemark_plotting.guess.sample import Sample

_ENDINGS = (".json", ".jsonl", ".ndjson", ".geojson")
_XML = re.compile(r"<(?:\?xml|!doctype|html|table|svg)\b", re.IGNORECASE)


def foreign_format(sample: Sample, place: str) -> Question | None:
    """Return why a text is no table that can be read, None where it may be one; `place` ends in the file's name."""
    text = "\n".join(line.text for line in sample.lines).lstrip("\ufeff \t\r\n")
    names = re.findall(r"[^\s()]+", place)  # one that is packed is called `a.jsonl.gz (a.jsonl)`
    if _is_json(text) or (names and PurePosixPath(names[-1]).suffix.lower() in _ENDINGS):
        return refusal("JSON")
    return refusal("XML") if _XML.match(text) else None


def refusal(name: str) -> Question:
    """Return the question that no option answers: the file is to be converted."""
    what = f"it is {name}, which is not read: export it as CSV, Parquet or Excel"
    return Question(what, (), by_profile=False)


def _is_json(text: str) -> bool:
    """Whether a text begins as JSON and goes on so: lines of objects or lists, or a document, which may be cut off.

    `[s],[A]` is a header, and a first line in brackets may be one of a preamble.
    """
    if text[:1] not in ("{", "["):
        return False
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos > len(text) // 2
    except RecursionError:
        return True
    rest = text[end:].lstrip()
    return bool(value) and (not rest or rest[:1] in ("{", "["))
