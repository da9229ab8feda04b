"""Whatever is appended, labeled, stopped or finished in whatever order: nothing is lost, doubled or renumbered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark_groundtruth.job.arrival import Appended, Arrival
from tracemark_groundtruth.state.arrivals import Arrivals
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.tables import JobStatus

ACTIONS = st.one_of(
    st.tuples(st.just("append"), st.lists(st.sampled_from("abcdef"), max_size=4)),
    st.tuples(st.just("answer"), st.none()),
    st.tuples(st.just("advance"), st.none()),
    st.tuples(st.just("wait"), st.none()),
    st.tuples(st.just("stop"), st.none()),
)
NUMBERS = count()


class Model:
    """A job, and what it must hold: the sources of its lines in order."""

    def __init__(self, shop: Any, *, streaming: bool) -> None:
        self.shop = shop
        shop.name = f"Welds-{next(NUMBERS)}"
        shop.put("manifest.jsonl", '{"source": "a"}\n')
        document = {**shop.document(NumberOfHumanWorkersPerDataObject=1), "LabelingJobName": shop.name}
        if streaming:
            topic = "arn:aws:sns:eu-west-1:261679111194:welds"
            document["InputConfig"]["DataSource"]["SnsDataSource"] = {"SnsTopicArn": topic}
        shop.create(document)
        shop.advance()
        self.sources = ["a"]
        self.answered = 0
        self.worker = shop.worker(shop.name.lower())

    @property
    def status(self) -> JobStatus:
        return JobStatus(self.shop.record.status)

    def append(self, texts: Sequence[str]) -> None:
        lines = [Arrival(DataObject(0, {"source": text})) for text in texts]
        new = [text for text in dict.fromkeys(texts) if text not in self.sources]
        open_ = self.status is JobStatus.IN_PROGRESS

        result = Arrivals(self.shop.database, self.shop.record.job_id).append(lines, self.shop.clock.now)

        if open_:
            assert result == Appended(len(new), len(texts) - len(new))
            self.sources += new
        else:
            assert not isinstance(result, Appended)

    def answer(self, _: None) -> None:
        if self.status is JobStatus.IN_PROGRESS and self.shop.task_queue.take(self.worker, self.shop.name):
            self.shop.answer(self.worker, "seen")
            self.answered += 1

    def advance(self, _: None) -> None:
        self.shop.advance()

    def wait(self, _: None) -> None:
        self.shop.clock.forward(11)

    def stop(self, _: None) -> None:
        Jobs(self.shop.database).advance(self.shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)

    def output(self) -> list[Json]:
        text = self.shop.get(f"output/{self.shop.name}/manifests/output/output.manifest")
        return [json.loads(line) for line in text.splitlines()]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(ACTIONS, max_size=14), streaming=st.booleans())
def test_every_object_that_was_taken_is_one_line_and_every_answer_one_label(
    shop: Any, actions: list[tuple[str, Any]], streaming: bool
) -> None:
    model = Model(shop, streaming=streaming)

    for name, what in actions:
        getattr(model, name)(what)
    model.stop(None)
    shop.advance()

    lines = model.output()
    assert model.status in {JobStatus.STOPPED, JobStatus.STOPPED if streaming else JobStatus.COMPLETED}
    assert [line["source"] for line in lines] == model.sources
    assert sum("weld-class" in line for line in lines) == model.answered
