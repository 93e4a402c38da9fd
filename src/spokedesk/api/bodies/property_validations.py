"""Bodies of the calls about validation rules."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body


class RuleBody(Body, rename="camel"):
    rule_arguments: list[str] | UnsetType = UNSET
    should_apply_normalization: bool | None = None
    REQUIRED = ("ruleArguments",)
