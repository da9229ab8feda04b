"""Drawing one log: what is written where, what is drawn again, and that nothing is written by halves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pytest
from support.fakes import MemoryObjects
from support.trace_file_reader import TraceFileReader

from tracemark.contract.plot_batch import PlotBatch, PlotFailure
from tracemark.contract.plots import PROFILE_METADATA, ImageFormat, PlotRequest, PlotResult
from tracemark.deadline import Deadline
from tracemark.errors import (
    AccessDenied,
    DataError,
    DeadlineExceeded,
    InvalidProfile,
    ObjectMissing,
    ObjectTooLarge,
    RenderFailed,
    TracemarkError,
)
from tracemark.profile.sensor_profile import MAX_PROFILE_BYTES
from tracemark.profile.shipped import ShippedProfile
from tracemark.storage.objects import NewObject
from tracemark.storage.s3uri import S3Prefix, S3Uri
from tracemark_plotting import spill, tracks
from tracemark_plotting.batch import OrderPlotter
from tracemark_plotting.limits import Limits
from tracemark_plotting.page import Figure
from tracemark_plotting.plotter import LogPlotter
from tracemark_plotting.signals.trace_files import TraceFiles

if TYPE_CHECKING:
    from unit.plotting.conftest import FakeRenderer

LOG = "s3://bucket/sensor_data/weld.1.csv"
PROFILE = "s3://bucket/profiles/own.yaml"
OWN_PROFILE = (
    b"name: own\nheader: false\ntime: {column: 0, unit: s}\nchannels: [{key: a, column: 1, title: Own, unit: V}]\n"
)
ROWS = b"0,1,2,3\n100,4,5,6\n"
CHARTS = [f"s3://bucket/plots/weld.1.csv-{name}.png" for name in ("electrode_pos", "current", "voltage")]


class RangesInsteadOfImages:
    """A renderer that notes the range of time of each call."""

    def __init__(self) -> None:
        self.ranges: list[list[float]] = []

    def render(self, figures: Sequence[Figure], image_format: ImageFormat, deadline: Deadline) -> list[bytes]:
        self.ranges.append(figures[0]["layout"]["xaxis"]["range"])
        return [b"" for _ in figures]


@pytest.fixture
def store() -> MemoryObjects:
    store = MemoryObjects()
    store.put(LOG, ROWS)
    store.put(PROFILE, OWN_PROFILE)
    return store


@pytest.fixture
def plotter(store: MemoryObjects, renderer: FakeRenderer) -> LogPlotter:
    return LogPlotter(store, renderer, Limits(csv_bytes=1_000, rows=10, channels=3), ShippedProfile("welding"))


def _request(profile: str | None = None, log: str = LOG, image_format: ImageFormat = ImageFormat.PNG) -> PlotRequest:
    reference = S3Uri.parse(profile) if profile else None
    return PlotRequest(S3Uri.parse(log), S3Prefix.parse("s3://bucket/plots"), reference, image_format)


def _written(store: MemoryObjects) -> dict[str, NewObject]:
    return {
        str(uri): new
        for uri, new in store.objects.items()
        if isinstance(new, NewObject) and uri.key.startswith("plots/")
    }


def test_each_channel_s_chart_is_written_to_its_own_key(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))

    assert {uri: new.data for uri, new in _written(store).items()} == {
        CHARTS[0]: b"png of <b>Electrode position</b>",
        CHARTS[1]: b"png of <b>Current</b>",
        CHARTS[2]: b"png of <b>Voltage</b>",
    }


def test_the_answer_names_the_charts_in_the_profile_s_order(plotter: LogPlotter) -> None:
    result = plotter.plot(_request(), Deadline.after(30))

    assert [(plot.key, plot.title, plot.unit, str(plot.file)) for plot in result.plots] == [
        ("electrode", "Electrode position", "", CHARTS[0]),
        ("current", "Current", "", CHARTS[1]),
        ("voltage", "Voltage", "", CHARTS[2]),
    ]


@pytest.mark.parametrize(
    ("image_format", "media_type"), [(ImageFormat.PNG, "image/png"), (ImageFormat.SVG, "image/svg+xml")]
)
def test_charts_have_the_media_type_of_their_format(
    plotter: LogPlotter, store: MemoryObjects, image_format: ImageFormat, media_type: str
) -> None:
    plotter.plot(_request(image_format=image_format), Deadline.after(30))

    assert {new.content_type for new in _written(store).values()} == {media_type}


def test_charts_carry_what_they_were_made_from(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))

    names = {frozenset(new.metadata) for new in _written(store).values()}
    assert names == {
        frozenset({"tracemark-version", "tracemark-log", "tracemark-log-etag", "tracemark-profile", PROFILE_METADATA}),
    }


def test_metadata_are_ascii_even_for_a_log_that_is_not(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put("s3://bucket/sensor_data/Schweißnaht 溶接.csv", ROWS)

    plotter.plot(_request(log="s3://bucket/sensor_data/Schweißnaht 溶接.csv"), Deadline.after(30))

    values = [value for new in _written(store).values() for value in new.metadata.values()]
    assert all(value.isascii() and value.isprintable() for value in values)


def test_a_chart_tells_which_profile_it_was_drawn_by(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))

    assert {new.metadata[PROFILE_METADATA] for new in _written(store).values()} == {"welding"}


def test_a_log_with_a_clock_of_its_own_is_drawn_later_and_beside_the_other(
    plotter: LogPlotter, store: MemoryObjects
) -> None:
    renderer = RangesInsteadOfImages()
    plotter = replace(plotter, renderer=renderer)
    plotter.plot(_request(), Deadline.after(30))
    plotter.plot(replace(_request(), offset=1.5), Deadline.after(30))

    first, moved = renderer.ranges
    assert [later - begun for begun, later in zip(first, moved, strict=True)] == [1_500, 1_500]  # milliseconds
    assert len(_written(store)) == 6


def test_a_log_that_was_not_drawn_yet_is_drawn(plotter: LogPlotter, renderer: FakeRenderer) -> None:
    result = plotter.plot(_request(), Deadline.after(30))

    assert (result.rendered, len(renderer.drawn)) == (True, 1)


def test_a_second_call_draws_nothing(plotter: LogPlotter, renderer: FakeRenderer) -> None:
    plotter.plot(_request(), Deadline.after(30))

    result = plotter.plot(_request(), Deadline.after(30))

    assert (result.rendered, len(renderer.drawn)) == (False, 1)


def test_a_second_call_answers_the_same_charts(plotter: LogPlotter) -> None:
    first = plotter.plot(_request(), Deadline.after(30))

    second = plotter.plot(_request(), Deadline.after(30))

    assert second.plots == first.plots


def test_a_changed_log_is_drawn_again(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))
    store.put(LOG, ROWS + b"200,7,8,9\n")

    assert plotter.plot(_request(), Deadline.after(30)).rendered is True


def test_a_changed_profile_is_drawn_again(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(PROFILE), Deadline.after(30))
    store.put(PROFILE, OWN_PROFILE.replace(b"unit: V", b"unit: mV"))

    assert plotter.plot(_request(PROFILE), Deadline.after(30)).rendered is True


def test_a_profile_that_says_the_same_in_other_words_is_not_drawn_again(
    plotter: LogPlotter, store: MemoryObjects
) -> None:
    plotter.plot(_request(PROFILE), Deadline.after(30))
    store.put(PROFILE, b"# a remark\n" + OWN_PROFILE)

    assert plotter.plot(_request(PROFILE), Deadline.after(30)).rendered is False


def test_a_new_version_of_the_code_draws_again(plotter: LogPlotter, monkeypatch: pytest.MonkeyPatch) -> None:
    plotter.plot(_request(), Deadline.after(30))
    monkeypatch.setattr("tracemark_plotting.plotter.__version__", "99.0")

    assert plotter.plot(_request(), Deadline.after(30)).rendered is True


def test_a_single_missing_chart_draws_again(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))
    del store.objects[S3Uri.parse(CHARTS[2])]

    assert plotter.plot(_request(), Deadline.after(30)).rendered is True


def test_a_chart_that_someone_else_put_there_is_replaced(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put(CHARTS[0], b"something else")

    plotter.plot(_request(), Deadline.after(30))

    assert _written(store)[CHARTS[0]].data == b"png of <b>Electrode position</b>"


def test_the_same_bytes_under_another_key_are_another_log(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put("s3://bucket/weld.1.csv", ROWS)
    plotter.plot(_request(), Deadline.after(30))

    assert plotter.plot(_request(log="s3://bucket/weld.1.csv"), Deadline.after(30)).rendered is True


def test_nothing_is_written_when_drawing_fails(
    plotter: LogPlotter, store: MemoryObjects, renderer: FakeRenderer
) -> None:
    renderer.fails_with = RenderFailed("the browser failed twice in a row")

    with pytest.raises(RenderFailed):
        plotter.plot(_request(), Deadline.after(30))

    assert _written(store) == {}


def test_nothing_is_written_when_too_little_time_is_left_after_drawing(
    plotter: LogPlotter, store: MemoryObjects, renderer: FakeRenderer
) -> None:
    renderer.seconds = 29.0

    with pytest.raises(DeadlineExceeded, match="write the charts"):
        plotter.plot(_request(), Deadline.after(30))

    assert _written(store) == {}


def test_a_chart_that_cannot_be_written_is_an_error(plotter: LogPlotter, store: MemoryObjects) -> None:
    class ReadOnly(MemoryObjects):
        def write(self, uri: S3Uri, new: NewObject) -> None:
            raise AccessDenied("S3 refused (AccessDenied)", place=str(uri))

    confined = LogPlotter(ReadOnly(store.objects), plotter.renderer, plotter.limits, plotter.default_profile)

    with pytest.raises(AccessDenied, match="s3://bucket/plots/"):
        confined.plot(_request(), Deadline.after(30))


def test_a_profile_from_s3_is_used(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(PROFILE), Deadline.after(30))

    assert {uri: new.data for uri, new in _written(store).items()} == {
        "s3://bucket/plots/weld.1.csv-a.png": b"png of <b>Own</b>"
    }


def test_the_default_profile_may_be_in_s3(plotter: LogPlotter, store: MemoryObjects) -> None:
    own = LogPlotter(store, plotter.renderer, plotter.limits, S3Uri.parse(PROFILE))

    assert [plot.unit for plot in own.plot(_request(), Deadline.after(30)).plots] == ["V"]


def _profile_of(channels: int) -> bytes:
    entries = ", ".join(f"{{key: c{n}, column: 1, title: T}}" for n in range(channels))
    return b"name: many\nheader: false\ntime: {column: 0, unit: s}\nchannels: [%b]\n" % entries.encode()


def test_a_profile_of_as_many_channels_as_allowed_is_drawn(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put(PROFILE, _profile_of(3))

    assert len(plotter.plot(_request(PROFILE), Deadline.after(30)).plots) == 3


def test_a_profile_of_more_channels_is_refused_with_its_uri(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put(PROFILE, _profile_of(4))

    with pytest.raises(
        InvalidProfile, match=rf"^{PROFILE}: the profile has 4 channels; expected at most 3; .*MAX_CHANNELS"
    ):
        plotter.plot(_request(PROFILE), Deadline.after(30))


@pytest.mark.parametrize(
    ("uri", "content", "kind"),
    [
        (LOG, ObjectMissing("there is no such object", place=LOG), ObjectMissing),
        (LOG, AccessDenied("S3 refused", place=LOG), AccessDenied),
        (LOG, b"0,1,2,3\n" * 1_000, ObjectTooLarge),
        (LOG, b"0,1,2,3\n" * 11, ObjectTooLarge),
        (LOG, b"", DataError),
        (LOG, b"\x89PNG", DataError),
        (PROFILE, ObjectMissing("there is no such object", place=PROFILE), ObjectMissing),
        (PROFILE, b"\x89PNG", DataError),
        (PROFILE, b"#" * (MAX_PROFILE_BYTES + 1), ObjectTooLarge),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_read_is_named_by_its_uri(
    plotter: LogPlotter, store: MemoryObjects, uri: str, content: bytes | TracemarkError, kind: type[TracemarkError]
) -> None:
    store.put(uri, content)

    with pytest.raises(kind, match=rf"^{uri}"):
        plotter.plot(_request(PROFILE), Deadline.after(30))


def test_nothing_is_drawn_for_a_log_that_cannot_be_read(
    plotter: LogPlotter, store: MemoryObjects, renderer: FakeRenderer
) -> None:
    store.put(LOG, b"0,1,2,x\n")

    with pytest.raises(DataError):
        plotter.plot(_request(), Deadline.after(30))

    assert (renderer.drawn, _written(store)) == ([], {})


def test_gaps_and_order_of_the_rows_are_logged(
    plotter: LogPlotter, store: MemoryObjects, caplog: pytest.LogCaptureFixture
) -> None:
    store.put(PROFILE, ShippedProfile("welding").load().to_yaml() + b"order: sort\n")
    store.put(LOG, b"2,1,2,3\n1,,5,6\n1,4,5,6\n")

    with caplog.at_level("INFO", logger="tracemark_plotting.plotter"):
        plotter.plot(_request(PROFILE), Deadline.after(30))

    (record,) = [record for record in caplog.records if record.getMessage() == "log read"]
    found = {name: vars(record)[name] for name in ("log", "samples", "gaps", "reordered", "repeated_timestamps")}
    assert found == {"log": LOG, "samples": 3, "gaps": {"electrode": 1}, "reordered": True, "repeated_timestamps": 1}


TRACE_FILE = "s3://bucket/plots/weld.1.csv.zarr.zip"


@pytest.fixture
def both(store: MemoryObjects, renderer: FakeRenderer) -> LogPlotter:
    limits = Limits(csv_bytes=1_000, rows=10, channels=3)
    return LogPlotter(store, renderer, limits, ShippedProfile("welding"), TraceFiles(store))


@pytest.fixture
def signals(both: LogPlotter) -> LogPlotter:
    return replace(both, renderer=None)


def test_charts_alone_come_without_a_trace_file(plotter: LogPlotter, store: MemoryObjects) -> None:
    result = plotter.plot(_request(), Deadline.after(30))

    assert (result.trace, sorted(_written(store))) == (None, sorted(CHARTS))


def test_a_trace_file_is_written_beside_the_charts(both: LogPlotter, store: MemoryObjects) -> None:
    result = both.plot(_request(), Deadline.after(30))

    assert (str(result.trace), sorted(_written(store))) == (TRACE_FILE, sorted([*CHARTS, TRACE_FILE]))


def test_a_trace_file_holds_the_log_s_channels(both: LogPlotter, store: MemoryObjects) -> None:
    both.plot(_request(), Deadline.after(30))

    reader = TraceFileReader(_written(store)[TRACE_FILE].data)
    assert [channel["key"] for channel in reader.directory["clocks"][0]["channels"]] == [
        "electrode",
        "current",
        "voltage",
    ]
    assert reader.samples().tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    assert reader.directory["clocks"][0]["steady"] == {"start": 0.0, "step": 100.0}


def test_without_a_renderer_only_the_trace_file_is_written(signals: LogPlotter, store: MemoryObjects) -> None:
    result = signals.plot(_request(), Deadline.after(30))

    assert (result.plots, str(result.trace), list(_written(store))) == ((), TRACE_FILE, [TRACE_FILE])


def test_a_trace_file_that_is_still_right_is_not_written_again(signals: LogPlotter) -> None:
    signals.plot(_request(), Deadline.after(30))

    result = signals.plot(_request(), Deadline.after(30))

    assert (result.rendered, str(result.trace)) == (False, TRACE_FILE)


def test_the_trace_file_of_a_changed_log_is_written_again(signals: LogPlotter, store: MemoryObjects) -> None:
    signals.plot(_request(), Deadline.after(30))
    store.put(LOG, ROWS + b"200,7,8,9\n")

    assert signals.plot(_request(), Deadline.after(30)).rendered is True
    assert len(TraceFileReader(_written(store)[TRACE_FILE].data).samples()) == 3


def test_charts_without_their_trace_file_are_drawn_again(
    plotter: LogPlotter, both: LogPlotter, store: MemoryObjects
) -> None:
    plotter.plot(_request(), Deadline.after(30))

    assert both.plot(_request(), Deadline.after(30)).rendered is True
    assert TRACE_FILE in _written(store)


def test_no_trace_file_is_written_when_drawing_fails(
    both: LogPlotter, store: MemoryObjects, renderer: FakeRenderer
) -> None:
    renderer.fails_with = RenderFailed("the browser failed twice in a row")

    with pytest.raises(RenderFailed):
        both.plot(_request(), Deadline.after(30))

    assert _written(store) == {}


LONG_LOG = b"".join(b"%d,%d,%d,%d\n" % (row * row, row % 7, row % 11, row) for row in range(4_000))


@pytest.fixture
def long(signals: LogPlotter, store: MemoryObjects, monkeypatch: pytest.MonkeyPatch) -> LogPlotter:
    """A plotter whose memory does not hold the log."""
    monkeypatch.setattr(tracks, "MOST_CELLS", 1_000)
    store.put(LOG, LONG_LOG)
    return replace(signals, limits=Limits(csv_bytes=1_000_000, rows=10_000, channels=3))


def _with_disk(plotter: LogPlotter, most_bytes: int | None) -> LogPlotter:
    return replace(plotter, limits=replace(plotter.limits, trace_disk_bytes=most_bytes))


def test_every_sample_of_a_long_log_is_in_its_trace_file(long: LogPlotter, store: MemoryObjects) -> None:
    long.plot(_request(), Deadline.after(30))

    found = TraceFileReader(_written(store)[TRACE_FILE].data)
    row = np.arange(4_000)
    assert np.array_equal(found.samples(), np.column_stack([row * row, row % 7, row % 11, row]))
    assert found.directory["notes"] == []


@pytest.mark.parametrize(("most_bytes", "is_exact"), [(4_000 * 4 * 8 * 2, True), (4_000 * 4 * 8 * 2 - 2, False)])
def test_samples_may_take_half_of_the_disk(
    long: LogPlotter, store: MemoryObjects, most_bytes: int, is_exact: bool
) -> None:
    _with_disk(long, most_bytes).plot(_request(), Deadline.after(30))

    notes = TraceFileReader(_written(store)[TRACE_FILE].data).directory["notes"]
    assert (notes == []) == is_exact
    assert all("extremes of 4,000 samples; for all of them raise MAX_TRACE_DISK_BYTES" in note for note in notes)


@pytest.mark.parametrize(
    ("before", "after", "rendered"),
    [(9_000, 9_000, False), (9_000, 8_000, False), (9_000, 10_000, True), (9_000, None, True), (None, 9_000, False)],
)
def test_a_file_of_extremes_is_written_again_where_there_is_more_disk(
    long: LogPlotter, before: int | None, after: int | None, rendered: bool
) -> None:
    _with_disk(long, before).plot(_request(), Deadline.after(30))

    assert _with_disk(long, after).plot(_request(), Deadline.after(30)).rendered is rendered


def test_a_full_disk_fails_its_log_alone(
    long: LogPlotter, store: MemoryObjects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "TemporaryFile", _full_disk)
    store.put("s3://bucket/sensor_data/short.csv", ROWS)
    orders = (_request(), _request(log="s3://bucket/sensor_data/short.csv"))

    failed, written = OrderPlotter(store, long).plot_all(PlotBatch(orders), Deadline.after(30)).results

    assert isinstance(failed, PlotFailure)
    assert (failed.error, failed.message.partition(": ")[0]) == ("DiskFull", LOG)
    assert isinstance(written, PlotResult)
    assert list(_written(store)) == [str(written.trace)]


def _full_disk(buffering: int) -> IO[bytes]:
    return Path("/dev/full").open("r+b", buffering)


def test_what_was_done_to_a_log_is_in_the_answer(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put(LOG, b"0,,2,3\n100,4,5,6\n")

    result = plotter.plot(_request(), Deadline.after(30))

    assert result.notes == ("Electrode position: 1 of 2 values missing, shown as gaps.",)


def test_a_log_to_which_nothing_was_done_has_no_notes(plotter: LogPlotter) -> None:
    assert "notes" not in plotter.plot(_request(), Deadline.after(30)).to_json()


def test_charts_that_are_there_still_have_their_notes(plotter: LogPlotter, store: MemoryObjects) -> None:
    store.put(LOG, b"0,,2,3\n100,4,5,6\n")
    first = plotter.plot(_request(), Deadline.after(30))

    second = plotter.plot(_request(), Deadline.after(30))

    assert (second.rendered, second.notes) == (False, first.notes)


def test_notes_are_ascii_metadata_that_s3_takes(plotter: LogPlotter, store: MemoryObjects) -> None:
    entries = ", ".join(f"{{key: c{n}, column: {n + 1}, title: '{'Ü' * 200}'}}" for n in range(3))
    store.put(PROFILE, f"name: x\nheader: false\ntime: {{column: 0, unit: s}}\nchannels: [{entries}]\n".encode())
    store.put(LOG, b"0,1,,\n1,,3,\n2,3,4,5\n3,,,\n")

    result = plotter.plot(_request(PROFILE), Deadline.after(30))

    sizes = [sum(len(key) + len(value) for key, value in new.metadata.items()) for new in _written(store).values()]
    assert max(sizes) < 2_000
    assert all(value.isascii() for new in _written(store).values() for value in new.metadata.values())
    assert result.notes[-1] == "And 1 more."
    assert plotter.plot(_request(PROFILE), Deadline.after(30)).notes == result.notes


def test_notes_that_someone_else_wrote_draw_again(plotter: LogPlotter, store: MemoryObjects) -> None:
    plotter.plot(_request(), Deadline.after(30))
    for uri, new in list(_written(store).items()):
        forged = {**new.metadata, "tracemark-log-etag": "x", "tracemark-notes": "{no list"}
        store.write(S3Uri.parse(uri), NewObject(new.data, new.content_type, forged))

    assert plotter.plot(_request(), Deadline.after(30)).rendered is True
