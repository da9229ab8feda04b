"""The pre-labeling function's environment as a validated value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tracemark.errors import InvalidConfiguration, quoted
from tracemark.profile.shipped import ProfileReference, profile_reference
from tracemark.settings import bucket_names, object_uri, whole_number
from tracemark.storage.s3uri import S3Uri
from tracemark_prelabel.pictures import PictureLimits
from tracemark_prelabel.prepare import OnBadItem


@dataclass(frozen=True, slots=True)
class Settings:
    """The function's settings; docs/reference/settings.md lists the variables.

    With `plotting_function` None, this process draws the logs.
    """

    on_bad_item: OnBadItem
    profile: ProfileReference | None
    label_categories: S3Uri | None
    plotting_function: str | None
    allowed_buckets: frozenset[str] | None
    picture_limits: PictureLimits = field(default_factory=PictureLimits)

    @classmethod
    def parse(cls, environment: Mapping[str, str]) -> Settings:
        """Read the variables.

        Raises:
            InvalidConfiguration, InvalidUri: a variable has an invalid value.
        """
        profile, usual = environment.get("SENSOR_PROFILE"), PictureLimits()
        return cls(
            on_bad_item=_on_bad_item(environment.get("ON_BAD_ITEM") or OnBadItem.SKIP),
            profile=profile_reference(profile) if profile else None,
            label_categories=object_uri(environment, "LABEL_CATEGORIES"),
            plotting_function=environment.get("PLOTTING_FUNCTION") or None,
            allowed_buckets=bucket_names(environment, "ALLOWED_BUCKETS"),
            picture_limits=PictureLimits(
                bytes=whole_number(environment, "MAX_IMAGE_BYTES", usual.bytes),
                pixels=whole_number(environment, "MAX_IMAGE_PIXELS", usual.pixels),
            ),
        )


def _on_bad_item(text: str) -> OnBadItem:
    if text not in tuple(OnBadItem):
        raise InvalidConfiguration(
            f"ON_BAD_ITEM is {quoted(text)}", expected="skip or fail", remedy="correct or unset ON_BAD_ITEM"
        )
    return OnBadItem(text)
