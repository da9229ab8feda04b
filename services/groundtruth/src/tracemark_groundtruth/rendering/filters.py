"""The Liquid filters that Ground Truth adds to the standard ones.

They are listed at https://docs.aws.amazon.com/sagemaker/latest/dg/sms-custom-templates-step2-automate.html.
`escape` and `escape_once` come with Liquid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from liquid.undefined import Undefined
from markupsafe import Markup

from tracemark.errors import DataError
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.errors import TemplateFailed

Grant = Callable[[S3Uri], str]
"""Returns the link by which a browser reads an object."""

# Escaped like this, JSON is also safe in a script and between single quotes, with the same meaning.
_HTML_IN_JSON = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026", "'": r"\u0027"})


def to_json(value: object) -> Markup:
    """Return a value as JSON that is not escaped for HTML: in an attribute use `{{ x | to_json | escape }}`."""
    plain = None if isinstance(value, Undefined) else value
    try:
        text = json.dumps(plain)
    except (TypeError, ValueError) as error:
        raise TemplateFailed(
            f"to_json cannot write this value ({error})", remedy="use a value of task.input"
        ) from error
    return Markup(text.translate(_HTML_IN_JSON))  # noqa: S704


def skip_autoescape(value: object) -> Markup:
    """Return a text as HTML, at the template author's request."""
    return Markup("" if isinstance(value, Undefined) else str(value))  # noqa: S704


def grant_read_access(value: object) -> str:
    """Return the link by which a browser reads the object whose URI is given; see `granting`."""
    text = _plain(value) if isinstance(value, str) else value
    try:
        return _grant.get()(S3Uri.parse(text))
    except DataError as error:
        raise TemplateFailed(
            f"grant_read_access: {error.what}", expected=error.expected, remedy=error.remedy
        ) from error


def strip_html(value: object) -> str:
    """Return a text without comments, scripts, styles and tags; what is not closed stays.

    As Shopify's, which AWS follows; each piece is looked at once, however many are not closed.
    """
    text, kept, at, missing = "" if isinstance(value, Undefined) else str(value), list[str](), 0, set[str]()
    while (begin := text.find("<", at)) >= 0:
        end = _end_of_markup(text, begin, missing)
        if end is None:
            break
        kept.append(text[at:begin])
        at = end
    stripped = "".join(kept) + text[at:]
    return Markup(stripped) if isinstance(value, Markup) else stripped  # noqa: S704


def _end_of_markup(text: str, begin: int, missing: set[str]) -> int | None:
    """Return where the comment, element or tag ends that begins at `begin`; `missing` are ends known not to come."""
    for opening, closing in (("<script", "</script>"), ("<!--", "-->"), ("<style", "</style>"), ("<", ">")):
        if closing not in missing and text.startswith(opening, begin):
            end = text.find(closing, begin)
            if end >= 0:
                return end + len(closing)
            missing.add(closing)
    return None


# What escaping writes; a URI may hold other things that look like entities, such as "&copy=1".
_ESCAPED = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&#34;": '"', "&quot;": '"', "&#39;": "'"}
_ENTITY = re.compile("|".join(map(re.escape, _ESCAPED)))


def _plain(text: str) -> str:
    """Return a text as it was before it was escaped: `capture` and `append` escape what they put together."""
    if not isinstance(text, Markup):
        return text
    return _ENTITY.sub(lambda found: _ESCAPED[found[0]], str(text))


@contextmanager
def granting(grant: Grant) -> Iterator[None]:
    """Let `grant_read_access` make its links by `grant`.

    It is no variable of the template, which could print it.
    """
    token = _grant.set(grant)
    try:
        yield
    finally:
        _grant.reset(token)


_grant: ContextVar[Grant] = ContextVar("grant")
