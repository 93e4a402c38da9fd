"""Shapes of the answers about links, schemas, accounts and tokens; see `answers`."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from spokedesk.api.openapi.answers import Batch, Instant, LinkId, Paging, Property, RecordLink


class LinkType(Struct, kw_only=True, rename="camel"):
    """A type between two records as seen from the first; `label` is null for the plain one."""

    category: str
    type_id: int
    label: str | None


class LinkTypeList(Struct, kw_only=True):
    results: list[LinkType]


class NamedLinkType(Struct, kw_only=True):
    """A type under the name that v3 calls it by."""

    id: str
    name: str


class NamedLinkTypeList(Struct, kw_only=True):
    results: list[NamedLinkType]


class LinkTarget(Struct, kw_only=True, rename="camel"):
    """A linked record and every type between the two."""

    to_object_id: LinkId
    association_types: list[LinkType]


class LinkTargetPage(Struct, kw_only=True):
    """Linked records in order of id."""

    results: list[LinkTarget]
    paging: Paging | UnsetType = UNSET


class Linked(Struct, kw_only=True, rename="camel"):
    """Two records that were linked, and the texts of the labels between them."""

    from_object_type_id: str
    from_object_id: LinkId
    to_object_type_id: str
    to_object_id: LinkId
    labels: list[str]


class LinkedBatch(Batch, kw_only=True):
    """Pairs of records that were linked."""

    results: list[Linked]


class RecordId(Struct, kw_only=True):
    id: str


class LinkSpec(Struct, kw_only=True, rename="camel"):
    """A type by category and id."""

    association_category: str
    association_type_id: int


class DefaultLink(Struct, kw_only=True, rename={"from_id": "from", "association_spec": "associationSpec"}):
    """One direction of a plain link."""

    from_id: RecordId
    to: RecordId
    association_spec: LinkSpec


class DefaultLinkBatch(Batch, kw_only=True):
    """Plain links, two rows for each pair, one per direction."""

    results: list[DefaultLink]


class LinkFan(Struct, kw_only=True, rename={"from_id": "from"}):
    """A record and the records that it is linked to."""

    from_id: RecordId
    to: list[LinkTarget]
    paging: Paging | UnsetType = UNSET


class LinkFanBatch(Batch, kw_only=True):
    """Links of several records; a record without any is among the errors."""

    results: list[LinkFan]


class NamedLink(Struct, kw_only=True, rename={"from_id": "from"}):
    """Two records and the v3 name of the type between them."""

    from_id: RecordId
    to: RecordId
    type: str


class NamedLinkBatch(Batch, kw_only=True):
    results: list[NamedLink]


class NamedLinkFan(Struct, kw_only=True, rename={"from_id": "from"}):
    """A record and its links, a row per type."""

    from_id: RecordId
    to: list[RecordLink]
    paging: Paging | UnsetType = UNSET


class NamedLinkFanBatch(Batch, kw_only=True):
    results: list[NamedLinkFan]


class LinkDefinition(Struct, kw_only=True, rename="camel"):
    """A type of links that a schema allows, in one direction."""

    id: str
    from_object_type_id: str
    to_object_type_id: str
    name: str | None
    created_at: Instant | UnsetType = UNSET
    updated_at: Instant | UnsetType = UNSET


class SchemaLabels(Struct, kw_only=True):
    """What the records of an object type are called."""

    singular: str
    plural: str


class ObjectSchema(Struct, kw_only=True, rename="camel"):
    """What defines an object type. The answer to a change has neither properties nor associations."""

    id: str
    object_type_id: str
    fully_qualified_name: str
    name: str
    labels: SchemaLabels
    description: str | UnsetType = UNSET
    primary_display_property: str | None
    secondary_display_properties: list[str]
    required_properties: list[str]
    searchable_properties: list[str]
    properties: list[Property] | UnsetType = UNSET
    associations: list[LinkDefinition] | UnsetType = UNSET
    archived: bool
    created_at: Instant
    updated_at: Instant


class ObjectSchemaList(Struct, kw_only=True):
    results: list[ObjectSchema]


class ObjectSchemaBatch(Batch, kw_only=True):
    results: list[ObjectSchema]


class AccountDetails(Struct, kw_only=True, rename="camel"):
    """The account that a token belongs to."""

    portal_id: int
    account_type: str
    time_zone: str
    company_currency: str
    additional_currencies: list[str]
    utc_offset: str
    utc_offset_milliseconds: int
    ui_domain: str
    data_hosting_location: str


class Me(Struct, kw_only=True, rename="camel"):
    """The account in the oldest form of the call."""

    portal_id: int
    time_zone: str
    account_type: str
    currency: str
    utc_offset: str
    utc_offset_milliseconds: int


class IssuedToken(Struct, kw_only=True):
    """A new access token; `expires_in` is seconds. `id_token` is there for the scope `openid`."""

    access_token: str
    refresh_token: str | UnsetType = UNSET
    expires_in: int
    token_type: str
    token_use: str
    hub_id: int
    user_id: int
    scopes: list[str]
    id_token: str | UnsetType = UNSET


class TokenFacts(Struct, kw_only=True):
    """What a token allows and whose it is."""

    token: str
    user: str
    hub_domain: str
    scopes: list[str]
    hub_id: int
    user_id: int
    token_type: str
    is_private_distribution: bool
    expires_in: int | UnsetType = UNSET
    app_id: int | UnsetType = UNSET
    client_id: str | UnsetType = UNSET


class Introspection(Struct, kw_only=True):
    """`active` is false for a token that is unknown, expired or revoked; then nothing else is said."""

    active: bool
    token_use: str | UnsetType = UNSET
    token: str | UnsetType = UNSET
    user: str | UnsetType = UNSET
    hub_domain: str | UnsetType = UNSET
    scopes: list[str] | UnsetType = UNSET
    hub_id: int | UnsetType = UNSET
    user_id: int | UnsetType = UNSET
    token_type: str | UnsetType = UNSET
    is_private_distribution: bool | UnsetType = UNSET
    expires_in: int | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    app_id: int | UnsetType = UNSET


class PrivateAppInfo(Struct, kw_only=True, rename="camel"):
    """What a private app's token allows."""

    user_id: int
    hub_id: int
    app_id: int
    scopes: list[str]


class Health(Struct, kw_only=True):
    """The process answers."""

    status: str


class Readiness(Struct, kw_only=True):
    """The store can be read."""

    status: str
    accounts: int
