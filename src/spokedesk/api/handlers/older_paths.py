"""Properties and pipelines in their first forms: bare lists, instants in milliseconds."""

from __future__ import annotations

from typing import Any

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.properties import read_property, render_property
from spokedesk.api.handlers.records import definitions_of
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.properties import PropertyDefinition
from spokedesk.crm.property_rules import find_property
from spokedesk.engine import properties
from spokedesk.errors import SpokedeskError


def render_older_property(definition: PropertyDefinition) -> dict[str, Any]:
    found = render_property(definition)
    metadata = found.pop("modificationMetadata")
    for name in ("dataSensitivity", "archived", "archivedAt"):
        found.pop(name, None)
    found["options"] = [{**option, "readOnly": False, "doubleData": 0.0} for option in found["options"]]
    found.update(
        createdAt=definition.created_at,
        updatedAt=definition.updated_at,
        readOnlyValue=metadata["readOnlyValue"],
        readOnlyDefinition=metadata["readOnlyDefinition"],
        mutableDefinitionNotDeletable=not metadata["archivable"] and not metadata["readOnlyDefinition"],
        favorited=False,
        deleted=definition.archived_at is not None,
    )
    return found


async def list_properties(call: Call) -> Reply:
    """GET every active property."""
    definitions = await definitions_of(call)
    return Reply(200, [render_older_property(item) for _, item in sorted(definitions.properties.items())])


async def create_property(call: Call) -> Reply:
    """POST one property."""
    definitions = await definitions_of(call)
    (result,) = await properties.create_properties(call.tx, call.context, definitions, [read_property(call.body)])
    if isinstance(result, SpokedeskError):
        raise result
    return Reply(200, render_older_property(result))


async def read_one_property(call: Call) -> Reply:
    """GET one property."""
    return Reply(200, render_older_property(find_property(await definitions_of(call), call.path["name"])))


async def update_property(call: Call) -> Reply:
    """PUT what is to change about a property."""
    definitions = await definitions_of(call)
    changes = read_property(call.body)
    updated = await properties.update_property(call.tx, call.context, definitions, call.path["name"], changes)
    return Reply(200, render_older_property(updated))


async def archive_property(call: Call) -> Reply:
    """DELETE one property to the recycle bin."""
    await properties.archive_property(call.tx, call.context, await definitions_of(call), call.path["name"])
    return Reply(204)


async def list_groups(call: Call) -> Reply:
    """GET the groups, with `includeProperties=true` what is in them."""
    definitions = await definitions_of(call)
    groups: list[dict[str, Any]] = [
        {"name": group.name, "displayName": group.label, "displayOrder": group.display_order}
        for group in definitions.groups.values()
    ]
    if query.flag(call.query, "includeProperties"):
        for group in groups:
            inside = (item for _, item in sorted(definitions.properties.items()) if item.group_name == group["name"])
            group["properties"] = [render_older_property(item) for item in inside]
    return Reply(200, groups)


def render_older_stage(stage: Stage) -> dict[str, Any]:
    return {
        "stageId": stage.id,
        "label": stage.label,
        "displayOrder": stage.display_order,
        "metadata": dict(stage.metadata),
        "createdAt": stage.created_at,
        "updatedAt": stage.updated_at,
        "active": True,
    }


def render_older_pipeline(pipeline: Pipeline, definitions: Definitions) -> dict[str, Any]:
    kind = definitions.object_type
    return {
        "pipelineId": pipeline.id,
        "objectType": kind.error_name,
        "objectTypeId": kind.id,
        "label": pipeline.label,
        "displayOrder": pipeline.display_order,
        "stages": [render_older_stage(stage) for stage in pipeline.stages],
        "createdAt": pipeline.created_at,
        "updatedAt": pipeline.updated_at,
        "active": True,
        "default": pipeline.id == kind.default_pipeline,
    }


async def list_pipelines(call: Call) -> Reply:
    """GET the pipelines of an object type with their stages."""
    definitions = await definitions_of(call)
    found = [render_older_pipeline(pipeline, definitions) for pipeline in definitions.pipelines.values()]
    return Reply(200, {"results": found})
