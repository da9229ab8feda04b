"""The one place of the pre-labeling function that reads the environment and builds clients, on first use."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from tracemark.errors import TracemarkError
from tracemark_prelabel.settings import Settings

if TYPE_CHECKING:
    from tracemark.contract.plots import Plotter
    from tracemark_prelabel.prepare import Preparation


def begin() -> None:
    """In a Lambda function: build everything, the browser first if this function draws. Elsewhere do nothing.

    The handler calls it when it is imported, in Lambda's init phase. A wrong setting is left to the first call, whose
    error is seen by the caller.
    """
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        with suppress(TracemarkError):
            preparation()


@cache
def preparation() -> Preparation:
    """Return the pre-labeling function of this process."""
    settings = Settings.parse(os.environ)
    plotter = _plotter(settings)
    from tracemark.storage.s3objects import S3Objects, s3_client
    from tracemark_prelabel.prepare import Preparation

    return Preparation(
        store=S3Objects(s3_client(), settings.allowed_buckets),
        plotter=plotter,
        on_bad_item=settings.on_bad_item,
        profile=settings.profile,
        label_categories=settings.label_categories,
        picture_limits=settings.picture_limits,
    )


def reset() -> None:
    """Forget every client, for a process that continues with another environment."""
    preparation.cache_clear()


# Each case imports only what it needs: pandas and the browser, or the Lambda client.


def _plotter(settings: Settings) -> Plotter:
    if settings.plotting_function:
        from tracemark_prelabel.plotting_function import PlottingFunction, lambda_client

        return PlottingFunction(lambda_client(), settings.plotting_function)
    from tracemark_plotting import wiring

    if wiring.settings().show.charts:
        wiring.browser()  # starts while the rest is imported
    return wiring.plotter()
