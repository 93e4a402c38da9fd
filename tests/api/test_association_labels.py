"""Association labels: per endpoint token, scope, bad and good request, then the rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.linking import create, link, spec, stored_rows, types_of

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of="association_labels.*"),
    pytest.mark.fidelity("observed", source="recorded", of="LimitReached"),
]

LABELS = "/crm/v4/associations/tickets/contacts/labels"
BACK = "/crm/v4/associations/contacts/tickets/labels"
NEW = {"name": "reporter", "label": "Reporter", "inverseLabel": "Reported by"}
WRITES: list[tuple[str, str, Any]] = [
    ("POST", LABELS, NEW),
    ("PUT", LABELS, {"associationTypeId": 1, "label": "x"}),
    ("DELETE", f"{LABELS}/1", None),
]
CALLS: list[tuple[str, str, Any]] = [("GET", LABELS, None), *WRITES]


@pytest.fixture
def api() -> Api:
    return Api()


def define(api: Api, path: str = LABELS, **changes: Any) -> list[dict[str, Any]]:
    answer = api.post(path, {**NEW, **changes})
    assert answer.status == 200, answer.json
    results: list[dict[str, Any]] = answer.json["results"]
    return results


def shown(api: Api, path: str = LABELS) -> list[tuple[str, int, str | None]]:
    return [(item["category"], item["typeId"], item["label"]) for item in api.get(path).json["results"]]


def as_token(api: Api, token: str, method: str, path: str, body: Any) -> Answer:
    return api.call(method, path, json=body, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_call_without_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    assert api.call(method, path, json=body, headers={}).status == 401


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_a_call_without_a_scope_of_either_end_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    api.grant("pat-deals", ["crm.objects.deals.read", "crm.objects.deals.write"])
    assert as_token(api, "pat-deals", method, path, body).status == 403


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_reading_scopes_do_not_allow_labels_to_be_defined(api: Api, method: str, path: str, body: Any) -> None:
    api.grant("pat-reads", ["crm.objects.tickets.read", "crm.objects.contacts.read"])
    assert as_token(api, "pat-reads", method, path, body).status == 403


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
def test_an_unknown_object_type_is_reported_by_its_name(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path.replace("contacts", "widgets"), json=body)
    assert (answer.status, answer.json["message"]) == (400, "Unable to infer object type from: widgets")


@pytest.mark.parametrize("prefix", ["/crm/v4/associations", "/crm/associations/v4", "/crm/associations/2026-09"])
def test_every_type_of_a_direction_is_listed(api: Api, prefix: str) -> None:
    answer = api.get(f"{prefix}/tickets/companies/labels")
    assert (answer.status, answer.json) == (
        200,
        {
            "results": [
                {"category": "HUBSPOT_DEFINED", "typeId": 339, "label": None},
                {"category": "HUBSPOT_DEFINED", "typeId": 26, "label": "Primary"},
            ]
        },
    )


def test_a_new_label_has_an_id_for_each_direction(api: Api) -> None:
    assert define(api) == [
        {"category": "USER_DEFINED", "typeId": 1, "label": "Reporter"},
        {"category": "USER_DEFINED", "typeId": 2, "label": "Reported by"},
    ]
    assert shown(api) == [("HUBSPOT_DEFINED", 16, None), ("USER_DEFINED", 1, "Reporter")]
    assert shown(api, BACK) == [("HUBSPOT_DEFINED", 15, None), ("USER_DEFINED", 2, "Reported by")]


def test_without_an_inverse_label_both_directions_carry_the_same(api: Api) -> None:
    assert [item["label"] for item in define(api, inverseLabel=None)] == ["Reporter", "Reporter"]


def test_ids_of_labels_grow_in_pairs_across_the_account(api: Api) -> None:
    define(api)
    more = define(api, "/crm/v4/associations/tickets/companies/labels", name="payer")
    assert [item["typeId"] for item in more] == [3, 4]


def test_a_label_between_records_of_one_type_is_its_own_inverse(api: Api) -> None:
    path = "/crm/v4/associations/tickets/tickets/labels"
    assert [item["typeId"] for item in define(api, path, inverseLabel=None)] == [1]
    first, second = create(api, "tickets"), create(api, "tickets")
    link(api, f"tickets/{first}", f"tickets/{second}", spec(1, "USER_DEFINED"))
    assert types_of(api, f"tickets/{second}", "tickets") == {first: [1, 452]}
    assert [item["typeId"] for item in define(api, path, name="other")] == [3, 4]


def test_a_label_between_records_of_one_type_may_have_an_inverse(api: Api) -> None:
    define(api, "/crm/v4/associations/tickets/tickets/labels", label="Blocks", inverseLabel="Blocked by")
    first, second = create(api, "tickets"), create(api, "tickets")
    link(api, f"tickets/{first}", f"tickets/{second}", spec(1, "USER_DEFINED"))
    assert types_of(api, f"tickets/{first}", "tickets") == {second: [1, 452]}
    assert types_of(api, f"tickets/{second}", "tickets") == {first: [2, 452]}
    names = api.get("/crm/v3/associations/tickets/tickets/types").json["results"]
    assert len({item["name"] for item in names}) == 3


def test_a_label_on_a_pair_without_a_plain_link_creates_that_too(api: Api) -> None:
    path = "/crm/v4/associations/notes/tasks/labels"
    assert shown(api, path) == []
    assert [item["typeId"] for item in define(api, path)] == [3, 4]
    assert shown(api, path) == [("USER_DEFINED", 1, None), ("USER_DEFINED", 3, "Reporter")]


def test_an_empty_label_defines_a_plain_link(api: Api) -> None:
    path = "/crm/v4/associations/notes/tasks/labels"
    assert define(api, path, label="") == [
        {"category": "USER_DEFINED", "typeId": 1, "label": None},
        {"category": "USER_DEFINED", "typeId": 2, "label": None},
    ]
    note, task = create(api, "notes"), create(api, "tasks")
    assert api.put(f"/crm/v4/objects/notes/{note}/associations/default/tasks/{task}").status == 200


def test_an_empty_label_is_refused_where_there_is_a_plain_link(api: Api) -> None:
    assert api.post(LABELS, {**NEW, "label": ""}).status == 400


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ({}, "name, label"),
        ({"name": "a"}, "label"),
        ({"label": "a"}, "name"),
        ({"name": "a", "label": None}, "label"),
        ({"name": None, "label": "a"}, "name"),
    ],
)
def test_a_new_label_needs_name_and_label(api: Api, body: dict[str, Any], missing: str) -> None:
    answer = api.post(LABELS, body)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["message"].endswith(f"Some required fields were not set: [{missing}]")


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "n" * 256}, {"label": "l" * 256}, {"inverseLabel": "l" * 256}]
)
def test_texts_of_a_label_have_a_length(api: Api, changes: dict[str, str]) -> None:
    assert api.post(LABELS, {**NEW, **changes}).status == 400


@pytest.mark.parametrize("name", ["reporter", "ticket_to_contact"])
def test_the_name_of_a_label_is_unique_in_the_account(api: Api, name: str) -> None:
    define(api)
    answer = api.post("/crm/v4/associations/tickets/companies/labels", {**NEW, "name": name})
    assert (answer.status, answer.json["category"]) == (409, "OBJECT_ALREADY_EXISTS")


@pytest.mark.parametrize("path", [LABELS, "/crm/v4/associations/tickets/tickets/labels"])
def test_a_pair_of_types_has_at_most_50_labels(api: Api, path: str) -> None:
    for number in range(50):
        define(api, path, name=f"label_{number}")
    answer = api.post(path, NEW)
    assert answer.status == 437
    assert answer.json["message"].startswith("No more than 50 association types are allowed between TICKET and ")
    define(api, "/crm/v4/associations/tickets/companies/labels", name="elsewhere")


def test_a_put_changes_the_label_of_both_directions(api: Api) -> None:
    define(api)
    answer = api.put(LABELS, {"associationTypeId": 1, "label": "Finder", "inverseLabel": "Found by"})
    assert (answer.status, answer.raw) == (204, b"")
    assert shown(api)[-1] == ("USER_DEFINED", 1, "Finder")
    assert shown(api, BACK)[-1] == ("USER_DEFINED", 2, "Found by")


def test_a_put_without_inverse_label_gives_both_directions_the_same(api: Api) -> None:
    define(api)
    assert api.put(LABELS, {"associationTypeId": "1", "label": "Finder"}).status == 204
    assert (shown(api)[-1][2], shown(api, BACK)[-1][2]) == ("Finder", "Finder")


def test_a_put_keeps_the_name_and_the_links(api: Api) -> None:
    define(api)
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", spec(1, "USER_DEFINED"))
    api.put(LABELS, {"associationTypeId": 1, "label": "Finder"})
    rows = api.get(f"/crm/v3/objects/tickets/{ticket}/associations/contacts").json["results"]
    assert [row["type"] for row in rows] == ["reporter", "ticket_to_contact"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"associationTypeId": 16, "label": "x"}, 400),
        ({"associationTypeId": 77, "label": "x"}, 404),
        ({"associationTypeId": "x", "label": "x"}, 404),
        ({"associationTypeId": 1, "label": ""}, 400),
        ({"associationTypeId": 1, "label": None}, 400),
        ({"associationTypeId": 1}, 400),
        ({"label": "x"}, 400),
    ],
)
def test_a_put_of_what_cannot_be_changed_is_refused(api: Api, body: dict[str, Any], status: int) -> None:
    define(api)
    assert api.put(LABELS, body).status == status
    assert shown(api)[-1][2] == "Reporter"


@pytest.mark.parametrize(("path", "type_id"), [(LABELS, 1), (LABELS, 2), (BACK, 1), (BACK, 2)])
def test_either_id_deletes_both_directions(api: Api, path: str, type_id: int) -> None:
    define(api)
    answer = api.delete(f"{path}/{type_id}")
    assert (answer.status, answer.raw) == (204, b"")
    assert (shown(api), shown(api, BACK)) == ([("HUBSPOT_DEFINED", 16, None)], [("HUBSPOT_DEFINED", 15, None)])


def test_deleting_a_label_strips_it_from_records(api: Api) -> None:
    define(api)
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", spec(1, "USER_DEFINED"))
    api.delete(f"{LABELS}/2")
    assert {row[5] for row in stored_rows(api)} == {15, 16}


@pytest.mark.parametrize(("type_id", "status"), [("16", 400), ("77", 404), ("x", 404)])
def test_deleting_what_the_account_did_not_define_is_refused(api: Api, type_id: str, status: int) -> None:
    assert api.delete(f"{LABELS}/{type_id}").status == status


def test_a_plain_link_cannot_be_deleted_while_labels_remain(api: Api) -> None:
    path = "/crm/v4/associations/notes/tasks/labels"
    define(api, path)
    answer = api.delete(f"{path}/1")
    assert (answer.status, answer.json["message"]) == (
        400,
        "Definition with label still exists; Cannot delete unlabeled type with associationTypeId 1",
    )
    assert (api.delete(f"{path}/3").status, api.delete(f"{path}/1").status) == (204, 204)
    assert shown(api, path) == []
