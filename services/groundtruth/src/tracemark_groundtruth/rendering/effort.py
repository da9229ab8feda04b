"""How much work a template may make: Liquid's own limits leave loops of C, loops one after another, and its lexer."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from liquid import BoundTemplate
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.context import RenderContext
from liquid.undefined import UNDEFINED

from tracemark_groundtruth.errors import TemplateFailed
from tracemark_groundtruth.rendering.clock import VARIABLES, note_reading

MAX_ROUNDS = 100_000
MAX_RANGE = 100_000
MAX_PROCESSOR_SECONDS = 5.0
MAX_PARENTHESES = 100
MAX_UNCLOSED = 50
_CHECKS_A_LOOK = 16

_MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_BLOCKS = {name: re.compile(rf"\{{%-?\s*(end)?{name}\s*-?%\}}") for name in ("raw", "doc")}
_make_range = RangeLiteral._make_range


@dataclass
class Effort:
    """What one rendering has done: rounds of all its loops, and until when, in this thread's processor time, it may."""

    until: float
    rounds: int = 0
    checks: int = 0

    def check(self, rounds: int = 0) -> None:
        """Pass a rendering that goes on.

        Raises:
            TemplateFailed: it has done too much.
        """
        self.rounds += rounds
        if self.rounds > MAX_ROUNDS:
            raise TemplateFailed(
                "loop iteration limit reached",
                expected=f"at most {MAX_ROUNDS:,} rounds of all loops together",
                remedy="show fewer elements",
            )
        self.checks += 1
        # The thread's own time: a busy machine fails no template. Looking at it takes longer than most nodes do.
        if self.checks % _CHECKS_A_LOOK == 0 and time.thread_time() > self.until:
            raise TemplateFailed(
                f"it takes more than {MAX_PROCESSOR_SECONDS:.0f} s to render", remedy="make its loops and texts smaller"
            )


_effort: ContextVar[Effort | None] = ContextVar("effort", default=None)


@contextmanager
def within_effort() -> Iterator[None]:
    """Bound what the rendering in this block does."""
    token = _effort.set(Effort(time.thread_time() + MAX_PROCESSOR_SECONDS))
    try:
        yield
    finally:
        _effort.reset(token)


def check_effort(rounds: int = 0) -> None:
    """Pass a rendering that goes on, see `Effort.check`; outside of one, do nothing."""
    if effort := _effort.get():
        effort.check(rounds)


class BoundedContext(RenderContext):
    """The context of a rendering, asked at every node and for every variable, that ends one which does too much."""

    @property
    def disabled_tags(self) -> list[str]:
        """See Liquid, which looks here before it renders a node: every round of every loop comes by."""
        check_effort()
        return self._disabled

    @disabled_tags.setter
    def disabled_tags(self, tags: list[str]) -> None:
        self._disabled = tags

    def get(self, path: list[object], *, token: Any, default: object = UNDEFINED) -> object:
        """See Liquid: the value of a variable."""
        check_effort()
        if path and path[0] in VARIABLES:
            note_reading()
        return super().get(path, token=token, default=default)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """See Liquid: a loop of `length` rounds begins; those of all loops are counted."""
        check_effort(length)
        super().raise_for_loop_limit(length)


class BoundedTemplate(BoundTemplate):
    """A template each rendering of which is bounded."""

    context_class = BoundedContext

    def render(self, *args: Any, **kwargs: Any) -> str:
        """See Liquid.

        Raises:
            TemplateFailed: it does too much.
        """
        with within_effort():
            return super().render(*args, **kwargs)


def check_markup(text: str) -> None:
    """Pass a template whose pieces Liquid's lexer finds in a time that grows no faster than the text.

    What is opened and never closed would be searched for to the end of the text again at each place; so would what
    follows each parenthesis.

    Raises:
        TemplateFailed: too much is not closed, or there are too many parentheses.
    """
    for opening, closing in (("{{", "}}"), ("{%", "%}")):
        if text.count(opening, text.rfind(closing) + 1) > MAX_UNCLOSED:
            raise TemplateFailed(f"expected '{closing}': many '{opening}' are not closed", remedy="close them")
    for name, tag in _BLOCKS.items():
        if _open_at_the_end(tag, text) > MAX_UNCLOSED:
            raise TemplateFailed(f"expected tag 'end{name}': many '{name}' are not closed", remedy="close them")
    for markup in _MARKUP.finditer(text):
        if markup[0].count("(") > MAX_PARENTHESES:
            raise TemplateFailed(
                "there are too many parentheses", expected=f"at most {MAX_PARENTHESES} between '{{' and '}}'"
            )


def _open_at_the_end(tag: re.Pattern[str], text: str) -> int:
    """Return how many of a block's tags come after its last end."""
    count = 0
    for found in tag.finditer(text):
        count = 0 if found[1] else count + 1
    return count


def _bounded_range(literal: RangeLiteral, start: Any, stop: Any) -> range:
    check_effort()
    made = _make_range(literal, start, stop)
    if made.stop - made.start > MAX_RANGE:  # `len` is limited to a machine word
        raise TemplateFailed("a range is too long", expected=f"at most {MAX_RANGE:,} numbers")
    return made


# The parser takes Liquid's own class: a template reaches no range but by this method.
RangeLiteral._make_range = _bounded_range  # type: ignore[assignment]
