"""Which answers of a rendered page would be lost, in the words that `ui/task-frame/lost-answers.ts` has for workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracemark_cli.checks.controls import Control, Kind

_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost and what to do; it is certain unless the control may be a script's tool."""

    what: str
    remedy: str
    is_certain: bool = True


def lost_answers(controls: Sequence[Control]) -> Sequence[Loss]:
    """Return what would be lost, each once; names that begin with `_` are for answers that nobody wants."""
    asked = [control for control in controls if not control.name.startswith("_")]
    found = [*_several_forms(asked), *(loss for control in asked for loss in _alone(control)), *_together(asked)]
    return list(dict.fromkeys(found))


def _several_forms(asked: Sequence[Control]) -> Iterator[Loss]:
    forms = {control.form for control in asked if control.name and control.form >= 0}
    if len(forms) > 1:
        yield Loss(
            f"this page has {len(forms)} forms, and only the one that is submitted is saved: "
            "the answers of the others are lost",
            "put all inputs into one <crowd-form>",
        )


def _alone(control: Control) -> Iterator[Loss]:
    if control.is_read:
        return
    place = _place(control)
    if control.kind is Kind.FILE:
        yield Loss(f"{place} takes a file, and files are not saved", "ask for a text, a choice or marks instead", False)
    elif not control.name:
        what = f"{place} has no name: its answer is not saved"
        yield Loss(what, 'give it a name; one that begins with "_" says that nobody wants the answer', control.is_crowd)
    elif control.form < 0:
        what = f"{place} stands outside the form: its answer is not saved"
        remedy = 'move it into <crowd-form>; a name that begins with "_" says that nobody wants the answer'
        yield Loss(what, remedy, control.is_crowd)


def _place(control: Control) -> str:
    called = (control.name or control.label)[:_MAX_SHOWN]
    return f'the <{control.element}> "{called}"' if called else f"the <{control.element}>"


def _together(asked: Sequence[Control]) -> Iterator[Loss]:
    by_name: dict[tuple[int, str], list[Control]] = {}
    for control in asked:
        if control.name and control.form >= 0 and control.kind is not Kind.FILE:
            by_name.setdefault((control.form, control.name), []).append(control)
    for (_, name), controls in by_name.items():
        if _hides_another(controls):
            what = f'several inputs of this page are called "{name}": one answer hides the other'
            yield Loss(what, "give each input a name of its own")
        else:
            yield from _doubled(name, controls)


def _doubled(name: str, controls: Sequence[Control]) -> Iterator[Loss]:
    counts = Counter(control.keys[0] for control in controls if control.kind is Kind.BOX)
    for value in (value for value, count in counts.items() if count > 1):
        yield Loss(
            f'several boxes or buttons of this page are called "{name}" and have the value "{value}": '
            "the last hides the others",
            'give each a value of its own (without one it is "on"), and each question a name of its own',
        )


def _hides_another(controls: Sequence[Control]) -> bool:
    """Boxes of one name are one question; a hidden input before them only says what is sent without them."""
    boxes = [control for control in controls if control.kind is Kind.BOX]
    others = [control for control in controls if control.kind is not Kind.BOX]
    if len(others) != 1:
        return len(others) > 1
    if others[0].kind is Kind.OBJECT:
        return any(box.keys[0] in others[0].keys for box in boxes)
    return bool(boxes) and not (others[0].kind is Kind.HIDDEN and controls[0] is others[0])
