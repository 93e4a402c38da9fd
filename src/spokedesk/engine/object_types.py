"""The object types of an account: those of the catalog and its custom objects."""

from __future__ import annotations

from functools import cache

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.crm.object_schemas import object_type_of, spellings
from spokedesk.crm.object_types import ObjectType, ObjectTypes
from spokedesk.storage.database import Transaction
from spokedesk.storage.object_schemas import list_schemas


@cache
def standard_types() -> ObjectTypes:
    """What every account has."""
    types = catalog.object_types()
    names = {name.lower(): item for item in types for name in item.names}
    return ObjectTypes(types, names)


def standard_type(name: str) -> ObjectType:
    """A type of the catalog; raise UnknownObjectType."""
    return standard_types().resolve(name)


async def load_object_types(tx: Transaction, account: Account) -> ObjectTypes:
    """The types as of the account's latest change of definitions."""
    key = ("object types", account.id, account.definitions_revision)
    known: ObjectTypes | None = tx.cache.get(key) if tx.cacheable else None
    if known is None:
        standard = standard_types()
        active = [schema for schema in await list_schemas(tx) if schema.archived_at is None]
        custom = {schema.id: object_type_of(schema) for schema in active}
        names = {name: custom[schema.id] for schema in active for name in spellings(schema)}
        known = ObjectTypes((*standard.types, *custom.values()), {**standard.names, **names})
        if tx.cacheable:
            for old in range(key[2] - 8, key[2]):
                tx.cache.pop((*key[:2], old), None)
            tx.cache[key] = known
    return known
