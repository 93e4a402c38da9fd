"""Default properties: counts that cover every entry, and the facts that clients and rules lean on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import pytest

from spokedesk import catalog
from spokedesk.crm.properties import PropertyDefinition

# definitions, core, read-only, calculated, unique, with external options, options in all
COUNTS = {
    "tickets": (173, 69, 122, 27, 4, 5, 111),
    "contacts": (303, 22, 124, 36, 1, 5, 209),
    "companies": (157, 23, 69, 2, 1, 5, 72),
    "deals": (158, 17, 105, 35, 1, 5, 68),
    "notes": (36, 8, 27, 0, 1, 5, 0),
    "meetings": (48, 20, 27, 0, 1, 5, 8),
    "calls": (49, 21, 27, 0, 1, 5, 20),
    "emails": (55, 27, 39, 12, 1, 5, 9),
    "tasks": (45, 17, 29, 1, 1, 5, 16),
    "communications": (38, 10, 27, 0, 1, 5, 4),
    "postal_mail": (36, 8, 27, 0, 1, 5, 0),
}

COMBINATIONS = {
    "bool/booleancheckbox": 69,
    "bool/calculation_equation": 9,
    "bool/calculation_read_time": 1,
    "bool/calculation_rollup": 4,
    "date/date": 4,
    "datetime/calculation_equation": 2,
    "datetime/calculation_rollup": 21,
    "datetime/date": 155,
    "datetime/number": 1,
    "enumeration/booleancheckbox": 9,
    "enumeration/calculation_equation": 6,
    "enumeration/calculation_rollup": 6,
    "enumeration/checkbox": 85,
    "enumeration/radio": 21,
    "enumeration/select": 156,
    "number/calculation_equation": 38,
    "number/calculation_read_time": 1,
    "number/calculation_rollup": 16,
    "number/number": 184,
    "object_coordinates/text": 8,
    "phone_number/phonenumber": 4,
    "string/calculation_equation": 4,
    "string/calculation_rollup": 13,
    "string/file": 1,
    "string/html": 16,
    "string/phonenumber": 5,
    "string/text": 240,
    "string/textarea": 19,
}

# type, label, whether writable, options
TICKET_FACTS = {
    "subject": ("string/text", "Ticket name", True, ""),
    "content": ("string/textarea", "Ticket description", True, ""),
    "createdate": ("datetime/date", "Create date", True, ""),
    "closed_date": ("datetime/date", "Close date", True, ""),
    "hs_pipeline": ("enumeration/select", "Pipeline", True, ""),
    "hs_pipeline_stage": ("enumeration/select", "Ticket status", True, ""),
    "hs_ticket_priority": ("enumeration/select", "Priority", True, "LOW MEDIUM HIGH URGENT"),
    "hs_ticket_category": (
        "enumeration/checkbox",
        "Category",
        True,
        "PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY",
    ),
    "source_type": ("enumeration/select", "Source", True, "CHAT EMAIL FORM PHONE"),
    "hs_resolution": (
        "enumeration/radio",
        "Resolution",
        True,
        "ISSUE_FIXED FEATURE_REQUEST_TRACKED REFUND_APPLIED SENT_KNOWLEDGE_DOCUMENT_LINK",
    ),
    "hubspot_owner_id": ("enumeration/select", "Ticket owner", True, ""),
    "hs_file_upload": ("string/file", "File upload", True, ""),
    "hs_pinned_engagement_id": ("number/number", "Pinned Engagement ID", True, ""),
    "hs_object_id": ("number/number", "Record ID", False, ""),
    "hs_ticket_id": ("number/calculation_equation", "Ticket ID", False, ""),
    "hs_is_closed": ("bool/calculation_equation", "Closed", False, ""),
    "time_to_close": ("number/calculation_equation", "Time to close", False, ""),
    "hs_unique_creation_key": ("string/text", "Unique creation key", False, ""),
}

# what a new ticket carries without being asked, and what stage changes, merges and activities keep up to date
MAINTAINED_ON_TICKETS = (
    "hs_created_by_user_id",
    "hs_createdate",
    "hs_helpdesk_sort_timestamp",
    "hs_is_closed",
    "hs_is_visible_in_help_desk",
    "hs_last_closed_date",
    "hs_last_message_from_visitor",
    "hs_lastactivitydate",
    "hs_lastcontacted",
    "hs_lastmodifieddate",
    "hs_merged_object_ids",
    "hs_num_associated_companies",
    "hs_num_associated_conversations",
    "hs_num_times_contacted",
    "hs_object_id",
    "hs_object_source",
    "hs_object_source_id",
    "hs_object_source_label",
    "hs_object_source_user_id",
    "hs_primary_company",
    "hs_primary_company_id",
    "hs_primary_company_name",
    "hs_read_only",
    "hs_ticket_id",
    "hs_ticket_reopened_at",
    "hs_updated_by_user_id",
    "hs_user_ids_of_all_owners",
    "hs_v2_date_entered_current_stage",
    "hs_v2_time_in_current_stage",
    "hs_was_imported",
    "hubspot_owner_assigneddate",
    "hubspot_team_id",
    "notes_last_contacted",
    "notes_last_updated",
    "num_contacted_notes",
    "num_notes",
    "time_to_close",
)


def definitions(plural: str) -> Mapping[str, PropertyDefinition]:
    object_type = catalog.resolve_object_type(plural)
    assert object_type is not None
    return catalog.default_definitions(object_type.id)


def everything() -> list[PropertyDefinition]:
    return [definition for plural in COUNTS for definition in definitions(plural).values()]


@pytest.mark.parametrize("plural", COUNTS)
def test_every_default_property_is_there(plural: str) -> None:
    found = definitions(plural).values()
    assert COUNTS[plural] == (
        len(found),
        sum(each.core for each in found),
        sum(each.read_only_value for each in found),
        sum(each.calculated for each in found),
        sum(each.has_unique_value for each in found),
        sum(each.external_options for each in found),
        sum(len(each.options) for each in found),
    )


def test_there_are_1098_default_properties_and_each_keeps_its_type() -> None:
    assert Counter(f"{each.type}/{each.field_type}" for each in everything()) == COMBINATIONS
    assert len(everything()) == 1098


@pytest.mark.parametrize("name", TICKET_FACTS)
def test_ticket_property_has_its_known_type_label_and_options(name: str) -> None:
    found = definitions("tickets")[name]
    combination, label, writable, options = TICKET_FACTS[name]
    assert (f"{found.type}/{found.field_type}", found.label, not found.read_only_value) == (
        combination,
        label,
        writable,
    )
    assert [option.value for option in found.options] == options.split()
    assert found.core


@pytest.mark.parametrize("name", MAINTAINED_ON_TICKETS)
def test_ticket_property_kept_by_the_server_is_read_only_and_core(name: str) -> None:
    found = definitions("tickets")[name]
    assert found.read_only_value
    assert found.core


@pytest.mark.parametrize("plural", COUNTS)
def test_record_id_is_a_read_only_number_of_every_type(plural: str) -> None:
    found = definitions(plural)["hs_object_id"]
    assert (found.type, found.read_only_value, found.core) == ("number", True, True)


@pytest.mark.parametrize("plural", COUNTS)
def test_core_properties_come_first_and_cannot_be_archived(plural: str) -> None:
    core = [each.core for each in definitions(plural).values()]
    assert core == sorted(core, reverse=True)
    assert all(each.archivable is not each.core for each in definitions(plural).values())


def test_unique_ticket_properties_are_the_four_known_ones() -> None:
    assert {name for name, each in definitions("tickets").items() if each.has_unique_value} == {
        "hs_unique_creation_key",
        "hs_msteams_message_id",
        "hs_external_object_ids",
        "hs_auto_generated_from_thread_id",
    }


def test_contact_email_is_not_declared_unique() -> None:
    assert not definitions("contacts")["email"].has_unique_value


def test_only_four_ticket_enumerations_accept_new_options() -> None:
    editable = {
        (plural, name)
        for plural in COUNTS
        for name, each in definitions(plural).items()
        if each.type == "enumeration" and not each.read_only_options
    }
    names = ("hs_ticket_priority", "hs_ticket_category", "source_type", "hs_resolution")
    assert editable == {("tickets", name) for name in names}
    assert not any(each.read_only_options for each in everything() if each.type != "enumeration")


@pytest.mark.parametrize(
    ("plural", "name"),
    [("tickets", "hs_pipeline"), ("tickets", "hs_pipeline_stage"), ("deals", "pipeline"), ("deals", "dealstage")],
)
def test_options_that_come_from_pipelines_are_left_empty(plural: str, name: str) -> None:
    assert definitions(plural)[name].options == ()


@pytest.mark.parametrize("plural", COUNTS)
def test_owner_points_at_owners_and_lists_no_options(plural: str) -> None:
    owner = definitions(plural)["hubspot_owner_id"]
    assert (owner.referenced_object_type, owner.external_options, owner.options) == ("OWNER", True, ())


def test_company_of_a_contact_points_at_companies() -> None:
    assert definitions("contacts")["associatedcompanyid"].referenced_object_type == "COMPANY"


def test_options_are_numbered_in_the_order_of_the_file() -> None:
    priorities = definitions("tickets")["hs_ticket_priority"].options
    assert [(each.value, each.label, each.display_order, each.hidden) for each in priorities] == [
        ("LOW", "Low", 0, False),
        ("MEDIUM", "Medium", 1, False),
        ("HIGH", "High", 2, False),
        ("URGENT", "Urgent", 3, False),
    ]


def test_every_default_property_is_vendor_defined_and_dated_alike() -> None:
    assert {(each.hubspot_defined, each.created_at, each.updated_at) for each in everything()} == {
        (True, 1_577_836_800_000, 1_577_836_800_000)
    }


def test_every_name_could_be_the_name_of_a_property() -> None:
    odd = [each.name for each in everything() if not re.fullmatch(r"[a-z][a-z0-9_]{0,99}", each.name)]
    assert odd == []


@pytest.mark.parametrize(
    ("plural", "groups"),
    [
        ("tickets", [("ticketinformation", "Ticket information")]),
        ("contacts", [("contactinformation", "Contact information")]),
        ("companies", [("companyinformation", "Company information")]),
        ("deals", [("dealinformation", "Deal information")]),
        ("notes", [("engagement", "Engagement"), ("note", "Note")]),
        ("postal_mail", [("engagement", "Engagement"), ("postal_mail", "Postal mail")]),
    ],
)
def test_default_groups_are_in_display_order(plural: str, groups: list[tuple[str, str]]) -> None:
    object_type = catalog.resolve_object_type(plural)
    assert object_type is not None
    found = catalog.default_groups(object_type.id)
    assert [(each.name, each.label) for each in found] == groups
    assert [each.display_order for each in found] == list(range(len(groups)))


def test_a_property_of_one_kind_of_activity_is_in_the_group_of_that_kind() -> None:
    notes = definitions("notes")
    assert notes["hs_note_body"].group_name == "note"
    assert notes["hs_timestamp"].group_name == "engagement"


def test_shared_definitions_cannot_be_changed_by_a_caller() -> None:
    with pytest.raises(TypeError, match="does not support item deletion"):
        del definitions("tickets")["subject"]  # type: ignore[attr-defined]


def test_definitions_of_a_type_outside_the_catalog_are_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalog.default_definitions("2-1")
