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
    both = {
        name: tuple(dict.fromkeys((*getattr(text, name), *getattr(other, name))))
        for name in ("gaps", "gap_numbers", "ones", "zeros", "comment", "footer_marks")
    }
    return replace(one, text=replace(text, thousands=text.thousands or other.thousands, **both))
