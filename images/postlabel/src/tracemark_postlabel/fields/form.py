"""The form that workers filled in, told by all answers of a payload: its fields, their kinds, and the main one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tracemark.document import Json
from tracemark.errors import quoted
from tracemark.marks.choices import all_chosen, chosen
from tracemark.marks.kind import LISTS, MARKS, Kind, is_flags, shape_of
from tracemark_postlabel.answers import Answer
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.fields.choice import meant
from tracemark_postlabel.fields.sheet import FieldPlan, Sheet, Slip
from tracemark_postlabel.names import is_classifier, is_label
from tracemark_postlabel.poll import Poll

DEFAULT_CLASSIFIER = "WeldingClassification"

MOST_OPTION_CHARACTERS = 60
LEAST_OPTIONS_GIVEN = 6
"""Fewer texts do not tell whether they come from a list of options or were typed."""

_EACH_OPTION = 3
_CHECKED_TWICE = 0.05
_OPTION_SHARE = 0.95
_FITS = 0.5

_CHOICES = (Kind.SINGLE, Kind.SEVERAL)


@dataclass(slots=True)
class _Seen:
    """What all answers show of one field; `places` sums up how far down the page it stood.

    A list that is empty may be spans, or a select: it tells the kind only where no answer tells more.
    """

    shapes: Counter[Kind] = field(default_factory=Counter)
    answers: int = 0
    places: int = 0
    classifiers: int = 0
    groups: int = 0
    checked_twice: int = 0
    blank: int = 0
    empty_lists: int = 0
    buttons: set[str] = field(default_factory=set)
    texts: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)

    def add(self, value: Json, place: int) -> None:
        self.places += place
        self.answers += 1
        if value == "":
            return
        if value == []:
            self.empty_lists += 1
            return
        shape = shape_of(value)
        self.shapes[shape] += 1
        self.labels.update(_labels_in(value, shape))
        if shape is Kind.TEXT:
            self.texts[value] += 1
        elif shape is Kind.SEVERAL and is_flags(value):
            self.groups += 1
            self.buttons |= value.keys()
            self.checked_twice += sum(value.values()) > 1
            self.blank += not any(value.values())
        elif shape is Kind.SINGLE:
            self.classifiers += 1

    @property
    def kind(self) -> Kind:
        """The most frequent shape; of several, a known one, in the order of the kinds."""
        order = list(Kind)
        nothing_else = Kind.SPANS if self.empty_lists else Kind.TEXT
        return min(self.shapes, key=lambda kind: (-self.shapes[kind], order.index(kind)), default=nothing_else)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a page in the order in which they stand on it; `main` is the one that the job is about.

    The main field is the one whose labels are the job's categories, before others a single choice; of several, the one
    that stands first on the page, of those in more than half as many answers as any: one answer that lacks a field does
    not make another the main one. The name decides only where nothing else does. `problem` says why no field could be
    the main one though there is one that the job is about; else it is empty.
    """

    fields: tuple[FieldPlan, ...]
    main: FieldPlan
    problem: str = ""

    @classmethod
    def of(cls, polls: Iterable[Poll], slate: Slate, name: str | None) -> Form:
        """Tell the form from all answers; `slate` are the job's categories, `name` is the main field's if it is set.

        The polls are looked at once and not kept.
        """
        seen = _survey(polls)
        kinds = {each: _kind(found, slate) for each, found in seen.items() if found.shapes or found.empty_lists}
        main = name or _main(seen, kinds, slate)
        reserved = "" if name else _reserved(main, seen, kinds, slate)
        if reserved:
            main = DEFAULT_CLASSIFIER
        plans = {
            each: FieldPlan(each, kind, slate if each == main or _fit(seen[each], slate) > _FITS else _free(slate))
            for each, kind in kinds.items()
        }
        ordered = sorted(plans.values(), key=lambda plan: (_place(seen[plan.name]), plan.name))
        return cls(tuple(ordered), plans.get(main) or FieldPlan(main, Kind.SINGLE, slate), reserved)

    @property
    def others(self) -> tuple[FieldPlan, ...]:
        """All fields but the main one."""
        return tuple(plan for plan in self.fields if plan.name != self.main.name)


def sheet_of(poll: Poll, name: str) -> Sheet:
    """Return the values that an object got in one field, the last of each worker."""
    slips = {
        slip.worker: slip
        for index, reading in enumerate(poll.readings)
        if isinstance(reading, Answer) and name in reading.fields
        for slip in (Slip(reading.worker.at(poll.place(index)), reading.fields[name]),)
    }
    return Sheet(poll.object_id, tuple(slips.values()))


def _survey(polls: Iterable[Poll]) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    for poll in polls:
        for reading in poll.readings:
            if isinstance(reading, Answer):
                for place, (name, value) in enumerate(reading.fields.items()):
                    seen.setdefault(name, _Seen()).add(value, place)
    return seen


