"""Local users: making them, their links, changing and disabling them. Nobody becomes one by coming first."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from spokedesk.crm.owners import Owner
from spokedesk.crm.users import FIRST_LINK_LIFE, LINK_LIFE, Role, User, check_email, check_name
from spokedesk.engine.owners import create_owner, find_any_owner, take_id, update_owner
from spokedesk.engine.tokens import hash_token
from spokedesk.errors import AlreadyExists, InvalidRequest, NotFound
from spokedesk.storage import owners, tokens, users
from spokedesk.storage.database import Transaction
from spokedesk.storage.users import Link


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link just made; its text is nowhere else."""

    token: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A live link and the user that it is for; None: it makes the first one."""

    link: Link
    user: User | None


async def create_user(tx: Transaction, *, email: str, first_name: str = "", last_name: str = "", role: Role) -> User:
    """A user without a password. An owner with the same address becomes the user's, else one is made."""
    email = check_email(email)
    if await users.find_user_by_email(tx, email) is not None:
        raise AlreadyExists("A user with this address exists already", context={"email": [email]})
    owner = await owners.find_owner_by_email(tx, email)
    if owner is None:
        owner = await create_owner(tx, email=email, first_name=first_name, last_name=last_name)
    owner = await give_login(tx, owner)
    assert owner.user_id is not None, "give_login sets it"
    user = User(
        id=owner.user_id,
        owner_id=owner.id,
        email=email,
        first_name=check_name("firstName", first_name) or owner.first_name,
        last_name=check_name("lastName", last_name) or owner.last_name,
        role=role,
        created_at=tx.now,
    )
    await users.insert_user(tx, user)
    return user


async def give_login(tx: Transaction, owner: Owner) -> Owner:
    """The owner with the number of a login that no user has, and active."""
    user_id = owner.user_id
    if user_id is None or await users.find_user(tx, user_id) is not None:
        user_id = await take_id(tx)
    if (user_id, None) == (owner.user_id, owner.archived_at):
        return owner
    owner = replace(owner, user_id=user_id, archived_at=None, updated_at=tx.now)
    await owners.replace_owner(tx, owner)
    return owner


async def get_user(tx: Transaction, user_id: int) -> User:
    user = await users.find_user(tx, user_id)
    if user is None:
        raise NotFound(f"User {user_id} does not exist", context={"userId": [str(user_id)]})
    return user


async def make_link(tx: Transaction, user: User | None) -> NewLink:
    """A link for a user, or for whoever becomes the first one; it ends the links made before."""
    if user is not None and user.disabled_at is not None:
        raise InvalidRequest("The user is disabled. Enable the user first.")
    if user is None and await users.find_any_user(tx):
        raise InvalidRequest("There are users already")
    user_id = None if user is None else user.id
    await users.erase_links(tx, user_id)
    token = f"{tx.account_id}.{secrets.token_urlsafe(32)}"
    link = Link(hash_token(token), user_id, tx.now, tx.now + (FIRST_LINK_LIFE if user is None else LINK_LIFE))
    await users.insert_link(tx, link)
    return NewLink(token, link.expires_at)


async def find_link(tx: Transaction, token: str) -> FoundLink:
    """What a link is good for; the transaction goes on in its account. Raise NotFound for one that is none."""
    account, _, secret = token.partition(".")
    if secret and account.isascii() and account.isdigit() and len(account) <= 18:
        await tx.enter(int(account))
        link = await users.find_link(tx, hash_token(token))
        if link is not None and link.expires_at > tx.now:
            user = None if link.user_id is None else await users.find_user(tx, link.user_id)
            is_good = (
                not await users.find_any_user(tx) if link.user_id is None else user is not None and not user.disabled_at
            )
            if is_good:
                return FoundLink(link, user)
    raise no_link()


def no_link() -> NotFound:
    return NotFound("This link has been used, has ended or never was one")


