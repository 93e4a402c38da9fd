"""Chapter: remove an association."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.server import create_record, create_ticket

T = "/crm/v3/objects/tickets"


@pytest.mark.parametrize(
    ("object_type", "type_id", "values"),
    [
        ("contacts", 16, {"firstname": "Ada"}),
        ("companies", 339, {"name": "Removed Ltd"}),
        ("notes", 227, {"hs_timestamp": "2026-10-01T12:00:00Z"}),
    ],
)
def test_a_link_is_removed(
    sdk: Any, http: httpx2.Client, object_type: str, type_id: int, values: dict[str, str]
) -> None:
    """G31: DELETE of the URL that made the link answers 204; both records stay."""
    ticket, other = create_ticket(sdk).id, create_record(sdk, object_type, **values)
    path = f"{T}/{ticket}/associations/{object_type}/{other}/{type_id}"
    assert http.put(path).status_code == 200
    removed = http.delete(path)
    assert (removed.status_code, removed.content) == (204, b"")
    read = sdk.crm.tickets.basic_api.get_by_id(ticket, associations=[object_type])
    assert read.associations is None
    assert sdk.crm.objects.basic_api.get_by_id(object_type, other).id == other


def test_only_the_named_link_is_removed(sdk: Any, http: httpx2.Client) -> None:
    """G31: the other contact of the ticket stays linked."""
    ticket = create_ticket(sdk).id
    gone, kept = (create_record(sdk, "contacts", firstname=name) for name in ("Gone", "Kept"))
    for contact in (gone, kept):
        assert http.put(f"{T}/{ticket}/associations/contacts/{contact}/16").status_code == 200
    assert http.delete(f"{T}/{ticket}/associations/contacts/{gone}/16").status_code == 204
    read = sdk.crm.tickets.basic_api.get_by_id(ticket, associations=["contacts"])
    assert [link.id for link in read.associations["contacts"].results] == [kept]


def test_the_other_side_does_not_see_it_either(sdk: Any, http: httpx2.Client) -> None:
    """G31, G3: a link is one thing seen from two sides."""
    ticket, contact = create_ticket(sdk).id, create_record(sdk, "contacts", firstname="Other side")
    path = f"{T}/{ticket}/associations/contacts/{contact}/16"
    assert http.put(path).status_code == 200
    assert len(sdk.crm.associations.v4.basic_api.get_page("contacts", contact, "tickets").results) == 1
    assert http.delete(path).status_code == 204
    assert sdk.crm.associations.v4.basic_api.get_page("contacts", contact, "tickets").results == []


def test_removing_the_link_takes_the_pin_off(sdk: Any, http: httpx2.Client) -> None:
    """G31, G34: an activity that is not linked is not pinned."""
    ticket = create_ticket(sdk).id
    note = create_record(sdk, "notes", hs_timestamp="2026-10-01T12:00:00Z")
    path = f"{T}/{ticket}/associations/notes/{note}/227"
    assert http.put(path).status_code == 200
    pinned = http.patch(f"{T}/{ticket}", json={"properties": {"hs_pinned_engagement_id": note}})
    assert pinned.status_code == 200
    assert http.delete(path).status_code == 204
    read = http.get(f"{T}/{ticket}", params={"properties": "hs_pinned_engagement_id"}).json()
    assert "hs_pinned_engagement_id" not in read["properties"]
