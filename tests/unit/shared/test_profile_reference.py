"""The reference of sensor profiles: it names every key, and its examples are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracemark.profile.sensor_profile import CHANNEL_KEYS, PROFILE_KEYS, RESERVED_KEYS, Order, SensorProfile, TimeUnit
from tracemark.profile.time import TIME_KEYS
from tracemark_plotting.trace import read_trace

EXAMPLES = 4


def _reference(project: Path) -> str:
    return (project / "docs/reference/sensor-profile.md").read_text("utf-8")


@pytest.mark.parametrize("key", sorted({*PROFILE_KEYS, *CHANNEL_KEYS, *TIME_KEYS}))
def test_every_key_is_explained(project: Path, key: str) -> None:
    assert re.search(
        rf"^\|[^|]*`{key}`|`{key}`, |, `{key}`|^Each may have a `{key}`|`{key}` is ", _reference(project), re.M
    )


@pytest.mark.parametrize("word", [*TimeUnit, *Order, *sorted(RESERVED_KEYS)])
def test_every_value_is_named(project: Path, word: str) -> None:
    assert re.search(rf"`(order: )?{word}`", _reference(project))


@pytest.mark.parametrize("number", range(EXAMPLES))
def test_every_example_is_read(project: Path, number: int) -> None:
    pairs = re.findall(r"```csv\n(.*?)```\n\n```yaml\n(.*?)```", _reference(project), re.S)
    log, profile = pairs[number]

    trace = read_trace(log.encode(), SensorProfile.parse(profile.encode(), "example"), max_rows=100, place="example")

    assert len(pairs) == EXAMPLES
    assert all(channel.samples >= 2 for channel in trace.channels)
