"""How guesses meet the user: options that answer their questions, the questions themselves, and what was guessed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click
from rich.console import Console

from tracemark.document import Json
from tracemark.errors import InvalidConfiguration, one_line
from tracemark.profile.sensor_profile import ElapsedTime, Order, SampleRate, SensorProfile
from tracemark.profile.time import Clock, DurationTime, TimeUnit
from tracemark_cli.terminal.console import table
from tracemark_plotting.guess.result import Guess, Known, Question, answered, named_columns

_MAX_ROUNDS = 12
_UNITS = [unit.value for unit in TimeUnit if unit is not TimeUnit.UNKNOWN]

_BLANKS = {"\t": "tab", " ": "space", "\u00a0": "no-break space", "\u202f": "narrow no-break space"}
_DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " "}


def guess_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what a log does not tell; `known_of` reads them."""
    options = (
        click.option("--delimiter", help="What stands between cells: , ; | tab space whitespace."),
        click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark."),
        click.option("--encoding", help="Such as cp1252 or utf-16."),
        click.option("--header/--no-header", default=None, help="Whether a row names the columns."),
        click.option("--time", help="The column of time, by name or 0-based position."),
        click.option("--time-unit", type=click.Choice(_UNITS), help="The unit of a numeric time."),
        click.option("--time-format", help="As in strptime, iso or duration; date|time where they have a column each."),
        click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Samples a second, without a column."),
        click.option(
            "--order", type=click.Choice([order.value for order in Order]), help="What to do where time steps back."
        ),
        click.option(
            "--gap", "gaps", multiple=True, help="A word or number that stands for no value. May be repeated."
        ),
        click.option("--channel", "channels", multiple=True, help="A column to draw. May be repeated. [default: all]"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def known_of(options: Mapping[str, Any]) -> Known:
    """Return what the options say."""
    delimiter, unit, order = options["delimiter"], options["time_unit"], options["order"]
    return Known(
        delimiter=_DELIMITERS.get(delimiter, delimiter) if delimiter else None,
        decimal=options["decimal"],
        encoding=options["encoding"],
        header=options["header"],
        time=options["time"],
        time_unit=TimeUnit(unit) if unit else None,
        time_format=options["time_format"],
        rate=options["rate"],
        order=Order(order) if order else None,
        gaps=tuple(options["gaps"]),
        channels=tuple(options["channels"]),
    )


def settle(guess: Guess, known: Known, again: Callable[[Known], Guess], place: str, own: str) -> Guess:
    """Ask the questions of a guess on the terminal, one after the other, until none is left.

    own: what the user can do without a guess, for the error.

    Raises:
        InvalidConfiguration: there is no terminal, or a question has no answer there; it names the options.
    """
    for _ in range(_MAX_ROUNDS):
        if guess.certain:
            return guess
        if not sys.stdin.isatty() or not guess.questions or not guess.questions[0].options:
            break
        answer = _ask(guess.questions[0], place)
        told = answered(known, answer)
        if told is None:
            break
        known, guess = told, again(told)
    raise unsettled(guess, place, own)


def unsettled(guess: Guess, place: str, own: str) -> InvalidConfiguration:
    """Return the error that names every question and the options that answer them; `own`: how to do without a guess."""
    asked = "; ".join(question.text for question in guess.questions) or "too little is known of it"
    first = next((question.options[0] for question in guess.questions if question.options), "")
    if not first:
        helps = all(question.by_profile for question in guess.questions)
        return InvalidConfiguration(one_line(asked, 900), place=place, remedy=f"otherwise {own}" if helps else "")
    return InvalidConfiguration(
        f"how to read it is not certain: {one_line(asked, 900)}",
        place=place,
        remedy=f"give the right one of these options, such as {first}, or {own}",
    )


def _ask(question: Question, place: str) -> str:
    click.echo(f"{place}: {question.what}?")
    for number, option in enumerate(question.options, 1):
        click.echo(f"  {number}  {option}")
    chosen = click.prompt("number", type=click.IntRange(1, len(question.options)), default=1)
    option = question.options[chosen - 1]
    name, _, value = option.partition(" ")
    return f"{name} {click.prompt(value)}" if value.isupper() and value.isalpha() else option


def show_guess(out: Console, guess: Guess, place: str) -> None:
    """Print a guess: format, time, channels, three rows, and what was taken for granted."""
    profile = guess.profile
    out.print(f"{place}: {guess.format}", soft_wrap=True, markup=False)
    if profile:
        rows = [("time", time_words(profile.time)), *_format_words(profile)]
        rows += [
            (channel.key, f"{channel.title} {f'({channel.unit})' if channel.unit else ''}")
            for channel in profile.channels
        ]
        out.print(table(("read as", ""), rows))
    if guess.rows:
        out.print(table(guess.columns, guess.rows))
    if guess.left:
        out.print(f"not drawn: {named_columns(guess.left)}", soft_wrap=True, markup=False)
    for note in guess.notes:
        out.print(f"taken for granted: {note}", soft_wrap=True, markup=False)
    for question in guess.questions:
        out.print(f"not certain: {question.text}", soft_wrap=True, markup=False)


def time_words(clock: Clock) -> str:
    """Return in words where the time of a log is."""
    if isinstance(clock, SampleRate):
        return f"no column; {clock.rate:g} samples a second"
    if isinstance(clock, ElapsedTime):
        return f"{clock.column} in {clock.unit.symbol or 'a unit that the log does not say'}"
    if isinstance(clock, DurationTime):
        return f"{clock.column} as a duration"
    return f"{', '.join(map(str, clock.columns))} as {clock.format}"


def _format_words(profile: SensorProfile) -> list[tuple[str, str]]:
    return [(key, _in_words(value)) for key, value in profile.text.to_json().items()]


def _in_words(value: Json) -> str:
    """Return a value of a profile as it can be read: a tab and other blanks by their names."""
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    text = str(value)
    return _BLANKS.get(text) or (
        text if text.isprintable() and text.strip() else " ".join(f"U+{ord(c):04X}" for c in text)
    )
