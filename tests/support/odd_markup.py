"""Markup as nobody writes it, of the pieces over which readers of HTML stumble."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = (
    *("<", "</", ">", "/>", "!", "[", "]", "--", "<!--", "-->", "<![", "<!doctype", "<?", "&", "&#", "&#x", ";"),
    *("'", '"', "=", "/", "//", "http:", "https://", "[x", "url(", "@import ", "?", "%2F", ",", " ", "\n", "\x00"),
    *("src", "style", "name", "categories", "rel", "srcset", "stylesheet", "href", "signal-view.js", ".pdf"),
    *("<script ", "</script", "<style", "</style>", "<link ", "//assets.crowd.aws/", "crowd-html-elements.js"),
    *("<crowd-classifier ", "<crowd-other ", "<iframe ", "<img ", "<p", "{{", "}}", "{%", "%}", "['a']", "{[]:1}"),
    *("\u2100", "\u0130", "9" * 5_000),
)

ODD_MARKUP = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=40).map("".join)

UNCLOSED = (
    *("<a ", "<script ", '<script src="', "<script>", "<link ", "<link //assets.crowd.aws/", "<crowd-classifier "),
    *("<crowd-classifier name='", "<style>@import ", "<!--", "<![", "<?", "</a", "<img src='//[", "&#9", "url( "),
    *("<a b=\"<a b='", '<crowd-classifier name=a categories="[\'">', "<p a = ", "<textarea>"),
)
"""What, written again and again, has readers look to the end of the text each time."""
