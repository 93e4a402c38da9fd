"""Shapes of the answers, for the document only: handlers render plain dicts, a test compares the two."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""ISO 8601 in UTC with milliseconds."""

LinkId = Annotated[str | int, Meta(description="A number under /crm/v4, a text in the dated versions.")]


class NextPage(Struct, kw_only=True):
    """Where the next page starts. Send `after` back as it is; `link` carries the rest of the query along."""

    after: str
    link: str | UnsetType = UNSET


class Paging(Struct, kw_only=True):
    """Present only when there are more results."""

    next: NextPage


class PastValue(Struct, kw_only=True, rename="camel"):
    """A value that a property had, newest first, and who wrote it."""

    value: str
    timestamp: Instant
    source_type: str
    source_id: str | UnsetType = UNSET
    source_label: str | UnsetType = UNSET
    updated_by_user_id: int | UnsetType = UNSET


class RecordLink(Struct, kw_only=True):
    """A linked record; one row per type between the two records."""

    id: str
    type: str


class RecordLinkPage(Struct, kw_only=True):
    """Links of one record to records of one type."""

    results: list[RecordLink]
    paging: Paging | UnsetType = UNSET


class Warning(Struct, kw_only=True):
    """What the server changed in a value before it kept it."""

    category: str
    message: str
    context: dict[str, str] | UnsetType = UNSET


class Record(Struct, kw_only=True, rename="camel"):
    """A ticket, contact, company or any other kind of record. Values are texts, whatever the type of the property."""

    id: str
    properties: dict[str, str | None]
    properties_with_history: dict[str, list[PastValue]] | UnsetType = UNSET
    associations: dict[str, RecordLinkPage] | UnsetType = UNSET
    created_at: Instant
    updated_at: Instant
    archived: bool
    archived_at: Instant | UnsetType = UNSET
    url: str
    object_write_trace_id: str | UnsetType = UNSET
    new: bool | UnsetType = UNSET
    warnings: list[Warning] | UnsetType = UNSET


class RecordPage(Struct, kw_only=True):
    """A page of records in order of id."""

    results: list[Record]
    paging: Paging | UnsetType = UNSET


class SearchPage(Struct, kw_only=True):
    """A page of what a search found; `total` counts all of it."""

    total: int
    results: list[Record]
    paging: Paging | UnsetType = UNSET


class ErrorDetail(Struct, kw_only=True):
    """One of several things that are wrong."""

    message: str
    code: str | UnsetType = UNSET
    context: dict[str, list[str]] | UnsetType = UNSET


class Error(Struct, kw_only=True, rename="camel"):
    """Every refusal. `correlationId` is also in the headers and the log; some errors have no `category`."""

    status: str
    message: str
    correlation_id: str | UnsetType = UNSET
    category: str | UnsetType = UNSET
    sub_category: str | UnsetType = UNSET
    context: dict[str, list[str]] | UnsetType = UNSET
    errors: list[ErrorDetail] | UnsetType = UNSET
    links: dict[str, str] | UnsetType = UNSET
    error_type: str | UnsetType = UNSET
    policy_name: str | UnsetType = UNSET
    request_id: str | UnsetType = UNSET
    error: str | UnsetType = UNSET
    error_description: str | UnsetType = UNSET


class Batch(Struct, kw_only=True, rename="camel"):
    """What every batch answer has. `errors` and `numErrors` appear together, with status 207."""

    status: str
    num_errors: int | UnsetType = UNSET
    errors: list[Error] | UnsetType = UNSET
    requested_at: Instant | UnsetType = UNSET
    started_at: Instant
    completed_at: Instant
    links: dict[str, str] | UnsetType = UNSET


class RecordBatch(Batch, kw_only=True):
    """Records of a batch, each with the values that were asked for or written."""

    results: list[Record]


class DealSplits(Struct, kw_only=True):
    """A deal and its splits."""

    id: str
    splits: list[Record]