async def accept_link(
    tx: Transaction, token: str, password: str, *, email: str = "", first_name: str = "", last_name: str = ""
) -> User:
    """Give the user of a link a password (its hash); a link for nobody makes the first user, an admin.

    Whoever had signed in as the user before is signed out: somebody lost the password or should not have had it.
    """
    found = await find_link(tx, token)
    if not await users.take_link(tx, found.link.token_hash):
        raise no_link()
    user = found.user
    if user is None:
        user = await create_user(tx, email=email, first_name=first_name, last_name=last_name, role=Role.ADMIN)
    user = replace(user, password=password)
    await users.replace_user(tx, user)
    await end_sessions(tx, user)
    await users.erase_links(tx, found.link.user_id)
    return user


async def end_sessions(tx: Transaction, user: User, but: str = "") -> None:
    """Sign a user out everywhere, except in the session of a family."""
    families = [family for family in await users.list_families(tx, user.id) if family != but]
    await tokens.erase_families(tx, families)
    await users.erase_sessions(tx, user.id, but)


async def update_user(
    tx: Transaction,
    user: User,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    role: Role | None = None,
    disabled: bool | None = None,
) -> User:
    """Change what is given; the owner follows. Raise when nobody would be left who can change it back."""
    changed = user
    if first_name is not None:
        changed = replace(changed, first_name=check_name("firstName", first_name))
    if last_name is not None:
        changed = replace(changed, last_name=check_name("lastName", last_name))
    if role is not None:
        changed = replace(changed, role=role)
    if disabled is not None and disabled != (user.disabled_at is not None):
        changed = replace(changed, disabled_at=tx.now if disabled else None)
    await check_admin_left(tx, user, changed)
    await users.replace_user(tx, changed)
    if changed.disabled_at is not None:
        await end_sessions(tx, user)
        await users.erase_links(tx, user.id)
    elif changed.role is not user.role:
        await tokens.erase_families(tx, await users.list_families(tx, user.id))  # the next ones have the new scopes
    if user.owner_id is not None:
        await follow(tx, user.owner_id, changed, disabled)
    return changed


async def follow(tx: Transaction, owner_id: int, user: User, disabled: bool | None) -> None:
    owner = await find_any_owner(tx, owner_id)
    await update_owner(tx, owner, first_name=user.first_name, last_name=user.last_name, archived=disabled)


async def check_admin_left(tx: Transaction, before: User, after: User) -> None:
    was, remains = (one.role is Role.ADMIN and one.state == "active" for one in (before, after))
    if was and not remains and await users.count_admins(tx) <= 1:
        raise InvalidRequest("This is the only admin who can sign in. Make somebody else an admin first.")


async def change_password(tx: Transaction, user: User, password: str, but: str) -> None:
    """Store the hash of a new password and sign the user out everywhere else."""
    await users.replace_user(tx, replace(user, password=password))
    await end_sessions(tx, user, but)


NO_PASSWORD = "*"
"""Stands where the hash of a password would: the user of a demo is active, and no text is its password."""


async def find_demo_user(tx: Transaction) -> User:
    """Whom one click signs in: the first person among the owners, or somebody who owns nothing."""
    found = await owners.list_owners(tx, archived=False, after=0, limit=100)
    for owner in found:
        if owner.kind == "PERSON" and owner.user_id is not None:
            return User(
                id=owner.user_id,
                owner_id=owner.id,
                email=owner.email,
                first_name=owner.first_name,
                last_name=owner.last_name,
                role=Role.ADMIN,
                password=NO_PASSWORD,
                created_at=owner.created_at,
            )
    return User(1, None, "demo@example.com", "Demo", "User", Role.ADMIN, NO_PASSWORD, created_at=tx.now)


async def open_demo_user(tx: Transaction, user: User) -> None:
    """Put the user of a demo into a database in which only demo sessions are."""
    await users.insert_user(tx, user)
