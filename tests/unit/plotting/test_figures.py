"""Charts: what they say, what they share, and that no text of a profile can do anything in them."""

from __future__ import annotations

import html
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracemark.profile.sensor_profile import Channel
from tracemark.profile.shipped import ShippedProfile
from tracemark_plotting.figures import HEIGHT, WIDTH, figures, plain_text
from tracemark_plotting.page import Figure
from tracemark_plotting.trace import ChannelTrace, Trace, read_trace

if TYPE_CHECKING:
    from unit.plotting.conftest import MadeTrace, Values

Drawn = Callable[..., "tuple[Values, Values]"]

SEED_LOG = b"".join(b"%d,%d,%d,%d\n" % (n, n % 7, n % 11, n % 5) for n in range(100))
ROBOT_LOG = (
    b"Date,Time,Primary Weld Current,Secondary Weld Voltage,CO2 Weld Flow\n"
    b"8/17/2022,07:50:26.295,0,1,2\n8/17/2022,07:50:27.295,5,6,7\n"
)


def _charts(profile: str, log: bytes) -> list[Figure]:
    return figures(read_trace(log, ShippedProfile(profile).load(), max_rows=1_000, place="log"))


def _axis_titles(charts: list[Figure]) -> list[str]:
    return [html.unescape(chart["layout"]["yaxis"]["title"]["text"]) for chart in charts]


@pytest.fixture
def long_trace(trace_of: MadeTrace) -> Trace:
    time = np.arange(100_000)
    return trace_of(time, np.sin(time / 100), np.where(time % 1_000 == 0, np.nan, time))


def test_plotly_accepts_every_figure(long_trace: Trace) -> None:
    for figure in figures(long_trace):
        go.Figure(figure, skip_invalid=False)


def test_there_is_one_chart_per_channel_in_the_profile_s_order() -> None:
    titles = [chart["layout"]["title"]["text"] for chart in _charts("welding", SEED_LOG)]

    assert titles == ["<b>Electrode position</b>", "<b>Current</b>", "<b>Voltage</b>"]


def test_no_unit_is_invented_where_the_profile_gives_none() -> None:
    assert _axis_titles(_charts("welding", SEED_LOG)) == ["Electrode position", "Current", "Voltage"]


def test_the_profile_s_units_are_on_the_axes() -> None:
    assert _axis_titles(_charts("robotic-weld", ROBOT_LOG)) == [
        "Primary weld current (A)",
        "Secondary weld voltage (V)",
        "CO₂ weld flow (L/min)",
    ]


@pytest.mark.parametrize(
    ("profile", "log", "title"),
    [("welding", SEED_LOG, "Time since arc start (ms)"), ("robotic-weld", ROBOT_LOG, "Time since first sample (s)")],
)
def test_all_charts_have_the_profile_s_time_axis(profile: str, log: bytes, title: str) -> None:
    found = [chart["layout"]["xaxis"]["title"]["text"] for chart in _charts(profile, log)]

    assert found == [title] * 3


def test_a_long_title_is_cut_but_its_unit_stays(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [1, 2], title="Temperature of the shielding gas at the nozzle", unit="°C"))

    assert _axis_titles([figure]) == ["Temperature of the shieldi… (°C)"]


def test_a_long_unit_leaves_room_for_its_title(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [1, 2], title="Current", unit="u" * 200))

    (title,) = _axis_titles([figure])
    assert title.startswith("Current (uuu")
    assert len(title) <= 32


def test_all_charts_of_a_log_share_the_span_of_time(trace_of: MadeTrace) -> None:
    charts = figures(trace_of([3, 5, 9], [1, 2, 3], [np.nan, 5, np.nan]))

    assert [chart["layout"]["xaxis"]["range"] for chart in charts] == [[3.0, 9.0], [3.0, 9.0]]


def test_all_charts_have_the_same_size_and_margins(trace_of: MadeTrace) -> None:
    charts = figures(trace_of([0, 1], [1, 2], [1e9, 2e-9], title="x" * 200, unit="V"))

    layouts = [(c["layout"]["width"], c["layout"]["height"], c["layout"]["margin"]) for c in charts]
    assert layouts == [(WIDTH, HEIGHT, layouts[0][2])] * 2


def test_no_axis_moves_its_own_margin(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [1, 2]))

    automatic = [figure["layout"][axis].get("automargin", False) for axis in ("xaxis", "yaxis")]
    assert automatic == [False, False]


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b>",
        "</script><script>alert(1)</script>",
        '<a href="http://127.0.0.1/">x</a>',
        "&lt;b&gt;",
        "a & b",
        "<br>",
    ],
)
def test_markup_is_shown_as_it_is_written(text: str) -> None:
    shown = plain_text(text)

    assert html.unescape(shown) == text
    assert "<" not in shown


def test_mathematics_is_no_markup_without_mathjax() -> None:
    assert plain_text("$x^2$") == "$x^2$"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Schweißstrom 😀", "Schweißstrom 😀"),
        ("זרם", "זרם"),
        ("\u202egnp.exe", " gnp.exe"),
        ("a\nb\tc\x00d", "a b c d"),
        ("a\u200bb", "a b"),
        ("half \ud83d", "half  "),
    ],
    ids=["emoji", "right to left", "override", "control", "zero width", "surrogate"],
)
def test_what_is_not_printable_becomes_a_space(text: str, shown: str) -> None:
    assert plain_text(text) == shown


