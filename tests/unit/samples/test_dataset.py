"""The layout of a data set, and what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tracemark_samples.classes import LABELS, WeldClass
from tracemark_samples.dataset import SampleSet, write_dataset
from tracemark_samples.errors import (
    BucketNameError,
    CountError,
    OccupiedDirectoryError,
    SamplesError,
    SeedError,
)

BUCKET = "weld-samples"
COUNT = 6


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> SampleSet:
    return write_dataset(tmp_path_factory.mktemp("samples"), seed=5, count=COUNT, bucket=BUCKET)


def json_lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def content_of(directory: Path) -> dict[str, bytes]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in files}


def test_the_bucket_holds_the_files_of_the_labeling_job_and_no_others(written: SampleSet) -> None:
    numbers = range(1, COUNT + 1)
    expected = {"manifest.jsonl", "labels.json"}
    expected |= {f"dataset/dataset-{number}.json" for number in numbers}
    expected |= {f"images/weld.{number}.png" for number in numbers}
    expected |= {f"sensor_data/weld.{number}.csv" for number in numbers}

    names = set(content_of(written.bucket_directory))

    assert names == expected


def test_the_manifest_points_at_the_dataset_files_in_order(written: SampleSet) -> None:
    expected = [{"source": f"s3://{BUCKET}/dataset/dataset-{number}.json"} for number in range(1, COUNT + 1)]

    lines = json_lines(written.manifest)

    assert lines == expected


def test_a_dataset_file_points_at_log_and_photograph(written: SampleSet) -> None:
    expected = {
        "sensor_data": {"s3Path": f"s3://{BUCKET}/sensor_data/weld.2.csv"},
        "image": {"s3Path": f"s3://{BUCKET}/images/weld.2.png"},
    }

    dataset = json.loads((written.bucket_directory / "dataset/dataset-2.json").read_text())

    assert dataset == expected


def test_the_label_categories_are_the_seven_labels_in_order(written: SampleSet) -> None:
    expected = {"document-version": "2018-11-28", "labels": [{"label": label} for label in LABELS]}

    categories = json.loads((written.bucket_directory / "labels.json").read_text())

    assert categories == expected


def test_the_true_labels_lie_outside_the_bucket(written: SampleSet) -> None:
    bucket = written.bucket_directory

    place = written.true_labels

    assert place == bucket.parent / "true-labels.jsonl"


def test_the_true_labels_count_objects_from_zero(written: SampleSet) -> None:
    expected = [{"datasetObjectId": str(line), "label": kind.value} for line, kind in enumerate(written.kinds)]

    lines = json_lines(written.true_labels)

    assert lines == expected


def test_every_kind_appears_among_six(written: SampleSet) -> None:
    kinds = written.kinds

    different = set(kinds)

    assert different == set(WeldClass)


def test_the_log_of_an_item_is_of_its_true_kind(written: SampleSet) -> None:
    number = written.kinds.index(WeldClass.LACK_OF_FUSION) + 1

    log = np.loadtxt(written.bucket_directory / f"sensor_data/weld.{number}.csv", delimiter=",")

    assert 1100 < np.median(log[:, 2]) < 1250


def test_the_photograph_of_an_item_can_be_opened(written: SampleSet) -> None:
    path = written.bucket_directory / "images/weld.1.png"

    with Image.open(path) as picture:
        size = picture.size

    assert size == (1280, 960)


def test_the_same_arguments_give_the_same_bytes_elsewhere(tmp_path: Path) -> None:
    write_dataset(tmp_path / "one", seed=2, count=1, bucket=BUCKET)

    write_dataset(tmp_path / "other", seed=2, count=1, bucket=BUCKET)

    assert content_of(tmp_path / "one") == content_of(tmp_path / "other")


def test_writing_again_over_its_own_output_changes_nothing(tmp_path: Path) -> None:
    write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)
    before = content_of(tmp_path)

    write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)

    assert content_of(tmp_path) == before


def test_writing_again_leaves_what_a_labeling_job_has_added(tmp_path: Path) -> None:
    written = write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)
    plot = written.bucket_directory / "plots" / "weld.1.png"
    plot.parent.mkdir()
    plot.write_bytes(b"plot")

    write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)

    assert plot.read_bytes() == b"plot"


def test_the_seed_decides_the_order_of_the_kinds(written: SampleSet, tmp_path: Path) -> None:
    other = write_dataset(tmp_path, seed=6, count=COUNT, bucket=BUCKET)

    kinds = other.kinds

    assert kinds != written.kinds


def test_progress_is_told_after_each_item(tmp_path: Path) -> None:
    finished: list[int] = []
    images = tmp_path / BUCKET / "images"

    write_dataset(
        tmp_path, seed=2, count=2, bucket=BUCKET, on_item=lambda: finished.append(len(list(images.iterdir())))
    )

    assert finished == [1, 2]


def test_an_empty_bucket_folder_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / BUCKET).mkdir()

    written = write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)

    assert written.manifest.is_file()


@pytest.mark.parametrize("count", [0, -3])
def test_a_count_below_one_is_refused(count: int, tmp_path: Path) -> None:
    refusal = pytest.raises(CountError, match=rf"count is {count}; expected 1 or more")

    with refusal:
        write_dataset(tmp_path, seed=2, count=count, bucket=BUCKET)


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    refusal = pytest.raises(SeedError, match="seed is -1; expected 0 or more")

    with refusal:
        write_dataset(tmp_path, seed=-1, count=1, bucket=BUCKET)


@pytest.mark.parametrize(
    "bucket", ["", "ab", "Weld", "../weld", "weld/1", "a..b", "-weld", "weld-", "a" * 64, "weld\n"]
)
def test_a_bucket_name_that_s3_would_refuse_is_refused(bucket: str, tmp_path: Path) -> None:
    refusal = pytest.raises(BucketNameError, match="Choose such a name")

    with refusal:
        write_dataset(tmp_path, seed=2, count=1, bucket=bucket)


def test_a_refused_request_writes_nothing(tmp_path: Path) -> None:
    place = tmp_path / "new"

    with pytest.raises(SamplesError):
        write_dataset(place, seed=2, count=0, bucket=BUCKET)

    assert not place.exists()


def test_a_bucket_folder_of_another_origin_is_refused(tmp_path: Path) -> None:
    (tmp_path / BUCKET).mkdir()
    (tmp_path / BUCKET / "mine.txt").write_text("keep")

    with pytest.raises(OccupiedDirectoryError, match="Choose an empty directory"):
        write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)


@pytest.mark.parametrize(("seed", "count", "bucket"), [(3, 1, BUCKET), (2, 2, BUCKET), (2, 1, "other-bucket")])
def test_the_place_of_a_data_set_with_other_arguments_is_refused(
    seed: int, count: int, bucket: str, tmp_path: Path
) -> None:
    write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)

    with pytest.raises(OccupiedDirectoryError, match="was not written by this data set"):
        write_dataset(tmp_path, seed=seed, count=count, bucket=bucket)


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("keep")

    with pytest.raises(OccupiedDirectoryError):
        write_dataset(place, seed=2, count=1, bucket=BUCKET)


def test_an_occupied_place_is_also_a_file_exists_error(tmp_path: Path) -> None:
    (tmp_path / BUCKET).write_text("keep")

    with pytest.raises(FileExistsError):
        write_dataset(tmp_path, seed=2, count=1, bucket=BUCKET)
