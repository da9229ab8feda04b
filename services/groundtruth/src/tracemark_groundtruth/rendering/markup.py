"""The tags of an HTML text, found as browsers find them, in a time that grows no faster than the text.

The standard library's `HTMLParser` raises AssertionError for some texts, and that of Python 3.11 reads what is not
closed again from every place. HTML's own rules need no second look: what is not closed reaches to the end of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

# https://html.spec.whatwg.org/multipage/parsing.html#tokenization: nothing in these is a tag but their own end.
_TEXT_ELEMENTS = ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript")
_ENDS = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _TEXT_ELEMENTS}

_MARKUP = re.compile(r"<(?:(?P<end>/?)(?P<name>[a-zA-Z][^\t\n\f\r />]*)|(?P<comment>!--)|[!?/])")
_COMMENT_END = re.compile(r"--!?>")
_EMPTY_COMMENT = re.compile(r"-?>")
# Each of its parts takes all it can and leaves nothing to another, so that it never goes back: a value that is not
# closed is one, too, and reaches to the end.
_ATTRIBUTE = re.compile(
    r"""[\t\n\f\r /]*(?:>|(?P<name>[^\t\n\f\r />][^\t\n\f\r />=]*)"""
    r"""(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"(?P<double>[^"]*)"?|'(?P<single>[^']*)'?|(?P<bare>[^\t\n\f\r >]*)))?)"""
)
# `unescape` makes a number of the digits, which Python refuses where there are thousands; no character has so many.
_ENDLESS_NUMBER = re.compile(r"&#[0-9]{640,};?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag or an end tag, from `begin` to `end` in the text; `name` is in small letters.

    `text` is what follows it up to the element's own end, in the elements in which there are no tags.
    """

    html: str = field(repr=False)
    name: str
    begin: int
    end: int
    closes: bool = False
    text: str = field(default="", repr=False)

    @property
    def source(self) -> str:
        """The tag as it is written."""
        return self.html[self.begin : self.end]

    def attributes(self) -> Mapping[str, str]:
        """Return the attributes, "" where one has no value; as in browsers, the first of a name counts."""
        found: dict[str, str] = {}
        for name, begin, end in self._spans():
            if name not in found:
                found[name] = _unescaped(self.html[begin:end])
        return found

    def span(self, attribute: str) -> tuple[int, int] | None:
        """Return where in the text the value of an attribute begins and ends, without its quotes."""
        return next(((begin, end) for name, begin, end in self._spans() if name == attribute), None)

    def _spans(self) -> Iterator[tuple[str, int, int]]:
        at = self.begin + len("</" if self.closes else "<") + len(self.name)
        while (found := _ATTRIBUTE.match(self.html, at)) and found["name"]:
            at = found.end()
            value = found.lastgroup
            begin, end = (at, at) if value is None or value == "name" else found.span(value)
            yield found["name"].lower(), begin, end


def tags(html: str) -> Iterator[Tag]:
    """Yield the tags of a text, but for what is in comments, scripts, styles and other texts."""
    at = 0
    while found := _MARKUP.search(html, at):
        if not found["name"]:
            at = _comment_end(html, found)
            continue
        tag = _tag(html, found)
        if tag is None:
            return
        yield tag
        at = tag.end + len(tag.text)


def start_tags(html: str, opening: re.Pattern[str]) -> Iterator[Tag]:
    """Yield the start tags that begin with a pattern, also those that a script writes into the page.

    `opening` takes the tag up to the end of its name. It is much faster than `tags` where there are few of them.
    """
    at = 0
    while found := opening.search(html, at):
        end = _tag_end(html, found.end())
        if end is None:
            return
        yield Tag(html, found[0][1:].lower(), found.start(), end)
        at = end


def rewritten(html: str, opening: re.Pattern[str], change: Callable[[Tag], str]) -> str:
    """Return a text with what `change` makes of each of the tags of `start_tags`."""
    kept, at = list[str](), 0
    for tag in start_tags(html, opening):
        kept += (html[at : tag.begin], change(tag))
        at = tag.end
    return "".join((*kept, html[at:]))


def _tag(html: str, opening: re.Match[str]) -> Tag | None:
    end = _tag_end(html, opening.end())
    if end is None:
        return None
    name, closes = opening["name"].lower(), bool(opening["end"])
    # One that closes itself is taken for empty, as it is within SVG.
    is_text = name in _ENDS and not closes and not html.endswith("/>", opening.start(), end)
    return Tag(html, name, opening.start(), end, closes, _text(html, name, end) if is_text else "")


def _tag_end(html: str, at: int) -> int | None:
    """Return where the tag ends whose name ends at `at`; None where the text ends before."""
    while found := _ATTRIBUTE.match(html, at):
        at = found.end()
        if not found["name"]:
            return at
    return None


def _text(html: str, name: str, begin: int) -> str:
    end = _ENDS[name].search(html, begin)
    return html[begin : end.start()] if end else html[begin:]


def _comment_end(html: str, opening: re.Match[str]) -> int:
    """Return where a comment ends, or what browsers take for one, such as `<!doctype html>` and `<![if IE]>`."""
    if not opening["comment"]:
        end = html.find(">", opening.end())
        return end + 1 if end >= 0 else len(html)
    closing = _EMPTY_COMMENT.match(html, opening.end()) or _COMMENT_END.search(html, opening.end())
    return closing.end() if closing else len(html)


def _unescaped(value: str) -> str:
    return unescape(_ENDLESS_NUMBER.sub("\ufffd", value)) if "&" in value else value
