"""Streaming jobs on both databases: objects come by queue and by append, output goes to topic and manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from support.waiting import wait_until

from tracemark.contract.manifest import DataObject
from tracemark.document import Json
from tracemark_groundtruth.job.arrival import Appended, Arrival
from tracemark_groundtruth.running.intake import Intake
from tracemark_groundtruth.running.stopping import IDLE_SECONDS
from tracemark_groundtruth.state.arrivals import Arrivals, NotOpen
from tracemark_groundtruth.state.jobs import Jobs
from tracemark_groundtruth.state.streams import Streams
from tracemark_groundtruth.state.tables import JobStatus, ObjectState
from tracemark_groundtruth.streams.endpoints import StreamEndpoints

REGION = "eu-west-1"
QUEUE = "GroundTruth-welds"
TREE = "output/Welds/manifests/output"


def aws(service: str) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.client(service, region_name=REGION, config=Config(proxies={}), **keys)


class Cloud:
    """SQS and SNS: an input topic, an output topic, and a queue that hears the latter."""

    def __init__(self) -> None:
        self.sqs, self.sns = aws("sqs"), aws("sns")
        self.input, self.output = (self.sns.create_topic(Name=name)["TopicArn"] for name in ("in", "out"))
        self.ear = self.sqs.create_queue(QueueName="ear")["QueueUrl"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.ear, AttributeNames=["QueueArn"])["Attributes"]
        self.sns.subscribe(TopicArn=self.output, Protocol="sqs", Endpoint=attributes["QueueArn"])

    @property
    def endpoints(self) -> StreamEndpoints:
        return StreamEndpoints(self.sqs, self.sns, wait_seconds=0)

    def send(self, line: Json) -> None:
        self.sns.publish(TopicArn=self.input, Message=line if isinstance(line, str) else json.dumps(line))

    def heard(self) -> list[Json]:
        found: list[Json] = []
        while messages := self.sqs.receive_message(QueueUrl=self.ear, MaxNumberOfMessages=10).get("Messages"):
            found += [json.loads(json.loads(one["Body"])["Message"]) for one in messages]
            for one in messages:
                self.sqs.delete_message(QueueUrl=self.ear, ReceiptHandle=one["ReceiptHandle"])
        return found

    def waiting(self) -> int:
        """Return how many messages the job's queue holds, seen or unseen."""
        url = self.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(attributes[name]) for name in names)

    def subscriptions(self) -> list[str]:
        found = self.sns.list_subscriptions_by_topic(TopicArn=self.input)["Subscriptions"]
        return [one["Endpoint"] for one in found]


@pytest.fixture
def cloud(shop: Any) -> Cloud:
    return Cloud()


@pytest.fixture
def listening(shop: Any, cloud: Cloud) -> Iterator[Intake]:
    """Let the shop's jobs read queues and tell topics."""
    with Intake(shop.database, cloud.endpoints, shop.clock) as intake:
        shop.options.update(endpoints=cloud.endpoints, intake=intake)
        yield intake


def document(shop: Any, cloud: Cloud, *, manifest: bool = False, **human: Json) -> dict[str, Json]:
    made = shop.document(NumberOfHumanWorkersPerDataObject=1, **human)
    if not manifest:
        made["InputConfig"]["DataSource"].pop("S3DataSource")
    made["InputConfig"]["DataSource"]["SnsDataSource"] = {"SnsTopicArn": cloud.input}
    made["OutputConfig"]["SnsTopicArn"] = cloud.output
    return dict(made)


def start(shop: Any, cloud: Cloud, **human: Json) -> None:
    """Create the job and wait until its queue is subscribed."""
    shop.create(document(shop, cloud, **human))
    shop.advance()
    wait_until(cloud.subscriptions, "the subscription")


def count(shop: Any, *states: ObjectState) -> int:
    counts = Jobs(shop.database).counts(shop.record.job_id)
    return sum(counts.get(state, 0) for state in states or tuple(ObjectState))


def arrived(shop: Any, objects: int) -> Callable[[], bool]:
    return lambda: count(shop) >= objects


