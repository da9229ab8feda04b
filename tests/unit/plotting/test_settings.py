"""The plotting function's environment as a value."""

from __future__ import annotations

from pathlib import Path

import plotly
import pytest

from tracemark.errors import InvalidConfiguration, TracemarkError
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.s3uri import S3Uri
from tracemark_plotting.browser import BrowserSettings
from tracemark_plotting.limits import Limits
from tracemark_plotting.settings import Settings, Show

BUNDLED = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
DEFAULTS = Settings(
    browser=BrowserSettings(Path("/usr/lib/chromium/chromium-headless-shell"), BUNDLED, max_restarts=5),
    limits=Limits(csv_bytes=2**40, rows=1_000_000_000, channels=64),
    default_profile=ShippedProfile("welding"),
    allowed_buckets=None,
)
NAMES = (
    "BROWSER_PATH",
    "PLOTLY_JS",
    "MAX_CSV_BYTES",
    "MAX_ROWS",
    "MAX_CHANNELS",
    "MAX_TRACE_DISK_BYTES",
    "SENSOR_PROFILE",
    "ALLOWED_BUCKETS",
    "SHOW",
)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.parse({}) == DEFAULTS


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.parse(dict.fromkeys(NAMES, "")) == DEFAULTS


def test_the_bundled_plotly_js_is_there() -> None:
    assert Settings.parse({}).browser.plotly_js.is_file()


def test_every_variable_is_read() -> None:
    environment = {
        "BROWSER_PATH": "/opt/browser",
        "PLOTLY_JS": "/opt/plotly.js",
        "MAX_CSV_BYTES": "1",
        "MAX_ROWS": "2",
        "MAX_CHANNELS": "3",
        "MAX_TRACE_DISK_BYTES": "512000000",
        "SENSOR_PROFILE": "s3://bucket/profile.yaml",
        "ALLOWED_BUCKETS": "bucket,other-bucket",
        "SHOW": "both",
    }

    assert Settings.parse(environment) == Settings(
        BrowserSettings(Path("/opt/browser"), Path("/opt/plotly.js")),
        Limits(1, 2, 3, 512_000_000),
        S3Uri("bucket", "profile.yaml"),
        frozenset({"bucket", "other-bucket"}),
        Show.BOTH,
    )


@pytest.mark.parametrize(
    ("show", "charts", "signals"), [("", True, False), ("signals", False, True), ("both", True, True)]
)
def test_what_is_shown_says_what_is_written(show: str, charts: bool, signals: bool) -> None:
    found = Settings.parse({"SHOW": show}).show

    assert (found.charts, found.signals) == (charts, signals)


def test_a_profile_may_be_a_shipped_one() -> None:
    assert Settings.parse({"SENSOR_PROFILE": "robotic-weld"}).default_profile == ShippedProfile("robotic-weld")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_CSV_BYTES", "128M"),
        ("MAX_ROWS", "0"),
        ("MAX_CHANNELS", "-1"),
        ("MAX_TRACE_DISK_BYTES", "1 GB"),
        ("SENSOR_PROFILE", "weldings"),
        ("ALLOWED_BUCKETS", "s3://bucket"),
        ("SHOW", "plots"),
    ],
)
def test_a_wrong_value_is_refused_with_its_variable(name: str, value: str) -> None:
    with pytest.raises(InvalidConfiguration, match=name):
        Settings.parse({name: value})


def test_a_profile_s_bad_uri_is_refused() -> None:
    with pytest.raises(TracemarkError, match="is no S3 URI"):
        Settings.parse({"SENSOR_PROFILE": "s3://bucket"})


def test_without_plotly_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracemark_plotting.settings.find_spec", lambda _: None)

    with pytest.raises(InvalidConfiguration, match="PLOTLY_JS is unset and the package plotly is missing"):
        Settings.parse({})


def test_signals_need_no_plotly_and_charts_say_that_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracemark_plotting.settings.find_spec", lambda name: None)

    assert Settings.parse({"SHOW": "signals"}).show is Show.SIGNALS
    with pytest.raises(InvalidConfiguration, match="plotly is missing"):
        Settings.parse({"SHOW": "charts"})
