"""The account around the story: owners, pipelines, custom properties, association labels."""

from __future__ import annotations

from spokedesk.demo.scenarios import read_toml
from spokedesk.demo.story import AssociationLabelSetup, DemoSetup, JsonObject, PipelineSetup, PropertySetup

OWNERS_SINCE = "2025-04-01T08:00:00.000Z"


def demo_setup() -> DemoSetup:
    """What to create in an empty account before the events of the story."""
    account = read_toml("account")
    return DemoSetup(
        company_name=account["company_name"],
        owners=tuple(_owner(entry) for entry in account["owners"]),
        pipelines=tuple(PipelineSetup("tickets", body) for body in account["pipelines"]),
        properties=tuple(
            PropertySetup(object_type, body) for object_type, bodies in account["properties"].items() for body in bodies
        ),
        association_labels=tuple(_label(entry) for entry in account["association_labels"]),
    )


def _owner(entry: JsonObject) -> JsonObject:
    body = {name: value for name, value in entry.items() if name != "languages"}
    return {
        **body,
        "type": "PERSON",
        "userIdIncludingInactive": body["userId"],
        "createdAt": OWNERS_SINCE,
        "updatedAt": OWNERS_SINCE,
        "archived": False,
    }


def _label(entry: JsonObject) -> AssociationLabelSetup:
    body = {name: entry[name] for name in ("name", "label", "inverseLabel")}
    return AssociationLabelSetup(entry["from"], entry["to"], entry["typeId"], entry["inverseTypeId"], body)
