"""The reference cases: reading them, preparing what they start from, sending what they send."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from spokedesk.crm.account import FIDELITIES, AccountSettings
from tests.support.api import Answer, Api
from tests.support.factories import (
    archive_record,
    define_pipeline,
    define_properties,
    insert_record,
    insert_token,
    link_records,
    make_pipeline,
    make_property,
)

FILE = Path(__file__).parents[1] / "cases" / "cases.json"
SETTINGS = {item.name for item in fields(AccountSettings)}


class UnknownSetting(Exception):
    """A case configures something that this server does not have."""


@dataclass(frozen=True, slots=True)
class Case:
    """One entry of cases.json, as it stands."""

    id: str
    profile: str
    given: Mapping[str, Any]
    request: Mapping[str, Any]
    expect: Mapping[str, Any]
    provenance: str
    guide: Sequence[str] = ()
    before: Sequence[Mapping[str, Any]] = ()
    note: str = ""

    @property
    def profiles(self) -> tuple[str, ...]:
        return tuple(FIDELITIES) if self.profile == "both" else (self.profile,)


@lru_cache(maxsize=1)
def load_cases() -> dict[str, Case]:
    """Every case by its id; raise when two have the same one."""
    cases = [Case(**entry) for entry in json.loads(FILE.read_text("utf-8"))]
    found = {case.id: case for case in cases}
    assert len(found) == len(cases), "the ids of cases are unique"
    return found


def read_settings(config: Mapping[str, Any]) -> AccountSettings:
    unknown = sorted(set(config) - SETTINGS)
    if unknown:
        raise UnknownSetting(", ".join(unknown))
    return AccountSettings(**config)


def prepare(case: Case, profile: str) -> Api:
    """An account in the state that the case is given."""
    given = case.given
    api = Api(profile, read_settings(given.get("config", {})))
    for entry in given.get("properties", ()):
        definition = make_property(
            entry["name"],
            entry["type"],
            entry["fieldType"],
            options=entry.get("options", ()),
            has_unique_value=entry.get("hasUniqueValue", False),
        )
        define_properties(api, definition, object_type=entry["objectType"])
    for entry in given.get("pipelines", ()):
        stages = [
            (stage["id"], stage["label"], stage["metadata"]["ticketState"] == "CLOSED") for stage in entry["stages"]
        ]
        define_pipeline(api, make_pipeline(entry["id"], entry["label"], stages), entry["objectType"])
    for entry in given.get("tokens", ()):
        expired = entry.get("expired_seconds_ago")
        expires_at = None if expired is None else api.clock() - expired * 1000
        insert_token(api, entry["token"], entry["scopes"], entry["kind"], expires_at)
    prepare_records(api, given)
    return api


def prepare_records(api: Api, given: Mapping[str, Any]) -> None:
    records = given.get("records", ())
    for entry in records:
        insert_record(api, entry["type"], int(entry["id"]), entry["properties"])
    for entry in records:
        for link in entry.get("associations", ()):
            link_records(api, entry["type"], int(entry["id"]), link["to"].partition("/")[2], link["typeId"])
    for entry in records:
        if entry.get("archived"):
            archive_record(api, entry["type"], int(entry["id"]))
    if "generate" in given:
        wanted = given["generate"]
        for record_id in range(wanted["first_id"], wanted["first_id"] + wanted["count"]):
            values = {"subject": f"Ticket {record_id}", "hs_pipeline": "0", "hs_pipeline_stage": "1"}
            insert_record(api, wanted["type"], record_id, values)


def expand(value: Any) -> Any:
    """A body with its macros written out."""
    if isinstance(value, dict):
        return {key: expand(item) for key, item in value.items()}
    if isinstance(value, list):
        return [expand(item) for item in value]
    if isinstance(value, str) and value.startswith("$repeat_ids:"):
        _, first, count = value.split(":")
        return [{"id": str(record_id)} for record_id in range(int(first), int(first) + int(count))]
    if isinstance(value, str) and value.startswith("$repeat:"):
        _, text, times = value.split(":")
        return text * int(times)
    return value


def send(api: Api, request: Mapping[str, Any]) -> Answer:
    body = request.get("body")
    raw = body["$raw"].encode() if isinstance(body, dict) and "$raw" in body else None
    return api.call(
        request["method"],
        request["path"],
        query=request.get("query") or {},
        json=None if raw is not None else expand(body),
        body=raw,
        headers=request.get("headers"),
    )
