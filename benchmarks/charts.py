"""The same three charts by three means: tracemark, stock Plotly with Kaleido, matplotlib."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WIDTH, HEIGHT = 1000, 500
CHANNELS = (("Electrode position", 1), ("Current", 2), ("Voltage", 3))
COLOURS = ("#0072B2", "#D55E00", "#009E73")
TIME = "Time since arc start (ms)"


def log(rows: int) -> bytes:
    """Return a headerless log: time in ms, three channels with noise and spikes, two columns nobody needs."""
    rng = np.random.default_rng(rows)
    time = np.arange(rows) * 50
    position = 94.8 - time / time[-1] + rng.normal(0, 0.05, rows)
    current = 1464 + rng.normal(0, 12, rows)
    voltage = 428 + rng.normal(0, 5, rows)
    voltage[rng.integers(0, rows, max(rows // 5000, 3))] += 150
    table = pd.DataFrame({0: time, 1: position, 2: current, 3: voltage, 4: 7, 5: 8})
    return str(table.to_csv(index=False, header=False, float_format="%.2f")).encode()


class Ours:
    """The path of the plotting function: CSV bytes, trace, figures, images."""

    def __init__(self) -> None:
        from tracemark.profile.shipped import ShippedProfile
        from tracemark_plotting.browser import Browser
        from tracemark_plotting.settings import Settings

        self.browser = Browser(Settings.parse(os.environ).browser)
        self.profile = ShippedProfile.parse("welding").load()

    def read(self, data: bytes) -> Any:
        from tracemark_plotting.trace import read_trace

        return read_trace(data, self.profile, max_rows=10_000_000, place="benchmark")

    def figures(self, trace: Any) -> list[Any]:
        from tracemark_plotting.figures import figures

        return figures(trace)

    def render(self, figures: list[Any]) -> list[bytes]:
        from tracemark.contract.plots import ImageFormat
        from tracemark.deadline import Deadline

        return self.browser.render(figures, ImageFormat.PNG, Deadline.after(60))

    def draw(self, data: bytes) -> list[bytes]:
        return self.render(self.figures(self.read(data)))

    def close(self) -> None:
        self.browser.close()


def read_bare(data: bytes) -> pd.DataFrame:
    """Read the same columns with pandas and nothing else."""
    return pd.read_csv(io.BytesIO(data), header=None, usecols=[0, 1, 2, 3])


class Stock:
    """graph_objects, and Kaleido's persistent server as its documentation shows it; MathJax off, for want of a net."""

    def __init__(self) -> None:
        import kaleido
        import plotly.graph_objects as go

        self.go, self.kaleido = go, kaleido
        kaleido.start_sync_server(n=1, mathjax=False)

    def draw(self, data: bytes) -> list[bytes]:
        table = read_bare(data)
        return [self._image(table, *channel) for channel in zip(CHANNELS, COLOURS, strict=True)]

    def _image(self, table: pd.DataFrame, channel: tuple[str, int], colour: str) -> bytes:
        title, column = channel
        line = self.go.Scatter(x=table[0], y=table[column], mode="lines", line={"color": colour, "width": 2.5})
        figure = self.go.Figure(line)
        figure.update_layout(width=WIDTH, height=HEIGHT, title=title, xaxis_title=TIME, yaxis_title=title)
        figure.update_layout(template="none", font_size=26, margin={"l": 140, "r": 50, "t": 70, "b": 100})
        image: bytes = self.kaleido.calc_fig_sync(figure, opts={"format": "png"})
        return image

    def close(self) -> None:
        self.kaleido.stop_sync_server()


class Matplotlib:
    """The Agg canvas, without pyplot's state."""

    def __init__(self) -> None:
        sys.path.append("/opt/bench")
        os.environ.setdefault("MPLCONFIGDIR", str(Path(os.environ.get("TMPDIR", "/tmp")) / "matplotlib"))
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib.figure import Figure

        self.figure = Figure

    def draw(self, data: bytes) -> list[bytes]:
        table = read_bare(data)
        return [self._image(table, *channel) for channel in zip(CHANNELS, COLOURS, strict=True)]

    def _image(self, table: pd.DataFrame, channel: tuple[str, int], colour: str) -> bytes:
        title, column = channel
        figure = self.figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
        axes = figure.subplots()
        axes.plot(table[0].to_numpy(), table[column].to_numpy(), color=colour, linewidth=1.8)
        axes.set_title(title, fontsize=23, fontweight="bold")
        axes.set_xlabel(TIME, fontsize=19)
        axes.set_ylabel(title, fontsize=19)
        axes.tick_params(labelsize=19)
        axes.grid(color="#E4E4E4")
        figure.subplots_adjust(left=0.14, right=0.95, top=0.86, bottom=0.2)
        image = io.BytesIO()
        figure.savefig(image, format="png")
        return image.getvalue()

    def close(self) -> None:
        pass
