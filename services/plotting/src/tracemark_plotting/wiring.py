"""The one place of the plotting service that reads the environment and builds clients, on first use."""

from __future__ import annotations

import logging
import os
import sys
from functools import cache

from tracemark.s3objects import S3Objects, s3_client
from tracemark_plotting.browser import Browser
from tracemark_plotting.plotter import LogPlotter
from tracemark_plotting.settings import Settings


@cache
def settings() -> Settings:
    """Return what the environment says."""
    return Settings.parse(os.environ)


@cache
def browser() -> Browser:
    """Return the browser of this process; it is starting."""
    found = Browser(settings().browser, give_up=_leave)
    found.start()
    return found


@cache
def plotter() -> LogPlotter:
    """Return the plotter of this process."""
    limits, profile, buckets = settings().limits, settings().default_profile, settings().allowed_buckets
    return LogPlotter(S3Objects(s3_client(), buckets), browser(), limits, profile)


def reset() -> None:
    """End the browser and forget every client, for a process that goes on with another environment."""
    if browser.cache_info().currsize:
        browser().close()
    for built in (settings, browser, plotter):
        built.cache_clear()


def _leave(reason: str) -> None:
    """End the process at once when it is a Lambda function, so that Lambda starts a fresh one."""
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        logging.getLogger(__name__).critical("leaving the process", extra={"reason": reason})
        sys.stdout.flush()
        os._exit(1)
