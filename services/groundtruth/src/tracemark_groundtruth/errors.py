"""The errors that only a labeling job can have; all others are the shared ones."""

from __future__ import annotations

from tracemark.errors import DataError, EnvironmentFault, FunctionFailed


class JobFailed(EnvironmentFault):
    """A function failed for good, so the job cannot go on; what was consolidated before stays written."""


class OutputExists(EnvironmentFault):
    """The output of an earlier run of the same job lies where this one would write."""


class FunctionSilent(FunctionFailed):
    """A function was invoked and gave no answer of its own: it crashed, ran out of time, or was never there."""


class ContainerFailed(EnvironmentFault):
    """A function's container could not be started."""


class UnsafeKeys(DataError):
    """Objects whose keys are no safe local paths, so that they could not be mirrored to the folder."""
