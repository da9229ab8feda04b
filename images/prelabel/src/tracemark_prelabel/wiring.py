"""The one place of the pre-labeling function that reads the environment and builds clients, on first use."""

from __future__ import annotations

import os
from functools import cache

from tracemark.plots import Plotter
from tracemark.s3objects import S3Objects, s3_client
from tracemark_prelabel.plotting_function import PlottingFunction, lambda_client
from tracemark_prelabel.prepare import Preparation
from tracemark_prelabel.settings import Settings


@cache
def preparation() -> Preparation:
    """Return the pre-labeling function of this process."""
    settings = Settings.parse(os.environ)
    return Preparation(
        store=S3Objects(s3_client(), settings.allowed_buckets),
        plotter=_plotter(settings),
        on_bad_item=settings.on_bad_item,
        profile=settings.profile,
        label_categories=settings.label_categories,
    )


def reset() -> None:
    """Forget every client, for a process that goes on with another environment."""
    preparation.cache_clear()


def _plotter(settings: Settings) -> Plotter:
    if settings.plotting_function:
        return PlottingFunction(lambda_client(), settings.plotting_function)
    # Imported here: pandas and the browser are not needed when another function draws.
    from tracemark_plotting.wiring import plotter

    return plotter()
