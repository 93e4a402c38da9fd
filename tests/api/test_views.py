"""Saved views: built-in, private and shared ones, and who may change which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from spokedesk.crm.users import Role
from tests.support.api import Api
from tests.support.users import Browser, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of="views.*")

VIEWS = "/spokedesk/v1/views/tickets"
SEARCH = "/crm/v3/objects/tickets/search"
DEFINITION = {"filterGroups": [], "columns": ["subject"], "zoom": 1.5, "deep": {"list": [1, None, True]}}


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    return Api()


def save(browser: Browser, name: str = "Mine", **values: Any) -> dict[str, Any]:
    answer = browser.bearer("POST", VIEWS, {"name": name, "definition": DEFINITION, **values})
    assert answer.status == 201, answer.raw
    found: dict[str, Any] = answer.json
    return found


def names(browser: Browser) -> list[str]:
    return [view["name"] for view in browser.bearer("GET", VIEWS).json["results"] if not view["builtIn"]]


def test_built_in_views_are_searches_that_work(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    owner_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["ownerId"]
    for owner in (owner_id, None):
        values = {"subject": "s", "hs_pipeline_stage": "1"} | ({"hubspot_owner_id": owner} if owner else {})
        assert api.post("/crm/v3/objects/tickets", {"properties": values}).status == 201
    found = {view["id"]: view for view in browser.bearer("GET", VIEWS).json["results"]}
    assert list(found) == ["assigned-to-me", "unassigned", "all"]
    totals = {
        key: api.post(SEARCH, {"filterGroups": view["definition"]["filterGroups"]}) for key, view in found.items()
    }
    assert {key: answer.json["total"] for key, answer in totals.items()} == {
        "assigned-to-me": 1,
        "unassigned": 1,
        "all": 2,
    }


def test_a_program_has_no_view_of_its_own(api: Api) -> None:
    assert [view["id"] for view in api.get(VIEWS).json["results"]] == ["unassigned", "all"]
    assert api.post(VIEWS, {"name": "Mine", "definition": {}}).status == 400
    made = api.post(VIEWS, {"name": "Ours", "definition": {}, "shared": True})
    assert (made.status, made.json["ownedByMe"]) == (201, False)
    assert api.patch(f"{VIEWS}/{made.json['id']}", {"shared": False}).status == 400


def test_a_view_is_kept_as_it_is(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    made = save(browser)
    (view,) = [view for view in browser.bearer("GET", VIEWS).json["results"] if not view["builtIn"]]
    assert view == made
    assert view["definition"] == DEFINITION
    assert (view["shared"], view["ownedByMe"], view["objectType"]) == (False, True, "tickets")


def test_private_views_are_seen_by_their_owner_alone(api: Api) -> None:
    ada, bob = signed_in(api, "ada@example.com"), signed_in(api, "bob@example.com", Role.AGENT)
    mine, ours = save(ada, "Ada's"), save(ada, "Ours", shared=True)
    assert names(bob) == ["Ours"]
    assert names(ada) == ["Ada's", "Ours"]
    for method in ("PATCH", "DELETE"):
        assert bob.bearer(method, f"{VIEWS}/{mine['id']}", {"name": "x"}).status == 404
        assert bob.bearer(method, f"{VIEWS}/{ours['id']}", {"name": "x"}).status == 403
    assert names(ada) == ["Ada's", "Ours"]


def test_admins_look_after_shared_views_and_not_after_private_ones(api: Api) -> None:
    ada, bob = signed_in(api, "ada@example.com"), signed_in(api, "bob@example.com", Role.AGENT)
    private, shared = save(bob, "Bob's"), save(bob, "Ours", shared=True)
    assert ada.bearer("DELETE", f"{VIEWS}/{private['id']}").status == 404
    assert ada.bearer("PATCH", f"{VIEWS}/{shared['id']}", {"name": "All of us"}).json["name"] == "All of us"
    assert ada.bearer("DELETE", f"{VIEWS}/{shared['id']}").status == 204
    assert names(bob) == ["Bob's"]


def test_readers_keep_views_for_themselves_and_share_none(api: Api) -> None:
    reader = signed_in(api, "eve@example.com", Role.READ_ONLY)
    made = save(reader)
    shared = reader.bearer("POST", VIEWS, {"name": "Ours", "definition": {}, "shared": True})
    assert (shared.status, shared.json["category"]) == (403, "MISSING_SCOPES")
    assert reader.bearer("PATCH", f"{VIEWS}/{made['id']}", {"shared": True}).status == 403
    assert reader.bearer("PATCH", f"{VIEWS}/{made['id']}", {"definition": {}}).json["definition"] == {}
    assert reader.bearer("DELETE", f"{VIEWS}/{made['id']}").status == 204


def test_a_name_is_taken_once_by_each(api: Api) -> None:
    ada, bob = signed_in(api, "ada@example.com"), signed_in(api, "bob@example.com")
    first, second = save(ada, "Urgent"), save(ada, "Calm")
    save(bob, "Urgent")
    assert ada.bearer("POST", VIEWS, {"name": " urgent ", "definition": {}}).status == 409
    assert ada.bearer("PATCH", f"{VIEWS}/{second['id']}", {"name": "Urgent"}).status == 409
    assert ada.bearer("PATCH", f"{VIEWS}/{first['id']}", {"name": "URGENT"}).status == 200


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"name": "", "definition": {}}, "name"),
        ({"name": "x" * 101, "definition": {}}, "name"),
        ({"name": "x", "definition": {"text": "y" * 20_001}}, "definition"),
        ({"name": "x", "definition": {"number": 10**30}}, "definition"),
        ({"name": "x", "definition": {"number": 1e999}}, "definition"),
    ],
    ids=["no name", "long name", "large", "large number", "infinite"],
)
def test_what_cannot_be_kept_is_refused(api: Api, body: dict[str, Any], name: str) -> None:
    raw = json.dumps({**body, "shared": True}).replace("Infinity", "1e999").encode()
    answer = api.call("POST", VIEWS, body=raw)
    assert answer.status == 400
    assert answer.json["errors"][0]["context"] == {"propertyName": [name]}


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": 1, "definition": {}}, {"name": "x", "definition": []}])
def test_what_is_no_view_is_refused(api: Api, body: dict[str, Any]) -> None:
    assert api.post(VIEWS, body).status == 400


@pytest.mark.parametrize("key", ["assigned-to-me", "unassigned", "all"])
def test_built_in_views_stay(api: Api, key: str) -> None:
    assert api.patch(f"{VIEWS}/{key}", {"name": "x"}).status == 400
    assert api.delete(f"{VIEWS}/{key}").status == 400


def test_there_are_only_so_many(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spokedesk.engine.views.MOST_VIEWS", 3)
    for number in range(3):
        assert api.post(VIEWS, {"name": str(number), "definition": {}, "shared": True}).status == 201
    assert api.post(VIEWS, {"name": "one more", "definition": {}, "shared": True}).status == 400
