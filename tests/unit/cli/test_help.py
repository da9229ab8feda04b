"""The help of every command, and the reference that is made of it."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tracemark_cli.main import main
from tracemark_cli.terminal.reference import commands, reference

ALL = dict(commands(main, ("tracemark",)))
LEAVES = [path for path, command in ALL.items() if not isinstance(command, click.Group)]


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path[1:], "--help"], prog_name="tracemark")

    assert result.exit_code == 0
    assert f"Usage: {' '.join(path)}" in result.output


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_gives_an_example(path: tuple[str, ...]) -> None:
    help_ = CliRunner().invoke(main, [*path[1:], "--help"]).output

    assert f"Example: {' '.join(path)}" in help_


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_example_is_a_call_that_the_command_understands(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    help_ = ALL[path].get_help(click.Context(ALL[path], info_name=path[-1], terminal_width=500))
    examples = [line.partition("Example: ")[2] for line in help_.splitlines() if "Example: " in line]

    for example in examples:
        words = shlex.split(example.removeprefix(" ".join(path)))
        for parameter in ALL[path].params:
            if isinstance(parameter.type, click.Path):  # files need not be there to parse an example
                monkeypatch.setattr(parameter.type, "exists", False)
        assert ALL[path].make_context(path[-1], words, resilient_parsing=False).params


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_an_unknown_option_has_exit_code_2(path: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, [*path[1:], "--no-such-option"]).exit_code == 2


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_no_two_options_of_a_command_share_a_name(path: tuple[str, ...]) -> None:
    names = [name for parameter in ALL[path].params for name in parameter.opts]

    assert len(names) == len(set(names))


def test_the_reference_is_what_the_commands_say(project: Path) -> None:
    written = (project / "docs/reference/commands.md").read_text(encoding="utf-8")

    assert written == reference(main, "tracemark"), "run make docs"
