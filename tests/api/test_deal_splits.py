"""How a deal is shared among owners."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.factories import insert_owner

pytestmark = pytest.mark.fidelity("documented", source="spec", of="deal_splits.*")

SPLITS = "/crm/v3/objects/deals/splits/batch"


@pytest.fixture
def api() -> Api:
    api = Api()
    for number in (5, 6, 7):
        insert_owner(api, number)
    return api


def deal(api: Api, **values: str) -> str:
    return str(api.post("/crm/v3/objects/deals", {"properties": {"dealname": "Big", **values}}).json["id"])


def shares(**given: Any) -> list[dict[str, Any]]:
    """`o5=0.25` is owner 5 with a quarter."""
    return [{"ownerId": int(name[1:]), "percentage": share} for name, share in given.items()]


def share(api: Api, number: str, splits: list[dict[str, Any]], path: str = SPLITS) -> Answer:
    return api.post(f"{path}/upsert", {"inputs": [{"id": number, "splits": splits}]})


def told(answer: Answer) -> list[tuple[str, str | None, str | None]]:
    """Owner, percentage and amount of each split of the first deal."""
    names = ("hubspot_owner_id", "hs_deal_split_percentage", "hs_deal_split_amount")
    return [tuple(split["properties"][name] for name in names) for split in answer.json["results"][0]["splits"]]


@pytest.mark.parametrize(
    "path", [SPLITS, "/crm/objects/2026-03/deals/splits/batch", "/crm/v3/objects/0-3/splits/batch"]
)
def test_a_deal_is_shared_among_owners(api: Api, path: str) -> None:
    number = deal(api, amount="1000.5")
    answer = share(api, number, shares(o5=0.25, o6=0.75), path)
    assert (answer.status, answer.json["results"][0]["id"]) == (200, number)
    assert told(answer) == [("5", "0.25", "250.125"), ("6", "0.75", "750.375")]
    assert told(api.post(f"{path}/read", {"inputs": [{"id": number}]})) == told(answer)


def test_other_shares_take_the_place_of_those_before(api: Api) -> None:
    number = deal(api)
    before = share(api, number, shares(o5=0.5, o6=0.5)).json["results"][0]["splits"]
    after = share(api, number, shares(o6=0.125, o7="0.875"))
    assert told(after) == [("6", "0.125", None), ("7", "0.875", None)]
    splits = after.json["results"][0]["splits"]
    assert splits[0]["id"] == before[1]["id"], "the split of the same owner stays"
    assert api.get(f"/crm/v3/objects/deal_splits/{before[0]['id']}").status == 404
    linked = api.get(f"/crm/v4/objects/deals/{number}/associations/deal_splits").json["results"]
    assert [str(row["toObjectId"]) for row in linked] == [split["id"] for split in splits]


@pytest.mark.parametrize(
    ("splits", "text"),
    [
        (shares(o5=0.5), "must sum up to 1.0 (100%)"),
        (shares(o5=0.5, o6=0.6), "must sum up to 1.0 (100%)"),
        ([], "must sum up to 1.0 (100%)"),
        ([*shares(o5=0.5), *shares(o5=0.5)], "name an owner twice"),
        (shares(o5=0.123456789, o6=0.876543211), "up to 8 decimal places"),
        (shares(o5=-1, o6=2), "a number from 0 to 1"),
        (shares(o5="half", o6="half"), "a number from 0 to 1"),
        (shares(o5=1e99), "a number from 0 to 1"),
        ([{"ownerId": 5, "percentage": None}], "a number from 0 to 1"),
        ([{"ownerId": 5}], "[percentage]"),
        (shares(o99=1), "Property values were not valid"),
    ],
)
def test_shares_that_cannot_be_are_refused_and_change_nothing(api: Api, splits: Any, text: str) -> None:
    number = deal(api)
    share(api, number, shares(o5=1))
    answer = share(api, number, splits)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert text in answer.json["message"]
    assert told(api.post(f"{SPLITS}/read", {"inputs": [{"id": number}]})) == [("5", "1", None)]


def test_unknown_deals_are_told_beside_the_others(api: Api) -> None:
    number = deal(api)
    answer = api.post(
        f"{SPLITS}/upsert",
        {"inputs": [{"id": "404", "splits": shares(o5=1)}, {"id": number, "splits": shares(o5=1)}]},
    )
    assert (answer.status, answer.json["numErrors"]) == (207, 1)
    assert answer.json["errors"][0]["context"] == {"ids": ["404"]}
    assert told(answer) == [("5", "1", None)]
    read = api.post(f"{SPLITS}/read", {"inputs": [{"id": "404"}]})
    assert (read.status, read.json["results"]) == (207, [])


def test_a_deal_may_be_named_once_and_only_deals_are_shared(api: Api) -> None:
    number = deal(api)
    twice = {"inputs": [{"id": number, "splits": shares(o5=1)}, {"id": number, "splits": shares(o6=1)}]}
    assert api.post(f"{SPLITS}/upsert", twice).status == 400
    assert api.post("/crm/v3/objects/tickets/splits/batch/read", {"inputs": [{"id": "1"}]}).status == 404


def test_whoever_may_not_write_deals_shares_none(api: Api) -> None:
    number = deal(api)
    api.token = api.grant("reader", ["crm.objects.deals.read"])
    assert api.post(f"{SPLITS}/read", {"inputs": [{"id": number}]}).status == 200
    assert share(api, number, shares(o5=1)).status == 403
