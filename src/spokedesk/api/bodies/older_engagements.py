"""Bodies of the first forms of the calls about engagements."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.bodies import Body, Scalar

Ids = list[str | int] | None


class EngagementInput(Struct, rename="camel"):
    """What all kinds have. `timestamp` is milliseconds."""

    type: str | None = None
    owner_id: str | int | None = None
    timestamp: Scalar = None


class EngagementLinks(Struct, rename="camel"):
    contact_ids: Ids = None
    company_ids: Ids = None
    deal_ids: Ids = None
    ticket_ids: Ids = None


class AttachmentInput(Struct):
    id: str | int | None = None


class OlderEngagementBody(Body):
    engagement: EngagementInput | UnsetType = UNSET
    associations: EngagementLinks | None = None
    attachments: list[AttachmentInput] | None = None
    metadata: dict[str, Scalar] | None = None


class NewEngagementBody(OlderEngagementBody):
    REQUIRED = ("engagement",)
