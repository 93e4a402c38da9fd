"""Telling the demo story to an account: definitions first, then every event at its own time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from spokedesk.crm.account import Account
from spokedesk.crm.associations import AssociationType
from spokedesk.crm.history import Source
from spokedesk.crm.instants import parse_instant
from spokedesk.crm.owners import Owner
from spokedesk.crm.pipelines import Pipeline, Stage
from spokedesk.crm.properties import PropertyDefinition, PropertyOption
from spokedesk.demo.account import demo_setup
from spokedesk.demo.grammar import demo_events
from spokedesk.demo.story import (
    ArchiveRecord,
    Associate,
    AssociationLabelSetup,
    CreateRecord,
    DemoSetup,
    Event,
    MergeRecords,
    PipelineSetup,
    PropertySetup,
    UpdateRecord,
)
from spokedesk.engine import links, merges, records
from spokedesk.engine.batches import Outcome, all_or_nothing
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.errors import StoreError
from spokedesk.storage import accounts, association_types, owners, pipelines, properties
from spokedesk.storage.database import Transaction, Work

CHUNK = 250
DEFAULT_SIZE = 1200
APP_ID = "100001"

Write = Callable[[Work[Any]], Awaitable[Any]]
Progress = Callable[[int, int], None]


async def seed_demo(
    account: Account, write: Write, progress: Progress | None = None, *, size: int | None = None, seed: int = 1
) -> None:
    """Fill an empty account by so many writes. `progress(tickets so far, tickets in all)` is called after each."""
    setup = demo_setup()
    await write(lambda tx: prepare(tx, setup))
    teller = Teller(account.id)
    total = size if size is not None else DEFAULT_SIZE
    for chunk in chunks(demo_events(size=total, seed=seed)):
        await write(teller.telling(chunk))
        if progress is not None:
            progress(teller.tickets, total)


def chunks(events: Iterable[Event]) -> Iterator[list[Event]]:
    remaining = iter(events)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk


async def prepare(tx: Transaction, setup: DemoSetup) -> None:
    """Owners, pipelines, properties and labels of the story."""
    await owners.insert_owners(tx, [owner_of(body) for body in setup.owners])
    for pipeline in setup.pipelines:
        await pipelines.replace_pipeline(tx, standard_type(pipeline.object_type).id, pipeline_of(pipeline, tx.now))
    for item in setup.properties:
        await properties.replace_definition(tx, standard_type(item.object_type).id, definition_of(item, tx.now))
    for label in setup.association_labels:
        await association_types.insert_association_types(tx, label_types(label))
    await accounts.mark_definitions_changed(tx)


def owner_of(body: dict[str, Any]) -> Owner:
    return Owner(
        id=int(body["id"]),
        user_id=body["userId"],
        email=body["email"],
        first_name=body["firstName"],
        last_name=body["lastName"],
        created_at=parse_instant(body["createdAt"]) or 0,
        updated_at=parse_instant(body["updatedAt"]) or 0,
    )


def pipeline_of(setup: PipelineSetup, now: int) -> Pipeline:
    body = setup.body
    stages = [
        Stage(item["stageId"], item["label"], item["displayOrder"], stage_metadata(item["metadata"]), now, now)
        for item in body["stages"]
    ]
    return Pipeline(body["pipelineId"], body["label"], body["displayOrder"], tuple(stages), now, now)


def stage_metadata(metadata: dict[str, str]) -> dict[str, str]:
    return {**metadata, "isClosed": "true" if metadata.get("ticketState") == "CLOSED" else "false"}


def definition_of(setup: PropertySetup, now: int) -> PropertyDefinition:
    body = setup.body
    options = tuple(
        PropertyOption(item["label"], item["value"], item.get("displayOrder", index))
        for index, item in enumerate(body.get("options", ()))
    )
    return PropertyDefinition(
        name=body["name"],
        label=body["label"],
        type=body["type"],
        field_type=body["fieldType"],
        group_name=body["groupName"],
        description=body.get("description", ""),
        options=options,
        has_unique_value=body.get("hasUniqueValue", False),
        created_at=now,
        updated_at=now,
    )


def label_types(setup: AssociationLabelSetup) -> Sequence[AssociationType]:
    from_type, to_type = standard_type(setup.from_type).id, standard_type(setup.to_type).id
    name, label = setup.body["name"], setup.body["label"]
    inverse = setup.body.get("inverseLabel", label)
    return (
        AssociationType(from_type, to_type, "USER_DEFINED", setup.type_id, setup.inverse_type_id, label, name),
        AssociationType(to_type, from_type, "USER_DEFINED", setup.inverse_type_id, setup.type_id, inverse, name),
    )


class Teller:
    """Applies events and remembers which id each key got."""

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id
        self.ids: dict[str, int] = {}
        self.tickets = 0

    def telling(self, events: Sequence[Event]) -> Work[None]:
        async def work(tx: Transaction) -> None:
            account = await accounts.find_account(tx)
            if account is None:
                raise StoreError(f"There is no account {self.account_id}.")
            # the owners of the story are its own: looking them up with every event would be a tenth of the work
            settings = replace(account.settings, check_owner_ids=False)
            trusting = replace(account, settings=settings)
            for event in events:
                await self.tell(tx, trusting, event)

        return work

    async def tell(self, tx: Transaction, account: Account, event: Event) -> None:
        context = Context(account, source_of(event), event.at)
        match event:
            case CreateRecord():
                await self.create(tx, context, event)
            case UpdateRecord():
                await self.update(tx, context, event)
            case Associate():
                await self.associate(tx, context, event)
            case ArchiveRecord():
                definitions = await load_definitions(tx, account, standard_type(event.object_type))
                await records.archive_records(tx, context, definitions, [self.ids[event.key]])
            case MergeRecords():
                definitions = await load_definitions(tx, account, standard_type(event.object_type))
                keys = (str(self.ids[event.primary_key]), str(self.ids[event.other_key]))
                await merges.merge_records(tx, context, definitions, *keys)

    async def create(self, tx: Transaction, context: Context, event: CreateRecord) -> None:
        definitions = await load_definitions(tx, context.account, standard_type(event.object_type))
        wanted = [links.LinkRequest(str(self.ids[key]), type_id) for key, type_id in event.associations]
        (outcome,) = await records.create_records(
            tx, context, definitions, [records.NewRecord(event.properties, wanted)]
        )
        self.ids[event.key] = checked(event, outcome)
        self.tickets += event.object_type == "tickets"

    async def update(self, tx: Transaction, context: Context, event: UpdateRecord) -> None:
        definitions = await load_definitions(tx, context.account, standard_type(event.object_type))
        found = await records.find_live(tx, definitions, self.ids[event.key])
        values = {
            name: str(self.ids[value[1:]]) if name == "hs_pinned_engagement_id" and value[:1] == "@" else value
            for name, value in event.properties.items()
        }
        update = records.RecordUpdate(str(self.ids[event.key]), None, values)
        (outcome,) = await records.update_records(tx, context, definitions, [update], [found])
        checked(event, outcome)

    async def associate(self, tx: Transaction, context: Context, event: Associate) -> None:
        kind = standard_type(event.from_type)
        request = links.LinkRequest(str(self.ids[event.to_key]), event.type_id, event.category)
        from_id = self.ids[event.from_key]
        resolved, refused = await links.resolve_links(tx, context, kind, {from_id: [request]})
        if refused:
            raise StoreError(f"The demo story does not hold at {event}: {refused[from_id].message}")
        await links.store_links(tx, context, resolved[from_id])


def checked(event: Event, outcome: Outcome) -> int:
    """The id of a good outcome; a bad one means that the story is wrong."""
    try:
        all_or_nothing([outcome])
    except Exception as error:
        raise StoreError(
            f"The demo story does not hold at {event}: {error} {getattr(error, 'problems', '')}"
        ) from error
    assert outcome.record is not None, "an outcome without error has a record"
    return outcome.record.id


def source_of(event: Event) -> Source:
    source = getattr(event, "source", "CRM_UI")
    user_id = getattr(event, "owner_user_id", None) or getattr(event, "user_id", None)
    if source == "CRM_UI":
        return Source("CRM_UI", None if user_id is None else f"userId:{user_id}", "CRM_UI", user_id)
    return Source(source, APP_ID, source, user_id)
