"""The current state of a stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from tracemark_stack.errors import StackUnknown

# A stack whose creation fails is removed entirely; in every other state the bucket stays.
_REMOVING = ("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")


class Stacks(Protocol):
    """The stacks of this account."""

    def is_being_removed(self, stack: str) -> bool:
        """Return whether CloudFormation is removing all of the stack with this ARN.

        Raises:
            StackUnknown: CloudFormation did not return the stack's state.
        """


@dataclass(frozen=True, slots=True)
class CloudFormation:
    """`Stacks` on a boto3 CloudFormation client."""

    client: Any

    def is_being_removed(self, stack: str) -> bool:
        """See `Stacks.is_being_removed`."""
        try:
            (described,) = self.client.describe_stacks(StackName=stack)["Stacks"]
        except (BotoCoreError, ClientError) as error:
            raise StackUnknown(
                f"CloudFormation did not return the stack's state ({error})",
                place=stack,
                remedy="check that the function's role may call cloudformation:DescribeStacks on it; then delete again",
            ) from error
        return described["StackStatus"] in _REMOVING
