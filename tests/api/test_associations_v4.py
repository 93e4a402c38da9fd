"""Links in the v4 and dated shape: per endpoint token, scope, bad and good request, then the rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Answer, Api
from tests.support.linking import archive, create, link, spec, types_of

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of="associations_v4.*"),
    pytest.mark.fidelity("observed", source="recorded", of="crm.associations.*"),
]

DATED = ("2025-09", "2026-03", "2026-09", "2026-09-beta")
BATCH = "/crm/v4/associations/tickets/contacts/batch"
INPUT: dict[str, Any] = {"from": {"id": "1"}, "to": {"id": "2"}, "types": [spec(16)]}
READS: list[tuple[str, str, Any]] = [
    ("GET", "/crm/v4/objects/tickets/1/associations/contacts", None),
    ("POST", f"{BATCH}/read", {"inputs": []}),
]
WRITES: list[tuple[str, str, Any]] = [
    ("PUT", "/crm/v4/objects/tickets/1/associations/contacts/2", [spec(16)]),
    ("PUT", "/crm/v4/objects/tickets/1/associations/default/contacts/2", None),
    ("DELETE", "/crm/v4/objects/tickets/1/associations/contacts/2", None),
    ("POST", f"{BATCH}/create", {"inputs": []}),
    ("POST", f"{BATCH}/associate/default", {"inputs": []}),
    ("POST", f"{BATCH}/archive", {"inputs": []}),
    ("POST", f"{BATCH}/labels/archive", {"inputs": []}),
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


@pytest.mark.parametrize("scope", ["tickets", "crm.objects.contacts.read", "crm.objects.tickets.read"])
@pytest.mark.parametrize(("method", "path", "body"), READS)
def test_a_scope_of_one_end_allows_links_to_be_read(
    api: Api, scope: str, method: str, path: str, body: Any, ticket: str
) -> None:
    api.grant("pat-one", [scope])
    assert as_token(api, "pat-one", method, path.replace("/1/", f"/{ticket}/"), body).status == 200


@pytest.mark.parametrize("scope", ["tickets", "crm.objects.contacts.write", "crm.objects.tickets.write"])
def test_a_writing_scope_of_one_end_allows_links_to_be_written(api: Api, scope: str, ticket: str, contact: str) -> None:
    api.grant("pat-one", [scope])
    path = f"/crm/v4/objects/tickets/{ticket}/associations/contacts/{contact}"
    assert as_token(api, "pat-one", "PUT", path, [spec(16)]).status == 201


@pytest.mark.parametrize(("method", "path", "body"), READS + WRITES)
def test_an_unknown_object_type_is_reported_by_its_name(api: Api, method: str, path: str, body: Any) -> None:
    answer = api.call(method, path.replace("contacts", "widgets"), json=body)
    assert (answer.status, answer.json["message"]) == (400, "Unable to infer object type from: widgets")
    assert "category" not in answer.json


def test_a_list_shows_records_with_all_their_types(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    answer = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/companies")
    assert (answer.status, answer.json) == (
        200,
        {
            "results": [
                {
                    "toObjectId": int(company),
                    "associationTypes": [
                        {"category": "HUBSPOT_DEFINED", "typeId": 339, "label": None},
                        {"category": "HUBSPOT_DEFINED", "typeId": 26, "label": "Primary"},
                    ],
                }
            ]
        },
    )


def test_an_empty_list_has_no_paging(api: Api, ticket: str) -> None:
    answer = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/contacts")
    assert (answer.status, answer.json) == (200, {"results": []})


@pytest.mark.parametrize("spelling", ["ticket", "TICKETS", "0-5"])
def test_object_types_may_be_spelled_in_every_way(api: Api, ticket: str, spelling: str) -> None:
    assert api.get(f"/crm/v4/objects/{spelling}/{ticket}/associations/CONTACT").status == 200


@pytest.mark.parametrize("state", ["unknown", "archived"])
def test_the_list_of_a_missing_record_is_not_found(api: Api, state: str, ticket: str) -> None:
    key = "999" if state == "unknown" else ticket
    archive(api, "tickets", ticket)
    answer = api.get(f"/crm/v4/objects/tickets/{key}/associations/contacts")
    assert (answer.status, answer.json["category"]) == (404, "OBJECT_NOT_FOUND")


def test_a_cursor_leads_through_all_pages(api: Api, ticket: str) -> None:
    contacts = [create(api, "contacts") for _ in range(5)]
    for contact in contacts:
        link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    path, seen, after = f"/crm/v4/objects/tickets/{ticket}/associations/contacts", [], ""
    while True:
        body = api.get(path, limit=2, after=after).json
        seen.append([str(item["toObjectId"]) for item in body["results"]])
        if "paging" not in body:
            break
        after = body["paging"]["next"]["after"]
        assert not after.isdigit(), "the cursor is opaque"
        assert body["paging"]["next"]["link"] == f"http://spokedesk.test{path}?limit=2&after={after}"
    assert seen == [contacts[:2], contacts[2:4], contacts[4:]]


@pytest.mark.parametrize("after", ["1001", "abc", "====", "ä", "LTE"])
def test_a_cursor_of_somebody_else_is_refused(api: Api, ticket: str, after: str) -> None:
    answer = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/contacts", after=after)
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(("limit", "status"), [("500", 200), ("501", 400), ("0", 400), ("x", 400)])
def test_a_page_has_at_most_500_records(api: Api, ticket: str, limit: str, status: int) -> None:
    assert api.get(f"/crm/v4/objects/tickets/{ticket}/associations/contacts", limit=limit).status == status


def test_a_put_answers_with_both_records_and_no_labels_for_the_plain_type(api: Api, ticket: str, contact: str) -> None:
    assert link(api, f"tickets/{ticket}", f"contacts/{contact}", 16).json == {
        "fromObjectTypeId": "0-5",
        "fromObjectId": int(ticket),
        "toObjectTypeId": "0-1",
        "toObjectId": int(contact),
        "labels": [],
    }


def test_a_put_answers_with_the_texts_of_labels(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    assert link(api, f"tickets/{ticket}", f"companies/{company}", 26).json["labels"] == ["Primary"]


def test_a_put_adds_to_the_types_that_are_there(api: Api, ticket: str, contact: str) -> None:
    labels = "/crm/v4/associations/tickets/contacts/labels"
    ids = [api.post(labels, {"name": name, "label": name}).json["results"][0]["typeId"] for name in ("one", "two")]
    for type_id in ids:
        link(api, f"tickets/{ticket}", f"contacts/{contact}", spec(type_id, "USER_DEFINED"))
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: sorted([16, *ids])}


def test_a_put_of_several_types_writes_all_of_them(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    label = api.post("/crm/v4/associations/tickets/companies/labels", {"name": "payer", "label": "Payer"})
    type_id = label.json["results"][0]["typeId"]
    answer = link(api, f"tickets/{ticket}", f"companies/{company}", 26, spec(type_id, "USER_DEFINED"))
    assert answer.json["labels"] == ["Primary", "Payer"]
    assert types_of(api, f"tickets/{ticket}", "companies") == {company: sorted([26, 339, type_id])}


@pytest.mark.parametrize(
    ("body", "status", "message", "category"),
    [
        (b"", 400, "Invalid JSON input: a request body was expected, but none found", "VALIDATION_ERROR"),
        (
            b"[{}]",
            400,
            "Invalid input JSON on line 1, column 3. Some required fields were not set: "
            "[associationCategory, associationTypeId]",
            "VALIDATION_ERROR",
        ),
        (
            b'{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":16}',
            400,
            "Invalid input JSON on line 1, column 1: Cannot deserialize value of type `java.util.ArrayList` from "
            "Object value (token `JsonToken.START_OBJECT`)",
            None,
        ),
        (
            b'["x"]',
            400,
            "Invalid input JSON on line 1, column 1: Cannot deserialize value of type `java.util.LinkedHashMap` from "
            "String value (token `JsonToken.VALUE_STRING`)",
            None,
        ),
        (b"[]", 400, "At least one association type is needed", "VALIDATION_ERROR"),
        (
            b'[{"associationCategory":"MINE","associationTypeId":16}]',
            400,
            "Invalid input JSON on line 1, column 1: Cannot deserialize value of type "
            '`com.hubspot.associations.AssociationCategory` from String "MINE": not one of the values accepted for '
            "Enum class: [HUBSPOT_DEFINED, INTEGRATOR_DEFINED, USER_DEFINED, WORK]",
            None,
        ),
    ],
)
def test_a_put_says_what_is_wrong_with_its_body(
    api: Api, ticket: str, contact: str, body: bytes, status: int, message: str, category: str | None
) -> None:
    answer = api.call("PUT", f"/crm/v4/objects/tickets/{ticket}/associations/contacts/{contact}", body=body)
    assert (answer.status, answer.json["message"], answer.json.get("category")) == (status, message, category)


@pytest.mark.parametrize("wanted", [spec(3, "USER_DEFINED"), spec(15), spec(227), spec(16, "USER_DEFINED")])
def test_a_type_that_is_not_defined_for_the_direction_is_refused(
    api: Api, ticket: str, contact: str, wanted: dict[str, Any]
) -> None:
    answer = api.put(f"/crm/v4/objects/tickets/{ticket}/associations/contacts/{contact}", [wanted])
    text = f"{wanted['associationCategory']}={wanted['associationTypeId']}"
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["message"] == "One or more associations are invalid"
    assert answer.json["context"] == {
        "associationSpec": [text],
        "INVALID_ASSOCIATION_TYPE_ID": [f"{text} is not a valid association definition id"],
    }


@pytest.mark.parametrize(
    ("start", "end", "name", "lost"),
    [("tickets/{t}", "contacts/999", "CONTACT", "999"), ("tickets/998", "contacts/{c}", "TICKET", "998")],
)
def test_a_record_that_does_not_exist_cannot_be_linked(
    api: Api, ticket: str, contact: str, start: str, end: str, name: str, lost: str
) -> None:
    path = f"/crm/v4/objects/{start}/associations/{end}".format(t=ticket, c=contact)
    answer = api.put(path, [spec(16)])
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["context"] == {
        "INVALID_OBJECT_IDS": [f"{name}={lost} is not valid"],
        "objectId": [lost],
        "objectType": [name],
    }


@pytest.mark.parametrize("prefix", ["/crm/v4/objects", "/crm/v3/objects", "/crm/objects/2026-03"])
def test_the_default_put_writes_the_plain_type_and_shows_both_directions(
    api: Api, ticket: str, contact: str, prefix: str
) -> None:
    answer = api.put(f"{prefix}/tickets/{ticket}/associations/default/contacts/{contact}")
    assert (answer.status, answer.json["status"]) == (200, "COMPLETE")
    assert answer.json["results"] == [
        {
            "from": {"id": contact},
            "to": {"id": ticket},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 15},
        },
        {
            "from": {"id": ticket},
            "to": {"id": contact},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16},
        },
    ]
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_repeating_the_default_put_changes_nothing(api: Api, ticket: str, contact: str) -> None:
    path = f"/crm/v4/objects/tickets/{ticket}/associations/default/contacts/{contact}"
    assert [api.put(path).status, api.put(path).status] == [200, 200]
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_the_default_put_to_an_unknown_record_is_refused(api: Api, ticket: str) -> None:
    answer = api.put(f"/crm/v4/objects/tickets/{ticket}/associations/default/contacts/999")
    assert (answer.status, answer.json["context"]["objectId"]) == (400, ["999"])


def test_a_delete_removes_every_type_between_two_records(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    answer = api.delete(f"/crm/v4/objects/tickets/{ticket}/associations/companies/{company}")
    assert (answer.status, answer.raw) == (204, b"")
    assert types_of(api, f"companies/{company}", "tickets") == {}


def test_deleting_what_is_not_there_is_no_error(api: Api, ticket: str) -> None:
    assert api.delete(f"/crm/v4/objects/tickets/{ticket}/associations/contacts/999").status == 204


def test_deleting_with_a_text_for_an_id_is_not_found(api: Api, ticket: str) -> None:
    assert api.delete(f"/crm/v4/objects/tickets/{ticket}/associations/contacts/x").status == 404


def test_a_batch_create_answers_with_a_row_per_input(api: Api, ticket: str, contact: str) -> None:
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": contact}, "types": [spec(16)]}]}
    answer = api.post(f"{BATCH}/create", body)
    assert (answer.status, answer.json["status"], "errors" in answer.json) == (201, "COMPLETE", False)
    assert answer.json["results"] == [
        {
            "fromObjectTypeId": "0-5",
            "fromObjectId": int(ticket),
            "toObjectTypeId": "0-1",
            "toObjectId": int(contact),
            "labels": [],
        }
    ]


def test_a_batch_create_reports_bad_inputs_beside_the_good_ones(api: Api, ticket: str, contact: str) -> None:
    good = {"from": {"id": ticket}, "to": {"id": contact}, "types": [spec(16)]}
    answer = api.post(
        f"{BATCH}/create", {"inputs": [{**good, "to": {"id": "999"}}, good, {**good, "types": [spec(4)]}]}
    )
    assert (answer.status, answer.json["numErrors"], len(answer.json["results"])) == (207, 2, 1)
    assert answer.json["errors"][0]["context"]["objectId"] == ["999"]
    assert answer.json["errors"][1]["context"]["associationSpec"] == ["HUBSPOT_DEFINED=4"]
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_a_batch_create_with_nothing_good_is_a_multi_status_too(api: Api) -> None:
    answer = api.post(f"{BATCH}/create", {"inputs": [INPUT]})
    assert (answer.status, answer.json["results"], answer.json["numErrors"]) == (207, [], 1)


def test_repeated_inputs_write_one_link(api: Api, ticket: str, contact: str) -> None:
    item = {"from": {"id": ticket}, "to": {"id": contact}, "types": [spec(16)]}
    assert api.post(f"{BATCH}/create", {"inputs": [item, item]}).status == 201
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


@pytest.mark.parametrize(
    ("item", "missing"),
    [
        ({}, "from, to, types"),
        ({"from": {}, "to": {"id": "1"}, "types": []}, "id"),
        ({"from": {"id": "1"}, "to": {"id": "1"}, "types": [{}]}, "associationCategory, associationTypeId"),
    ],
)
def test_a_batch_create_names_the_fields_that_are_missing(api: Api, item: dict[str, Any], missing: str) -> None:
    answer = api.post(f"{BATCH}/create", {"inputs": [item]})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert answer.json["message"].endswith(f"Some required fields were not set: [{missing}]")


@pytest.mark.parametrize(
    ("tail", "item", "largest"),
    [
        ("create", INPUT, 2000),
        ("associate/default", {"from": {"id": "1"}, "to": {"id": "2"}}, 2000),
        ("archive", {"from": {"id": "1"}, "to": [{"id": "2"}]}, 2000),
        ("labels/archive", INPUT, 2000),
        ("read", {"id": "1"}, 1000),
    ],
)
def test_a_batch_has_a_largest_size(api: Api, tail: str, item: dict[str, Any], largest: int) -> None:
    assert api.post(f"{BATCH}/{tail}", {"inputs": [item] * largest}).status < 300
    answer = api.post(f"{BATCH}/{tail}", {"inputs": [item] * (largest + 1)})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert str(largest) in answer.json["message"]


def test_a_default_batch_shows_both_directions_of_each_input(api: Api, ticket: str) -> None:
    contacts = [create(api, "contacts"), create(api, "contacts")]
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": contact}} for contact in contacts]}
    answer = api.post(f"{BATCH}/associate/default", body)
    assert answer.status == 200
    shown = [(row["from"]["id"], row["associationSpec"]["associationTypeId"]) for row in answer.json["results"]]
    assert shown == [(contacts[0], 15), (ticket, 16), (contacts[1], 15), (ticket, 16)]


def test_a_default_batch_reports_bad_inputs_beside_the_good_ones(api: Api, ticket: str, contact: str) -> None:
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": target}} for target in (contact, "999")]}
    answer = api.post(f"{BATCH}/associate/default", body)
    assert (answer.status, len(answer.json["results"]), answer.json["numErrors"]) == (207, 2, 1)


def test_a_batch_read_shows_the_links_of_each_record(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    answer = api.post(f"{BATCH}/read", {"inputs": [{"id": ticket}]})
    assert (answer.status, answer.json["status"]) == (200, "COMPLETE")
    types = [{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None}]
    assert answer.json["results"] == [
        {"from": {"id": ticket}, "to": [{"toObjectId": int(contact), "associationTypes": types}]}
    ]


@pytest.mark.parametrize("kind", ["unlinked", "unknown", "archived", "text"])
def test_a_batch_read_reports_records_without_links(api: Api, kind: str, ticket: str, contact: str) -> None:
    other = create(api, "tickets")
    link(api, f"tickets/{other}", f"contacts/{contact}", 16)
    if kind == "archived":
        link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
        archive(api, "tickets", ticket)
    key = {"unknown": "999", "text": "x"}.get(kind, ticket)
    answer = api.post(f"{BATCH}/read", {"inputs": [{"id": key}, {"id": other}]})
    assert (answer.status, answer.json["numErrors"]) == (207, 1)
    assert [result["from"]["id"] for result in answer.json["results"]] == [other]
    assert answer.json["errors"] == [
        {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
            "message": f"No contact is associated with ticket {key}.",
            "context": {"fromObjectId": [key], "fromObjectType": ["ticket"], "toObjectType": ["contact"]},
        }
    ]


def test_a_repeated_id_is_read_once(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    assert len(api.post(f"{BATCH}/read", {"inputs": [{"id": ticket}] * 2}).json["results"]) == 1


def test_a_batch_read_pages_through_a_record_with_many_links(api: Api) -> None:
    company = create(api, "companies")
    tickets: list[str] = []
    for _ in range(6):
        inputs = [{"properties": {"subject": "x", "hs_pipeline_stage": "1"}} for _ in range(100)]
        created = api.post("/crm/v3/objects/tickets/batch/create", {"inputs": inputs}).json["results"]
        tickets.extend(item["id"] for item in created)
    pairs = [{"from": {"id": company}, "to": {"id": ticket}} for ticket in tickets]
    api.post("/crm/v4/associations/companies/tickets/batch/associate/default", {"inputs": pairs})
    path = "/crm/v4/associations/companies/tickets/batch/read"
    (first,) = api.post(path, {"inputs": [{"id": company}]}).json["results"]
    after = first["paging"]["next"]["after"]
    (second,) = api.post(path, {"inputs": [{"id": company, "after": after}]}).json["results"]
    assert [len(first["to"]), len(second["to"]), "paging" in second] == [500, 100, False]
    assert [str(item["toObjectId"]) for item in first["to"] + second["to"]] == tickets
    link_of_page = first["paging"]["next"]["link"].removeprefix("http://spokedesk.test")
    followed = api.call("GET", link_of_page.split("?")[0], query=link_of_page.split("?")[1])
    assert followed.json["results"] == second["to"]


def test_a_batch_read_behind_the_last_link_is_empty_and_no_error(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    link(api, f"tickets/{ticket}", f"contacts/{create(api, 'contacts')}", 16)
    page = api.get(f"/crm/v4/objects/tickets/{ticket}/associations/contacts", limit=1).json
    after = page["paging"]["next"]["after"]
    assert api.delete(f"/crm/v4/objects/tickets/{ticket}/associations/contacts/{int(contact) + 1}").status == 204
    answer = api.post(f"{BATCH}/read", {"inputs": [{"id": ticket, "after": after}]})
    assert (answer.status, answer.json["results"]) == (200, [{"from": {"id": ticket}, "to": []}])


def test_a_batch_archive_removes_all_types_to_all_targets(api: Api, ticket: str) -> None:
    companies = [create(api, "companies") for _ in range(3)]
    for company in companies:
        link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    body = {"inputs": [{"from": {"id": ticket}, "to": [{"id": company} for company in companies[:2]]}]}
    answer = api.post("/crm/v4/associations/tickets/companies/batch/archive", body)
    assert (answer.status, answer.raw) == (204, b"")
    assert list(types_of(api, f"tickets/{ticket}", "companies")) == companies[2:]


def test_a_batch_archive_of_a_single_target_in_place_of_a_list_is_refused(api: Api, ticket: str) -> None:
    body = {"inputs": [{"from": {"id": ticket}, "to": {"id": "1"}}]}
    assert api.post("/crm/v4/associations/tickets/companies/batch/archive", body).status == 400


def test_a_batch_archive_has_a_largest_number_of_pairs(api: Api) -> None:
    item = {"from": {"id": "1"}, "to": [{"id": "2"}] * 10_000}
    assert api.post(f"{BATCH}/archive", {"inputs": [item, item]}).status == 204
    answer = api.post(f"{BATCH}/archive", {"inputs": [item, item, INPUT | {"to": [{"id": "2"}]}]})
    assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")


def test_archiving_labels_removes_the_named_types_only(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    path = "/crm/v4/associations/tickets/companies/batch/labels/archive"
    item = {"from": {"id": ticket}, "to": {"id": company}}
    assert api.post(path, {"inputs": [{**item, "types": [spec(26)]}]}).status == 204
    assert types_of(api, f"tickets/{ticket}", "companies") == {company: [339]}


def test_archiving_the_plain_type_removes_all(api: Api, ticket: str) -> None:
    company = create(api, "companies")
    link(api, f"tickets/{ticket}", f"companies/{company}", 26)
    path = "/crm/v4/associations/tickets/companies/batch/labels/archive"
    item = {"from": {"id": ticket}, "to": {"id": company}, "types": [spec(339)]}
    assert api.post(path, {"inputs": [item]}).status == 204
    assert types_of(api, f"tickets/{ticket}", "companies") == {}


def test_archiving_a_type_that_is_not_defined_is_refused(api: Api) -> None:
    answer = api.post(f"{BATCH}/labels/archive", {"inputs": [{**INPUT, "types": [spec(15)]}]})
    assert (answer.status, answer.json["message"]) == (400, "One or more associations are invalid")


@pytest.mark.parametrize("version", DATED)
def test_dated_versions_send_ids_as_texts(api: Api, version: str, ticket: str, contact: str) -> None:
    path = f"/crm/objects/{version}/tickets/{ticket}/associations/contacts"
    created = api.put(f"{path}/{contact}", [spec(16)])
    assert (created.status, created.json["fromObjectId"], created.json["toObjectId"]) == (201, ticket, contact)
    assert api.get(path).json["results"][0]["toObjectId"] == contact


@pytest.mark.parametrize("version", DATED)
@pytest.mark.parametrize("tail", ["archive", "labels/archive"])
def test_dated_versions_answer_removals_with_a_body(api: Api, version: str, tail: str) -> None:
    item: dict[str, Any] = {"from": {"id": "1"}, "to": [{"id": "2"}]} if tail == "archive" else INPUT
    answer = api.post(f"/crm/associations/{version}/tickets/contacts/batch/{tail}", {"inputs": [item]})
    assert (answer.status, answer.json["status"], answer.json["results"]) == (200, "COMPLETE", [])


@pytest.mark.parametrize(("version", "status"), [("2025-09", 201), ("2026-03", 201), ("2026-09", 200)])
def test_dated_versions_differ_in_the_status_of_a_batch_create(
    api: Api, version: str, status: int, ticket: str, contact: str
) -> None:
    item = {"from": {"id": ticket}, "to": {"id": contact}, "types": [spec(16)]}
    path = f"/crm/associations/{version}/tickets/contacts/batch/create"
    assert api.post(path, {"inputs": [item]}).status == status
    assert api.post(path, {"inputs": [item, INPUT]}).status == 207


def test_the_newer_prefix_serves_the_same_batches(api: Api, ticket: str, contact: str) -> None:
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    body = {"inputs": [{"id": ticket}]}
    answer = api.post("/crm/associations/v4/tickets/contacts/batch/read", body)
    assert answer.json["results"] == api.post(f"{BATCH}/read", body).json["results"]
