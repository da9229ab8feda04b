"""What CloudFormation is doing with a stack at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from tracemark_stack.errors import StackUnknown

# A stack whose creation fails is taken back whole; every other state keeps the bucket.
_GOING = ("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")


class Stacks(Protocol):
    """The stacks of this account."""

    def is_going(self, stack: str) -> bool:
        """Return whether CloudFormation is removing all of the stack with this ARN.

        Raises:
            StackUnknown: CloudFormation did not say.
        """


@dataclass(frozen=True, slots=True)
class CloudFormation:
    """`Stacks` on a boto3 CloudFormation client."""

    client: Any

    def is_going(self, stack: str) -> bool:
        """See `Stacks.is_going`."""
        try:
            (found,) = self.client.describe_stacks(StackName=stack)["Stacks"]
        except (BotoCoreError, ClientError) as error:
            raise StackUnknown(
                f"CloudFormation did not say what it does with the stack ({error})",
                place=stack,
                remedy="check that the function's role may call cloudformation:DescribeStacks on it; then delete again",
            ) from error
        return found["StackStatus"] in _GOING
