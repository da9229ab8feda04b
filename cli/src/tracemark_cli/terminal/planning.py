"""How a folder becomes a plan on the terminal: progress, questions, and what was understood."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console

from tracemark.errors import quoted
from tracemark.profile.shipped import ShippedProfile, shipped_profiles
from tracemark_cli.local.files import read_file
from tracemark_cli.setup.documents import JobWishes, class_names
from tracemark_cli.setup.files import FoundFile
from tracemark_cli.setup.job_folder import JobFolder
from tracemark_cli.setup.pairing import Rule
from tracemark_cli.setup.placing import guess_file
from tracemark_cli.setup.plan import OnProgress, Plan, Wishes, make_plan
from tracemark_cli.terminal.console import progress_bar, table
from tracemark_cli.terminal.guessing import known_of, settle, show_guess
from tracemark_groundtruth.labeling.selection import Selection
from tracemark_plotting.guess.result import Guess, Known

_SHOWN_ITEMS = 5
_SHOWN_LEFT = 20
_SHOWN_CLASSES = 50
_OWN = "name a profile of your own: --profile FILE"
_RULES = {
    Rule.FOLDER: "by folder",
    Rule.STEM: "by equal stems",
    Rule.ID: "by an id in the names",
    Rule.SINGLE: "one for each file",
    Rule.TABLE: "by the table",
}


def plan_of(out: Console, folder: Path, options: dict[str, Any]) -> Plan:
    """Look at a folder with a progress bar, and ask what is not certain.

    Raises:
        TracemarkError: see `make_plan`; and a question is open and there is no terminal to ask on.
    """
    known = known_of(options)
    classes = options["classes"]
    names = class_names(classes) if classes is not None else None
    wishes = Wishes(
        JobWishes(names, options["title"], options["workers"]),
        options["items"],
        Rule(options["rule"]) if options["rule"] else None,
        _profile(options["profile"]) if options["profile"] else None,
        known,
        options.get("selection") or Selection(),
    )
    job_folder = JobFolder.of(folder, options["output"])
    with progress_bar(out) as bar:
        files, logs = bar.add_task("files", total=None), bar.add_task("logs looked at", total=None)

        def ask(log: FoundFile, guess: Guess, said: Known) -> Guess:
            bar.stop()
            show_guess(out, guess, str(log.path))
            return settle(guess, said, lambda more: guess_file(folder, log, more), str(folder / log.path), _OWN)

        progress = OnProgress(lambda: bar.advance(files), lambda: bar.advance(logs))
        return make_plan(job_folder, wishes, ask, progress)


def show_plan(out: Console, plan: Plan) -> None:
    """Print the items found, the files left over and why, the classes, and what was guessed."""
    items = plan.pairing.items
    shown = [
        (item.id, _counted(item.files), ", ".join(file.path.name for file in item.files))
        for item in items[:_SHOWN_ITEMS]
    ]
    out.print(table(("item", "has", "files"), shown))
    more = f", {len(items) - _SHOWN_ITEMS:,} more not shown" if len(items) > _SHOWN_ITEMS else ""
    out.print(f"{_of_items(len(items))}, {_RULES[plan.pairing.rule]}{more}")
    if plan.left:
        out.print(table(("left over", "why"), [(left.path, left.reason) for left in plan.left[:_SHOWN_LEFT]]))
        count = len(plan.left) + plan.scan.unnamed
        out.print(
            f"{count:,} {'file' if count == 1 else 'files'} left over"
            + (f", {_SHOWN_LEFT} shown" if count > _SHOWN_LEFT else "")
        )
    named = ", ".join(quoted(name) for name in plan.classes.names[:_SHOWN_CLASSES])
    further = (
        f" and {len(plan.classes.names) - _SHOWN_CLASSES:,} more" if len(plan.classes.names) > _SHOWN_CLASSES else ""
    )
    out.print(f"classes: {named}{further}", soft_wrap=True, markup=False)
    for kind in plan.kinds:
        like = f" and {len(kind.logs) - 1:,} like it" if len(kind.logs) > 1 else ""
        show_guess(out, kind.guess, f"{kind.logs[0].path}{like}")
    for told in plan.told:
        out.print(f"not as it is guessed: {told}", soft_wrap=True, markup=False)


def show_written(out: Console, plan: Plan) -> None:
    """Print what was written, and what was kept because the user edited it."""
    added = len(plan.changes.lines)
    out.print(f"{_of_items(added)} added to the manifest, which had {plan.before:,}")
    for path in plan.changes.kept:
        out.print(f"kept as you edited it: {plan.folder.home / path}", soft_wrap=True, markup=False)
    if plan.chosen:
        out.print(f"selected: {plan.chosen.words}", soft_wrap=True, markup=False)
    out.print(f"job file: {plan.folder.job_file}", soft_wrap=True, markup=False)


def _of_items(count: int) -> str:
    return f"{count:,} {'item' if count == 1 else 'items'}"


def _counted(files: tuple[FoundFile, ...]) -> str:
    counts = Counter(file.kind.value for file in files)
    return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items())


def _profile(text: str) -> bytes:
    if text in shipped_profiles():
        return ShippedProfile.parse(text).load().to_yaml()
    return read_file(Path(text))
