"""Reads a job back from its output tree: one of ours or of Ground Truth itself, finished or under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracemark.contract.answer_fields import DEFAULT_CLASSIFIER
from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import MAX_MANIFEST_BYTES, DataObject, manifest_text, read_manifest
from tracemark.contract.output_line import LineLabel
from tracemark.document import Json
from tracemark.errors import ObjectMissing
from tracemark.marks.labels import labels_in
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.finished.given_answer import GivenAnswer
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.finished.tree_reader import TreeReader
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.s3.job_storage import JobStorage
from tracemark_groundtruth.s3.left_out_file import read_left_out


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """A job, finished or in progress: `items` in manifest order, `classes` as listed, then further ones used.

    `is_finished`: whether its output manifest exists.
    """

    name: str
    attribute: str
    items: tuple[Item, ...]
    classes: tuple[str, ...]
    is_finished: bool

    @classmethod
    def read(
        cls, storage: JobStorage, job: LabelingJob, listed: Sequence[str] = (), *, final: bool = False
    ) -> FinishedJob:
        """Read the output manifest and every worker response; `listed` are the job's label categories.

        While there is no output manifest, the input manifest and the consolidation responses stand in for it. With
        `final`, the manifest of the final pass is read in its place.

        Raises:
            ObjectMissing: the job has not begun: there is neither an output nor an input manifest; or `final`, and no
                final pass was made.
            InvalidDocument: a document of the tree is wrong; the error names it.
            AccessDenied, StorageUnavailable: S3 refused, or did not answer.
        """
        tree = OutputTree(job.output, job.name)
        reader = TreeReader(storage, tree)
        answers, left_out = reader.answers(listed), read_left_out(storage, tree.output_manifest)
        finished = _final_lines(storage, tree) if final else _lines(storage, tree.output_manifest, is_input=False)
        contents = {} if finished else reader.contents()
        lines = finished or _input_lines(storage, job) or _refuse(tree)
        labels = {line.id: _label(job, line, contents.get(line.id), listed) for line in lines}
        classifier = _classifier([each.label for each in labels.values()], answers.values())
        usual = "" if finished else None
        items = tuple(
            _item(line, labels[line.id], answers.get(line.id, ()), classifier, left_out.get(line.id, usual))
            for line in lines
        )
        return cls(job.name, job.label_attribute_name, items, _classes(items, listed), bool(finished))


def _input_lines(storage: JobStorage, job: LabelingJob) -> list[DataObject]:
    return [] if job.manifest is None else _lines(storage, job.manifest, is_input=True)


def _lines(storage: JobStorage, uri: S3Uri, *, is_input: bool) -> list[DataObject]:
    try:
        text = manifest_text(storage.read(uri, MAX_MANIFEST_BYTES), str(uri))
    except ObjectMissing:
        return []
    return list(read_manifest(text, str(uri), is_input=is_input))


def _final_lines(storage: JobStorage, tree: OutputTree) -> list[DataObject]:
    if lines := _lines(storage, tree.consolidated_manifest, is_input=False):
        return lines
    raise ObjectMissing(
        "there is no manifest of a final pass over this job",
        place=str(tree.consolidated_manifest),
        remedy="once the job is finished, run `tracemark consolidate JOB.yaml`; or leave out --final",
    )


def _refuse(tree: OutputTree) -> list[DataObject]:
    raise ObjectMissing(
        "there is no output of this job, and no input manifest either",
        place=str(tree.output_manifest),
        remedy="run the job first; check LabelingJobName, S3OutputPath and --data",
    )


def _label(job: LabelingJob, line: DataObject, content: Mapping[str, Json] | None, classes: Sequence[str]) -> LineLabel:
    """Return what the line says of its label, or, while the job runs, what the consolidation response says."""
    attribute = job.label_attribute_name
    if content is None:
        return LineLabel.parse(line.attributes, attribute, classes)
    return LineLabel(ConsolidatedLabel.of_content(content, attribute, classes) if attribute in content else None, "")


def _item(
    line: DataObject, read: LineLabel, answers: tuple[GivenAnswer, ...], classifier: str, left_out: str | None
) -> Item:
    """Return an object; `left_out` is why no worker was shown it, None while that is not known."""
    if read.label:
        standing = Standing.LABELED
    elif read.failure:
        standing = Standing.FAILED
    else:
        standing = Standing.WAITING if left_out is None else Standing.LEFT_OUT
    reason = "" if read.label else read.failure or left_out or ""
    return Item(line, standing, read.label, answers, classifier, reason)


def _classifier(labels: Iterable[ConsolidatedLabel | None], answers: Iterable[Sequence[GivenAnswer]]) -> str:
    """Return the name most labels tell, else that in most answers, the alphabetically first of several."""
    told = Counter(label.classifier for label in labels if label and label.classifier)
    used = Counter(name for given in answers for answer in given for name in answer.labels)
    counts = told or used
    return min(counts, key=lambda name: (-counts[name], name), default=DEFAULT_CLASSIFIER)


def _classes(items: Sequence[Item], listed: Sequence[str]) -> tuple[str, ...]:
    used = {name for item in items for name in (*item.votes, *_labels(item))}
    return tuple(dict.fromkeys((*listed, *sorted(used))))


def _labels(item: Item) -> Collection[str]:
    """Return the classes of an object's label: of marks these are the marks' own."""
    if not item.label:
        return ()
    found = item.label.fields
    return labels_in(found.by_name[found.main].value, found.kind) if found.kind else (item.label.name,)
