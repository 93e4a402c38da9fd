"""Chapter: delete tickets."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from hubspot.crm import tickets

from tests.support.server import create_ticket

T = "/crm/v3/objects/tickets"


def test_a_ticket_is_deleted(sdk: Any) -> None:
    """G36: DELETE answers 204; the ticket is not found any more, unless deleted ones are asked for."""
    made = create_ticket(sdk, "Away")
    _, status, _ = sdk.crm.tickets.basic_api.archive_with_http_info(made.id)
    assert status == 204
    with pytest.raises(tickets.exceptions.NotFoundException):
        sdk.crm.tickets.basic_api.get_by_id(made.id)
    archived = sdk.crm.tickets.basic_api.get_by_id(made.id, archived=True)
    assert (archived.archived, archived.properties["subject"]) == (True, "Away")
    assert archived.archived_at >= made.created_at


def test_a_deleted_ticket_is_in_no_list_and_no_search(sdk: Any) -> None:
    """G36, G2: only the list of archived tickets has it."""
    made = create_ticket(sdk, "Quagga in the search")
    sdk.crm.tickets.basic_api.archive(made.id)
    live = sdk.crm.tickets.basic_api.get_page(after=made.id, limit=100)
    assert made.id not in [item.id for item in live.results]
    gone = sdk.crm.tickets.basic_api.get_page(after=made.id, limit=100, archived=True)
    assert made.id in [item.id for item in gone.results]
    assert sdk.crm.tickets.search_api.do_search(tickets.PublicObjectSearchRequest(query="quagga")).total == 0


def test_a_deleted_ticket_cannot_be_changed(sdk: Any) -> None:
    """G36: 404."""
    made = create_ticket(sdk)
    sdk.crm.tickets.basic_api.archive(made.id)
    with pytest.raises(tickets.exceptions.NotFoundException):
        sdk.crm.tickets.basic_api.update(made.id, tickets.SimplePublicObjectInput(properties={"subject": "x"}))


def test_deleting_twice_is_no_error(sdk: Any, http: httpx2.Client) -> None:
    """G36: nor is deleting what never was."""
    made = create_ticket(sdk)
    answers = [http.delete(f"{T}/{made.id}") for _ in range(2)] + [http.delete(f"{T}/999999999")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 3


def test_several_tickets_are_deleted_at_once(sdk: Any) -> None:
    """G37: a batch of ids answers 204."""
    made = [create_ticket(sdk).id for _ in range(3)]
    kept = create_ticket(sdk).id
    inputs = [tickets.SimplePublicObjectId(id=key) for key in made]
    body = tickets.BatchInputSimplePublicObjectId(inputs=inputs)
    _, status, _ = sdk.crm.tickets.batch_api.archive_with_http_info(body)
    assert status == 204
    for key in made:
        assert sdk.crm.tickets.basic_api.get_by_id(key, archived=True).archived is True
    assert sdk.crm.tickets.basic_api.get_by_id(kept).archived is False


def test_the_guide_works_from_the_command_line_too(sdk: Any, http: httpx2.Client) -> None:
    """G37: the request of the guide as plain HTTP."""
    made = [create_ticket(sdk).id for _ in range(2)]
    answer = http.post(f"{T}/batch/archive", json={"inputs": [{"id": key} for key in made]})
    assert (answer.status_code, answer.content) == (204, b"")
