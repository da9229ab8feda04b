"""The locks: hashes for everything, no addresses, and images that share layers share versions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    assert found, f"{lock.name} pins nothing"
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address(lock: Path) -> None:
    assert "://" not in lock.read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_lock_carries_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8"))

    without = [entry.splitlines()[0] for entry in entries if _PIN.match(entry) and "--hash=sha256:" not in entry]

    assert without == []


def test_what_the_prelabel_image_needs_is_in_the_plotting_image_or_opens_photographs() -> None:
    there = pins(ROOT / "requirements/plotting.txt") | pins(ROOT / "requirements/photographs.txt")

    assert pins(ROOT / "requirements/prelabel.txt").items() <= there.items()


@pytest.mark.parametrize(
    "deployable", ["plotting", "prelabel", "photographs", "postlabel", "groundtruth", "samples", "cli"]
)
def test_development_uses_the_versions_that_are_deployed(deployable: str) -> None:
    development = pins(ROOT / "requirements/dev.txt")

    other = {
        name
        for name, versions in pins(ROOT / f"requirements/{deployable}.txt").items()
        if development.get(name) != versions
    }

    assert other == set()


def test_the_postlabel_lock_has_no_browser_and_no_data_frames() -> None:
    assert pins(ROOT / "requirements/postlabel.txt").keys().isdisjoint({"pandas", "plotly", "kaleido"})
