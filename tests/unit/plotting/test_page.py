"""The page that charts are drawn in: two scripts from files, and nothing from anywhere else."""

from __future__ import annotations

import re
from pathlib import Path

from tracemark_plotting.page import page


def test_the_page_forbids_whatever_it_does_not_need() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page(Path("plotly.js")))

    assert policy is not None
    assert policy[1].split("; ") == [
        "default-src 'none'",
        "script-src file:",
        "img-src data: blob:",
        "style-src 'unsafe-inline'",
    ]


def test_the_page_loads_plotly_and_kaleido_s_script_from_files_and_no_mathjax() -> None:
    scripts = re.findall(r'<script src="([^"]*)"', page(Path("/opt/plotly.js")))

    assert scripts[0] == "file:///opt/plotly.js"
    assert [script.split(":")[0] for script in scripts] == ["file", "file"]


def test_a_path_with_strange_characters_stays_inside_its_attribute() -> None:
    scripts = re.findall(r'<script src="([^"]*)"', page(Path('/opt/a b"><script>/plotly.js')))

    assert scripts[0] == "file:///opt/a%20b%22%3E%3Cscript%3E/plotly.js"
