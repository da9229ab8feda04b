"""A headless Chromium in front of the portal, whose task_queue and S3 are in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.task_page import Screen, Site, Watch, open_site
from support.waiting import PATIENCE_SECONDS


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as found:
        yield found


@pytest.fixture
def screens(chromium: Browser, site: Site) -> Iterator[Callable[[str], Screen]]:
    """Open a screen for a worker who is signed in; afterwards nothing went elsewhere and no script failed."""
    watch, contexts = Watch(site.address), []

    def open_screen(name: str) -> Screen:
        context = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
        context.set_default_timeout(1000 * PATIENCE_SECONDS)
        contexts.append(context)
        page = context.new_page()
        watch.over(page)
        site.let_in(name, context)
        return Screen(page)

    yield open_screen
    for context in contexts:
        context.close()
    assert (watch.elsewhere, watch.errors) == ([], [])


@pytest.fixture
def anna(screens: Callable[[str], Screen]) -> Screen:
    return screens("anna")


@pytest.fixture
def eve(chromium: Browser, site: Site) -> Iterator[Screen]:
    """A worker in front of pages that may fail, lose answers or be hostile: nothing watches over them."""
    context = chromium.new_context(base_url=site.address)
    context.set_default_timeout(1000 * PATIENCE_SECONDS)
    site.let_in("anna", context)
    yield Screen(context.new_page())
    context.close()
