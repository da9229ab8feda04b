"""The final pass over a finished job: every object decided again from all answers, as a manifest of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from tempfile import SpooledTemporaryFile
from typing import IO

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.gold import gold_label
from tracemark.contract.manifest import MAX_MANIFEST_BYTES, DataObject
from tracemark.contract.output_line import LineLabel, OutputLine
from tracemark.document import json_bytes
from tracemark.errors import ObjectMissing, encodable, quoted
from tracemark_groundtruth.finished.answer_spool import AnswerSpool
from tracemark_groundtruth.finished.change import Change, Fate
from tracemark_groundtruth.finished.decisions import Decide, Decisions, NewLabel, Question
from tracemark_groundtruth.finished.relabeling import Kept, Relabeling, class_number
from tracemark_groundtruth.finished.tree_answers import TreeAnswers
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import CHANGES_FILE, CONSOLIDATED_MANIFEST, OutputTree
from tracemark_groundtruth.job.prepared import AnswerSource
from tracemark_groundtruth.labeling.inputs import manifest_lines
from tracemark_groundtruth.s3.job_storage import JSON_LINES_TYPE, JobStorage

Write = Callable[[str, Iterable[bytes]], None]
"""Writes a file of the final pass: its name, and its parts, which need not fit into memory."""

_IN_MEMORY_BYTES = 16 * 1024 * 1024
_STRAYS_TOLD = 3
_NOT_ANSWERED = "no worker answered it"


@dataclass(frozen=True, slots=True)
class FinalPassResult:
    """What the final pass came to: the objects whose labels changed, in manifest order, and how many had which fate.

    `field` is the one that was decided; `remarks` say what else is to know about the job as a whole.
    """

    field: str
    changed: Sequence[Change]
    counts: Mapping[Fate, int]
    remarks: Sequence[str]


@dataclass(frozen=True, slots=True)
class FinalPass:
    """Decides a job again and writes what came of it; `categories` is empty where the job lists none.

    It reads the output manifest and the answers, by default the worker responses, and changes neither. Repeated, it
    writes the same bytes.
    """

    storage: JobStorage
    job: LabelingJob
    categories: Sequence[str]
    decide: Decide
    answers: AnswerSource | None = None

    def run(self, write: Write | None = None) -> FinalPassResult:
        """Write the manifest and the file of changes, into the job's tree unless `write` puts them elsewhere.

        Raises:
            ObjectMissing: the job is not finished.
            InvalidDocument: a document of the tree is wrong; the error names it.
            InvalidConfiguration: a setting of the rule that decides cannot be used.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        with ExitStack() as stack:
            manifest = _Manifest(self._download(stack), str(self._tree.output_manifest))
            spool = AnswerSpool(stack.enter_context(_temporary()))
            survey = _Survey(self.job.label_attribute_name)
            answers = self.answers or TreeAnswers(TreeReader(self.storage, self._tree))
            spool.fill(answers.answered(survey.followed(manifest.lines())))
            decisions = self.decide(Question(self.categories, survey.gold, spool.objects))
            redecided = _Redecided(decisions, survey)
            changes = stack.enter_context(_temporary())
            (write or self._write)(CONSOLIDATED_MANIFEST, redecided.lines(manifest.lines(), changes))
            changes.seek(0)
            (write or self._write)(CHANGES_FILE, changes)
            return redecided.result(_said_of_strays(answers.strays))

    def _download(self, stack: ExitStack) -> IO[bytes]:
        try:
            return stack.enter_context(self.storage.download(self._tree.output_manifest, MAX_MANIFEST_BYTES))
        except ObjectMissing as error:
            raise ObjectMissing(
                f"job {quoted(self.job.name)} has no output manifest yet, so it is not finished",
                place=str(self._tree.output_manifest),
                remedy="wait until the job is complete; check LabelingJobName, S3OutputPath and --data",
            ) from error

    def _write(self, name: str, parts: Iterable[bytes]) -> None:
        self.storage.upload(self._tree.final_pass.object(name), parts, JSON_LINES_TYPE)

    @property
    def _tree(self) -> OutputTree:
        return OutputTree(self.job.output, self.job.name)


@dataclass(frozen=True, slots=True)
class _Manifest:
    file: IO[bytes]
    source: str

    def lines(self) -> Iterator[DataObject]:
        return manifest_lines(self.file, self.source, is_input=False)


@dataclass(frozen=True, slots=True)
class _Survey:
    """What the lines tell before any is decided: gold by object id, and the numbers of classes."""

    attribute: str
    gold: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def followed(self, lines: Iterable[DataObject]) -> Iterator[DataObject]:
        for line in lines:
            if gold := gold_label(line.attributes):
                self.gold[line.id] = gold
            if found := class_number(line.attributes, self.attribute):
                self.numbers.setdefault(*found)
            yield line


class _Redecided:
    """The lines with their new labels, and what changed so far."""

    def __init__(self, decisions: Decisions, survey: _Survey) -> None:
        self._decisions = decisions
        self._attribute = survey.attribute
        self._relabeling = Relabeling(survey.attribute, decisions.field, survey.numbers)
        self._changed: list[Change] = []
        self._counts: Counter[Fate] = Counter()

    def lines(self, lines: Iterable[DataObject], changes: IO[bytes]) -> Iterator[bytes]:
        """Yield the lines of the manifest, and write a line of `changes` for each."""
        for line in lines:
            written, change = self._decided(line)
            self._counts[change.fate] += 1
            if change.fate is Fate.CHANGED:
                self._changed.append(change)
            changes.write(json_bytes(change.to_json()) + b"\n")
            yield written.to_bytes()

    def result(self, remark: str) -> FinalPassResult:
        remarks = [self._decisions.undecided, *self._decisions.remarks, remark]
        counts = {fate: self._counts[fate] for fate in Fate}
        return FinalPassResult(self._decisions.field, self._changed, counts, list(filter(None, remarks)))

    def _decided(self, line: DataObject) -> tuple[OutputLine, Change]:
        before, label = LineLabel.parse(line.attributes, self._attribute), self._decisions.label(line.id)
        unchanged, source = OutputLine(line.attributes), encodable(line.source)
        if not before.label or not label:
            return unchanged, Change.kept(line.id, source, before.label, self._why_kept(before))
        found = self._relabeling.line(line.attributes, label)
        if isinstance(found, Kept):
            return unchanged, Change.kept(line.id, source, before.label, found.reason)
        return OutputLine(found), Change.between(line.id, source, before.label, _told(found, self._attribute, label))

    def _why_kept(self, before: LineLabel) -> str:
        if not before.label:
            return f"it has no label: {before.failure}" if before.failure else "it has no label: it was left out"
        return self._decisions.undecided or _NOT_ANSWERED


def _told(attributes: Mapping[str, object], attribute: str, label: NewLabel) -> ConsolidatedLabel:
    """Return what a line says of its new label; the votes are the rule's, for built-in jobs write none."""
    told = ConsolidatedLabel.of_content({attribute: dict(label.figures)}, attribute)
    return replace(ConsolidatedLabel.of_line(attributes, attribute) or told, votes=told.votes)


def _said_of_strays(object_ids: Sequence[str]) -> str:
    if not object_ids:
        return ""
    first = ", ".join(object_ids[:_STRAYS_TOLD])
    return f"answers to objects that are no line of the output manifest are not used: {len(object_ids)}, first {first}"


def _temporary() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)
