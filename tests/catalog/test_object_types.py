"""Object types: their names, special properties and scopes, and that resolving one stays cheap."""

from __future__ import annotations

import pytest

from spokedesk import catalog
from spokedesk.crm.object_types import ObjectType

# id, singular, plural, name in error texts, name in sentences
NAMES = [
    ("0-1", "contact", "contacts", "CONTACT", "Contact"),
    ("0-2", "company", "companies", "COMPANY", "Company"),
    ("0-3", "deal", "deals", "DEAL", "Deal"),
    ("0-5", "ticket", "tickets", "TICKET", "Ticket"),
    ("0-7", "product", "products", "PRODUCT", "Product"),
    ("0-8", "line_item", "line_items", "LINE_ITEM", "Line item"),
    ("0-14", "quote", "quotes", "QUOTE", "Quote"),
    ("0-18", "communication", "communications", "COMMUNICATION", "Communication"),
    ("0-19", "feedback_submission", "feedback_submissions", "FEEDBACK_SUBMISSION", "Feedback submission"),
    ("0-27", "task", "tasks", "TASK", "Task"),
    ("0-46", "note", "notes", "NOTE", "Note"),
    ("0-47", "meeting", "meetings", "MEETING_EVENT", "Meeting"),
    ("0-48", "call", "calls", "CALL", "Call"),
    ("0-49", "email", "emails", "EMAIL", "Email"),
    ("0-53", "invoice", "invoices", "INVOICE", "Invoice"),
    ("0-69", "subscription", "subscriptions", "SUBSCRIPTION", "Subscription"),
    ("0-72", "deal_split", "deal_splits", "DEAL_SPLIT", "Deal split"),
    ("0-74", "goal_target", "goal_targets", "GOAL_TARGET", "Goal"),
    ("0-84", "discount", "discounts", "DISCOUNT", "Discount"),
    ("0-85", "fee", "fees", "FEE", "Fee"),
    ("0-86", "tax", "taxes", "TAX", "Tax"),
    ("0-101", "payment", "payments", "COMMERCE_PAYMENT", "Payment"),
    ("0-115", "user", "users", "USER", "User"),
    ("0-116", "postal_mail", "postal_mail", "POSTAL_MAIL", "Postal mail"),
    ("0-123", "order", "orders", "ORDER", "Order"),
    ("0-136", "lead", "leads", "LEAD", "Lead"),
    ("0-142", "cart", "carts", "CART", "Cart"),
    ("0-162", "service", "services", "SERVICE", "Service"),
    ("0-410", "course", "courses", "COURSE", "Course"),
    ("0-420", "listing", "listings", "LISTING", "Listing"),
    ("0-421", "appointment", "appointments", "APPOINTMENT", "Appointment"),
]
MORE_STAGES = ("orders", "leads", "services")
ACTIVITIES = {"communications", "tasks", "notes", "meetings", "calls", "emails", "postal_mail"}


def of(name: str) -> ObjectType:
    found = catalog.resolve_object_type(name)
    assert found is not None
    return found


def test_served_object_types_are_listed_by_ascending_id() -> None:
    listed = [(each.id, each.singular, each.plural, each.error_name, each.label) for each in catalog.object_types()]
    assert listed == NAMES


@pytest.mark.parametrize(("object_type_id", "singular", "plural"), [row[:3] for row in NAMES])
def test_a_type_is_found_by_id_singular_and_plural_in_any_case(object_type_id: str, singular: str, plural: str) -> None:
    for spelling in (object_type_id, singular, plural, singular.upper(), plural.upper(), plural.title()):
        assert of(spelling).id == object_type_id


@pytest.mark.parametrize(
    "name", ["marketing_events", "0-54", "0-970", "conversation", "2-123", "p_machine", "widgets", "0-9999", ""]
)
def test_a_type_that_is_not_served_is_not_found(name: str) -> None:
    assert catalog.resolve_object_type(name) is None


def test_names_resolve_without_reading_property_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a property list was read")

    for cached in (catalog._heads, catalog._spellings, catalog.default_definitions):
        cached.cache_clear()
    monkeypatch.setattr(catalog, "read_definitions", refuse)
    assert len(catalog.object_types()) == len(NAMES)
    assert of("TICKETS").default_pipeline == "0"
    assert catalog.default_pipelines("0-5")
    with pytest.raises(AssertionError, match="property list was read"):
        catalog.default_definitions("0-5")


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        (
            "tickets",
            "content createdate hs_lastmodifieddate hs_object_id hs_pipeline hs_pipeline_stage hs_ticket_category "
            "hs_ticket_priority subject",
        ),
        ("contacts", "createdate email firstname hs_object_id lastmodifieddate lastname"),
        ("companies", "createdate domain hs_lastmodifieddate hs_object_id name"),
        ("deals", "amount closedate createdate dealname dealstage hs_lastmodifieddate hs_object_id pipeline"),
        *((plural, "hs_createdate hs_lastmodifieddate hs_object_id") for plural in sorted(ACTIVITIES)),
    ],
)
def test_default_properties_are_those_of_an_answer_to_an_empty_request(plural: str, expected: str) -> None:
    object_type = of(plural)
    assert sorted(object_type.default_properties) == expected.split()
    assert set(object_type.always_returned) <= set(object_type.default_properties)


