"""The provider as the service finds it at the start."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from support.staged_provider import StagedProvider
from support.waiting import wait_until

from tracemark.errors import InvalidConfiguration
from tracemark_groundtruth.errors import ProviderUnavailable
from tracemark_groundtruth.oidc.kept import Kept
from tracemark_groundtruth.oidc.provider import Provider


@pytest.fixture(scope="module")
def running() -> Iterator[StagedProvider]:
    with StagedProvider().running() as provider:
        yield provider


@pytest.fixture
def provider(running: StagedProvider) -> StagedProvider:
    running.down, running.discovery = False, {}
    return running


def test_a_provider_as_configured_has_no_problem(provider: StagedProvider) -> None:
    assert Provider(provider.settings()).check() == ""


def test_one_that_does_not_answer_is_no_reason_not_to_start(provider: StagedProvider) -> None:
    provider.down = True

    assert "does not answer (status 503)" in Provider(provider.settings()).check()
    assert "does not answer" in Provider(provider.settings(label="x")).check()


def test_nobody_at_the_address_is_no_reason_not_to_start(provider: StagedProvider) -> None:
    settings = provider.settings()
    object.__setattr__(settings, "issuer", "http://127.0.0.1:9")

    assert "does not answer" in Provider(settings).check()


@pytest.mark.parametrize(
    ("discovery", "words"),
    [
        ({"issuer": "https://evil.example"}, "the issuer that is configured"),
        ({"authorization_endpoint": None}, "authorization_endpoint"),
        ({"token_endpoint": "http://login.example.org/token"}, "an https:// URL"),
        ({"jwks_uri": "file:///etc/passwd"}, "an https:// URL"),
        ({"userinfo_endpoint": "javascript:alert(1)"}, "an https:// URL"),
        ({"response_types_supported": ["token"]}, "code among them"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client_secret_basic or client_secret_post"),
        ({"issuer": 17}, "issuer"),
    ],
)
def test_another_provider_than_configured_is_refused_at_the_start(
    provider: StagedProvider, discovery: dict[str, Any], words: str
) -> None:
    provider.discovery = discovery

    with pytest.raises(InvalidConfiguration, match="TRACEMARK_OIDC_ISSUER") as caught:
        Provider(provider.settings()).check()

    assert words in str(caught.value)
    assert "/.well-known/openid-configuration" in str(caught.value)


def test_an_issuer_without_a_discovery_document_is_refused_at_the_start(provider: StagedProvider) -> None:
    settings = provider.settings()
    object.__setattr__(settings, "issuer", f"{provider.issuer}/realms/none")

    with pytest.raises(InvalidConfiguration, match="status 404"):
        Provider(settings).check()


def test_what_was_known_is_used_on_while_the_provider_does_not_answer(provider: StagedProvider) -> None:
    seconds = 0.0
    known = Provider(provider.settings(), lambda: seconds)
    known.check()
    provider.down, seconds = True, 7_200.0

    assert known.check() == ""


def test_those_who_wait_while_one_asks_in_vain_do_not_ask_one_after_the_other() -> None:
    asking, asked, go_on = threading.Event(), list[int](), threading.Event()

    def ask() -> str:
        asked.append(1)
        asking.set()
        go_on.wait(60)
        raise ProviderUnavailable("it does not answer")

    kept, outcomes = Kept(ask, lambda: 0.0), list[str]()

    def wait() -> None:
        with pytest.raises(ProviderUnavailable):
            kept.get()
        outcomes.append("refused")

    first = threading.Thread(target=wait)
    first.start()
    asking.wait(60)
    others = [threading.Thread(target=wait) for _ in range(5)]
    for other in others:
        other.start()
    wait_until(lambda: kept.waiting == 6, "all to wait")
    go_on.set()
    for thread in [first, *others]:
        thread.join()

    assert (len(outcomes), len(asked)) == (6, 1)
