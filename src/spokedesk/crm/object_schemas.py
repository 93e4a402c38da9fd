"""Custom objects: object types that an account defines, and the rules for defining them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from spokedesk.crm.object_types import ObjectType
from spokedesk.errors import AlreadyExists, ErrorDetail, InvalidRequest, NotFound

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,49}")
MAX_LABEL = 50
MAX_SEARCHABLE = 20
CUSTOM_READ = ("crm.objects.custom.read",)
CUSTOM_WRITE = ("crm.objects.custom.write",)

# the default properties of a custom object, each defined as tickets define it
DEFAULT_PROPERTIES = (
    "hs_object_id",
    "hs_createdate",
    "hs_lastmodifieddate",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_created_by_user_id",
    "hs_updated_by_user_id",
    "hs_merged_object_ids",
    "hs_unique_creation_key",
    "hs_all_owner_ids",
    "hubspot_owner_id",
    "hubspot_owner_assigneddate",
    "hubspot_team_id",
)


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """The declaration of a custom object. `name` is unique in the account and never changes; instants are ms.

    `created_by` and `updated_by` are the users that did it, None for tokens that belong to none.
    """

    id: str
    name: str
    account_id: int
    singular: str
    plural: str
    primary_display_property: str
    secondary_display_properties: tuple[str, ...] = ()
    required_properties: tuple[str, ...] = ()
    searchable_properties: tuple[str, ...] = ()
    description: str | None = None
    created_at: int = 0
    updated_at: int = 0
    archived_at: int | None = None
    created_by: int | None = None
    updated_by: int | None = None

    @property
    def fully_qualified_name(self) -> str:
        return f"p{self.account_id}_{self.name}"

    @property
    def group_name(self) -> str:
        return f"{self.name.lower()}_information"

    @property
    def named_properties(self) -> tuple[str, ...]:
        """Every property that plays a part in the schema."""
        return (
            self.primary_display_property,
            *self.secondary_display_properties,
            *self.required_properties,
            *self.searchable_properties,
        )


@dataclass(frozen=True, slots=True)
class SchemaInput:
    """What a client says about a schema; None is what it left unsaid."""

    name: str | None = None
    singular: str | None = None
    plural: str | None = None
    primary_display_property: str | None = None
    secondary_display_properties: tuple[str, ...] | None = None
    required_properties: tuple[str, ...] | None = None
    searchable_properties: tuple[str, ...] | None = None
    description: str | None = None


def object_type_of(schema: ObjectSchema) -> ObjectType:
    """The object type that a schema makes; its records use the same machine as every other."""
    return ObjectType(
        id=schema.id,
        singular=schema.fully_qualified_name,
        plural=schema.fully_qualified_name,
        error_name=schema.id,
        label=schema.singular,
        default_properties=("hs_createdate", "hs_lastmodifieddate", "hs_object_id"),
        required_properties=schema.required_properties,
        searchable_properties=schema.searchable_properties,
        display_property=schema.primary_display_property,
        mergeable=True,
        read_scopes=CUSTOM_READ,
        write_scopes=CUSTOM_WRITE,
        hot_columns={
            "hs_createdate": "created_at",
            "hs_lastmodifieddate": "updated_at",
            "hs_object_id": "id",
            "hubspot_owner_id": "owner",
        },
    )


def spellings(schema: ObjectSchema) -> tuple[str, ...]:
    """What paths may call it: its id, the qualified name, and that without the account. The bare name is refused."""
    return (schema.id, schema.fully_qualified_name.lower(), f"p_{schema.name.lower()}")


def check_schema(wanted: SchemaInput, existing: Collection[ObjectSchema]) -> None:
    """Raise when a new schema breaks a rule; `existing` are the active ones."""
    name = wanted.name or ""
    if not NAME.fullmatch(name):
        raise InvalidRequest(
            f"The name {name[:60]} is not valid: letters, digits and underscores, beginning with a letter, at most 50"
        )
    if any(schema.name.lower() == name.lower() for schema in existing):
        raise AlreadyExists(f"An object schema named '{name}' already exists.")
    check_labels(wanted)
    if not wanted.primary_display_property:
        text = "A primaryDisplayProperty must be given"
        raise InvalidRequest(text, details=[ErrorDetail(text, code="PRIMARY_DISPLAY_PROPERTY_REQUIRED")])


def check_labels(wanted: SchemaInput) -> None:
    for label in (wanted.singular, wanted.plural):
        if label is not None and not 0 < len(label) <= MAX_LABEL:
            raise InvalidRequest(f"A label must have between 1 and {MAX_LABEL} characters")


def check_names(schema: ObjectSchema, known: Collection[str]) -> None:
    """Raise when a schema names properties that the object does not have."""
    missing = sorted({name for name in schema.named_properties if name not in known})
    if missing:
        raise InvalidRequest(
            f"The properties [{', '.join(missing)}] do not exist on this object", context={"propertyName": missing}
        )
    if len(schema.searchable_properties) > MAX_SEARCHABLE:
        raise InvalidRequest(f"At most {MAX_SEARCHABLE} properties can be searchable")


def new_schema(wanted: SchemaInput, schema_id: str, account_id: int, now: int) -> ObjectSchema:
    """The declaration from a checked request."""
    return ObjectSchema(
        id=schema_id,
        name=wanted.name or "",
        account_id=account_id,
        singular=wanted.singular or wanted.name or "",
        plural=wanted.plural or wanted.singular or wanted.name or "",
        primary_display_property=wanted.primary_display_property or "",
        secondary_display_properties=wanted.secondary_display_properties or (),
        required_properties=wanted.required_properties or (),
        searchable_properties=wanted.searchable_properties or (),
        description=wanted.description,
        created_at=now,
        updated_at=now,
    )


def changed_schema(schema: ObjectSchema, wanted: SchemaInput, now: int) -> ObjectSchema:
    """The declaration with what a request said changed."""
    check_labels(wanted)
    changes: Mapping[str, object] = {
        "singular": wanted.singular,
        "plural": wanted.plural,
        "primary_display_property": wanted.primary_display_property,
        "secondary_display_properties": wanted.secondary_display_properties,
        "required_properties": wanted.required_properties,
        "searchable_properties": wanted.searchable_properties,
        "description": wanted.description,
    }
    given = {name: value for name, value in changes.items() if value is not None}
    return replace(schema, **given, updated_at=now)  # type: ignore[arg-type]


def next_schema_id(existing: Sequence[ObjectSchema]) -> str:
    """`2-<n>`: ids count up and are not given out twice while any schema, archived or not, has a higher one."""
    return f"2-{max((int(schema.id[2:]) for schema in existing), default=0) + 1}"


def unknown_schema(name: str) -> NotFound:
    return NotFound(f"Object schema '{name}' does not exist")


def records_exist(name: str, count: int) -> InvalidRequest:
    """The refusal to delete a schema that is in use."""
    text = f"There are still {count} records of the object {name}. Delete them first."
    return InvalidRequest(text, details=[ErrorDetail(text, code="EXISTING_OBJECT_RECORDS")])