def arrival(text: str, dedup_id: str | None = None) -> Arrival:
    return Arrival(DataObject(0, {"source": text}), dedup_id)


def append(shop: Any, *texts: str) -> Any:
    return Arrivals(shop.database, shop.record.job_id).append([arrival(text) for text in texts], shop.clock.now)


def stop(shop: Any) -> None:
    assert Jobs(shop.database).advance(shop.record.job_id, [JobStatus.IN_PROGRESS], JobStatus.STOPPING)
    shop.advance()


def test_an_object_sent_to_the_topic_is_labeled_told_and_written(shop: Any, cloud: Cloud, listening: Intake) -> None:
    start(shop, cloud)
    cloud.send({"source": "a", "no": 7})
    wait_until(arrived(shop, 1), "the object")
    shop.advance()
    shop.answer(shop.worker(), "seen")
    shop.advance()

    (told,) = cloud.heard()

    assert shop.record.status is JobStatus.IN_PROGRESS
    assert told == shop.output()[0]
    assert (told["source"], told["no"], told["weld-class"]) == ("a", 7, {"class": {"label": "seen"}})
    wait_until(lambda: cloud.waiting() == 0, "the deletion of the message")


def test_the_queue_has_ground_truths_name_and_the_topic_alone_may_send_to_it(
    shop: Any, cloud: Cloud, listening: Intake
) -> None:
    start(shop, cloud)

    (queue_arn,) = cloud.subscriptions()

    url = cloud.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    attributes = cloud.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["QueueArn"], attributes["MessageRetentionPeriod"]) == (queue_arn, "1209600")
    assert json.loads(attributes["Policy"])["Statement"][0]["Condition"]["ArnEquals"] == {"aws:SourceArn": cloud.input}


def test_a_message_that_comes_twice_is_one_object(shop: Any, cloud: Cloud, listening: Intake) -> None:
    start(shop, cloud)
    url = cloud.sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    body = json.dumps({"Type": "Notification", "MessageId": "same", "Message": '{"source": "a"}'})
    for _ in range(3):
        cloud.sqs.send_message(QueueUrl=url, MessageBody=body)
    for text in ("b", "c"):
        cloud.send({"source": text, "dataset-objectid-attribute-name": "weld", "weld": "w 1"})

    wait_until(lambda: count(shop) >= 2 and cloud.waiting() == 0, "both objects")

    assert count(shop) == 2


def test_messages_without_an_object_are_named_kept_out_and_kept(shop: Any, cloud: Cloud, listening: Intake) -> None:
    start(shop, cloud)
    cloud.send("no JSON")
    cloud.send({"source": "a"})
    wait_until(lambda: count(shop) == 1 and cloud.waiting() == 0, "the object")
    streams = Streams(shop.database, shop.record.job_id)
    stop(shop)

    (kept,) = streams.refused()

    written = [json.loads(line) for line in shop.get(f"{TREE}/refused-messages.jsonl").splitlines()]
    assert "this is not JSON" in kept.reason
    assert json.loads(kept.body)["Message"] == "no JSON"
    assert written == [{"messageId": kept.message_id, "reason": kept.reason, "body": kept.body}]


def test_an_id_that_utf8_cannot_hold_keeps_no_other_message_back(shop: Any, cloud: Cloud, listening: Intake) -> None:
    start(shop, cloud)
    cloud.send(r'{"source": "x", "dataset-objectid-attribute-name": "id", "id": "\ud800"}')
    for number in range(3):
        cloud.send({"source": f"good {number}"})

    wait_until(arrived(shop, 3), "the good ones")
    wait_until(lambda: cloud.waiting() == 0, "the deletion of all four")

    (kept,) = Streams(shop.database, shop.record.job_id).refused()
    assert "attribute 'id' holds" in kept.reason
    assert count(shop) == 3


