"""What a server does by itself, beside answering: each chore is a write that waits for its turn like any other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from spokedesk.api.service import Store
from spokedesk.engine.calculations import go_on_calculating
from spokedesk.engine.properties import list_expired_properties, purge_property
from spokedesk.storage.accounts import list_account_ids
from spokedesk.storage.calculations import list_waiting_accounts
from spokedesk.storage.database import Done, Work

log = logging.getLogger("spokedesk.api")

LOOK_SECONDS = 2.0


async def outcome(submit: Callable[[int, Work[Any], Done], None], account_id: int, work: Work[Any]) -> Any:
    """What a read or write of the database gives, on the event loop."""
    answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def done(result: Any, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)

    submit(account_id, work, done)
    return await answer


async def purge_properties(store: Store) -> None:
    """Erase properties that have been in the recycle bin for longer than their account keeps them, with their values,
    a few records at a time.
    """
    for account_id in await outcome(store.database.read, 0, list_account_ids):
        for object_type, name in await outcome(store.database.read, account_id, list_expired_properties):
            next_id: int | None = 0
            while next_id is not None:
                step = partial(purge_property, object_type=object_type, name=name, first_id=next_id)
                next_id = await outcome(store.database.write, account_id, step)
                await asyncio.sleep(0)


async def calculate_regularly(store: Store) -> None:
    """Work new formulas out for the records of every account, a few at a time, so that others get their turn."""
    while True:
        try:
            for account_id in await outcome(store.database.read, 0, list_waiting_accounts):
                while await outcome(store.database.write, account_id, go_on_calculating):
                    await asyncio.sleep(0)
        except Exception:
            log.exception("calculated values could not be brought up to date")
        await asyncio.sleep(LOOK_SECONDS)
