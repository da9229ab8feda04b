"""The rest of a job's output tree: worker responses and consolidation responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from tracemark.contract.postannotation import ConsolidatedAnnotation
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import Json, Node, read_json
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.finished.given_answer import GivenAnswer, last_of_each_worker
from tracemark_groundtruth.job.output_tree import OutputTree
from tracemark_groundtruth.s3.job_storage import JobStorage

MAX_RESPONSE_BYTES = 64 * 1024 * 1024

_THREADS = 8
_WORKER_RESPONSE = re.compile(r"iteration-(\d+)/(\d+)/([^/]+)\.json", re.ASCII)
_CONSOLIDATION_RESPONSE = re.compile(r"iteration-(\d+)/([^/]+)\.json", re.ASCII)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TreeReader:
    """Reads the tree of one job; every method raises `AccessDenied`, `StorageUnavailable` and `InvalidDocument`."""

    storage: JobStorage
    tree: OutputTree

    def answers(self, classes: Sequence[str]) -> Mapping[str, tuple[GivenAnswer, ...]]:
        """Return the answers to each object, one of each worker: the last one that was given."""
        responses = self._read(self.tree.worker_responses, _WORKER_RESPONSE, partial(_answers, classes))
        given: dict[str, list[GivenAnswer]] = {}
        for match, answers in responses:
            given.setdefault(match[2], []).extend(answers)
        return {object_id: last_of_each_worker(answers) for object_id, answers in given.items()}

    def responses(self) -> Mapping[str, Sequence[S3Uri]]:
        """Return where the answers to each object lie, in the order in which they were given."""
        below = self.tree.worker_responses
        found: dict[str, list[S3Uri]] = {}
        for match in self._keys(below, _WORKER_RESPONSE):
            found.setdefault(match[2], []).append(below.object(match[0]))
        return found

    def worker_answers(self, responses: Sequence[S3Uri]) -> list[WorkerAnswer]:
        """Return the answers in some responses as they were sent, the last of each worker."""
        answers = (answer for uri in responses for answer in self._parse(uri, _worker_answers))
        return list({answer.worker_id: answer for answer in answers}.values())

    def contents(self) -> Mapping[str, Mapping[str, Json]]:
        """Return the content of each object's consolidated annotation, the last one where there are several."""
        root = self.tree.root
        below = S3Prefix(root.bucket, f"{root.key}annotations/consolidated-annotation/consolidation-response/")
        responses = self._read(below, _CONSOLIDATION_RESPONSE, _annotations)
        return {each.dataset_object_id: each.content for _, annotations in responses for each in annotations}

    def _read(
        self, below: S3Prefix, pattern: re.Pattern[str], parse: Callable[[Node], Sequence[T]]
    ) -> list[tuple[re.Match[str], Sequence[T]]]:
        """Return what each object below a prefix holds whose key fits, by iteration and moment."""
        fitting = self._keys(below, pattern)
        with ThreadPoolExecutor(_THREADS) as executor:
            documents = executor.map(lambda match: self._parse(below.object(match[0]), parse), fitting)
            return list(zip(fitting, documents, strict=True))

    def _keys(self, below: S3Prefix, pattern: re.Pattern[str]) -> list[re.Match[str]]:
        keys = self.storage.keys(below)
        fitting = [match for key in keys if (match := pattern.fullmatch(key.removeprefix(below.key)))]
        fitting.sort(key=lambda match: (int(match[1]), match[match.re.groups], match[0]))
        return fitting

    def _parse(self, uri: S3Uri, parse: Callable[[Node], Sequence[T]]) -> Sequence[T]:
        return parse(read_json(self.storage.read(uri, MAX_RESPONSE_BYTES), str(uri)))


def _answers(classes: Sequence[str], document: Node) -> Sequence[GivenAnswer]:
    return [GivenAnswer.parse(node, classes) for node in document["answers"].items()]


def _worker_answers(document: Node) -> Sequence[WorkerAnswer]:
    return [WorkerAnswer.parse(node) for node in document["answers"].items()]


def _annotations(document: Node) -> Sequence[ConsolidatedAnnotation]:
    return [ConsolidatedAnnotation.parse(node) for node in document.items()]
