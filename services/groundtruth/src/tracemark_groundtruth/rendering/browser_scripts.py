"""The scripts that browsers load: built from `ui/` by `make setup`, one for each folder with a `main.ts`."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from tracemark_groundtruth.rendering.errors import ScriptNotBuilt

SCRIPTS_PATH = "/assets/scripts"


def script_path(name: str) -> str:
    """Return the address of a script below the service's own."""
    return f"{SCRIPTS_PATH}/{name}.js"


def script_names() -> tuple[str, ...]:
    """Return the names of all scripts that were built, sorted.

    Raises:
        ScriptNotBuilt: none was.
    """
    names = tuple(sorted(file.name.removesuffix(".js") for file in _built().iterdir())) if _built().is_dir() else ()
    if not names:
        raise ScriptNotBuilt("the browser's scripts are not built", remedy="run `make setup`, or scripts/ui")
    return names


@lru_cache(maxsize=16)
def script(name: str) -> bytes:
    """Return a built script, UTF-8.

    Raises:
        ScriptNotBuilt: there is none of this name.
    """
    if name not in script_names():
        raise ScriptNotBuilt(f"there is no script {name!r}", expected=f"one of {', '.join(script_names())}")
    return (_built() / f"{name}.js").read_bytes()


def _built() -> resources.abc.Traversable:
    return resources.files(__package__) / "built"
