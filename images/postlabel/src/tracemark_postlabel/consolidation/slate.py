"""The classes that can be voted for, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property


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
        """Return the slate of a job that lists its categories: no other counts."""
        return cls(_distinct(names, abstain), abstain, is_open=False)

    @classmethod
    def open(cls, first: Iterable[str], abstain: str) -> Slate:
        """Return the slate of a job that lists none: any class counts, those in `first` stand first."""
        return cls(_distinct(first, abstain), abstain, is_open=True)

    def __contains__(self, label: object) -> bool:
        return label == self.abstain or label in self._ranks

    def place(self, label: str) -> tuple[int, str]:
        """Return a sort key: the listed classes in their order, then all others by code point."""
        return self._ranks.get(label, len(self.classes)), label

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {label: rank for rank, label in enumerate(self.classes)}


def _distinct(names: Iterable[str], abstain: str) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(names) if name != abstain)
