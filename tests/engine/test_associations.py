"""Linking, unlinking and listing as engine operations: one outcome per input, pages, what counts as missing."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.associations import Association, WantedType
from spokedesk.engine import associations
from spokedesk.engine.associations import Direction, LinkInput, LinkOutcome, TargetPage
from spokedesk.engine.object_types import standard_type
from spokedesk.errors import InvalidRequest, NotARecordId, NotFound
from spokedesk.storage.accounts import find_account
from spokedesk.storage.associations import list_associations
from spokedesk.storage.database import Transaction
from tests.support.api import Api
from tests.support.factories import context_of
from tests.support.linking import archive, create, link, stored_rows, types_of

PLAIN = (WantedType("HUBSPOT_DEFINED", "16"),)


@pytest.fixture
def api() -> Api:
    return Api()


def between(start: str, end: str) -> Direction:
    return Direction(standard_type(start), standard_type(end))


def perform(api: Api, operation: Any, direction: Direction, *given: Any, **named: Any) -> Any:
    """Run an engine operation in a write transaction of the account."""

    async def work(tx: Transaction) -> Any:
        return await operation(tx, context_of(await find_account(tx), tx), direction, *given, **named)

    return api.write(work)


def associate(api: Api, direction: Direction, *inputs: LinkInput) -> list[LinkOutcome]:
    outcomes: list[LinkOutcome] = perform(api, associations.associate, direction, inputs)
    return outcomes


def page(api: Api, direction: Direction, key: str, above: int = 0, limit: int = 500) -> TargetPage:
    found: TargetPage = perform(api, associations.list_targets, direction, key, above=above, limit=limit)
    return found


def test_one_bad_input_never_stops_the_others(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    outcomes = associate(
        api,
        between("tickets", "contacts"),
        LinkInput(ticket, "999", PLAIN),
        LinkInput(ticket, contact, (WantedType("USER_DEFINED", "3"),)),
        LinkInput(ticket, contact, PLAIN),
    )
    assert [outcome.linked is not None for outcome in outcomes] == [False, False, True]
    assert [type(outcome.error) for outcome in outcomes] == [InvalidRequest, InvalidRequest, type(None)]
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_an_input_without_types_means_the_plain_one(api: Api) -> None:
    ticket, company = create(api, "tickets"), create(api, "companies")
    (outcome,) = associate(api, between("tickets", "companies"), LinkInput(ticket, company))
    assert outcome.linked is not None
    assert [known.type_id for known in outcome.linked.types] == [339]


def test_a_pair_of_types_without_a_plain_one_cannot_be_linked_by_default(api: Api) -> None:
    first, second = create(api, "notes"), create(api, "tasks")
    (outcome,) = associate(api, between("notes", "tasks"), LinkInput(first, second))
    assert outcome.error is not None
    assert outcome.error.message == "There is no unlabeled association type between NOTE and TASK"


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (WantedType(None, "ticket_to_company"), 26),
        (WantedType(None, "ticket_to_company_unlabeled"), 339),
        (WantedType(None, "339"), 339),
        (WantedType(None, "273"), 26),
        (WantedType("HUBSPOT_DEFINED", "273"), 26),
    ],
)
def test_a_type_is_found_by_name_id_and_old_id(api: Api, wanted: WantedType, found: int) -> None:
    ticket, company = create(api, "tickets"), create(api, "companies")
    (outcome,) = associate(api, between("tickets", "companies"), LinkInput(ticket, company, (wanted,)))
    assert outcome.linked is not None
    assert [known.type_id for known in outcome.linked.types] == [found]


def test_a_name_is_no_id_within_a_category(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    wanted = WantedType("HUBSPOT_DEFINED", "ticket_to_contact")
    (outcome,) = associate(api, between("tickets", "contacts"), LinkInput(ticket, contact, (wanted,)))
    assert outcome.error is not None
    assert outcome.error.context["associationSpec"] == ["HUBSPOT_DEFINED=ticket_to_contact"]


@pytest.mark.parametrize("lost", ["from", "to"])
def test_an_archived_record_at_either_end_is_no_valid_target(api: Api, lost: str) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    archive(api, "tickets" if lost == "from" else "contacts", ticket if lost == "from" else contact)
    (outcome,) = associate(api, between("tickets", "contacts"), LinkInput(ticket, contact, PLAIN))
    expected = f"TICKET={ticket}" if lost == "from" else f"CONTACT={contact}"
    assert outcome.error is not None
    assert outcome.error.context["INVALID_OBJECT_IDS"] == [f"{expected} is not valid"]
    assert stored_rows(api) == set()


@pytest.mark.parametrize("text", ["", "abc", "-1", "1.5", "9" * 40, "١٢"])
def test_a_text_that_is_no_id_is_no_valid_target(api: Api, text: str) -> None:
    (outcome,) = associate(api, between("tickets", "contacts"), LinkInput(text, "1", PLAIN))
    assert outcome.error is not None
    assert outcome.error.context["objectId"] == [text]


def test_removing_what_is_not_there_is_no_error(api: Api) -> None:
    perform(api, associations.disassociate, between("tickets", "contacts"), [LinkInput("1", "2", PLAIN)])
    perform(api, associations.disassociate_all, between("tickets", "contacts"), [("1", "2")])
    assert stored_rows(api) == set()


def test_removing_a_type_that_is_not_defined_removes_nothing(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    inputs = [LinkInput(ticket, contact, PLAIN), LinkInput(ticket, contact, (WantedType(None, "nothing"),))]
    with pytest.raises(InvalidRequest):
        perform(api, associations.disassociate, between("tickets", "contacts"), inputs)
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_removing_between_texts_that_are_no_ids_is_refused(api: Api) -> None:
    with pytest.raises(NotARecordId):
        perform(api, associations.disassociate_all, between("tickets", "contacts"), [("1", "x")])


def test_links_of_other_pairs_stay_when_some_are_removed(api: Api) -> None:
    tickets, contacts = ([create(api, object_type) for _ in range(3)] for object_type in ("tickets", "contacts"))
    for ticket in tickets:
        for contact in contacts:
            link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    pairs = [(tickets[0], contacts[0]), (tickets[1], contacts[1])]
    perform(api, associations.disassociate_all, between("tickets", "contacts"), pairs)
    assert set(types_of(api, f"tickets/{tickets[0]}", "contacts")) == set(contacts[1:])
    assert set(types_of(api, f"tickets/{tickets[1]}", "contacts")) == {contacts[0], contacts[2]}
    assert set(types_of(api, f"tickets/{tickets[2]}", "contacts")) == set(contacts)


def test_pages_follow_each_other_without_gap_or_double(api: Api) -> None:
    company, tickets = create(api, "companies"), [create(api, "tickets") for _ in range(5)]
    for ticket in tickets:
        link(api, f"companies/{company}", f"tickets/{ticket}", 25)
    seen: list[int] = []
    above, more = 0, True
    while more:
        found = page(api, between("companies", "tickets"), company, above=above, limit=2)
        seen.extend(target.id for target in found.targets)
        above, more = seen[-1], found.has_more
    assert seen == [int(ticket) for ticket in tickets]


def test_a_page_that_ends_with_the_last_record_has_no_more(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    assert page(api, between("tickets", "contacts"), ticket, limit=1).has_more is False


def test_reading_many_records_stops_after_the_wanted_number_of_targets(api: Api) -> None:
    tickets, companies = ([create(api, object_type) for _ in range(2)] for object_type in ("tickets", "companies"))
    for ticket in tickets:
        for company in companies:
            link(api, f"tickets/{ticket}", f"companies/{company}", 26)

    async def work(tx: Transaction) -> list[Association]:
        return await list_associations(tx, "0-5", [int(ticket) for ticket in tickets], "0-2", targets=1)

    rows: list[Association] = api.read(work)
    assert [(str(row.from_id), str(row.to_id), row.type_id) for row in rows] == [
        (ticket, companies[0], 339) for ticket in tickets
    ]


def test_archived_targets_take_no_place_on_a_page(api: Api) -> None:
    ticket, contacts = create(api, "tickets"), [create(api, "contacts") for _ in range(3)]
    for contact in contacts:
        link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    archive(api, "contacts", contacts[0])
    found = page(api, between("tickets", "contacts"), ticket, limit=2)
    assert [str(target.id) for target in found.targets] == contacts[1:]
    assert found.has_more is False


@pytest.mark.parametrize("state", ["unknown", "archived"])
def test_links_of_a_missing_record_cannot_be_listed(api: Api, state: str) -> None:
    key = "999" if state == "unknown" else create(api, "tickets")
    if state == "archived":
        archive(api, "tickets", key)
    with pytest.raises(NotFound):
        page(api, between("tickets", "contacts"), key)


def test_a_merged_away_id_lists_the_links_of_the_survivor(api: Api) -> None:
    first, second, contact = create(api, "tickets"), create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{second}", f"contacts/{contact}", 16)
    api.post("/crm/v3/objects/tickets/merge", {"primaryObjectId": first, "objectIdToMerge": second})
    assert [str(target.id) for target in page(api, between("tickets", "contacts"), second).targets] == [contact]


def test_many_records_are_read_in_the_order_of_the_inputs(api: Api) -> None:
    tickets, contacts = ([create(api, object_type) for _ in range(3)] for object_type in ("tickets", "contacts"))
    for ticket, contact in zip(tickets, contacts, strict=True):
        link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    keys = [(tickets[2], 0), ("999", 0), (tickets[0], 0), ("text", 0), (tickets[1], int(contacts[1]))]
    found = perform(api, associations.list_targets_of_many, between("tickets", "contacts"), keys)
    assert [[str(target.id) for target in item.targets] for item in found] == [[contacts[2]], [], [contacts[0]], [], []]
