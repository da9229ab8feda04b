"""What the workers chose for one object."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WorkerId:
    """Who answered; neither part appears in `repr`, so that no log can show it.

    `name` is what Ground Truth calls the worker; where it is empty, `place` tells the nameless apart.
    """

    name: str = field(repr=False)
    place: str = field(default="", repr=False)

    def at(self, place: str) -> WorkerId:
        """Return this worker, or, without a name, one whom only the answer at `place` belongs to."""
        return self if self.name else WorkerId("", place)


@dataclass(frozen=True, slots=True)
class Vote:
    """A worker's choice of a class."""

    worker: WorkerId
    label: str


@dataclass(frozen=True, slots=True)
class Abstention:
    """A worker's answer that names no class ("Not sure")."""

    worker: WorkerId


Choice = Vote | Abstention
"""What one worker answered."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The choices for one object, at most one from each worker; `gold` is its label where that is known beforehand."""

    object_id: str
    choices: tuple[Choice, ...]
    gold: str | None = None

    @property
    def votes(self) -> tuple[Vote, ...]:
        """The choices that name a class."""
        return tuple(choice for choice in self.choices if isinstance(choice, Vote))