def test_objects_that_workers_have_no_time_for_stay_in_the_queue(shop: Any, cloud: Cloud, listening: Intake) -> None:
    start(shop, cloud, MaxConcurrentTaskCount=2)
    for number in range(40):
        cloud.send({"source": f"text {number}"})

    wait_until(arrived(shop, 2), "some objects")

    # The runner is not advanced: nothing is opened, and only what one call of the queue gives may be above the two.
    wait_until(lambda: cloud.waiting() == 40 - count(shop), "the deletion of what was taken")
    assert 2 <= count(shop) <= 11


def test_a_streaming_job_stays_open_when_everything_is_labeled(shop: Any, cloud: Cloud) -> None:
    shop.put("manifest.jsonl", '{"source": "a"}\n')
    shop.create(document(shop, cloud, manifest=True))
    shop.advance()
    shop.answer(shop.worker(), "seen")

    shop.advance()

    assert (shop.record.status, count(shop, ObjectState.LABELED)) == (JobStatus.IN_PROGRESS, 1)
    assert "weld-class" in shop.output()[0]


def test_a_stopped_streaming_job_has_one_line_for_each_object_and_no_subscription(
    shop: Any, cloud: Cloud, listening: Intake
) -> None:
    start(shop, cloud)
    append(shop, "a", "b", "c")
    shop.advance()
    shop.answer(shop.worker(), "seen")

    stop(shop)

    assert shop.record.status is JobStatus.STOPPED
    assert [line["source"] for line in shop.output()] == ["a", "b", "c"]
    assert [("weld-class" in line) for line in shop.output()] == [True, False, False]
    assert (cloud.subscriptions(), len(cloud.heard())) == ([], 1)


def test_a_streaming_job_without_any_object_stops_with_an_empty_manifest(shop: Any, cloud: Cloud) -> None:
    shop.create(document(shop, cloud))
    shop.advance()

    stop(shop)

    assert (shop.record.status, shop.output()) == (JobStatus.STOPPED, [])


def test_a_job_without_an_object_for_ten_days_is_stopped(shop: Any, cloud: Cloud) -> None:
    shop.create(document(shop, cloud))
    shop.advance()
    append(shop, "a")
    shop.advance()
    shop.answer(shop.worker(), "seen")
    shop.advance()
    shop.clock.forward(IDLE_SECONDS - 1)
    shop.advance()
    before = shop.record.status

    shop.clock.forward(1)
    shop.advance()

    assert (before, shop.record.status) == (JobStatus.IN_PROGRESS, JobStatus.STOPPED)
    assert shop.record.failure_reason == "stopped: no object came for 10 days"


def test_a_job_with_an_object_that_waits_is_not_idle(shop: Any, cloud: Cloud) -> None:
    shop.create(document(shop, cloud, TaskAvailabilityLifetimeInSeconds=2_592_000))
    shop.advance()
    append(shop, "a")
    shop.advance()

    shop.clock.forward(IDLE_SECONDS + 1)
    shop.advance()

    assert shop.record.status is JobStatus.IN_PROGRESS


def test_stopping_conditions_of_a_streaming_job_have_no_effect(shop: Any, cloud: Cloud) -> None:
    shop.create({**document(shop, cloud), "StoppingConditions": {"MaxHumanLabeledObjectCount": 1}})
    shop.advance()
    append(shop, "a", "b")
    shop.advance()
    worker = shop.worker()

    for _ in range(2):
        shop.answer(worker, "seen")
        shop.advance()

    assert (shop.record.status, count(shop, ObjectState.LABELED)) == (JobStatus.IN_PROGRESS, 2)


def test_the_output_manifest_is_written_again_after_a_while_and_not_with_each_label(shop: Any, cloud: Cloud) -> None:
    shop.create(document(shop, cloud))
    shop.advance()
    append(shop, "a", "b")
    shop.advance()
    worker = shop.worker()
    shop.answer(worker, "seen")
    shop.advance()
    shop.answer(worker, "seen")
    shop.advance()
    at_once = shop.output()

    shop.clock.forward(10)
    shop.advance()

    assert [("weld-class" in line) for line in at_once] == [True, False]
    assert [("weld-class" in line) for line in shop.output()] == [True, True]


