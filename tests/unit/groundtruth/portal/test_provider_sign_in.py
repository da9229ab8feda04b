"""Signing in through a provider: who comes in, as whom, for how long, and what an attacker tries in vain."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.testclient import TestClient
from support.fake_s3 import MemoryS3
from support.fake_task_queue import HASHER, MemoryTaskQueue, worker
from support.portal_client import ORIGIN, Clock
from support.staged_provider import CLIENT_ID, CLIENT_SECRET, StagedProvider, made_key, path_of

from tracemark_groundtruth.oidc.attempt import Attempts as ProviderAttempts
from tracemark_groundtruth.oidc.provider import Provider
from tracemark_groundtruth.state.audit import Action, Event
from tracemark_groundtruth.state.identity import Identity
from tracemark_groundtruth.state.task_queue import Account
from tracemark_groundtruth.web.portal.app import guards, portal_routes
from tracemark_groundtruth.web.portal.portal import Portal
from tracemark_groundtruth.web.portal.provider_access import ProviderAccess
from tracemark_groundtruth.web.portal.sign_in import Attempts, Authenticator
from tracemark_groundtruth.web.portal.sign_in_log import SignInLog
from tracemark_groundtruth.web.settings import WebSettings

KEY = made_key()  # one for all tests: making it takes longer than they do


@pytest.fixture
def clock() -> Clock:
    """The provider's tokens are of now."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def provider() -> Iterator[StagedProvider]:
    with StagedProvider(key=KEY).running() as running:
        yield running


@pytest.fixture
def people() -> dict[tuple[str, str], Account]:
    """Accounts by issuer and subject."""
    return {}


@pytest.fixture
def groups() -> dict[str, tuple[str, ...]]:
    """The groups of those who have signed in, by subject."""
    return {}


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def portal(
    provider: StagedProvider,
    clock: Clock,
    people: dict[tuple[str, str], Account],
    groups: dict[str, tuple[str, ...]],
    events: list[Event],
) -> Portal:
    task_queue = MemoryTaskQueue([worker("anna")], [], clock.now)

    def account(identity: Identity) -> Account:
        groups[identity.subject] = identity.groups
        found = people.setdefault((identity.issuer, identity.subject), worker(f"{identity.name}-by-provider"))
        task_queue.accounts = [*(each for each in task_queue.accounts if each.name != found.name), found]
        return found

    return Portal(
        task_queue,
        MemoryS3({}),
        WebSettings(b"s" * 32),
        Authenticator(task_queue, Attempts(clock.seconds, clock.sleep), HASHER),
        clock.now,
        provider=ProviderAccess(Provider(provider.settings(), clock.seconds), ProviderAttempts(b"s" * 32), account),
        log=SignInLog(events.append),
    )


@pytest.fixture
def browsers(portal: Portal) -> Iterator[Callable[[], TestClient]]:
    app = Starlette(routes=portal_routes(portal), middleware=guards(portal.settings))
    opened: list[TestClient] = []

    def open_browser() -> TestClient:
        opened.append(TestClient(app, base_url=ORIGIN, follow_redirects=False))
        return opened[-1]

    yield open_browser
    for client in opened:
        client.close()


@pytest.fixture
def browser(browsers: Callable[[], TestClient]) -> TestClient:
    return browsers()


def way_back(browser: TestClient, provider: StagedProvider) -> str:
    """Go to the provider, sign in there, and return the path that leads back."""
    return path_of(provider.authorize(browser.get("/sign-in/oidc").headers["location"]))


def sign_in(browser: TestClient, provider: StagedProvider) -> Any:
    return browser.get(way_back(browser, provider))


def assert_refused(browser: TestClient, response: Any, words: str) -> None:
    assert (response.status_code, words in response.text) == (403, True), response.text
    assert "tracemark_session" not in browser.cookies
    assert browser.get("/").status_code == 303


def test_the_sign_in_page_leads_to_the_provider_and_back_to_the_jobs(
    browser: TestClient, provider: StagedProvider, people: dict[tuple[str, str], Account]
) -> None:
    offered = browser.get("/sign-in").text

    response = sign_in(browser, provider)

    assert 'href="/sign-in/oidc">Sign in with Staged</a>' in offered
    assert '<meta http-equiv="refresh" content="0; url=/">' in response.text
    assert "Jobs" in browser.get("/").text
    assert list(people) == [(provider.issuer, "248289761001")]


