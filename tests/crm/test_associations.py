"""Association types of one direction: finding the one that is meant, what writing one implies."""

from __future__ import annotations

import pytest

from spokedesk.crm.associations import (
    Association,
    AssociationType,
    TypesBetween,
    WantedType,
    both_directions,
    choose_primary,
    current_id,
    linkable_id,
)
from spokedesk.errors import InvalidRequest

PLAIN = AssociationType("0-5", "0-2", "HUBSPOT_DEFINED", 339, 340, None, "ticket_to_company_unlabeled")
PRIMARY = AssociationType("0-5", "0-2", "HUBSPOT_DEFINED", 26, 25, "Primary", "ticket_to_company")
OWN = AssociationType("0-5", "0-2", "USER_DEFINED", 26, 27, "Payer", "payer")
NUMBERED = AssociationType("0-5", "0-2", "USER_DEFINED", 273, 274, "Second", "339")
TYPES = TypesBetween("0-5", "0-2", (PLAIN, OWN, PRIMARY, NUMBERED))
ALIASES = {273: 26}


def link(company: int, known: AssociationType = PLAIN) -> Association:
    return Association("0-5", 1, "0-2", company, *known.key)


@pytest.mark.parametrize(
    ("category", "name", "found"),
    [
        (None, "26", PRIMARY),
        (None, "payer", OWN),
        (None, "339", PLAIN),
        (None, "273", PRIMARY),
        ("HUBSPOT_DEFINED", "273", PRIMARY),
        ("USER_DEFINED", "273", NUMBERED),
        ("USER_DEFINED", "26", OWN),
    ],
)
def test_a_type_is_found_by_what_a_client_calls_it(category: str | None, name: str, found: AssociationType) -> None:
    assert TYPES.resolve(WantedType(category, name), ALIASES) == found


@pytest.mark.parametrize(("category", "name"), [("USER_DEFINED", "339"), ("WORK", "26"), (None, "27"), (None, "")])
def test_a_type_that_is_not_defined_is_refused_with_its_name(category: str | None, name: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        TYPES.resolve(WantedType(category, name), ALIASES)
    assert caught.value.context["associationSpec"] == [f"{category or 'HUBSPOT_DEFINED'}={name}"]


def test_only_ids_of_the_vendor_are_ever_old() -> None:
    assert [current_id(category, 273, ALIASES) for category in (None, "HUBSPOT_DEFINED", "USER_DEFINED")] == [
        26,
        26,
        273,
    ]


def test_a_labelled_type_implies_the_plain_one() -> None:
    assert [TYPES.implied(known) for known in (PRIMARY, PLAIN)] == [(PLAIN, PRIMARY), (PLAIN,)]


def test_a_label_called_primary_is_not_the_vendors_type() -> None:
    own = AssociationType("0-5", "0-2", "USER_DEFINED", 1, 2, "Primary", "main")
    assert TypesBetween("0-5", "0-2", (PLAIN, own)).primary is None
    assert TypesBetween("0-5", "0-2", (PLAIN, own, PRIMARY)).primary == PRIMARY


def test_a_link_seen_from_the_other_side_has_the_inverse_type() -> None:
    assert both_directions(link(2), PLAIN) == (
        Association("0-5", 1, "0-2", 2, "HUBSPOT_DEFINED", 339),
        Association("0-2", 2, "0-5", 1, "HUBSPOT_DEFINED", 340),
    )


@pytest.mark.parametrize(
    ("existing", "wanted", "first_is_primary", "chosen"),
    [
        ([], [link(2)], True, 2),
        ([], [link(2), link(3)], True, 2),
        ([], [link(2)], False, None),
        ([link(4)], [link(2)], True, None),
        ([link(4)], [link(2), link(2, PRIMARY)], True, 2),
        ([], [link(2, PRIMARY), link(3, PRIMARY)], False, 3),
        ([], [link(2, OWN)], True, 2),
        ([], [], True, None),
    ],
)
def test_the_primary_company_is_the_last_one_named_or_the_first_ever(
    existing: list[Association], wanted: list[Association], first_is_primary: bool, chosen: int | None
) -> None:
    assert choose_primary(existing, wanted, PRIMARY, first_is_primary=first_is_primary) == chosen


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("١", None),
    ],
)
def test_only_decimal_digits_of_a_possible_length_are_a_record_id(text: str, found: int | None) -> None:
    assert linkable_id(text) == found
