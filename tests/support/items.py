"""Items of the tutorial's layout, put into a bucket."""

from __future__ import annotations

import json
from typing import Any

from support.fakes import photograph, weld_log


def put_item(client: Any, number: int | str, log: bytes | None = None) -> dict[str, Any]:
    """Put one item of the tutorial's layout into the bucket; return the event that asks for it."""
    document = {
        "sensor_data": {"s3Path": f"s3://welds/sensor_data/weld.{number}.csv"},
        "image": {"s3Path": f"s3://welds/images/weld.{number}.png"},
    }
    for key, data in (
        (f"dataset/dataset-{number}.json", json.dumps(document).encode()),
        (f"sensor_data/weld.{number}.csv", weld_log() if log is None else log),
        (f"images/weld.{number}.png", photograph()),
    ):
        client.put_object(Bucket="welds", Key=key, Body=data)
    return {
        "version": "2018-10-06",
        "labelingJobArn": "arn:aws:sagemaker:eu-west-1:111122223333:labeling-job/weldinglabeljob1",
        "dataObject": {"source": f"s3://welds/dataset/dataset-{number}.json"},
    }
