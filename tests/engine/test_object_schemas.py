"""Custom objects in the store: what a definition leaves behind, and what is gone after it was erased."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.association_labels import NewLabel
from spokedesk.crm.object_schemas import ObjectSchema, SchemaInput
from spokedesk.crm.property_rules import PropertyInput
from spokedesk.engine import object_schemas
from spokedesk.engine.association_labels import create_label
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions, load_types_between
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.object_schemas import NewSchema
from spokedesk.engine.object_types import load_object_types, standard_type
from spokedesk.engine.records import NewRecord, archive_records, create_records
from spokedesk.errors import InvalidRequest, NotFound, UnknownObjectType
from spokedesk.storage.accounts import find_account
from spokedesk.storage.database import Transaction
from tests.support.api import Api
from tests.support.factories import SOURCE

TABLES = {
    "record": "object_type = '2-1'",
    "revision": "object_type = '2-1'",
    "unique_value": "object_type = '2-1'",
    "property_definition": "object_type = '2-1'",
    "property_group": "object_type = '2-1'",
    "association": "from_type = '2-1' OR to_type = '2-1'",
    "association_type": "from_type = '2-1' OR to_type = '2-1'",
    "association_limit": "from_type = '2-1' OR to_type = '2-1'",
    "object_schema": "id = '2-1'",
}


@pytest.fixture
def api() -> Api:
    return Api()


async def context_of(tx: Transaction) -> Context:
    account = await find_account(tx)
    assert account is not None
    return Context(account, SOURCE, tx.now, types=await load_object_types(tx, account))


def schema(name: str = "car", **changes: Any) -> SchemaInput:
    return SchemaInput(name, name.title(), f"{name.title()}s", **{"primary_display_property": "plate", **changes})


def text(name: str, *, unique: bool = False) -> PropertyInput:
    return PropertyInput(name, name, "string", "text", has_unique_value=unique)


def define(api: Api, name: str = "car", **changes: Any) -> ObjectSchema:
    wanted = NewSchema(schema(name, **changes), [text("plate", unique=True)], ["tickets"])

    async def work(tx: Transaction) -> ObjectSchema:
        return await object_schemas.create_schema(tx, await context_of(tx), wanted)

    made: ObjectSchema = api.write(work)
    return made


def insert(api: Api, kind_name: str, values: dict[str, str], links: list[LinkRequest] | None = None) -> int:
    async def work(tx: Transaction) -> int:
        context = await context_of(tx)
        definitions = await load_definitions(tx, context.account, context.types.resolve(kind_name))
        (outcome,) = await create_records(tx, context, definitions, [NewRecord(values, links or [])])
        assert outcome.record is not None, outcome.error
        return outcome.record.id

    made: int = api.write(work)
    return made


def archive_all(api: Api, kind_name: str, ids: list[int]) -> None:
    async def work(tx: Transaction) -> None:
        context = await context_of(tx)
        definitions = await load_definitions(tx, context.account, context.types.resolve(kind_name))
        await archive_records(tx, context, definitions, ids)

    api.write(work)


def run(api: Api, step: Any, *arguments: Any) -> Any:
    async def work(tx: Transaction) -> Any:
        return await step(tx, await context_of(tx), *arguments)

    return api.write(work)


def counts(api: Api) -> dict[str, int]:
    """How many rows of each table are about the first custom object."""

    async def work(tx: Transaction) -> dict[str, int]:
        found = {}
        for table, where in TABLES.items():
            row = await tx.row(f"SELECT COUNT(*) FROM {table} WHERE account_id = :account_id AND ({where})")
            assert row is not None
            found[table] = row[0]
        return found

    found: dict[str, int] = api.read(work)
    return found


def resolved(api: Api, name: str) -> str:
    async def work(tx: Transaction) -> str:
        return (await context_of(tx)).types.resolve(name).id

    found: str = api.read(work)
    return found


def limit_links(api: Api) -> None:
    """At most five tickets for a car."""
    types = api.get("/crm/v4/associations/p_car/tickets/labels").json["results"]
    limit = {"category": types[0]["category"], "typeId": types[0]["typeId"], "maxToObjectIds": 5}
    path = "/crm/v4/associations/definitions/configurations/p_car/tickets/batch/create"
    assert api.post(path, {"inputs": [limit]}).status == 201


def linked_car(api: Api, plate: str) -> int:
    """A car with a ticket, which leaves rows in most tables."""
    ticket = insert(api, "tickets", {"subject": plate, "hs_pipeline_stage": "1"})

    async def plain(tx: Transaction) -> int:
        context = await context_of(tx)
        car = context.types.resolve("p_car").id
        types = await load_types_between(tx, context.account, car, standard_type("tickets").id)
        assert types.plain is not None
        return types.plain.type_id

    return insert(api, "p_car", {"plate": plate}, [LinkRequest(str(ticket), api.read(plain), "USER_DEFINED")])


def test_every_spelling_finds_the_new_type_at_once(api: Api) -> None:
    made = define(api)
    for name in ("2-1", "p_car", "P_CAR", made.fully_qualified_name):
        assert resolved(api, name) == "2-1"


@pytest.mark.parametrize("name", ["car", "cars", "2-2", "p1_car"])
def test_other_spellings_do_not(api: Api, name: str) -> None:
    define(api)
    with pytest.raises(UnknownObjectType):
        resolved(api, name)


def test_standard_types_stay_beside_custom_ones(api: Api) -> None:
    before = resolved(api, "tickets")
    define(api)
    assert resolved(api, "tickets") == before == "0-5"


def test_a_definition_that_fails_late_leaves_no_row(api: Api) -> None:
    with pytest.raises(InvalidRequest):
        define(api, searchable_properties=("colour",))
    assert set(counts(api).values()) == {0}


def test_purging_leaves_no_row_of_the_object(api: Api) -> None:
    define(api)
    limit_links(api)
    first, second = linked_car(api, "A 1"), linked_car(api, "B 2")
    assert all(counts(api).values()), counts(api)
    archive_all(api, "p_car", [first, second])
    run(api, object_schemas.archive_schema, "car")
    run(api, object_schemas.purge_schema, "car")
    assert set(counts(api).values()) == {0}


def test_purging_one_object_leaves_the_others(api: Api) -> None:
    define(api, "boat")
    define(api)
    car = linked_car(api, "A 1")
    run(api, object_schemas.archive_schema, "boat")
    run(api, object_schemas.purge_schema, "boat")
    assert set(counts(api).values()) == {0}
    assert resolved(api, "p_car") == "2-2"

    async def find(tx: Transaction) -> int:
        row = await tx.row("SELECT COUNT(*) FROM association WHERE from_id = :id OR to_id = :id", id=car)
        assert row is not None
        count: int = row[0]
        return count

    assert api.read(find) == 2


def test_archiving_keeps_everything_until_the_name_is_used_again(api: Api) -> None:
    define(api)
    archive_all(api, "p_car", [linked_car(api, "A 1")])
    before = counts(api)
    run(api, object_schemas.archive_schema, "p_car")
    assert counts(api) == before
    assert define(api, "CAR").id == "2-2"
    assert set(counts(api).values()) == {0}


def test_only_archived_schemas_are_purged(api: Api) -> None:
    define(api)
    with pytest.raises(NotFound):
        run(api, object_schemas.purge_schema, "car")
    assert counts(api)["object_schema"] == 1


def test_archived_records_do_not_keep_a_schema_and_live_ones_do(api: Api) -> None:
    define(api)
    car = insert(api, "2-1", {"plate": "A 1"})
    with pytest.raises(InvalidRequest, match="1 records"):
        run(api, object_schemas.archive_schema, "2-1")
    archive_all(api, "2-1", [car])
    run(api, object_schemas.archive_schema, "2-1")
    with pytest.raises(UnknownObjectType):
        resolved(api, "2-1")


def test_labels_to_an_archived_object_do_not_disturb_the_other_end(api: Api) -> None:
    define(api)

    async def label(tx: Transaction) -> None:
        context = await context_of(tx)
        start, end = context.types.resolve("tickets"), context.types.resolve("p_car")
        await create_label(tx, context, start, end, NewLabel("broken", "Broken", "Breaks"))

    api.write(label)
    run(api, object_schemas.archive_schema, "car")
    ticket = insert(api, "tickets", {"subject": "x", "hs_pipeline_stage": "1"})
    assert api.get(f"/crm/v3/objects/tickets/{ticket}").status == 200
    assert api.get("/crm-object-schemas/v3/schemas/tickets").status == 200


def test_an_archived_property_does_not_block_other_changes(api: Api) -> None:
    define(api, searchable_properties=("plate",))
    assert api.post("/crm/v3/properties/p_car", body("colour")).status == 201
    changed = run(api, object_schemas.update_schema, "car", SchemaInput(searchable_properties=("colour",)))
    assert changed.searchable_properties == ("colour",)
    assert api.delete("/crm/v3/properties/p_car/colour").status == 204
    assert run(api, object_schemas.update_schema, "car", SchemaInput(description="x")).description == "x"
    assert api.post("/crm/v3/objects/p_car/search", {"query": "x"}).status == 200


def test_the_property_that_records_are_called_by_cannot_be_archived(api: Api) -> None:
    define(api)
    answer = api.delete("/crm/v3/properties/p_car/plate")
    assert (answer.status, answer.json["context"]) == (400, {"propertyName": ["plate"]})


def body(name: str) -> dict[str, str]:
    return {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "car_information"}
