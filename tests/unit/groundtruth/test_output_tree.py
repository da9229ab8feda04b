"""The keys of a job's output, and the three ways in which Ground Truth writes a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tracemark.contract.timestamps import answer_time, creation_date, key_time
from tracemark.storage.s3uri import S3Prefix
from tracemark_groundtruth.job.output_tree import OutputTree

AT = datetime(2020, 9, 15, 16, 16, 11, 7_999, tzinfo=UTC)
SEED = "s3://iiot-custom-label-blog-bucket-unn4d0l4j0/output"


@pytest.fixture(params=[SEED, f"{SEED}/"])
def tree(request: pytest.FixtureRequest) -> OutputTree:
    return OutputTree(S3Prefix.parse(request.param), "WeldingLabelJob1")


def test_the_consolidation_request_lies_where_the_tutorial_shows_it(tree: OutputTree) -> None:
    assert str(tree.consolidation_request(1, AT)) == (
        f"{SEED}/WeldingLabelJob1/annotations/consolidated-annotation/consolidation-request/iteration-1/"
        "2020-09-15_16:16:11.json"
    )


def test_the_output_config_is_what_the_tutorial_shows(tree: OutputTree) -> None:
    assert tree.annotations == f"{SEED}/WeldingLabelJob1/annotations"


def test_a_bucket_as_a_whole_can_be_the_output_path() -> None:
    tree = OutputTree(S3Prefix.parse("s3://welds"), "Job")

    assert str(tree.output_manifest) == "s3://welds/Job/manifests/output/output.manifest"


@pytest.mark.parametrize(
    "moment", [AT, AT.replace(tzinfo=None), AT.astimezone(timezone(timedelta(hours=5, minutes=30)))]
)
def test_moments_are_written_in_utc(moment: datetime) -> None:
    written = (key_time(moment), answer_time(moment), creation_date(moment))

    assert written == ("2020-09-15_16:16:11", "2020-09-15T16:16:11.007Z", "2020-09-15T16:16:11.007999")


def test_a_full_second_keeps_its_zeros() -> None:
    moment = datetime(2020, 9, 15, 16, 16, 11, tzinfo=UTC)

    assert (answer_time(moment), creation_date(moment)) == ("2020-09-15T16:16:11.000Z", "2020-09-15T16:16:11.000000")
