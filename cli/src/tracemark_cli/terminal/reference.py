"""The reference of all commands, out of their own help: `scripts/docs` writes it, a test compares it."""

from __future__ import annotations

from collections.abc import Iterator

import click

_WIDTH = 100
_HEAD = """# The command line

Written by `scripts/docs` from each command's `--help`; a test compares. Exit codes: 0 all is well, 1 something went
wrong and one line says what, 2 the command was called wrongly. `tracemark doctor` says its own.

The commands on AWS find credentials as boto3 does (profile, single sign-on, role) and store none.
"""

Path = tuple[str, ...]
"""The words of a command, from `tracemark` on."""


def reference(root: click.Command, name: str) -> str:
    """Return the reference in Markdown, one section for each command in the order of its help."""
    sections = (
        f"\n## {' '.join(path)}\n\n```text\n{_help(command, path)}\n```\n" for path, command in commands(root, (name,))
    )
    return _HEAD + "".join(sections)


def commands(command: click.Command, path: Path) -> Iterator[tuple[Path, click.Command]]:
    """Yield a command and all below it, with their words."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below:
                yield from commands(below, (*path, name))


def _help(command: click.Command, path: Path) -> str:
    context = click.Context(
        command,
        info_name=" ".join(path),
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        help_option_names=["-h", "--help"],
    )
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


if __name__ == "__main__":
    from tracemark_cli.main import main

    click.echo(reference(main, "tracemark"), nl=False)
