"""The report's page: complete, quiet, and proof against hostile data."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from support.finished_jobs import field_item, item, job

from tracemark.contract.consolidated_label import ConsolidatedLabel
from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark_cli.report.charts import charts
from tracemark_cli.report.page import HardCase, report_page
from tracemark_groundtruth.finished.finished_job import FinishedJob
from tracemark_groundtruth.finished.item import Item, Standing
from tracemark_groundtruth.finished.summary import Summary

AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)>"


def page(finished: FinishedJob, truth: dict[str, str] | None = None) -> str:
    summary = Summary.of(finished, truth or {}, "Not sure")
    return report_page(summary, [HardCase(each, "") for each in finished.items], AT)


class _Reader(HTMLParser):
    """Collects elements and the text outside of scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._silent = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent = False

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.shown += data


def read(html: str) -> _Reader:
    found = _Reader()
    found.feed(html)
    found.close()
    return found


def test_objects_that_were_left_out_are_named_with_their_reason() -> None:
    left_out = Item(DataObject(3, {"source": HOSTILE}), Standing.LEFT_OUT, None, (), "c", f"the log is empty {HOSTILE}")
    finished = job([item(0, {"ada": "Good Weld"}, ConsolidatedLabel("Good Weld")), left_out])
    summary = Summary.of(finished, {}, "Not sure")

    shown = read(report_page(summary, [], AT, [left_out]))

    assert "Left out: 1 of 2 objects" in shown.shown
    assert f"the log is empty {HOSTILE}" in shown.shown
    assert summary.progress.problems == 1


def test_a_report_of_a_job_that_left_nothing_out_says_nothing_of_it() -> None:
    assert "Left out" not in read(page(job([item(0, {"ada": "Good Weld"}, ConsolidatedLabel("Good Weld"))]))).shown


def hostile_job() -> FinishedJob:
    label = ConsolidatedLabel(HOSTILE, confidence=0.5, votes={HOSTILE: 1, "x": 1}, problem=HOSTILE, comments=(HOSTILE,))
    items = [item(0, {HOSTILE: HOSTILE, "b": "x"}, label, source=HOSTILE)]
    return job(items, classes=(HOSTILE, "x"))


def test_html_in_labels_workers_comments_and_sources_is_shown_as_text() -> None:
    found = read(page(hostile_job(), {"0": HOSTILE}))

    assert [tag for tag, _ in found.elements if tag == "img"] == []
    assert [name for tag, _ in found.elements if (name := tag) == "script"] == ["script"] * 3
    assert found.shown.count(HOSTILE) >= 6


def test_plotly_gets_no_markup_to_follow() -> None:
    figures = json.dumps(charts(Summary.of(hostile_job(), {"0": HOSTILE}, "Not sure")))

    assert "<img" not in figures
    assert "&lt;img" in figures


def test_the_page_loads_nothing() -> None:
    html = page(hostile_job())

    found = read(html)
    assert [attributes for _, attributes in found.elements if "src" in attributes or "href" in attributes] == []
    policy = next(attributes["content"] for _, attributes in found.elements if "http-equiv" in attributes)
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")


def test_every_chart_has_its_place_and_every_place_its_chart() -> None:
    label = ConsolidatedLabel("Good Weld", confidence=0.8)
    html = page(job([item(0, {"a": "Good Weld", "b": "Good Weld"}, label)]), {"0": "Good Weld"})

    figures = json.loads(re.findall(r'id="figures">(.*?)</script>', html)[0])
    assert set(figures) == {"classes", "confidence", "workers", "reliability"}
    assert all(f'<div id="{place}"></div>' in html for place in figures)


@pytest.mark.parametrize(
    ("finished", "said"),
    [
        (job([], classes=()), "There are no labels yet"),
        (job([], classes=()), "There are no worker responses yet"),
        (job([item(0, {}, None)]), "no worker answered this object"),
        (job([item(0, {"a": "x"}, ConsolidatedLabel("x"))]), "no agreement to measure"),
        (job([item(0, {"a": "x"}, ConsolidatedLabel("x"))]), "No true or gold labels are known"),
    ],
)
def test_what_is_not_known_is_said(finished: FinishedJob, said: str) -> None:
    assert said in " ".join(read(page(finished)).shown.split())


def marks_of(label: str) -> dict[str, Json]:
    return {HOSTILE: [{"label": label, "start": 0, "end": 10}], "size": 3}


def test_every_field_has_a_row_its_classes_and_its_workers_and_hostile_names_are_text() -> None:
    fields: dict[str, tuple[Kind, Json]] = {
        HOSTILE: (Kind.SPANS, marks_of(HOSTILE)[HOSTILE]),
        "size": (Kind.NUMBER, 3),
    }
    answers = {"ada": marks_of(HOSTILE), HOSTILE: marks_of("Pore")}

    html = page(job([field_item(0, fields, answers)]))

    found = read(html)
    cells = [tag for tag, _ in found.elements].count("details")
    assert cells == 3  # classes and workers of the spans, workers of the number
    assert f"{HOSTILE}: classes" in found.shown
    assert not any("onerror" in attributes for _, attributes in found.elements)


@pytest.mark.parametrize("with_gamma", [True, False])
def test_gamma_has_a_column_where_it_was_measured(with_gamma: bool) -> None:
    span: Json = [{"label": "Pore", "start": 0, "end": 10}]
    finished = job([field_item(0, {}, {"a": {"f": span}, "b": {"f": span}})])

    html = report_page(Summary.of(finished, {}, "Not sure", with_gamma=with_gamma), [], AT)

    assert ('<th class="n">gamma</th>' in html, '<td class="n">1.000</td><td class="n">\u2013</td>' in html) == (
        with_gamma,
        with_gamma,
    )


def test_a_job_with_one_question_has_no_table_of_fields() -> None:
    html = page(job([item(0, {"ada": "Good Weld", "ben": "Good Weld"}, ConsolidatedLabel("Good Weld"))]))

    assert "<h2>Fields</h2>" not in html
