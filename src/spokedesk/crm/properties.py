"""Property definitions: what a record may hold, and the rules for defining more."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PropertyOption:
    """One allowed value of an enumeration; `value` is what records store, `label` what people read."""

    label: str
    value: str
    display_order: int = -1
    hidden: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class PropertyGroup:
    """A heading under which properties are shown."""

    name: str
    label: str
    display_order: int = -1


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """The declaration of one property of one object type. Instants are milliseconds since the epoch."""

    name: str
    label: str
    type: str
    field_type: str
    group_name: str
    description: str = ""
    options: tuple[PropertyOption, ...] = ()
    display_order: int = -1
    has_unique_value: bool = False
    hidden: bool = False
    form_field: bool = False
    calculated: bool = False
    external_options: bool = False
    hubspot_defined: bool = False
    read_only_value: bool = False
    read_only_options: bool = False
    archivable: bool = True
    core: bool = True
    stored_as: str | None = None
    referenced_object_type: str | None = None
    calculation_formula: str | None = None
    show_currency_symbol: bool | None = None
    currency_property_name: str | None = None
    number_display_hint: str | None = None
    text_display_hint: str | None = None
    date_display_hint: str | None = None
    data_sensitivity: str = "non_sensitive"
    created_user_id: str | None = None
    updated_user_id: str | None = None
    created_at: int = 0
    updated_at: int = 0
    archived_at: int | None = None

    @property
    def is_multiple(self) -> bool:
        """Whether a value is a `;`-joined set of options."""
        return self.type == "enumeration" and self.field_type == "checkbox"

    @property
    def first_value_at(self) -> int:
        """No value can be older (ms): those of default properties came with the account."""
        return 0 if self.hubspot_defined else self.created_at
