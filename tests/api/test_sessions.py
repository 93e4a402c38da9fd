"""Signing in: the cookie, what it is good for, who may send it, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from spokedesk.api.auth import DEMO_TOKEN, DemoAccess
from spokedesk.api.stores import open_store
from spokedesk.crm.users import ACCESS_LIFE, SESSION_IDLE, SESSION_LIFE, Role, role_scopes
from spokedesk.demo.telling import seed_demo
from spokedesk.engine.tokens import every_scope, hash_token
from spokedesk.settings import Settings
from spokedesk.storage.database import Transaction, read_and_wait
from spokedesk.storage.owners import list_owners
from tests.support.api import ACCOUNT_ID, Api, Clock
from tests.support.users import PASSWORD, SESSION, Browser, add_user, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of=["sessions.*", "SignInRefused", "Forbidden"])

TICKETS = "/crm/v3/objects/tickets"
TICKET = {"properties": {"subject": "Printer", "hs_pipeline_stage": "1"}}


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    return Api()


def rows(api: Api, table: str) -> list[str]:
    async def work(tx: Transaction) -> list[str]:
        return [repr(row) for row in await tx.rows(f"SELECT * FROM {table}")]

    found: list[str] = api.read(work)
    return found


def pass_time(api: Api, milliseconds: int) -> None:
    assert isinstance(api.clock, Clock)
    api.clock.at += milliseconds


# --- the cookie ----------------------------------------------------------------------------------------------------


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(api: Api) -> None:
    add_user(api, "ada@example.com")
    browser = Browser(api)
    answer = browser.sign_in("Ada@Example.com")
    assert answer.status == 200
    assert answer.json["user"]["email"] == "ada@example.com"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("spokedesk_session=")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert answer.headers["cache-control"] == "no-store"


def test_behind_a_proxy_with_tls_the_cookie_stays_on_tls(api: Api) -> None:
    add_user(api, "ada@example.com")
    headers = {"x-spokedesk-csrf": "1", "host": "desk.example.com", "origin": "https://desk.example.com"}
    assert "Secure" in Browser(api, headers).sign_in("ada@example.com").headers["set-cookie"].split("; ")


def test_servers_on_two_ports_do_not_share_a_cookie(api: Api) -> None:
    add_user(api, "ada@example.com")
    answer = Browser(api, {"x-spokedesk-csrf": "1", "host": "127.0.0.1:8765"}).sign_in("ada@example.com")
    assert answer.headers["set-cookie"].startswith("spokedesk_session_8765=")


def test_neither_cookie_nor_access_token_nor_password_is_stored(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    secrets = (browser.token(), browser.cookies["spokedesk_session"], PASSWORD)
    stored = [row for table in ("access_token", "user_session", "user_link", "local_user") for row in rows(api, table)]
    assert [row for row in stored if any(secret in row for secret in secrets)] == []
    assert any(hash_token(secrets[0]) in row for row in stored)
    assert any(hash_token(secrets[1]) in row for row in stored)


def test_the_cookie_alone_opens_no_call_of_the_api(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    assert browser.call("GET", TICKETS).status == 401
    assert browser.call("GET", "/spokedesk/v1/me").status == 401
    assert browser.bearer("GET", TICKETS).status == 200


@pytest.mark.parametrize(
    "cookie", ["", "x", "1.x", f"{ACCOUNT_ID}.", f"{ACCOUNT_ID}.nothing", "9" * 30 + ".x", "demo-1.x"]
)
def test_a_cookie_that_nobody_was_given_is_none(api: Api, cookie: str) -> None:
    signed_in(api, "ada@example.com")
    browser = Browser(api, cookies={"spokedesk_session": cookie})
    answer = browser.call("POST", f"{SESSION}/token")
    assert (answer.status, answer.json["category"]) == (401, "INVALID_AUTHENTICATION")
    assert browser.call("DELETE", SESSION).status == 204


# --- who may make these calls --------------------------------------------------------------------------------------

GUARDED = [
    ("POST", SESSION, {"email": "ada@example.com", "password": PASSWORD}),
    ("POST", f"{SESSION}/token", None),
    ("POST", f"{SESSION}/demo", None),
    ("POST", f"{SESSION}/link", {"link": "1.x", "password": PASSWORD}),
    ("POST", f"{SESSION}/link/read", {"link": "1.x"}),
    ("DELETE", SESSION, None),
]


@pytest.mark.parametrize(("method", "path", "body"), GUARDED, ids=lambda value: str(value)[-20:])
@pytest.mark.parametrize(
    "headers",
    [
        {"x-spokedesk-csrf": ""},
        {"x-spokedesk-csrf": "0"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://[::1"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=str,
)
def test_pages_of_other_sites_are_refused(
    api: Api, method: str, path: str, body: object, headers: dict[str, str]
) -> None:
    browser = signed_in(api, "ada@example.com")
    answer = browser.call(method, path, body, **headers)
    assert (answer.status, answer.json["category"]) == (403, "FORBIDDEN")
    assert "set-cookie" not in answer.headers
    assert browser.call("POST", f"{SESSION}/token", origin="http://spokedesk.test").status == 200


# --- access tokens -------------------------------------------------------------------------------------------------


def test_an_access_token_has_the_scopes_of_the_role_and_ends_after_a_quarter_of_an_hour(api: Api) -> None:
    browser = signed_in(api, "ada@example.com", Role.AGENT)
    answer = browser.call("POST", f"{SESSION}/token")
    assert answer.json["expiresIn"] == 900
    assert answer.json["scopes"] == sorted(role_scopes(Role.AGENT, every_scope()))
    assert answer.json["accountId"] == ACCOUNT_ID
    token = answer.json["accessToken"]
    assert browser.bearer("GET", TICKETS, token=token).status == 200
    pass_time(api, ACCESS_LIFE)
    late = browser.bearer("GET", TICKETS, token=token)
    assert (late.status, late.json["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert browser.bearer("GET", TICKETS).status == 200


def test_old_access_tokens_of_a_session_are_forgotten(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    for _ in range(3):
        browser.token()
        pass_time(api, ACCESS_LIFE)
    assert len([row for row in rows(api, "access_token") if "session-" in row]) == 1


@pytest.mark.parametrize(
    ("role", "path", "method", "status"),
    [
        (Role.READ_ONLY, TICKETS, "POST", 403),
        (Role.READ_ONLY, TICKETS, "GET", 200),
        (Role.AGENT, TICKETS, "POST", 201),
        (Role.AGENT, "/crm/v3/pipelines/tickets", "POST", 403),
        (Role.AGENT, "/crm/v3/properties/tickets", "POST", 403),
        (Role.AGENT, "/spokedesk/v1/users", "GET", 403),
        (Role.READ_ONLY, "/spokedesk/v1/users", "GET", 403),
        (Role.ADMIN, "/spokedesk/v1/users", "GET", 200),
        (Role.ADMIN, "/crm/v3/pipelines/tickets", "GET", 200),
    ],
)
def test_a_role_opens_what_it_is_for(api: Api, role: Role, path: str, method: str, status: int) -> None:
    browser = signed_in(api, "ada@example.com", role)
    assert browser.bearer(method, path, TICKET if method == "POST" else None).status == status


def test_writes_are_attributed_to_the_user(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    made = browser.bearer("POST", TICKETS, TICKET).json["id"]
    found = api.get(f"{TICKETS}/{made}", propertiesWithHistory="subject").json["propertiesWithHistory"]["subject"][0]
    assert found["sourceType"] == "CRM_UI"
    assert found["sourceId"] == f"userId:{user_id}"
    assert found["updatedByUserId"] == int(user_id)


def test_me_names_the_user_and_a_program_is_none(api: Api) -> None:
    browser = signed_in(api, "ada@example.com", Role.READ_ONLY)
    me = browser.bearer("GET", "/spokedesk/v1/me").json
    assert (me["user"]["email"], me["user"]["role"], me["user"]["state"]) == ("ada@example.com", "read-only", "active")
    assert me["user"]["lastSignInAt"].startswith("20")
    assert (me["accountId"], me["recycleBinDays"], me["fidelity"]) == (ACCOUNT_ID, 90, "observed")
    program = api.get("/spokedesk/v1/me")
    assert "user" not in program.json
    assert "spokedesk.admin" in program.json["scopes"]


# --- ends ----------------------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_and_its_tokens_and_no_other(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    elsewhere = Browser(api)
    elsewhere.sign_in("ada@example.com")
    token, other = browser.token(), elsewhere.token()
    kept = dict(browser.cookies)
    answer = browser.call("DELETE", SESSION)
    assert answer.status == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert browser.bearer("GET", TICKETS, token=token).status == 401
    browser.cookies = kept
    assert browser.call("POST", f"{SESSION}/token").status == 401
    assert elsewhere.bearer("GET", TICKETS, token=other).status == 200


@pytest.mark.parametrize(("step", "times", "status"), [(SESSION_IDLE - 5000, 3, 200), (SESSION_IDLE + 5000, 1, 401)])
def test_an_unused_session_ends_after_half_a_day(api: Api, step: int, times: int, status: int) -> None:
    browser = signed_in(api, "ada@example.com")
    for _ in range(times):
        pass_time(api, step)
        answer = browser.call("POST", f"{SESSION}/token")
    assert answer.status == status


def test_a_session_that_is_used_ends_after_thirty_days(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    for _ in range(SESSION_LIFE // (SESSION_IDLE // 2) - 1):
        pass_time(api, SESSION_IDLE // 2)
        browser.token()
    pass_time(api, SESSION_IDLE // 2)
    assert browser.call("POST", f"{SESSION}/token").status == 401


def test_old_sessions_are_forgotten(api: Api) -> None:
    signed_in(api, "ada@example.com").token()
    pass_time(api, 2 * SESSION_IDLE + ACCESS_LIFE + 1000)
    Browser(api).sign_in("ada@example.com")
    assert len(rows(api, "user_session")) == 1
    assert [row for row in rows(api, "access_token") if "session-" in row] == []


# --- passwords -----------------------------------------------------------------------------------------------------


def test_wrong_password_unknown_user_and_user_without_a_password_get_the_same_answer(api: Api) -> None:
    add_user(api, "ada@example.com")
    add_user(api, "new@example.com", password=None)
    bodies = set()
    for email in ("ada@example.com", "nobody@example.com", "new@example.com", "", "x" * 5000):
        answer = Browser(api).sign_in(email, "wrong password")
        bodies.add((answer.status, answer.json["message"], answer.json["category"]))
        assert "set-cookie" not in answer.headers
    assert bodies == {(401, "The e-mail address or the password is wrong.", "INVALID_AUTHENTICATION")}


@pytest.mark.fidelity("own", source="own", of="TooManyAttempts")
def test_guessing_the_password_of_a_user_ends_and_goes_on_later(api: Api) -> None:
    add_user(api, "ada@example.com")
    for _ in range(10):
        assert Browser(api).sign_in("ada@example.com", "wrong password").status == 401
    refused = Browser(api).sign_in("ADA@example.com")
    assert (refused.status, refused.json["category"]) == (429, "RATE_LIMITS")
    assert 800 < int(refused.headers["retry-after"]) <= 901
    pass_time(api, 15 * 60_000)
    assert Browser(api).sign_in("ada@example.com").status == 200


def test_a_user_who_signs_in_is_never_counted_out(api: Api) -> None:
    add_user(api, "ada@example.com")
    for _ in range(70):
        assert Browser(api).sign_in("ada@example.com").status == 200


def test_guessing_many_users_from_one_address_ends(api: Api) -> None:
    statuses = [Browser(api).sign_in(f"{number}@example.com", "wrong password").status for number in range(62)]
    assert statuses == [401] * 60 + [429] * 2


def test_changing_the_password_needs_the_current_one_and_ends_other_sessions(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    elsewhere = Browser(api)
    elsewhere.sign_in("ada@example.com")
    path, new = f"{SESSION}/password", "another good password"
    wrong = browser.bearer("POST", path, {"currentPassword": "x", "newPassword": new})
    assert (wrong.status, wrong.json["errors"][0]["context"]) == (400, {"propertyName": ["currentPassword"]})
    short = browser.bearer("POST", path, {"currentPassword": PASSWORD, "newPassword": "short"})
    assert (short.status, short.json["errors"][0]["context"]) == (400, {"propertyName": ["newPassword"]})
    assert browser.bearer("POST", path, {"currentPassword": PASSWORD, "newPassword": new}).status == 204
    assert elsewhere.call("POST", f"{SESSION}/token").status == 401
    assert browser.call("POST", f"{SESSION}/token").status == 200
    assert Browser(api).sign_in("ada@example.com").status == 401
    assert Browser(api).sign_in("ada@example.com", new).status == 200
    assert api.post(path, {"currentPassword": PASSWORD, "newPassword": new}).status == 400


# --- demo ----------------------------------------------------------------------------------------------------------


def demo_api(**options: object) -> tuple[Api, DemoAccess]:
    """A demo's store behind a client."""
    store = open_store(Settings(demo=True, stand_in=True, **options))  # type: ignore[arg-type]
    api = Api()
    assert store.demo is not None
    api.store.demo = store.demo
    return api, store.demo


