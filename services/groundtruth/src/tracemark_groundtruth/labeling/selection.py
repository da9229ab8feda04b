"""A part of a manifest: lines for which conditions hold, and a random sample of them, the same for the same seed."""

from __future__ import annotations

import hashlib
import json
import math
import operator
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tracemark.contract.manifest import DataObject
from tracemark.document import Json, json_bytes
from tracemark.errors import InvalidConfiguration, quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.tags import MAX_VALUE, is_tag_text

_CONDITION = re.compile(r"(?P<key>[^=!<>~]+?)\s*(?P<sign><=|>=|!=|=|<|>|~)\s*(?P<value>.*)", re.DOTALL)
_CONDITION_WORDS = "KEY=VALUE, KEY!=VALUE, KEY<NUMBER, KEY<=NUMBER, KEY>NUMBER, KEY>=NUMBER or KEY~PATTERN with * and ?"
_SAMPLE = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<percent>%?)", re.ASCII)
_NUMBERS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold for a line; `text` is how it was written. A line without the key is not selected."""

    key: str
    sign: str
    value: str
    text: str

    @classmethod
    def parse(cls, text: str) -> Condition:
        """Read a condition; the key may lead into objects: `meta.shift=night`.

        Raises:
            InvalidConfiguration: it is none, or compares with something that is no number.
        """
        found = _CONDITION.fullmatch(text.strip())
        if not found:
            raise _refusal("filter", text, _CONDITION_WORDS)
        condition = cls(found["key"].strip(), found["sign"], found["value"].strip(), text.strip())
        if condition.sign in _NUMBERS and _number(condition.value) is None:
            raise _refusal("filter", text, f"a number after {condition.sign}")
        return condition

    def holds(self, line: DataObject) -> bool:
        """Return whether the condition holds for a line; numbers are compared as numbers, all else as text."""
        found = _look_up(line.attributes, self.key)
        if found is None:
            return False
        if self.sign in _NUMBERS:
            number, bound = _number(found), _number(self.value)
            return number is not None and bound is not None and _NUMBERS[self.sign](number, bound)
        if self.sign == "~":
            return fnmatchcase(_text(found), self.value)
        return _equal(found, self.value) is (self.sign == "=")


@dataclass(frozen=True, slots=True)
class Sample:
    """How many lines of those left are taken: a number, or a percentage."""

    number: float
    is_percentage: bool

    @classmethod
    def parse(cls, text: str) -> Sample:
        """Read `100` or `10%`.

        Raises:
            InvalidConfiguration: it is neither.
        """
        found = _SAMPLE.fullmatch(text.strip())
        number = float(found["number"]) if found else 0.0
        percentage = bool(found and found["percent"])
        if not number or (percentage and number > 100) or not (percentage or number.is_integer()):
            raise _refusal("sample", text, "a number of lines, or a percentage such as 10%")
        return cls(number, percentage)

    def size(self, total: int) -> int:
        """Return how many of `total` lines are taken; of a percentage at least one.

        Raises:
            InvalidConfiguration: more lines are asked for than there are.
        """
        if self.is_percentage:
            return max(1, math.floor(total * self.number / 100 + 0.5))
        if self.number > total:
            raise InvalidConfiguration(
                f"a sample of {self.number:,.0f} lines is asked for, and there are {total:,}",
                remedy="ask for fewer, or for a percentage",
            )
        return int(self.number)

    def __str__(self) -> str:
        return f"{self.number:g}%" if self.is_percentage else f"{self.number:g}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is taken of a manifest: lines for which every condition holds, then a sample of those, in their order."""

    conditions: tuple[Condition, ...] = ()
    sample: Sample | None = None
    seed: int = 0

    @classmethod
    def parse(cls, filters: Sequence[str], sample: str | None, seed: int) -> Selection:
        """Read the options of a command.

        Raises:
            InvalidConfiguration: one is not valid.
        """
        return cls(tuple(map(Condition.parse, filters)), Sample.parse(sample) if sample else None, seed)

    def __bool__(self) -> bool:
        return bool(self.conditions) or self.sample is not None

    def choose(self, lines: Sequence[DataObject], source: str) -> Chosen:
        """Return what is taken of the lines of a manifest.

        Raises:
            InvalidConfiguration: nothing is left, or fewer lines than the sample is to have.
        """
        left = [line for line in lines if all(condition.holds(line) for condition in self.conditions)]
        if not left:
            texts = ", ".join(quoted(condition.text) for condition in self.conditions)
            raise InvalidConfiguration(
                f"no line is left by the filter {texts}", place=source, remedy="change the filter; see the keys there"
            )
        if self.sample:
            # random.Random hashes a string seed with SHA-512: the same on every machine and Python.
            dice = random.Random(f"{self.seed}")  # noqa: S311
            left = [left[place] for place in sorted(dice.sample(range(len(left)), self.sample.size(len(left))))]
        return Chosen(self, source, tuple(line.to_json() for line in left), len(lines))


@dataclass(frozen=True, slots=True)
class Chosen:
    """The lines that were taken of the `total` of the manifest `source`."""

    selection: Selection
    source: str
    lines: tuple[str, ...]
    total: int

    @property
    def data(self) -> bytes:
        """The lines as a manifest."""
        return "".join(f"{line}\n" for line in self.lines).encode()

    @property
    def words(self) -> str:
        """What was taken, in one line."""
        return f"{len(self.lines):,} of {self.total:,} lines of {self.source}"

    def beside(self, manifest: S3Uri) -> S3Uri:
        """Return where these lines are written, beside their manifest; the same lines at the same place."""
        folder, _, name = manifest.key.rpartition("/")
        stem, dot, suffix = name.rpartition(".")
        digest = hashlib.sha256(self.data).hexdigest()[:12]
        own = f"{stem or suffix}-selected-{digest}{dot}{suffix if dot else ''}"
        return S3Uri(manifest.bucket, f"{folder}/{own}" if folder else own)

    def record(self) -> bytes:
        """Return what says how they were chosen, as a document beside the manifest."""
        return json_bytes({"from": self.source, **self._how(), "lines": len(self.lines), "of": self.total}) + b"\n"

    def tags(self) -> list[Json]:
        """Return the same as tags of the job, so that DescribeLabelingJob says it; other signs than theirs are `_`."""
        told = {"selected": f"{len(self.lines)} of {self.total} lines", "selected-from": self.source, **self._how()}
        return [{"Key": f"tracemark:{key}", "Value": _tag_text(value)} for key, value in told.items()]

    def _how(self) -> dict[str, str]:
        how = {"filter": " and ".join(condition.text for condition in self.selection.conditions)}
        if self.selection.sample:
            how |= {"sample": str(self.selection.sample), "seed": str(self.selection.seed)}
        return {key: value for key, value in how.items() if value}


def _look_up(attributes: Mapping[str, Json], key: str) -> Json:
    """Return what stands under a key, or, where there is none of this name, under the path that it names."""
    if key in attributes:
        return attributes[key]
    found: Json = attributes
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _equal(found: Json, value: str) -> bool:
    number, wanted = _number(found), _number(value)
    if not isinstance(found, str) and number is not None and wanted is not None:
        return number == wanted
    return _text(found) == value


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _number(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _tag_text(text: str) -> str:
    return "".join(sign if is_tag_text(sign) else "_" for sign in text.replace("%", " percent"))[:MAX_VALUE]


def _refusal(option: str, text: str, expected: str) -> InvalidConfiguration:
    return InvalidConfiguration(
        f"--{option} holds {quoted(text)}", expected=expected, remedy="correct the option; see --help"
    )
