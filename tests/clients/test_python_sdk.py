"""The official Python SDK, unpatched, against a real server: only its host setting differs."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hubspot import HubSpot
from hubspot.crm import companies, contacts, deals, objects, owners, pipelines, properties, tickets
from hubspot.crm.associations import v4

from tests.support.server import Server, create_record, create_ticket, linked

DEFINED = "HUBSPOT_DEFINED"


def patch(sdk: Any, ticket: str, **values: object) -> Any:
    return sdk.crm.tickets.basic_api.update(ticket, tickets.SimplePublicObjectInput(properties=values))


def test_the_whole_life_of_a_ticket(sdk: Any) -> None:
    """Create, read, search, update, associate, pin, delete, restore."""
    contact = create_record(sdk, "contacts", email="life@example.com")
    body = tickets.SimplePublicObjectInputForCreate(
        properties={"subject": "Pademelon", "hs_pipeline_stage": "1"}, associations=[linked(contact, 16)]
    )
    ticket = sdk.crm.tickets.basic_api.create(body).id
    found = sdk.crm.tickets.search_api.do_search(tickets.PublicObjectSearchRequest(query="pademelon"))
    assert [item.id for item in found.results] == [ticket]
    assert patch(sdk, ticket, hs_pipeline_stage="4").properties["hs_is_closed"] == "true"
    note = create_record(sdk, "notes", hs_timestamp="2026-10-01T12:00:00Z", hs_note_body="done")
    written = sdk.crm.associations.v4.basic_api.create_default("tickets", ticket, "notes", note)
    assert type(written) is v4.BatchResponsePublicDefaultAssociation
    assert patch(sdk, ticket, hs_pinned_engagement_id=int(note)).properties["hs_pinned_engagement_id"] == note
    sdk.crm.tickets.basic_api.archive(ticket)
    with pytest.raises(tickets.exceptions.NotFoundException):
        sdk.crm.tickets.basic_api.get_by_id(ticket)
    restored = sdk.api_request({"method": "POST", "path": f"/spokedesk/v1/objects/tickets/{ticket}/restore"})
    assert restored.status_code == 200
    read = sdk.crm.tickets.basic_api.get_by_id(
        ticket, properties=["hs_pinned_engagement_id", "subject"], associations=["contacts", "notes"]
    )
    assert (read.properties["subject"], read.properties["hs_pinned_engagement_id"]) == ("Pademelon", note)
    assert {name: page.results[0].id for name, page in read.associations.items()} == {
        "contacts": contact,
        "notes": note,
    }


def test_more_than_a_page_is_collected_with_and_without_history(sdk: Any) -> None:
    inputs = [
        tickets.SimplePublicObjectBatchInputForCreate(
            properties={"subject": f"Many {number}", "hs_pipeline_stage": "1"}, associations=[]
        )
        for number in range(60)
    ]
    body = tickets.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs)
    made = {item.id for _ in range(2) for item in sdk.crm.tickets.batch_api.create(body).results}
    assert len(made) == 120
    assert made <= {item.id for item in sdk.crm.tickets.get_all(properties=["subject"])}
    with_history = sdk.crm.tickets.get_all(properties_with_history=["subject"])
    assert made <= {item.id for item in with_history}
    assert all(item.properties_with_history["subject"] for item in with_history if item.id in made)


@pytest.mark.parametrize(
    ("token", "key", "error", "category"),
    [
        ("pat-na1-nobody", "1", tickets.exceptions.UnauthorizedException, "INVALID_AUTHENTICATION"),
        (None, "abc", tickets.exceptions.NotFoundException, "OBJECT_NOT_FOUND"),
        (None, "999999999", tickets.exceptions.NotFoundException, None),
    ],
)
def test_errors_arrive_as_the_exceptions_of_the_sdk(
    server: Server, token: str | None, key: str, error: type[Exception], category: str | None
) -> None:
    with pytest.raises(error) as raised:
        server.client(token).crm.tickets.basic_api.get_by_id(key)
    body = json.loads(raised.value.body)  # type: ignore[attr-defined]
    assert (body["status"], body.get("category")) == ("error", category)
    assert raised.value.headers["X-HubSpot-Correlation-Id"] == body["correlationId"]  # type: ignore[attr-defined]


def test_a_partly_failed_batch_is_a_value_with_errors_and_no_exception(sdk: Any) -> None:
    ticket = create_ticket(sdk).id
    body = tickets.BatchReadInputSimplePublicObjectId(
        inputs=[tickets.SimplePublicObjectId(id=key) for key in (ticket, "999999999")],
        properties=[],
        properties_with_history=[],
    )
    answer = sdk.crm.tickets.batch_api.read(body)
    assert type(answer) is tickets.BatchResponseSimplePublicObjectWithErrors
    assert type(answer.errors[0]) is tickets.StandardError
    assert answer.errors[0].category == "OBJECT_NOT_FOUND"


def test_tickets_are_merged(sdk: Any) -> None:
    kept, gone = create_ticket(sdk, "kept"), create_ticket(sdk, content="taken over")
    body = tickets.PublicMergeInput(primary_object_id=kept.id, object_id_to_merge=gone.id)
    merged = sdk.crm.tickets.basic_api.merge(body)
    assert type(merged) is tickets.SimplePublicObject
    assert merged.properties["content"] == "taken over"
    assert sdk.crm.tickets.basic_api.get_by_id(gone.id).id == merged.id


@pytest.mark.parametrize(
    ("noun", "module", "values"),
    [
        ("contacts", contacts, {"firstname": "Ada", "email": "sdk@example.com"}),
        ("companies", companies, {"name": "SDK Ltd"}),
        ("deals", deals, {"dealname": "Big", "dealstage": "appointmentscheduled", "pipeline": "default"}),
    ],
)
def test_the_other_nouns_of_the_sdk_work_alike(sdk: Any, noun: str, module: Any, values: dict[str, str]) -> None:
    api = getattr(sdk.crm, noun)
    made = api.basic_api.create(module.SimplePublicObjectInputForCreate(properties=values))
    assert type(made) is module.SimplePublicObject
    assert values.items() <= made.properties.items()
    name = next(iter(values))
    changed = api.basic_api.update(made.id, module.SimplePublicObjectInput(properties={name: "Changed"}))
    assert changed.properties[name] == "Changed"
    page = api.basic_api.get_page(limit=1, after=made.id)
    assert [item.id for item in page.results] == [made.id]
    api.basic_api.archive(made.id)
    with pytest.raises(module.exceptions.NotFoundException):
        api.basic_api.get_by_id(made.id)


def test_associations_are_written_and_read_in_batches(sdk: Any) -> None:
    ticket, other = create_ticket(sdk).id, create_ticket(sdk).id
    contact = create_record(sdk, "contacts", firstname="Batch")
    link = v4.PublicAssociationMultiPost(
        _from=v4.PublicObjectId(id=ticket),
        to=v4.PublicObjectId(id=contact),
        types=[v4.AssociationSpec(association_category=DEFINED, association_type_id=16)],
    )
    api = sdk.crm.associations.v4.batch_api
    created = api.create("tickets", "contacts", v4.BatchInputPublicAssociationMultiPost(inputs=[link]))
    assert type(created) is v4.BatchResponseLabelsBetweenObjectPair
    wanted = v4.BatchInputPublicFetchAssociationsBatchRequest(
        inputs=[v4.PublicFetchAssociationsBatchRequest(id=key) for key in (ticket, other)]
    )
    found = api.get_page("tickets", "contacts", wanted)
    assert type(found) is v4.BatchResponsePublicAssociationMultiWithLabelWithErrors
    assert [str(item.to_object_id) for item in found.results[0].to] == [contact]
    assert found.errors[0].category == "OBJECT_NOT_FOUND"
    gone = v4.PublicAssociationMultiArchive(_from=v4.PublicObjectId(id=ticket), to=[v4.PublicObjectId(id=contact)])
    _, status, _ = api.archive_with_http_info(
        "tickets", "contacts", v4.BatchInputPublicAssociationMultiArchive(inputs=[gone])
    )
    assert status == 204
    assert sdk.crm.associations.v4.basic_api.get_page("tickets", ticket, "contacts").results == []


def test_definitions_are_created_changed_and_archived(sdk: Any) -> None:
    api = sdk.crm.properties.core_api
    body = properties.PropertyCreate(
        name="sdk_level", label="Level", type="number", field_type="number", group_name="ticketinformation"
    )
    assert type(api.create("tickets", body)) is properties.ModelProperty
    changed = api.update("tickets", "sdk_level", properties.PropertyUpdate(label="Grade"))
    assert (changed.label, changed.type) == ("Grade", "number")
    api.archive("tickets", "sdk_level")
    assert "sdk_level" not in {item.name for item in api.get_all("tickets").results}


def test_a_pipeline_is_created_used_and_removed(sdk: Any) -> None:
    api = sdk.crm.pipelines.pipelines_api
    stages = [
        pipelines.PipelineStageInput(label="Open", display_order=0, metadata={"ticketState": "OPEN"}),
        pipelines.PipelineStageInput(label="Done", display_order=1, metadata={"ticketState": "CLOSED"}),
    ]
    made = api.create("tickets", pipelines.PipelineInput(label="SDK", display_order=5, stages=stages))
    assert type(made) is pipelines.Pipeline
    ticket = create_ticket(sdk, hs_pipeline=made.id, hs_pipeline_stage=made.stages[0].id)
    assert patch(sdk, ticket.id, hs_pipeline_stage=made.stages[1].id).properties["hs_is_closed"] == "true"
    patch(sdk, ticket.id, hs_pipeline="0", hs_pipeline_stage="1")
    api.archive("tickets", made.id)
    assert made.id not in {item.id for item in api.get_all("tickets").results}


def test_owners_are_listed(sdk: Any) -> None:
    made = {"email": "listed@example.com", "firstName": "Li", "lastName": "Sted"}
    assert sdk.api_request({"method": "POST", "path": "/spokedesk/v1/owners", "body": made}).status_code == 201
    page = sdk.crm.owners.owners_api.get_page(email="listed@example.com")
    assert type(page) is owners.CollectionResponsePublicOwnerForwardPaging
    assert [(owner.first_name, owner.last_name) for owner in page.results] == [("Li", "Sted")]
    assert page.results[0].id in {owner.id for owner in sdk.crm.owners.get_all()}


def test_the_general_search_works_for_every_type(sdk: Any) -> None:
    note = create_record(sdk, "notes", hs_timestamp="2026-10-01T12:00:00Z", hs_note_body="Platypus observed")
    request = objects.PublicObjectSearchRequest(query="platypus", properties=["hs_note_body"])
    found = sdk.crm.objects.search_api.do_search("notes", request)
    assert [(item.id, item.properties["hs_note_body"]) for item in found.results] == [(note, "Platypus observed")]


def test_many_clients_write_at_once_and_nothing_is_lost(server: Server) -> None:
    """Eight threads, each with a client of its own; every ticket can be read, no id was given twice."""

    def work(number: int) -> list[str]:
        sdk = server.client()
        return [create_ticket(sdk, f"Thread {number}").id for _ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        made = [ticket for found in pool.map(work, range(8)) for ticket in found]
    assert len(set(made)) == 80
    body = tickets.BatchReadInputSimplePublicObjectId(
        inputs=[tickets.SimplePublicObjectId(id=key) for key in made], properties=[], properties_with_history=[]
    )
    assert len(server.client().crm.tickets.batch_api.read(body).results) == 80


def test_without_a_base_url_only_the_raw_calls_go_elsewhere(server: Server) -> None:
    """`host` alone is enough for the typed interfaces."""
    sdk = HubSpot(access_token=server.token, host=server.url)
    assert create_ticket(sdk).id.isdigit()
