"""What a template or a page asks of the portal: the elements it uses, and what it loads from elsewhere."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

from tracemark_groundtruth.rendering.crowd_elements import ELEMENT_NAMES

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
    `unshown` are the addresses of documents inside the page, such as PDF, that most browsers leave empty.
    """

    unknown_elements: Sequence[str]
    lost_elements: Sequence[str]
    foreign: Sequence[Foreign]
    unshown: Sequence[str] = ()

    @classmethod
    def parse(cls, html: str) -> PageParts:
        """Read a rendered page, or a template as it is written: what Liquid makes of it is then not known."""
        reader = _Reader()
        reader.feed(html)
        reader.close()
        lost, foreign = dict.fromkeys(reader.lost), dict.fromkeys(reader.foreign)
        unknown = tuple(dict.fromkeys(reader.unknown))
        answering = tuple(lost) if lost or reader.may_ask else unknown
        return cls(unknown, answering, tuple(foreign), tuple(dict.fromkeys(reader.unshown)))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unknown: list[str] = []
        self.lost: list[str] = []
        self.foreign: list[Foreign] = []
        self.unshown: list[str] = []
        # Something that is known answers, or a script of the page may make such a thing.
        self.may_ask = False
        self._style = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._style = tag == "style"
        if tag.startswith("crowd-") and tag not in ELEMENT_NAMES:
            self.unknown.append(tag)
            self.lost += [tag] if given.get("name") else []
        self.may_ask |= _may_ask(tag, given)
        if tag == "iframe" and _is_unshown(given.get("src", "")):
            self.unshown.append(given["src"])
        for address in _addresses(tag, given):
            self._note(tag, address)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        for address in _IN_STYLE.findall(data) if self._style else ():
            self._note("style", address)

    def _note(self, element: str, address: str) -> None:
        parts = urlsplit(f"https:{address}" if address.startswith("//") else address, allow_fragments=False)
        if element in _REPLACED and parts.netloc.lower() == _REPLACED_HOST:
            return
        if parts.scheme in ("http", "https") and parts.netloc:
            self.foreign.append(Foreign(element, f"{parts.scheme}://{parts.netloc}"))


def _may_ask(tag: str, given: dict[str, str]) -> bool:
    if tag == "script":
        return not given.get("src")
    return bool(given.get("name")) and (tag in _FIELDS or tag in ELEMENT_NAMES)


def _is_unshown(address: str) -> bool:
    kind, _ = mimetypes.guess_type(urlsplit(address, allow_fragments=False).path)
    return kind is not None and kind.partition("/")[0] not in _SHOWN_KINDS


def _addresses(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag == "link" and set(given.get("rel", "").lower().split()) & _LOADING_LINKS:
        yield given.get("href", "").strip()
    elif tag in _LOADING or tag.startswith("crowd-"):
        yield given.get(_LOADING.get(tag, "src"), "").strip()
        yield given.get("poster", "").strip()
        yield from (choice.split()[0] for choice in given.get("srcset", "").split(",") if choice.strip())
    yield from _IN_STYLE.findall(given.get("style", ""))