@pytest.mark.parametrize(
    ("plural", "created", "modified"),
    [
        ("tickets", "createdate", "hs_lastmodifieddate"),
        ("contacts", "createdate", "lastmodifieddate"),
        ("companies", "createdate", "hs_lastmodifieddate"),
        ("deals", "createdate", "hs_lastmodifieddate"),
        *((plural, "hs_createdate", "hs_lastmodifieddate") for plural in sorted(ACTIVITIES)),
    ],
)
def test_created_modified_id_and_owner_are_mirrored_in_columns(plural: str, created: str, modified: str) -> None:
    object_type = of(plural)
    assert (object_type.created_property, object_type.modified_property) == (created, modified)
    mirrored = {"hs_object_id": "id", created: "created_at", modified: "updated_at", "hubspot_owner_id": "owner"}
    assert mirrored.items() <= object_type.hot_columns.items()


def test_types_with_pipelines_mirror_them() -> None:
    extra = {each.plural: list(each.hot_columns.items())[4:] for each in catalog.object_types()}
    assert {plural: columns for plural, columns in extra.items() if columns} == {
        "tickets": [("hs_pipeline", "pipeline"), ("hs_pipeline_stage", "stage"), ("hs_ticket_priority", "priority")],
        "deals": [("pipeline", "pipeline"), ("dealstage", "stage")],
        **{plural: [("hs_pipeline", "pipeline"), ("hs_pipeline_stage", "stage")] for plural in MORE_STAGES},
        **{key: [("hs_pipeline", "pipeline"), ("lifecyclestage", "stage")] for key in ("contacts", "companies")},
    }


def test_creating_needs_a_stage_for_tickets_and_a_timestamp_for_activities() -> None:
    required = {each.plural: each.required_properties for each in catalog.object_types() if each.required_properties}
    assert required == {
        "tickets": ("hs_pipeline_stage",),
        **dict.fromkeys(ACTIVITIES, ("hs_timestamp",)),
        "quotes": ("hs_title", "hs_expiration_date"),
        "leads": ("hs_lead_name",),
        "services": ("hs_name",),
        "courses": ("hs_course_name",),
        "listings": ("hs_name",),
        "appointments": ("hs_appointment_name",),
    }


@pytest.mark.parametrize(
    ("alias", "plural"),
    [
        ("goals", "goal_targets"),
        ("Goal", "goal_targets"),
        ("commerce_payments", "payments"),
        ("commerce_subscriptions", "subscriptions"),
    ],
)
def test_some_types_have_further_names(alias: str, plural: str) -> None:
    assert of(alias).plural == plural


@pytest.mark.parametrize(
    ("plural", "searchable"),
    [
        (
            "contacts",
            "firstname lastname email phone hs_additional_emails fax mobilephone company hs_marketable_until_renewal",
        ),
        ("companies", "website phone name domain"),
        ("deals", "dealname pipeline dealstage description dealtype"),
        ("notes", "hs_note_body"),
        ("tasks", "hs_task_body hs_task_subject"),
        ("calls", "hs_call_title hs_body_preview"),
        ("emails", "hs_email_subject"),
        ("meetings", "hs_meeting_title hs_meeting_body"),
        ("communications", ""),
        ("postal_mail", ""),
    ],
)
def test_free_text_search_looks_into_the_documented_properties(plural: str, searchable: str) -> None:
    assert of(plural).searchable_properties == tuple(searchable.split())


def test_tickets_are_also_found_by_what_is_known_of_their_contacts() -> None:
    searchable = of("tickets").searchable_properties
    assert searchable[:5] == ("subject", "content", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_id")
    contact_facts = ("firstnames", "lastnames", "emails", "phones", "mobilephones", "companies")
    assert searchable[5:] == tuple(f"hs_all_associated_contact_{fact}" for fact in contact_facts)


def test_activities_cannot_be_merged_and_all_others_can() -> None:
    assert {each.plural for each in catalog.object_types() if each.is_activity} == ACTIVITIES
    assert {each.plural for each in catalog.object_types() if each.mergeable} == {
        "tickets",
        "contacts",
        "companies",
        "deals",
    }


def test_only_contacts_have_a_unique_property_without_a_unique_definition() -> None:
    unique = {each.plural: each.unique_property for each in catalog.object_types() if each.unique_property}
    assert unique == {"contacts": "email"}


@pytest.mark.parametrize(
    ("plural", "read", "write"),
    [
        (
            "tickets",
            ("tickets", "crm.objects.tickets.read", "crm.objects.tickets.write"),
            ("tickets", "crm.objects.tickets.write"),
        ),
        ("contacts", ("crm.objects.contacts.read",), ("crm.objects.contacts.write",)),
        ("companies", ("crm.objects.companies.read",), ("crm.objects.companies.write",)),
        ("deals", ("crm.objects.deals.read",), ("crm.objects.deals.write",)),
        (
            "notes",
            ("crm.objects.contacts.read", "crm.objects.notes.read"),
            ("crm.objects.contacts.write",),
        ),
        (
            "emails",
            ("crm.objects.contacts.read", "crm.objects.emails.read", "sales-email-read"),
            ("crm.objects.contacts.write",),
        ),
    ],
)
def test_scopes_are_listed_in_the_order_of_the_refusal(plural: str, read: tuple[str], write: tuple[str]) -> None:
    assert of(plural).read_scopes == read
    assert of(plural).write_scopes == write


def test_reading_never_suffices_for_writing() -> None:
    for object_type in catalog.object_types():
        assert object_type.write_scopes
        assert not any(scope.endswith(".read") for scope in object_type.write_scopes)