def test_the_request_to_the_provider_has_state_nonce_and_a_challenge(browser: TestClient) -> None:
    urls = [browser.get("/sign-in/oidc").headers["location"] for _ in range(2)]

    queries = [parse_qs(urlsplit(url).query) for url in urls]

    assert {name: queries[0][name] for name in ("response_type", "code_challenge_method", "scope", "client_id")} == {
        "response_type": ["code"],
        "code_challenge_method": ["S256"],
        "scope": ["openid profile email"],
        "client_id": [CLIENT_ID],
    }
    for name in ("state", "nonce", "code_challenge"):
        assert queries[0][name] != queries[1][name]
        assert len(queries[0][name][0]) == 43


def test_passwords_remain(browser: TestClient) -> None:
    response = browser.post("/sign-in", data={"name": "anna", "password": "weld by weld"}, headers={"Origin": ORIGIN})

    assert (response.status_code, response.headers["location"]) == (303, "/")


@pytest.mark.parametrize("password", ["", "!0123", "0123", "nobody's password"])
def test_no_password_signs_in_to_an_account_without_one(portal: Portal, browser: TestClient, password: str) -> None:
    task_queue: Any = portal.task_queue
    task_queue.accounts.append(replace(worker("eve"), password_hash="!0123"))

    response = browser.post("/sign-in", data={"name": "eve", "password": password}, headers={"Origin": ORIGIN})

    assert response.status_code == 401


def test_the_cookie_of_the_sign_in_is_for_it_alone_and_gone_afterwards(
    browser: TestClient, provider: StagedProvider
) -> None:
    begun = browser.get("/sign-in/oidc")
    cookie = begun.headers["set-cookie"].lower()
    ended = browser.get(path_of(provider.authorize(begun.headers["location"])))

    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/sign-in/oidc", "max-age=600"))
    assert any(
        text.startswith('tracemark_provider=""') and "Max-Age=0" in text
        for text in ended.headers.get_list("set-cookie")
    )


@pytest.mark.parametrize("state", ["", "x", "another"])
def test_an_answer_with_another_state_is_refused(
    browser: TestClient, browsers: Callable[[], TestClient], provider: StagedProvider, state: str
) -> None:
    own, others = way_back(browser, provider), way_back(browsers(), provider)
    right = parse_qs(urlsplit(own).query)["state"][0]
    wrong = parse_qs(urlsplit(others).query)["state"][0] if state == "another" else state

    response = browser.get(own.replace(right, wrong))

    assert_refused(browser, response, "belongs to another sign-in")
    assert "/token" not in provider.asked


def test_a_browser_without_a_sign_in_under_way_cannot_be_handed_one(
    browser: TestClient, browsers: Callable[[], TestClient], provider: StagedProvider
) -> None:
    attackers = way_back(browsers(), provider)

    response = browser.get(attackers)

    assert_refused(browser, response, "This browser has no sign-in under way")
    assert "/token" not in provider.asked


@pytest.mark.parametrize("cookie", ["", "x", "e30.x"])
def test_an_altered_cookie_is_none(browser: TestClient, provider: StagedProvider, cookie: str) -> None:
    back = way_back(browser, provider)
    browser.cookies.clear()

    response = browser.get(back, headers={"Cookie": f"tracemark_provider={cookie}"})

    assert_refused(browser, response, "This browser has no sign-in under way")


def test_a_sign_in_of_more_than_ten_minutes_is_over(
    browser: TestClient, provider: StagedProvider, clock: Clock
) -> None:
    begun = browser.get("/sign-in/oidc")
    back = path_of(provider.authorize(begun.headers["location"]))
    cookie = begun.headers["set-cookie"].partition(";")[0]
    clock.pass_by(timedelta(minutes=10))
    browser.cookies.clear()

    response = browser.get(back, headers={"Cookie": cookie})

    assert_refused(browser, response, "more than ten minutes")


def test_a_code_that_was_used_is_worth_nothing_even_with_the_cookie(
    browser: TestClient, browsers: Callable[[], TestClient], provider: StagedProvider
) -> None:
    begun = browser.get("/sign-in/oidc")
    cookie = begun.headers["set-cookie"].partition(";")[0]
    back = path_of(provider.authorize(begun.headers["location"]))
    assert browser.get(back).status_code == 200
    thief = browsers()

    response = thief.get(back, headers={"Cookie": cookie})

    assert_refused(thief, response, "used before")


