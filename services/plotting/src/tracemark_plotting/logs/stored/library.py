"""The libraries that formats need: imported when a file comes, or named with the line that installs them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from tracemark.errors import InvalidLog, one_line

REQUIREMENTS = {
    "pyarrow": "pyarrow>=21",
    "python_calamine": "python-calamine>=0.5,<1",
    "nptdms": "nptdms>=1.10,<2",
    "asammdf": "asammdf>=8.6,<9",
    "h5py": "h5py>=3.14,<4",
    "scipy": "scipy>=1.16,<2",
    "soundfile": "soundfile>=0.13,<1",
}
"""What pip installs for a module."""

T = TypeVar("T")


def library(name: str, what: str, place: str) -> Any:
    """Import a module of a library; `what` is the format that needs it.

    Raises:
        InvalidLog: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        top = name.partition(".")[0]
        raise InvalidLog(
            f"{what} needs the library {top}, which is not installed",
            place=place,
            remedy=f'install it: pip install "{REQUIREMENTS[top]}"',
        ) from error


def reading(place: str, what: str, read: Callable[[], T]) -> T:
    """Return what `read` returns; whatever a library says of a damaged file becomes one error.

    Raises:
        InvalidLog: the library cannot read the file.
    """
    try:
        return read()
    except InvalidLog:
        raise
    except MemoryError as error:
        raise _damaged(place, what, error) from error
    except Exception as error:  # libraries raise whatever Python raises for a damaged file
        raise _damaged(place, what, error) from error


def _damaged(place: str, what: str, error: BaseException) -> InvalidLog:
    return InvalidLog(
        f"it cannot be read as {what} ({type(error).__name__}: {one_line(str(error), 200)})",
        place=place,
        expected="a whole file of this format",
        remedy="check the recording, or save it again",
    )
