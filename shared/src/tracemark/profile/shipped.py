"""The sensor profiles that come with tracemark, and references to these or to profiles in S3."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from tracemark.errors import InvalidConfiguration, quoted
from tracemark.profile.sensor_profile import SensorProfile
from tracemark.storage.s3uri import S3Uri

DEFAULT_PROFILE = "welding"


@dataclass(frozen=True, slots=True)
class ShippedProfile:
    """The name of a profile that comes with tracemark."""

    name: str

    @classmethod
    def parse(cls, name: str) -> ShippedProfile:
        """Look up a name.

        Raises:
            InvalidConfiguration: no shipped profile has this name.
        """
        if name not in shipped_profiles():
            raise InvalidConfiguration(
                f"no shipped sensor profile is called {quoted(name)}",
                expected=f"one of {', '.join(shipped_profiles())}, or an s3:// URI",
                remedy="correct SENSOR_PROFILE or --profile",
            )
        return cls(name)

    def load(self) -> SensorProfile:
        """Return the profile."""
        return _load_shipped(self.name)


ProfileReference = S3Uri | ShippedProfile


def profile_reference(text: str) -> ProfileReference:
    """Return what `text` names: an `s3://` URI or a shipped profile.

    Raises:
        InvalidUri, InvalidConfiguration: it is neither.
    """
    return S3Uri.parse(text) if text.startswith("s3://") else ShippedProfile.parse(text)


@lru_cache(maxsize=1)
def shipped_profiles() -> tuple[str, ...]:
    """Return the names of the profiles in this package, sorted."""
    files = (resources.files(__package__) / "profiles").iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@lru_cache(maxsize=8)
def _load_shipped(name: str) -> SensorProfile:
    file = resources.files(__package__) / "profiles" / f"{name}.yaml"
    return SensorProfile.parse(file.read_bytes(), f"shipped profile {name}")
