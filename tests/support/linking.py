"""Records and links made through the API, and a look at the stored rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spokedesk.storage.associations import COLUMNS
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api

NEEDED: Mapping[str, dict[str, str]] = {
    "tickets": {"subject": "Printer", "hs_pipeline_stage": "1"},
    "deals": {"dealname": "Printers", "dealstage": "appointmentscheduled"},
    "notes": {"hs_timestamp": "2026-09-01T10:00:00Z"},
    "tasks": {"hs_timestamp": "2026-09-01T10:00:00Z"},
}

Row = tuple[str, int, str, int, str, int]


def create(api: Api, object_type: str, **properties: str) -> str:
    """A record of a type with the properties that it cannot be without; its id."""
    values = {**NEEDED.get(object_type, {}), **properties}
    answer = api.post(f"/crm/v3/objects/{object_type}", {"properties": values})
    assert answer.status == 201, answer.json
    return str(answer.json["id"])


def archive(api: Api, object_type: str, record_id: str) -> None:
    assert api.delete(f"/crm/v3/objects/{object_type}/{record_id}").status == 204


def restore(api: Api, object_type: str, record_id: str) -> None:
    assert api.post(f"/spokedesk/v1/objects/{object_type}/{record_id}/restore").status == 200


def spec(type_id: int, category: str = "HUBSPOT_DEFINED") -> dict[str, Any]:
    return {"associationCategory": category, "associationTypeId": type_id}


def link(api: Api, start: str, end: str, *specs: Any) -> Answer:
    """PUT types between two records given as `tickets/1001`; a number stands for one of the vendor's ids."""
    to_type, to_id = end.split("/")
    body = [spec(item) if isinstance(item, int) else item for item in specs]
    answer = api.put(f"/crm/v4/objects/{start}/associations/{to_type}/{to_id}", body)
    assert answer.status == 201, answer.json
    return answer


def types_of(api: Api, start: str, to_type: str) -> dict[str, list[int]]:
    """The linked records of a type by id, and the ids of their types in ascending order."""
    answer = api.get(f"/crm/v4/objects/{start}/associations/{to_type}")
    assert answer.status == 200, answer.json
    return {
        str(target["toObjectId"]): sorted(known["typeId"] for known in target["associationTypes"])
        for target in answer.json["results"]
    }


def property_of(api: Api, start: str, name: str) -> str | None:
    answer = api.get(f"/crm/v3/objects/{start}", properties=name)
    assert answer.status == 200, answer.json
    value: str | None = answer.json["properties"].get(name)
    return value


def stored_rows(api: Api) -> set[Row]:
    """Every row of the association table, links of archived records included."""

    async def work(tx: Transaction) -> set[Row]:
        rows = await tx.rows(f"SELECT {COLUMNS} FROM association WHERE account_id = :account_id")
        return {(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows}

    found: set[Row] = api.read(work)
    return found
