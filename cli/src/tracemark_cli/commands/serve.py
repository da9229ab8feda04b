"""`tracemark serve`: the labeling service, with everything it needs, on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from tracemark_cli.local.functions import EMULATOR
from tracemark_cli.local.state import data_option
from tracemark_groundtruth.labeling.batch import DEFAULT_CHANGEABLE_SECONDS
from tracemark_groundtruth.labeling.preparation import DEFAULT_CONCURRENCY
from tracemark_groundtruth.rendering.crowd_elements import CrowdElements


@click.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option("--origin", help="The service's address as browsers see it. [default: http://HOST:PORT]")
@click.option("--allow-host", "hosts", multiple=True, help="Another host name to accept. May be repeated.")
@click.option(
    "--functions",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that maps ARNs to functions.",
)
@click.option("--containers", is_flag=True, help="Run this project's functions in containers, from the built images.")
@click.option(
    "--emulator", type=click.Path(path_type=Path), default=EMULATOR, show_default=True, help="Path of aws-lambda-rie."
)
@click.option(
    "--concurrency",
    default=DEFAULT_CONCURRENCY,
    show_default=True,
    help="Number of objects of a job prepared in parallel.",
)
@click.option(
    "--crowd-elements", type=click.Choice([kind.value for kind in CrowdElements]), default="own", show_default=True
)
@click.option(
    "--template-source",
    "sources",
    multiple=True,
    help="An origin that templates may load resources from. May be repeated.",
)
@click.option(
    "--final-pass/--no-final-pass",
    default=True,
    show_default=True,
    help="Decide a job that completes again, as `tracemark consolidate` does.",
)
@click.option(
    "--changeable-seconds",
    type=click.FloatRange(0, 86_400),
    default=DEFAULT_CHANGEABLE_SECONDS,
    show_default=True,
    help="How long workers can change an answer after the last one to its object, while the job has open objects.",
)
def serve(data: Path, **options: Any) -> None:
    """Run the labeling service.

    It serves the portal, a SageMaker-shaped API, the engine that runs jobs, the functions, and S3 over the folder
    --data (with AWS_ENDPOINT_URL_S3 set, that S3 instead). Functions that the --functions file does not name are this
    project's own. Ctrl-C ends the service; when it starts again, it resumes its jobs.

    Example: tracemark serve --data demo
    """
    from tracemark_cli.local.serving import announce, log_to_stderr, open_service, trusted_proxies
    from tracemark_cli.local.watching import log_format
    from tracemark_groundtruth.web.connections import Server, http_config

    log_to_stderr(log_format(os.environ))
    proxies = trusted_proxies(os.environ)
    with open_service(data, options) as (service, server, address):
        announce(data, service, address)
        Server(http_config(service.app, trusted_proxies=proxies)).run(sockets=[server])