def test_a_code_that_another_browser_got_is_worth_nothing_without_its_verifier(
    browser: TestClient, browsers: Callable[[], TestClient], provider: StagedProvider
) -> None:
    stolen = parse_qs(urlsplit(way_back(browser, provider)).query)["code"][0]
    thief = browsers()
    own = way_back(thief, provider)
    code = parse_qs(urlsplit(own).query)["code"][0]

    response = thief.get(own.replace(code, stolen))

    assert_refused(thief, response, "used before, or is too old")


def without(claim: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {name: value for name, value in claims.items() if name != claim}


def changed(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {**claims, **values}


def moved(**seconds: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Set moments of a token so many seconds after now, which is when the token is made."""
    return lambda claims: {**claims, **{name: claims["iat"] + by for name, by in seconds.items()}}


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (changed(nonce="of another sign-in"), "not the answer to this sign-in"),
        (without("nonce"), "not the answer to this sign-in"),
        (changed(iss="https://evil.example"), "of another issuer"),
        (without("iss"), "of another issuer"),
        (changed(aud="another service"), "for another service"),
        (changed(aud=["another service"]), "for another service"),
        (changed(aud=[CLIENT_ID, "another service"]), "for another service"),
        (changed(aud=[CLIENT_ID, "another service"], azp="another service"), "for another service"),
        (changed(azp="another service"), "for another service"),
        (without("aud"), "for another service"),
        (moved(exp=-600), "has expired"),
        (without("exp"), "has expired"),
        (changed(exp="tomorrow"), "has expired"),
        (moved(iat=3_600), "of the future"),
        (without("iat"), "of the future"),
        (moved(nbf=3_600), "not valid yet"),
        (changed(at_hash="AAAA"), "cannot be believed"),
        (without("sub"), "does not say whose it is"),
        (changed(sub=""), "does not say whose it is"),
        (changed(sub=17), "does not say whose it is"),
        (changed(sub="x" * 256), "does not say whose it is"),
        (changed(sub="a\0b"), "control characters"),
        (changed(groups=[1]), "does not list groups"),
        (changed(groups={"a": "b"}), "does not list groups"),
        (changed(groups=[str(number) for number in range(1_001)]), "more than 1,000"),
        (changed(_claim_names={"groups": "src1"}), "too many"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused_with_the_reason(
    browser: TestClient, provider: StagedProvider, lie: Any, words: str
) -> None:
    provider.lie = lie

    response = sign_in(browser, provider)

    assert_refused(browser, response, words)


def unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": alg}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


def by_client_secret(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))


def by_public_key(claims: dict[str, Any]) -> str:
    public = KEY.as_pem(private=False)
    return jwt.encode({"alg": "HS256", "kid": KEY.kid}, claims, OctKey.import_key(base64.b64encode(public).decode()))


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims, made_key())


def by_a_key_of_its_own(claims: dict[str, Any]) -> str:
    key = made_key("own")
    return jwt.encode({"alg": "ES256", "kid": "own", "jwk": key.as_dict(private=False)}, claims, key)


def altered(claims: dict[str, Any]) -> str:
    header, _, signature = jwt.encode({"alg": "ES256", "kid": KEY.kid}, claims, KEY).split(".")
    payload = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "admin"}).encode()).decode().rstrip("=")
    return f"{header}.{payload}.{signature}"


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        lambda claims: unsigned(claims, "None"),
        lambda claims: unsigned(claims, "ES256"),
        by_client_secret,
        by_public_key,
        by_another_key,
        by_a_key_of_its_own,
        altered,
        lambda _: "",
        lambda _: "no token",
        lambda _: "a.b.c",
    ],
    ids=[
        *("alg none", "alg None", "no signature", "client's secret", "public key as secret", "another key"),
        *("own key in the header", "altered", "empty", "text", "three parts"),
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    browser: TestClient, provider: StagedProvider, sign: Callable[[dict[str, Any]], str]
) -> None:
    provider.sign = sign

    response = sign_in(browser, provider)

    assert_refused(browser, response, "ell whoever runs the service")


def test_a_clock_that_differs_by_two_minutes_does_not_matter(browser: TestClient, provider: StagedProvider) -> None:
    provider.lie = moved(exp=-30, iat=60, nbf=60)

    assert sign_in(browser, provider).status_code == 200


def test_keys_that_the_provider_changes_are_fetched_again(
    browser: TestClient, provider: StagedProvider, clock: Clock
) -> None:
    assert sign_in(browser, provider).status_code == 200
    clock.pass_by(timedelta(seconds=11))
    provider.key = made_key("second")
    provider.published = [provider.key]

    response = sign_in(browser, provider)

    assert response.status_code == 200
    assert provider.asked.count("/keys") == 2


def test_a_new_key_under_the_old_name_is_fetched_as_well(
    browser: TestClient, provider: StagedProvider, clock: Clock
) -> None:
    assert sign_in(browser, provider).status_code == 200
    clock.pass_by(timedelta(seconds=11))
    provider.key = made_key()
    provider.published = [made_key("old"), provider.key]

    assert sign_in(browser, provider).status_code == 200


def test_tokens_of_unknown_keys_do_not_make_the_service_ask_for_keys_at_each(
    browser: TestClient, provider: StagedProvider
) -> None:
    provider.sign = by_another_key

    for _ in range(5):
        sign_in(browser, provider)

    assert provider.asked.count("/keys") == 1


def test_a_key_that_is_taken_back_is_believed_for_an_hour_at_most(
    browser: TestClient, browsers: Callable[[], TestClient], provider: StagedProvider, clock: Clock
) -> None:
    assert sign_in(browser, provider).status_code == 200
    provider.published = [made_key("second")]
    clock.pass_by(timedelta(hours=1))
    provider.lie = moved(exp=7_200)

    later = browsers()
    assert_refused(later, sign_in(later, provider), "cannot be believed")


@pytest.mark.parametrize(
    "query", ["next=https://evil.example", "redirect_uri=https://evil.example", "url=//evil.example"]
)
def test_nothing_in_a_link_decides_where_somebody_ends(
    browser: TestClient, provider: StagedProvider, query: str
) -> None:
    begun = browser.get(f"/sign-in/oidc?{query}")
    back = path_of(provider.authorize(begun.headers["location"]))
    ended = browser.get(f"{back}&{query}")

    assert begun.headers["location"].startswith(f"{provider.issuer}/authorize?")
    assert "evil" not in begun.headers["location"] + ended.text
    assert re.findall(r'url=([^"]+)"', ended.text) == ["/"]


def test_the_provider_sends_people_back_to_the_configured_address_whatever_the_host_header_says(
    browser: TestClient,
) -> None:
    url = browser.get("/sign-in/oidc", headers={"Host": "localhost:8000"}).headers["location"]

    assert parse_qs(urlsplit(url).query)["redirect_uri"] == [f"{ORIGIN}/sign-in/oidc/callback"]


def test_a_refusal_of_the_provider_is_shown_as_text(browser: TestClient, provider: StagedProvider) -> None:
    state = parse_qs(urlsplit(way_back(browser, provider)).query)["state"][0]

    response = browser.get(
        f"/sign-in/oidc/callback?state={state}&error=access_denied&error_description=<script>no</script>"
    )

    assert_refused(browser, response, "Staged did not sign you in (access_denied: &lt;script&gt;no")


@pytest.mark.parametrize("named", ["https://evil.example", ""])
def test_an_answer_that_names_another_provider_is_refused(
    browser: TestClient, provider: StagedProvider, named: str
) -> None:
    back = way_back(browser, provider)

    assert_refused(browser, browser.get(f"{back}&iss={named}"), "from another provider")


def test_a_provider_that_says_who_it_is_must_do_so_always(browser: TestClient, provider: StagedProvider) -> None:
    provider.discovery = {"authorization_response_iss_parameter_supported": True}
    back = way_back(browser, provider)

    assert_refused(browser, browser.get(back), "from another provider")


def test_a_wrong_client_secret_is_a_matter_of_whoever_runs_the_service(
    browser: TestClient, portal: Portal, provider: StagedProvider
) -> None:
    assert portal.provider
    portal.provider.provider.settings = provider.settings(client_secret="wrong")

    assert_refused(browser, sign_in(browser, provider), "refuses this service")


def test_a_provider_that_does_not_answer_is_said(browser: TestClient, provider: StagedProvider) -> None:
    back = way_back(browser, provider)
    provider.down = True

    response = browser.get(back)

    assert (response.status_code, "does not answer" in response.text) == (503, True)


def test_a_disabled_account_stays_out(
    browser: TestClient, provider: StagedProvider, people: dict[tuple[str, str], Account]
) -> None:
    people[provider.issuer, "248289761001"] = worker("dora", disabled=True)

    assert_refused(browser, sign_in(browser, provider), "The account dora is disabled. Ask whoever runs")


def test_groups_that_the_token_lacks_are_asked_for(
    browser: TestClient, provider: StagedProvider, groups: dict[str, tuple[str, ...]]
) -> None:
    provider.lie = without("groups")
    provider.userinfo = {"sub": "248289761001", "groups": ["inspectors"]}

    sign_in(browser, provider)

    assert groups["248289761001"] == ("inspectors",)


def test_what_is_told_of_another_person_is_refused(browser: TestClient, provider: StagedProvider) -> None:
    provider.lie = without("groups")
    provider.userinfo = {"sub": "somebody else", "groups": ["admins"]}

    assert_refused(browser, sign_in(browser, provider), "of another person")


def test_a_session_by_the_provider_ends_however_much_it_is_used(
    browser: TestClient, provider: StagedProvider, clock: Clock
) -> None:
    sign_in(browser, provider)
    codes = []
    for _ in range(13):
        codes.append(browser.get("/").status_code)
        clock.pass_by(timedelta(hours=1))

    assert codes == [200] * 12 + [303]


def test_who_signs_out_is_told_how_to_sign_out_at_the_provider(browser: TestClient, provider: StagedProvider) -> None:
    sign_in(browser, provider)
    token = re.findall(r'name="token" value="([0-9a-f]+)"', browser.get("/").text)[0]

    left = browser.post("/sign-out", data={"token": token}, headers={"Origin": ORIGIN}).headers["location"]
    shown = browser.get(left).text

    assert "You are signed out here." in shown
    assert f'href="{provider.issuer}/end?client_id={CLIENT_ID}&amp;post_logout_redirect_uri=' in shown
    assert browser.get("/").status_code == 303


def test_what_came_of_sign_ins_is_recorded_without_anything_secret(
    browser: TestClient, provider: StagedProvider, events: list[Event]
) -> None:
    sign_in(browser, provider)
    browser.get("/sign-in/oidc/callback?code=abc&state=def")
    browser.post("/sign-in", data={"name": "my password", "password": "anna"}, headers={"Origin": ORIGIN})

    assert [(event.action, event.subject, event.detail["how"]) for event in events] == [
        (Action.SIGN_IN, "dora-by-provider", "provider"),
        (Action.SIGN_IN_FAILED, "(unknown)", "provider"),
        (Action.SIGN_IN_FAILED, "(unknown)", "password"),
    ]
    assert not any(secret in repr(events) for secret in ("abc", "def", "my password", "access token"))


def test_a_flood_of_failures_is_counted_not_recorded(events: list[Event]) -> None:
    seconds = 0.0
    log = SignInLog(events.append, lambda: seconds)
    request = Request({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})

    for _ in range(999):
        log.failed(request, "", "password", "wrong")
    before = len(events)
    seconds = 3_600.0
    log.failed(request, "", "password", "wrong")

    assert before == 600
    assert events[-1].detail["earlier_unrecorded"] == 399


def test_the_end_of_a_session_is_recorded_once_however_often_its_cookie_is_sent(
    browser: TestClient, provider: StagedProvider, events: list[Event]
) -> None:
    for _ in range(2):
        sign_in(browser, provider)
        token = re.findall(r'name="token" value="([0-9a-f]+)"', browser.get("/").text)[0]
        cookie = browser.cookies["tracemark_session"]
        for _ in range(5):
            browser.cookies.set("tracemark_session", cookie)
            browser.post("/sign-out", data={"token": token}, headers={"Origin": ORIGIN})
        browser.cookies.clear()

    assert [event.action for event in events] == [Action.SIGN_IN, Action.SIGN_OUT] * 2


def test_sign_ins_and_outs_of_one_account_are_bounded_and_no_others_are_lost(events: list[Event]) -> None:
    seconds = 0.0
    log = SignInLog(events.append, lambda: seconds)
    request = Request({"type": "http", "headers": [], "client": ("192.0.2.1", 1)})

    for number in range(700):
        log.signed_in(request, "anna", "password")
        log.signed_out(request, "anna", f"session {number}")
    log.signed_in(request, "bert", "password")
    log.signed_out(request, "bert", "session of bert")
    of_first_hour = [(event.action, event.subject) for event in events]
    seconds = 3_600.0
    log.signed_in(request, "anna", "password")

    for action in (Action.SIGN_IN, Action.SIGN_OUT):
        assert (of_first_hour.count((action, "anna")), of_first_hour.count((action, "bert"))) == (600, 1)
    assert events[-1].detail["earlier_unrecorded"] == 100


def test_settings_do_not_show_their_secret(provider: StagedProvider) -> None:
    settings = replace(provider.settings(), client_secret="hidden")

    assert "hidden" not in repr(settings)
