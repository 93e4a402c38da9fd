"""The owner calls on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.owners import Owner, Team
from spokedesk.storage.database import Transaction
from spokedesk.storage.owners import insert_owners
from tests.support.api import Api

pytestmark = pytest.mark.fidelity("documented", source="spec", of="owners.*")

BASE = "/crm/v3/owners"
AT = 1_700_000_000_250


def make_owner(number: int, **changes: Any) -> Owner:
    values: dict[str, Any] = {
        "id": number,
        "user_id": number + 1000,
        "email": f"agent{number}@example.com",
        "first_name": "An",
        "last_name": "Agent",
        "created_at": AT,
        "updated_at": AT,
    }
    return Owner(**{**values, **changes})


@pytest.fixture
def api() -> Api:
    api = Api()
    owners = [
        make_owner(1, email="First@Example.com"),
        make_owner(2, teams=(Team("7", "Desk", True),)),
        make_owner(3, user_id=None, kind="QUEUE"),
        make_owner(4, archived_at=AT),
    ]

    async def work(tx: Transaction) -> None:
        await insert_owners(tx, owners)

    api.write(work)
    return api


def ids(api: Api, **query: Any) -> list[str]:
    return [item["id"] for item in api.get(BASE, **query).json["results"]]


@pytest.mark.parametrize("path", [BASE, f"{BASE}/", f"{BASE}/1"])
def test_call_without_a_token_is_refused(api: Api, path: str) -> None:
    assert api.call("GET", path, headers={}).status == 401


@pytest.mark.parametrize("path", [BASE, f"{BASE}/1"])
def test_owners_have_a_scope_of_their_own(api: Api, path: str) -> None:
    api.token = api.grant("pat-na1-narrow", ["tickets"])
    assert api.get(path).json["errors"][0]["context"] == {"requiredGranularScopes": ["crm.objects.owners.read"]}
    api.token = api.grant("pat-na1-owners", ["crm.objects.owners.read"])
    assert api.get(path).status == 200


@pytest.mark.parametrize("path", [BASE, f"{BASE}/", "/crm/owners/2026-03", "/crm/owners/2026-09/"])
def test_active_owners_are_listed_with_and_without_a_trailing_slash(api: Api, path: str) -> None:
    answer = api.get(path)
    assert answer.status == 200
    assert [item["id"] for item in answer.json["results"]] == ["1", "2", "3"]
    assert "paging" not in answer.json


def test_owner_is_shown_whole(api: Api) -> None:
    assert api.get(f"{BASE}/2").json == {
        "id": "2",
        "email": "agent2@example.com",
        "type": "PERSON",
        "firstName": "An",
        "lastName": "Agent",
        "userId": 1002,
        "userIdIncludingInactive": 1002,
        "createdAt": "2023-11-14T22:13:20.250Z",
        "updatedAt": "2023-11-14T22:13:20.250Z",
        "archived": False,
        "teams": [{"id": "7", "name": "Desk", "primary": True}],
    }


def test_queue_has_no_login(api: Api) -> None:
    found = api.get(f"{BASE}/3").json
    assert found["type"] == "QUEUE"
    assert not {"userId", "userIdIncludingInactive", "teams"} & set(found)


def test_archived_owner_is_apart_and_has_lost_the_login(api: Api) -> None:
    assert ids(api, archived="true") == ["4"]
    assert api.get(f"{BASE}/4").status == 404
    found = api.get(f"{BASE}/4", archived="true").json
    assert (found["archived"], found["userIdIncludingInactive"], "userId" in found) == (True, 1004, False)
    assert api.get(f"{BASE}/1", archived="true").status == 404


def test_email_narrows_to_one_owner_in_any_case(api: Api) -> None:
    assert ids(api, email="first@example.COM") == ["1"]
    assert ids(api, email="nobody@example.com") == []


def test_pages_follow_each_other_without_gap_or_repetition(api: Api) -> None:
    first = api.get(BASE, limit=2).json
    after = first["paging"]["next"]["after"]
    assert first["paging"]["next"]["link"] == f"http://spokedesk.test{BASE}?limit=2&after={after}"
    assert [item["id"] for item in first["results"]] == ["1", "2"]
    second = api.get(BASE, limit=2, after=after).json
    assert [item["id"] for item in second["results"]] == ["3"]
    assert "paging" not in second


def test_page_of_exactly_the_rest_is_the_last_one(api: Api) -> None:
    assert "paging" not in api.get(BASE, limit=3).json


@pytest.mark.parametrize(("limit", "status"), [(0, 400), (1, 200), (500, 200), (501, 400), ("many", 400)])
def test_limit_is_from_1_to_500(api: Api, limit: Any, status: int) -> None:
    assert api.get(BASE, limit=limit).status == status


def test_default_page_has_100_owners(api: Api) -> None:
    async def work(tx: Transaction) -> None:
        await insert_owners(tx, [make_owner(number) for number in range(10, 120)])

    api.write(work)
    assert len(api.get(BASE).json["results"]) == 100


def test_owner_can_be_found_by_the_id_of_the_login(api: Api) -> None:
    assert api.get(f"{BASE}/1002", idProperty="userId").json["id"] == "2"
    assert api.get(f"{BASE}/2", idProperty="id").json["id"] == "2"
    assert api.get(f"{BASE}/2", idProperty="userId").status == 404
    assert api.get(f"{BASE}/2", idProperty="email").status == 400


@pytest.mark.parametrize("owner_id", ["99", "abc", "9" * 40, "-1", "%FF", "%C2%B2"])
def test_unknown_owner_is_not_found(api: Api, owner_id: str) -> None:
    answer = api.get(f"{BASE}/{owner_id}")
    assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_owners_cannot_be_changed(api: Api) -> None:
    assert api.post(BASE, {}).status == 405
    assert api.delete(f"{BASE}/1").status == 405
