"""The plotting function's environment as a validated value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from tracemark.errors import InvalidConfiguration
from tracemark.profile.shipped import DEFAULT_PROFILE, ProfileReference, profile_reference
from tracemark.settings import bucket_names, one_of, whole_number
from tracemark_plotting.browser import BrowserSettings
from tracemark_plotting.limits import Limits

_SEEN_BY_THE_BROWSER = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "FONTCONFIG_PATH")
_LARGEST_LOG = 1 << 40  # 1 TiB: on one's own machine the disk is the bound
_HEADLESS_SHELL = "/usr/lib/chromium/chromium-headless-shell"


class Show(StrEnum):
    """What is written for a log; the first is the default."""

    CHARTS = "charts"
    SIGNALS = "signals"
    BOTH = "both"

    @property
    def charts(self) -> bool:
        """Whether an image of each channel is drawn, which needs a browser."""
        return self is not Show.SIGNALS

    @property
    def signals(self) -> bool:
        """Whether the trace file is written, which a signal view looks into."""
        return self is not Show.CHARTS


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; docs/reference/settings.md lists the variables."""

    browser: BrowserSettings
    limits: Limits
    default_profile: ProfileReference
    allowed_buckets: frozenset[str] | None
    show: Show = Show.CHARTS

    @classmethod
    def parse(cls, environment: Mapping[str, str]) -> Settings:
        """Read the variables.

        Raises:
            InvalidConfiguration, InvalidUri: a variable holds something else than is expected.
        """
        show = Show(one_of(environment, "SHOW", tuple(Show)))
        return cls(
            browser=BrowserSettings(
                executable=browser_executable(environment),
                plotly_js=_plotly_js(environment, show),
                environment={name: environment[name] for name in _SEEN_BY_THE_BROWSER if name in environment},
            ),
            limits=Limits(
                csv_bytes=whole_number(environment, "MAX_CSV_BYTES", _LARGEST_LOG),
                rows=whole_number(environment, "MAX_ROWS", 1_000_000_000),
                channels=whole_number(environment, "MAX_CHANNELS", 64),
                trace_disk_bytes=whole_number(environment, "MAX_TRACE_DISK_BYTES", 0) or None,
            ),
            default_profile=profile_reference(environment.get("SENSOR_PROFILE") or DEFAULT_PROFILE),
            allowed_buckets=bucket_names(environment, "ALLOWED_BUCKETS"),
            show=show,
        )


def browser_executable(environment: Mapping[str, str]) -> Path:
    """Return where the headless Chromium is that draws charts; whether it is there is not looked at."""
    return Path(environment.get("BROWSER_PATH") or _HEADLESS_SHELL)


def _plotly_js(environment: Mapping[str, str], show: Show) -> Path:
    if named := environment.get("PLOTLY_JS"):
        return Path(named)
    return _bundled_plotly_js() if show.charts else Path()  # signals are drawn without it, where it may be missing


def _bundled_plotly_js() -> Path:
    plotly = find_spec("plotly")  # found, not imported: the import takes a tenth of a second
    origin = plotly.origin if plotly else None
    if origin is None:
        raise InvalidConfiguration("PLOTLY_JS is unset and the package plotly is missing", remedy="install plotly")
    return Path(origin).parent / "package_data" / "plotly.min.js"
