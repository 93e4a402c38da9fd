"""Association types that every account has: ids, labels, and that each direction knows the other."""

from __future__ import annotations

import pytest

from spokedesk import catalog
from spokedesk.crm.associations import AssociationType

PLAIN_IDS_OF_TICKETS = {
    # other end: from ticket, to ticket
    "0-1": (16, 15),
    "0-2": (339, 340),
    "0-3": (28, 27),
    "0-18": (84, 83),
    "0-19": (99, 100),
    "0-27": (229, 230),
    "0-46": (227, 228),
    "0-47": (225, 226),
    "0-48": (219, 220),
    "0-49": (223, 224),
    "0-116": (456, 455),
    "0-123": (526, 525),
    "0-142": (595, 594),
}

# goals, users, courses, listings and appointments, and services: no id of a type between them and others is known
WITHOUT_LINKS = {"0-74", "0-115", "0-162", "0-410", "0-420", "0-421"}

# from, to, id, inverse id, name
LABELLED = {
    ("0-5", "0-2", 26, 25, "Primary", "ticket_to_company"),
    ("0-2", "0-5", 25, 26, "Primary", "company_to_ticket"),
    ("0-3", "0-2", 5, 6, "Primary", "deal_to_company"),
    ("0-2", "0-3", 6, 5, "Primary", "company_to_deal"),
    ("0-1", "0-2", 1, 2, "Primary", "contact_to_company"),
    ("0-2", "0-1", 2, 1, "Primary", "company_to_contact"),
    ("0-2", "0-2", 13, 14, "Child Company", "parent_to_child_company"),
    ("0-2", "0-2", 14, 13, "Parent Company", "child_to_parent_company"),
    ("0-136", "0-1", 578, 579, "Primary", "lead_to_contact"),
    ("0-1", "0-136", 579, 578, "Primary", "contact_to_lead"),
    ("0-14", "0-1", 702, 701, "Contact signer", "contact_signer"),
    ("0-1", "0-14", 701, 702, "Contact signer", "contact_to_quote_signer"),
}


def between(from_type: str, to_type: str) -> dict[int, AssociationType]:
    found = [each for each in catalog.association_types() if (each.from_type, each.to_type) == (from_type, to_type)]
    return {each.type_id: each for each in found}


def test_only_types_between_served_object_types_are_listed() -> None:
    served = {each.id for each in catalog.object_types()} - WITHOUT_LINKS
    assert len(catalog.association_types()) == 186
    assert {each.from_type for each in catalog.association_types()} == served
    assert {each.to_type for each in catalog.association_types()} == served
    assert {each.category for each in catalog.association_types()} == {"HUBSPOT_DEFINED"}


@pytest.mark.parametrize("other", PLAIN_IDS_OF_TICKETS)
def test_tickets_have_one_plain_type_in_each_direction(other: str) -> None:
    leaving, arriving = PLAIN_IDS_OF_TICKETS[other]
    assert [each.type_id for each in between("0-5", other).values() if each.label is None] == [leaving]
    assert [each.type_id for each in between(other, "0-5").values() if each.label is None] == [arriving]


@pytest.mark.parametrize(
    ("from_type", "to_type", "type_id", "inverse"),
    [
        ("0-5", "0-1", 16, 15),
        ("0-5", "0-2", 339, 340),
        ("0-5", "0-2", 26, 25),
        ("0-46", "0-5", 228, 227),
        ("0-5", "0-5", 452, 452),
        ("0-1", "0-2", 279, 280),
        ("0-3", "0-2", 341, 342),
        ("0-48", "0-47", 399, 400),
    ],
)
def test_known_pair_of_ids(from_type: str, to_type: str, type_id: int, inverse: int) -> None:
    assert between(from_type, to_type)[type_id].inverse_type_id == inverse
    assert between(to_type, from_type)[inverse].inverse_type_id == type_id


def test_the_inverse_of_every_type_points_back() -> None:
    by_direction = {(each.from_type, each.to_type, each.type_id): each for each in catalog.association_types()}
    assert len(by_direction) == len(catalog.association_types())
    for each in by_direction.values():
        inverse = by_direction[each.to_type, each.from_type, each.inverse_type_id]
        assert inverse.inverse_type_id == each.type_id


def test_labelled_types_are_primary_ones_signers_and_company_hierarchy() -> None:
    labelled = {
        (each.from_type, each.to_type, each.type_id, each.inverse_type_id, each.label, each.name)
        for each in catalog.association_types()
        if each.label is not None
    }
    assert labelled == LABELLED


def test_a_pair_with_a_label_also_has_its_plain_type() -> None:
    assert between("0-5", "0-2")[339].name == "ticket_to_company_unlabeled"
    for from_type, to_type, *_ in LABELLED:
        assert None in {each.label for each in between(from_type, to_type).values()}


def test_names_are_made_of_the_two_ends_unless_the_pair_has_several_types() -> None:
    assert between("0-5", "0-1")[16].name == "ticket_to_contact"
    assert between("0-46", "0-5")[228].name == "note_to_ticket"


def test_old_primary_ids_stand_for_the_present_ones() -> None:
    assert dict(catalog.association_aliases()) == {273: 26, 274: 25, 271: 5, 272: 6}
