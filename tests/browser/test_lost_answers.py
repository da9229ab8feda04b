"""An answer that would be lost is told when the page is shown, not after the work."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support.lost_answers import LOSING, QUIET, LosingPage
from support.photo_page import show
from support.task_page import Screen, Site
from support.waiting import PATIENCE_SECONDS

_TOLD = "[data-tracemark-notices] section"


@pytest.fixture
def eve(chromium: Browser, site: Site) -> Iterator[Screen]:
    """A worker in front of pages that lose answers: nothing watches over them."""
    context = chromium.new_context(base_url=site.address)
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    site.let_in("anna", context)
    yield Screen(context.new_page())
    context.close()


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
