"""What is fetched from a provider, and kept for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from tracemark_groundtruth.errors import ProviderUnavailable

MAX_AGE_SECONDS = 3_600.0
MIN_AGE_SECONDS = 10.0

T = TypeVar("T")


@dataclass
class Kept(Generic[T]):
    """Something that is fetched, and kept for an hour; when it cannot be fetched anew, what there was is used on.

    Threads may share it. Those who wait while another fetches for the first time, and in vain, are told so: they do not
    try one after the other. `clock` gives seconds.
    """

    fetch: Callable[[], T]
    clock: Callable[[], float]
    value: T | None = None
    at: float = 0.0
    waiting: int = 0
    _failures: int = 0
    _lock: Lock = field(default_factory=Lock)
    _counting: Lock = field(default_factory=Lock)

    def get(self, max_age: float = MAX_AGE_SECONDS) -> T:
        """Return it, fetched anew when it is older than so many seconds.

        Raises:
            ProviderUnavailable: it cannot be had, or not as new as is asked for.
        """
        before = self._failures
        self._count(1)
        try:
            with self._lock:
                if self.value is None or self.clock() - self.at >= max_age:
                    self._renew(max_age, before)
                assert self.value is not None  # noqa: S101 - that it could not be fetched has been raised
                return self.value
        finally:
            self._count(-1)

    def _renew(self, max_age: float, failures_before: int) -> None:
        if self.value is None and self._failures != failures_before:
            raise ProviderUnavailable("the provider of sign-ins does not answer", remedy="try again")
        try:
            self.value, self.at = self.fetch(), self.clock()
        except ProviderUnavailable:
            self._failures += 1
            if self.value is None or max_age < MAX_AGE_SECONDS:
                raise
            self.at = self.clock() - max_age + MIN_AGE_SECONDS

    def _count(self, by: int) -> None:
        with self._counting:
            self.waiting += by
