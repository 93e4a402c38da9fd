"""Bodies of the calls about webhooks."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from spokedesk.api.bodies import Body, Scalar

Count = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]


class ThrottlingBody(Body, rename="camel"):
    max_concurrent_requests: Count | UnsetType = UNSET
    period: str | None = None
    REQUIRED = ("maxConcurrentRequests",)


class WebhookSettingsBody(Body, rename="camel"):
    target_url: str | UnsetType = UNSET
    throttling: ThrottlingBody | UnsetType = UNSET
    REQUIRED = ("targetUrl", "throttling")


class SubscriptionBody(Body, rename="camel"):
    event_type: str | UnsetType = UNSET
    property_name: str | None = None
    object_type_id: str | None = None
    active: bool | None = None
    REQUIRED = ("eventType",)


class SubscriptionUpdateBody(Body):
    active: bool | None = None


class SubscriptionSwitchBody(Body):
    id: Scalar = UNSET
    active: bool | UnsetType = UNSET
    REQUIRED = ("id", "active")


class SubscriptionBatchBody(Body):
    inputs: list[SubscriptionSwitchBody] | UnsetType = UNSET
    REQUIRED = ("inputs",)
