"""The sample data, made over to a bucket."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tracemark.contract.dataset import Dataset
from tracemark.contract.manifest import read_manifest
from tracemark.errors import InvalidConfiguration
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_groundtruth.rendering.renderer import render
from tracemark_samples.dataset import write_dataset
from tracemark_stack.sample_data import PACKED_BUCKET, put_samples

BUCKET = S3Prefix("welding-bucket-1x2y", "")


@dataclass
class MemoryShelf:
    """A `Shelf` in memory; `order` are the keys as they came."""

    objects: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def put_new(self, key: str, data: bytes, media_type: str) -> bool:
        self.order.append(key)
        if key in self.objects:
            return False
        self.objects[key] = (data, media_type)
        return True


TEMPLATE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<script src="/assets/scripts/signal-view.js"></script>
<crowd-form></crowd-form>"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One weld, packed as the image packs five."""
    folder = tmp_path_factory.mktemp("packed")
    made = write_dataset(folder, seed=7, count=1, bucket=PACKED_BUCKET.bucket)
    (made.bucket_directory / "templates/weld-sketches").mkdir(parents=True)
    (made.bucket_directory / "templates/weld-classification.liquid.html").write_text(TEMPLATE)
    (made.bucket_directory / "templates/signal-view.js").write_text("define();")
    (made.bucket_directory / "templates/weld-sketches/good-weld.svg").write_text("<svg/>")
    return made.bucket_directory


def test_manifest_and_documents_name_the_bucket_they_lie_in(packed: Path) -> None:
    shelf = MemoryShelf()

    put_samples(packed, BUCKET, shelf)

    (line,) = read_manifest(shelf.objects["manifest.jsonl"][0].decode())
    document = shelf.objects["dataset/dataset-1.json"][0]
    item = Dataset.parse(document, "dataset-1.json")
    assert str(line.uri) == f"{BUCKET}dataset/dataset-1.json"
    assert str(item.images[0].file) == f"{BUCKET}images/weld.1.png"
    assert str(item.logs[0].file) == f"{BUCKET}sensor_data/weld.1.csv"


def test_everything_that_is_packed_is_put_and_nothing_names_the_packed_bucket(packed: Path) -> None:
    shelf = MemoryShelf()

    written = put_samples(packed, BUCKET, shelf)

    files = {file.relative_to(packed).as_posix() for file in packed.rglob("*") if file.is_file()}
    assert set(shelf.objects) == files
    assert written == len(files)
    assert [key for key, (data, _) in shelf.objects.items() if PACKED_BUCKET.bucket.encode() in data] == []


def test_photographs_and_logs_are_put_as_they_are(packed: Path) -> None:
    shelf = MemoryShelf()

    put_samples(packed, BUCKET, shelf)

    for key in ("images/weld.1.png", "sensor_data/weld.1.csv"):
        assert shelf.objects[key][0] == (packed / key).read_bytes()


def test_every_object_has_the_type_of_its_file(packed: Path) -> None:
    shelf = MemoryShelf()

    put_samples(packed, BUCKET, shelf)

    types = {Path(key).suffix: media_type for key, (_, media_type) in shelf.objects.items()}
    assert types == {
        ".csv": "text/csv",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".jsonl": "application/jsonl",
        ".png": "image/png",
        ".svg": "image/svg+xml",
    }


def test_a_template_loads_its_scripts_from_beside_it_by_links_that_the_portal_signs(packed: Path) -> None:
    shelf = MemoryShelf()

    put_samples(packed, BUCKET, shelf)

    template = shelf.objects["templates/weld-classification.liquid.html"][0].decode()
    granted: list[S3Uri] = []

    def grant(uri: S3Uri) -> str:
        granted.append(uri)
        return "https://signed"

    html = render(template, {}, grant)
    assert [str(uri) for uri in granted] == [f"{BUCKET}templates/signal-view.js"]
    assert '<script src="https://signed"></script>' in html
    assert "templates/signal-view.js" in shelf.objects
    assert "https://assets.crowd.aws/crowd-html-elements.js" in html


def test_the_manifest_comes_last(packed: Path) -> None:
    shelf = MemoryShelf()

    put_samples(packed, BUCKET, shelf)

    assert shelf.order[-1] == "manifest.jsonl"


def test_what_is_there_already_stays_and_the_rest_is_added(packed: Path) -> None:
    shelf = MemoryShelf({"manifest.jsonl": (b"mine", "text/plain")})

    written = put_samples(packed, BUCKET, shelf)

    assert shelf.objects["manifest.jsonl"] == (b"mine", "text/plain")
    assert written == len(shelf.objects) - 1


def test_an_image_without_samples_says_so(tmp_path: Path) -> None:
    (tmp_path / "labels.json").write_text(json.dumps({}))

    with pytest.raises(InvalidConfiguration, match="SampleData"):
        put_samples(tmp_path, BUCKET, MemoryShelf())
