"""What the documents say of the code is true of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracemark.profile.shipped import shipped_profiles
from tracemark_cli.local.serving import AUDIT_DAYS
from tracemark_groundtruth.oidc.settings import PREFIX, VARIABLES
from tracemark_groundtruth.rendering.crowd_elements import ELEMENT_NAMES
from tracemark_groundtruth.state.audit import Action
from tracemark_groundtruth.state.sealing import SECRET_KEY
from tracemark_groundtruth.state.secrets import PREVIOUS_KEY

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "infra/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
SETTINGS = [
    ROOT / "services/plotting/src/tracemark_plotting/settings.py",
    ROOT / "images/prelabel/src/tracemark_prelabel/settings.py",
    ROOT / "images/postlabel/src/tracemark_postlabel/settings.py",
]
_VARIABLE = re.compile(r'"([A-Z]+(?:_[A-Z]+)*)"')
_SEEN_BY_THE_BROWSER_ONLY = {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "FONTCONFIG_PATH"} | {
    *("PATH", "HOME", "LANG", "TZ", "TMPDIR"),
}


def test_every_environment_variable_is_documented_and_every_documented_one_is_read() -> None:
    read = {name for file in SETTINGS for name in _VARIABLE.findall(file.read_text(encoding="utf-8"))}
    table = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    documented = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))

    assert documented == read - _SEEN_BY_THE_BROWSER_ONLY


def test_the_variables_about_people_are_documented_and_every_documented_one_is_read() -> None:
    table = (ROOT / "docs/reference/people.md").read_text(encoding="utf-8")

    documented = set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))

    assert documented == {*(PREFIX + name for name in VARIABLES), SECRET_KEY, PREVIOUS_KEY, AUDIT_DAYS}


def test_every_action_of_the_audit_log_is_documented() -> None:
    table = (ROOT / "docs/reference/people.md").read_text(encoding="utf-8").partition("## Audit log")[2]

    documented = {
        name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`([a-z-]+)`", row)
    }

    assert documented == {action.value for action in Action}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_decision_stands_in_their_index() -> None:
    records = sorted(file.name for file in (ROOT / "docs/decisions").glob("0*.md"))
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")

    assert re.findall(r"\]\((0[^)]+)\)", index) == records


def test_the_shipped_profiles_are_all_named() -> None:
    text = (ROOT / "docs/reference/sensor-profile.md").read_text(encoding="utf-8")

    assert [name for name in shipped_profiles() if f"{name}.yaml" not in text] == []


def test_every_crowd_element_is_documented_and_every_documented_one_is_there() -> None:
    text = (ROOT / "docs/reference/crowd-elements.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| ((?:`crowd-[a-z-]+`(?:, )?)+)", text, re.MULTILINE)

    assert {name for row in rows for name in re.findall(r"crowd-[a-z-]+", row)} == ELEMENT_NAMES


def test_no_file_names_a_machine_or_the_host_of_a_registry() -> None:
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "/root" + "/", "/home" + "/")
    files = [file for file in ROOT.rglob("*") if file.is_file() and not is_made(file)]

    found = [str(file) for file in files if any(host.encode() in file.read_bytes() for host in hosts)]

    assert found == []


def is_made(file: Path) -> bool:
    made = {
        ".git",
        ".venv",
        "node_modules",
        "built",
        ".build",
        "demo",
        "__pycache__",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
    }
    return bool(made & set(file.relative_to(ROOT).parts))
