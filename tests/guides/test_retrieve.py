"""Chapter: retrieve tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from hubspot.crm import tickets

from tests.support.server import Server, create_record, create_ticket, linked

T = "/crm/v3/objects/tickets"


def test_one_ticket_is_read_by_its_id(sdk: Any) -> None:
    """G17: GET with the record id."""
    made = create_ticket(sdk, "Read me")
    read, status, _ = sdk.crm.tickets.basic_api.get_by_id_with_http_info(made.id)
    assert type(read) is tickets.SimplePublicObjectWithAssociations
    assert (status, read.id, read.properties["subject"]) == (200, made.id, "Read me")
    assert read.created_at.tzinfo is not None


def test_an_unknown_ticket_is_not_found(sdk: Any) -> None:
    """G17: 404 for an id that nothing has."""
    with pytest.raises(tickets.exceptions.NotFoundException) as raised:
        sdk.crm.tickets.basic_api.get_by_id("999999999")
    assert "resource not found" in raised.value.body


def test_tickets_are_listed_page_by_page(sdk: Any, server: Server) -> None:
    """G18, G48: pages follow each other by a cursor, the link points to this server."""
    made = [create_ticket(sdk, f"Page {number}").id for number in range(5)]
    seen: list[str] = []
    after: str | None = made[0]
    while after is not None:
        page = sdk.crm.tickets.basic_api.get_page(limit=2, after=after)
        assert len(page.results) <= 2
        seen.extend(item.id for item in page.results)
        after = page.paging.next.after if page.paging else None
        if page.paging:
            assert page.paging.next.link.startswith(f"{server.url}{T}?")
    assert set(made) <= set(seen)
    assert len(set(seen)) == len(seen)


def test_the_sdk_collects_every_page(sdk: Any) -> None:
    """G18: the SDK's own loop ends and misses nothing."""
    made = {create_ticket(sdk).id for _ in range(3)}
    assert made <= {item.id for item in sdk.crm.tickets.get_all()}


def test_chosen_properties_are_returned(sdk: Any, http: httpx2.Client) -> None:
    """G19: as repeated keys (SDK) or comma-separated; what has no value is left out in the profile of the guides."""
    made = create_ticket(sdk, content="text", hs_ticket_priority="LOW")
    wanted = ["content", "hs_ticket_priority", "hs_ticket_category", "no_such_property"]
    read = sdk.crm.tickets.basic_api.get_by_id(made.id, properties=wanted)
    always = {"createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert set(read.properties) == {"content", "hs_ticket_priority", *always}
    raw = http.get(f"{T}/{made.id}", params={"properties": ",".join(wanted)}).json()
    assert raw["properties"] == read.properties
    listed = http.get(T, params={"properties": "content", "after": made.id, "limit": "1"}).json()
    assert listed["results"][0]["properties"]["content"] == "text"


def test_earlier_values_are_returned_newest_first(sdk: Any) -> None:
    """G20: `propertiesWithHistory` on one ticket and on a page; a name that never had a value is no key."""
    made = create_ticket(sdk, "old")
    sdk.crm.tickets.basic_api.update(made.id, tickets.SimplePublicObjectInput(properties={"subject": "new"}))
    read = sdk.crm.tickets.basic_api.get_by_id(made.id, properties_with_history=["subject", "content"])
    assert [item.value for item in read.properties_with_history["subject"]] == ["new", "old"]
    first, second = read.properties_with_history["subject"]
    assert type(first) is tickets.ValueWithTimestamp
    assert first.timestamp > second.timestamp
    assert "content" not in read.properties_with_history
    page = sdk.crm.tickets.basic_api.get_page(limit=1, after=made.id, properties_with_history=["subject"])
    assert len(page.results[0].properties_with_history["subject"]) == 2


def test_a_cleared_property_keeps_its_history(sdk: Any) -> None:
    """G20: the history of a cleared value begins with an empty text."""
    made = create_ticket(sdk, content="gone soon")
    sdk.crm.tickets.basic_api.update(made.id, tickets.SimplePublicObjectInput(properties={"content": ""}))
    read = sdk.crm.tickets.basic_api.get_by_id(made.id, properties_with_history=["content"])
    assert "content" not in read.properties
    assert [item.value for item in read.properties_with_history["content"]] == ["", "gone soon"]


def test_linked_ids_are_returned(sdk: Any, http: httpx2.Client) -> None:
    """G21: only for the types asked for, and only those with links; an unknown type is refused."""
    contact = create_record(sdk, "contacts", email="linked@example.com")
    body = tickets.SimplePublicObjectInputForCreate(
        properties={"subject": "s", "hs_pipeline_stage": "1"}, associations=[linked(contact, 16)]
    )
    made = sdk.crm.tickets.basic_api.create(body)
    answer = http.get(f"{T}/{made.id}", params={"associations": "contacts,companies"}).json()
    assert answer["associations"] == {"contacts": {"results": [{"id": contact, "type": "ticket_to_contact"}]}}
    assert "associations" not in http.get(f"{T}/{made.id}", params={"associations": "companies"}).json()
    page = sdk.crm.tickets.basic_api.get_page(limit=1, after=made.id, associations=["contacts"])
    assert page.results[0].associations["contacts"].results[0].id == contact
    assert http.get(f"{T}/{made.id}", params={"associations": "widgets"}).status_code == 400


def test_several_tickets_are_read_at_once(sdk: Any) -> None:
    """G22: by record id, results in any order."""
    made = [create_ticket(sdk, f"Together {number}").id for number in range(3)]
    body = tickets.BatchReadInputSimplePublicObjectId(
        inputs=[tickets.SimplePublicObjectId(id=record_id) for record_id in made],
        properties=["subject"],
        properties_with_history=[],
    )
    answer = sdk.crm.tickets.batch_api.read(body)
    assert type(answer) is tickets.BatchResponseSimplePublicObject
    assert {item.id: item.properties["subject"] for item in answer.results} == {
        record_id: f"Together {number}" for number, record_id in enumerate(made)
    }


def test_a_batch_has_no_associations_but_the_association_call_has(sdk: Any, http: httpx2.Client) -> None:
    """G23: a wish for associations is ignored; links in bulk come from the association interface."""
    contact = create_record(sdk, "contacts", email="bulk@example.com")
    ticket = create_ticket(sdk).id
    assert http.put(f"{T}/{ticket}/associations/contacts/{contact}/16").status_code == 200
    wanted = {"inputs": [{"id": ticket}], "properties": ["subject"], "associations": ["contacts"]}
    batch = http.post(f"{T}/batch/read", json=wanted)
    assert batch.status_code == 200
    assert "associations" not in batch.json()["results"][0]
    links = http.post("/crm/v4/associations/tickets/contacts/batch/read", json={"inputs": [{"id": ticket}]})
    assert links.status_code == 200
    assert links.json()["results"][0]["to"] == [
        {
            "toObjectId": int(contact),
            "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": 16, "label": None}],
        }
    ]


