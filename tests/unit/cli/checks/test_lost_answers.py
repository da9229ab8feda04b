"""What a worker would answer for nothing is found in the rendered page, in the words that the portal has for it."""

from __future__ import annotations

import pytest
from support.lost_answers import HEAD, LOSING, QUIET, LosingPage, form

from tracemark.contract.consolidated_label import VERDICT_KEYS
from tracemark_cli.checks.controls import mentions, read_controls
from tracemark_cli.checks.finding import Finding, Severity
from tracemark_cli.checks.form import Form
from tracemark_cli.checks.page import rendering_findings
from tracemark_groundtruth.rendering.crowd_elements import ELEMENT_NAMES
from tracemark_groundtruth.rendering.inspection import InspectedTemplate


def findings(page: str) -> list[Finding]:
    return list(rendering_findings(InspectedTemplate.parse((HEAD + page).encode(), "page.html"), [{"source": "x"}]))


def as_told(sentence: str) -> str:
    """Return how the doctor writes what is a sentence in the portal."""
    return sentence[0].lower() + sentence[1:].removesuffix(".")


@pytest.mark.parametrize("losing", LOSING, ids=lambda losing: losing.name)
def test_an_answer_that_would_be_lost_is_found_in_the_words_of_the_portal(losing: LosingPage) -> None:
    found = findings(losing.page)

    assert (as_told(losing.what), as_told(losing.remedy)) in [(each.what, each.remedy) for each in found]
    assert {each.severity for each in found} == {Severity.ERROR if losing.is_certain else Severity.WARNING}


@pytest.mark.parametrize("page", QUIET.values(), ids=QUIET)
def test_a_page_that_loses_nothing_raises_no_alarm(page: str) -> None:
    assert findings(page) == []


def test_an_answer_that_is_lost_many_times_is_told_once() -> None:
    assert len(findings(form("<input name='n'>" + "<select></select>" * 3))) == 1


@pytest.mark.parametrize("element", sorted({*ELEMENT_NAMES, "input", "select", "textarea"}))
def test_what_the_doctor_can_answer_is_known_to_it_as_a_control(element: str) -> None:
    page = f"<{element} name='n'></{element}>"

    assert len(read_controls(page)) == len(Form.parse(page).questions)


@pytest.mark.parametrize("name", sorted(VERDICT_KEYS))
@pytest.mark.parametrize(
    ("element", "severity"),
    [("crowd-classifier", Severity.ERROR), ("crowd-bounding-box", Severity.ERROR), ("crowd-input", Severity.WARNING)],
)
def test_a_question_that_is_called_like_a_key_of_the_label_is_told(name: str, element: str, severity: Severity) -> None:
    said = f'a question is called "{name}"'
    (found,) = [each for each in findings(form(f"<{element} name='{name}'></{element}>")) if said in each.what]

    assert (found.severity, found.remedy) == (severity, "give the question another name")


@pytest.mark.parametrize("script", ["$('#bar input')", "bar.innerHTML = '<input>'", "zoom.value", "$('.zoom')"])
def test_a_script_mentions_what_it_looks_for_makes_or_names(script: str) -> None:
    assert mentions(script, "input", ["zoom"])


@pytest.mark.parametrize("script", ["addEventListener('input', save)", "$('crowd-input')", "zoomed.value", "'zoom-in'"])
def test_a_script_that_only_has_a_like_word_mentions_nothing(script: str) -> None:
    assert not mentions(script, "input", ["zoom"])
