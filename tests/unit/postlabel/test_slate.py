"""The order of the classes, and which can be voted for."""

from __future__ import annotations

import pytest

from tracemark.contract.answer_fields import unescaped
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


@pytest.mark.parametrize("given", ["Not sure", "Not Sure", "not  sure ", "NOT\tSURE", "Not&nbsp;sure", "not&#32;sure"])
def test_the_abstaining_label_is_known_in_any_case_and_white_space(given: str) -> None:
    for slate in (Slate.listed(("a", "b"), "Not sure"), Slate.open(("a", "b"), "Not sure")):
        assert slate.meant(given) == "Not sure"


def test_a_job_s_own_spelling_of_the_abstaining_label_is_the_one_that_is_written() -> None:
    slate = Slate.listed(("Cat", "NOT SURE", "Dog"), "Not sure")

    assert (slate.classes, slate.abstain) == (("Cat", "Dog"), "NOT SURE")
    assert slate.meant("Not sure") == "NOT SURE"


def test_of_two_spellings_that_a_job_lists_the_configured_one_is_written() -> None:
    slate = Slate.listed(("NOT SURE", "Not sure", "Dog"), "Not sure")

    assert (slate.classes, slate.abstain) == (("Dog",), "Not sure")


@pytest.mark.parametrize("given", ["R&D", "R&amp;D", "R&amp;amp;D", "R&#38;D"])
@pytest.mark.parametrize("listed", ["R&D", "R&amp;D"])
def test_a_class_is_known_however_often_it_or_the_answer_was_escaped(given: str, listed: str) -> None:
    slate = Slate.listed((listed, "Q"), "Not sure")

    assert slate.meant(given) == listed


def test_a_class_in_another_case_is_another_class() -> None:
    assert Slate.listed(("Good", "good"), "Not sure").meant("GOOD") is None


def test_the_layers_of_a_text_s_escapes_are_bounded() -> None:
    assert unescaped("a &amp;amp; b") == ("a &amp;amp; b", "a &amp; b", "a & b")
    assert len(unescaped("&" + "amp;" * 50)) == 4
