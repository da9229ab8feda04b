"""Nothing about a template is silent: what does not work is told to the worker, and no empty answer goes out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support.photo_page import SCRIPT, saved, show
from support.task_page import Screen, Site


@pytest.fixture
def eve(chromium: Browser, site: Site) -> Iterator[Screen]:
    """A worker in front of pages that do not work: nothing watches over them."""
    context = chromium.new_context(base_url=site.address)
    context.set_default_timeout(10_000)
    site.let_in("anna", context)
    yield Screen(context.new_page())
    context.close()


def told(screen: Screen) -> str:
    notices = screen.find("[data-tracemark-notices] section")
    notices.wait_for()
    return notices.inner_text()


def test_an_element_that_nobody_defines_is_told_and_its_page_submits_nothing(site: Site, eve: Screen) -> None:
    show(
        site,
        eve,
        '<crowd-form><crowd-hologram name="h"></crowd-hologram><crowd-input name="n"></crowd-input></crowd-form>',
    )

    said = told(eve)
    eve.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert "This page uses <crowd-hologram>, which is not known here" in said
    assert "its answer would be lost" in eve.message
    assert site.task_queue.answers == {}


def test_a_page_that_asks_nothing_submits_nothing(site: Site, eve: Screen) -> None:
    show(site, eve, "<crowd-form><p>Look at this.</p></crowd-form>")

    eve.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert "no element that answers under a name" in eve.message
    assert site.task_queue.answers == {}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ('<script src="https://cdn.example/plot.js"></script>', "could not load a script from https://cdn.example"),
        (
            '<link rel="stylesheet" href="https://cdn.example/a.css">',
            "could not load a style sheet from https://cdn.example",
        ),
        ('<img src="https://cdn.example/a.png">', "could not load a picture from https://cdn.example"),
        (
            "<script>fetch('https://cdn.example/x').catch(() => 0)</script>",
            "could not load data from https://cdn.example",
        ),
        ("<script>Plotly.newPlot('chart')</script>", "A script of this page failed: Uncaught ReferenceError: Plotly"),
        ("<script>Promise.reject(new Error('no data'))</script>", "A script of this page failed: Error: no data"),
        (
            '<img src="/objects/gone/a.png?grant=1.2" alt="the weld">',
            "A picture of this page could not be loaded (the weld)",
        ),
    ],
    ids=["script", "style", "picture", "data", "error", "rejection", "missing"],
)
def test_what_is_blocked_or_fails_is_told(site: Site, eve: Screen, part: str, said: str) -> None:
    show(site, eve, f'<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>{part}')

    assert said in told(eve)


def test_a_blocked_origin_is_told_with_the_option_that_allows_it(site: Site, eve: Screen) -> None:
    show(
        site,
        eve,
        '<crowd-form><crowd-input name="n"></crowd-input></crowd-form><script src="https://cdn.example/p.js"></script>',
    )

    assert "tracemark serve --template-source https://cdn.example" in told(eve)


def test_a_page_without_a_form_is_told(site: Site, eve: Screen) -> None:
    show(site, eve, "<p>Nothing to send.</p>")

    assert "has no form" in told(eve)


def test_a_page_that_does_not_load_the_elements_is_told(site: Site, eve: Screen) -> None:
    show(site, eve, "<crowd-form><crowd-input name='n'></crowd-input></crowd-form>", script="")

    assert "does not load the crowd elements" in told(eve)


def test_a_page_that_works_tells_nothing(site: Site, anna: Screen) -> None:
    show(site, anna, '<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>')
    anna.wait()
    anna.page.wait_for_timeout(800)

    assert anna.find("[data-tracemark-notices]").count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "https://assets.crowd.aws/crowd-html-elements-v2.js",
        "https://assets.crowd.aws/crowd-html-elements-without-ce-polyfill.js",
    ],
)
def test_every_address_of_the_elements_of_aws_is_answered_by_ours(site: Site, anna: Screen, address: str) -> None:
    styles = '<link rel="stylesheet" href="https://assets.crowd.aws/css/crowd-html-elements-v2.css" />'
    head = f'<html><head>{styles}<script src="{address}"></script></head><body>'
    form = '<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>'
    show(site, anna, f"{head}{form}</body></html>", script="")
    anna.wait()

    anna.submit()

    assert saved(site) == {"n": "1"}


def test_a_link_that_a_template_puts_together_opens_in_an_attribute_and_in_a_script(site: Site, anna: Screen) -> None:
    site.picture("s3://my-bucket/img/a & b.png", (3, 2))
    page = """<crowd-form>{% capture uri %}s3://my-bucket/img/{{ task.input.file }}{% endcapture %}
      <img id="p" src="{{ uri | grant_read_access }}" alt=""><input type="hidden" name="size" id="size"></crowd-form>
      <script>
        fetch("{{ uri | grant_read_access }}").then((found) => found.blob()).then(createImageBitmap).then((picture) => {
          const canvas = document.createElement("canvas");
          canvas.getContext("2d").drawImage(picture, 0, 0);
          document.getElementById("size").value = [picture.width, document.getElementById("p").naturalHeight].join();
        });
      </script>"""
    show(site, anna, page, {"file": "a & b.png"})
    anna.wait()
    anna.page.wait_for_timeout(300)

    anna.submit()

    assert saved(site) == {"size": "3,2"}


def test_answers_of_one_name_that_hide_each_other_are_told(site: Site, eve: Screen) -> None:
    show(site, eve, '<crowd-form><crowd-input name="n"></crowd-input><crowd-input name="n"></crowd-input></crowd-form>')

    assert 'Several inputs of this page are called "n"' in told(eve)


def test_an_answer_that_a_blocked_script_should_have_written_is_not_sent(site: Site, eve: Screen) -> None:
    page = """<script src="https://cdn.example.org/uuid.js"></script>
      <crowd-form><input type="hidden" name="instances" id="instances" value="[]"></crowd-form>
      <script>document.querySelector("crowd-form").onsubmit = () => { instances.value = uuid(); };</script>"""
    show(site, eve, page)
    submit = eve.page.frame_locator("#task").get_by_role("button", name="Submit")

    submit.click()
    eve.find(".message").get_by_text("Nothing was submitted").wait_for()

    assert "uuid is not defined" in eve.message
    assert site.task_queue.answers == {}


def test_a_page_whose_script_failed_for_want_of_another_sends_nothing_even_by_its_own_button(
    site: Site, eve: Screen
) -> None:
    page = """<crowd-form><div id="chart"></div><input type="hidden" name="spans" id="spans">
      <button id="send">Send</button></crowd-form>
      <script>
        new Chart("#chart");
        document.getElementById("send").addEventListener("click", () => { spans.value = "[1]"; });
      </script>"""
    show(site, eve, page, script=f'<script src="https://cdn.example.org/chart.js"></script>{SCRIPT}')
    send = eve.page.frame_locator("iframe#task").get_by_role("button", name="Send")

    send.click()
    eve.find(".message").get_by_text("Nothing was submitted").wait_for()

    assert "Chart is not defined" in eve.message
    assert site.task_queue.answers == {}


def test_a_blocked_script_that_nothing_relies_on_keeps_no_answer_back(site: Site, eve: Screen) -> None:
    page = '<crowd-form><crowd-input name="n" value="1"></crowd-input></crowd-form>'
    show(site, eve, f'{page}<script async src="https://cdn.example.org/widgets.js"></script>')
    eve.wait()

    eve.submit()

    assert saved(site) == {"n": "1"}


def test_an_unknown_element_is_named_where_nothing_else_asks(site: Site, eve: Screen) -> None:
    show(site, eve, "<crowd-form><crowd-hologram></crowd-hologram></crowd-form>")

    eve.page.frame_locator("iframe#task").get_by_role("button", name="Submit").click()

    assert "asks by <crowd-hologram>" in eve.message
    assert site.task_queue.answers == {}


EMBEDDED = """<crowd-form><crowd-input name="n" value="1"></crowd-input>
  <iframe title="The document" src="{{ task.input.document | grant_read_access }}"></iframe></crowd-form>"""


def test_a_document_that_browsers_leave_empty_is_told_and_can_be_saved(site: Site, eve: Screen) -> None:
    site.s3.objects["s3://bucket/report 1.pdf"] = (b"%PDF-1.1 the report", "application/pdf")
    show(site, eve, EMBEDDED, {"document": "s3://bucket/report 1.pdf"})

    said = told(eve)
    with eve.page.expect_download() as saving:
        eve.find("[data-tracemark-notices] button").click()

    assert "report 1.pdf: browsers may leave this document's place in the page empty" in said
    assert saving.value.suggested_filename == "report 1.pdf"
    assert saving.value.path().read_bytes() == b"%PDF-1.1 the report"


def test_a_document_that_is_not_there_is_told(site: Site, eve: Screen) -> None:
    show(site, eve, EMBEDDED, {"document": "s3://bucket/gone.pdf"})

    assert "A document of this page could not be loaded" in told(eve)


def test_a_text_inside_the_page_is_shown_and_nothing_told(site: Site, anna: Screen) -> None:
    site.s3.objects["s3://bucket/a.txt"] = (b"Hello", "text/plain")
    show(site, anna, EMBEDDED, {"document": "s3://bucket/a.txt"})
    anna.wait()
    anna.page.wait_for_timeout(800)

    shown = anna.page.frame_locator("iframe#task").frame_locator("iframe").locator("body").inner_text()

    assert (shown, anna.find("[data-tracemark-notices]").count()) == ("Hello", 0)


def test_a_category_for_none_that_an_element_does_not_offer_is_told(site: Site, eve: Screen) -> None:
    page = """<crowd-form><crowd-classifier name="c" header="C" categories="['a', 'b']"
      exclusion-category="{ text: 'None of the above' }"></crowd-classifier></crowd-form>"""
    show(site, eve, page)

    assert "A category of this page cannot be chosen: None of the above." in told(eve)


def test_a_document_embedded_in_a_way_that_the_portal_blocks_is_told(site: Site, eve: Screen) -> None:
    site.s3.objects["s3://bucket/a.pdf"] = (b"%PDF-1.1", "application/pdf")
    page = """<crowd-form><crowd-input name="n" value="1"></crowd-input>
      <object data="{{ task.input.document | grant_read_access }}" type="application/pdf"></object></crowd-form>"""
    show(site, eve, page, {"document": "s3://bucket/a.pdf"})

    assert "an embedded document" in told(eve)
