"""The scripts that browsers load: built from `ui/` by `make setup`, one for each folder with a `main.ts`."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from tracemark_groundtruth.errors import ScriptNotBuilt
from tracemark_groundtruth.rendering.markup import Tag, rewritten

SCRIPTS_PATH = "/assets/scripts"

# By an address on another host, or by a link to an object: templates for Ground Truth's portal load it from a bucket.
_SCRIPT = re.compile(r"<script(?=[\t\n\f\r />])", re.IGNORECASE)
_SCRIPT_NAME = re.compile(r"(?:/|%2F)([a-z][a-z-]*)\.js\Z", re.IGNORECASE)


def script_path(name: str) -> str:
    """Return the address of a script below the service's own."""
    return f"{SCRIPTS_PATH}/{name}.js"


def with_own_scripts(html: str) -> str:
    """Return a rendered template that loads from the service the scripts that it has, wherever it loaded them from."""
    names = script_names()

    def own(tag: Tag) -> str:
        begin, end = tag.span("src") or (tag.end, tag.end)
        found = _SCRIPT_NAME.search(html[begin:end].partition("?")[0])
        if found is None or found[1] not in names:
            return tag.source
        return f"{html[tag.begin : begin]}{script_path(found[1])}{html[end : tag.end]}"

    return rewritten(html, _SCRIPT, own)


@cache
def script_names() -> tuple[str, ...]:
    """Return the names of all scripts that were built, sorted; a process looks once.

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
