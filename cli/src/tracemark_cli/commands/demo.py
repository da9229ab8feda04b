"""`tracemark demo`: the labeling service on a synthetic data set, with two workers who can sign in at once."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", default=8000, show_default=True, help="0 chooses a free one.")
@click.option("--simulate", is_flag=True, help="Do not wait: simulated workers label everything, then the demo ends.")
def demo(directory: Path, port: int, simulate: bool) -> None:
    """Serve a sample data set, with two workers who can sign in.

    DIRECTORY is what `tracemark samples` wrote. Press Enter to let simulated workers label what is left.

    Example: tracemark demo demo
    """
    from tracemark_cli.local.demonstration import serve_demo

    serve_demo(directory, port, simulate)
