"""The errors that only a labeling job can have; all others are the shared ones."""

from __future__ import annotations

from tracemark.errors import DataError, EnvironmentFault, FunctionFailed, InvalidDocument


class JobFailed(EnvironmentFault):
    """A function failed for good, so the job cannot go on; what was consolidated before stays written."""


class OutputExists(EnvironmentFault):
    """The output of an earlier run of the same job is where this one would write."""


class FunctionUnresponsive(FunctionFailed):
    """A function was invoked and gave no answer of its own: it crashed, ran out of time, or was never there."""


class BatchTooLarge(FunctionFailed):
    """What a function was asked or answered for several objects at once is too large; fewer of them may do."""


class BodyTooLarge(DataError):
    """The body of a request has more bytes than its route takes."""


class NoRoomForBody(EnvironmentFault):
    """So many bodies of requests are coming in that there is no room for this one."""


class ContainerFailed(EnvironmentFault):
    """A function's container could not be started."""


class UnsafeKeys(DataError):
    """Objects whose keys are no safe local paths, so that they could not be mirrored to the folder."""


class StateUnavailable(EnvironmentFault):
    """The service's database cannot be read or written: it is locked, gone, or its disk is full."""


class StreamUnavailable(EnvironmentFault):
    """A queue or a topic does not answer; trying again later may succeed."""


class StreamRefused(EnvironmentFault):
    """A queue or a topic is not there, or may not be used."""


class JobNotOpen(DataError):
    """A worker asked for a task of a job that is not in progress, or not for this worker's teams."""


class TaskRefused(DataError):
    """The base of what can be wrong with a task id that a worker sends."""


class TaskNotHeld(TaskRefused):
    """The worker holds no task of this id."""


class TaskExpired(TaskRefused):
    """The worker held the task and the time for it is over."""


class TaskAnswered(TaskRefused):
    """The worker has answered the task already."""


class AnswerFinal(TaskRefused):
    """The answer cannot be changed any more: its object was consolidated."""


class ClassUnknown(DataError):
    """A worker's answer names a class that the job does not have; the text is for the worker."""


class AnswerRefused(DataError):
    """An answer is too large, or not what JSON can hold."""


class TemplateFailed(InvalidDocument):
    """A worker template is not valid Liquid, uses something unknown, or exceeds a limit."""


class GrantRefused(DataError):
    """A link to an S3 object is altered, incomplete or expired."""


class ScriptNotBuilt(DataError):
    """A script for browsers is missing: it is built from `ui/`, not kept in the repository."""


class SignInRefused(DataError):
    """A sign-in through the provider came to nothing; what is wrong and what to do are for the person."""


class ProviderUnavailable(EnvironmentFault):
    """The provider that signs people in does not answer, or not so that it can be understood."""
