"""The order of the classes, and which can be voted for."""

from __future__ import annotations

from tracemark_postlabel.consolidation.slate import Slate


def test_the_abstaining_label_is_no_class() -> None:
    names = ("Good Weld", "Not sure", "Burn Through")

    slate = Slate.listed(names, "Not sure")

    assert slate.classes == ("Good Weld", "Burn Through")


def test_the_abstaining_label_is_on_every_slate() -> None:
    names = ("Good Weld",)

    slate = Slate.listed(names, "Not sure")

    assert "Not sure" in slate


def test_a_name_listed_twice_keeps_its_first_place() -> None:
    names = ("b", "a", "b")

    slate = Slate.listed(names, "Not sure")

    assert slate.classes == ("b", "a")


def test_unlisted_labels_stand_last_in_alphabetical_order() -> None:
    slate = Slate.open(("b", "a"), "Not sure")

    ordered = sorted(("d", "a", "c", "b"), key=slate.place)

    assert ordered == ["b", "a", "c", "d"]
