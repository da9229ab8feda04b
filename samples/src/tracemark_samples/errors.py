"""What can be wrong with a request for samples, each with its remedy."""

from pathlib import Path


class SamplesError(Exception):
    """The base of every error this package raises."""


class CountError(SamplesError, ValueError):
    """A number of items or rows that is not a positive whole number."""

    def __init__(self, noun: str, value: int) -> None:
        super().__init__(f"{noun} is {value}; expected 1 or more. Ask for at least one.")


class SeedError(SamplesError, ValueError):
    """A seed that cannot start the random generator."""

    def __init__(self, seed: int) -> None:
        super().__init__(f"seed is {seed}; expected 0 or more. Choose a number that is not negative.")


class BucketNameError(SamplesError, ValueError):
    """A bucket name that S3 would refuse."""

    def __init__(self, bucket: str) -> None:
        super().__init__(
            f"bucket is {bucket!r}; expected 3 to 63 lower-case letters, digits, dots or hyphens, "
            "starting and ending with a letter or digit. Choose such a name."
        )


class OccupiedDirectoryError(SamplesError, FileExistsError):
    """A place that already holds files which this data set did not write."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} exists and was not written by this data set (same seed, count and bucket). "
            "Choose an empty directory, or move the existing files away first."
        )
