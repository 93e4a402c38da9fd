"""Chapter: create a ticket."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import pipelines, properties, tickets
from hubspot.crm.associations.v4 import schema

from tests.support.server import create_record, create_ticket, linked

T = "/crm/v3/objects/tickets"


def new(**values: object) -> dict[str, Any]:
    return {"properties": {"subject": "Printer", "hs_pipeline_stage": "1", **values}}


def test_a_ticket_is_created_from_its_properties(sdk: Any) -> None:
    """G4: POST with `properties` answers 201 and the record."""
    body = tickets.SimplePublicObjectInputForCreate(
        properties={"subject": "Printer", "hs_pipeline": "0", "hs_pipeline_stage": "1", "hs_ticket_priority": "HIGH"}
    )
    made, status, headers = sdk.crm.tickets.basic_api.create_with_http_info(body)
    assert type(made) is tickets.SimplePublicObject
    assert status == 201
    assert headers["Location"].endswith(f"{T}/{made.id}")
    assert made.id.isdigit()
    assert made.archived is False
    sent = {"subject": "Printer", "hs_pipeline": "0", "hs_pipeline_stage": "1", "hs_ticket_priority": "HIGH"}
    assert sent.items() <= made.properties.items()
    assert made.properties["hs_object_id"] == made.id
    read = sdk.crm.tickets.basic_api.get_by_id(made.id)
    assert read.created_at == made.created_at


def test_the_guide_works_from_the_command_line_too(http: httpx2.Client) -> None:
    """G4, G45: the request of the guide as plain HTTP."""
    answer = http.post(
        T,
        json={
            "properties": {
                "subject": "Printer",
                "hs_pipeline": "0",
                "hs_pipeline_stage": "1",
                "hs_ticket_priority": "HIGH",
            }
        },
    )
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.json()["properties"]["subject"] == "Printer"


def test_without_associations_nothing_is_linked(sdk: Any) -> None:
    """G5: `associations` may be left out."""
    made = create_ticket(sdk)
    read = sdk.crm.tickets.basic_api.get_by_id(made.id, associations=["contacts", "companies", "notes"])
    assert type(read) is tickets.SimplePublicObjectWithAssociations
    assert read.associations is None


def test_a_create_request_links_records_and_activities(sdk: Any) -> None:
    """G5, G12: contact, company and note are linked by the request that makes the ticket."""
    contact = create_record(sdk, "contacts", email="links@example.com")
    company = create_record(sdk, "companies", name="Linked Ltd")
    note = create_record(sdk, "notes", hs_note_body="seen", hs_timestamp="2026-10-01T12:00:00Z")
    body = tickets.SimplePublicObjectInputForCreate(
        properties=new()["properties"],
        associations=[linked(contact, 16), linked(int(company), 339), linked(note, 227)],
    )
    made = sdk.crm.tickets.basic_api.create(body)
    read = sdk.crm.tickets.basic_api.get_by_id(made.id, associations=["contacts", "companies", "notes"])
    found = {name: {link.id for link in page.results} for name, page in read.associations.items()}
    assert found == {"contacts": {contact}, "companies": {company}, "notes": {note}}
    assert read.associations["contacts"].results[0].type == "ticket_to_contact"


def test_custom_properties_are_written_like_default_ones(sdk: Any) -> None:
    """G6: a property that the account created beside a default one."""
    definition = properties.PropertyCreate(
        name="printer_model", label="Model", type="string", field_type="text", group_name="ticketinformation"
    )
    assert type(sdk.crm.properties.core_api.create("tickets", definition)) is properties.ModelProperty
    made = create_ticket(sdk, printer_model="LX-80", content="no ink")
    assert made.properties["printer_model"] == "LX-80"
    assert made.properties["content"] == "no ink"


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        ({"hs_pipeline_stage": "1"}, ["subject"]),
        ({"subject": "Printer"}, ["hs_pipeline_stage"]),
        ({"subject": "", "hs_pipeline_stage": ""}, ["hs_pipeline_stage", "subject"]),
        ({}, ["hs_pipeline_stage", "subject"]),
    ],
)
def test_subject_and_stage_must_be_sent(sdk: Any, sent: dict[str, str], missing: list[str]) -> None:
    """G7: the profile of the guides demands both, and names what is missing in alphabetical order."""
    body = tickets.SimplePublicObjectInputForCreate(properties=sent)
    with pytest.raises(tickets.ApiException) as raised:
        sdk.crm.tickets.basic_api.create(body)
    assert raised.value.status == 400
    assert "Error creating TICKET. Some required properties were not set." in raised.value.body
    assert str(missing).replace("'", '"').replace(" ", "") in raised.value.body


def test_without_a_pipeline_the_default_one_is_used(sdk: Any) -> None:
    """G8: `hs_pipeline` is needed only beside other pipelines."""
    assert create_ticket(sdk).properties["hs_pipeline"] == "0"


def test_a_stage_of_another_pipeline_needs_its_pipeline(sdk: Any, http: httpx2.Client) -> None:
    """G8, G9: the stage must belong to the pipeline; ids chosen by the caller are honoured."""
    stages = [
        pipelines.PipelineStageInput(label=label, display_order=order, metadata={"ticketState": state})
        for order, (label, state) in enumerate([("Open", "OPEN"), ("Done", "CLOSED")])
    ]
    body = pipelines.PipelineInput(label="Repairs", display_order=1, stages=stages)
    made = sdk.crm.pipelines.pipelines_api.create("tickets", body)
    assert type(made) is pipelines.Pipeline
    stage = made.stages[0].id
    refused = http.post(T, json=new(hs_pipeline_stage=stage))
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "INVALID_OPTION"
    accepted = http.post(T, json=new(hs_pipeline=made.id, hs_pipeline_stage=stage))
    assert accepted.status_code == 201
    assert accepted.json()["properties"]["hs_pipeline"] == made.id


@pytest.mark.parametrize("values", [{"hs_pipeline_stage": "New"}, {"hs_pipeline": "Support Pipeline"}])
def test_labels_of_stages_and_pipelines_are_refused(http: httpx2.Client, values: dict[str, str]) -> None:
    """G9: internal ids only."""
    answer = http.post(T, json=new(**values))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "INVALID_OPTION"
    assert answer.json()["errors"][0]["context"]["propertyName"] == list(values)


def test_internal_ids_can_be_looked_up(sdk: Any) -> None:
    """G10, G1: the pipelines call lists the stages; the last one closes."""
    page = sdk.crm.pipelines.pipelines_api.get_all("tickets")
    first = page.results[0]
    assert (first.id, [stage.id for stage in first.stages]) == ("0", ["1", "2", "3", "4"])
    assert [stage.metadata["isClosed"] for stage in first.stages] == ["false", "false", "false", "true"]


def test_all_ticket_properties_can_be_listed(sdk: Any) -> None:
    """G11: the properties call knows the default ones."""
    page = sdk.crm.properties.core_api.get_all("tickets")
    names = {item.name for item in page.results}
    assert {"subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority"} <= names


def test_one_bad_target_and_no_ticket_is_made(sdk: Any, http: httpx2.Client) -> None:
    """G12: associations are all or nothing."""
    contact = create_record(sdk, "contacts", email="half@example.com")
    subject = "never made because of its second target"
    bad = {"to": {"id": 999999999}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]}
    good = {"to": {"id": contact}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]}
    answer = http.post(T, json={**new(subject=subject), "associations": [good, bad]})
    assert answer.status_code == 400
    assert answer.json()["message"] == "One or more associations are invalid"
    assert http.post(f"{T}/search", json={"query": "second target"}).json()["total"] == 0


def test_association_types_and_labels_are_listed(sdk: Any) -> None:
    """G13: the default types, and a label of the account."""
    definitions = sdk.crm.associations.v4.schema.definitions_api
    label = schema.PublicAssociationDefinitionCreateRequest(name="listed", label="Listed")
    definitions.create("tickets", "contacts", label)
    page = definitions.get_all("tickets", "contacts")
    found = {(item.category, item.label): item.type_id for item in page.results}
    assert found["HUBSPOT_DEFINED", None] == 16
    assert found["USER_DEFINED", "Listed"] > 0


def test_a_type_without_category_is_a_predefined_one(sdk: Any, http: httpx2.Client) -> None:
    """G14: `{"associationTypeId":16}` alone."""
    contact = create_record(sdk, "contacts", email="short@example.com")
    links = [{"to": {"id": contact}, "types": [{"associationTypeId": 16}]}]
    made = http.post(T, json={**new(), "associations": links})
    assert made.status_code == 201
    read = http.get(f"{T}/{made.json()['id']}", params={"associations": "contacts"}).json()
    assert read["associations"] == {"contacts": {"results": [{"id": contact, "type": "ticket_to_contact"}]}}


def test_the_older_form_of_an_association_is_understood(sdk: Any, http: httpx2.Client) -> None:
    """G15: flat elements, a mix of both forms, and a single object instead of a list."""
    contact = create_record(sdk, "contacts", email="older@example.com")
    company = create_record(sdk, "companies", name="Older Ltd")
    older = {"toObjectId": int(contact), "associationTypeId": 16}
    newer = {"to": {"id": company}, "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 339}]}
    for links, wanted in (([older, newer], {"contacts", "companies"}), (older, {"contacts"})):
        made = http.post(T, json={**new(), "associations": links})
        assert made.status_code == 201
        read = http.get(f"{T}/{made.json()['id']}", params={"associations": "contacts,companies"}).json()
        assert set(read["associations"]) == wanted


def test_the_older_form_may_carry_a_label(sdk: Any, http: httpx2.Client) -> None:
    """G16: the label is looked up by its exact text; an unknown one is refused."""
    contact = create_record(sdk, "contacts", email="label@example.com")
    label = schema.PublicAssociationDefinitionCreateRequest(name="reporter", label="Reporter")
    sdk.crm.associations.v4.schema.definitions_api.create("tickets", "contacts", label)
    link = {"toObjectId": int(contact), "associationTypeId": 16, "label": "Reporter"}
    made = http.post(T, json={**new(), "associations": [link]})
    assert made.status_code == 201
    page = sdk.crm.associations.v4.basic_api.get_page("tickets", made.json()["id"], "contacts")
    assert {item.label for item in page.results[0].association_types} == {None, "Reporter"}
    refused = http.post(T, json={**new(), "associations": [{**link, "label": "reporter"}]})
    assert refused.status_code == 400
    assert refused.json()["message"] == "One or more associations are invalid"
