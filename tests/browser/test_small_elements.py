"""Small elements: a switch that answers, windows and messages that open, buttons that a script listens to."""

from __future__ import annotations

import pytest
from support.photo_page import saved, show, tool
from support.task_page import Screen, Site


def test_switches_answer_their_state_under_their_value(site: Site, anna: Screen) -> None:
    switches = """<crowd-toggle-button name="spatter" checked></crowd-toggle-button>
      <crowd-toggle-button name="rework" value="yes"></crowd-toggle-button>
      <crowd-toggle-button name="off" disabled checked></crowd-toggle-button>"""
    show(site, anna, f"<crowd-form>{switches}</crowd-form>")

    anna.page.frame_locator("iframe#task").get_by_role("switch", name="rework").press("Space")
    anna.submit()

    assert saved(site) == {"spatter": {"on": True}, "rework": {"yes": True}}


def test_a_required_switch_must_be_on(site: Site, anna: Screen) -> None:
    show(site, anna, '<crowd-form><crowd-toggle-button name="read" required></crowd-toggle-button></crowd-form>')

    anna.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert anna.message == "read: please switch this on."


@pytest.mark.parametrize("kind", ["link", "button"])
def test_a_modal_opens_by_its_link_and_closes_by_escape(site: Site, anna: Screen, kind: str) -> None:
    modal = f'<crowd-modal link-text="See examples" link-type="{kind}">Example text</crowd-modal>'
    show(site, anna, f'<crowd-form>{modal}<crowd-input name="n"></crowd-input></crowd-form>')
    text = anna.find("crowd-modal dialog")

    seen = [text.is_visible()]
    anna.page.frame_locator("iframe#task").get_by_role("button", name="See examples").click()
    seen.append(text.is_visible())
    anna.press("Escape")
    seen.append(text.is_visible())

    assert seen == [False, True, False]


def test_only_the_last_toast_is_seen_and_it_goes_by_itself(site: Site, anna: Screen) -> None:
    toasts = (
        "<crowd-toast opened duration='60000'>First</crowd-toast><crowd-toast id='t' duration='200'>Last</crowd-toast>"
    )
    show(site, anna, f'<crowd-form>{toasts}<crowd-input name="n"></crowd-input></crowd-form>')
    frame = anna.page.frame_locator("iframe#task")
    frame.get_by_text("First").wait_for()

    closed = frame.get_by_text("Last").is_visible()
    anna.frame.evaluate("document.getElementById('t').show()")
    frame.get_by_text("Last").wait_for()
    first = frame.get_by_text("First").is_visible()
    frame.get_by_text("Last").wait_for(state="hidden")

    assert (closed, first) == (False, False)


@pytest.mark.parametrize("element", ["crowd-fab", "crowd-icon-button"])
def test_round_buttons_are_heard_by_scripts_though_their_tag_is_not_closed(
    site: Site, anna: Screen, element: str
) -> None:
    page = f"""<crowd-form><crowd-input name="issue" value="blurred"></crowd-input>
      <div><{element} id="go" icon="report-problem" title="Issue"/></div></crowd-form>
      <script>go.addEventListener("click", () => document.querySelector("crowd-form").submit());</script>"""
    show(site, anna, page)

    with anna.page.expect_navigation(url="**saved"):
        anna.page.frame_locator("iframe#task").get_by_role("button", name="Issue").click()

    assert saved(site) == {"issue": "blurred"}


def test_a_badge_stands_at_the_element_that_it_names(site: Site, anna: Screen) -> None:
    badge = '<crowd-badge for="x" label="3"></crowd-badge>'
    show(site, anna, f'<crowd-form>{badge}<p>before</p><b id="x">Item</b><input name="n"></crowd-form>')
    shown = anna.find("crowd-badge .badge")
    shown.wait_for()

    anna.page.wait_for_timeout(100)

    assert shown.inner_text() == "3"
    assert anna.frame.evaluate("document.querySelector('#x').nextElementSibling.localName") == "crowd-badge"


def test_a_polygon_and_a_comment_are_answered_side_by_side(site: Site, anna: Screen) -> None:
    show(site, anna, tool("crowd-polygon", inside='<crowd-text-area name="Remark" label="Remark"></crowd-text-area>'))
    anna.find(".status").get_by_text("pixels").wait_for()

    anna.find("crowd-text-area textarea").fill("bead at the edge")
    anna.submit()

    assert saved(site)["Remark"] == "bead at the edge"
    assert saved(site)["marks"]["polygons"] == []
