"""Settings and subscriptions of an app's webhooks: what they take, whose they are, which credentials open them."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.api.versions import ALL
from spokedesk.crm.account import AccountSettings
from spokedesk.crm.webhooks import EVENT_TYPES, MAX_SUBSCRIPTIONS, Subscription
from spokedesk.engine.oauth import create_app, revoke_app
from spokedesk.storage.database import Transaction
from spokedesk.storage.webhooks import replace_subscriptions
from tests.support.api import FULL_TOKEN, Answer, Api
from tests.support.oauth import exchange, install, make_app

pytestmark = pytest.mark.fidelity("documented", source="spec", of="webhooks.*")

APP = "/webhooks/v3/1000001"
SETTINGS = f"{APP}/settings"
SUBSCRIPTIONS = f"{APP}/subscriptions"
HOOKS = {"targetUrl": "https://hooks.example.com/in", "throttling": {"maxConcurrentRequests": 10}}
CREATION = {"eventType": "ticket.creation"}


@pytest.fixture
def api() -> Api:
    api = Api()
    make_app(api)
    return api


def subscribe(api: Api, **body: Any) -> Answer:
    return api.post(SUBSCRIPTIONS, body)


def test_settings_are_set_read_replaced_and_removed(api: Api) -> None:
    missing = api.get(SETTINGS)
    assert (missing.status, missing.json["category"]) == (404, "OBJECT_NOT_FOUND")
    made = api.put(SETTINGS, HOOKS)
    assert made.status == 200
    assert {name: made.json[name] for name in HOOKS} == HOOKS
    assert made.json["createdAt"] == made.json["updatedAt"]
    changed = api.put(SETTINGS, {**HOOKS, "throttling": {"maxConcurrentRequests": 20, "period": "SECONDLY"}})
    assert changed.json["throttling"] == {"maxConcurrentRequests": 20}
    assert changed.json["createdAt"] == made.json["createdAt"] < changed.json["updatedAt"]
    assert api.get(SETTINGS).json == changed.json
    assert api.delete(SETTINGS).status == 204
    assert api.get(SETTINGS).status == 404
    assert api.delete(SETTINGS).status == 204


def test_a_subscription_goes_through_its_life(api: Api) -> None:
    made = subscribe(api, eventType="ticket.propertyChange", propertyName="subject")
    assert made.status == 201
    found = made.json
    assert {name: value for name, value in found.items() if not name.endswith("At") and name != "id"} == {
        "eventType": "ticket.propertyChange",
        "propertyName": "subject",
        "active": False,
    }
    path = f"{SUBSCRIPTIONS}/{found['id']}"
    assert made.headers["location"].endswith(path)
    assert api.get(path).json == found
    on = api.patch(path, {"active": True})
    assert (on.status, on.json["active"]) == (200, True)
    assert on.json["updatedAt"] > found["updatedAt"]
    assert api.patch(path, {}).json == on.json
    assert api.get(SUBSCRIPTIONS).json == {"results": [on.json]}
    assert api.delete(path).status == 204
    assert api.get(SUBSCRIPTIONS).json == {"results": []}
    for answer in (api.get(path), api.delete(path), api.patch(path, {"active": True})):
        assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


@pytest.mark.parametrize("event_type", sorted(EVENT_TYPES))
def test_every_kind_of_event_can_be_subscribed_to(api: Api, event_type: str) -> None:
    answer = subscribe(api, eventType=event_type, propertyName="subject", objectTypeId="tickets", active=True)
    assert (answer.status, answer.json["active"]) == (201, True)
    assert ("propertyName" in answer.json) == event_type.endswith(".propertyChange")
    assert answer.json.get("objectTypeId") == ("0-5" if event_type.startswith("object.") else None)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"eventType": "ticket.exploded"},
        {"eventType": "ticket"},
        {"eventType": "product.associationChange"},
        {"eventType": 7},
        {"eventType": "ticket.propertyChange"},
        {"eventType": "ticket.propertyChange", "propertyName": ""},
        {"eventType": "ticket.propertyChange", "propertyName": "a b"},
        {"eventType": "object.creation"},
        {"eventType": "object.creation", "objectTypeId": "widgets"},
        {"eventType": "ticket.creation", "active": "yes"},
    ],
)
def test_a_subscription_that_cannot_be_is_refused(api: Api, body: Any) -> None:
    assert subscribe(api, **body).status == 400
    assert api.get(SUBSCRIPTIONS).json == {"results": []}


def test_no_two_subscriptions_are_about_the_same(api: Api) -> None:
    first = subscribe(api, **CREATION)
    again = subscribe(api, **CREATION, active=True)
    assert (again.status, again.json["category"]) == (409, "OBJECT_ALREADY_EXISTS")
    assert again.json["context"]["subscriptionId"] == [first.json["id"]]
    assert subscribe(api, eventType="object.creation", objectTypeId="0-5").status == 201
    assert subscribe(api, eventType="object.creation", objectTypeId="0-1").status == 201


def test_an_app_has_at_most_a_thousand_subscriptions(api: Api) -> None:
    known = [
        Subscription(number, "ticket.propertyChange", f"p{number}", None, active=True, created_at=1, updated_at=1)
        for number in range(MAX_SUBSCRIPTIONS - 1)
    ]
    api.write(lambda tx: replace_subscriptions(tx, 1_000_001, known))
    assert subscribe(api, eventType="ticket.deletion").status == 201
    refused = subscribe(api, **CREATION)
    assert (refused.status, refused.json["category"]) == (400, "VALIDATION_ERROR")


def test_a_batch_switches_what_it_finds_and_reports_the_rest(api: Api) -> None:
    first, second = subscribe(api, **CREATION).json["id"], subscribe(api, eventType="ticket.deletion").json["id"]
    body = {"inputs": [{"id": int(first), "active": True}, {"id": second, "active": False}]}
    answer = api.post(f"{SUBSCRIPTIONS}/batch/update", body)
    assert (answer.status, answer.json["status"]) == (200, "COMPLETE")
    assert [(item["id"], item["active"]) for item in answer.json["results"]] == [(first, True), (second, False)]
    body = {"inputs": [{"id": 77, "active": True}, {"id": second, "active": True}]}
    answer = api.post(f"{SUBSCRIPTIONS}/batch/update", body)
    assert (answer.status, answer.json["numErrors"]) == (207, 1)
    assert [item["id"] for item in answer.json["results"]] == [second]
    assert answer.json["errors"][0]["context"] == {"subscriptionId": ["77"]}
    assert [item["active"] for item in api.get(SUBSCRIPTIONS).json["results"]] == [True, True]


@pytest.mark.parametrize(
    "body",
    [{}, {"inputs": [{}]}, {"inputs": [{"id": 1}]}, {"inputs": [{"id": 1, "active": True}] * 2}]
    + [{"inputs": [{"id": number, "active": True} for number in range(101)]}],
)
def test_a_batch_that_cannot_be_read_changes_nothing(api: Api, body: Any) -> None:
    subscribe(api, **CREATION)
    before = api.get(SUBSCRIPTIONS).json
    assert api.post(f"{SUBSCRIPTIONS}/batch/update", body).status == 400
    assert api.get(SUBSCRIPTIONS).json == before


@pytest.mark.parametrize(
    "target",
    ["", "hooks.example.com", "ftp://hooks.example.com/", "https://", "https:///x", "https://u:p@hooks.example.com/"]
    + ["https://hooks.example.com/#x", "https://hooks.example.com/ x", "https://hooks.example.com:99999/"]
    + ["https://[::1/", "https://hooks.example.com/" + "x" * 2000, "javascript:alert(1)", "https://hö.example/"],
)
def test_events_go_to_plain_web_addresses_only(api: Api, target: str) -> None:
    answer = api.put(SETTINGS, {**HOOKS, "targetUrl": target})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize("throttling", [{}, None, {"maxConcurrentRequests": 5}, {"maxConcurrentRequests": 1001}, 7])
def test_the_number_of_concurrent_requests_has_bounds(api: Api, throttling: Any) -> None:
    assert api.put(SETTINGS, {**HOOKS, "throttling": throttling}).status == 400
    assert api.put(SETTINGS, {"targetUrl": HOOKS["targetUrl"]}).status == 400
    assert api.get(SETTINGS).status == 404


def test_the_developer_key_in_the_query_is_as_good_as_the_header(api: Api) -> None:
    assert api.call("PUT", SETTINGS, query={"hapikey": FULL_TOKEN}, json=HOOKS, headers={}).status == 200
    for path in (SETTINGS, f"{APP}/subscriptions"):
        assert api.call("GET", path, query={"hapikey": FULL_TOKEN}, headers={}).status == 200
        assert api.call("GET", path, query={"hapikey": "wrong"}, headers={}).status == 401
        assert (
            api.call("GET", path, query={"hapikey": FULL_TOKEN}, headers={"authorization": "Bearer no"}).status == 401
        )
        assert api.call("GET", path, headers={}).status == 401
    elsewhere = api.call("GET", "/crm/v3/objects/tickets", query={"hapikey": FULL_TOKEN}, headers={})
    assert elsewhere.status == 401


def test_reading_needs_one_of_the_developer_scopes_and_writing_the_stronger(api: Api) -> None:
    api.token = api.grant("reader", ["developers-read"])
    assert api.get(SUBSCRIPTIONS).status == 200
    refused = api.post(SUBSCRIPTIONS, CREATION)
    assert (refused.status, refused.json["category"]) == (403, "MISSING_SCOPES")
    api.token = api.grant("writer", ["developers-write"])
    assert api.post(SUBSCRIPTIONS, CREATION).status == 201
    assert api.get(SUBSCRIPTIONS).status == 200


def test_an_app_manages_itself_and_no_other_app(api: Api) -> None:
    async def work(tx: Transaction) -> None:
        await create_app(tx, "second", "s", name="Second", redirect_uris=["https://b.example/"], scopes=[])

    api.write(work)
    api.token = install(api, scope="tickets developers-write")["access_token"]
    assert api.put(SETTINGS, HOOKS).status == 200
    assert api.put("/webhooks/v3/1000002/settings", HOOKS).status == 404
    api.token = FULL_TOKEN
    assert api.put("/webhooks/v3/1000002/settings", HOOKS).status == 200


def test_an_app_may_ask_in_its_own_name(api: Api) -> None:
    async def work(tx: Transaction) -> None:
        await create_app(
            tx, "own", "secret", name="Own", redirect_uris=["https://b.example/"], scopes=["developers-write"]
        )

    api.write(work)
    fields = {"grant_type": "client_credentials", "client_id": "own", "client_secret": "secret"}
    token = exchange(api, "/oauth/v3/token", **fields, scope="developers-write")
    assert token.status == 200
    api.token = token.json["access_token"]
    assert api.put("/webhooks/v3/1000002/settings", HOOKS).status == 200
    assert api.put(SETTINGS, HOOKS).status == 404


def test_a_private_app_has_webhooks_of_its_own(api: Api) -> None:
    own = api.post("/oauth/v2/private-apps/get/access-token-info", {"tokenKey": FULL_TOKEN}).json["appId"]
    assert api.put(f"/webhooks/v3/{own}/settings", HOOKS).status == 200
    assert api.get(SETTINGS).status == 404


@pytest.mark.parametrize("app_id", ["999", "0", "abc", "1000001x", "9" * 30, "-1", "%F0%9F%92%A9"])
def test_an_app_that_does_not_exist_has_nothing(api: Api, app_id: str) -> None:
    for answer in (
        api.get(f"/webhooks/v3/{app_id}/settings"),
        api.post(f"/webhooks/v3/{app_id}/subscriptions", CREATION),
    ):
        assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_a_revoked_app_has_nothing_left(api: Api) -> None:
    api.put(SETTINGS, HOOKS)

    async def work(tx: Transaction) -> None:
        assert await revoke_app(tx, 1_000_001)

    api.write(work)
    assert api.get(SETTINGS).status == 404


@pytest.mark.fidelity("own", source="own", of="webhooks.create_subscription")
def test_an_account_that_takes_every_token_takes_every_app() -> None:
    api = Api(settings=AccountSettings(accept_any_token=True))
    assert api.post("/webhooks/v3/4711/subscriptions", CREATION).status == 201
    assert api.get("/webhooks/v3/4712/subscriptions").json == {"results": []}


@pytest.mark.parametrize("version", [version for version in ALL if version.prefixes("webhooks")])
def test_every_version_leads_to_the_same_subscriptions(api: Api, version: Any) -> None:
    made = subscribe(api, **CREATION).json
    for prefix in version.prefixes("webhooks"):
        assert api.get(f"{prefix}/1000001/subscriptions").json == {"results": [made]}


def test_a_subscription_id_that_is_no_number_is_not_found(api: Api) -> None:
    for wanted in ("x", "1.5", "9" * 40, "٣"):
        assert api.get(f"{SUBSCRIPTIONS}/{wanted}").status == 404
