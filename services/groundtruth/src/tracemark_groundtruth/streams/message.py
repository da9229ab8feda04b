"""Messages of an input queue: notifications of SNS, events of S3, or the object itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from tracemark.contract.manifest import DataObject
from tracemark.document import REQUEST_DEPTH, Node, json_text, read_json
from tracemark.errors import quoted
from tracemark.storage.s3uri import S3Uri
from tracemark_groundtruth.job.arrival import Arrival, own_id

_TEST_EVENT = "s3:TestEvent"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the queue hands it out; `receipt` is what deletes it."""

    message_id: str
    receipt: str
    body: str

    def arrivals(self) -> Sequence[Arrival]:
        """Return the objects that the message brings; none for S3's test event.

        A repeated object is known by the id that it names itself, by S3's URI and sequencer, or else by the id of the
        notification, as Ground Truth does.

        Raises:
            InvalidDocument, InvalidUri: the message holds no object.
        """
        outer = read_json(self.body, self._name, depth=REQUEST_DEPTH)
        if outer.mapping().get("Type") == "Notification" and isinstance(outer.value.get("Message"), str):
            return self._arrivals(outer["Message"].text(), f"sns:{outer['MessageId'].text()}")
        return self._arrivals(self.body, f"sqs:{self.message_id}")

    def _arrivals(self, text: str, message_id: str) -> Sequence[Arrival]:
        node = read_json(text, self._name, depth=REQUEST_DEPTH)
        if "Records" in node.mapping():
            return [arrival for record in node["Records"].items() for arrival in self._created(record)]
        if node.value.get("Event") == _TEST_EVENT:
            return []
        line = DataObject.parse(text, 0, self._name)
        return [Arrival(line, own_id(line, self._name) or message_id)]

    def _created(self, record: Node) -> Iterator[Arrival]:
        """Yield the object that S3 says was created; other events bring none."""
        name = record["eventName"].text()
        if not name.removeprefix("s3:").startswith("ObjectCreated:"):
            return
        entry = record["s3"]["object"]
        uri = S3Uri(record["s3"]["bucket"]["name"].text(), unquote_plus(entry["key"].text()))
        sequencer = entry.get("sequencer")
        line = DataObject.parse(json_text({"source-ref": str(S3Uri.parse(str(uri)))}), 0, self._name)
        yield Arrival(line, f"s3:{uri}:{sequencer.text() if sequencer else ''}")

    @property
    def _name(self) -> str:
        return f"message {quoted(self.message_id, 60)}"
