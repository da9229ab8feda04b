"""Ids that stand in the names of several files: the longest that only one log has, and no rival beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracemark.errors import one_line
from tracemark_cli.setup.files import FoundFile

MAX_PARTS = 12
"""How many parts of a name are looked at; an id beyond them is not found."""

_PARTS = re.compile(r"\d+|[^\W\d_]+")

Id = tuple[str, ...]
"""Neighbouring parts of a name: runs of digits and runs of letters, without what stands between them."""


@dataclass(frozen=True, slots=True)
class CommonIds:
    """For each log the files that carry its id; `unclear` are files whose names speak for several logs, with why."""

    groups: Mapping[FoundFile, Sequence[FoundFile]]
    unclear: Mapping[FoundFile, str]


def by_common_id(logs: Sequence[FoundFile], others: Sequence[FoundFile]) -> CommonIds:
    """Give each of `others` to the log whose id its name holds.

    An id has a digit, or is a whole name, and stands in the name of exactly one log. A longer one beats those that it
    contains; where ids of two logs stand side by side in one name, the file is unclear. Time grows with the number of
    files, not with its square.
    """
    owners: dict[Id, set[int]] = defaultdict(set)
    for number, log in enumerate(logs):
        for parts in _ids(log.stem):
            owners[parts].add(number)
    groups: dict[FoundFile, list[FoundFile]] = defaultdict(list)
    unclear: dict[FoundFile, str] = {}
    for file in others:
        found = _owners(file.stem, owners)
        if len(found) == 1:
            groups[logs[found.pop()]].append(file)
        elif found:
            named = " and ".join(str(logs[number].path) for number in sorted(found)[:3])
            unclear[file] = one_line(f"its name holds ids of several logs: {named}; say which with --items", 400)
    return CommonIds(groups, unclear)


def _owners(stem: str, owners: Mapping[Id, set[int]]) -> set[int]:
    """Return the logs whose ids stand in a name and are no part of a longer id there."""
    spans = [(start, stop, owners[parts]) for start, stop, parts in _spans(stem) if parts in owners]
    single = [(start, stop, found) for start, stop, found in spans if len(found) == 1]
    return {
        number
        for start, stop, found in single
        for number in found
        if not any(
            other != found and left <= start and stop <= right and right - left > stop - start
            for left, right, other in single
        )
    }


def _ids(stem: str) -> Iterator[Id]:
    return (parts for _, _, parts in _spans(stem))


def _spans(stem: str) -> Iterator[tuple[int, int, Id]]:
    parts = tuple(_PARTS.findall(stem))[:MAX_PARTS]
    for start in range(len(parts)):
        for stop in range(start + 1, len(parts) + 1):
            found = parts[start:stop]
            if any(part.isdigit() for part in found) or found == parts:
                yield start, stop, found
