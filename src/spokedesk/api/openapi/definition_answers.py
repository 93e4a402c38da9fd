"""Shapes of the answers about validation rules and webhooks, for the document only."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.openapi.answers import Batch, Instant


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


class Throttling(Struct, kw_only=True, rename="camel"):
    """How many requests to the app may be under way at once."""

    max_concurrent_requests: int


class WebhookSettings(Struct, kw_only=True, rename="camel"):
    """Where all events of an app go."""

    target_url: str
    throttling: Throttling
    created_at: Instant
    updated_at: Instant


class Subscription(Struct, kw_only=True, rename="camel"):
    """A kind of event that an app wants to hear of."""

    id: str
    event_type: str
    active: bool
    created_at: Instant
    updated_at: Instant
    property_name: str | UnsetType = UNSET
    object_type_id: str | UnsetType = UNSET


class SubscriptionList(Struct, kw_only=True):
    results: list[Subscription]


class SubscriptionBatch(Batch, kw_only=True):
    """Subscriptions that a batch switched."""

    results: list[Subscription]
