"""What a template or a page asks of the portal: the elements it uses, and what it loads from elsewhere."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from tracemark_groundtruth.rendering.crowd_elements import ELEMENT_NAMES
from tracemark_groundtruth.rendering.markup import Tag, tags

T = TypeVar("T")

# The addresses of these are loaded with the page; a link only leads somewhere.
_LOADING = {
    "img": "src",
    "script": "src",
    "iframe": "src",
    "video": "src",
    "audio": "src",
    "source": "src",
    "embed": "src",
    "object": "data",
    "track": "src",
}
_FIELDS = frozenset({"input", "select", "textarea", "photo-view", "signal-view"})
# What a browser shows inside a page without a viewer of its own.
_SHOWN_KINDS = frozenset({"image", "text", "audio", "video"})
_LOADING_LINKS = frozenset({"stylesheet", "preload", "modulepreload"})
# The elements and their styles are replaced by our own; pictures of the same host are not.
_REPLACED_HOST = "assets.crowd.aws"
_REPLACED = frozenset({"script", "link"})
# `urlsplit` keeps the last addresses; pictures written into a page as `data:` have megabytes.
_ADDRESS_CHARACTERS = 8 * 1024
_IN_STYLE = re.compile(r"""(?:@import\s+|url\(\s*)["']?((?:https?:)?//[^"')\s;]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that is loaded from another host; `origin` is what `--template-source` takes (`https://cdn.example`)."""

    element: str
    origin: str


@dataclass(frozen=True, slots=True)
class PageParts:
    """The parts of a page that may not work; each is named once, in the order of the page.

    `lost_elements` are those unknown ones that would have answered: they have a name, or nothing else on the page asks.
    `unshown` are the addresses of documents inside the page, such as PDF, that most browsers leave empty; `unreadable`
    are those that are none, which load nothing.
    """

    unknown_elements: Sequence[str]
    lost_elements: Sequence[str]
    foreign: Sequence[Foreign]
    unshown: Sequence[str] = ()
    unreadable: Sequence[str] = ()

    @classmethod
    def parse(cls, html: str) -> PageParts:
        """Read a rendered page, or a template as it is written: what Liquid makes of it is then not known."""
        reader = _Reader()
        for tag in tags(html):
            if not tag.closes:
                reader.read(tag)
        lost, unknown = _once(reader.lost), _once(reader.unknown)
        answering = lost if lost or reader.may_ask else unknown
        return cls(unknown, answering, _once(reader.foreign), _once(reader.unshown), _once(reader.unreadable))


def _once(found: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


class _Reader:
    def __init__(self) -> None:
        self.unknown: list[str] = []
        self.lost: list[str] = []
        self.foreign: list[Foreign] = []
        self.unshown: list[str] = []
        self.unreadable: list[str] = []
        # Something that is known answers, or a script of the page may make such a thing.
        self.may_ask = False

    def read(self, tag: Tag) -> None:
        """Note what a start tag asks for."""
        given = tag.attributes()
        if tag.name.startswith("crowd-") and tag.name not in ELEMENT_NAMES:
            self.unknown.append(tag.name)
            self.lost += [tag.name] if given.get("name") else []
        self.may_ask |= _may_ask(tag.name, given)
        if tag.name == "iframe" and _is_unshown(given.get("src", "")):
            self.unshown.append(given["src"])
        for address in _addresses(tag.name, given):
            self._note(tag.name, address)
        for address in _IN_STYLE.findall(tag.text) if tag.name == "style" else ():
            self._note("style", address)

    def _note(self, element: str, address: str) -> None:
        parts = _split(f"https:{address}" if address.startswith("//") else address)
        if parts is None:
            self.unreadable += [] if "{{" in address or "{%" in address else [address]
        elif element in _REPLACED and parts.netloc.lower() == _REPLACED_HOST:
            return
        elif parts.scheme in ("http", "https") and parts.netloc:
            self.foreign.append(Foreign(element, f"{parts.scheme}://{parts.netloc}"))


def _may_ask(tag: str, given: Mapping[str, str]) -> bool:
    if tag == "script":
        return not given.get("src")
    return bool(given.get("name")) and (tag in _FIELDS or tag in ELEMENT_NAMES)


def _is_unshown(address: str) -> bool:
    parts = _split(address)
    # Of the path, `guess_type` splits an address again.
    kind, _ = mimetypes.guess_type(parts.path.rpartition("/")[2]) if parts else (None, None)
    return kind is not None and kind.partition("/")[0] not in _SHOWN_KINDS


def _split(address: str) -> SplitResult | None:
    """Return the parts of an address, None where it has none: a host such as `[x` is refused by browsers, too."""
    try:
        return urlsplit(address[:_ADDRESS_CHARACTERS], allow_fragments=False)
    except ValueError:
        return None


def _addresses(tag: str, given: Mapping[str, str]) -> Iterator[str]:
    if tag == "link" and set(given.get("rel", "").lower().split()) & _LOADING_LINKS:
        yield given.get("href", "").strip()
    elif tag in _LOADING or tag.startswith("crowd-"):
        yield given.get(_LOADING.get(tag, "src"), "").strip()
        yield given.get("poster", "").strip()
        yield from (choice.split()[0] for choice in given.get("srcset", "").split(",") if choice.strip())
    yield from _IN_STYLE.findall(given.get("style", ""))
