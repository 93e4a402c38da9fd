"""Unique values: how two of them compare, and what a second claim is told."""

from __future__ import annotations

from spokedesk.crm.definitions import Definitions
from spokedesk.errors import InvalidRequest, NotARecordId, RecordExists, SpokedeskError, UniqueValueTaken

MAX_ID = 2**63 - 1


def unique_key(name: str, value: str) -> tuple[str, str]:
    """Values compare exactly; e-mail addresses are stored in lower case, so any case finds them."""
    return (name, value.strip().lower() if name == "email" else value)


def record_id(text: str) -> int:
    """The record id that a client wrote; raise NotARecordId for anything but decimal digits.

    Numbers beyond every possible id become one that no record has.
    """
    if not (text.isascii() and text.isdigit()):
        raise NotARecordId(text)
    return min(int(text), MAX_ID) if len(text) < 30 else MAX_ID


def conflict(
    account_id: int, definitions: Definitions, key: tuple[str, str], record: int, holder: int
) -> SpokedeskError:
    """The refusal of a value that another record holds; contacts have a kind of their own for their address."""
    kind = definitions.object_type
    name, value = key
    if name == kind.unique_property:
        return RecordExists(kind.label, holder)
    return UniqueValueTaken(
        f"Cannot set PropertyValueCoordinates{{portalId={account_id}, "
        f"objectTypeId=ObjectTypeId{{legacyObjectType={kind.error_name}}}, "
        f"propertyName={name}, value={value}}} on {record}. {holder} already has that value.",
        holder,
    )


def not_unique(account_id: int, object_type_id: str, name: str) -> InvalidRequest:
    """The refusal of an `idProperty` by which no record can be found."""
    return InvalidRequest(
        f"Unable to perform update/upsert by non-unique {object_type_id} property {name} in portal ID {account_id}"
    )
