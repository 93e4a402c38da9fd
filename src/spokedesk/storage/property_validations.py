"""The property_validation table: the rules that administrators set for values."""

from __future__ import annotations

from spokedesk.crm.property_validations import ValidationRule
from spokedesk.storage.database import Transaction
from spokedesk.storage.documents import from_document, to_document


async def list_rules(tx: Transaction, object_type: str) -> dict[str, tuple[ValidationRule, ...]]:
    """The rules of an object type by property, in order of their type; properties without any are absent."""
    rows = await tx.rows(
        """
        SELECT property, rule
        FROM property_validation
        WHERE account_id = :account_id AND object_type = :object_type
        ORDER BY property, rule_type
        """,
        object_type=object_type,
    )
    found: dict[str, tuple[ValidationRule, ...]] = {}
    for name, rule in rows:
        found[name] = (*found.get(name, ()), from_document(rule, ValidationRule))
    return found


async def replace_rule(tx: Transaction, object_type: str, name: str, rule: ValidationRule) -> None:
    """Set a rule, over the one of its type that the property had."""
    await tx.execute(
        """
        INSERT INTO property_validation (account_id, object_type, property, rule_type, rule)
        VALUES (:account_id, :object_type, :name, :rule_type, :rule)
        ON CONFLICT (account_id, object_type, property, rule_type) DO UPDATE SET rule = excluded.rule
        """,
        object_type=object_type,
        name=name,
        rule_type=rule.type,
        rule=to_document(rule),
    )


async def erase_rule(tx: Transaction, object_type: str, name: str, rule_type: str) -> None:
    await tx.execute(
        """
        DELETE FROM property_validation
        WHERE account_id = :account_id AND object_type = :object_type AND property = :name AND rule_type = :rule_type
        """,
        object_type=object_type,
        name=name,
        rule_type=rule_type,
    )


async def erase_rules(tx: Transaction, object_type: str, name: str) -> None:
    """Remove every rule of a property."""
    await tx.execute(
        """
        DELETE FROM property_validation
        WHERE account_id = :account_id AND object_type = :object_type AND property = :name
        """,
        object_type=object_type,
        name=name,
    )
