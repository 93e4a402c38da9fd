"""What a demo story is made of: events in time, and the account that they need.

Every event carries `at`, milliseconds since the epoch (UTC). Records are named by keys such as ``ticket-17``; whoever
applies the events maps them to ids. A key is created before anything refers to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]

HUBSPOT_DEFINED = "HUBSPOT_DEFINED"
USER_DEFINED = "USER_DEFINED"


@dataclass(frozen=True, slots=True)
class CreateRecord:
    """A new record with its first property values, in wire text.

    `associations` are (key of the other record, association type id seen from the new record), all vendor-defined.
    `source` is ``INTEGRATION``, ``CRM_UI`` or ``IMPORT``; `owner_user_id` is the user id (not the owner id) of the
    person who created the record, None when no person did.
    """

    at: int
    key: str
    object_type: str
    properties: dict[str, str]
    associations: tuple[tuple[str, int], ...]
    source: str
    owner_user_id: int | None


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """New values of some properties.

    The value of ``hs_pinned_engagement_id`` is ``@`` and the key of an activity that is associated with the record.
    """

    at: int
    key: str
    object_type: str
    properties: dict[str, str]
    source: str
    user_id: int | None


@dataclass(frozen=True, slots=True)
class Associate:
    """A further association.

    With category ``USER_DEFINED`` the `type_id` is one that `DemoSetup.association_labels` announces; an account that
    gave the label other ids needs them swapped.
    """

    at: int
    from_key: str
    from_type: str
    to_key: str
    to_type: str
    type_id: int
    category: str = HUBSPOT_DEFINED


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """The record goes to the recycle bin; no later event names it."""

    at: int
    key: str
    object_type: str


@dataclass(frozen=True, slots=True)
class MergeRecords:
    """`other_key` is merged into `primary_key`; later events name the primary only."""

    at: int
    object_type: str
    primary_key: str
    other_key: str


Event: TypeAlias = CreateRecord | UpdateRecord | Associate | ArchiveRecord | MergeRecords


@dataclass(frozen=True, slots=True)
class PipelineSetup:
    """A pipeline to create; `body` is a create request with fixed pipeline and stage ids."""

    object_type: str
    body: JsonObject


@dataclass(frozen=True, slots=True)
class PropertySetup:
    """A custom property to create; `body` is a create request."""

    object_type: str
    body: JsonObject


@dataclass(frozen=True, slots=True)
class AssociationLabelSetup:
    """A label pair to create; `body` is a create request.

    `type_id` (from → to) and `inverse_type_id` are the ids that the events use.
    """

    from_type: str
    to_type: str
    type_id: int
    inverse_type_id: int
    body: JsonObject


@dataclass(frozen=True, slots=True)
class DemoSetup:
    """What the account needs before the first event.

    `owners` have the shape of an owners read, timestamps included. `pipelines` are the two besides the default ticket
    pipeline ``0``, which every account has.
    """

    company_name: str
    owners: tuple[JsonObject, ...]
    pipelines: tuple[PipelineSetup, ...]
    properties: tuple[PropertySetup, ...]
    association_labels: tuple[AssociationLabelSetup, ...]
