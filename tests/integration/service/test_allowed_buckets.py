"""What ALLOWED_BUCKETS means to the service."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tracemark.storage.s3uri import S3Uri
from tracemark_cli.local.serving import SERVE_DEFAULTS, open_service
from tracemark_groundtruth.rendering.grants import ReadGrants


@pytest.mark.parametrize(("bucket", "status"), [("welds", 200), ("payroll", 403)])
def test_a_link_shows_objects_of_allowed_buckets_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bucket: str, status: int
) -> None:
    (tmp_path / bucket).mkdir()
    (tmp_path / bucket / "a.txt").write_text("a")
    monkeypatch.setenv("ALLOWED_BUCKETS", "welds")

    with open_service(tmp_path, {**SERVE_DEFAULTS, "port": 0}) as (service, _, origin):
        link = ReadGrants(service.secrets.signing).url(S3Uri(bucket, "a.txt"), datetime.now(UTC) + timedelta(hours=1))
        with TestClient(service.app, base_url=origin) as browser:
            answer = browser.get(link)

    assert answer.status_code == status
