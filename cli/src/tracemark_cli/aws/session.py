"""The AWS connection that every command shares: one Region, one profile, clients created on first use."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError

from tracemark.errors import InvalidConfiguration
from tracemark_cli.aws.answers import call

MODEL = Path(__file__).parent / "model"
"""The operations that only our own labeling service has, as botocore's loader reads them beside SageMaker's."""

_CONFIG: Mapping[str, Any] = {
    "connect_timeout": 5,
    "read_timeout": 60,
    "retries": {"mode": "standard", "total_max_attempts": 5},
}


class Aws(Protocol):
    """A source of boto3 clients."""

    @property
    def region(self) -> str:
        """The Region of every client."""

    @property
    def account(self) -> str:
        """The account's twelve digits.

        Raises:
            AwsRefused: the credentials are not accepted.
        """

    def client(self, service: str) -> Any:
        """Return the boto3 client of a service."""


class Session:
    """AWS with the credentials that boto3 finds: profile, single sign-on, role; none are stored here."""

    def __init__(
        self, region: str | None = None, profile: str | None = None, endpoints: Mapping[str, str] | None = None
    ) -> None:
        import boto3  # takes a third of a second to import
        from botocore.session import Session as Core

        core = Core(profile=profile)
        try:
            core.get_component("data_loader").search_paths.append(str(MODEL))  # here an unknown profile is found
            # boto3 only reads AWS_DEFAULT_REGION; Lambda, AWS CloudShell and other SDKs set AWS_REGION.
            self._session = boto3.Session(region_name=region or os.environ.get("AWS_REGION"), botocore_session=core)
        except BotoCoreError as error:
            raise InvalidConfiguration(str(error), remedy="correct --profile") from error
        self._endpoints = endpoints or {}
        self._clients: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """See `Aws.region`.

        Raises:
            InvalidConfiguration: none is set anywhere.
        """
        region = self._session.region_name
        if not region:
            raise InvalidConfiguration("no AWS Region is set", remedy="give --region, or set AWS_REGION")
        return str(region)

    @cached_property
    def account(self) -> str:
        """See `Aws.account`."""
        remedy = "sign in (aws sso login), or give --profile"
        return str(call("accept the credentials", self.client("sts").get_caller_identity, remedy)["Account"])

    def client(self, service: str) -> Any:
        """See `Aws.client`."""
        if service not in self._clients:
            from botocore.config import Config

            self._clients[service] = self._session.client(
                service, region_name=self.region, endpoint_url=self._endpoints.get(service), config=Config(**_CONFIG)
            )
        return self._clients[service]
