"""State put straight into an account, below the API: records with chosen ids, definitions, tokens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from spokedesk.crm.account import Account
from spokedesk.crm.history import Source
from spokedesk.crm.owners import Owner
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.properties import PropertyDefinition, PropertyOption
from spokedesk.crm.property_values import ValueRules
from spokedesk.crm.records import plan_create
from spokedesk.engine import links, records
from spokedesk.engine.changes import insert_changes
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.links import LinkRequest
from spokedesk.engine.object_types import standard_type
from spokedesk.engine.tokens import create_token
from spokedesk.storage import accounts, owners, pipelines, properties
from spokedesk.storage.database import Transaction
from tests.support.api import Api

SOURCE = Source("INTEGRATION", "1", "INTEGRATION")


def context_of(account: Account | None, tx: Transaction) -> Context:
    assert account is not None, "the account exists"
    return Context(account, SOURCE, tx.now)


def insert_record(api: Api, object_type: str, record_id: int, values: Mapping[str, str]) -> None:
    """A record with exactly this id; its values are not checked, each has one history entry."""

    async def work(tx: Transaction) -> None:
        context = context_of(await accounts.find_account(tx), tx)
        definitions = await load_definitions(tx, context.account, standard_type(object_type))
        rules = ValueRules(tx.now, None, lenient_dates=False)
        change = plan_create(record_id, values, definitions, SOURCE, rules)
        _, sequence = await accounts.take_numbers(tx, sequences=1)
        await insert_changes(tx, context, definitions, [change], sequence)
        await accounts.raise_next_id(tx, record_id)

    api.write(work)


def link_records(api: Api, object_type: str, record_id: int, to_id: str, type_id: int) -> None:
    """Both directions of one link, with what follows from it."""

    async def work(tx: Transaction) -> None:
        context = context_of(await accounts.find_account(tx), tx)
        wanted = {record_id: [LinkRequest(to_id, type_id)]}
        resolved, refused = await links.resolve_links(tx, context, standard_type(object_type), wanted)
        assert not refused, refused
        await links.store_links(tx, context, resolved[record_id])

    api.write(work)


def archive_record(api: Api, object_type: str, record_id: int) -> None:
    async def work(tx: Transaction) -> None:
        context = context_of(await accounts.find_account(tx), tx)
        definitions = await load_definitions(tx, context.account, standard_type(object_type))
        await records.archive_records(tx, context, definitions, [record_id])

    api.write(work)


def make_property(name: str, type: str = "string", field_type: str = "text", **changes: Any) -> PropertyDefinition:
    """A custom property; `options` may be plain texts."""
    options = tuple(
        option if isinstance(option, PropertyOption) else PropertyOption(option, option)
        for option in changes.pop("options", ())
    )
    return PropertyDefinition(name, name, type, field_type, "ticketinformation", options=options, **changes)


def define_properties(api: Api, *definitions: PropertyDefinition, object_type: str = "tickets") -> None:
    async def work(tx: Transaction) -> None:
        for definition in definitions:
            await properties.replace_definition(tx, standard_type(object_type).id, definition)
        await accounts.mark_definitions_changed(tx)

    api.write(work)


def make_pipeline(pipeline_id: str, label: str, stages: Sequence[tuple[str, str, bool]]) -> Pipeline:
    """A ticket pipeline behind the default one; a stage is (id, label, closed)."""
    made = tuple(
        Stage(
            stage_id,
            name,
            order,
            {"ticketState": "CLOSED" if closed else "OPEN", "isClosed": "true" if closed else "false"},
        )
        for order, (stage_id, name, closed) in enumerate(stages)
    )
    return Pipeline(pipeline_id, label, 1, made)


def define_pipeline(api: Api, pipeline: Pipeline, object_type: str = "tickets") -> None:
    async def work(tx: Transaction) -> None:
        await pipelines.replace_pipeline(tx, standard_type(object_type).id, pipeline)
        await accounts.mark_definitions_changed(tx)

    api.write(work)


def insert_owner(api: Api, owner_id: int, email: str = "agent@example.com") -> None:
    async def work(tx: Transaction) -> None:
        owner = Owner(
            id=owner_id,
            user_id=owner_id + 1,
            email=email,
            first_name="An",
            last_name="Agent",
            kind="PERSON",
            teams=(),
            created_at=tx.now,
            updated_at=tx.now,
            archived_at=None,
        )
        await owners.insert_owners(tx, [owner])

    api.write(work)


def insert_token(api: Api, token: str, scopes: Iterable[str], kind: str, expires_at: int | None = None) -> None:
    async def work(tx: Transaction) -> None:
        await create_token(tx, token, name=token, scopes=scopes, kind=kind, expires_at=expires_at)

    api.write(work)
