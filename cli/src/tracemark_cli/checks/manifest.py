"""The input manifest: every wrong line by its number, and the usual ways in which a whole manifest is wrong."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tracemark.contract.manifest import MAX_LINES, MAX_OBJECTS, DataObject
from tracemark.errors import DataError
from tracemark_cli.checks.finding import Finding, warning

MAX_NAMED_LINES = 10
_BYTE_ORDER_MARK = "\ufeff"
_SOURCES = ("source", "source-ref")


@dataclass(frozen=True)
class Manifest:
    """A manifest as it lies there: `source` says where, `objects` are its sound lines."""

    source: str
    text: str
    objects: tuple[DataObject, ...]
    wrong: tuple[Finding, ...]

    @classmethod
    def parse(cls, data: bytes, source: str) -> Manifest:
        """Read a manifest of any soundness."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            what = f"byte {error.start} is not UTF-8"
            return cls(source, "", (), (Finding(what, source, remedy="save the manifest as UTF-8"),))
        whole = _wrong_as_a_whole(text, source)
        if whole:
            return cls(source, text, (), (whole,))
        objects, wrong = _lines(text.removeprefix(_BYTE_ORDER_MARK), source)
        return cls(source, text, tuple(objects), tuple(wrong))


def manifest_findings(manifest: Manifest, label_attribute: str = "") -> Iterator[Finding]:
    """Yield what is wrong with a manifest for a job that labels `label_attribute`."""
    yield from manifest.wrong[:MAX_NAMED_LINES]
    if len(manifest.wrong) > MAX_NAMED_LINES:
        further = len(manifest.wrong) - MAX_NAMED_LINES
        yield Finding(
            f"{further:,} further lines are wrong", manifest.source, remedy="correct the first ones, then look"
        )
    if manifest.text.startswith(_BYTE_ORDER_MARK):
        yield warning("it begins with a byte order mark", manifest.source, remedy="save it as UTF-8 without one")
    if len(manifest.objects) > MAX_LINES:
        yield _too_many(manifest, MAX_LINES)
    yield from _repeated(manifest)
    if label_attribute:
        yield from _labeled(manifest, label_attribute)


def aws_size_findings(manifest: Manifest) -> Iterator[Finding]:
    """Yield what keeps a job on AWS from taking so many objects; the labeling service takes more."""
    if MAX_OBJECTS < len(manifest.objects) <= MAX_LINES:
        yield _too_many(manifest, MAX_OBJECTS)


def _too_many(manifest: Manifest, most: int) -> Finding:
    what = f"it has {len(manifest.objects):,} lines"
    return Finding(what, manifest.source, f"at most {most:,}", "split it into several jobs")


def _wrong_as_a_whole(text: str, source: str) -> Finding | None:
    begin = text.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not begin:
        return Finding("it has no lines", source, "one JSON object per line", "add data objects")
    if begin[0] == "[":
        return Finding(
            "it is one JSON list", source, "one JSON object per line", "write each element on a line of its own"
        )
    if begin.splitlines()[0].strip() == "{":
        return Finding(
            "an object spans several lines", source, "one JSON object per line", "write it without line breaks"
        )
    return None


def _lines(text: str, source: str) -> tuple[list[DataObject], list[Finding]]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    objects, wrong = [], []
    for index, line in enumerate(lines):
        try:
            found = DataObject.parse(line.removesuffix("\r"), index, source)
            _ = found.uri  # what is no URI raises
            objects.append(found)
        except DataError as error:
            wrong.append(_explained(line, index, source, error))
    return objects, wrong


def _explained(line: str, index: int, source: str, error: DataError) -> Finding:
    place = f"{source} line {index + 1}"
    if not line.strip():
        return Finding("the line is empty", place, "one JSON object per line", "remove the line")
    if _is_python(line):
        return Finding(
            "it is Python's way to write an object, not JSON",
            place,
            'names and texts in "double quotes"',
            "write it with json.dumps",
        )
    if "\u201c" in line or "\u201d" in line:
        return Finding(
            "it has typographic quotes", place, 'names and texts in "straight quotes"', "write the quotes anew"
        )
    misspelt = [name for name in _names(line) if name not in _SOURCES and name.lower().replace("_", "-") in _SOURCES]
    if misspelt:
        return Finding(f"the key is spelt {misspelt[0]!r}", place, "'source' or 'source-ref'", "rename the key")
    return Finding(error.what, error.place or place, error.expected, error.remedy)


def _is_python(line: str) -> bool:
    try:
        return line.lstrip().startswith("{'") and isinstance(ast.literal_eval(line.strip()), dict)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False


def _names(line: str) -> list[str]:
    try:
        found = ast.literal_eval(line.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [str(name) for name in found] if isinstance(found, dict) else []


def _repeated(manifest: Manifest) -> Iterator[Finding]:
    sources = Counter(line.source for line in manifest.objects)
    twice = [source for source, count in sources.items() if count > 1]
    if twice:
        what = f"{len(twice):,} objects are listed more than once, such as {twice[0]!r}"
        yield warning(what, manifest.source, remedy="remove the repetitions, or the same item is paid for twice")


def _labeled(manifest: Manifest, attribute: str) -> Iterator[Finding]:
    labeled = sum(attribute in line.attributes for line in manifest.objects)
    if labeled and labeled == len(manifest.objects):
        what = f"every line has the label {attribute!r} already, so no object goes to workers"
        yield Finding(what, manifest.source, remedy="choose another LabelAttributeName or another manifest")
    elif labeled:
        yield warning(f"{labeled:,} lines have the label {attribute!r} already and are passed over", manifest.source)