def test_a_text_of_ten_thousand_characters_is_shortened() -> None:
    assert plain_text("x" * 10_000) == "x" * 59 + "…"


def test_a_text_at_the_bound_is_whole() -> None:
    assert plain_text("x" * 60) == "x" * 60


def test_shortening_counts_characters_and_not_escapes() -> None:
    assert html.unescape(plain_text("<" * 61)) == "<" * 59 + "…"


@given(st.text(st.characters()))
def test_no_text_can_open_a_tag_or_break_the_json(text: str) -> None:
    shown = plain_text(text)

    assert not set("<>") & set(shown)
    assert json.loads(json.dumps(shown).encode().decode()) == shown


def test_titles_units_and_the_time_axis_are_all_made_inert(trace_of: MadeTrace) -> None:
    trace = trace_of([0, 1], [1, 2], title="<i>t</i>", unit="<u>", time_title="<a>time</a>")

    text = json.dumps([figure["layout"] for figure in figures(trace)]).replace("<b>", "").replace("</b>", "")

    assert "<" not in text


def test_a_short_log_has_no_small_print(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of(range(1_500), range(1_500)))

    assert figure["layout"]["annotations"] == []


def test_a_thinned_log_says_how_many_samples_it_has(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of(range(12_345), range(12_345)))

    (note,) = figure["layout"]["annotations"]
    assert note["text"] == "12,345 samples; the extremes of each pixel column are drawn"


def test_a_short_log_is_drawn_sample_by_sample(trace_of: MadeTrace, drawn: Drawn) -> None:
    (figure,) = figures(trace_of([0, 2, 3], [1.5, np.nan, -1]))

    time, values = drawn(figure)
    np.testing.assert_array_equal(time, [0, 2, 3])
    np.testing.assert_array_equal(values, [1.5, np.nan, -1])


def test_a_line_is_not_drawn_across_a_gap(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [1, 2]))

    assert figure["data"][0].get("connectgaps", False) is False


@pytest.mark.parametrize(
    ("values", "dots"),
    [
        ([1, np.nan, 3, np.nan, 5], [0, 2, 4]),
        ([1, 2, np.nan, 4, np.nan, 6, 7], [3]),
        ([np.nan, 2, np.nan], [1]),
        ([np.nan, np.nan, 3], [2]),
        ([1, np.nan, np.nan], [0]),
    ],
)
def test_samples_between_gaps_get_a_dot_because_no_line_reaches_them(
    trace_of: MadeTrace, drawn: Drawn, values: list[float], dots: list[float]
) -> None:
    (figure,) = figures(trace_of(range(len(values)), values))

    time, _ = drawn(figure, 1)
    assert (figure["data"][1]["mode"], time.tolist()) == ("markers", dots)


def test_a_line_without_lone_samples_has_no_dots(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of(range(5), [1, 2, np.nan, 4, 5]))

    assert [line["mode"] for line in figure["data"]] == ["lines"]


def test_a_lone_sample_of_a_thinned_log_gets_its_dot(trace_of: MadeTrace, drawn: Drawn) -> None:
    values = np.full(10_000, np.nan)
    values[[10, 5_000]] = 1.0

    (figure,) = figures(trace_of(range(10_000), values))

    assert drawn(figure, 1)[0].tolist() == [10.0, 5_000.0]


def test_seven_channels_have_seven_colours(trace_of: MadeTrace) -> None:
    charts = figures(trace_of([0, 1], *[[1, 2]] * 7))

    assert len({chart["data"][0]["line"]["color"] for chart in charts}) == 7


def test_any_number_of_channels_has_colours(trace_of: MadeTrace) -> None:
    charts = figures(trace_of([0, 1], *[[1, 2]] * 20))

    assert len(charts) == 20


def test_dots_have_their_line_s_colour(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1, 2], [1, np.nan, 2]))

    assert figure["data"][1]["marker"]["color"] == figure["data"][0]["line"]["color"]


def test_the_extremes_have_air_above_and_below(trace_of: MadeTrace) -> None:
    (figure,) = figures(trace_of([0, 1], [0, 100]))

    assert figure["layout"]["yaxis"]["range"] == pytest.approx([-6, 106])


@pytest.mark.parametrize(("value", "bounds"), [(50.0, [45, 55]), (-50.0, [-55, -45]), (0.0, [-1, 1])])
def test_a_constant_channel_lies_in_the_middle(trace_of: MadeTrace, value: float, bounds: list[float]) -> None:
    (figure,) = figures(trace_of([0, 1], [value, value]))

    assert figure["layout"]["yaxis"]["range"] == pytest.approx(bounds)


EXTREME = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(EXTREME, EXTREME), min_size=2, max_size=5))
def test_axes_are_finite_and_of_some_length_whatever_the_numbers(rows: list[tuple[float, float]]) -> None:
    time, values = (np.asarray(column) for column in zip(*sorted(rows), strict=True))
    channel = ChannelTrace(Channel("a", 1, "A", file="a"), values)

    (figure,) = figures(Trace(time, "Time (s)", (channel,), reordered=False, repeated=0))

    for axis in ("xaxis", "yaxis"):
        low, high = figure["layout"][axis]["range"]
        assert low < high
        assert math.isfinite(low)
        assert math.isfinite(high)