class DealSplitsBatch(Batch, kw_only=True):
    """The splits of several deals."""

    results: list[DealSplits]


class EmptyBatch(Batch, kw_only=True):
    """A batch that leaves nothing to show."""

    results: list[Record]


class PropertyOption(Struct, kw_only=True, rename="camel"):
    """One of the values that an enumeration allows."""

    label: str
    value: str
    description: str
    display_order: int
    hidden: bool


class ModificationMetadata(Struct, kw_only=True, rename="camel"):
    """What may be changed about a property."""

    archivable: bool
    read_only_definition: bool
    read_only_options: bool
    read_only_value: bool


class Property(Struct, kw_only=True, rename="camel"):
    """The definition of a property."""

    name: str
    label: str
    type: str
    field_type: str
    description: str
    group_name: str
    options: list[PropertyOption]
    display_order: int
    calculated: bool
    external_options: bool
    has_unique_value: bool
    hidden: bool
    hubspot_defined: bool
    modification_metadata: ModificationMetadata
    form_field: bool
    data_sensitivity: str
    created_at: Instant
    updated_at: Instant
    archived: bool
    archived_at: Instant | UnsetType = UNSET
    created_user_id: str | UnsetType = UNSET
    updated_user_id: str | UnsetType = UNSET
    referenced_object_type: str | UnsetType = UNSET
    calculation_formula: str | UnsetType = UNSET
    show_currency_symbol: bool | UnsetType = UNSET
    currency_property_name: str | UnsetType = UNSET
    number_display_hint: str | UnsetType = UNSET
    text_display_hint: str | UnsetType = UNSET
    date_display_hint: str | UnsetType = UNSET


class PropertyList(Struct, kw_only=True):
    results: list[Property]


class PropertyBatch(Batch, kw_only=True):
    """Property definitions of a batch."""

    results: list[Property]


class PropertyGroup(Struct, kw_only=True, rename="camel"):
    """A heading under which properties are shown."""

    name: str
    label: str
    display_order: int
    archived: bool


class PropertyGroupList(Struct, kw_only=True):
    results: list[PropertyGroup]


class Stage(Struct, kw_only=True, rename="camel"):
    """A stage of a pipeline; `metadata.ticketState` or `metadata.isClosed` says whether it ends the work."""

    id: str
    label: str
    display_order: int
    metadata: dict[str, str]
    write_permissions: str
    created_at: Instant
    updated_at: Instant
    archived: bool


class StageList(Struct, kw_only=True):
    results: list[Stage]


class Pipeline(Struct, kw_only=True, rename="camel"):
    """A sequence of stages."""

    id: str
    label: str
    display_order: int
    stages: list[Stage]
    created_at: Instant
    updated_at: Instant
    archived: bool


class PipelineList(Struct, kw_only=True):
    results: list[Pipeline]


class PipelineAudit(Struct, kw_only=True, rename="camel"):
    """A change of a pipeline or stage; `rawObject` is JSON as text."""

    portal_id: int
    identifier: str
    action: str
    timestamp: Instant
    message: str
    raw_object: str
    from_user_id: int | UnsetType = UNSET


class PipelineAuditList(Struct, kw_only=True):
    results: list[PipelineAudit]


class Team(Struct, kw_only=True):
    id: str
    name: str
    primary: bool


class Owner(Struct, kw_only=True, rename="camel"):
    """A person or queue to whom records belong. Records hold `id`, not `userId`."""

    id: str
    email: str | None
    type: str
    first_name: str
    last_name: str
    user_id: int | UnsetType = UNSET
    user_id_including_inactive: int | UnsetType = UNSET
    created_at: Instant
    updated_at: Instant
    archived: bool
    teams: list[Team] | UnsetType = UNSET


class OwnerPage(Struct, kw_only=True):
    results: list[Owner]
    paging: Paging | UnsetType = UNSET
