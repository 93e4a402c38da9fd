"""Shapes of the answers about limits; see `answers`."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.openapi.answers import Batch, Instant


class LinkLimit(Struct, kw_only=True, rename="camel"):
    """How many records of the other type one record may be linked to by a type. A change is answered without label."""

    category: str
    type_id: int
    label: str | UnsetType | None = UNSET
    user_enforced_max_to_object_ids: int


class LinkLimitList(Struct, kw_only=True):
    results: list[LinkLimit]


class LinkLimitBatch(Batch, kw_only=True):
    results: list[LinkLimit]


class InstantParts(Struct, kw_only=True, rename="camel"):
    """An instant in milliseconds, as the dated versions of one call write it."""

    value: int
    date_only: bool
    time_zone_shift: int


class UsageReport(Struct, kw_only=True, rename="camel"):
    """For whom a report was ordered, and when."""

    user_id: int
    user_email: str
    enqueue_time: Instant | InstantParts


class LimitShare(Struct, kw_only=True):
    """A limit and what is used of it; `percentage` is from 0 to 100."""

    limit: int
    usage: int
    percentage: float


class KindShare(Struct, kw_only=True, rename="camel"):
    """What is used of the limit of one object type."""

    object_type_id: str
    singular_label: str
    plural_label: str
    limit: int
    usage: int
    percentage: float


class KindUsage(Struct, kw_only=True, rename="camel"):
    """What one object type uses of a common limit."""

    object_type_id: str
    singular_label: str
    plural_label: str
    usage: int


class OverallUsage(Struct, kw_only=True, rename="camel"):
    """A limit that all object types share."""

    overall_limit: int
    overall_usage: int
    overall_percentage: float
    by_object_type: list[KindUsage]


class OverallLimits(Struct, kw_only=True, rename="camel"):
    """A limit for all object types together and one for each."""

    overall_limit: int
    overall_usage: int
    overall_percentage: float
    by_object_type: list[KindShare]


class KindLimits(Struct, kw_only=True, rename="camel"):
    """Limits of standard object types one by one, and of custom ones together."""

    hubspot_defined_object_types: list[KindShare]
    custom_object_types: OverallUsage


class KindName(Struct, kw_only=True, rename="camel"):
    """An object type and what its records are called."""

    object_type_id: str
    singular_label: str
    plural_label: str


class LabelLimit(Struct, kw_only=True, rename="camel"):
    """The labels of one direction."""

    from_object_type: KindName
    to_object_type: KindName
    limit: int
    usage: int
    percentage: float
    all_labels: list[str]


class LabelLimitList(Struct, kw_only=True):
    results: list[LabelLimit]


class BusyKind(Struct, kw_only=True, rename="camel"):
    """An object type with records that have many links."""

    object_type_id: str
    singular_label: str
    plural_label: str
    has_records_at_limit: bool
    has_records_near_limit: bool


class BusyKindList(Struct, kw_only=True):
    results: list[BusyKind]


class FullRecord(Struct, kw_only=True, rename="camel"):
    """A record that can have no more links."""

    object_id: int
    label: str


class NearRecord(Struct, kw_only=True, rename="camel"):
    """A record that can have few more links."""

    object_id: int
    label: str
    usage: int
    percentage: float


class BusyRecords(Struct, kw_only=True, rename="camel"):
    """Counts of such records, and some of them."""

    limit: int
    total_records_at_limit: int
    total_records_near_limit: int
    at_limit_from_record_samples: list[FullRecord]
    near_limit_from_record_samples: list[NearRecord]


class PrivateAppUsage(Struct, kw_only=True, rename="camel"):
    """What private apps used of the calls of a day."""

    name: str
    usage_limit: int
    current_usage: int
    collected_at: Instant
    fetch_status: str
    resets_at: Instant


class PrivateAppUsageList(Struct, kw_only=True):
    results: list[PrivateAppUsage]
