"""How the portal uses a provider of sign-ins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracemark_groundtruth.oidc.attempt import Attempts
from tracemark_groundtruth.state.identity import Identity
from tracemark_groundtruth.state.task_queue import Account

if TYPE_CHECKING:
    from tracemark_groundtruth.oidc.provider import Provider

PROVIDER_PATH = "/sign-in/oidc"
PROVIDER_COOKIE = "tracemark_provider"


@dataclass(frozen=True)
class ProviderAccess:
    """The provider, the sign-ins under way, and how a person's account is found or made."""

    provider: Provider
    attempts: Attempts
    account: Callable[[Identity], Account]

    @property
    def label(self) -> str:
        """What people call the provider."""
        return self.provider.settings.label
