"""What may be defined: names, types, options, unique values, formulas, and what default properties allow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spokedesk import catalog
from spokedesk.crm.definitions import Definitions, unique_names_of
from spokedesk.crm.object_types import ObjectType
from spokedesk.crm.properties import PropertyDefinition, PropertyGroup, PropertyOption
from spokedesk.crm.property_rules import (
    FIELD_TYPES,
    OptionInput,
    PropertyInput,
    check_account_limits,
    check_archivable,
    check_group_erasable,
    essential_names,
    formula_names,
    plan_create,
    plan_group,
    plan_group_update,
    plan_update,
)
from spokedesk.errors import AlreadyExists, GroupInUse, InvalidRequest, NotFound, SpokedeskError

pytestmark = pytest.mark.fidelity(
    "observed",
    source="recorded",
    of=[
        "READ_ONLY_DEFINITION",
        "READ_ONLY_OPTIONS",
        "INVALID_BOOLEAN_OPTION",
        "ONLY_CURRENCY_*",
        "PORTAL_NOT_ENABLED_*",
        "Properties.*",
        "PropertyValidationError.*",
        "CALCULATED_PROPERTY",
        "PropertyGroupError.*",
    ],
)

NOW = 1_790_000_000_000
YES_NO = (OptionInput("Yes", "true"), OptionInput("No", "false"))


def tickets() -> ObjectType:
    found = catalog.resolve_object_type("tickets")
    assert found is not None, "the catalog has tickets"
    return found


def make_definitions(*custom: PropertyDefinition) -> Definitions:
    """The default ticket properties and some more."""
    kind = tickets()
    empty = Definitions(
        object_type=kind,
        properties=dict(catalog.default_definitions(kind.id)),
        archived={},
        groups={group.name: group for group in catalog.default_groups(kind.id)},
        pipelines={},
        unique_names=unique_names_of(kind, catalog.default_definitions(kind.id)),
    )
    for definition in custom:
        empty = empty.with_property(definition)
    return empty


def make_input(**changes: Any) -> PropertyInput:
    values: dict[str, Any] = {
        "name": "color",
        "label": "Color",
        "type": "string",
        "field_type": "text",
        "group_name": "ticketinformation",
    }
    return PropertyInput(**{**values, **changes})


def create(*custom: PropertyDefinition, **changes: Any) -> PropertyDefinition:
    return plan_create(make_input(**changes), make_definitions(*custom), NOW, 7)


def refusal(*custom: PropertyDefinition, **changes: Any) -> SpokedeskError:
    with pytest.raises(SpokedeskError) as caught:
        create(*custom, **changes)
    return caught.value


def test_new_property_has_the_documented_defaults() -> None:
    assert create() == PropertyDefinition(
        "color",
        "Color",
        "string",
        "text",
        "ticketinformation",
        created_user_id="7",
        updated_user_id="7",
        created_at=NOW,
        updated_at=NOW,
    )


@pytest.mark.parametrize(("type_", "field_type"), [(t, f) for t, names in FIELD_TYPES.items() for f in names])
def test_every_listed_combination_can_be_created(type_: str, field_type: str) -> None:
    options = {"bool": YES_NO, "enumeration": (OptionInput("A", "a"),)}.get(type_)
    formulas = {"number": "createdate - closed_date", "bool": "createdate > 1"}
    formula = formulas.get(type_, "string(content)") if field_type == "calculation_equation" else None
    made = create(type=type_, field_type=field_type, options=options, calculation_formula=formula)
    assert (made.type, made.field_type) == (type_, field_type)


def test_wrong_combination_is_refused_naming_both() -> None:
    error = refusal(type="number", field_type="textarea")
    assert isinstance(error, InvalidRequest)
    assert "'textarea'" in error.message
    assert "'number'" in error.message


@pytest.mark.parametrize("field", ["type", "field_type"])
def test_unknown_type_is_refused_with_the_known_ones(field: str) -> None:
    error = refusal(**{field: "wool"})
    assert '"wool": not one of the values accepted for Enum class: [' in error.message
    assert error.message.startswith("Invalid input JSON on line 1, column 1: ")


def test_upper_case_name_is_refused_in_the_live_words() -> None:
    assert refusal(name="Color").message == "Property name must be lowercase, but given: Color"


@pytest.mark.parametrize("name", ["", "1st", "_color", "my color", "col-or", "farbé", "c" * 101])
def test_name_must_be_a_word_of_at_most_100_characters(name: str) -> None:
    assert "must start with a letter" in refusal(name=name).message


def test_name_of_100_characters_is_fine() -> None:
    assert create(name="c" * 100).name == "c" * 100


def test_reserved_prefix_is_refused() -> None:
    assert "reserved prefix hs_" in refusal(name="hs_color").message


def test_active_name_is_taken() -> None:
    error = refusal(name="subject")
    assert isinstance(error, AlreadyExists)
    assert error.message == "A property named 'subject' already exists."
    assert error.sub_category == "Properties.PROPERTY_WITH_NAME_EXISTS"


def test_archived_name_comes_back_as_now_defined_but_keeps_its_creation() -> None:
    earlier = replace(create(), created_at=5, created_user_id="3", archived_at=9, description="old")
    made = create(earlier, type="number", field_type="number", label="Hue")
    assert (made.type, made.label, made.description, made.archived_at) == ("number", "Hue", "", None)
    assert (made.created_at, made.created_user_id, made.updated_at) == (5, "3", NOW)


def test_archived_default_property_comes_back_as_it_was() -> None:
    default = catalog.default_definitions("0-5")["hs_msteams_message_id"]
    made = create(replace(default, archived_at=9), name=default.name, label="Mine", type="bool")
    assert made == replace(default, updated_at=NOW)


def test_unknown_group_is_refused() -> None:
    assert refusal(group_name="nowhere").message == "nowhere group does not exist"


def test_empty_label_is_refused() -> None:
    assert "label" in refusal(label=" ").message


def test_enumeration_needs_options() -> None:
    assert "must have options" in refusal(type="enumeration", field_type="select").message


def test_options_without_order_are_ordered_by_position() -> None:
    made = create(
        type="enumeration",
        field_type="select",
        options=(OptionInput("A", "a"), OptionInput("B", "b", 7, True, "second"), OptionInput("C", "c")),
    )
    assert made.options == (
        PropertyOption("A", "a", 0),
        PropertyOption("B", "b", 7, True, "second"),
        PropertyOption("C", "c", 2),
    )


@pytest.mark.parametrize(
    ("first", "second", "word"), [(("A", "x"), ("B", "x"), "values"), (("A", "x"), ("A", "y"), "labels")]
)
def test_repeated_options_are_refused(first: tuple[str, str], second: tuple[str, str], word: str) -> None:
    options = (OptionInput(*first), OptionInput(*second))
    assert (
        f"Property option {word} must be unique"
        in refusal(type="enumeration", field_type="select", options=options).message
    )


def test_checkbox_option_with_a_semicolon_could_never_be_chosen_and_is_refused() -> None:
    options = (OptionInput("A", "a;b"),)
    assert "semicolon" in refusal(type="enumeration", field_type="checkbox", options=options).message
    assert create(type="enumeration", field_type="select", options=options).options


@pytest.mark.parametrize("option", [OptionInput("", "a"), OptionInput("A", " ")])
def test_empty_option_is_refused(option: OptionInput) -> None:
    assert "must not be empty" in refusal(type="enumeration", field_type="select", options=(option,)).message


def test_text_property_takes_no_options() -> None:
    assert "takes no options" in refusal(options=(OptionInput("A", "a"),)).message


@pytest.mark.parametrize(
    "options",
    [
        None,
        (),
        YES_NO[:1],
        (*YES_NO, OptionInput("Maybe", "maybe")),
        (OptionInput("Y", "TRUE"), OptionInput("N", "no")),
    ],
)
def test_boolean_needs_exactly_true_and_false(options: tuple[OptionInput, ...] | None) -> None:
    error = refusal(type="bool", field_type="booleancheckbox", options=options)
    assert error.sub_category == "PropertyValidationError.INVALID_BOOLEAN_OPTION"
    assert error.details[0].code == "INVALID_BOOLEAN_OPTION"


@pytest.mark.parametrize(
    ("type_", "field_type"),
    [("string", "html"), ("string", "file"), ("date", "date"), ("datetime", "date"), ("phone_number", "phonenumber")],
)
def test_only_plain_texts_and_numbers_can_be_unique(type_: str, field_type: str) -> None:
    assert "cannot be unique" in refusal(type=type_, field_type=field_type, has_unique_value=True).message


def test_eleventh_unique_property_is_refused_and_default_ones_do_not_count() -> None:
    ten = [replace(create(name=f"key_{number}"), has_unique_value=True) for number in range(10)]
    assert create(*ten[:9], has_unique_value=True).has_unique_value
    assert "at most 10" in refusal(*ten, has_unique_value=True).message
    assert not create(*ten).has_unique_value


def test_thousand_and_first_custom_property_is_refused() -> None:
    color = create()
    thousand = {f"p{number}": replace(color, name=f"p{number}") for number in range(1000)}
    definitions = make_definitions()
    full = replace(definitions, properties={**definitions.properties, **thousand})
    with pytest.raises(InvalidRequest) as caught:
        plan_create(make_input(), full, NOW, None)
    assert "at most 1000" in caught.value.message
    del thousand["p0"]
    room = replace(definitions, properties={**definitions.properties, **thousand})
    assert plan_create(make_input(), room, NOW, None).name == "color"


def test_an_account_has_bounds_over_all_its_object_types() -> None:
    made, sum_up = create(), create(type="number", calculation_formula="closed_date + 1")
    check_account_limits(made, [made] * 9_999)
    check_account_limits(sum_up, [sum_up] * 199)
    check_account_limits(made, [sum_up] * 200)
    with pytest.raises(InvalidRequest, match="at most 10000 custom properties"):
        check_account_limits(made, [made] * 10_000)
    with pytest.raises(InvalidRequest, match="at most 200 calculated properties"):
        check_account_limits(sum_up, [sum_up] * 200)


def test_external_options_need_owners_and_no_options_of_their_own() -> None:
    wanted: dict[str, Any] = {"type": "enumeration", "field_type": "select", "external_options": True}
    assert create(**wanted, referenced_object_type="OWNER").external_options
    assert "OWNER" in refusal(**wanted).message
    assert "OWNER" in refusal(**wanted, referenced_object_type="CONTACT").message
    assert "OWNER" in refusal(**wanted, referenced_object_type="OWNER", options=(OptionInput("A", "a"),)).message
    assert "OWNER" in refusal(external_options=True, referenced_object_type="OWNER").message


def test_currency_property_needs_the_currency_symbol() -> None:
    number: dict[str, Any] = {"type": "number", "field_type": "number", "currency_property_name": "currency"}
    error = refusal(**number)
    assert error.sub_category == "PropertyValidationError.ONLY_CURRENCY_PROPERTIES_CAN_SPECIFY_CURRENCY"
    assert create(**number, show_currency_symbol=True).currency_property_name == "currency"


@pytest.mark.parametrize("hint", ["number_display_hint", "text_display_hint", "date_display_hint"])
def test_empty_display_hint_is_refused(hint: str) -> None:
    assert "hint" in refusal(**{hint: ""}).message


def test_sensitive_data_is_refused() -> None:
    error = refusal(data_sensitivity="sensitive")
    assert error.sub_category == "PropertyValidationError.PORTAL_NOT_ENABLED_FOR_SENSITIVE_DATA"
    assert create(data_sensitivity="non_sensitive").data_sensitivity == "non_sensitive"


def test_unknown_sensitivity_is_refused_with_the_known_ones() -> None:
    assert "[non_sensitive, sensitive, highly_sensitive]" in refusal(data_sensitivity="secret").message


def test_empty_formula_is_no_formula() -> None:
    made = create(calculation_formula="")
    assert (made.field_type, made.calculated, made.calculation_formula) == ("text", False, None)


def test_formula_makes_a_property_calculated_and_read_only() -> None:
    made = create(type="number", field_type="number", calculation_formula="closed_date - createdate")
    assert (made.field_type, made.calculated, made.read_only_value) == ("calculation_equation", True, True)


def test_calculated_boolean_has_its_two_options_unless_others_are_given() -> None:
    formula = {"type": "bool", "field_type": "booleancheckbox", "calculation_formula": "closed_date > createdate"}
    assert [option.label for option in create(**formula).options] == ["True", "False"]
    assert [option.label for option in create(**formula, options=YES_NO).options] == ["Yes", "No"]


def test_formula_with_an_unknown_property_is_not_found() -> None:
    error = refusal(type="number", field_type="number", calculation_formula="closed_date - nothing")
    assert isinstance(error, NotFound)
    assert error.context == {"propertyName": ["nothing"]}


def test_formula_cannot_refer_to_its_own_property() -> None:
    current = create(type="number", field_type="number")
    with pytest.raises(NotFound):
        plan_update(current, PropertyInput(calculation_formula="color * 2"), make_definitions(current), NOW, None)


def test_calculated_field_type_needs_a_formula() -> None:
    assert "calculationFormula" in refusal(type="number", field_type="calculation_equation").message


def test_formula_names_are_neither_functions_nor_words_nor_texts() -> None:
    formula = "if max(amount, 1e5) > other and is_present(string(color)) then \"subject\" else 'content'"
    assert formula_names(formula) == ("amount", "other", "color")
    assert formula_names("if (") == ()


def test_update_changes_what_was_said_and_keeps_the_rest() -> None:
    current = replace(create(description="d"), created_at=1, updated_at=1)
    updated = plan_update(current, PropertyInput(label="Hue", hidden=True), make_definitions(current), NOW, 9)
    assert updated == replace(current, label="Hue", hidden=True, updated_at=NOW, updated_user_id="9")


def test_update_with_options_replaces_the_list_and_without_keeps_it() -> None:
    current = create(type="enumeration", field_type="select", options=(OptionInput("A", "a"), OptionInput("B", "b")))
    definitions = make_definitions(current)
    kept = plan_update(current, PropertyInput(label="Hue"), definitions, NOW, None)
    replaced = plan_update(current, PropertyInput(options=(OptionInput("C", "c"),)), definitions, NOW, None)
    assert [option.value for option in kept.options] == ["a", "b"]
    assert [option.value for option in replaced.options] == ["c"]


def test_update_passes_over_what_can_never_change() -> None:
    current = create()
    changes = PropertyInput(
        has_unique_value=True, data_sensitivity="sensitive", referenced_object_type="OWNER", date_display_hint="x"
    )
    assert plan_update(current, changes, make_definitions(current), NOW, None) is current


def test_update_checks_the_whole_new_definition() -> None:
    current = create(has_unique_value=True)
    definitions = make_definitions(current)
    for changes in (
        PropertyInput(field_type="html"),
        PropertyInput(type="bool"),
        PropertyInput(group_name="nowhere"),
        PropertyInput(text_display_hint=""),
        PropertyInput(options=(OptionInput("A", "a"),)),
    ):
        with pytest.raises(InvalidRequest):
            plan_update(current, changes, definitions, NOW, None)


def test_update_with_a_formula_makes_a_property_calculated() -> None:
    current = create(type="number", field_type="number")
    definitions = make_definitions(current)
    updated = plan_update(current, PropertyInput(calculation_formula="closed_date * 2"), definitions, NOW, None)
    assert updated.calculation_formula == "closed_date * 2"
    assert (updated.field_type, updated.calculated, updated.read_only_value) == ("calculation_equation", True, True)
    assert plan_update(current, PropertyInput(calculation_formula=""), definitions, NOW, None) is current


def test_update_may_name_another_currency_property_and_an_empty_one_keeps_it() -> None:
    current = create(type="number", field_type="number", show_currency_symbol=True, currency_property_name="a")
    definitions = make_definitions(current)
    updated = plan_update(current, PropertyInput(currency_property_name="b"), definitions, NOW, None)
    assert updated.currency_property_name == "b"
    assert plan_update(current, PropertyInput(currency_property_name=""), definitions, NOW, None) is current


def test_update_to_a_text_type_drops_the_options() -> None:
    current = create(type="enumeration", field_type="select", options=(OptionInput("A", "a"),))
    changes = PropertyInput(type="string", field_type="text")
    assert plan_update(current, changes, make_definitions(current), NOW, None).options == ()


def test_default_definition_is_read_only() -> None:
    subject = catalog.default_definitions("0-5")["subject"]
    with pytest.raises(InvalidRequest) as caught:
        plan_update(subject, PropertyInput(label="Topic"), make_definitions(), NOW, None)
    assert "read only" in caught.value.message
    assert plan_update(subject, PropertyInput(label=subject.label), make_definitions(), NOW, None) is subject


@pytest.mark.parametrize("name", ["hs_ticket_priority", "hs_ticket_category", "source_type", "hs_resolution"])
def test_options_of_some_default_properties_belong_to_the_account(name: str) -> None:
    current = catalog.default_definitions("0-5")[name]
    changes = PropertyInput(options=(OptionInput("Blocker", "BLOCKER"),))
    updated = plan_update(current, changes, make_definitions(), NOW, None)
    assert [option.value for option in updated.options] == ["BLOCKER"]


def test_open_options_of_a_default_property_are_checked_too() -> None:
    current = catalog.default_definitions("0-5")["hs_ticket_priority"]
    twice = (OptionInput("Low", "LOW"), OptionInput("Lower", "LOW"))
    with pytest.raises(InvalidRequest):
        plan_update(current, PropertyInput(options=twice), make_definitions(), NOW, None)


@pytest.mark.parametrize("name", ["hs_pipeline_stage", "hs_pipeline"])
def test_options_of_other_default_properties_are_read_only(name: str) -> None:
    current = catalog.default_definitions("0-5")[name]
    with pytest.raises(InvalidRequest):
        plan_update(current, PropertyInput(options=(OptionInput("X", "x"),)), make_definitions(), NOW, None)


def test_core_properties_cannot_be_archived() -> None:
    definitions = make_definitions()
    with pytest.raises(InvalidRequest) as caught:
        check_archivable(definitions.properties["subject"], definitions, ["subject"])
    assert caught.value.context == {"propertyName": ["subject"]}


@pytest.mark.parametrize("kind", catalog.object_types(), ids=lambda kind: kind.plural)
def test_what_an_object_type_cannot_work_without_stays(kind: ObjectType) -> None:
    properties = catalog.default_definitions(kind.id)
    definitions = replace(make_definitions(), object_type=kind, properties=properties)
    for name in essential_names(kind):
        with pytest.raises(InvalidRequest):
            check_archivable(replace(properties[name], archivable=True), definitions, [name])


def test_property_used_by_a_formula_cannot_be_archived_before_it() -> None:
    color = create(type="number", field_type="number")
    double = replace(create(name="double"), calculation_formula="color * 2", label="Double")
    definitions = make_definitions(color, double)
    with pytest.raises(InvalidRequest) as caught:
        check_archivable(color, definitions, ["color"])
    error = caught.value
    assert error.sub_category == "PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE"
    assert error.message.endswith("is currently used in 1 places and cannot be deleted")
    assert error.context == {"usageCount": ["1"]}
    assert error.details[0].context == {"parentType": ["CALCULATED_PROPERTY"], "parentName": ["double"]}
    check_archivable(color, definitions, ["color", "double"])


def test_group_name_is_taken_once() -> None:
    with pytest.raises(AlreadyExists):
        plan_group("ticketinformation", "Again", None, make_definitions())
    assert plan_group("more", "More", None, make_definitions()) == PropertyGroup("more", "More", -1)
    assert plan_group("m" * 100, "More", 2, make_definitions()).display_order == 2


@pytest.mark.parametrize(("name", "label"), [("", "L"), ("Upper", "L"), ("a b", "L"), ("a" * 101, "L"), ("fine", " ")])
def test_group_needs_a_sound_name_and_a_label(name: str, label: str) -> None:
    with pytest.raises(InvalidRequest):
        plan_group(name, label, None, make_definitions())


def test_group_update_keeps_what_was_not_said() -> None:
    group = PropertyGroup("more", "More", 3)
    assert plan_group_update(group, None, 4) == PropertyGroup("more", "More", 4)
    assert plan_group_update(group, "Most", None) == PropertyGroup("more", "Most", 3)


def test_group_cannot_lose_its_label() -> None:
    with pytest.raises(InvalidRequest):
        plan_group_update(PropertyGroup("more", "More"), " ", None)


def test_group_is_kept_by_active_properties_only() -> None:
    group = PropertyGroup("more", "More")
    inside = replace(create(), group_name="more")
    with pytest.raises(GroupInUse):
        check_group_erasable(group, make_definitions(inside), [])
    check_group_erasable(group, make_definitions(replace(inside, archived_at=NOW)), [])


def test_default_group_stays_even_when_empty() -> None:
    with pytest.raises(InvalidRequest):
        check_group_erasable(PropertyGroup("more", "More"), make_definitions(), ["more"])