def test_one_click_signs_in_to_a_demo_and_leaves_nothing_in_the_database() -> None:
    api, _ = demo_api()
    browser = Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost:1"})
    assert browser.call("GET", SESSION).json["demoSignIn"] is True
    answer = browser.call("POST", f"{SESSION}/demo")
    assert (answer.status, answer.json["user"]["role"], answer.json["user"]["state"]) == (200, "admin", "active")
    assert browser.bearer("POST", TICKETS, TICKET).status == 201
    me = browser.bearer("GET", "/spokedesk/v1/me").json["user"]
    assert (me["id"], me["email"]) == (answer.json["user"]["id"], answer.json["user"]["email"])
    for table in ("user_session", "local_user", "user_link"):
        assert rows(api, table) == []
    assert [row for row in rows(api, "access_token") if "session" in row] == []


def test_signing_out_of_a_demo_ends_its_tokens_at_once() -> None:
    api, _ = demo_api()
    browser = Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost"})
    browser.call("POST", f"{SESSION}/demo")
    token = browser.token()
    assert browser.bearer("GET", TICKETS, token=token).status == 200
    assert browser.call("DELETE", SESSION).status == 204
    assert browser.bearer("GET", TICKETS, token=token).status == 401


@pytest.mark.parametrize(
    "headers",
    [{"host": "desk.example.com"}, {"x-forwarded-for": "10.0.0.1"}, {"forwarded": "for=10.0.0.1"}],
    ids=str,
)
def test_one_click_is_for_this_machine_only(headers: dict[str, str]) -> None:
    api, demo = demo_api()
    local = Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost"})
    local.call("POST", f"{SESSION}/demo")
    token = local.token()
    browser = Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost", **headers}, dict(local.cookies))
    assert browser.call("GET", SESSION).json["demoSignIn"] is False
    answer = browser.call("POST", f"{SESSION}/demo")
    assert (answer.status, answer.json["category"]) == (403, "FORBIDDEN")
    assert browser.call("POST", f"{SESSION}/token").status == 401
    assert browser.bearer("GET", TICKETS, token=token).status == 401
    assert local.bearer("GET", TICKETS, token=token).status == 200
    assert demo.token == DEMO_TOKEN


def test_bound_elsewhere_there_is_no_one_click() -> None:
    api, demo = demo_api(host="0.0.0.0")
    assert demo.user is None
    assert Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost"}).call("POST", f"{SESSION}/demo").status == 403


def test_without_a_demo_there_is_no_one_click(api: Api) -> None:
    api.store.demo = replace(demo_api()[1], user=None)
    assert Browser(api, {"x-spokedesk-csrf": "1", "host": "localhost"}).call("POST", f"{SESSION}/demo").status == 403


def test_the_demo_user_of_a_demo_account_is_its_first_owner() -> None:
    store = open_store(Settings(demo=True, ephemeral=True), lambda account, write: seed_demo(account, write, size=5))
    assert store.demo is not None
    user = store.demo.user
    assert user is not None
    found = read_and_wait(store.database, ACCOUNT_ID, lambda tx: list_owners(tx, archived=False, after=0, limit=1))
    assert (user.owner_id, user.id, user.email) == (found[0].id, found[0].user_id, found[0].email)
