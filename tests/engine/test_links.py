"""Storing and removing links: both directions, implied types, the primary company, what tickets show of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from spokedesk import catalog
from spokedesk.crm.account import AccountSettings
from spokedesk.crm.associations import AssociationType
from spokedesk.storage.association_types import list_association_types
from spokedesk.storage.database import Transaction
from spokedesk.storage.sqlite import SqliteTransaction
from tests.support.api import Api
from tests.support.linking import archive, create, link, property_of, restore, spec, stored_rows, types_of

TICKET_COMPANY, COMPANY_TICKET = 339, 340
PRIMARY, PRIMARY_BACK = 26, 25


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def plain_api() -> Api:
    """An account in which no company becomes primary by itself."""
    return Api(settings=AccountSettings(first_company_is_primary=False))


def ticket_and_companies(api: Api, count: int) -> tuple[str, list[str]]:
    ticket = create(api, "tickets")
    return f"tickets/{ticket}", [create(api, "companies", name=f"Company {number}") for number in range(count)]


def updated_at(api: Api, start: str) -> str:
    return str(api.get(f"/crm/v3/objects/{start}").json["updatedAt"])


def test_a_link_can_be_read_from_both_ends(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts", email="a@b.co")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}
    assert types_of(api, f"contacts/{contact}", "tickets") == {ticket: [15]}


def test_a_label_brings_the_plain_type_along(plain_api: Api) -> None:
    ticket, (company,) = ticket_and_companies(plain_api, 1)
    link(plain_api, ticket, f"companies/{company}", PRIMARY)
    assert types_of(plain_api, ticket, "companies") == {company: [PRIMARY, TICKET_COMPANY]}


def test_the_first_company_of_a_ticket_becomes_its_primary_one(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", TICKET_COMPANY)
    link(api, ticket, f"companies/{second}", TICKET_COMPANY)
    assert types_of(api, ticket, "companies") == {first: [PRIMARY, TICKET_COMPANY], second: [TICKET_COMPANY]}


def test_the_first_company_stays_plain_when_the_account_says_so(plain_api: Api) -> None:
    ticket, (company,) = ticket_and_companies(plain_api, 1)
    link(plain_api, ticket, f"companies/{company}", TICKET_COMPANY)
    assert types_of(plain_api, ticket, "companies") == {company: [TICKET_COMPANY]}


def test_the_first_company_becomes_primary_when_linked_from_its_side(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, f"companies/{first}", ticket, COMPANY_TICKET)
    link(api, f"companies/{second}", ticket, COMPANY_TICKET)
    assert types_of(api, ticket, "companies") == {first: [PRIMARY, TICKET_COMPANY], second: [TICKET_COMPANY]}


@pytest.mark.parametrize(("object_type", "plain", "primary"), [("contacts", 279, 1), ("deals", 341, 5)])
def test_contacts_and_deals_have_a_primary_company_too(api: Api, object_type: str, plain: int, primary: int) -> None:
    start = f"{object_type}/{create(api, object_type)}"
    first, second = create(api, "companies"), create(api, "companies")
    link(api, start, f"companies/{first}", plain)
    link(api, start, f"companies/{second}", primary)
    assert types_of(api, start, "companies") == {first: [plain], second: sorted([plain, primary])}


def test_a_new_primary_company_takes_the_label_from_the_old_one(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", PRIMARY)
    link(api, ticket, f"companies/{second}", PRIMARY)
    assert types_of(api, ticket, "companies") == {first: [TICKET_COMPANY], second: [PRIMARY, TICKET_COMPANY]}
    assert types_of(api, f"companies/{first}", "tickets") == {ticket.split("/")[1]: [COMPANY_TICKET]}


def test_the_primary_label_moves_when_it_is_written_from_the_company(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", PRIMARY)
    link(api, f"companies/{second}", ticket, PRIMARY_BACK)
    assert types_of(api, ticket, "companies") == {first: [TICKET_COMPANY], second: [PRIMARY, TICKET_COMPANY]}


def test_a_company_may_be_primary_for_many_tickets(api: Api) -> None:
    company, tickets = create(api, "companies"), [create(api, "tickets") for _ in range(3)]
    for ticket in tickets:
        link(api, f"companies/{company}", f"tickets/{ticket}", PRIMARY_BACK)
    expected = [PRIMARY_BACK, COMPANY_TICKET]
    assert types_of(api, f"companies/{company}", "tickets") == dict.fromkeys(tickets, expected)


def test_two_primary_companies_in_one_request_leave_the_last_one(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    ticket_id = ticket.split("/")[1]
    inputs = [{"from": {"id": ticket_id}, "to": {"id": company}, "types": [spec(26)]} for company in (first, second)]
    assert api.post("/crm/v4/associations/tickets/companies/batch/create", {"inputs": inputs}).status == 201
    assert types_of(api, ticket, "companies") == {first: [TICKET_COMPANY], second: [PRIMARY, TICKET_COMPANY]}


def test_removing_the_primary_company_promotes_no_other(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", PRIMARY)
    link(api, ticket, f"companies/{second}", TICKET_COMPANY)
    assert api.delete(f"/crm/v4/objects/{ticket}/associations/companies/{first}").status == 204
    assert types_of(api, ticket, "companies") == {second: [TICKET_COMPANY]}


def test_an_archived_primary_company_keeps_its_place(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", TICKET_COMPANY)
    archive(api, "companies", first)
    link(api, ticket, f"companies/{second}", TICKET_COMPANY)
    assert types_of(api, ticket, "companies") == {second: [TICKET_COMPANY]}
    restore(api, "companies", first)
    assert types_of(api, ticket, "companies") == {first: [PRIMARY, TICKET_COMPANY], second: [TICKET_COMPANY]}


def test_an_archived_company_loses_the_label_to_a_new_primary_one(api: Api) -> None:
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", PRIMARY)
    archive(api, "companies", first)
    link(api, ticket, f"companies/{second}", PRIMARY)
    restore(api, "companies", first)
    assert types_of(api, ticket, "companies") == {first: [TICKET_COMPANY], second: [PRIMARY, TICKET_COMPANY]}


def test_a_label_of_the_account_called_primary_is_no_primary_company(api: Api) -> None:
    body = {"name": "main", "label": "Primary"}
    (own, _) = api.post("/crm/v4/associations/tickets/companies/labels", body).json["results"]
    ticket, (first, second) = ticket_and_companies(api, 2)
    link(api, ticket, f"companies/{first}", spec(own["typeId"], "USER_DEFINED"))
    link(api, ticket, f"companies/{second}", spec(own["typeId"], "USER_DEFINED"))
    assert property_of(api, ticket, "hs_primary_company_id") == first
    assert types_of(api, ticket, "companies") == {first: [1, PRIMARY, TICKET_COMPANY], second: [1, TICKET_COMPANY]}


@pytest.mark.parametrize(
    ("start", "end", "old", "current"),
    [
        ("tickets", "companies", 273, 26),
        ("companies", "tickets", 274, 25),
        ("deals", "companies", 271, 5),
        ("companies", "deals", 272, 6),
    ],
)
def test_old_ids_of_the_primary_type_are_understood(
    plain_api: Api, start: str, end: str, old: int, current: int
) -> None:
    first, second = create(plain_api, start), create(plain_api, end)
    link(plain_api, f"{start}/{first}", f"{end}/{second}", old)
    assert current in types_of(plain_api, f"{start}/{first}", end)[second]


def test_an_old_id_means_nothing_among_the_types_of_an_account(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    path = f"/crm/v4/objects/{ticket}/associations/companies/{company}"
    answer = api.put(path, [spec(273, "USER_DEFINED")])
    assert answer.status == 400
    assert answer.json["context"]["associationSpec"] == ["USER_DEFINED=273"]


def test_tickets_can_be_linked_with_each_other(api: Api) -> None:
    first, second = create(api, "tickets"), create(api, "tickets")
    link(api, f"tickets/{first}", f"tickets/{second}", 452)
    assert types_of(api, f"tickets/{first}", "tickets") == {second: [452]}
    assert types_of(api, f"tickets/{second}", "tickets") == {first: [452]}


def test_parent_and_child_company_see_different_types(api: Api) -> None:
    parent, child = create(api, "companies"), create(api, "companies")
    link(api, f"companies/{parent}", f"companies/{child}", 13)
    assert types_of(api, f"companies/{parent}", "companies") == {child: [13, 450]}
    assert types_of(api, f"companies/{child}", "companies") == {parent: [14, 450]}


def test_a_record_cannot_be_linked_with_itself(api: Api) -> None:
    ticket = create(api, "tickets")
    answer = api.put(f"/crm/v4/objects/tickets/{ticket}/associations/tickets/{ticket}", [spec(452)])
    assert (answer.status, answer.json["context"]["objectId"]) == (400, [ticket])


def test_removing_the_plain_type_removes_every_label(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    assert api.delete(f"/crm/v3/objects/{ticket}/associations/companies/{company}/339").status == 204
    assert stored_rows(api) == set()


def test_removing_one_label_keeps_the_rest(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    assert api.delete(f"/crm/v3/objects/{ticket}/associations/companies/{company}/26").status == 204
    assert types_of(api, ticket, "companies") == {company: [TICKET_COMPANY]}


def test_a_create_request_finds_the_vendors_type_before_one_of_the_account(api: Api) -> None:
    for number in range(3):
        api.post("/crm/v4/associations/deals/contacts/labels", {"name": f"label_{number}", "label": "Label"})
    assert api.get("/crm/v4/associations/deals/contacts/labels").json["results"][-1]["typeId"] == 5
    company = create(api, "companies")
    body = {
        "properties": {"dealname": "x", "dealstage": "appointmentscheduled"},
        "associations": [{"toObjectId": company, "associationTypeId": 5}],
    }
    answer = api.post("/crm/v3/objects/deals", body)
    assert answer.status == 201, answer.json
    assert types_of(api, f"deals/{answer.json['id']}", "companies") == {company: [5, 341]}


def test_a_create_request_names_every_missing_target_of_a_type(api: Api) -> None:
    wanted = [{"to": {"id": lost}, "types": [spec(16)]} for lost in ("701", "702")]
    properties = {"subject": "x", "hs_pipeline_stage": "1"}
    answer = api.post("/crm/v3/objects/tickets", {"properties": properties, "associations": wanted})
    assert answer.json["context"] == {
        "INVALID_OBJECT_IDS": ["CONTACT=701 is not valid", "CONTACT=702 is not valid"],
        "objectId": ["701", "702"],
        "objectType": ["CONTACT"],
    }


def test_linking_a_company_fills_the_company_values_of_a_ticket(api: Api) -> None:
    ticket = f"tickets/{create(api, 'tickets')}"
    company = create(api, "companies", name="Acme")
    link(api, ticket, f"companies/{company}", PRIMARY)
    assert property_of(api, ticket, "hs_primary_company_id") == company
    assert property_of(api, ticket, "hs_primary_company_name") == "Acme"
    assert property_of(api, ticket, "hs_primary_company") == "Acme"
    assert property_of(api, ticket, "hs_num_associated_companies") == "1"


def test_unlinking_a_company_empties_the_company_values_of_a_ticket(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    api.delete(f"/crm/v4/objects/{ticket}/associations/companies/{company}")
    assert property_of(api, ticket, "hs_primary_company_id") == ""
    assert property_of(api, ticket, "hs_num_associated_companies") == "0"


def test_a_ticket_follows_the_name_of_its_primary_company(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    api.patch(f"/crm/v3/objects/companies/{company}", {"properties": {"name": "Renamed"}})
    assert property_of(api, ticket, "hs_primary_company_name") == "Renamed"


def test_an_archived_ticket_follows_its_company_when_it_is_restored(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    archive(api, *ticket.split("/"))
    api.patch(f"/crm/v3/objects/companies/{company}", {"properties": {"name": "Renamed"}})
    asked = {"properties": "hs_primary_company_name", "archived": "true"}
    archived = api.get(f"/crm/v3/objects/{ticket}", **asked).json["properties"]
    assert archived["hs_primary_company_name"] == "Company 0"
    restore(api, *ticket.split("/"))
    assert property_of(api, ticket, "hs_primary_company_name") == "Renamed"


def test_a_ticket_follows_the_time_of_its_latest_activity(api: Api) -> None:
    ticket, note = f"tickets/{create(api, 'tickets')}", create(api, "notes")
    link(api, ticket, f"notes/{note}", 227)
    assert property_of(api, ticket, "notes_last_updated") == "2026-09-01T10:00:00Z"
    api.patch(f"/crm/v3/objects/notes/{note}", {"properties": {"hs_timestamp": "2026-09-02T10:00:00Z"}})
    assert property_of(api, ticket, "notes_last_updated") == "2026-09-02T10:00:00Z"


def test_a_link_that_changes_no_value_of_a_ticket_leaves_its_modification_time(api: Api) -> None:
    ticket, contact = f"tickets/{create(api, 'tickets')}", create(api, "contacts")
    before = updated_at(api, ticket)
    link(api, ticket, f"contacts/{contact}", 16)
    assert updated_at(api, ticket) == before


def test_a_further_label_of_a_company_leaves_the_modification_time(api: Api) -> None:
    api.post("/crm/v4/associations/tickets/companies/labels", {"name": "payer", "label": "Payer"})
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", PRIMARY)
    before = updated_at(api, ticket)
    link(api, ticket, f"companies/{company}", spec(1, "USER_DEFINED"))
    assert updated_at(api, ticket) == before


def test_a_link_that_changes_a_value_of_a_ticket_moves_its_modification_time(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    before = updated_at(api, ticket)
    link(api, ticket, f"companies/{company}", 339)
    assert updated_at(api, ticket) > before


def test_repeating_a_link_leaves_the_modification_time(api: Api) -> None:
    ticket, (company,) = ticket_and_companies(api, 1)
    link(api, ticket, f"companies/{company}", 339)
    before = updated_at(api, ticket)
    link(api, ticket, f"companies/{company}", 339)
    assert updated_at(api, ticket) == before


def test_links_of_an_archived_record_are_hidden_until_it_is_restored(api: Api) -> None:
    ticket, contact = create(api, "tickets"), create(api, "contacts")
    link(api, f"tickets/{ticket}", f"contacts/{contact}", 16)
    archive(api, "contacts", contact)
    assert types_of(api, f"tickets/{ticket}", "contacts") == {}
    restore(api, "contacts", contact)
    assert types_of(api, f"tickets/{ticket}", "contacts") == {contact: [16]}


def test_a_merge_keeps_the_primary_company_of_the_survivor(api: Api) -> None:
    first, second = create(api, "tickets"), create(api, "tickets")
    companies = [create(api, "companies"), create(api, "companies")]
    for ticket, company in zip((first, second), companies, strict=True):
        link(api, f"tickets/{ticket}", f"companies/{company}", PRIMARY)
    api.post("/crm/v3/objects/tickets/merge", {"primaryObjectId": first, "objectIdToMerge": second})
    assert types_of(api, f"tickets/{first}", "companies") == {
        companies[0]: [PRIMARY, TICKET_COMPANY],
        companies[1]: [TICKET_COMPANY],
    }


def test_a_merge_into_a_new_record_keeps_one_primary_company() -> None:
    api = Api(settings=AccountSettings(merge_id_policy="new_id"))
    first, second = create(api, "tickets"), create(api, "tickets")
    companies = [create(api, "companies"), create(api, "companies")]
    for ticket, company in zip((first, second), companies, strict=True):
        link(api, f"tickets/{ticket}", f"companies/{company}", PRIMARY)
    merged = api.post("/crm/v3/objects/tickets/merge", {"primaryObjectId": first, "objectIdToMerge": second}).json["id"]
    assert types_of(api, f"tickets/{merged}", "companies") == {
        companies[0]: [PRIMARY, TICKET_COMPANY],
        companies[1]: [TICKET_COMPANY],
    }


@contextmanager
def counted_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How many reading and inserting statements run; updates of single tickets are not among them."""
    counts: Counter[str] = Counter()
    rows, many = SqliteTransaction.rows, SqliteTransaction.execute_many

    async def counting_rows(self: SqliteTransaction, sql: str, **params: object) -> object:
        counts["reads"] += 1
        return await rows(self, sql, **params)

    async def counting_many(self: SqliteTransaction, sql: str, params: list[dict[str, object]]) -> None:
        counts["writes"] += 1
        await many(self, sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(SqliteTransaction, "rows", counting_rows)
        patch.setattr(SqliteTransaction, "execute_many", counting_many)
        yield counts


def test_a_large_batch_takes_a_bounded_number_of_statements(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [{"properties": {"subject": str(number), "hs_pipeline_stage": "1"}} for number in range(100)]
    tickets = [
        item["id"] for item in api.post("/crm/v3/objects/tickets/batch/create", {"inputs": inputs}).json["results"]
    ]
    companies = [create(api, "companies", name=str(number)) for number in range(2)]
    for company in companies:
        pairs = [{"from": {"id": ticket}, "to": {"id": company}, "types": [spec(26)]} for ticket in tickets]
        with counted_statements(monkeypatch) as counts:
            answer = api.post("/crm/v4/associations/tickets/companies/batch/create", {"inputs": pairs})
        assert answer.status == 201
        assert counts["reads"] <= 15
        assert counts["writes"] <= 4


class World:
    """Records of several types and random operations on the links between them."""

    TYPES = ("tickets", "contacts", "companies", "notes", "deals")

    def __init__(self, seed: int) -> None:
        self.api = Api()
        self.dice = random.Random(seed)
        self.ids = {object_type: [create(self.api, object_type) for _ in range(3)] for object_type in self.TYPES}
        self.archived: set[tuple[str, str]] = set()
        self.labels: list[tuple[str, str, int]] = []
        self.created_labels = 0
        for start, end in (
            ("tickets", "contacts"),
            ("companies", "tickets"),
            ("notes", "notes"),
            ("tickets", "tickets"),
        ):
            self.add_label(start, end)

    def pick(self) -> tuple[str, str]:
        object_type = self.dice.choice(self.TYPES)
        return object_type, self.dice.choice(self.ids[object_type])

    def specs(self, start: str, end: str) -> list[dict[str, object]]:
        known = self.api.get(f"/crm/v4/associations/{start}/{end}/labels").json["results"]
        return [spec(item["typeId"], item["category"]) for item in known]

    def step(self) -> None:
        operation = self.dice.choice(
            [self.put, self.put, self.put, self.put_default, self.delete, self.delete_label, self.toggle, self.define]
        )
        operation()

    def put(self) -> None:
        (start, start_id), (end, end_id) = self.pick(), self.pick()
        if specs := self.specs(start, end):
            body = self.dice.sample(specs, self.dice.randint(1, len(specs)))
            self.api.put(f"/crm/v4/objects/{start}/{start_id}/associations/{end}/{end_id}", body)

    def put_default(self) -> None:
        (start, start_id), (end, end_id) = self.pick(), self.pick()
        self.api.put(f"/crm/v4/objects/{start}/{start_id}/associations/default/{end}/{end_id}")

    def delete(self) -> None:
        (start, start_id), (end, end_id) = self.pick(), self.pick()
        self.api.delete(f"/crm/v4/objects/{start}/{start_id}/associations/{end}/{end_id}")

    def delete_label(self) -> None:
        (start, start_id), (end, end_id) = self.pick(), self.pick()
        if specs := self.specs(start, end):
            item = {"from": {"id": start_id}, "to": {"id": end_id}, "types": [self.dice.choice(specs)]}
            self.api.post(f"/crm/v4/associations/{start}/{end}/batch/labels/archive", {"inputs": [item]})

    def toggle(self) -> None:
        """Archive a record, or bring one back, so that few are in the bin at any time."""
        if self.archived and self.dice.random() < 0.6:
            record = self.dice.choice(sorted(self.archived))
            self.archived.discard(record)
            restore(self.api, *record)
        elif (record := self.pick()) not in self.archived:
            self.archived.add(record)
            archive(self.api, *record)

    def define(self) -> None:
        """Add a label, or delete one that is in use."""
        if self.labels and self.dice.random() < 0.5:
            start, end, type_id = self.labels.pop(self.dice.randrange(len(self.labels)))
            self.api.delete(f"/crm/v4/associations/{start}/{end}/labels/{type_id}")
            return
        (start, _), (end, _) = self.pick(), self.pick()
        self.add_label(start, end)

    def add_label(self, start: str, end: str) -> None:
        self.created_labels += 1
        body = {"name": f"label_{self.created_labels}", "label": f"L{self.created_labels}", "inverseLabel": "Back"}
        created = self.api.post(f"/crm/v4/associations/{start}/{end}/labels", body).json["results"]
        self.labels.append((start, end, created[-1]["typeId"]))


def inverses_of(api: Api) -> dict[tuple[str, str, str, int], int]:
    """The inverse of every type that is defined, by from type, to type, category and id."""

    async def work(tx: Transaction) -> list[AssociationType]:
        return await list_association_types(tx)

    known = [*catalog.association_types(), *api.read(work)]
    return {(item.from_type, item.to_type, item.category, item.type_id): item.inverse_type_id for item in known}


@pytest.mark.parametrize("seed", range(6))
def test_both_directions_always_mirror_each_other(seed: int) -> None:
    world = World(seed)
    seen: set[str] = set()
    for _ in range(200):
        world.step()
        inverses, rows = inverses_of(world.api), stored_rows(world.api)
        for from_type, from_id, to_type, to_id, category, type_id in rows:
            inverse = inverses[from_type, to_type, category, type_id]
            assert (to_type, to_id, from_type, from_id, category, inverse) in rows
            seen.add(category)
    assert seen == {"HUBSPOT_DEFINED", "USER_DEFINED"}


@pytest.mark.parametrize("seed", range(6))
def test_a_record_never_has_two_primary_companies(seed: int) -> None:
    world = World(seed)
    primary = {("0-5", 26), ("0-1", 1), ("0-3", 5)}
    most = 0
    for _ in range(200):
        world.step()
        owners = Counter(
            (row[0], row[1])
            for row in stored_rows(world.api)
            if row[4] == "HUBSPOT_DEFINED" and (row[0], row[5]) in primary and row[2] == "0-2"
        )
        most = max(most, *owners.values(), 0)
        assert max(owners.values(), default=0) <= 1
    assert most == 1
