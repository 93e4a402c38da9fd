"""The consent page: whom it asks, what it shows, where it sends people, and what it never does."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode

import pytest

from spokedesk.api.auth import DEMO_TOKEN, DemoAccess
from spokedesk.crm.account import Account
from spokedesk.engine.accounts import open_account
from spokedesk.engine.oauth import revoke_app
from spokedesk.engine.tokens import create_token, every_scope
from spokedesk.storage.database import Transaction
from tests.support.api import ACCOUNT_ID, Answer, Api
from tests.support.factories import insert_token
from tests.support.oauth import (
    CHALLENGE,
    REDIRECT,
    answer_at_app,
    asked,
    decide,
    exchange_code,
    form_of,
    get_code,
    install,
    make_app,
    open_page,
    submit,
)

pytestmark = pytest.mark.fidelity("documented", source="guide", of="consent.*")


@pytest.fixture
def api() -> Api:
    made = Api()
    make_app(made)
    return made


def is_error_page(answer: Answer, says: str) -> bool:
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "location" not in answer.headers
    assert b"<form" not in answer.raw
    assert says in answer.raw.decode()
    return answer.status == 400


def test_the_page_names_app_account_scopes_and_destination(api: Api) -> None:
    answer = open_page(api, optional_scope="crm.objects.contacts.read")
    page = answer.raw.decode()
    assert answer.status == 200
    assert "<h1>Connect App</h1>" in page
    for text in (str(ACCOUNT_ID), "tickets", "crm.objects.contacts.read", REDIRECT):
        assert text in page


def test_the_page_works_without_script_and_allows_none(api: Api) -> None:
    answer = open_page(api)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self' https://app.example.com"
    style = re.search(r"<style>(.*)</style>", answer.raw.decode())
    assert style is not None
    assert policy["style-src"] == f"'sha256-{b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'"
    assert b"<script" not in answer.raw
    assert b" style=" not in answer.raw
    assert (answer.headers["x-frame-options"], answer.headers["cache-control"]) == ("DENY", "no-store")


def test_the_form_has_labels_and_two_buttons(api: Api) -> None:
    answer = open_page(api)
    form = form_of(answer.raw)
    assert (form.action, form.buttons) == ("/oauth/authorize", ["approve", "refuse"])
    assert form.kinds["access_token"] == "password"
    assert b'<label for="access_token">' in answer.raw
    assert b'<html lang="en">' in answer.raw


def test_approving_sends_a_code_and_the_state_to_the_app(api: Api) -> None:
    state = 'a&b="ü"<x>'
    found = answer_at_app(decide(api, open_page(api, state=state)))
    assert set(found) == {"code", "state"}
    assert found["state"] == state
    assert exchange_code(api, found["code"]).status == 200


def test_without_a_state_none_is_sent(api: Api) -> None:
    assert set(answer_at_app(decide(api, open_page(api)))) == {"code"}


def test_the_redirect_tells_nobody_where_it_came_from(api: Api) -> None:
    answer = decide(api, open_page(api))
    assert (answer.headers["referrer-policy"], answer.headers["cache-control"]) == ("no-referrer", "no-store")
    assert answer.raw == b""


def test_refusing_needs_no_token_and_says_so_to_the_app(api: Api) -> None:
    found = answer_at_app(decide(api, open_page(api, state="s"), "refuse", access_token=None))
    assert found == {"error": "access_denied", "error_description": "The request was refused.", "state": "s"}


def test_the_address_with_the_account_works_for_that_account(api: Api) -> None:
    page = open_page(api, f"/oauth/{ACCOUNT_ID}/authorize")
    assert "code" in answer_at_app(decide(api, page))
    for other in ("1", "x", f"0{ACCOUNT_ID}"):
        assert is_error_page(open_page(api, f"/oauth/{other}/authorize"), "does not belong to this account")


@pytest.mark.parametrize("client_id", [None, "nobody", ""])
def test_an_unknown_app_is_an_error_page_and_no_redirect(api: Api, client_id: str | None) -> None:
    assert is_error_page(open_page(api, client_id=client_id), "no app with this client_id")


@pytest.mark.parametrize(
    "uri", [None, REDIRECT + "/", REDIRECT + "?x=1", "https://evil.example/cb", REDIRECT.upper(), "//evil.example"]
)
def test_an_address_that_is_not_registered_is_never_redirected_to(api: Api, uri: str | None) -> None:
    assert is_error_page(open_page(api, redirect_uri=uri), "redirect_uri")
    page = open_page(api)
    forged = decide(api, page, redirect_uri=uri)
    assert is_error_page(forged, "redirect_uri")


def test_scopes_that_the_app_is_not_set_up_for_are_named(api: Api) -> None:
    make_app(api, "narrow", scopes=("tickets",))
    answer = open_page(api, client_id="narrow", scope="tickets content crm.lists.read")
    assert is_error_page(answer, "The app is not set up for these scopes: content, crm.lists.read")


def test_what_comes_from_the_address_cannot_become_markup(api: Api) -> None:
    attack = '"><script>alert(1)</script>'
    for page in (open_page(api, state=attack), open_page(api, scope=attack), open_page(api, client_id=attack)):
        assert b"<script" not in page.raw
    assert answer_at_app(decide(api, open_page(api, state=attack)))["state"] == attack


def test_a_path_with_two_slashes_does_not_lead_the_form_elsewhere(api: Api) -> None:
    page = open_page(api, "//oauth/authorize")
    assert form_of(page.raw).action == "/oauth/authorize"


def test_pkce_other_than_s256_is_refused(api: Api) -> None:
    for method in ("plain", None):
        answer = open_page(api, code_challenge=CHALLENGE, code_challenge_method=method)
        assert is_error_page(answer, "code_challenge_method S256")


def test_a_wrong_token_is_asked_for_again(api: Api) -> None:
    narrow = api.grant("pat-na1-narrow", every_scope() - {"tickets"})
    insert_token(api, "pat-na1-old", every_scope(), "private_app", expires_at=1)
    connected = install(api, scope=" ".join(sorted(every_scope())))["access_token"]
    for token in (None, "guess", narrow, "pat-na1-old", connected):
        answer = decide(api, open_page(api), access_token=token)
        assert answer.status == 403
        assert b'role="alert"' in answer.raw
        assert "location" not in answer.headers
        if token:
            assert token.encode() not in answer.raw
    again = decide(api, open_page(api), access_token="guess")
    assert "code" in answer_at_app(decide(api, again))


def test_a_token_of_another_account_does_not_approve(api: Api) -> None:
    other = Account(ACCOUNT_ID + 1, api.account.fidelity, api.account.settings)

    async def work(tx: Transaction) -> None:
        tx.account_id = other.id
        await open_account(tx, other, "Other")
        await create_token(tx, "pat-na1-other", name="other", scopes=every_scope())

    api.write(work)
    assert api.call("GET", "/crm/v3/owners", headers={"authorization": "Bearer pat-na1-other"}).status == 200
    assert decide(api, open_page(api), access_token="pat-na1-other").status == 403


def test_the_token_of_the_process_may_approve_from_anywhere(api: Api) -> None:
    api.store.demo = DemoAccess(ACCOUNT_ID, "from-the-environment", loopback_only=False)
    page = open_page(api)
    assert "access_token" in form_of(page.raw).fields
    assert decide(api, page, access_token="guess").status == 403
    assert "code" in answer_at_app(decide(api, page, access_token="from-the-environment"))


def test_one_click_is_enough_at_the_machine_of_a_demo_process(api: Api) -> None:
    api.store.demo = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True, allowed_hosts=("spokedesk.test",))
    page = open_page(api)
    assert "access_token" not in form_of(page.raw).fields
    assert "code" in answer_at_app(decide(api, page))
    api.store.demo = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True)
    assert "access_token" in form_of(open_page(api).raw).fields
    assert decide(api, page, access_token=None).status == 403


def forged(api: Api, page: Answer, headers: dict[str, str], **changes: str | None) -> Answer:
    fields: dict[str, str | None] = {**form_of(page.raw).fields, "decision": "approve", "access_token": api.token}
    return submit(api, "/oauth/authorize", fields | changes, headers)


def cookie_of(page: Answer) -> str:
    return page.headers["set-cookie"].partition(";")[0]


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(api: Api) -> None:
    parts = [part.strip() for part in open_page(api).headers["set-cookie"].split(";")]
    assert {"HttpOnly", "SameSite=Strict", "Path=/oauth"} <= set(parts)
    assert "Secure" not in parts


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_a_form_that_another_site_sends_is_refused(api: Api, decision: str) -> None:
    page, foreign = open_page(api), open_page(api)
    cookie = cookie_of(page)
    attempts = [
        forged(api, page, {}, decision=decision),
        forged(api, page, {"cookie": cookie_of(foreign)}, decision=decision),
        forged(api, page, {"cookie": cookie}, check=None, decision=decision),
        forged(api, page, {"cookie": cookie}, check="0" * 64, decision=decision),
        forged(api, page, {"cookie": "spokedesk_consent="}, decision=decision),
        forged(api, page, {"cookie": cookie, "sec-fetch-site": "cross-site"}, decision=decision),
        forged(api, page, {"cookie": cookie, "sec-fetch-site": "same-site"}, decision=decision),
        forged(api, page, {"cookie": cookie, "origin": "https://evil.example"}, decision=decision),
        forged(api, page, {"cookie": cookie, "origin": "null"}, decision=decision),
    ]
    for answer in attempts:
        assert answer.status == 403
        assert "location" not in answer.headers
    assert forged(api, page, {"cookie": cookie, "origin": "http://spokedesk.test"}).status == 303
    assert forged(api, page, {"cookie": cookie, "sec-fetch-site": "same-origin"}).status == 303


def test_a_form_is_good_only_for_the_request_that_was_shown(api: Api) -> None:
    make_app(api, "another")
    page = open_page(api, state="s")
    for name, value in {"scope": "content", "state": "t", "client_id": "another", "optional_scope": "x"}.items():
        assert decide(api, page, **{name: value}).status == 403
    assert decide(api, page).status == 303


def test_two_open_pages_do_not_disturb_each_other(api: Api) -> None:
    first = open_page(api)
    query = {name: value for name, value in asked(state="2").items() if value is not None}
    second = api.call("GET", "/oauth/authorize", query=query, headers={"cookie": f"a=b; {cookie_of(first)}"})
    assert cookie_of(second) == cookie_of(first)
    assert decide(api, first).status == decide(api, second).status == 303


def test_every_consent_makes_another_code(api: Api) -> None:
    page = open_page(api)
    codes = {answer_at_app(decide(api, page))["code"] for _ in range(3)}
    assert len(codes) == 3


def test_a_revoked_app_is_unknown_and_its_tokens_and_codes_are_dead(api: Api) -> None:
    other_app = make_app(api, "another")
    code, tokens = get_code(api), install(api)
    kept = exchange_code(api, get_code(api, client_id="another"), client_id="another").json["access_token"]
    assert api.write(lambda tx: revoke_app(tx, other_app.id - 1))
    assert not api.write(lambda tx: revoke_app(tx, other_app.id - 1))
    assert is_error_page(open_page(api), "no app with this client_id")
    assert exchange_code(api, code).json["status"] == "BAD_CLIENT_ID"
    for token, status in ((tokens["access_token"], 401), (kept, 200), (api.token, 200)):
        answer = api.call("GET", "/crm/v3/objects/tickets", headers={"authorization": f"Bearer {token}"})
        assert answer.status == status
    assert api.call("GET", f"/oauth/v1/refresh-tokens/{tokens['refresh_token']}", headers={}).status == 404
