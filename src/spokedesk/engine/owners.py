"""Owners: people and queues to whom records may belong, made and changed by admins."""

from __future__ import annotations

from dataclasses import replace

from spokedesk.crm.owners import Owner
from spokedesk.crm.users import check_email, check_name, refused_field
from spokedesk.errors import AlreadyExists, NotFound
from spokedesk.storage import accounts, owners, users
from spokedesk.storage.database import Transaction

KINDS = ("PERSON", "QUEUE")


async def take_id(tx: Transaction) -> int:
    """A number that no owner and no login of the account has."""
    while True:
        number, _ = await accounts.take_numbers(tx, ids=1)
        taken = await owners.find_existing_ids(tx, [number]) or await owners.is_user_id_taken(tx, number)
        if not taken and await users.find_user(tx, number) is None:
            return number


async def create_owner(
    tx: Transaction, *, email: str, first_name: str, last_name: str, kind: str = "PERSON", user_id: int | None = None
) -> Owner:
    """A new owner; raise AlreadyExists for an address that another one has."""
    if kind not in KINDS:
        raise refused_field("type", f"There is no such type of owner. There are: {', '.join(KINDS)}")
    email = check_email(email)
    if await owners.find_owner_by_email(tx, email) is not None:
        raise taken(email)
    owner = Owner(
        id=await take_id(tx),
        user_id=user_id,
        email=email,
        first_name=check_name("firstName", first_name),
        last_name=check_name("lastName", last_name),
        kind=kind,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await owners.insert_owners(tx, [owner])
    return owner


def taken(email: str) -> AlreadyExists:
    return AlreadyExists("An owner with this address exists already", context={"email": [email]})


async def find_any_owner(tx: Transaction, owner_id: int) -> Owner:
    """An owner, active or archived; raise NotFound."""
    for archived in (False, True):
        owner = await owners.find_owner(tx, owner_id, by_user_id=False, archived=archived)
        if owner is not None:
            return owner
    raise NotFound(f"Owner {owner_id} does not exist", context={"ownerId": [str(owner_id)]})


async def update_owner(
    tx: Transaction,
    owner: Owner,
    *,
    email: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    archived: bool | None = None,
) -> Owner:
    """Change what is given. Records keep an archived owner."""
    changed = owner
    if email is not None:
        email = check_email(email)
        other = await owners.find_owner_by_email(tx, email)
        if other is not None and other.id != owner.id:
            raise taken(email)
        changed = replace(changed, email=email)
    if first_name is not None:
        changed = replace(changed, first_name=check_name("firstName", first_name))
    if last_name is not None:
        changed = replace(changed, last_name=check_name("lastName", last_name))
    if archived is not None and archived != (owner.archived_at is not None):
        changed = replace(changed, archived_at=tx.now if archived else None)
    if changed == owner:
        return owner
    changed = replace(changed, updated_at=tx.now)
    await owners.replace_owner(tx, changed)
    return changed
