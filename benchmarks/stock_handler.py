"""A Lambda handler as one would write it first: read the log from S3, plotly.graph_objects, Kaleido, write to S3."""

from __future__ import annotations

from typing import Any

import boto3
import kaleido  # noqa: F401 - imported at start, like everything else
import pandas  # noqa: F401
from charts import CHANNELS, Stock

s3 = boto3.client("s3")
stock = Stock()


def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    bucket, key = event["sensor_data"]["s3Path"].removeprefix("s3://").split("/", 1)
    data = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    plots = []
    for image, (title, _) in zip(stock.draw(data), CHANNELS, strict=True):
        target = f"plots/{key}-{title}.png"
        s3.put_object(Bucket=bucket, Key=target, Body=image, ContentType="image/png")
        plots.append(target)
    return {"plots": plots}
