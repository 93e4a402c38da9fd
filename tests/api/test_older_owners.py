"""Owners in their first form."""

from __future__ import annotations

import pytest

from spokedesk.crm.owners import Owner
from spokedesk.storage.database import Transaction
from spokedesk.storage.owners import insert_owners
from tests.support.api import ACCOUNT_ID, Api

pytestmark = pytest.mark.fidelity("observed", source="clients", of="older_owners.*")

OWNERS = "/owners/v2/owners"


@pytest.fixture
def api() -> Api:
    api = Api()

    async def work(tx: Transaction) -> None:
        people = [
            Owner(5, 50, "ada@example.com", "Ada", "L", "PERSON", (), 1000, 2000, None),
            Owner(6, 60, "gone@example.com", "Gone", "G", "PERSON", (), 1000, 2000, 3000),
            Owner(7, None, "queue@example.com", "Queue", "", "QUEUE", (), 1000, 2000, None),
        ]
        await insert_owners(tx, people)

    api.write(work)
    return api


def test_owners_are_a_bare_list_of_the_active_ones(api: Api) -> None:
    first, second = api.get(OWNERS).json
    assert (first["ownerId"], first["portalId"], first["type"], first["email"]) == (
        5,
        ACCOUNT_ID,
        "PERSON",
        "ada@example.com",
    )
    assert (first["createdAt"], first["updatedAt"], first["activeUserId"]) == (1000, 2000, 50)
    assert [(item["remoteType"], item["remoteId"], item["active"]) for item in first["remoteList"]] == [
        ("HUBSPOT", "50", True)
    ]
    assert (second["ownerId"], second["remoteList"], second["activeUserId"]) == (7, [], None)


def test_archived_owners_are_listed_on_request(api: Api) -> None:
    found = {item["ownerId"]: item for item in api.get(f"{OWNERS}/", includeInactive="true").json}
    assert list(found) == [5, 6, 7]
    assert (found[6]["isActive"], found[6]["activeUserId"], found[6]["userIdIncludingInactive"]) == (False, None, 60)
    assert found[6]["remoteList"][0]["active"] is False


def test_an_address_narrows_to_one(api: Api) -> None:
    assert [item["ownerId"] for item in api.get(OWNERS, email="ADA@example.com").json] == [5]
    assert api.get(OWNERS, email="nobody@example.com").json == []


def test_one_owner_is_read_archived_or_not(api: Api) -> None:
    assert api.get(f"{OWNERS}/5").json["firstName"] == "Ada"
    assert api.get(f"{OWNERS}/6").json["isActive"] is False
    assert api.get(f"{OWNERS}/9").status == 404
    assert api.get(f"{OWNERS}/x").status == 404


def test_more_owners_than_a_page_of_the_store_are_all_listed(api: Api) -> None:
    async def work(tx: Transaction) -> None:
        await insert_owners(
            tx,
            [
                Owner(number, number, f"{number}@example.com", "A", "B", "PERSON", (), 1, 1, None)
                for number in range(100, 1300)
            ],
        )

    api.write(work)
    found = api.get(OWNERS).json
    assert len({item["ownerId"] for item in found}) == len(found) == 1202
