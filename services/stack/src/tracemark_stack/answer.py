"""The answer to CloudFormation: one PUT to the URL of its request."""

from __future__ import annotations

import json
from dataclasses import dataclass

import urllib3

from tracemark.document import Node
from tracemark.errors import one_line
from tracemark_stack.errors import AnswerNotDelivered

PHYSICAL_ID = "bucket-content"
"""Constant: if it changed, CloudFormation would treat an update as a replacement, and delete the former resource."""

# CloudFormation accepts 4,096 bytes in total.
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
    """The recipient of the answer: the URL, and the three names that identify the request."""

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
        """Return the body of the answer."""
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
            AnswerNotDelivered: CloudFormation did not accept it.
        """
        try:
            response = http.request(
                "PUT",
                self.url,
                body=self.body(outcome),
                headers={"Content-Type": ""},  # the URL is signed for a request without a type
                timeout=_SECONDS,
                retries=urllib3.Retry(_ATTEMPTS, status_forcelist=(500, 502, 503, 504), backoff_factor=0.2),
            )
        except urllib3.exceptions.HTTPError as error:
            raise _delivery_failure(type(error).__name__) from error
        if response.status != 200:
            raise _delivery_failure(f"status {response.status}")


def _delivery_failure(cause: str) -> AnswerNotDelivered:
    return AnswerNotDelivered(
        f"CloudFormation did not accept the answer ({cause})",
        remedy="Lambda repeats the call; otherwise wait for its time-out",
    )
