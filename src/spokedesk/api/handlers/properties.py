"""Property definitions and their groups: list, create, read, update, archive, single and in batches."""

from __future__ import annotations

from typing import Any

from msgspec import UnsetType

from spokedesk.api import query
from spokedesk.api.bodies.properties import OptionBody, PropertyCreateBody, PropertyUpdateBody
from spokedesk.api.calls import Call, Reply
from spokedesk.api.errors import render_error
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of, needed_text, text_of
from spokedesk.api.render import render_batch
from spokedesk.crm import property_rules
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.instants import iso
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup, PropertyOption
from spokedesk.crm.property_rules import (
    BOOL_OPTIONS,
    SENSITIVITIES,
    OptionInput,
    PropertyInput,
    find_group,
    find_property,
    unknown_property,
)
from spokedesk.engine import properties
from spokedesk.engine.batches import check_count
from spokedesk.errors import InvalidRequest, SpokedeskError


def given(value: str | UnsetType | None) -> str | None:
    return None if isinstance(value, UnsetType) else value


def read_option(body: OptionBody) -> OptionInput:
    return OptionInput(
        given(body.label) or "",
        text_of(body.value) or "",
        body.display_order,
        bool(body.hidden),
        body.description or "",
    )


def read_property(body: PropertyUpdateBody) -> PropertyInput:
    """What a body says about a property, a new one or a change."""
    created = body if isinstance(body, PropertyCreateBody) else None
    return PropertyInput(
        name=(given(created.name) or "") if created else "",
        label=given(body.label),
        type=given(body.type),
        field_type=given(body.field_type),
        group_name=given(body.group_name),
        description=body.description,
        options=None if body.options is None else tuple(read_option(option) for option in body.options),
        display_order=body.display_order,
        has_unique_value=created.has_unique_value if created else None,
        hidden=body.hidden,
        form_field=body.form_field,
        external_options=created.external_options if created else None,
        referenced_object_type=created.referenced_object_type if created else None,
        calculation_formula=body.calculation_formula,
        show_currency_symbol=body.show_currency_symbol,
        currency_property_name=body.currency_property_name,
        number_display_hint=body.number_display_hint,
        text_display_hint=body.text_display_hint,
        date_display_hint=created.date_display_hint if created else None,
        data_sensitivity=created.data_sensitivity if created else None,
    )


def read_sensitivity(text: str | None) -> str:
    """Which kind of properties is asked for; everything here is non-sensitive."""
    wanted = text or SENSITIVITIES[0]
    if wanted not in SENSITIVITIES:
        raise InvalidRequest("Unable to parse value for query parameter: dataSensitivity")
    return wanted


def render_option(option: PropertyOption) -> dict[str, Any]:
    return {
        "label": option.label,
        "value": option.value,
        "description": option.description,
        "displayOrder": option.display_order,
        "hidden": option.hidden,
    }


def render_property(definition: PropertyDefinition) -> dict[str, Any]:
    """A definition as every call shows it. Booleans have their two options even where nobody listed them."""
    options = definition.options or (BOOL_OPTIONS if definition.type == "bool" else ())
    found: dict[str, Any] = {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "description": definition.description,
        "groupName": definition.group_name,
        "options": [render_option(option) for option in options],
        "displayOrder": definition.display_order,
        "calculated": definition.calculated,
        "externalOptions": definition.external_options,
        "hasUniqueValue": definition.has_unique_value,
        "hidden": definition.hidden,
        "hubspotDefined": definition.hubspot_defined,
        "modificationMetadata": {
            "archivable": definition.archivable,
            "readOnlyDefinition": definition.hubspot_defined,
            "readOnlyOptions": definition.hubspot_defined and not property_rules.options_are_open(definition),
            "readOnlyValue": definition.read_only_value,
        },
        "formField": definition.form_field,
        "dataSensitivity": definition.data_sensitivity,
        "createdAt": iso(definition.created_at),
        "updatedAt": iso(definition.updated_at),
        "archived": definition.archived_at is not None,
    }
    extras = {
        "archivedAt": None if definition.archived_at is None else iso(definition.archived_at),
        "createdUserId": definition.created_user_id,
        "updatedUserId": definition.updated_user_id,
        "referencedObjectType": definition.referenced_object_type,
        "calculationFormula": definition.calculation_formula,
        "showCurrencySymbol": definition.show_currency_symbol,
        "currencyPropertyName": definition.currency_property_name,
        "numberDisplayHint": definition.number_display_hint,
        "textDisplayHint": definition.text_display_hint,
        "dateDisplayHint": definition.date_display_hint,
    }
    found.update({name: value for name, value in extras.items() if value is not None})
    return found


def render_group(group: PropertyGroup) -> dict[str, Any]:
    return {"name": group.name, "label": group.label, "displayOrder": group.display_order, "archived": False}


