"""Whether two logs are read alike, and the profile that reads both."""

from __future__ import annotations

from dataclasses import replace

from tracemark.profile.sensor_profile import SensorProfile


def are_alike(one: SensorProfile, two: SensorProfile) -> bool:
    """Return whether one way to read two logs can be right for both: cells, marks and time are of one kind.

    What only one of them happens to hold, a gap or a footer, does not tell them apart.
    """
    either = ((each.text.delimiter, each.text.decimal, each.text.encoding, each.text.header) for each in (one, two))
    marks = {one.text.thousands, two.text.thousands} - {""}
    return len(set(either)) == 1 and len(marks) <= 1 and one.time == two.time and one.where == two.where


def merged(one: SensorProfile, two: SensorProfile) -> SensorProfile:
    """Return the first profile with the gaps, words, comments and footers that the second knows too."""
    text, other = one.text, two.text
    both = replace(
        text,
        thousands=text.thousands or other.thousands,
        gaps=_all(text.gaps, other.gaps),
        gap_numbers=tuple(dict.fromkeys((*text.gap_numbers, *other.gap_numbers))),
        ones=_all(text.ones, other.ones),
        zeros=_all(text.zeros, other.zeros),
        comment=_all(text.comment, other.comment),
        footer_marks=_all(text.footer_marks, other.footer_marks),
    )
    return replace(one, text=both)


def _all(one: tuple[str, ...], two: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *two)))
