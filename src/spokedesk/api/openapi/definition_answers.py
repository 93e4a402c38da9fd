"""Shapes of the answers about validation rules, for the document only."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType


class ValidationRule(Struct, kw_only=True, rename="camel"):
    """What a value of a property must keep; the arguments mean what the type of the rule says."""

    rule_type: str
    rule_arguments: list[str]
    should_apply_normalization: bool | UnsetType = UNSET


class ValidationRuleList(Struct, kw_only=True):
    results: list[ValidationRule]


class PropertyRules(Struct, kw_only=True, rename="camel"):
    """A property with all its rules."""

    property_name: str
    property_validation_rules: list[ValidationRule]


class PropertyRulesList(Struct, kw_only=True):
    results: list[PropertyRules]
