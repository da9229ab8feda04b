"""The built images in a container as confined as Lambda's: what they need, what they refuse, what they let through."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.fakes import weld_log
from support.items import put_item
from support.sandbox import CHARTS, SECRET, Answer, Sandbox, log_of
from support.waiting import wait_until

pytestmark = pytest.mark.container

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
DEFAULT_CHARTS = ["a.csv-current.png", "a.csv-electrode_pos.png", "a.csv-voltage.png"]


@pytest.fixture(scope="module")
def sandbox(confined: Callable[..., Sandbox]) -> Iterator[Sandbox]:
    """A plotting function that has drawn a log."""
    with confined() as started:
        started.put_log("first", weld_log())
        started.invoke(log_of("first"))
        yield started


# Walls

_LOOK_AROUND = """
import ctypes, json, os, pathlib
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
libc = ctypes.CDLL(None, use_errno=True)
refused = libc.prctl(38, 1, 0, 0, 0) == -1 and ctypes.get_errno()
tmp = os.statvfs("/tmp")
print(json.dumps({
    "user": [os.getuid(), os.getgid()],
    "capabilities": int(status["CapBnd"], 16),
    "networks": os.listdir("/sys/class/net"),
    "shared memory": os.path.exists("/dev/shm"),
    "root is writable": bool(not os.statvfs("/").f_flag & os.ST_RDONLY),
    "tmp in MB": tmp.f_blocks * tmp.f_frsize // 2**20,
    "error of prctl": refused,
}))
"""


def test_the_sandbox_has_the_walls_that_these_tests_rely_on(sandbox: Sandbox) -> None:
    found = sandbox.run(["-c", _LOOK_AROUND])

    assert found == {
        "user": [993, 990],
        "capabilities": 0,
        "networks": ["lo"],
        "shared memory": False,
        "root is writable": False,
        "tmp in MB": 512,
        "error of prctl": 1,
    }


def test_the_plotting_image_draws_within_the_walls(confined: Callable[..., Sandbox]) -> None:
    with confined() as sandbox:
        sandbox.put_log("a", weld_log())

        sandbox.invoke(log_of("a"))

        assert {sandbox.get(f"{CHARTS}/{chart}")[:8] for chart in DEFAULT_CHARTS} == {SIGNATURE}


def test_the_prelabel_image_draws_within_the_walls(confined: Callable[..., Sandbox]) -> None:
    with confined("tracemark-prelabel:latest") as sandbox:
        answer = sandbox.invoke(put_item(sandbox, 1))

        charts = [answer.value["taskInput"][channel]["file"] for channel in ("electrode", "current", "voltage")]
        assert {sandbox.get(chart.removeprefix("s3://"))[:8] for chart in charts} == {SIGNATURE}


# Sleep


def test_a_function_that_was_frozen_for_a_minute_draws_in_its_next_call(confined: Callable[..., Sandbox]) -> None:
    with confined() as sandbox:
        sandbox.put_log("a", weld_log())
        sandbox.put_log("b", weld_log())
        sandbox.invoke(log_of("a"))

        sandbox.sleep(60)

        assert sandbox.invoke(log_of("b")).value["rendered"] is True


# Time


def answer_within(sandbox: Sandbox) -> Answer:
    """Return the answer of a process that is up: unlike Lambda, the emulator takes the start's time from a call."""
    sandbox.put_log("first", weld_log())
    sandbox.put_log("a", weld_log())
    wait_until(lambda: sandbox.invoke(log_of("first")).text.startswith("{"), "a start in time", sandbox.end)
    return sandbox.invoke(log_of("a"))


def test_a_call_with_too_little_time_ends_with_an_error_of_ours(confined: Callable[..., Sandbox]) -> None:
    with confined(environment={"AWS_LAMBDA_FUNCTION_TIMEOUT": "3"}) as sandbox:
        answer = answer_within(sandbox)

        assert answer.error[0] == "DeadlineExceeded", answer.text


