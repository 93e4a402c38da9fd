"""Opening the store that a server serves: database, first account, demo data, access beside the stored tokens."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import astuple, fields, replace
from typing import Any

import msgspec

from spokedesk.api.auth import DEMO_APP, DEMO_TOKEN, DemoAccess, DemoApp, host_name, is_loopback
from spokedesk.api.service import Store as DeskStore
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings, find_problem
from spokedesk.crm.rate_limits import OFF, STATIC
from spokedesk.engine.accounts import open_account
from spokedesk.engine.oauth import new_identity, new_refresh_token, open_demo_app
from spokedesk.engine.object_types import load_object_types
from spokedesk.engine.records import purge_expired
from spokedesk.engine.tokens import new_token
from spokedesk.engine.users import NewLink, find_demo_user, make_link, open_demo_user
from spokedesk.errors import StoreError
from spokedesk.settings import Settings
from spokedesk.storage.accounts import find_account, list_account_ids
from spokedesk.storage.database import Database, Transaction, Work, read_and_wait, run, write_and_wait
from spokedesk.storage.sqlite import FileDatabase, MemoryDatabase
from spokedesk.storage.users import find_any_user

__all__ = [
    "FIRST_ACCOUNT",
    "DeskStore",
    "account_settings",
    "find_first_account",
    "first_link",
    "make_first_account",
    "open_database",
    "open_store",
    "purge_recycle_bins",
    "waiting",
]

log = logging.getLogger("spokedesk.api")

FIRST_ACCOUNT = 10_000_001
ACCOUNT_NAME = "Spokedesk"

DEMO_BIN_DAYS = 36_500
Write = Callable[[Work[Any]], Awaitable[Any]]
Fill = Callable[[Account, Write], Coroutine[Any, Any, None]]
"""Fills a new account by writes, each of which is over when it returns."""


def open_store(settings: Settings, fill: Fill | None = None) -> DeskStore:
    """Open the database, make the first account if there is none, and fill it then with demo data if it is wanted."""
    database = open_database(settings)
    try:
        account = make_first_account(database, settings, fill if settings.has_demo_data else None)
    except BaseException:
        database.close()
        raise
    store = DeskStore(
        database,
        demo=with_demo_app(demo_access(settings, account.id), settings, account, database),
        any_token_account=account.id if account.settings.accept_any_token else None,
    )
    store.calls.home = account.id if len(read_and_wait(database, 0, list_account_ids)) == 1 else None
    return store


def open_database(settings: Settings) -> Database:
    """The database that the settings name, on the newest schema."""
    if settings.in_memory:
        return MemoryDatabase()
    if settings.database is None:
        return FileDatabase(settings.data)
    try:
        from spokedesk.storage.postgres import PostgresDatabase  # brings a driver that is not always installed
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs one more package: pip install 'spokedesk[postgres]'.") from error
    return PostgresDatabase(settings.database)


def find_first_account(database: Database) -> Account | None:
    """The oldest account of a database."""
    account_ids = read_and_wait(database, 0, list_account_ids)
    if not account_ids:
        return None
    account = read_and_wait(database, account_ids[0], find_account)
    if account is None:
        raise StoreError(f"Account {account_ids[0]} cannot be read.")
    return account


def make_first_account(database: Database, settings: Settings, fill: Fill | None = None) -> Account:
    """The oldest account of a database; one is made, and filled, when there is none."""
    known = find_first_account(database)
    if known is not None:
        return known
    first = new_account(settings)
    if fill is not None and not database.ephemeral:
        write_and_wait(database, first.id, lambda tx: open_filled_account(tx, first, fill))
        return first
    write_and_wait(database, first.id, lambda tx: open_account(tx, first, ACCOUNT_NAME))
    if fill is not None:
        # in memory each write has a time limit of its own, and an interrupted start leaves nothing behind anyway
        run(fill(first, waiting(database, first.id)))
    return first


async def open_filled_account(tx: Transaction, account: Account, fill: Fill) -> None:
    """Account and demo data in one transaction, so that an interrupted start leaves an empty database."""
    await open_account(tx, account, ACCOUNT_NAME)

    async def write(work: Work[Any]) -> Any:
        tx.cache, tx.cacheable = {}, True  # what is remembered of an uncommitted state must not outlive it
        return await work(tx)

    await fill(account, write)


def waiting(database: Database, account_id: int) -> Write:
    """Writes on an account, one transaction each, from a thread that may wait."""

    async def write(work: Work[Any]) -> Any:
        return write_and_wait(database, account_id, work)

    return write


def account_settings(options: Mapping[str, object]) -> AccountSettings:
    """Settings by name, checked; raise ValueError with a sentence that names what is wrong."""
    known = [item.name for item in fields(AccountSettings)]
    unknown = sorted(options.keys() - set(known))
    if unknown:
        raise ValueError(f"there is no account setting '{unknown[0]}'. There are: {', '.join(known)}")
    try:
        settings = msgspec.json.decode(msgspec.json.encode(dict(options)), type=AccountSettings)
    except msgspec.ValidationError as error:
        what, _, where = str(error).replace("`", "").partition(" - at $.")
        raise ValueError(f"{where}: {what[:1].lower()}{what[1:]}") from error
    problem = find_problem(settings)
    if problem is not None:
        raise ValueError(problem)
    return settings


def new_account(settings: Settings) -> Account:
    options: dict[str, object] = {
        "accept_any_token": settings.stand_in,
        "rate_limits": STATIC if settings.stand_in else OFF,
        "initial_lifecycle_stage": "lead" if settings.stand_in else "",
        **settings.account,
    }
    if settings.has_demo_data:
        # the story has its own time, which must not empty its recycle bin
        options.setdefault("recycle_bin_days", DEMO_BIN_DAYS)
    return Account(FIRST_ACCOUNT, FIDELITIES[settings.new_account_fidelity], account_settings(options))


def demo_access(settings: Settings, account_id: int) -> DemoAccess | None:
    """The token that lives in this process only: a given one, the well-known one, or bound elsewhere a random one.

    A database in memory always has one, because nobody can store a token in it.
    """
    if settings.token:
        return DemoAccess(account_id, settings.token, loopback_only=False)
    if settings.demo or settings.stand_in:
        if settings.host.lower() == "localhost" or is_loopback(settings.host):
            allowed = tuple(host_name(name) for name in settings.allow_hosts)
            return DemoAccess(account_id, DEMO_TOKEN, loopback_only=True, allowed_hosts=allowed)
        return DemoAccess(account_id, f"{DEMO_TOKEN}-{secrets.token_urlsafe(24)}", loopback_only=False)
    return DemoAccess(account_id, new_token(), loopback_only=False) if settings.in_memory else None


def with_demo_app(
    access: DemoAccess | None, settings: Settings, account: Account, database: Database
) -> DemoAccess | None:
    """The demo app beside the demo token, under the same rules: well-known on loopback, bound elsewhere random.

    On loopback there is also somebody to sign in as with one click: the first owner.
    """
    if access is None or settings.token or not (settings.demo or settings.stand_in):
        return access
    app = DEMO_APP
    if not access.loopback_only:
        app = DemoApp(DEMO_APP.client_id, new_identity(), new_refresh_token())
    apps = MemoryDatabase()
    write_and_wait(apps, account.id, lambda tx: open_demo_app(tx, account, *astuple(app)))
    user = None
    if access.loopback_only:
        user = read_and_wait(database, account.id, find_demo_user)
        write_and_wait(apps, account.id, lambda tx: open_demo_user(tx, user))
    return replace(access, app=app, apps=apps, user=user)


def first_link(store: DeskStore) -> NewLink | None:
    """The link that makes the first user; None when there are users, or when one click is enough to sign in."""
    account = find_first_account(store.database)
    if account is None or (store.demo is not None and store.demo.user is not None):
        return None
    if read_and_wait(store.database, account.id, find_any_user):
        return None
    return write_and_wait(store.database, account.id, lambda tx: make_link(tx, None))


def purge_recycle_bins(store: DeskStore) -> None:
    """Queue the erasing of records that have been in the recycle bin for longer than their account keeps them."""

    def queue(account_ids: Sequence[int] | None, error: BaseException | None) -> None:
        if error is not None:
            log.error("the recycle bins could not be emptied", exc_info=error)
        for account_id in account_ids or ():
            store.database.write(account_id, purge_account, lambda result, error: None)

    store.database.read(0, list_account_ids, queue)


async def purge_account(tx: Transaction) -> int:
    account = await find_account(tx)
    if account is None:
        return 0
    erased = 0
    for kind in (await load_object_types(tx, account)).types:
        erased += await purge_expired(tx, account, kind)
    return erased
