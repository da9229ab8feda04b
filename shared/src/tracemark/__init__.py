"""Contract types shared by every part of tracemark, and `load`, which reads a labeled folder."""

from __future__ import annotations

from os import PathLike
from typing import Any

__version__ = "0.1.0"


def load(folder: str | PathLike[str], job_folder: str | PathLike[str] | None = None) -> Any:
    """Return the items, answers and signals of a labeled folder, for pandas; see docs/how-to/label-a-folder.md.

    The command's package does it: this one imports none of its siblings.

    Raises:
        InvalidConfiguration: that package is not installed, or there is no job for this folder.
        ObjectMissing, InvalidDocument: a document of the job is missing or wrong.
    """
    from importlib.metadata import entry_points  # the functions, which start often, do without

    from tracemark.errors import InvalidConfiguration

    for found in entry_points(group="tracemark.functions", name="load"):
        return found.load()(folder, job_folder)
    raise InvalidConfiguration("the package tracemark-cli is not installed", remedy="install it: it reads folders")
