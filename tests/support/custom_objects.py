"""Custom objects for tests: a schema as clients send it, and its records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from spokedesk.engine.tokens import create_token, every_scope, hash_token
from spokedesk.storage.database import Transaction
from spokedesk.storage.tokens import insert_token
from tests.support.api import Answer, Api

SCHEMAS = "/crm-object-schemas/v3/schemas"
CARS = "/crm/v3/objects/p_car"


def text_property(name: str, **changes: Any) -> dict[str, Any]:
    return {"name": name, "label": name.title(), "type": "string", "fieldType": "text", **changes}


def schema_body(name: str = "car", **changes: Any) -> dict[str, Any]:
    """A car has a model, a year and a unique plate; None leaves a key out."""
    body: dict[str, Any] = {
        "name": name,
        "labels": {"singular": name.title(), "plural": f"{name.title()}s"},
        "primaryDisplayProperty": "model",
        "requiredProperties": ["model"],
        "searchableProperties": ["model", "plate"],
        "properties": [
            text_property("model"),
            {**text_property("year"), "type": "number", "fieldType": "number"},
            text_property("plate", hasUniqueValue=True),
        ],
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def define(api: Api, name: str = "car", **changes: Any) -> dict[str, Any]:
    """A new schema, as the answer shows it."""
    answer = api.post(SCHEMAS, schema_body(name, **changes))
    assert answer.status == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def create_car(api: Api, model: str = "Beetle", **values: str) -> str:
    answer = api.post(CARS, {"properties": {"model": model, **values}})
    assert answer.status == 201, answer.json
    return str(answer.json["id"])


def codes(answer: Answer) -> list[str]:
    return [item["code"] for item in answer.json.get("errors", ()) if "code" in item]


def user_token(api: Api, token: str, user_id: int) -> str:
    """A full token that belongs to a user."""

    async def work(tx: Transaction) -> None:
        row = await create_token(tx, f"{token}-maker", name="maker", scopes=every_scope())
        await insert_token(tx, replace(row, token_hash=hash_token(token), id=row.id + 1, user_id=user_id))

    api.write(work)
    return token
