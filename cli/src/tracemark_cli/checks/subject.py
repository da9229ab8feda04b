"""What is examined: a job and what it names, each part read or called once, when a check first asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from tracemark.contract.categories import MAX_CATEGORY_FILE_BYTES, Categories
from tracemark.contract.manifest import MAX_MANIFEST_BYTES, DataObject
from tracemark.document import Json
from tracemark.errors import TracemarkError
from tracemark.storage.s3objects import S3Objects
from tracemark_cli.checks.finding import Finding, warning
from tracemark_cli.checks.form import Form
from tracemark_cli.checks.manifest import Manifest
from tracemark_cli.checks.page import example_link
from tracemark_cli.checks.preparation import Preparations, prepare, sample, without_function
from tracemark_groundtruth.functions.function import Function
from tracemark_groundtruth.job.labeling_job import LabelingJob
from tracemark_groundtruth.labeling.template import MAX_TEMPLATE_BYTES
from tracemark_groundtruth.rendering.inspection import InspectedTemplate

_NO_MANIFEST = warning(
    "a streaming job without a manifest: its functions are not called here",
    "InputConfig.DataSource",
    remedy="name a ManifestS3Uri with some of the objects that will come, and examine that",
)
_UNSEEN: dict[str, Json] = {"WeldingClassification": {"label": "Good Weld"}}


class Subject:
    """A sound request with the S3 and the functions that it speaks of; a function of None is not part of the job."""

    def __init__(
        self, job: LabelingJob, client: Any, pre: Function | None, post: Function | None, sample_size: int
    ) -> None:
        self.job = job
        self.client = client
        self.pre = pre
        self.post = post
        self._sample_size = sample_size

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest; what keeps it from being read is what is wrong with it."""
        if self.job.manifest is None:
            return Manifest(f"job {self.job.name}", "", (), (_NO_MANIFEST,))
        try:
            data = S3Objects(self.client).read(self.job.manifest, limit=MAX_MANIFEST_BYTES).data
        except TracemarkError as error:
            return Manifest(str(self.job.manifest), "", (), (Finding.of(error),))
        return Manifest.parse(data, str(self.job.manifest))

    @cached_property
    def sampled(self) -> Sequence[DataObject]:
        """The lines that the functions are called for: unlabeled ones, spread over the manifest."""
        unlabeled = [line for line in self.manifest.objects if self.job.label_attribute_name not in line.attributes]
        return sample(unlabeled, self._sample_size)

    @cached_property
    def preparations(self) -> Preparations:
        """What the pre-labeling function makes of the sampled lines."""
        if self.pre is None:
            return without_function(self.sampled)
        return prepare(self.pre, self.sampled, self.job.labeling_job_arn)

    @cached_property
    def page(self) -> InspectedTemplate | Finding:
        """The worker template, or why there is none."""
        try:
            stored = S3Objects(self.client).read(self.job.ui_template, limit=MAX_TEMPLATE_BYTES)
            return InspectedTemplate.parse(stored.data, str(self.job.ui_template))
        except TracemarkError as error:
            return Finding.of(error)

    @cached_property
    def categories(self) -> Categories | Finding | None:
        """The job's label categories, why they cannot be read, or None when the job names no file."""
        if self.job.label_categories is None:
            return None
        try:
            stored = S3Objects(self.client).read(self.job.label_categories, limit=MAX_CATEGORY_FILE_BYTES)
            return Categories.parse_file(stored.data, str(self.job.label_categories))
        except TracemarkError as error:
            return Finding.of(error)

    @cached_property
    def answer(self) -> dict[str, Json]:
        """What a worker would submit on the page of the first sampled line."""
        if isinstance(self.page, Finding) or not self.preparations.prepared:
            return dict(_UNSEEN)
        try:
            rendered = self.page.render(self.preparations.prepared[0].task_input, example_link)
        except TracemarkError:
            return dict(_UNSEEN)
        return Form.parse(rendered.html).answer() or dict(_UNSEEN)
