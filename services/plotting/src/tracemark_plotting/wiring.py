"""The one place of the plotting service that reads the environment and builds clients, on first use."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from tracemark.contract.manifest_slice import INDEX_VARIABLE
from tracemark.errors import TracemarkError
from tracemark_plotting.browser import Browser
from tracemark_plotting.settings import Settings

if TYPE_CHECKING:
    from tracemark.storage.objects import LargeObjects
    from tracemark_plotting.batch import OrderPlotter
    from tracemark_plotting.plotter import LogPlotter


def begin() -> None:
    """In a Lambda function: start the browser, and build the rest meanwhile. Elsewhere do nothing.

    Handlers call it when they are imported, in Lambda's init phase. A wrong setting is left to the first call, whose
    error is seen by the caller.
    """
    if _in_lambda():
        with suppress(TracemarkError):
            if settings().show.charts:
                browser()
            orders()


def completion_index() -> str | None:
    """Return the number of this pod in an Indexed Job, None elsewhere."""
    return os.environ.get(INDEX_VARIABLE)


@cache
def settings() -> Settings:
    """Return the settings from the environment."""
    return Settings.parse(os.environ)


@cache
def browser() -> Browser:
    """Return the browser of this process, which starts in the background."""
    started = Browser(settings().browser, give_up=_exit)
    started.start()
    return started


@cache
def store() -> LargeObjects:
    """Return the object store of this process."""
    # Imported after the browser was started: pandas and boto3 take as long to import as the browser takes to start.
    from tracemark.storage.s3objects import S3Objects, s3_client

    return S3Objects(s3_client(), settings().allowed_buckets)


@cache
def plotter() -> LogPlotter:
    """Return the plotter of this process."""
    from tracemark_plotting.plotter import LogPlotter
    from tracemark_plotting.signals.trace_files import TraceFiles

    show, limits, profile = settings().show, settings().limits, settings().default_profile
    started = browser() if show.charts else None
    return LogPlotter(store(), started, limits, profile, TraceFiles(store()) if show.signals else None)


def orders() -> OrderPlotter:
    """Return the plotter of a call's orders, with the store and the plotter of this process."""
    from tracemark_plotting.batch import OrderPlotter

    return OrderPlotter(store(), plotter())


def reset() -> None:
    """End the browser and forget every client, for a process that continues with another environment."""
    if browser.cache_info().currsize:
        browser().close()
    for built in (settings, browser, store, plotter):
        built.cache_clear()


def _in_lambda() -> bool:
    return "AWS_LAMBDA_RUNTIME_API" in os.environ


def _exit(reason: str) -> None:
    """End the process at once when it is a Lambda function, so that Lambda starts a fresh one."""
    if _in_lambda():
        logging.getLogger(__name__).critical("leaving the process", extra={"reason": reason})
        sys.stdout.flush()
        os._exit(1)
