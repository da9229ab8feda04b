"""What the function makes on first use and keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tracemark.errors import BucketNotAllowed
from tracemark.storage.s3uri import S3Uri
from tracemark_postlabel import wiring


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    wiring.reset()
    yield
    wiring.reset()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ABSTAIN_LABEL", "Unclear")

    settings = wiring.settings()

    assert settings.abstain_label == "Unclear"


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = wiring.settings()
    monkeypatch.setenv("ABSTAIN_LABEL", "Unclear")

    second = wiring.settings()

    assert second is first


def test_the_environment_is_read_again_after_a_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    wiring.settings()
    monkeypatch.setenv("ABSTAIN_LABEL", "Unclear")

    wiring.reset()

    assert wiring.settings().abstain_label == "Unclear"


def test_the_store_is_confined_to_the_allowed_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_BUCKETS", "weld-bucket")

    store = wiring.store()

    with pytest.raises(BucketNotAllowed):
        store.read(S3Uri("other-bucket", "key"), limit=1)


def test_the_store_is_kept_for_the_next_call() -> None:
    first = wiring.store()

    second = wiring.store()

    assert second is first
