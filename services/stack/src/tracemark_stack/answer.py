"""How CloudFormation is told what became of its request: one PUT to the URL that came with it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import urllib3

from tracemark.document import Node
from tracemark.errors import one_line
from tracemark_stack.errors import AnswerNotDelivered

PHYSICAL_ID = "bucket-content"
"""Constant: with another one CloudFormation would take an update for a replacement, and delete the former."""

# CloudFormation takes 4,096 bytes in all.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
_REASON_CHARACTERS = 700
_ATTEMPTS = 3
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Done:
    """The request was carried out; `removed` objects and uploads are gone, `written` objects are new."""

    removed: int = 0
    written: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The request was not carried out, and why."""

    reason: str


Outcome = Done | Failed


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom to answer: the URL, and the three names by which CloudFormation knows its request."""

    url: str
    stack: str
    request: str
    resource: str

    @classmethod
    def parse(cls, event: Node) -> Caller:
        """Read `{"ResponseURL", "StackId", "RequestId", "LogicalResourceId"}`.

        Raises:
            InvalidDocument: a key is missing, or the URL is not https.
        """
        url = event["ResponseURL"]
        if not url.text().startswith("https://"):
            url.refuse("an https:// URL")
        return cls(url.text(), event["StackId"].text(), event["RequestId"].text(), event["LogicalResourceId"].text())

    def body(self, outcome: Outcome) -> bytes:
        """Return the answer as it is sent."""
        failed = isinstance(outcome, Failed)
        message = {
            "Status": "FAILED" if failed else "SUCCESS",
            "Reason": one_line(outcome.reason, _REASON_CHARACTERS) if isinstance(outcome, Failed) else "done",
            "PhysicalResourceId": PHYSICAL_ID,
            "StackId": self.stack,
            "RequestId": self.request,
            "LogicalResourceId": self.resource,
        }
        return json.dumps(message, ensure_ascii=False).encode()

    def answer(self, outcome: Outcome, http: urllib3.PoolManager) -> None:
        """Deliver an outcome; three attempts.

        Raises:
            AnswerNotDelivered: CloudFormation did not take it.
        """
        try:
            taken = http.request(
                "PUT",
                self.url,
                body=self.body(outcome),
                headers={"Content-Type": ""},  # the URL is signed for a request without a type
                timeout=_SECONDS,
                retries=urllib3.Retry(_ATTEMPTS, status_forcelist=(500, 502, 503, 504), backoff_factor=0.2),
            )
        except urllib3.exceptions.HTTPError as error:
            raise _undelivered(type(error).__name__) from error
        if taken.status != 200:
            raise _undelivered(f"status {taken.status}")


def _undelivered(cause: str) -> AnswerNotDelivered:
    return AnswerNotDelivered(
        f"CloudFormation did not take the answer ({cause})",
        remedy="Lambda repeats the call; otherwise wait for its time-out",
    )
