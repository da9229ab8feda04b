"""The classes that can be voted for, in order, and which of them a text means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tracemark.contract.answer_fields import unescaped


@dataclass(frozen=True)
class Slate:
    """Classes in the order in which workers see them, without the label that abstains.

    Where `is_open`, a class that is not listed can be voted for as well; it stands after those that are.
    """

    classes: tuple[str, ...]
    abstain: str
    is_open: bool

    @classmethod
    def listed(cls, names: Iterable[str], abstain: str) -> Slate:
        """Return the slate of a job that lists its categories: no other counts.

        The label that abstains is spelled as the job spells it: case and white space do not matter.
        """
        return cls._of(tuple(dict.fromkeys(names)), abstain, is_open=False)

    @classmethod
    def open(cls, first: Iterable[str], abstain: str) -> Slate:
        """Return the slate of a job that lists none: any class counts, those in `first` stand first."""
        return cls._of(tuple(dict.fromkeys(first)), abstain, is_open=True)

    @classmethod
    def _of(cls, names: tuple[str, ...], abstain: str, *, is_open: bool) -> Slate:
        spellings = [name for name in names if _folded(name) == _folded(abstain)]
        spelled = abstain if abstain in spellings or not spellings else spellings[0]
        return cls(tuple(name for name in names if name not in spellings), spelled, is_open)

    def __contains__(self, label: object) -> bool:
        return label == self.abstain or label in self._ranks

    def place(self, label: str) -> tuple[int, str]:
        """Return a sort key: the listed classes in their order, then all others by code point."""
        return self._ranks.get(label, len(self.classes)), label

    def meant(self, given: str) -> str | None:
        """Return the listed class, or the label that abstains, that a worker's text means; None if it means neither.

        A text may be escaped for HTML, more than once, and so may a listed class; as it stands it comes first, since a
        class may itself hold "&amp;". Only the label that abstains is known in whatever case and white space.
        """
        spellings = unescaped(given)
        for text in spellings:
            if text in self:
                return text
        for text in spellings:
            if _folded(text) == _folded(self.abstain):
                return self.abstain
        return next((self._plain[text] for text in spellings if text in self._plain), None)

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {label: rank for rank, label in enumerate(self.classes)}

    @cached_property
    def _plain(self) -> Mapping[str, str]:
        """The listed classes by what they look like on a page, the first of those that look alike."""
        return {unescaped(label)[-1]: label for label in reversed(self.classes)}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
