"""`tracemark plot`: the charts of one log on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracemark.contract.plots import ImageFormat
from tracemark.deadline import Deadline
from tracemark.profile.sensor_profile import SensorProfile
from tracemark.profile.shipped import DEFAULT_PROFILE, ShippedProfile, shipped_profiles
from tracemark_cli.local.files import open_file, read_file
from tracemark_cli.terminal.console import console

if TYPE_CHECKING:
    from tracemark_plotting.trace import Trace

_SECONDS = 60.0


@click.command()
@click.argument("log", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--profile",
    default=DEFAULT_PROFILE,
    show_default=True,
    help=f"How to read the log: {', '.join(shipped_profiles())}, or a YAML file.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write to. [default: this one]",
)
@click.option("--format", "image_format", type=click.Choice([*ImageFormat]), default=ImageFormat.PNG, show_default=True)
def plot(log: Path, profile: str, output: Path, image_format: str) -> None:
    """Draw one chart per channel of a sensor log.

    The charts of LOG are written to the folder --output, one PNG or SVG for each channel of the profile.

    Example: tracemark plot weld.1.csv --profile welding -o charts
    """
    from tracemark_plotting.browser import Browser
    from tracemark_plotting.figures import figures
    from tracemark_plotting.settings import Settings

    settings = Settings.parse(os.environ)
    sensor_profile = _profile(profile)
    trace = _read(log, sensor_profile, settings.limits.rows)
    browser = Browser(settings.browser)
    try:
        images = browser.render(figures(trace), ImageFormat(image_format), Deadline.after(_SECONDS))
    finally:
        browser.close()
    output.mkdir(parents=True, exist_ok=True)
    out = console()
    for channel, image in zip(sensor_profile.channels, images, strict=True):
        chart = output / f"{log.name}-{channel.file}.{image_format}"
        chart.write_bytes(image)
        out.print(str(chart), soft_wrap=True)
    for remark in _remarks(trace):
        out.print(remark, soft_wrap=True)


def _read(log: Path, profile: SensorProfile, max_rows: int) -> Trace:
    from tracemark_plotting.logs.file import LogFile
    from tracemark_plotting.trace import read_log

    with open_file(log) as file:
        return read_log(LogFile(file, str(log)), profile, max_rows=max_rows)


def _remarks(trace: Trace) -> list[str]:
    gaps = sum(channel.gaps for channel in trace.channels)
    counts = [f"{trace.samples:,} samples"]
    counts += [f"{gaps:,} missing values drawn as gaps"] if gaps else []
    counts += [f"{trace.repeated:,} repeated timestamps"] if trace.repeated else []
    return [", ".join(counts), *trace.notes]


def _profile(text: str) -> SensorProfile:
    file = Path(text)
    if text not in shipped_profiles() and file.suffix in (".yaml", ".yml"):
        return SensorProfile.parse(read_file(file), str(file))
    return ShippedProfile.parse(text).load()
