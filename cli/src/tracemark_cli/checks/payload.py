"""A consolidation request as Ground Truth writes it, put into S3 for one call and taken away again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tracemark.contract.postannotation import annotated_object_json
from tracemark.contract.worker_answer import WorkerAnswer
from tracemark.document import Json
from tracemark.errors import AccessDenied
from tracemark.storage.objects import NewObject
from tracemark.storage.s3objects import S3Objects
from tracemark.storage.s3uri import S3Uri
from tracemark_cli.checks.preparation import Prepared


@dataclass(frozen=True, slots=True)
class Payload:
    """The objects of a request, each with one answer per worker."""

    entries: tuple[Mapping[str, Json], ...]

    @classmethod
    def of(cls, prepared: Sequence[Prepared], answers: Sequence[Mapping[str, Json]]) -> Payload:
        """Return the request in which worker n gave `answers[n]` to every object."""
        return cls(tuple(_entry(one, answers) for one in prepared))

    @property
    def ids(self) -> list[str]:
        """The objects asked for, in order."""
        return [str(entry["datasetObjectId"]) for entry in self.entries]

    def to_json(self) -> list[Json]:
        """Return the document."""
        return [dict(entry) for entry in self.entries]


class WrittenPayload:
    """A context manager: the document lies at `uri` inside it, and no version of it remains."""

    def __init__(self, client: Any, uri: S3Uri, document: Json) -> None:
        self._client = client
        self._uri = uri
        self._document = document

    def __enter__(self) -> None:
        """Write the document.

        Raises:
            ObjectMissing, AccessDenied, StorageUnavailable: S3 does not take it.
        """
        data = json.dumps(self._document).encode()
        S3Objects(self._client).write(self._uri, NewObject(data, "application/json"))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        place = {"Bucket": self._uri.bucket, "Key": self._uri.key}
        try:
            version = self._client.head_object(**place).get("VersionId")
            self._client.delete_object(**place, **({"VersionId": version} if version else {}))
        except (BotoCoreError, ClientError) as refused:
            raise AccessDenied(
                f"the doctor's payload stays where it is ({refused})", place=str(self._uri), remedy="delete it"
            ) from refused


def _entry(one: Prepared, answers: Sequence[Mapping[str, Json]]) -> Mapping[str, Json]:
    given = [WorkerAnswer(f"private.eu-west-1.{number:016x}", answer) for number, answer in enumerate(answers)]
    return annotated_object_json(one.line, given)
