"""Links in the v3 shape: per endpoint token, scope, bad and good request, then the rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.linking import archive, create, link, types_of

pytestmark = pytest.mark.fidelity("documented", source="spec", of="associations_v3.*")

BATCH = "/crm/v3/associations/tickets/contacts/batch"
INPUT = {"from": {"id": "1"}, "to": {"id": "2"}, "type": "ticket_to_contact"}
READS: list[tuple[str, str, Any]] = [
    ("GET", "/crm/v3/objects/tickets/1/associations/contacts", None),
    ("GET", "/crm/v3/associations/tickets/contacts/types", None),
    ("POST", f"{BATCH}/read", {"inputs": []}),
]
WRITES: list[tuple[str, str, Any]] = [
    ("PUT", "/crm/v3/objects/tickets/1/associations/contacts/2/16", None),
    ("DELETE", "/crm/v3/objects/tickets/1/associations/contacts/2/16", None),
    ("POST", f"{BATCH}/create", {"inputs": []}),
    ("POST", f"{BATCH}/archive", {"inputs": []}),
]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def ticket(api: Api) -> str:
    return create(api, "tickets")


@pytest.fixture
def contact(api: Api) -> str:
    return create(api, "contacts")


@pytest.fixture
def company(api: Api) -> str:
    return create(api, "companies")


def as_token(api: Api, token: str, method: str, path: str, body: Any) -> Answer:
    return api.call(method, path, json=body, headers={"authorization": f"Bearer {token}"})


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_a_call_without_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path, json=body, headers={})
    assert (answer.status, answer.json["category"]) == (401, "INVALID_AUTHENTICATION")


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_a_call_without_a_scope_of_either_end_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    api.grant("pat-deals", ["crm.objects.deals.read", "crm.objects.deals.write"])
    answer = as_token(api, "pat-deals", method, path, body)
    assert (answer.status, answer.json["category"]) == (403, "MISSING_SCOPES")


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_reading_scopes_do_not_allow_links_to_be_written(api: Api, method: str, path: str, body: Any) -> None:
    api.grant("pat-reads", ["crm.objects.tickets.read", "crm.objects.contacts.read"])
    assert as_token(api, "pat-reads", method, path, body).status == 403


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_an_unknown_object_type_is_reported_by_its_name(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path.replace("contacts", "widgets"), json=body)
    assert (answer.status, answer.json["message"]) == (400, "Unable to infer object type from: widgets")


@pytest.mark.parametrize("prefix", ["/crm/v3/objects", "/crm/objects/v3"])
@pytest.mark.parametrize("named", ["16", "ticket_to_contact"])
def test_a_put_answers_with_the_record_and_its_links(
    api: Api, ticket: str, contact: str, prefix: str, named: str
) -> None:
    answer = api.put(f"{prefix}/tickets/{ticket}/associations/contacts/{contact}/{named}")
    assert (answer.status, answer.json["id"], answer.json["archived"]) == (200, ticket, False)
    assert answer.json["properties"]["subject"] == "Printer"
    assert answer.json["associations"] == {"contacts": {"results": [{"id": contact, "type": "ticket_to_contact"}]}}


def test_the_v3_name_of_a_company_sets_the_primary_one(api: Api, ticket: str, company: str) -> None:
    other = create(api, "companies")
    link(api, f"tickets/{ticket}", f"companies/{other}", 339)
    api.put(f"/crm/v3/objects/tickets/{ticket}/associations/companies/{company}/ticket_to_company")
    assert types_of(api, f"tickets/{ticket}", "companies") == {company: [26, 339], other: [339]}


def test_repeating_a_put_changes_nothing(api: Api, ticket: str, contact: str) -> None:
    path = f"/crm/v3/objects/tickets/{ticket}/associations/contacts/{contact}/16"
    assert api.put(path).json == api.put(path).json


@pytest.mark.parametrize("named", ["227", "15", "nothing", "ticket_to_company", "99999999999"])
def test_a_put_of_a_type_that_is_not_defined_is_refused(api: Api, ticket: str, contact: str, named: str) -> None:
    answer = api.put(f"/crm/v3/objects/tickets/{ticket}/associations/contacts/{contact}/{named}")
    assert (answer.status, answer.json["message"]) == (400, "One or more associations are invalid")
    assert answer.json["context"]["associationSpec"] == [f"HUBSPOT_DEFINED={named}"]


def test_a_put_to_an_unknown_record_is_refused(api: Api, ticket: str) -> None:
    answer = api.put(f"/crm/v3/objects/tickets/{ticket}/associations/contacts/999/16")
    assert (answer.status, answer.json["context"]["INVALID_OBJECT_IDS"]) == (400, ["CONTACT=999 is not valid"])


def test_a_put_from_an_unknown_record_is_refused(api: Api, contact: str) -> None:
    answer = api.put(f"/crm/v3/objects/tickets/999/associations/contacts/{contact}/16")
    assert (answer.status, answer.json["context"]["INVALID_OBJECT_IDS"]) == (400, ["TICKET=999 is not valid"])


def test_a_delete_removes_the_link(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    answer = api.delete(f"/crm/v3/objects/tickets/{ticket}/associations/contacts/{contact}/ticket_to_contact")
    assert (answer.status, answer.raw) == (204, b"")
    assert types_of(api, f"contacts/{contact}", "tickets") == {}


def test_a_delete_of_the_primary_name_keeps_the_plain_link(api: Api, ticket: str, company: str) -> None:
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    path = f"/crm/v3/objects/tickets/{ticket}/associations/companies/{company}/ticket_to_company"
    assert api.delete(path).status == 204
    assert types_of(api, f"tickets/{ticket}", "companies") == {company: [339]}


def test_deleting_what_is_not_there_is_no_error(api: Api, ticket: str) -> None:
    assert api.delete(f"/crm/v3/objects/tickets/{ticket}/associations/contacts/999/16").status == 204


def test_deleting_a_type_that_is_not_defined_is_refused(api: Api, ticket: str) -> None:
    assert api.delete(f"/crm/v3/objects/tickets/{ticket}/associations/contacts/999/15").status == 400


def test_a_list_has_a_row_per_record_and_type_primary_first(api: Api, ticket: str, company: str) -> None:
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    answer = api.get(f"/crm/v3/objects/tickets/{ticket}/associations/companies")
    assert (answer.status, answer.json) == (
        200,
        {
            "results": [
                {"id": company, "type": "ticket_to_company"},
                {"id": company, "type": "ticket_to_company_unlabeled"},
            ]
        },
    )


def test_an_empty_list_has_no_paging(api: Api, ticket: str) -> None:
    answer = api.get(f"/crm/v3/objects/tickets/{ticket}/associations/contacts")
    assert (answer.status, answer.json) == (200, {"results": []})


@pytest.mark.parametrize("state", ["unknown", "archived"])
def test_the_list_of_a_missing_record_is_not_found(api: Api, state: str, ticket: str) -> None:
    archive(api, "tickets", ticket)
    key = "999" if state == "unknown" else ticket
    answer = api.get(f"/crm/v3/objects/tickets/{key}/associations/contacts")
    assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_a_cursor_leads_through_all_pages(api: Api, ticket: str) -> None:
    contacts = [create(api, "contacts") for _ in range(5)]
    for contact in contacts:
        link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    path, seen, after = f"/crm/v3/objects/tickets/{ticket}/associations/contacts", [], ""
    while True:
        body = api.get(path, limit=2, after=after).json
        seen.append([item["id"] for item in body["results"]])
        if "paging" not in body:
            break
        after = body["paging"]["next"]["after"]
        assert body["paging"]["next"]["link"] == f"http://spokedesk.test{path}?limit=2&after={after}"
    assert seen == [contacts[:2], contacts[2:4], contacts[4:]]


@pytest.mark.parametrize(("limit", "status"), [("500", 200), ("501", 400), ("0", 400)])
def test_a_page_has_at_most_500_records(api: Api, ticket: str, limit: str, status: int) -> None:
    assert api.get(f"/crm/v3/objects/tickets/{ticket}/associations/contacts", limit=limit).status == status


def test_the_inline_links_of_a_record_continue_in_its_list(api: Api) -> None:
    company = create(api, "companies")
    inputs = [{"properties": {"subject": "x", "hs_pipeline_stage": "1"}} for _ in range(100)]
    created = api.post("/crm/v3/objects/tickets/batch/create", {"inputs": inputs}).json["results"]
    tickets = [*(item["id"] for item in created), create(api, "tickets")]
    pairs = [{"from": {"id": company}, "to": {"id": ticket}} for ticket in tickets]
    api.post("/crm/v4/associations/companies/tickets/batch/associate/default", {"inputs": pairs})
    inline = api.get(f"/crm/v3/objects/companies/{company}", associations="tickets").json["associations"]["tickets"]
    path, query = inline["paging"]["next"]["link"].removeprefix("http://spokedesk.test").split("?")
    rest = api.call("GET", path, query=query).json["results"]
    assert list(dict.fromkeys(row["id"] for row in inline["results"] + rest)) == tickets
    assert {row["id"] for row in rest} == {tickets[-1]}


def test_the_types_of_a_direction_have_names(api: Api) -> None:
    assert api.get("/crm/v3/associations/tickets/companies/types").json == {
        "results": [
            {"id": "339", "name": "ticket_to_company_unlabeled"},
            {"id": "26", "name": "ticket_to_company"},
        ]
    }


def test_the_types_of_a_direction_include_labels_by_name(api: Api) -> None:
    api.post("/crm/v4/associations/tickets/contacts/labels", {"name": "decision_maker", "label": "Decision maker"})
    assert api.get("/crm/v3/associations/tickets/contacts/types").json["results"] == [
        {"id": "16", "name": "ticket_to_contact"},
        {"id": "1", "name": "decision_maker"},
    ]


@pytest.mark.parametrize("named", ["ticket_to_contact", "16"])
def test_a_batch_create_answers_with_the_names_of_types(api: Api, ticket: str, contact: str, named: str) -> None:
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": contact}, "type": named}]}
    answer = api.post(f"{BATCH}/create", body)
    assert (answer.status, answer.json["status"]) == (201, "COMPLETE")
    assert answer.json["results"] == [{"from": {"id": ticket}, "to": {"id": contact}, "type": "ticket_to_contact"}]
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_a_label_can_be_written_by_its_name(api: Api, ticket: str, contact: str) -> None:
    api.post("/crm/v4/associations/tickets/contacts/labels", {"name": "decision_maker", "label": "Decision maker"})
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": contact}, "type": "decision_maker"}]}
    assert api.post(f"{BATCH}/create", body).status == 201
    rows = api.get(f"/crm/v3/objects/tickets/{ticket}/associations/contacts").json["results"]
    assert [row["type"] for row in rows] == ["decision_maker", "ticket_to_contact"]


def test_a_batch_create_reports_bad_inputs_beside_the_good_ones(api: Api, ticket: str, contact: str) -> None:
    good = {"from": {"id": ticket}, "to": {"id": contact}, "type": "ticket_to_contact"}
    answer = api.post(f"{BATCH}/create", {"inputs": [good, {**good, "type": "nothing"}, INPUT]})
    assert (answer.status, len(answer.json["results"]), answer.json["numErrors"]) == (207, 1, 2)


@pytest.mark.parametrize(
    "item", [{**INPUT, "from": "1"}, {"from": {"id": "1"}, "to": {"id": "2"}}, {**INPUT, "to": {}}]
)
def test_a_malformed_batch_input_is_refused(api: Api, item: dict[str, Any]) -> None:
    assert api.post(f"{BATCH}/create", {"inputs": [item]}).status == 400


def test_a_batch_archive_removes_the_named_types(api: Api, ticket: str, company: str) -> None:
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    path = "/crm/v3/associations/tickets/companies/batch/archive"
    item = {"from": {"id": ticket}, "to": {"id": company}, "type": "ticket_to_company"}
    answer = api.post(path, {"inputs": [item]})
    assert (answer.status, answer.raw) == (204, b"")
    assert types_of(api, f"tickets/{ticket}", "companies") == {company: [339]}


def test_a_batch_read_shows_rows_and_reports_records_without_links(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    answer = api.post(f"{BATCH}/read", {"inputs": [{"id": ticket}, {"id": "999"}]})
    assert (answer.status, answer.json["numErrors"]) == (207, 1)
    assert answer.json["results"] == [{"from": {"id": ticket}, "to": [{"id": contact, "type": "ticket_to_contact"}]}]
    assert answer.json["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"


def test_a_batch_read_of_linked_records_is_plain(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    answer = api.post(f"{BATCH}/read", {"inputs": [{"id": ticket, "after": "not read here"}]})
    assert (answer.status, "errors" in answer.json) == (200, False)


@pytest.mark.parametrize(
    ("tail", "item", "largest"), [("create", INPUT, 2000), ("archive", INPUT, 2000), ("read", {"id": "1"}, 1000)]
)
def test_a_batch_has_a_largest_size(api: Api, tail: str, item: dict[str, Any], largest: int) -> None:
    assert api.post(f"{BATCH}/{tail}", {"inputs": [item] * largest}).status < 300
    assert api.post(f"{BATCH}/{tail}", {"inputs": [item] * (largest + 1)}).status == 400
