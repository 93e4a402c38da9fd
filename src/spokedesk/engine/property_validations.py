"""Setting and removing validation rules of properties."""

from __future__ import annotations

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.property_rules import find_property
from spokedesk.crm.property_validations import ValidationRule, check_rule, find_rule
from spokedesk.storage import property_validations
from spokedesk.storage.accounts import mark_definitions_changed
from spokedesk.storage.database import Transaction


async def replace_rule(tx: Transaction, definitions: Definitions, name: str, rule: ValidationRule) -> None:
    """Set one rule of an active property, over the one of its type; values that records hold stay as they are."""
    check_rule(rule, find_property(definitions, name))
    await property_validations.replace_rule(tx, definitions.object_type.id, name, rule)
    await mark_definitions_changed(tx)


async def erase_rule(tx: Transaction, definitions: Definitions, name: str, rule_type: str) -> None:
    """Remove one rule of an active property; raise NotFound when it has none of that type."""
    find_property(definitions, name)
    find_rule(definitions.validations.get(name, ()), name, rule_type)
    await property_validations.erase_rule(tx, definitions.object_type.id, name, rule_type)
    await mark_definitions_changed(tx)
