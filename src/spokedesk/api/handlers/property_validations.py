"""Validation rules of properties: list, read, set, and (our own call) remove."""

from __future__ import annotations

from typing import Any

from spokedesk.api.calls import Call, Reply
from spokedesk.api.handlers.records import definitions_of
from spokedesk.api.json_door import items_of
from spokedesk.crm.property_rules import find_property
from spokedesk.crm.property_validations import ValidationRule, find_rule
from spokedesk.engine import property_validations


def render_rule(rule: ValidationRule) -> dict[str, Any]:
    found: dict[str, Any] = {"ruleType": rule.type, "ruleArguments": list(rule.arguments)}
    if rule.normalises is not None:
        found["shouldApplyNormalization"] = rule.normalises
    return found


async def list_object_rules(call: Call) -> Reply:
    """GET the rules of every active property that has any."""
    definitions = await definitions_of(call)
    results = [
        {"propertyName": name, "propertyValidationRules": [render_rule(rule) for rule in rules]}
        for name, rules in definitions.validations.items()
        if name in definitions.properties
    ]
    return Reply(200, {"results": results})


async def list_rules(call: Call) -> Reply:
    """GET the rules of one property."""
    definitions = await definitions_of(call)
    name = find_property(definitions, call.path["name"]).name
    return Reply(200, {"results": [render_rule(rule) for rule in definitions.validations.get(name, ())]})


async def read_rule(call: Call) -> Reply:
    """GET one rule of a property."""
    definitions = await definitions_of(call)
    name = find_property(definitions, call.path["name"]).name
    return Reply(200, render_rule(find_rule(definitions.validations.get(name, ()), name, call.path["rule_type"])))


async def replace_rule(call: Call) -> Reply:
    """PUT one rule of a property, over the one of its type."""
    body = call.body
    rule = ValidationRule(call.path["rule_type"], tuple(items_of(body.rule_arguments)), body.should_apply_normalization)
    await property_validations.replace_rule(call.tx, await definitions_of(call), call.path["name"], rule)
    return Reply(204)


async def erase_rule(call: Call) -> Reply:
    """DELETE one rule of a property; the vendor's API has no such call."""
    definitions = await definitions_of(call)
    await property_validations.erase_rule(call.tx, definitions, call.path["name"], call.path["rule_type"])
    return Reply(204)
