"""Who may call what: tokens, scopes, and the order in which a request is looked at."""

from __future__ import annotations

import pytest

from spokedesk.api.auth import Scope
from spokedesk.api.routes import Route
from spokedesk.catalog import object_types
from tests.support.api import START, Api, Clock
from tests.support.factories import insert_token

T = "/crm/v3/objects/tickets"
TICKET_TYPES = {"object_type": "tickets", "from_type": "tickets", "to_type": "contacts", "to_object_type": "contacts"}
# who asks is all that these tell
OPEN_TO_ALL = ("/integrations/v1/me", "/spokedesk/v1/me")


def guarded_routes() -> list[tuple[str, Route]]:
    return [(path, route) for path, route in Api().service.routes.rows if route.endpoint.scope is not Scope.PUBLIC]


def filled(path: str) -> str:
    """A path with something plausible in the place of each parameter."""
    segments = [
        TICKET_TYPES.get(segment[1:-1], "1") if segment.startswith("{") else segment for segment in path.split("/")
    ]
    return "/".join(segments)


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer  "},
        {"authorization": "Basic x"},
    ],
)
def test_every_call_needs_a_token(api: Api, headers: dict[str, str]) -> None:
    for path, route in guarded_routes():
        answer = api.call(route.endpoint.method, filled(path), headers=headers)
        assert (path, answer.status) == (path, 401)
        assert answer.json["category"] == "INVALID_AUTHENTICATION"


def test_a_token_that_nobody_issued_opens_nothing(api: Api) -> None:
    api.token = "pat-na1-guessed"
    for path, route in guarded_routes():
        assert (path, api.call(route.endpoint.method, filled(path)).status) == (path, 401)


def test_every_call_needs_one_of_its_scopes(api: Api) -> None:
    """With a token without any scope; calls that any token may make are the exception."""
    api.token = api.grant("pat-na1-bare", [])
    open_to_all = []
    for path, route in guarded_routes():
        answer = api.call(route.endpoint.method, filled(path))
        if route.endpoint.scope is Scope.ANY_TOKEN:
            open_to_all.append(path)
            assert answer.status != 403
            continue
        assert (path, answer.status) == (path, 403)
        assert answer.json["category"] == "MISSING_SCOPES"
        assert answer.json["errors"][0]["context"]["requiredGranularScopes"]
        assert answer.json["links"] == {"scopes": "https://developers.hubspot.com/scopes"}
    assert all("account-info" in path or path in OPEN_TO_ALL for path in open_to_all), open_to_all


def test_reading_scopes_do_not_write(api: Api) -> None:
    api.token = api.grant("pat-na1-reader", ["crm.objects.tickets.read", "crm.schemas.tickets.read"])
    for path, route in guarded_routes():
        if route.endpoint.scope in (Scope.RECORD_WRITE, Scope.SCHEMA_WRITE):
            assert (path, api.call(route.endpoint.method, filled(path)).status) == (path, 403)


@pytest.mark.parametrize("scope", ["tickets", "crm.objects.tickets.read", "crm.objects.tickets.write"])
def test_any_one_scope_of_a_call_is_enough_to_read(api: Api, scope: str) -> None:
    """For tickets the right to write implies the right to read."""
    api.token = api.grant(f"pat-{scope}", [scope])
    assert api.get(T).status == 200


@pytest.mark.parametrize("scope", ["tickets", "crm.objects.tickets.write"])
def test_any_one_scope_of_a_call_is_enough_to_write(api: Api, scope: str) -> None:
    api.token = api.grant(f"pat-{scope}", [scope])
    body = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}
    assert api.post(T, body).status == 201


def test_the_scope_belongs_to_the_object_type_of_the_path(api: Api) -> None:
    api.token = api.grant("pat-na1-tickets", ["tickets"])
    denied = [kind.plural for kind in object_types() if api.get(f"/crm/v3/objects/{kind.plural}").status == 403]
    assert "tickets" not in denied
    assert {"contacts", "companies", "deals"} <= set(denied)


def test_the_scheme_may_be_written_in_any_case(api: Api) -> None:
    assert api.call("GET", T, headers={"authorization": f"bearer {api.token}"}).status == 200
    assert api.call("GET", T, headers={"Authorization": f"BEARER {api.token}"}).status == 200


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (75, "75 second"), (150, "2 minute"), (7300, "2 hour"), (200_000, "2 day")],
)
def test_an_expired_token_says_how_long_ago(seconds: int, said: str) -> None:
    api = Api(clock=Clock(START))
    insert_token(api, "old", ["tickets"], "oauth", expires_at=START - seconds * 1000)
    api.token = "old"
    answer = api.get(T)
    assert answer.status == 401
    assert answer.json["category"] == "EXPIRED_AUTHENTICATION"
    assert answer.json["message"] == f"The OAuth token used to make this call expired {said}(s) ago."
    assert list(answer.json["context"]) == ["expire time"]


def test_a_token_works_until_its_last_moment() -> None:
    clock = Clock(START, step=0)
    api = Api(clock=clock)
    insert_token(api, "short", ["tickets"], "oauth", expires_at=START + 1800_000)
    api.token = "short"
    clock.at = START + 1800_000 - 1
    assert api.get(T).status == 200
    clock.at += 1
    assert api.get(T).status == 401


@pytest.mark.parametrize(
    ("method", "path", "token", "status"),
    [
        ("GET", "/crm/v3/nothing", None, 404),
        ("TRACE", T, None, 405),
        ("GET", "/crm/v3/objects/widgets", None, 401),
        ("GET", "/crm/v3/objects/widgets", "bare", 400),
        ("POST", T, "bare", 403),
        ("POST", T, "full", 400),
        ("PATCH", f"{T}/999", "full", 400),
    ],
)
def test_checks_come_in_their_documented_order(
    api: Api, method: str, path: str, token: str | None, status: int
) -> None:
    """Route, token, object type, scope, JSON, then the record."""
    api.grant("bare", [])
    tokens = {"bare": "bare", "full": api.token}
    headers = {} if token is None else {"authorization": f"Bearer {tokens[token]}"}
    assert api.call(method, path, body=b"{", headers=headers).status == status


def test_an_unknown_record_is_found_missing_before_its_values_are_looked_at(api: Api) -> None:
    assert api.patch(f"{T}/999", {"properties": {"nope": "1"}}).status == 404


def test_an_error_carries_the_correlation_id_of_its_headers(api: Api) -> None:
    answers = [api.get(f"{T}/999"), api.call("GET", T, headers={}), api.call("GET", "/nothing")]
    for answer in answers:
        assert answer.json["correlationId"] == answer.headers["x-hubspot-correlation-id"]
        assert answer.headers["x-request-id"] == answer.headers["x-hubspot-correlation-id"]
    assert len({answer.json["correlationId"] for answer in answers}) == 3


def test_answers_carry_the_headers_of_the_live_service(api: Api) -> None:
    answer = api.get(T)
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["vary"] == "origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    gone = api.delete(f"{T}/999")
    assert (gone.status, gone.raw) == (204, b"")
    assert "content-type" not in gone.headers
