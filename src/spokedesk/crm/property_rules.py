"""The rules for defining properties and their groups: what may be created, changed and archived.

Functions decide and return definitions; nothing is stored here. The texts and codes are those that clients match on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from spokedesk.crm.account_limits import CALCULATED_PROPERTIES, CUSTOM_PROPERTIES
from spokedesk.crm.calculations import find_cycle
from spokedesk.crm.definitions import Definitions
from spokedesk.crm.formulas import FormulaError, check_output, parse_formula
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup, PropertyOption
from spokedesk.errors import AlreadyExists, ErrorDetail, GroupInUse, InvalidRequest, NotFound

CALCULATION = "calculation_equation"
# what a client may create; the catalog knows a few more
FIELD_TYPES: Mapping[str, tuple[str, ...]] = {
    "bool": ("booleancheckbox", CALCULATION),
    "date": ("date",),
    "datetime": ("date",),
    "enumeration": ("select", "radio", "checkbox", "booleancheckbox", CALCULATION),
    "number": ("number", CALCULATION),
    "phone_number": ("phonenumber",),
    "string": ("text", "textarea", "html", "phonenumber", "file", CALCULATION),
}
EVERY_FIELD_TYPE = tuple(sorted({name for names in FIELD_TYPES.values() for name in names}))
SENSITIVITIES = ("non_sensitive", "sensitive", "highly_sensitive")
CAN_BE_UNIQUE = {("string", "text"), ("string", "textarea"), ("string", "phonenumber"), ("number", "number")}
BOOL_OPTIONS = (PropertyOption("True", "true", 0), PropertyOption("False", "false", 1))

MAX_NAME = 100
MAX_UNIQUE = 10
MAX_CUSTOM = 1000
NAME = re.compile(r"[a-z][a-z0-9_]*")
GROUP_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class OptionInput:
    """An option as a client gives it; without `display_order` its position counts."""

    label: str
    value: str
    display_order: int | None = None
    hidden: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True)
class PropertyInput:
    """What a client says about a property; None is what it left unsaid."""

    name: str = ""
    label: str | None = None
    type: str | None = None
    field_type: str | None = None
    group_name: str | None = None
    description: str | None = None
    options: tuple[OptionInput, ...] | None = None
    display_order: int | None = None
    has_unique_value: bool | None = None
    hidden: bool | None = None
    form_field: bool | None = None
    external_options: bool | None = None
    referenced_object_type: str | None = None
    calculation_formula: str | None = None
    show_currency_symbol: bool | None = None
    currency_property_name: str | None = None
    number_display_hint: str | None = None
    text_display_hint: str | None = None
    date_display_hint: str | None = None
    data_sensitivity: str | None = None


def refuse(code: str, message: str) -> InvalidRequest:
    """A refusal with the code under which the live service files it."""
    return InvalidRequest(
        message, details=[ErrorDetail(message, code=code)], sub_category=f"PropertyValidationError.{code}"
    )


def unknown_property(name: str) -> NotFound:
    return NotFound(f"Property '{name}' does not exist", context={"propertyName": [name]})


def find_property(definitions: Definitions, name: str, *, archived: bool = False) -> PropertyDefinition:
    """The active or the archived property of that name; raise NotFound."""
    found = (definitions.archived if archived else definitions.properties).get(name)
    if found is None:
        raise unknown_property(name)
    return found


def is_expired(definition: PropertyDefinition, oldest: int) -> bool:
    """Whether an archived property has been in the recycle bin since before `oldest` (ms). Default ones stay there."""
    return definition.archived_at is not None and definition.archived_at < oldest and not definition.hubspot_defined


def plan_create(
    wanted: PropertyInput, definitions: Definitions, now: int, user_id: int | None, oldest: int = 0
) -> PropertyDefinition:
    """Decide a new definition. The name of an archived property brings that property back, as it is now defined,
    unless it was archived before `oldest`; an archived default property comes back as it was, because its definition
    belongs to nobody.
    """
    if wanted.name in definitions.properties:
        raise AlreadyExists(
            f"A property named '{wanted.name}' already exists.", sub_category="Properties.PROPERTY_WITH_NAME_EXISTS"
        )
    earlier = definitions.archived.get(wanted.name)
    if earlier is not None and is_expired(earlier, oldest):
        earlier = None
    if earlier is not None and earlier.hubspot_defined:
        return replace(earlier, archived_at=None, updated_at=now)
    check_name(wanted.name)
    check_sensitivity(wanted.data_sensitivity)
    formula = wanted.calculation_formula or None
    user = None if user_id is None else str(user_id)
    definition = PropertyDefinition(
        name=wanted.name,
        label=wanted.label or "",
        type=wanted.type or "",
        field_type=CALCULATION if formula else wanted.field_type or "",
        group_name=wanted.group_name or "",
        description=wanted.description or "",
        options=options_of(wanted.options or ()),
        display_order=-1 if wanted.display_order is None else wanted.display_order,
        has_unique_value=bool(wanted.has_unique_value),
        hidden=bool(wanted.hidden),
        form_field=bool(wanted.form_field),
        calculated=formula is not None,
        external_options=bool(wanted.external_options),
        read_only_value=formula is not None,
        referenced_object_type=wanted.referenced_object_type or None,
        calculation_formula=formula,
        show_currency_symbol=wanted.show_currency_symbol,
        currency_property_name=wanted.currency_property_name or None,
        number_display_hint=wanted.number_display_hint,
        text_display_hint=wanted.text_display_hint,
        date_display_hint=wanted.date_display_hint,
        created_user_id=earlier.created_user_id if earlier else user,
        updated_user_id=user,
        created_at=earlier.created_at if earlier else now,
        updated_at=now,
    )
    if definition.type == "bool" and definition.calculated and not definition.options:
        definition = replace(definition, options=BOOL_OPTIONS)
    check_definition(definition, definitions)
    check_limits(definition, definitions)
    return definition


def plan_update(
    current: PropertyDefinition, changes: PropertyInput, definitions: Definitions, now: int, user_id: int | None
) -> PropertyDefinition:
    """Decide a changed definition; what was left unsaid stays, what can never change is passed over.

    Returns `current` itself when nothing differs.
    """
    said = {
        "label": changes.label,
        "type": changes.type,
        "field_type": changes.field_type,
        "group_name": changes.group_name,
        "description": changes.description,
        "options": None if changes.options is None else options_of(changes.options),
        "display_order": changes.display_order,
        "hidden": changes.hidden,
        "form_field": changes.form_field,
        "calculation_formula": changes.calculation_formula or None,
        "show_currency_symbol": changes.show_currency_symbol,
        "currency_property_name": changes.currency_property_name or None,
        "number_display_hint": changes.number_display_hint,
        "text_display_hint": changes.text_display_hint,
    }
    values = {name: value for name, value in said.items() if value is not None}
    updated = replace(current, **values)  # type: ignore[arg-type]
    if updated.calculation_formula is not None:
        updated = replace(updated, field_type=CALCULATION, calculated=True, read_only_value=True)
    if updated.type not in ("enumeration", "bool") and changes.options is None:
        updated = replace(updated, options=())
    if updated == current:
        return current
    if current.hubspot_defined:
        check_default_update(current, updated)
    else:
        check_definition(updated, definitions)
    return replace(updated, updated_at=now, updated_user_id=None if user_id is None else str(user_id))


def check_default_update(current: PropertyDefinition, updated: PropertyDefinition) -> None:
    """Of a default property only the options can change, and only of those that leave them to the account."""
    if replace(updated, options=current.options) != current:
        raise refuse("READ_ONLY_DEFINITION", f"The definition of the property '{current.name}' is read only")
    if not options_are_open(current):
        raise refuse("READ_ONLY_OPTIONS", f"The options of the property '{current.name}' are read only")
    check_options(updated)


def options_are_open(definition: PropertyDefinition) -> bool:
    """Whether the account may change the options of a default property."""
    return definition.type == "enumeration" and not definition.read_only_options


def options_of(inputs: Sequence[OptionInput]) -> tuple[PropertyOption, ...]:
    return tuple(
        PropertyOption(
            item.label,
            item.value,
            position if item.display_order is None else item.display_order,
            item.hidden,
            item.description,
        )
        for position, item in enumerate(inputs)
    )


def check_name(name: str) -> None:
    if name != name.lower():
        raise InvalidRequest(f"Property name must be lowercase, but given: {name}")
    if not NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise InvalidRequest(
            f"Property name must start with a letter, hold only lowercase letters, digits and underscores and be at "
            f"most {MAX_NAME} characters long, but given: {name[: MAX_NAME + 1]}"
        )
    if name.startswith("hs_"):
        raise InvalidRequest(f"Property name must not start with the reserved prefix hs_, but given: {name}")


def check_sensitivity(sensitivity: str | None) -> None:
    """Sensitive data would have to be stored apart, which nothing here does; so it is refused, not taken lightly."""
    if sensitivity in (None, SENSITIVITIES[0]):
        return
    check_known("DataSensitivity", str(sensitivity), SENSITIVITIES)
    raise refuse("PORTAL_NOT_ENABLED_FOR_SENSITIVE_DATA", "This account is not enabled for sensitive data")


def check_known(kind: str, value: str, allowed: Iterable[str]) -> None:
    """Raise in the manner of the live service's JSON reader when a value is none of an enumeration."""
    names = list(allowed)
    if value not in names:
        raise InvalidRequest(
            f'Invalid input JSON on line 1, column 1: Cannot deserialize value of type `{kind}` from String "{value}": '
            f"not one of the values accepted for Enum class: [{', '.join(names)}]"
        )


