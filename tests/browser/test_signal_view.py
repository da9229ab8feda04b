"""The signal view in a task: what is seen, what is read under the cursor, and marks by mouse, keys and fingers."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import CDPSession
from support.signal_page import TRACE, SignalScreen, show_signals
from support.task_page import Screen, Site
from support.trace_file_reader import clocks_file, trace_file

from tracemark_plotting.signals.clock import Steady

Values = npt.NDArray[np.float64]

SAMPLES = 200_000
SPIKES = [7 + n * (SAMPLES // 20) for n in range(20)]
STEP = Steady(0.0, 0.1)


def _signals(channels: int = 3) -> Values:
    noise = np.round(np.random.default_rng(5).normal(size=(SAMPLES, channels)), 3)
    noise[SPIKES, 0] = 40 + np.arange(20)
    return noise


@pytest.fixture(scope="module")
def signals() -> Values:
    return _signals()


@pytest.fixture
def view(site: Site, anna: Screen, signals: Values) -> SignalScreen:
    return show_signals(site, anna, trace_file(signals, time=STEP))


def _few() -> Values:
    return np.column_stack([np.arange(200.0), np.arange(200.0)[::-1] / 8])


@pytest.fixture
def few(site: Site, anna: Screen) -> SignalScreen:
    """Two hundred samples a millisecond apart: each is drawn."""
    return show_signals(site, anna, trace_file(_few(), time=Steady(0.0, 1.0)))


def test_the_first_view_costs_one_request_of_at_most_200_kb(view: SignalScreen) -> None:
    requests, fetched = view.requests

    assert requests == 1
    assert fetched <= 200_000


def test_every_spike_of_a_single_sample_is_seen_at_full_view(view: SignalScreen) -> None:
    seen = [view.shows(spike * 0.1, 40 + n) for n, spike in enumerate(SPIKES)]

    assert seen == [True] * 20


def test_every_spike_is_exact_at_full_zoom(view: SignalScreen) -> None:
    found = []
    for spike in SPIKES:
        view.zoom_to((spike - 8) * 0.1, (spike + 8) * 0.1)
        view.screen.page.mouse.move(*view.at(spike * 0.1))
        view.settle()
        found.append((view.values[0], view.view.locator(".when").inner_text()))

    assert found == [(f"{40 + n} A", f"{_text(spike * 0.1)} ms") for n, spike in enumerate(SPIKES)]


def _near(found: Sequence[float], expected: Sequence[float], within: float) -> bool:
    return all(abs(a - b) <= within for a, b in zip(found, expected, strict=True))


def _text(number: float) -> str:
    return repr(number).removesuffix(".0")


def test_the_cursor_reads_the_sample_of_every_channel_at_full_view(view: SignalScreen, signals: Values) -> None:
    view.screen.page.mouse.move(*view.at(5_000))
    view.settle()

    index = round(float(view.view.locator(".when").inner_text().split()[0]) / 0.1)
    assert abs(index - 50_000) < SAMPLES / 500
    assert view.values == [f"{_text(float(value))} A" for value in signals[index]]


def test_a_gap_of_one_sample_is_seen_at_full_view_and_told(site: Site, anna: Screen) -> None:
    values = _signals(1)
    values[123_456] = np.nan

    view = show_signals(site, anna, trace_file(values, time=STEP))

    assert view.shows(12_345.6, float(np.nanmin(values)) - 1)  # the band behind the line
    assert "Channel a lacks 1 samples" in view.status


def test_the_wheel_zooms_around_the_pointer(view: SignalScreen) -> None:
    view.screen.page.mouse.move(*view.at(5_000))

    for _ in range(3):
        view.screen.page.mouse.wheel(0, -300)
    view.settle()

    start, end = view.range
    assert end - start < 5_000
    assert (5_000 - start) / (end - start) == pytest.approx(0.25, abs=0.01)


def test_sideways_the_wheel_moves(view: SignalScreen) -> None:
    view.zoom_to(5_000, 6_000)
    view.screen.page.mouse.move(*view.at(5_500))

    view.screen.page.mouse.wheel(200, 0)
    view.settle()

    start, end = view.range
    assert end - start == pytest.approx(1_000)
    assert start > 5_050


def test_the_lines_are_drawn_anew_when_they_change_and_stay_when_only_the_cursor_moves(view: SignalScreen) -> None:
    view.screen.page.mouse.move(*view.at(9_000))
    view.settle()
    view.screen.frame.evaluate(
        """() => {
          const { clearRect } = CanvasRenderingContext2D.prototype;
          globalThis.cleared = 0;
          CanvasRenderingContext2D.prototype.clearRect = function (...place) {
            globalThis.cleared += 1;
            clearRect.apply(this, place);
          };
        }"""
    )

    view.screen.page.mouse.move(*view.at(9_500))
    view.settle()
    while_pointing = view.screen.frame.evaluate("cleared")
    view.screen.page.mouse.wheel(0, -100)
    view.settle()

    assert while_pointing == 0
    assert view.screen.frame.evaluate("cleared") >= 3


def test_a_drag_with_the_zoom_tool_looks_at_that_range_and_back_returns(view: SignalScreen) -> None:
    view.view.get_by_role("button", name="Zoom", exact=True).click()

    view.drag(4_000, 8_000)

    assert _near(view.range, (4_000, 8_000), within=40)
    view.view.get_by_role("button", name="Back").click()
    assert _near(view.range, (0, 19_999.9), within=0.001)


def test_a_drag_with_the_move_tool_takes_the_view_along(view: SignalScreen) -> None:
    view.zoom_to(4_000, 8_000)
    view.view.get_by_role("button", name="Move", exact=True).click()

    view.drag(6_000, 5_000)

    assert _near(view.range, (5_000, 9_000), within=40)


def test_the_overview_strip_moves_and_widens_the_window(view: SignalScreen) -> None:
    view.zoom_to(4_000, 8_000)
    window = view.view.locator(".window").bounding_box()
    assert window is not None
    middle, bottom, mouse = window["x"] + window["width"] / 2, window["y"] + 20, view.screen.page.mouse

    mouse.move(middle, bottom)
    mouse.down()
    mouse.move(middle + window["width"], bottom, steps=4)
    mouse.up()
    assert _near(view.range, (8_000, 12_000), within=60)
    mouse.move(window["x"] + 2 * window["width"], bottom)
    mouse.down()
    mouse.move(window["x"] + 2.5 * window["width"], bottom, steps=4)
    mouse.up()
    assert _near(view.range, (8_000, 14_000), within=120)


def test_a_drag_marks_a_span_whose_ends_are_samples(few: SignalScreen) -> None:
    few.drag(50.3, 79.8, lane=1)

    assert few.spans == [("Spatter", "b", 50, 80)]


def test_the_answer_is_plain_json_in_a_field_of_the_form(few: SignalScreen, site: Site) -> None:
    few.drag(50, 80)
    few.screen.choose("Good")

    few.screen.submit()

    (answers,) = site.task_queue.answers.values()
    assert json.loads(answers["marks"]) == [{"label": "Spatter", "channel": "a", "start": 50, "end": 80}]


def test_a_mark_is_moved_resized_and_deleted_by_mouse_and_each_is_undone(few: SignalScreen) -> None:
    few.drag(50, 80)
    few.drag(65, 85)
    assert few.spans == [("Spatter", "a", 70, 100)]
    few.drag(100, 120)
    few.drag(70, 60)
    assert few.spans == [("Spatter", "a", 60, 120)]
    few.view.get_by_role("button", name="Delete Spatter").click()
    assert few.spans == []

    undo, found = few.view.get_by_role("button", name="Undo"), []
    while undo.is_enabled():
        undo.click()
        few.settle()
        found.append([span[2:] for span in few.spans])

    assert found == [[(60, 120)], [(70, 120)], [(70, 100)], [(50, 80)], []]
    few.view.get_by_role("button", name="Redo").click()
    assert few.spans == [("Spatter", "a", 50, 80)]


def test_another_class_and_all_channels(few: SignalScreen) -> None:
    few.view.get_by_role("button", name="Arc fault").click()
    few.view.get_by_label("all channels").check()

    few.drag(20, 40)

    assert few.spans == [("Arc fault", None, 20, 40)]
    assert few.view.locator(".mark").count() == 2


def test_a_double_click_marks_a_point(few: SignalScreen) -> None:
    few.screen.page.mouse.dblclick(*few.at(30.2))
    few.settle()

    assert few.spans == [("Spatter", "a", 30, 30)]


def test_the_list_gives_another_class_and_shows_a_mark(few: SignalScreen) -> None:
    few.drag(50, 80)

    few.view.get_by_label("Class of this mark").select_option("Porosity")
    few.view.get_by_role("button", name="Show Porosity from 50").click()

    assert few.spans == [("Porosity", "a", 50, 80)]
    assert few.range == (20, 110)


def test_a_span_is_drawn_changed_and_deleted_by_keys_alone(few: SignalScreen) -> None:
    few.focus()

    few.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "2")
    assert few.spans == [("Arc fault", "a", 101, 104)]
    few.press("Alt+ArrowRight", "Alt+Shift+ArrowLeft", "]")
    assert few.spans == [("Porosity", "a", 100, 105)]
    few.press("Control+z", "Control+z", "Control+z")
    assert few.spans == [("Arc fault", "a", 101, 104)]
    few.press("Control+y", "Delete")
    assert few.spans == []


def test_a_selection_may_shrink_and_turn_round_its_anchor(few: SignalScreen) -> None:
    few.focus()

    few.press("ArrowRight", *["Shift+ArrowRight"] * 2, *["Shift+ArrowLeft"] * 5, "m")

    assert few.spans == [("Spatter", "a", 97, 100)]


def test_keys_zoom_fit_move_and_go_back(few: SignalScreen) -> None:
    few.focus()

    few.press("+", "+")
    start, end = few.range
    assert end - start == pytest.approx(199 / 2.25)
    few.press("Control+ArrowRight")
    assert few.range[0] == pytest.approx(start + (end - start) / 10)
    few.press("f")
    assert _near(few.range, (0, 199), within=0)
    few.press("b")
    assert few.range[0] == pytest.approx(start + (end - start) / 10)
    few.press("Home")
    start, _ = few.range
    assert start == 0


def test_up_and_down_choose_the_lane_that_is_marked(few: SignalScreen) -> None:
    few.focus()

    few.press("ArrowDown", "ArrowRight", "m")

    assert [span[1] for span in few.spans] == ["b"]


def test_a_digit_without_a_selection_chooses_a_category(few: SignalScreen) -> None:
    few.focus()

    few.press("ArrowRight", "2")

    assert few.spans == []
    assert few.screen.answers["weld"] == {"label": "Bad"}


def test_a_digit_gives_a_selected_mark_its_class_and_says_so(few: SignalScreen) -> None:
    few.drag(50, 80)

    few.press("2")

    assert few.spans == [("Arc fault", "a", 50, 80)]
    assert str(few.view.locator(".status").inner_text()).startswith("Mark 1 is now Arc fault · ")


def test_a_key_that_is_held_down_marks_once(few: SignalScreen) -> None:
    few.focus()
    few.press("ArrowRight")

    for _ in range(3):
        few.screen.page.keyboard.down("m")
    few.view.locator(".mark").first.wait_for()

    assert len(few.spans) == 1


def test_marks_survive_a_reload(few: SignalScreen) -> None:
    few.drag(50, 80)

    few.screen.reload()
    few.screen.wait()
    few.view.locator(".mark").first.wait_for()

    assert few.spans == [("Spatter", "a", 50, 80)]


def test_marks_that_were_given_are_shown_and_changed(site: Site, anna: Screen) -> None:
    given = [{"label": "Spatter", "channel": "a", "start": 10, "end": 20}]
    attributes = "value='{{ task.input.given | to_json }}'"

    view = show_signals(site, anna, trace_file(_few(), time=Steady(0, 1)), attributes, more={"given": given})
    view.drag(15, 25)

    assert view.spans == [("Spatter", "a", 20, 30)]


def test_channels_are_hidden_moved_and_laid_over_each_other(view: SignalScreen) -> None:
    def lanes() -> list[str]:
        return [str(lane.get_attribute("aria-label")) for lane in view.view.locator(".lane").all()]

    def press(name: str) -> None:
        view.view.get_by_role("button", name=name).click()

    press("Hide Channel b")
    assert lanes() == ["Channel a", "Channel c"]
    press("Move Channel c up")
    assert lanes() == ["Channel c", "Channel a"]
    press("Lay Channel a over the lane above")
    assert lanes() == ["Channel c, Channel a"]
    press("+ Channel b")
    assert lanes() == ["Channel c, Channel a", "Channel b"]
    press("Give each of Channel c, Channel a")
    assert lanes() == ["Channel c", "Channel a", "Channel b"]
    view.settle()
    assert view.shows(SPIKES[3] * 0.1, 43, lane=1)


def test_the_axis_of_values_is_whole_fitted_or_shared(view: SignalScreen) -> None:
    def top(lane: int) -> float:
        found = view.view.evaluate(
            "(element, at) => element.bench.values(element.bench.lanes[at].channels[0])[1]", lane
        )
        return float(found)

    choose = view.view.get_by_label("Axis of values")
    view.zoom_to(SPIKES[3] * 0.1 + 1, SPIKES[3] * 0.1 + 90)

    assert (top(0), top(1) < 10) == (59, True)
    choose.select_option("fit")
    assert top(0) < 10
    choose.select_option("shared")
    assert (top(0), top(1)) == (59, 59)


def test_clocks_of_their_own_are_aligned_and_can_be_shifted(site: Site, anna: Screen) -> None:
    fast = np.zeros((10_000, 1))
    fast[5_000] = 9
    data = clocks_file((Steady(0, 0.1), fast), (Steady(0, 100.0), np.arange(10.0)[:, np.newaxis]))

    view = show_signals(site, anna, data)
    assert view.shows(500, 9)
    view.view.get_by_label("shift (ms)").first.fill("250")
    view.view.get_by_label("shift (ms)").first.press("Enter")
    view.settle()

    assert (view.shows(750, 9), view.shows(500, 9)) == (True, False)
    view.drag(700, 800)
    ((label, channel, *ends),) = view.spans
    assert (label, channel) == ("Spatter", "c0")
    assert _near(ends, (450, 550), within=2)


def test_time_that_is_not_steady_is_read_to_the_last_digit(site: Site, anna: Screen) -> None:
    time = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.9, 150_000))
    values = np.random.default_rng(2).normal(size=150_000)
    values[77_777] = 50
    view = show_signals(site, anna, trace_file(np.column_stack([time, values]), time=None))

    assert view.shows(float(time[77_777]), 50)
    view.zoom_to(float(time[77_770]), float(time[77_785]))
    view.screen.page.mouse.move(*view.at(float(time[77_777])))
    view.settle()

    assert (view.values, view.view.locator(".when").inner_text()) == (["50 A"], f"{_text(float(time[77_777]))} ms")


def test_a_spectrogram_is_drawn_of_a_channel_that_is_fast_enough(view: SignalScreen) -> None:
    view.zoom_to(0, 2_000)

    view.view.get_by_role("button", name="Spectrogram of Channel a").click()

    view.view.get_by_text("0 to 5000 Hz upwards").wait_for()


def test_a_slow_channel_offers_no_spectrogram(few: SignalScreen) -> None:
    slow = few.view.evaluate("element => element.bench.file.seconds")

    assert slow == 1e-3  # a sample a millisecond is 1 kHz, the least
    assert few.view.get_by_role("button", name="Spectrogram of Channel a").count() == 1


def test_what_is_missing_is_said_with_its_remedy(site: Site, anna: Screen) -> None:
    view = show_signals(site, anna, None)
    view.view.get_by_text("cannot be shown").wait_for()

    assert "there is no trace file; write it by SHOW=signals or SHOW=both" in view.status


def test_a_file_that_is_none_is_refused_with_its_remedy(site: Site, anna: Screen) -> None:
    site.s3.objects[TRACE] = (b"time,current\n" * 100, "text/csv")

    view = show_signals(site, anna, None)
    view.view.get_by_text("this is not a trace file").wait_for()


@pytest.fixture
def fingers(few: SignalScreen) -> CDPSession:
    return few.screen.page.context.new_cdp_session(few.screen.page)


def _touch(fingers: CDPSession, kind: str, *places: tuple[float, float]) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_two_fingers_zoom_into_what_they_hold(few: SignalScreen, fingers: CDPSession) -> None:
    a, b = few.at(90), few.at(110)
    far = [(a[0] - 200, a[1]), (b[0] + 200, b[1])]

    _touch(fingers, "touchStart", a, b)
    for part in (0.25, 0.5, 0.75, 1.0):
        moved = [(p[0] + (q[0] - p[0]) * part, p[1]) for p, q in zip((a, b), far, strict=True)]
        _touch(fingers, "touchMove", *moved)
    _touch(fingers, "touchEnd")
    few.settle()

    start, end = few.range
    assert end - start < 60
    assert few.spans == []
    assert start < 90 < 110 < end


def test_one_finger_marks_with_the_mark_tool(few: SignalScreen, fingers: CDPSession) -> None:
    x, y = few.at(50)
    end = few.at(80)[0]

    _touch(fingers, "touchStart", (x, y))
    for part in range(1, 6):
        _touch(fingers, "touchMove", (x + (end - x) * part / 5, y))
    _touch(fingers, "touchEnd")
    few.settle()

    assert few.spans == [("Spatter", "a", 50, 80)]


def test_keys_and_tools_have_names_for_screen_readers(view: SignalScreen) -> None:
    nameless = view.view.evaluate(
        """element => [...element.shadowRoot.querySelectorAll("button, select, input")]
            .filter((each) => !(each.ariaLabel ?? each.getAttribute("aria-label") ?? each.textContent).trim()
              && !each.labels?.length).map((each) => each.outerHTML)"""
    )

    assert nameless == []
