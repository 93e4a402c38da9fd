"""The API log: what it shows and to whom, that it keeps no secrets, forgets the erased, and never grows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from spokedesk.api import call_ring, streams
from spokedesk.api.call_log import CallLog
from spokedesk.api.calls import Request, Response
from spokedesk.crm.account import AccountSettings
from spokedesk.crm.users import Role
from tests.support.api import ACCOUNT_ID, FULL_TOKEN, Api
from tests.support.oauth import exchange, make_app
from tests.support.streams import Event, next_events, stream_of
from tests.support.users import PASSWORD, Browser, add_user, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of="calls.*")

CALLS = "/spokedesk/v1/calls"
TICKETS = "/crm/v3/objects/tickets"
CONTACTS = "/crm/v3/objects/contacts"
TICKET = {"properties": {"subject": "Printer", "hs_pipeline_stage": "1"}}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(streams, "TOGETHER_SECONDS", 0)
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    made = Api()
    made.store.calls.home = ACCOUNT_ID
    return made


def rows(api: Api, **query: Any) -> list[dict[str, Any]]:
    answer = api.call("GET", CALLS, query=query)
    assert answer.status == 200, answer.raw
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def whole(api: Api, call_id: str) -> dict[str, Any]:
    answer = api.get(f"{CALLS}/{call_id}")
    assert answer.status == 200, answer.raw
    found: dict[str, Any] = answer.json
    return found


# --- rows ----------------------------------------------------------------------------------------------------------


def test_calls_are_listed_newest_first_with_all_that_matters(api: Api) -> None:
    made = api.post(TICKETS, TICKET)
    api.get(f"{TICKETS}/999", properties="subject")
    refused, created = rows(api)
    assert (created["method"], created["path"], created["status"]) == ("POST", TICKETS, 201)
    assert created["correlationId"] == made.headers["x-hubspot-correlation-id"]
    assert created["requestBytes"] == len(json.dumps(TICKET))
    assert created["responseBytes"] == len(made.raw)
    assert created["ms"] >= 0
    assert created["token"] == {"name": "full", "kind": "private_app", "hint": FULL_TOKEN[-4:]}
    assert (refused["query"], refused["error"]) == ("properties=subject", {"message": "resource not found"})
    assert int(refused["id"]) == int(created["id"]) + 1


def test_a_call_in_full_has_headers_bodies_scopes_and_limits(api: Api) -> None:
    api.post(TICKETS, TICKET)
    call = whole(api, rows(api)[0]["id"])
    assert json.loads(call["requestBody"]) == TICKET
    assert json.loads(call["responseBody"])["properties"]["subject"] == "Printer"
    assert call["requestHeaders"]["content-type"] == "application/json"
    assert call["responseHeaders"]["content-type"] == "application/json;charset=utf-8"
    assert call["operation"] == {"key": "records.create_record", "summary": "Create a record"}
    assert set(call["scopesNeeded"]) == {"tickets", "crm.objects.tickets.write"}
    assert "tickets" in call["scopesHeld"]
    assert {"name": "request body", "used": len(json.dumps(TICKET)), "limit": 2_000_000} in call["limits"]
    assert (call["requestCut"], call["responseCut"]) == (False, False)


def test_limits_say_how_near_a_call_came() -> None:
    api = Api(settings=AccountSettings(rate_limits="professional"))
    api.post(f"{TICKETS}/batch/read", {"inputs": [{"id": str(number)} for number in range(40)]})
    api.post(f"{TICKETS}/search", {"limit": 200, "after": "9000"})
    search, batch = (whole(api, row["id"])["limits"] for row in rows(api))
    assert {"name": "inputs of a batch", "used": 40, "limit": 100} in batch
    assert {"name": "TEN_SECONDLY_ROLLING", "used": 1, "limit": 190} in batch
    assert {"name": "results of a search", "used": 9200, "limit": 10_000} in search


def test_pages_go_backwards_and_forwards(api: Api) -> None:
    for number in range(7):
        api.get(f"{TICKETS}/{number}")
    latest = api.get(CALLS, limit=3).json
    first = latest["results"]
    second = rows(api, limit=3, before=first[-1]["id"])
    assert [row["path"].rpartition("/")[2] for row in (*first, *second)] == ["6", "5", "4", "3", "2", "1"]
    assert (latest["oldest"], latest["latest"]) == ("1", "7")
    newer = rows(api, after=first[0]["id"])
    assert {row["path"] for row in newer} == {CALLS}


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ({"method": "post"}, [TICKETS]),
        ({"status": "404"}, [f"{TICKETS}/999"]),
        ({"status": "4xx"}, [f"{CONTACTS}", f"{TICKETS}/999"]),
        ({"path": "OBJECTS/TICKETS"}, [f"{TICKETS}/999", TICKETS]),
        ({"token": "reader"}, [CONTACTS]),
        ({"token": FULL_TOKEN[-4:]}, [f"{TICKETS}/999", TICKETS]),
        ({"text": "printer"}, [TICKETS]),
        ({"text": "nothing like it"}, []),
    ],
)
def test_filters(api: Api, query: dict[str, str], paths: list[str]) -> None:
    api.post(TICKETS, TICKET)
    api.get(f"{TICKETS}/999")
    admin, api.token = api.token, api.grant("reader", ["crm.objects.owners.read"])
    api.get(CONTACTS)
    api.token = admin
    assert [row["path"] for row in rows(api, **query)] == paths


@pytest.mark.parametrize("query", ["status=6xx", "status=x", "after=-1", "before=x", "limit=201"])
def test_what_is_no_filter_is_refused(api: Api, query: str) -> None:
    assert api.call("GET", CALLS, query=query).status == 400


@pytest.mark.parametrize("call_id", ["0", "99", "x", "-1", "9" * 30])
def test_a_call_that_is_not_there_is_not_found(api: Api, call_id: str) -> None:
    assert api.get(f"{CALLS}/{call_id}").status == 404


def test_clearing_forgets_and_numbers_go_on(api: Api) -> None:
    api.get(TICKETS)
    last = int(rows(api)[0]["id"])
    assert api.delete(CALLS).status == 204
    assert [row["method"] for row in rows(api)] == ["DELETE"]
    assert int(rows(api)[-1]["id"]) > last


def test_calls_with_a_wrong_token_or_address_are_shown_where_there_is_one_account(api: Api) -> None:
    api.call("GET", TICKETS, headers={"authorization": "Bearer pat-na1-mistyped-token"})
    api.get("/crm/v3/object/tickets")
    lost, denied = rows(api)
    assert (denied["status"], "token" in denied) == (401, False)
    assert (lost["status"], lost["path"]) == (404, "/crm/v3/object/tickets")
    assert "operation" not in whole(api, lost["id"])
    api.store.calls.home = None
    api.get("/crm/v3/object/deals")
    assert "/crm/v3/object/deals" not in {row["path"] for row in rows(api)}


def test_only_admins_read_the_log(api: Api) -> None:
    for role in (Role.AGENT, Role.READ_ONLY):
        browser = signed_in(api, f"{role.value}@example.com", role)
        assert browser.bearer("GET", CALLS).status == 403
        assert browser.bearer("GET", f"{CALLS}/1").status == 403


def test_people_are_named(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    browser.bearer("GET", TICKETS)
    row = next(row for row in rows(api) if row["path"] == TICKETS)
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    assert (row["token"]["kind"], row["token"]["name"], row["token"]["userId"]) == (
        "session",
        "ada@example.com",
        user_id,
    )


# --- secrets -------------------------------------------------------------------------------------------------------


def everything(api: Api) -> str:
    """All that can be read of the log."""
    found = rows(api, limit=200)
    return json.dumps([found, *(whole(api, row["id"]) for row in found)])


def test_no_secret_can_be_read(api: Api) -> None:
    admin = signed_in(api, "ada@example.com")
    token = admin.token()
    invited = admin.bearer("POST", "/spokedesk/v1/users", {"email": "bob@example.com", "role": "agent"}).json
    made = api.post("/spokedesk/v1/tokens", {"name": "Billing", "scopes": ["tickets"]}).json["token"]
    link = invited["link"]["token"]
    Browser(api).call("POST", "/spokedesk/v1/session/link", {"link": link, "password": "bobs own password"})
    make_app(api)
    exchange(api, grant_type="client_credentials", scope="tickets", client_secret="secret-of-the-test-app")
    api.get(f"/oauth/v1/access-tokens/{made}")
    api.get(TICKETS, hapikey="a-key-of-old", limit=1)
    api.post(CONTACTS, {"properties": {"firstname": f"my token is {made}", "password": "hunter2hunter2"}})
    text = everything(api)
    cookie = admin.cookies["spokedesk_session"]
    for secret in (
        *(token, made, link, cookie, PASSWORD, "bobs own password", "secret-of-the-test-app", "a-key-of-old"),
        *("hunter2hunter2", FULL_TOKEN),
    ):
        assert secret not in text
    assert made[-4:] in text


def test_no_secret_is_kept_of_calls_that_deal_in_them(api: Api) -> None:
    add_user(api, "ada@example.com")
    Browser(api).sign_in("ada@example.com")
    for entry in api.store.calls.of(ACCOUNT_ID).entries:
        assert PASSWORD.encode() not in entry[4].body
        assert not any(name == b"set-cookie" for name, _ in entry[5].headers)


def test_a_search_for_a_secret_finds_nothing(api: Api) -> None:
    api.post(CONTACTS, {"properties": {"firstname": "pat-na1-11111111-2222-4333-8444-555555555555"}})
    assert rows(api, text="22222222-2222") == []
    assert rows(api, text="1111-2222-4333") == []
    assert rows(api, text="firstname") != []


# --- erasing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["id", "email"])
def test_what_is_erased_is_gone_from_the_log(api: Api, by: str) -> None:
    email = "Grete.Zwiebel@example.com"
    person = api.post(CONTACTS, {"properties": {"email": email, "firstname": "Zwiebelkuchen", "phone": "+49 123"}})
    contact = person.json["id"]
    api.patch(f"{CONTACTS}/{contact}", {"properties": {"firstname": "Jürgen-Kuchen"}})
    api.post(f"{CONTACTS}/search", {"query": "zwiebel"})
    api.get(f"{CONTACTS}/{email}", idProperty="email")
    referer = {"authorization": f"Bearer {api.token}", "referer": f"http://desk/contacts/{contact}"}
    api.call("GET", TICKETS, headers=referer)
    other = api.post(CONTACTS, {"properties": {"email": "someone@example.com"}})
    body = {"objectId": contact} if by == "id" else {"objectId": email, "idProperty": "email"}
    assert api.post(f"{CONTACTS}/gdpr-delete", body).status == 204
    text = everything(api).lower()
    for trace in ("zwiebel", "rgen-kuchen", "+49 123", f'"{contact}"', f"contacts/{contact}"):
        assert trace not in text, trace
    assert "someone@example.com" in text
    assert other.status == 201
    assert len([row for row in rows(api) if row["path"].endswith("/…")]) >= 1


def test_with_very_many_traces_everything_goes(api: Api) -> None:
    api.post(TICKETS, TICKET)
    api.store.calls.of(ACCOUNT_ID).forget({f"trace {number}" for number in range(100)}, 0)
    assert "Printer" not in everything(api)


def test_what_another_node_erased_is_shown_by_none(api: Api) -> None:
    """The node that erases knows what to look for, the others only that something was erased."""
    other = CallLog(api.store.streams)
    contact = api.post(CONTACTS, {"properties": {"email": "zwiebel@example.com"}}).json["id"]
    api.post(CONTACTS, {"properties": {"email": "someone@example.com"}})
    mine, api.store.calls = api.store.calls, other
    assert api.post(f"{CONTACTS}/gdpr-delete", {"objectId": contact}).status == 204
    api.post(CONTACTS, {"properties": {"email": "later@example.com"}})
    api.store.calls = mine
    text = everything(api)
    assert "zwiebel" not in text
    assert "someone" not in text
    api.post(CONTACTS, {"properties": {"email": "after@example.com"}})
    assert "after@example.com" in everything(api)
    api.store.calls = other
    assert "later@example.com" in everything(api)


def test_an_erase_of_ones_own_leaves_other_calls_alone(api: Api) -> None:
    contact = api.post(CONTACTS, {"properties": {"email": "zwiebel@example.com"}}).json["id"]
    api.post(CONTACTS, {"properties": {"email": "someone@example.com"}})
    api.post(f"{CONTACTS}/gdpr-delete", {"objectId": contact})
    assert "someone@example.com" in everything(api)


# --- bounds --------------------------------------------------------------------------------------------------------


def fill(api: Api, count: int, request: dict[str, Any], answer: bytes) -> None:
    for _ in range(count):
        api.store.calls.record(Request("POST", "/x", **request), Response(200, [], answer), 0.0, (None, None, {}))


def test_the_log_never_grows_beyond_its_number_of_calls(api: Api) -> None:
    fill(api, call_ring.MAX_CALLS + 300, {"body": b"x"}, b"y")
    ring = api.store.calls.of(ACCOUNT_ID)
    assert len(ring.entries) == call_ring.MAX_CALLS
    assert ring.oldest_id == 301
    assert ring.find(300) is None
    found = ring.find(301)
    assert found is not None
    assert found.id == 301


@pytest.mark.parametrize(
    "request_values",
    [
        {"body": b"x" * 1_000_000},
        {"query": "q" * 16_000, "head_size": 16_000},
        {"headers": {f"x-{number}": "v" * 600 for number in range(100)}, "head_size": 64_000},
        {"headers": {"cookie": "v" * 60_000}, "head_size": 60_000, "body": b"x" * 2_000_000},
    ],
    ids=["body", "query", "many headers", "one header"],
)
def test_the_log_never_grows_beyond_its_bytes(api: Api, request_values: dict[str, Any]) -> None:
    fill(api, 3000, request_values, b"y" * 500_000)
    ring = api.store.calls.of(ACCOUNT_ID)
    held = 0
    for entry in ring.entries:
        request, response = entry[4], entry[5]
        held += len(request.body) + len(response.body) + len(request.query) + len(request.path)
        held += sum(len(name) + len(value) for name, value in request.headers.items())
    assert held <= ring.bytes <= call_ring.MAX_BYTES
    assert len(ring.entries) > 50


def test_large_bodies_are_cut_and_it_is_said(api: Api) -> None:
    api.post(TICKETS, {"properties": {**TICKET["properties"], "content": "z" * 50_000}})
    call = whole(api, rows(api)[0]["id"])
    assert (call["requestCut"], call["responseCut"]) == (True, True)
    assert call["requestBytes"] > 50_000
    assert len(call["requestBody"]) < 20_000


def test_accounts_are_few_and_apart(api: Api) -> None:
    for account_id in range(60):
        api.store.calls.of(account_id)
    assert len(api.store.calls.rings) == 50


# --- streams -------------------------------------------------------------------------------------------------------


def test_calls_are_told_as_they_come_in(api: Api) -> None:
    async def story() -> tuple[list[Event], list[Event]]:
        stream = stream_of(api, CALLS, "path=tickets")
        first = await next_events(stream)
        api.get(CONTACTS)
        api.get(TICKETS)
        second = await next_events(stream)
        await stream.aclose()
        return first, second

    first, second = asyncio.run(story())
    assert [event.name for event in first] == ["ready"]
    assert [(event.name, event.data["path"], str(event.id)) for event in second] == [
        ("call", TICKETS, second[0].data["id"])
    ]


def test_a_stream_takes_up_where_it_broke_off(api: Api) -> None:
    for number in range(5):
        api.get(f"{TICKETS}/{number}")

    async def story() -> list[Event]:
        stream = stream_of(api, CALLS, "after=3")
        return await next_events(stream)

    found = asyncio.run(story())
    told = [(event.id, event.data["path"]) for event in found if event.name == "call"]
    assert told == [(4, f"{TICKETS}/3"), (5, f"{TICKETS}/4"), (6, CALLS)]