def check_definition(definition: PropertyDefinition, definitions: Definitions) -> None:
    """Everything that must hold for a custom definition, new or changed."""
    check_known("PropertyType", definition.type, FIELD_TYPES)
    check_known("FieldType", definition.field_type, EVERY_FIELD_TYPE)
    if definition.field_type not in FIELD_TYPES[definition.type]:
        raise InvalidRequest(
            f"The field type '{definition.field_type}' cannot be combined with the type '{definition.type}'. "
            f"Field types of '{definition.type}': [{', '.join(FIELD_TYPES[definition.type])}]"
        )
    if not definition.label.strip():
        raise InvalidRequest("The label of a property must not be empty")
    if definition.group_name not in definitions.groups:
        raise InvalidRequest(f"{definition.group_name} group does not exist")
    check_formula(definition, definitions)
    check_external_options(definition)
    check_options(definition)
    if definition.has_unique_value and (definition.type, definition.field_type) not in CAN_BE_UNIQUE:
        raise InvalidRequest(
            f"Values of type '{definition.type}' with the field type '{definition.field_type}' cannot be unique"
        )
    if definition.currency_property_name and not definition.show_currency_symbol:
        raise refuse(
            "ONLY_CURRENCY_PROPERTIES_CAN_SPECIFY_CURRENCY",
            "Only properties that show a currency symbol can name a currency property",
        )
    for hint in (definition.number_display_hint, definition.text_display_hint, definition.date_display_hint):
        if hint == "":
            raise InvalidRequest("A display hint must not be empty")


