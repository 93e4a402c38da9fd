"""Values that records already hold, when the definition of their property changes under them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from spokedesk.crm.definitions import Definitions
from spokedesk.crm.identifiers import unique_key
from spokedesk.crm.records import Record
from spokedesk.crm.search import search_document
from spokedesk.errors import InvalidRequest
from spokedesk.storage import records, unique_values
from spokedesk.storage.database import Transaction

PAGE = 500


async def pages_with(tx: Transaction, object_type: str, name: str) -> AsyncIterator[list[Record]]:
    """The records of a type that hold a value of a property, in any state."""
    first_id = 0
    while page := await records.list_records_with(tx, object_type, name, first_id=first_id, limit=PAGE):
        yield [record for record in page if record.properties.get(name)]
        first_id = page[-1].id + 1


async def rebuild_search_values(tx: Transaction, definitions: Definitions, name: str) -> None:
    """Fold the stored values of a property again, as its present definition wants it."""
    object_type = definitions.object_type.id
    async for page in pages_with(tx, object_type, name):
        documents = [(record.id, search_document(record.properties, definitions)) for record in page]
        await records.replace_search_values(tx, object_type, documents)


async def claim_stored_values(tx: Transaction, definitions: Definitions, name: str) -> None:
    """Make the live records own the values they hold of a property that has become unique; raise when two share one.

    Nobody owns any of them yet: archiving a unique property freed them all.
    """
    object_type = definitions.object_type.id
    holders: dict[tuple[str, str], tuple[str, int]] = {}
    async for page in pages_with(tx, object_type, name):
        for record in page:
            if record.archived_at is not None:
                continue
            value = record.properties[name]
            _, other = holders.setdefault(unique_key(name, value), (value, record.id))
            if other != record.id:
                raise InvalidRequest(
                    f"The property '{name}' cannot have unique values, because the records {other} and {record.id} "
                    "hold the same one",
                    context={"propertyName": [name], "ids": [str(other), str(record.id)]},
                )
    claims = [(name, value, record_id) for value, record_id in holders.values()]
    await unique_values.insert_unique_values(tx, object_type, claims)