@pytest.mark.parametrize("seconds", ["3", "4"])
def test_a_short_call_writes_every_chart_or_none(confined: Callable[..., Sandbox], seconds: str) -> None:
    with confined(environment={"AWS_LAMBDA_FUNCTION_TIMEOUT": seconds}) as sandbox:
        answer = answer_within(sandbox)

        written = [chart for chart in sandbox.charts() if chart in DEFAULT_CHARTS]
        assert written == ([] if answer.error[0] == "DeadlineExceeded" else DEFAULT_CHARTS), answer.text


# Texts

SPY = "spy"
TEXTS = [
    "<b>b</b>",
    "</script>",
    "<br>",
    "$x$",
    "&lt;b&gt;",
    "%{y}",
    "'\"`",
    "😀🔥",
    "שלום",
    "a{b}\\c",
    f"<img src=http://127.0.0.1:9444/{SPY}>",
]
TIME = "<i>t</i>"


def profile(*channels: dict[str, Any]) -> bytes:
    """Return a profile of the given channels, whose columns and keys may be left out."""
    full = [{"key": f"c{number}", "column": 1, **channel} for number, channel in enumerate(channels)]
    time = {"column": 0, "unit": "ms", "title": TIME}
    # JSON is YAML, but for its escapes of characters beyond 16 bits.
    return json.dumps({"name": "own", "header": False, "time": time, "channels": full}, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def drawn(sandbox: Sandbox) -> list[ET.Element]:
    """The charts of channels whose title and unit are the texts, one each."""
    own = "welds/profiles/texts.yaml"
    sandbox.put(own, profile(*({"title": text, "unit": text} for text in TEXTS)))
    sandbox.put_log("texts", weld_log())
    answer = sandbox.invoke(log_of("texts", profile={"s3Path": f"s3://{own}"}, format="svg"))
    return [ET.fromstring(sandbox.get(plot["file"].removeprefix("s3://"))) for plot in answer.value["plots"]]


def words(chart: ET.Element) -> list[str]:
    return ["".join(text.itertext()) for text in chart.iter(f"{SVG}text")]


@pytest.mark.parametrize("index", range(len(TEXTS)), ids=TEXTS)
def test_a_title_is_drawn_letter_by_letter(drawn: list[ET.Element], index: int) -> None:
    assert TEXTS[index] in words(drawn[index])


@pytest.mark.parametrize("index", range(len(TEXTS) - 1), ids=TEXTS[:-1])
def test_a_unit_is_drawn_letter_by_letter(drawn: list[ET.Element], index: int) -> None:
    assert f"{TEXTS[index]} ({TEXTS[index]})" in words(drawn[index])


@pytest.mark.parametrize("index", range(len(TEXTS)), ids=TEXTS)
def test_markup_in_texts_makes_nothing_but_text(drawn: list[ET.Element], index: int) -> None:
    # One: the bold title, which is ours.
    assert len(list(drawn[index].iter(f"{SVG}tspan"))) == 1


@pytest.mark.parametrize("index", range(len(TEXTS)), ids=TEXTS)
def test_no_text_brings_a_script_a_link_or_a_picture(drawn: list[ET.Element], index: int) -> None:
    assert not {element.tag.removeprefix(SVG) for element in drawn[index].iter()} & {"script", "a", "image", "img"}


def test_the_title_of_time_is_drawn_letter_by_letter(drawn: list[ET.Element]) -> None:
    assert f"{TIME} (ms)" in words(drawn[0])


def test_no_text_makes_the_browser_ask_for_anything(sandbox: Sandbox, drawn: list[ET.Element]) -> None:
    assert not [request for request in sandbox.requests() if request.endswith(f"/{SPY}")]


def test_a_title_of_two_hundred_characters_is_shortened(sandbox: Sandbox) -> None:
    sandbox.put("welds/profiles/long.yaml", profile({"title": "x" * 200}))
    own = {"s3Path": "s3://welds/profiles/long.yaml"}

    answer = sandbox.invoke(log_of("first", profile=own, format="svg"))

    (plot,) = answer.value["plots"]
    assert f"{'x' * 59}…" in words(ET.fromstring(sandbox.get(plot["file"].removeprefix("s3://"))))


@pytest.mark.parametrize(
    ("channel", "cause"),
    [
        ({"title": "x" * 10_000}, "at most 200 characters"),
        ({"title": "t", "unit": "x" * 10_000}, "at most 200 characters"),
        ({"title": "t", "key": "<b>"}, "a letter, then letters, digits or underscores"),
        ({"title": "t", "key": "x" * 10_000}, "a letter, then letters, digits or underscores"),
        ({"title": "t", "column": "x" * 10_000}, "columns have names but the log has no header"),
    ],
    ids=["long title", "long unit", "key of markup", "long key", "long column"],
)
def test_what_cannot_be_a_text_of_a_chart_is_refused_with_its_cause(
    sandbox: Sandbox, channel: dict[str, Any], cause: str
) -> None:
    sandbox.put("welds/profiles/bad.yaml", profile(channel))

    answer = sandbox.invoke(log_of("first", profile={"s3Path": "s3://welds/profiles/bad.yaml"}))

    assert cause in answer.error[1]


# Secrets


def test_the_browser_carries_no_credentials(sandbox: Sandbox) -> None:
    assert not [each.command for each in sandbox.browser() if SECRET in each.environment or "AWS_" in each.environment]


def test_the_function_itself_carries_credentials(sandbox: Sandbox) -> None:
    (function,) = (each for each in sandbox.processes() if "-m awslambdaric" in each.command and each.parent == 1)

    assert SECRET in function.environment


def test_the_proxy_of_the_browser_points_nowhere(sandbox: Sandbox) -> None:
    (main,) = (each for each in sandbox.browser() if "--type=" not in each.command)

    assert "--proxy-server=http://127.0.0.1:9 --proxy-bypass-list=<-loopback>" in main.command


_DRAW_PICTURES = """
import base64, json, os, pathlib, sys, zlib
from tracemark.deadline import Deadline
from tracemark.contract.plots import ImageFormat
from tracemark_plotting.browser import Browser
from tracemark_plotting.settings import Settings

def chunk(kind, data):
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

png = (
    b"\\x89PNG\\r\\n\\x1a\\n"
    + chunk(b"IHDR", (1).to_bytes(4) + (1).to_bytes(4) + bytes([8, 2, 0, 0, 0]))
    + chunk(b"IDAT", zlib.compress(b"\\0\\xff\\0\\0"))
    + chunk(b"IEND", b"")
)
pathlib.Path("/tmp/picture.png").write_bytes(png)
sources = {
    "the page itself": "data:image/png;base64," + base64.b64encode(png).decode(),
    "a server": sys.argv[1],
    "a picture file": "file:///tmp/picture.png",
    "a file": "file:///etc/hostname",
}
place = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "sizex": 1, "sizey": 1}
browser = Browser(Settings.parse(os.environ).browser)
drawn = {}
for name, source in sources.items():
    layout = {"width": 400, "height": 300, "images": [{"source": source, **place}]}
    figure = {"data": [{"type": "scatter", "x": [0, 1], "y": [0, 1]}], "layout": layout}
    images = [browser.render([figure], kind, Deadline.after(25))[0] for kind in (ImageFormat.PNG, ImageFormat.SVG)]
    drawn[name] = b"<image" in images[1]
browser.close()
print(json.dumps(drawn))
"""


@pytest.fixture(scope="module")
def pictures(sandbox: Sandbox) -> dict[str, bool]:
    """Whether a chart shows the picture that its figure asks for, by where the picture is."""
    picture = f"welds/{SPY}.png"
    sandbox.put(picture, b"it exists")
    return dict(sandbox.run(["-c", _DRAW_PICTURES, f"http://127.0.0.1:9444/{picture}"]))


def test_a_figure_shows_a_picture_that_it_brings_itself(pictures: dict[str, bool]) -> None:
    assert pictures["the page itself"] is True


@pytest.mark.parametrize("place", ["a server", "a picture file", "a file"])
def test_a_figure_shows_no_picture_from_elsewhere(pictures: dict[str, bool], place: str) -> None:
    assert pictures[place] is False


def test_a_figure_cannot_make_the_browser_ask_a_server(sandbox: Sandbox, pictures: dict[str, bool]) -> None:
    assert [request for request in sandbox.requests() if request.endswith(f"{SPY}.png")] == [f"PUT /welds/{SPY}.png"]