def check_formula(definition: PropertyDefinition, definitions: Definitions) -> None:
    text = definition.calculation_formula
    if text is None:
        if definition.field_type == CALCULATION:
            raise InvalidRequest(f"A property of the field type '{CALCULATION}' needs a calculationFormula")
        return
    try:
        formula = parse_formula(text)
        check_output(formula, definition.type)
    except FormulaError as error:
        raise InvalidRequest(str(error), context={"propertyName": [definition.name]}) from None
    for name in formula.names:
        if name not in definitions.properties or name == definition.name:
            raise unknown_property(name)
    cycle = find_cycle(definition.name, formula, definitions.properties)
    if cycle is not None:
        raise InvalidRequest(
            f"The property '{definition.name}' would follow from itself: {' -> '.join(cycle)}",
            context={"propertyName": [definition.name]},
        )


def formula_names(formula: str) -> tuple[str, ...]:
    """The properties that a formula mentions, in order; none for one that cannot be read."""
    try:
        return parse_formula(formula).names
    except FormulaError:
        return ()


def check_external_options(definition: PropertyDefinition) -> None:
    if not definition.external_options:
        return
    if definition.type != "enumeration" or definition.referenced_object_type != "OWNER" or definition.options:
        raise InvalidRequest(
            "A property with external options must be an enumeration, have the referencedObjectType OWNER and no "
            "options of its own"
        )


def check_options(definition: PropertyDefinition) -> None:
    options = definition.options
    if definition.type == "bool":
        if sorted(option.value for option in options) != ["false", "true"]:
            raise refuse(
                "INVALID_BOOLEAN_OPTION", "A boolean property must have exactly the options 'true' and 'false'"
            )
    elif definition.type == "enumeration":
        if not options and not definition.external_options and not definition.calculated:
            raise InvalidRequest(f"The enumeration property '{definition.name}' must have options")
    elif options:
        raise InvalidRequest(f"A property of the type '{definition.type}' takes no options")
    if any(not option.value.strip() or not option.label.strip() for option in options):
        raise InvalidRequest("Value and label of an option must not be empty")
    if definition.is_multiple and (split := [option.value for option in options if ";" in option.value]):
        raise InvalidRequest(f"The value of a checkbox option must not contain a semicolon: {split[0]}")
    check_distinct("values", [option.value for option in options])
    check_distinct("labels", [option.label for option in options])


