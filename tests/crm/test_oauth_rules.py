"""OAuth as pure rules: addresses, scopes, PKCE."""

from __future__ import annotations

import pytest

from spokedesk.crm.oauth import (
    BAD_AUTH_CODE,
    EXPIRED_AUTH_CODE,
    App,
    Code,
    ConsentRequest,
    Refusal,
    TokenRequest,
    challenge_of,
    consent_problem,
    exchange_problem,
    granted_scopes,
    is_proven,
    own_scopes,
    redirect_problem,
    redirect_to,
)

pytestmark = pytest.mark.fidelity(
    "observed", source="recorded", of=["BAD_*", "EXPIRED_AUTH_CODE", "MISMATCH_REDIRECT_URI_AUTH_CODE"]
)

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def app(*scopes: str) -> App:
    return App("client", 1, 2, "App", "hash", ("https://app.example.com/",), scopes, 0)


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.com/oauth-callback",
        "https://app.example.com:8443/cb?tenant=1&x=%20",
        "http://localhost:3000/cb",
        "http://127.0.0.1/cb",
        "http://[::1]:3000/cb",
        "http://192.168.1.20/cb",
        "http://worker:8080/cb",
        "http://shop.test/cb",
    ],
)
def test_an_encrypted_or_local_address_may_be_registered(uri: str) -> None:
    assert redirect_problem(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example.com/cb",
        "http://8.8.8.8/cb",
        "https://user@app.example.com/cb",
        "https://app.example.com/cb#part",
        "https://app.example.com/a b",
        'https://app.example.com/"',
        "https://app.example.com;script-src/",
        "https://app.example.com:99999/",
        "https:///cb",
        "https://:8080/cb",
        "javascript:alert(1)",
        "myapp://cb",
        "/relative",
        "https://app.example.com/cb\r\nx: y",
        "",
    ],
)
def test_an_address_that_could_lead_elsewhere_may_not_be_registered(uri: str) -> None:
    assert redirect_problem(uri) is not None


def test_the_challenge_of_the_specification_is_computed() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE


@pytest.mark.parametrize(
    ("challenge", "verifier", "proven"),
    [
        (None, None, True),
        (CHALLENGE, VERIFIER, True),
        (CHALLENGE, None, False),
        (None, VERIFIER, False),
        (CHALLENGE, VERIFIER[:-1] + "K", False),
        (CHALLENGE, CHALLENGE, False),
        (challenge_of("short"), "short", False),
        (challenge_of("v" * 129), "v" * 129, False),
        (challenge_of("v" * 128), "v" * 128, True),
        (CHALLENGE, VERIFIER + "\n", False),
        (CHALLENGE, "ö" * 43, False),
    ],
)
def test_a_verifier_proves_its_own_challenge_and_nothing_else(
    challenge: str | None, verifier: str | None, proven: bool
) -> None:
    assert is_proven(challenge, verifier) is proven


def test_an_answer_is_put_behind_the_query_that_an_address_has() -> None:
    assert redirect_to("https://a.example/cb", {"code": "1", "state": None}) == "https://a.example/cb?code=1"
    assert redirect_to("https://a.example/cb?x=1", {"state": "a&b"}) == "https://a.example/cb?x=1&state=a%26b"


def test_an_app_without_scopes_of_its_own_may_be_granted_any() -> None:
    request = ConsentRequest(scope="tickets content", optional_scope="forms")
    assert consent_problem(app(), request) is None
    assert granted_scopes(app(), request) == ("content", "forms", "oauth", "tickets")


def test_scopes_that_an_app_is_not_set_up_for_are_named() -> None:
    request = ConsentRequest(scope="tickets content forms oauth")
    problem = consent_problem(app("tickets"), request)
    assert problem == "The app is not set up for these scopes: content, forms"


def test_optional_scopes_that_an_app_is_not_set_up_for_are_passed_over() -> None:
    request = ConsentRequest(scope="tickets", optional_scope="content crm.objects.contacts.read")
    both = app("tickets", "crm.objects.contacts.read")
    assert consent_problem(both, request) is None
    assert granted_scopes(both, request) == ("crm.objects.contacts.read", "oauth", "tickets")


def test_a_request_without_scopes_means_those_of_the_app() -> None:
    assert granted_scopes(app("tickets"), ConsentRequest()) == ("oauth", "tickets")
    assert granted_scopes(app(), ConsentRequest()) == ("oauth",)


@pytest.mark.parametrize(
    "request_",
    [
        ConsentRequest(scope="<script>"),
        ConsentRequest(response_type="token"),
        ConsentRequest(code_challenge=CHALLENGE),
        ConsentRequest(code_challenge=CHALLENGE, code_challenge_method="plain"),
        ConsentRequest(code_challenge="short", code_challenge_method="S256"),
        ConsentRequest(code_challenge_method="S256"),
    ],
)
def test_a_request_that_nobody_can_answer_has_a_problem(request_: ConsentRequest) -> None:
    assert consent_problem(app(), request_) is not None


def test_a_complete_request_has_no_problem() -> None:
    request = ConsentRequest(response_type="code", code_challenge=CHALLENGE, code_challenge_method="S256")
    assert consent_problem(app(), request) is None


def test_an_app_gets_in_its_own_name_only_what_was_listed_for_it() -> None:
    assert own_scopes(app("tickets", "content"), ("tickets",)) == ("oauth", "tickets")
    assert own_scopes(app("tickets", "content"), ()) == ("content", "oauth", "tickets")
    assert own_scopes(app(), ()) == ("oauth",)
    refused = own_scopes(app("tickets"), ("content", "tickets", "forms"))
    assert isinstance(refused, Refusal)
    assert refused.message == "the app may not be granted: content, forms"


def exchanged(now: int, used_at: int | None = None) -> Refusal | None:
    code = Code(2, "https://app.example.com/", ("tickets",), None, None, expires_at=1000, used_at=used_at)
    return exchange_problem(app(), code, TokenRequest(redirect_uri="https://app.example.com/"), now)


def test_a_code_can_be_exchanged_until_it_ends_or_was_used() -> None:
    assert exchanged(999) is None
    assert exchanged(1000) == EXPIRED_AUTH_CODE
    assert exchanged(999, used_at=500) == BAD_AUTH_CODE
    assert exchanged(1000, used_at=500) == BAD_AUTH_CODE
