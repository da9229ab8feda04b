"""A slice of a manifest: the lines that one of several processes works on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from tracemark.errors import InvalidConfiguration, quoted

T = TypeVar("T")

# Kubernetes numbers the pods of an Indexed Job from 0 and says so in a variable of this name.
# https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
INDEX_VARIABLE = "JOB_COMPLETION_INDEX"
MAX_SLICES = 100_000

_SLICE = re.compile(r"(\d{0,6})/(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ManifestSlice:
    """Slice `index`, counted from 0, of `count`: every `count`-th line, so that slow parts are shared out.

    The slices of one count have every line exactly once.
    """

    index: int
    count: int

    @classmethod
    def parse(cls, text: str, completion_index: str | None) -> ManifestSlice:
        """Read `I/N`; `/N` takes I from `completion_index`, the variable that a pod of an Indexed Job has.

        Raises:
            InvalidConfiguration: it is something else, or the variable is needed and holds no number below N.
        """
        found = _SLICE.fullmatch(text.strip())
        index = (found[1] or (completion_index or "").strip()) if found else ""
        if not found or not (index.isascii() and index.isdigit()):
            raise _refusal(text, completion_index)
        made = cls(int(index), int(found[2]))
        if not made.index < made.count <= MAX_SLICES:
            raise _refusal(text, completion_index)
        return made

    def lines(self, lines: Sequence[T]) -> Sequence[T]:
        """Return the lines of this slice, in order."""
        return lines[self.index :: self.count]


def _refusal(text: str, completion_index: str | None) -> InvalidConfiguration:
    variable = "is unset" if completion_index is None else f"is {quoted(completion_index)}"
    return InvalidConfiguration(
        f"{quoted(text)} is no slice of a manifest; {INDEX_VARIABLE} {variable}",
        place="--slice",
        expected=f"I/N with I from 0 to N - 1 and N of at most {MAX_SLICES:,}, or /N with I in {INDEX_VARIABLE}",
        remedy="correct the slice",
    )