def test_a_client_finds_what_changed(sdk: Any) -> None:
    """G2: a search on the time of the last change, in its order; deleted ones come from the archived list."""
    first, second = create_ticket(sdk, "first"), create_ticket(sdk, "second")
    sdk.crm.tickets.basic_api.update(first.id, tickets.SimplePublicObjectInput(properties={"content": "touched"}))
    since = first.created_at - timedelta(milliseconds=1)
    request = tickets.PublicObjectSearchRequest(
        filter_groups=[
            tickets.FilterGroup(
                filters=[
                    tickets.Filter(
                        property_name="hs_lastmodifieddate",
                        operator="GTE",
                        value=str(int(since.timestamp() * 1000)),
                    )
                ]
            )
        ],
        sorts=[{"propertyName": "hs_lastmodifieddate", "direction": "ASCENDING"}],
        limit=200,
    )
    found = sdk.crm.tickets.search_api.do_search(request)
    assert type(found) is tickets.CollectionResponseWithTotalSimplePublicObjectForwardPaging
    changed = [item.id for item in found.results if item.id in (first.id, second.id)]
    assert changed == [second.id, first.id]
    sdk.crm.tickets.basic_api.archive(second.id)
    archived = sdk.crm.tickets.basic_api.get_page(archived=True, after=second.id, limit=1)
    assert [item.id for item in archived.results] == [second.id]


def test_a_search_needs_only_what_it_means(sdk: Any) -> None:
    """G2, G18: a query alone is enough, as the SDK sends it."""
    made = create_ticket(sdk, "Zeppelin over the harbour")
    request = tickets.PublicObjectSearchRequest(query="zeppelin", limit=5)
    found = sdk.crm.tickets.search_api.do_search(request)
    assert (found.total, [item.id for item in found.results]) == (1, [made.id])
    assert found.paging is None


def test_the_general_interface_reads_the_same_ticket(sdk: Any) -> None:
    """G3: objects of any type, under any spelling of it."""
    made = create_ticket(sdk, "General")
    for object_type in ("tickets", "ticket", "0-5", "TICKET"):
        read = sdk.crm.objects.basic_api.get_by_id(object_type, made.id)
        assert read.properties["subject"] == "General"


def test_what_was_answered_is_on_disk(tmp_path: Any) -> None:
    """G4, G17: a ticket is read again after the server was stopped and started on the same data."""
    from tests.support.server import start_desk, start_server

    first = start_desk(tmp_path)
    try:
        made = create_ticket(first.client(), "Still here", content="after the restart")
    finally:
        first.stop()
    second = start_server(token=first.token, data=first.data)
    try:
        read = second.client().crm.tickets.basic_api.get_by_id(made.id, properties_with_history=["subject"])
        assert read.properties["content"] == "after the restart"
        assert [item.value for item in read.properties_with_history["subject"]] == ["Still here"]
        assert read.created_at == made.created_at
    finally:
        second.stop()
