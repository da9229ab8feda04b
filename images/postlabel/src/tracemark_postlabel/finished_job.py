"""The use case of the final pass: every object of a finished job decided again, from all answers at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tracemark.contract.postannotation import AnnotatedObject
from tracemark.document import Json
from tracemark.marks.kind import Kind
from tracemark.storage.objects import ObjectStore
from tracemark_postlabel.built_in import class_names
from tracemark_postlabel.consolidation.ballot import Abstention, Ballot, Choice, Vote, WorkerId
from tracemark_postlabel.consolidation.ensemble import Ensemble
from tracemark_postlabel.consolidation.policy import Policy
from tracemark_postlabel.consolidation.slate import Slate
from tracemark_postlabel.consolidation.stored_votes import BallotFiles
from tracemark_postlabel.fields.form import Form
from tracemark_postlabel.fields.sheet import FieldPlan
from tracemark_postlabel.fields.single import single_verdict
from tracemark_postlabel.poll import Poll, take_polls
from tracemark_postlabel.settings import Settings
from tracemark_postlabel.tally import tally
from tracemark_postlabel.whole_job import FinalPass, decide_job, decide_stored_job

IN_MEMORY_ANSWERS = 1_000_000
"""Of more answers the ballots go to temporary files; so many are known to fit into a gigabyte."""

_Head = tuple[str, int]

Entries = Callable[[], Iterable[AnnotatedObject]]
"""Begins to yield the objects of a job with all answers to them, from the first; each object once."""


@dataclass(frozen=True, slots=True)
class DecidedLabel:
    """A label in the main field; `index` is its number as built-in consolidation counts classes.

    `figures` are those that stand beside a label, except problem and comments, which are about the answers.
    """

    name: str
    index: int
    figures: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class DecidedJob:
    """What all answers of a job say of `main`, the field that it is about; nothing where that is no single choice."""

    main: FieldPlan
    outcome: FinalPass
    workers: Sequence[int]
    places: Mapping[str, int]
    numbers: Mapping[str, int]

    @property
    def is_decided(self) -> bool:
        """Whether the field that the job is about is a single choice, so that objects were decided."""
        return self.main.kind is Kind.SINGLE

    def label(self, object_id: str) -> DecidedLabel | None:
        """Return the label of an object, None where it was not decided."""
        place = self.places.get(object_id)
        if place is None:
            return None
        verdict = self.outcome.verdicts[place]
        figures = single_verdict(self.main, verdict, self.workers[place]).figures()
        return DecidedLabel(verdict.label, self.numbers[verdict.label], figures)


def decide_finished(
    entries: Entries,
    slate: Slate,
    gold: Mapping[str, str],
    store: ObjectStore,
    settings: Settings,
    policy: Policy,
    in_memory: int = IN_MEMORY_ANSWERS,
) -> DecidedJob:
    """Decide the main field of every object again; `gold` has labels that are known to be right, by object id.

    The objects are read twice: for the form that workers filled in, then for their ballots, which alone are kept: in
    memory, or, where there are more than `in_memory` answers and the policy is the ensemble, in temporary files.

    Raises:
        AccessDenied, StorageUnavailable: an answer lies in S3 and cannot be read now.
    """
    counted = _Counted()
    form = Form.of(counted.followed(_polls(entries, store, settings)), slate, settings.classifier_name)
    if form.main.kind is not Kind.SINGLE:
        return DecidedJob(form.main, FinalPass(()), (), {}, {})
    ballots = (tally(poll, form, gold.get(poll.object_id)).ballot for poll in _polls(entries, store, settings))
    if counted.answers > in_memory and isinstance(policy, Ensemble):
        heads, outcome = _decided_in_files(ballots, form.main.slate)
    else:
        heads, outcome = _decided_in_memory(ballots, form.main.slate, policy)
    names = class_names(form.main.slate, (verdict.label for verdict in outcome.verdicts))
    return DecidedJob(
        form.main,
        outcome,
        [workers for _, workers in heads],
        {object_id: place for place, (object_id, _) in enumerate(heads)},
        {name: number for number, name in enumerate(names)},
    )


def _decided_in_memory(ballots: Iterable[Ballot], slate: Slate, policy: Policy) -> tuple[list[_Head], FinalPass]:
    shared = _Shared()
    kept = [shared.ballot(ballot) for ballot in ballots]
    return [(ballot.object_id, len(ballot.choices)) for ballot in kept], decide_job(kept, slate, policy)


def _decided_in_files(ballots: Iterable[Ballot], slate: Slate) -> tuple[list[_Head], FinalPass]:
    with TemporaryDirectory(prefix="tracemark-") as folder:
        files = BallotFiles(Path(folder))
        for ballot in ballots:
            files.add(ballot)
        return [(head.object_id, head.choices) for head in files.heads], decide_stored_job(files, slate)


@dataclass(slots=True)
class _Counted:
    """How many answers went by."""

    answers: int = 0

    def followed(self, polls: Iterable[Poll]) -> Iterator[Poll]:
        for poll in polls:
            self.answers += len(poll.readings)
            yield poll


def _polls(entries: Entries, store: ObjectStore, settings: Settings) -> Iterator[Poll]:
    for entry in entries():
        yield from take_polls([entry], store, settings.max_answer_bytes)


@dataclass(frozen=True, slots=True)
class _Shared:
    """One object for each choice that a worker made, however often: a million votes are few different ones."""

    choices: dict[Choice, Choice] = field(default_factory=dict)
    workers: dict[WorkerId, WorkerId] = field(default_factory=dict)

    def ballot(self, ballot: Ballot) -> Ballot:
        return Ballot(ballot.object_id, tuple(map(self._choice, ballot.choices)), ballot.gold)

    def _choice(self, choice: Choice) -> Choice:
        worker = choice.worker
        if worker.place:  # a worker without a name is nobody else's
            return choice
        known = self.workers.setdefault(worker, worker)
        made = Vote(known, choice.label) if isinstance(choice, Vote) else Abstention(known)
        return self.choices.setdefault(made, made)