async def list_properties(call: Call) -> Reply:
    """GET all active or all archived properties; `properties` narrows to some names."""
    definitions = await definitions_of(call)
    found = definitions.archived if query.flag(call.query, "archived") else definitions.properties
    sensitivity = read_sensitivity(query.text(call.query, "dataSensitivity"))
    names = query.names(call.query, "properties")
    results = [
        render_property(definition)
        for name, definition in sorted(found.items())
        if definition.data_sensitivity == sensitivity and (not names or name in names)
    ]
    return Reply(200, {"results": results})


async def create_property(call: Call) -> Reply:
    """POST one property; the batch of one."""
    definitions = await definitions_of(call)
    (result,) = await properties.create_properties(call.tx, call.context, definitions, [read_property(call.body)])
    if isinstance(result, SpokedeskError):
        raise result
    return Reply(201, render_property(result), location=f"{call.request.path.rstrip('/')}/{result.name}")


def find_asked(definitions: Definitions, name: str, *, archived: bool, sensitivity: str) -> PropertyDefinition:
    """The property of that name, state and sensitivity; raise NotFound."""
    found = find_property(definitions, name, archived=archived)
    if found.data_sensitivity != sensitivity:
        raise unknown_property(name)
    return found


async def read_one(call: Call) -> Reply:
    """GET one property, active or archived."""
    found = find_asked(
        await definitions_of(call),
        call.path["name"],
        archived=query.flag(call.query, "archived"),
        sensitivity=read_sensitivity(query.text(call.query, "dataSensitivity")),
    )
    return Reply(200, render_property(found))


async def update_property(call: Call) -> Reply:
    """PATCH one property; what is not sent stays."""
    definitions = await definitions_of(call)
    updated = await properties.update_property(
        call.tx, call.context, definitions, call.path["name"], read_property(call.body)
    )
    return Reply(200, render_property(updated))


async def archive_property(call: Call) -> Reply:
    """DELETE one property to the recycle bin."""
    await properties.archive_property(call.tx, call.context, await definitions_of(call), call.path["name"])
    return Reply(204)


def render_failure(error: SpokedeskError, name: str, call: Call) -> dict[str, Any]:
    """One element of the `errors` of a batch answer, with the name of the property it is about."""
    body = render_error(error, call.context.account.id, None)
    body["context"] = {"propertyName": [name], **body.get("context", {})}
    return body


async def create_batch(call: Call) -> Reply:
    """POST several properties, each on its own: what cannot be created is reported beside the rest."""
    inputs = [read_property(item) for item in items_of(call.body.inputs)]
    check_count(len(inputs))
    results = await properties.create_properties(call.tx, call.context, await definitions_of(call), inputs)
    created = [render_property(result) for result in results if isinstance(result, PropertyDefinition)]
    errors = [
        render_failure(result, wanted.name, call)
        for wanted, result in zip(inputs, results, strict=True)
        if isinstance(result, SpokedeskError)
    ]
    return Reply(207 if errors else 201, render_batch(call, created, errors))


async def read_batch(call: Call) -> Reply:
    """POST names; unknown ones are reported beside the rest."""
    names = list(dict.fromkeys(needed_text(item.name) for item in items_of(call.body.inputs)))
    check_count(len(names))
    definitions = await definitions_of(call)
    sensitivity = read_sensitivity(call.body.data_sensitivity)
    found: list[dict[str, Any]] = []
    errors: list[dict[str, Any]] = []
    for name in names:
        try:
            definition = find_asked(definitions, name, archived=bool(call.body.archived), sensitivity=sensitivity)
        except SpokedeskError as error:
            errors.append(render_failure(error, name, call))
        else:
            found.append(render_property(definition))
    return Reply(207 if errors else 200, render_batch(call, found, errors))


async def archive_batch(call: Call) -> Reply:
    """POST names for the recycle bin; unknown and archived ones are no error."""
    names = [needed_text(item.name) for item in items_of(call.body.inputs)]
    check_count(len(names))
    await properties.archive_properties(call.tx, call.context, await definitions_of(call), names)
    return Reply(204)


async def list_groups(call: Call) -> Reply:
    """GET all groups."""
    definitions = await definitions_of(call)
    return Reply(200, {"results": [render_group(group) for group in definitions.groups.values()]})


async def create_group(call: Call) -> Reply:
    """POST one group."""
    body = call.body
    group = await properties.create_group(
        call.tx, await definitions_of(call), needed_text(body.name), needed_text(body.label), body.display_order
    )
    return Reply(201, render_group(group), location=f"{call.request.path.rstrip('/')}/{group.name}")


async def read_group(call: Call) -> Reply:
    """GET one group."""
    return Reply(200, render_group(find_group(await definitions_of(call), call.path["group_name"])))


async def update_group(call: Call) -> Reply:
    """PATCH label or position of a group."""
    group = await properties.update_group(
        call.tx, await definitions_of(call), call.path["group_name"], call.body.label, call.body.display_order
    )
    return Reply(200, render_group(group))


async def erase_group(call: Call) -> Reply:
    """DELETE a group without active properties, for good."""
    await properties.erase_group(call.tx, await definitions_of(call), call.path["group_name"])
    return Reply(204)