def test_a_topic_that_is_not_there_fails_the_job_with_its_reason(shop: Any, cloud: Cloud, listening: Intake) -> None:
    made = document(shop, cloud)
    made["InputConfig"]["DataSource"]["SnsDataSource"]["SnsTopicArn"] = cloud.input + "-gone"
    shop.create(made)

    def failed() -> bool:
        shop.advance()
        return shop.record.status is JobStatus.FAILED

    wait_until(failed, "the failure")

    assert f"{cloud.input}-gone" in shop.record.failure_reason


def test_a_queue_of_the_configuration_is_read_and_nothing_is_made(shop: Any, cloud: Cloud) -> None:
    endpoints = StreamEndpoints(cloud.sqs, cloud.sns, {cloud.input: cloud.ear}, wait_seconds=0)
    with Intake(shop.database, endpoints, shop.clock) as intake:
        shop.options.update(endpoints=endpoints, intake=intake)
        shop.create(document(shop, cloud))
        shop.advance()
        cloud.sqs.send_message(QueueUrl=cloud.ear, MessageBody='{"source": "raw"}')

        wait_until(arrived(shop, 1), "the object")

    assert cloud.subscriptions() == []
    assert len(cloud.sqs.list_queues()["QueueUrls"]) == 1


def test_appended_objects_follow_the_manifests_lines_and_are_labeled_like_them(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    appended = append(shop, "b", "c")
    shop.advance()
    worker = shop.worker()
    for _ in range(3):
        shop.answer(worker, "seen")

    shop.advance()

    assert appended == Appended(2, 0)
    assert shop.record.status is JobStatus.COMPLETED
    assert [line["source"] for line in shop.output()] == ["a", "b", "c"]
    assert all("weld-class" in line for line in shop.output())
    assert any("/worker-response/iteration-1/2/" in key for key in shop.written())


def test_a_line_that_the_job_has_is_not_added_again(shop: Any) -> None:
    shop.job("a")
    shop.advance()

    results = [append(shop, "a", "b", "b"), append(shop, "b", "c")]

    assert results == [Appended(1, 2), Appended(1, 1)]
    assert count(shop) == 3


def test_with_ids_the_id_decides_and_not_the_content(shop: Any) -> None:
    shop.job("a")
    shop.advance()
    arrivals = Arrivals(shop.database, shop.record.job_id)

    results = [
        arrivals.append([arrival("a", "1"), arrival("a", "2"), arrival("b", "2")], 0.0),
        arrivals.append([arrival("c", "1"), arrival("c", "3")], 0.0),
    ]

    assert results == [Appended(2, 1), Appended(1, 1)]


@pytest.mark.parametrize("status", [status for status in JobStatus if status is not JobStatus.IN_PROGRESS])
def test_a_job_that_is_not_in_progress_takes_nothing(shop: Any, status: JobStatus) -> None:
    shop.job("a")
    Jobs(shop.database).advance(shop.record.job_id, [JobStatus.INITIALIZING], status)

    result = append(shop, "b")

    assert (result, count(shop)) == (NotOpen(status), 0)


def test_a_job_does_not_complete_over_an_object_that_was_just_appended(shop: Any) -> None:
    shop.job("a", NumberOfHumanWorkersPerDataObject=1)
    shop.advance()
    shop.answer(shop.worker(), "seen")
    late = AppendsLate(shop)
    shop.options.update(final_pass=late)
    shop.advance()
    after = (shop.record.status, count(shop, ObjectState.OPEN))

    shop.answer(shop.worker("bob"), "seen late")
    shop.advance()

    assert after == (JobStatus.IN_PROGRESS, 1)
    assert (shop.record.status, [line["source"] for line in shop.output()]) == (JobStatus.COMPLETED, ["a", "late"])


class AppendsLate:
    """A final pass during which an object comes: the last moment before the job would be completed."""

    def __init__(self, shop: Any) -> None:
        self.shop = shop

    def __call__(self, job: Any, storage: Any, answers: object) -> None:
        append(self.shop, "late")
