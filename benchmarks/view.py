"""Measures the signal view, and Label Studio beside it, on the same logs in headless Chromium; writes view.json.

`make bench-view` runs it. `first_view_ms` is the time from the arrival of the data to the first picture; frames are the
main thread's work while the wheel zooms and pans; `tab_mb` is what the page's processes hold afterwards. Of 20 spikes
of a single sample it counts those that are seen at full view, and those whose very value is told at full zoom. The loop
from item to item is measured in the same run: see `next_item`.
"""

from __future__ import annotations

import argparse
import json
import mmap
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from browser_probe import tab
from next_item import next_items
from support.signal_page import TRACE, SignalScreen, show_signals
from support.task_page import Screen, open_site
from view_files import SPIKES, STEP, spike_at, spike_value, trace_file

RESULTS = Path(__file__).with_name("view.json")
FOLDER = Path(".build/bench-view")
SAMPLES = (10_000, 1_000_000, 10_000_000, 100_000_000)

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, action="append", help="a length; without it all four")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median first view is told")
    tools = ["tracemark", "label_studio", "loop"]
    parser.add_argument("--tool", choices=tools, action="append", help="this alone")
    parser.add_argument("--items", type=int, default=40, help="next items with either template")
    options = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for tool in options.tool or tools:
        found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        if tool == "loop":
            found |= _shown(next_items(FOLDER, options.items))
        else:
            found |= {tool: _measured(tool, options.samples or SAMPLES, options.rounds)}
        found |= _ratios(found.get("tracemark", []))
        RESULTS.write_text(json.dumps(found, indent=2) + "\n")


def _measured(tool: str, lengths: Sequence[int], rounds: int) -> list[Row]:
    if tool == "tracemark":
        return [_shown(row) for row in (tracemark(samples, rounds) for samples in lengths)]
    from view_label_studio import label_studio

    return [_shown(row) for row in label_studio(FOLDER, lengths)]


def _shown(row: Row) -> Row:
    print(json.dumps(row), flush=True)
    return row


def _ratios(rows: list[Row]) -> Row:
    first = {row["samples"]: row["first_view_ms"] for row in rows}
    million, most = first.get(1_000_000), first.get(100_000_000)
    return {"first_view_100m_over_1m": round(most / million, 2)} if million and most else {}


def tracemark(samples: int, rounds: int) -> Row:
    """Open a task with a log of so many samples a channel, `rounds` times in a new browser; the last looks into it."""
    path = trace_file(FOLDER, samples)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        firsts = [_first_view(data) for _ in range(rounds - 1)]
        with open_site() as site, tab(site.address) as opened:
            view = _open(opened.page, site, data)
            firsts.append(_milliseconds(view))
            _, fetched = view.requests
            at_full_view = sum(
                view.shows(at * STEP.step, spike_value(number)) for number, at in enumerate(spike_at(samples))
            )
            frames = opened.frames(view.screen.frame, *view.at(samples * STEP.step / 2, 1))
            zoomed = sum(_is_exact(view, at, spike_value(number)) for number, at in enumerate(spike_at(samples)))
            return {
                "samples": samples,
                "first_view_ms": round(statistics.median(firsts), 1),
                "fetched_kb": round(fetched / 1000, 1),
                "frame_p50_ms": frames.p50,
                "frame_p95_ms": frames.p95,
                "tab_mb": opened.megabytes(),
                "spikes_full_view": at_full_view,
                "spikes_zoomed": zoomed,
                "spikes": SPIKES,
            }


def _first_view(data: mmap.mmap) -> float:
    with open_site() as site, tab(site.address) as opened:
        return _milliseconds(_open(opened.page, site, data))


def _open(page: Any, site: Any, data: mmap.mmap) -> SignalScreen:
    site.let_in("anna", page.context)
    screen = Screen(page)
    site.s3.objects[TRACE] = (data, "application/zip")
    return show_signals(site, screen, None)


def _milliseconds(view: SignalScreen) -> float:
    view.view.locator("canvas").first.wait_for()
    timing: dict[str, float] = view.view.evaluate("element => element.timing")
    return timing["shown"] - timing["arrived"]


def _is_exact(view: SignalScreen, at: int, value: float) -> bool:
    view.zoom_to((at - 8) * STEP.step, (at + 8) * STEP.step)
    view.screen.page.mouse.move(*view.at(at * STEP.step))
    view.settle()
    return view.values[0] == f"{value:g} A"


if __name__ == "__main__":
    main()
