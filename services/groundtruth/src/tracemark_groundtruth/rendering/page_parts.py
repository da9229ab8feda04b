"""What a template or a page asks of the portal: the elements it uses, and what it loads from elsewhere."""

from __future__ import annotations

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
}
_LOADING_LINKS = frozenset({"stylesheet", "preload", "modulepreload"})
_OUR_OWN = ("assets.crowd.aws",)
_IN_STYLE = re.compile(r"""(?:@import\s+|url\(\s*)["']?((?:https?:)?//[^"')\s;]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Something that is loaded from another host; `origin` is what `--template-source` takes (`https://cdn.example`)."""

    element: str
    origin: str


@dataclass(frozen=True, slots=True)
class PageParts:
    """The parts of a page that may not work; each is named once, in the order of the page.

    `lost_elements` are those unknown ones that have a name: they would have answered.
    """

    unknown_elements: Sequence[str]
    lost_elements: Sequence[str]
    foreign: Sequence[Foreign]

    @classmethod
    def parse(cls, html: str) -> PageParts:
        """Read a rendered page, or a template as it is written: what Liquid makes of it is then not known."""
        reader = _Reader()
        reader.feed(html)
        reader.close()
        lost, foreign = dict.fromkeys(reader.lost), dict.fromkeys(reader.foreign)
        return cls(tuple(dict.fromkeys(reader.unknown)), tuple(lost), tuple(foreign))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.unknown: list[str] = []
        self.lost: list[str] = []
        self.foreign: list[Foreign] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._style = tag == "style"
        if tag.startswith("crowd-") and tag not in ELEMENT_NAMES:
            self.unknown.append(tag)
            self.lost += [tag] if given.get("name") else []
        for address in _addresses(tag, given):
            self._note(tag, address)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def handle_data(self, data: str) -> None:
        for address in _IN_STYLE.findall(data) if self._style else ():
            self._note("style", address)

    def _note(self, element: str, address: str) -> None:
        parts = urlsplit(f"https:{address}" if address.startswith("//") else address, allow_fragments=False)
        if parts.scheme in ("http", "https") and parts.netloc and parts.netloc.lower() not in _OUR_OWN:
            self.foreign.append(Foreign(element, f"{parts.scheme}://{parts.netloc}"))


def _addresses(tag: str, given: dict[str, str]) -> Iterator[str]:
    if tag == "link" and set(given.get("rel", "").lower().split()) & _LOADING_LINKS:
        yield given.get("href", "").strip()
    elif tag in _LOADING or tag.startswith("crowd-"):
        yield given.get(_LOADING.get(tag, "src"), "").strip()
    yield from _IN_STYLE.findall(given.get("style", ""))
