"""A deployed Lambda function, invoked as a labeling job does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tracemark.contract.function_error import FunctionError
from tracemark.document import Json, read_json
from tracemark.errors import FunctionFailed
from tracemark_cli.aws.answers import try_call
from tracemark_groundtruth.functions.function import function_failed


@dataclass(frozen=True)
class DeployedFunction:
    """A `Function` that calls the Lambda API with a boto3 client; `name` is its name or ARN."""

    client: Any
    name: str

    def invoke(self, payload: Json) -> Json:
        """See `Function.invoke`.

        Raises:
            FunctionFailed: it raised, is not there, or whoever asks may not invoke it.
        """
        body = json.dumps(payload).encode()
        answer = try_call(self.client.invoke, FunctionName=self.name, Payload=body)
        if answer.code:
            raise FunctionFailed(
                f"function {self.name} was not invoked ({answer.code}: {answer.message})",
                remedy="check its name, and your permission lambda:InvokeFunction",
            )
        result = read_json(answer.value["Payload"].read(), f"answer of function {self.name}").value
        if "FunctionError" in answer.value:
            error = FunctionError.parse(result) or FunctionError("an error", str(result))
            raise function_failed(self.name, error)
        return result