def _main(seen: Mapping[str, _Seen], kinds: Mapping[str, Kind], slate: Slate) -> str:
    usual = _usual(seen)

    def rank(name: str) -> tuple[bool, int, bool, bool, float, str]:
        found = seen[name]
        place = _CHOICES.index(kinds[name]) if kinds[name] in _CHOICES else len(_CHOICES)
        return (
            _fit(found, slate) <= _FITS,
            place,
            not found.classifiers,
            name not in usual,
            _place(found),
            name,
        )

    labeled = [name for name in kinds if is_classifier(name) and seen[name].labels]
    others = [name for name in kinds if is_classifier(name) and kinds[name] is not Kind.UNKNOWN]
    typed = [name for name in others if kinds[name] is not Kind.TEXT]
    candidates = labeled or typed or others
    return min(candidates, key=rank) if candidates else DEFAULT_CLASSIFIER


def _usual(seen: Mapping[str, _Seen]) -> set[str]:
    """Return the fields that stand in more than half as many answers as any."""
    most = max((found.answers for found in seen.values()), default=0)
    return {name for name, found in seen.items() if found.answers > _FITS * most}


def _reserved(main: str, seen: Mapping[str, _Seen], kinds: Mapping[str, Kind], slate: Slate) -> str:
    """Say which field is the main one by its labels, and not by its name; empty where `main` is as good.

    A label would be lost where a remark beside it became the main field.
    """
    found, usual = seen.get(main), _usual(seen)
    is_chosen, fits = bool(found and found.labels), bool(found and _fit(found, slate) > _FITS)
    better = [
        name
        for name in kinds
        if is_label(name)
        and not is_classifier(name)
        and seen[name].labels
        and name in usual
        and (not is_chosen or (_fit(seen[name], slate) > _FITS and not fits))
    ]
    if not better:
        return ""
    name = min(better, key=lambda each: (_place(seen[each]), each))
    return f"the question {quoted(name, 60)} cannot be the main one, as a figure is called so: give it another name"


def _kind(found: _Seen, slate: Slate) -> Kind:
    kind = found.kind
    if kind is Kind.TEXT and _are_options(found, slate):
        return Kind.SINGLE
    if kind is Kind.SEVERAL and found.groups > _FITS * found.shapes[Kind.SEVERAL] and _are_buttons(found):
        return Kind.SINGLE
    return kind


def _are_buttons(found: _Seen) -> bool:
    """Radio buttons: several of them, (almost) nobody checked two, and no more than half checked none."""
    is_exclusive = found.checked_twice < max(1.0, _CHECKED_TWICE * found.groups)
    return len(found.buttons) > 1 and is_exclusive and found.blank <= _FITS * found.groups


def _are_options(found: _Seen, slate: Slate) -> bool:
    """A select: its texts are the job's categories, or few and short ones that every answer repeats."""
    given = found.texts.total()
    if sum(found.texts[text] for text in found.texts if meant(text, _closed(slate)) is not None) > _FITS * given:
        return True
    options = [text for text, count in found.texts.items() if count >= _EACH_OPTION and _is_option(text)]
    repeated = sum(found.texts[text] for text in options)
    # An answer of another shape tells nothing; one that is blank does, for a remark mostly is.
    telling = found.answers - (found.shapes.total() - given)
    return len(options) > 1 and given >= LEAST_OPTIONS_GIVEN and repeated >= _OPTION_SHARE * telling


def _is_option(text: str) -> bool:
    return len(text) <= MOST_OPTION_CHARACTERS and text.isprintable()


def _fit(found: _Seen, slate: Slate) -> float:
    """Return the share of a field's labels that are categories of the job."""
    closed = _closed(slate)
    labels = found.labels or found.texts
    known = sum(count for label, count in labels.items() if meant(label, closed) is not None)
    return known / labels.total() if labels else 0.0


def _closed(slate: Slate) -> Slate:
    return Slate(slate.classes, slate.abstain, is_open=False)


def _free(slate: Slate) -> Slate:
    return Slate.open((), slate.abstain)


def _place(found: _Seen) -> float:
    return found.places / found.answers


def _labels_in(value: Json, shape: Kind) -> Iterable[str]:
    if shape is Kind.SINGLE:
        label = chosen(value, shape)
        return [] if label is None else [label]
    if shape is Kind.SEVERAL:
        return all_chosen(value) or ()
    if shape is Kind.MASK:
        mapped = value.get("labelMappings")
        return list(mapped) if isinstance(mapped, dict) else ()
    if shape in MARKS or shape is Kind.INSTANCES:
        listed = value if isinstance(value, list) else value[LISTS.get(shape, "instances")]
        labels = (mark.get("label") for mark in listed if isinstance(mark, dict))
        return [label for label in labels if isinstance(label, str)]
    return ()
