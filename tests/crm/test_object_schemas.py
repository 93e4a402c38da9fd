"""The rules for defining custom objects, without a store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spokedesk.crm.object_schemas import (
    MAX_SEARCHABLE,
    ObjectSchema,
    SchemaInput,
    changed_schema,
    check_names,
    check_schema,
    new_schema,
    next_schema_id,
    object_type_of,
    records_exist,
    spellings,
    unknown_schema,
)
from spokedesk.errors import AlreadyExists, InvalidRequest

CAR = ObjectSchema(
    id="2-1",
    name="Car",
    account_id=77,
    singular="Car",
    plural="Cars",
    primary_display_property="model",
    required_properties=("model",),
    searchable_properties=("model", "year"),
)
WANTED = SchemaInput(name="boat", singular="Boat", plural="Boats", primary_display_property="name")


def test_a_schema_is_spelled_by_id_qualified_name_and_that_without_the_account() -> None:
    assert spellings(CAR) == ("2-1", "p77_car", "p_car")


def test_the_object_type_of_a_schema_is_what_every_machine_needs() -> None:
    kind = object_type_of(CAR)
    assert (kind.id, kind.singular, kind.plural, kind.error_name) == ("2-1", "p77_Car", "p77_Car", "2-1")
    assert (kind.created_property, kind.modified_property) == ("hs_createdate", "hs_lastmodifieddate")
    assert kind.default_properties == ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    assert (kind.required_properties, kind.searchable_properties) == (("model",), ("model", "year"))
    assert kind.mergeable
    assert not kind.is_activity
    assert kind.pipeline_property is None
    assert (kind.read_scopes, kind.write_scopes) == (("crm.objects.custom.read",), ("crm.objects.custom.write",))


def test_the_group_of_a_schema_is_named_after_it() -> None:
    assert CAR.group_name == "car_information"


@pytest.mark.parametrize("name", ["a", "Boat", "b0at_2", "a" * 50])
def test_letters_digits_and_underscores_make_a_name(name: str) -> None:
    check_schema(replace(WANTED, name=name), [CAR])


@pytest.mark.parametrize("name", ["", None, "1boat", "_boat", "my-boat", "my boat", "böat", "boat\n", "a" * 51])
def test_a_name_of_anything_else_is_refused(name: str | None) -> None:
    with pytest.raises(InvalidRequest, match="is not valid"):
        check_schema(replace(WANTED, name=name), [])


@pytest.mark.parametrize("name", ["Car", "car", "CAR"])
def test_a_name_that_an_active_schema_has_in_any_case_is_refused(name: str) -> None:
    with pytest.raises(AlreadyExists, match="already exists"):
        check_schema(replace(WANTED, name=name), [CAR])


@pytest.mark.parametrize("primary", [None, ""])
def test_a_schema_without_a_property_to_show_is_refused_with_a_code(primary: str | None) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_schema(replace(WANTED, primary_display_property=primary), [])
    assert [detail.code for detail in refused.value.details] == ["PRIMARY_DISPLAY_PROPERTY_REQUIRED"]


@pytest.mark.parametrize("field", ["singular", "plural"])
@pytest.mark.parametrize(("length", "allowed"), [(0, False), (1, True), (50, True), (51, False)])
def test_labels_have_up_to_fifty_characters(field: str, length: int, allowed: bool) -> None:
    changes: dict[str, Any] = {field: "x" * length}
    if allowed:
        check_schema(replace(WANTED, **changes), [])
        return
    with pytest.raises(InvalidRequest, match="between 1 and 50"):
        check_schema(replace(WANTED, **changes), [])
    with pytest.raises(InvalidRequest, match="between 1 and 50"):
        changed_schema(CAR, SchemaInput(**changes), 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"primary_display_property": "colour"},
        {"secondary_display_properties": ("model", "colour")},
        {"required_properties": ("colour",)},
        {"searchable_properties": ("colour",)},
    ],
)
def test_a_schema_names_only_properties_that_exist(changes: dict[str, Any]) -> None:
    check_names(CAR, {"model", "year"})
    with pytest.raises(InvalidRequest, match=r"\[colour\] do not exist") as refused:
        check_names(replace(CAR, **changes), {"model", "year"})
    assert refused.value.context == {"propertyName": ["colour"]}


def test_twenty_properties_are_searchable_and_no_more() -> None:
    names = tuple(f"n{number}" for number in range(MAX_SEARCHABLE + 1))
    check_names(replace(CAR, searchable_properties=names[:-1]), {"model", *names})
    with pytest.raises(InvalidRequest, match="At most 20"):
        check_names(replace(CAR, searchable_properties=names), {"model", *names})


def test_a_new_schema_says_what_was_asked_for() -> None:
    made = new_schema(replace(WANTED, required_properties=("name",), description="Afloat"), "2-9", 77, 5)
    assert (made.id, made.fully_qualified_name, made.singular, made.plural) == ("2-9", "p77_boat", "Boat", "Boats")
    assert (made.required_properties, made.searchable_properties, made.description) == (("name",), (), "Afloat")
    assert (made.created_at, made.updated_at, made.archived_at) == (5, 5, None)


def test_labels_that_were_left_unsaid_follow_the_others() -> None:
    assert new_schema(replace(WANTED, plural=None), "2-9", 77, 5).plural == "Boat"
    assert new_schema(replace(WANTED, singular=None, plural=None), "2-9", 77, 5).singular == "boat"


def test_a_change_leaves_what_it_does_not_mention() -> None:
    changed = changed_schema(CAR, SchemaInput(plural="Autos", searchable_properties=()), 9)
    assert changed == replace(CAR, plural="Autos", searchable_properties=(), updated_at=9)


def test_a_change_never_renames() -> None:
    assert changed_schema(CAR, SchemaInput(name="lorry"), 9).name == "Car"


def test_ids_count_up_by_number_and_not_by_text() -> None:
    assert next_schema_id([]) == "2-1"
    assert next_schema_id([replace(CAR, id="2-9"), replace(CAR, id="2-10"), CAR]) == "2-11"


def test_errors_name_the_schema() -> None:
    assert "'lorry'" in unknown_schema("lorry").message
    refusal = records_exist("Car", 3)
    assert "3 records of the object Car" in refusal.message
    assert [detail.code for detail in refusal.details] == ["EXISTING_OBJECT_RECORDS"]