def check_distinct(noun: str, texts: Sequence[str]) -> None:
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        raise InvalidRequest(f"Property option {noun} must be unique, but this one was given more than once: {twice}")


def check_limits(definition: PropertyDefinition, definitions: Definitions) -> None:
    """Raise when an object type would get too many custom properties."""
    custom = [item for item in definitions.properties.values() if not item.hubspot_defined]
    if len(custom) >= MAX_CUSTOM:
        raise InvalidRequest(f"An object type can have at most {MAX_CUSTOM} custom properties")
    if definition.has_unique_value and sum(item.has_unique_value for item in custom) >= MAX_UNIQUE:
        raise InvalidRequest(f"An object type can have at most {MAX_UNIQUE} custom properties with unique values")


def check_account_limits(definition: PropertyDefinition, others: Collection[PropertyDefinition]) -> None:
    """Raise when an account would get too many properties. `others` are the active ones that it defined so far."""
    if len(others) >= CUSTOM_PROPERTIES:
        raise InvalidRequest(f"An account can have at most {CUSTOM_PROPERTIES} custom properties")
    calculated = sum(item.calculation_formula is not None for item in others)
    if definition.calculation_formula is not None and calculated >= CALCULATED_PROPERTIES:
        raise InvalidRequest(f"An account can have at most {CALCULATED_PROPERTIES} calculated properties")


def essential_names(kind: ObjectType) -> set[str]:
    """Properties without which the object type would not work."""
    single = (kind.display_property, kind.unique_property, kind.pipeline_property, kind.stage_property)
    return {
        *kind.always_returned,
        *kind.default_properties,
        *kind.required_properties,
        *kind.hot_columns,
        *(name for name in single if name is not None),
    }


def check_archivable(definition: PropertyDefinition, definitions: Definitions, leaving: Collection[str]) -> None:
    """Raise when a property cannot be archived. `leaving` names those that are archived together with it."""
    name = definition.name
    if not definition.archivable or name in essential_names(definitions.object_type):
        raise InvalidRequest(f"The default property '{name}' cannot be archived", context={"propertyName": [name]})
    users = [
        item.name
        for item in definitions.properties.values()
        if item.calculation_formula is not None
        and item.name not in leaving
        and name in formula_names(item.calculation_formula)
    ]
    if users:
        message = f"Property '{name}' is currently used in {len(users)} places and cannot be deleted"
        raise InvalidRequest(
            message,
            context={"usageCount": [str(len(users))]},
            details=[
                ErrorDetail(message, context={"parentType": ["CALCULATED_PROPERTY"], "parentName": [user]})
                for user in users
            ],
            sub_category="PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE",
        )


def find_group(definitions: Definitions, name: str) -> PropertyGroup:
    """The group of that name; raise NotFound."""
    found = definitions.groups.get(name)
    if found is None:
        raise NotFound(f"Property group '{name}' does not exist", context={"groupName": [name]})
    return found


def plan_group(name: str, label: str, display_order: int | None, definitions: Definitions) -> PropertyGroup:
    """Decide a new group."""
    if name in definitions.groups:
        raise AlreadyExists(f"A property group named '{name}' already exists.")
    if not GROUP_NAME.fullmatch(name) or len(name) > MAX_NAME:
        raise InvalidRequest(
            f"A group name may hold lowercase letters, digits, underscores and dashes and at most {MAX_NAME} "
            f"characters, but given: {name[: MAX_NAME + 1]}"
        )
    check_group_label(label)
    return PropertyGroup(name, label, -1 if display_order is None else display_order)


def plan_group_update(group: PropertyGroup, label: str | None, display_order: int | None) -> PropertyGroup:
    """Decide a changed group; what was left unsaid stays."""
    if label is not None:
        check_group_label(label)
    return replace(
        group,
        label=group.label if label is None else label,
        display_order=group.display_order if display_order is None else display_order,
    )


def check_group_label(label: str) -> None:
    if not label.strip():
        raise InvalidRequest("The label of a property group must not be empty")


def check_group_erasable(group: PropertyGroup, definitions: Definitions, default_names: Collection[str]) -> None:
    """Archived properties do not keep a group; default groups stay even when empty."""
    if any(item.group_name == group.name for item in definitions.properties.values()):
        raise GroupInUse()
    if group.name in default_names:
        raise InvalidRequest(f"The default property group '{group.name}' cannot be deleted")
