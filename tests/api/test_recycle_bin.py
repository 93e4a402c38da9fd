"""The recycle bin: what lies in it, who put it there, how long it stays, and what is erased from it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from spokedesk.crm.account import AccountSettings
from spokedesk.crm.instants import DAY
from spokedesk.crm.users import Role
from tests.support.api import ACCOUNT_ID, Api, Clock
from tests.support.users import cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of="recycle_bin.*")

BIN = "/spokedesk/v1/recycle-bin/tickets"
TICKETS = "/crm/v3/objects/tickets"


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    return Api()


def create(api: Api, subject: str = "s") -> str:
    made = api.post(TICKETS, {"properties": {"subject": subject, "hs_pipeline_stage": "1"}})
    assert made.status == 201, made.raw
    found: str = made.json["id"]
    return found


def binned(api: Api, count: int) -> list[str]:
    """Tickets in the bin, the last archived last."""
    made = [create(api, f"s{number}") for number in range(count)]
    for ticket in made:
        assert api.delete(f"{TICKETS}/{ticket}").status == 204
    return made


def pass_time(api: Api, milliseconds: int) -> None:
    assert isinstance(api.clock, Clock)
    api.clock.at += milliseconds


def test_a_row_says_what_when_and_by_whom(api: Api) -> None:
    browser = signed_in(api, "ada@example.com", Role.AGENT)
    ticket = create(api, "Printer")
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    assert browser.bearer("DELETE", f"{TICKETS}/{ticket}").status == 204
    page = api.get(BIN, properties="subject").json
    (row,) = page["results"]
    assert (row["id"], row["properties"]["subject"], row["archived"]) == (ticket, "Printer", True)
    assert row["archivedBy"] == {"sourceType": "CRM_UI", "sourceId": f"userId:{user_id}", "userId": int(user_id)}
    assert (row["daysLeft"], page["recycleBinDays"], page["total"]) == (90, 90, 1)
    assert row["archivedAt"] < row["erasedAt"]


def test_the_last_one_to_archive_it_is_named(api: Api) -> None:
    ticket = create(api)
    api.delete(f"{TICKETS}/{ticket}")
    api.post(f"/spokedesk/v1/objects/tickets/{ticket}/restore")
    signed_in(api, "ada@example.com").bearer("DELETE", f"{TICKETS}/{ticket}")
    assert api.get(BIN).json["results"][0]["archivedBy"]["sourceType"] == "CRM_UI"


@pytest.mark.parametrize(("days", "left"), [(0, 30), (1, 29), (29, 1)])
def test_days_are_counted_down_and_then_it_is_gone(days: int, left: int) -> None:
    api = Api(settings=AccountSettings(recycle_bin_days=30))
    binned(api, 1)
    pass_time(api, days * DAY)
    assert api.get(BIN).json["results"][0]["daysLeft"] == left
    pass_time(api, (30 - days) * DAY + 100)
    page = api.get(BIN).json
    assert (page["results"], page["total"]) == ([], 0)


@pytest.mark.parametrize("at_once", [False, True])
def test_pages_show_every_record_once_the_last_archived_first(api: Api, at_once: bool) -> None:
    if at_once:
        made = [create(api) for _ in range(7)]
        assert api.post(f"{TICKETS}/batch/archive", {"inputs": [{"id": one} for one in made]}).status == 204
    else:
        made = binned(api, 7)
    seen: list[str] = []
    query: dict[str, str] = {}
    while True:
        page = api.get(BIN, limit=3, **query).json
        seen += [row["id"] for row in page["results"]]
        assert page["total"] == 7
        if "paging" not in page:
            break
        query = {"after": page["paging"]["next"]["after"]}
    assert seen == sorted(made, key=int, reverse=True)


def test_live_and_merged_records_are_not_in_it(api: Api) -> None:
    create(api)
    first, second = create(api), create(api)
    merged = api.post(f"{TICKETS}/merge", {"primaryObjectId": first, "objectIdToMerge": second})
    assert merged.status == 200
    assert api.get(BIN).json["results"] == []


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1-1", "1-x", f"{'9' * 30}-1"])
def test_what_is_no_cursor_is_refused(api: Api, after: str) -> None:
    assert api.get(BIN, after=after).status == 400


# --- erasing -------------------------------------------------------------------------------------------------------


def erase(api: Api, *ids: str) -> tuple[int, object]:
    answer = api.post(f"{BIN}/erase", {"inputs": [{"id": one} for one in ids]})
    return answer.status, answer.json


def test_what_is_erased_cannot_be_restored_and_leaves_no_history(api: Api) -> None:
    first, second = binned(api, 2)
    assert erase(api, first, "999", "x") == (200, {"erased": [first], "missing": ["999", "x"]})
    assert [row["id"] for row in api.get(BIN).json["results"]] == [second]
    assert api.post(f"/spokedesk/v1/objects/tickets/{first}/restore").status == 404
    assert api.get(f"{TICKETS}/{first}", archived="true").status == 404
    assert first not in {change["id"] for change in api.get("/spokedesk/v1/changes", after=0).json["results"]}


def test_a_live_record_is_left_alone(api: Api) -> None:
    ticket = create(api)
    assert erase(api, ticket) == (200, {"erased": [], "missing": [ticket]})
    assert api.get(f"{TICKETS}/{ticket}").status == 200


def test_what_was_merged_into_it_goes_along(api: Api) -> None:
    first, second = create(api, "one"), create(api, "two")
    survivor = api.post(f"{TICKETS}/merge", {"primaryObjectId": first, "objectIdToMerge": second}).json["id"]
    api.delete(f"{TICKETS}/{survivor}")
    assert erase(api, survivor)[0] == 200
    changes = api.get("/spokedesk/v1/changes", after=0).json["results"]
    assert not {first, second, survivor} & {change["id"] for change in changes}


def test_the_log_forgets_it_too(api: Api) -> None:
    api.store.calls.home = ACCOUNT_ID
    ticket = create(api, "Zwiebelkuchen")
    api.delete(f"{TICKETS}/{ticket}")
    assert b"Zwiebelkuchen" in api.get("/spokedesk/v1/calls/1").raw
    erase(api, ticket)
    assert b"Zwiebelkuchen" not in api.get("/spokedesk/v1/calls/1").raw


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_a_size(api: Api, count: int) -> None:
    assert erase(api, *map(str, range(count)))[0] == 400


def test_only_admins_erase(api: Api) -> None:
    (ticket,) = binned(api, 1)
    agent = signed_in(api, "bob@example.com", Role.AGENT)
    assert agent.bearer("POST", f"{BIN}/erase", {"inputs": [{"id": ticket}]}).status == 403
    assert agent.bearer("GET", BIN).json["total"] == 1
    assert (
        agent.bearer("POST", "/spokedesk/v1/objects/tickets/batch/restore", {"inputs": [{"id": ticket}]}).status == 200
    )
