"""An answer that would be lost is told when the page is shown, not after the work; and none goes without a word."""

from __future__ import annotations

import pytest
from support.lost_answers import LOSING, QUIET, LosingPage, classifier, form
from support.photo_page import saved, show
from support.task_page import Screen, Site

_TOLD = "[data-tracemark-notices] section"


@pytest.mark.parametrize("losing", LOSING, ids=lambda losing: losing.name)
def test_an_answer_that_would_be_lost_is_told_when_the_page_is_shown(
    site: Site, eve: Screen, losing: LosingPage
) -> None:
    show(site, eve, losing.page)
    eve.find(_TOLD).wait_for()

    said = eve.find(f"{_TOLD} p").all_inner_texts()

    assert losing.what in said
    assert f"For whoever runs the job: {losing.remedy}" in said
    assert len(said) == 2


@pytest.mark.parametrize("page", QUIET.values(), ids=QUIET)
def test_a_page_that_loses_nothing_tells_nothing(site: Site, eve: Screen, page: str) -> None:
    show(site, eve, page)
    eve.find("crowd-form .fields, crowd-entity-annotation .text").first.wait_for()
    eve.page.wait_for_timeout(800)

    assert eve.find(_TOLD).count() == 0


def submit(screen: Screen) -> None:
    screen.page.frame_locator("iframe#task").get_by_role("button", name="Submit", exact=True).click()


def test_an_answer_that_would_hide_another_is_not_sent(site: Site, eve: Screen) -> None:
    boxes = "<crowd-checkbox name='d'>Crack</crowd-checkbox><crowd-checkbox name='d'>Pore</crowd-checkbox>"
    show(site, eve, form(boxes))
    eve.wait()

    eve.choose("Crack")
    submit(eve)
    eve.find(".message").get_by_text("Nothing was submitted").wait_for()

    assert 'Several inputs of this page are called "d", and one answer would hide the other.' in eve.message
    assert site.task_queue.answers == {}


def test_of_two_questions_of_one_name_that_say_the_same_the_answer_goes(site: Site, eve: Screen) -> None:
    show(site, eve, form(classifier("name='q' header='1'") + "<input name='o' value='1'><input name='o' value='1'>"))
    eve.wait()

    eve.choose("a")
    eve.submit()

    assert saved(site) == {"q": {"label": "a"}, "o": "1"}


def test_a_hidden_input_gives_way_to_the_boxes_after_it(site: Site, eve: Screen) -> None:
    show(
        site, eve, form("<input type='hidden' name='d' value='no'><input type='checkbox' name='d' value='yes' checked>")
    )
    eve.wait()

    eve.submit()

    assert saved(site) == {"d": {"yes": True}}


def test_a_hidden_input_after_its_boxes_does_not_take_their_place(site: Site, eve: Screen) -> None:
    show(
        site, eve, form("<input type='checkbox' name='d' value='yes' checked><input type='hidden' name='d' value='no'>")
    )
    eve.wait()

    submit(eve)
    eve.find(".message").get_by_text("Nothing was submitted").wait_for()

    assert site.task_queue.answers == {}
