"""Whether the server runs and can answer."""

from __future__ import annotations

from spokedesk.api.calls import Call, Reply
from spokedesk.storage.accounts import list_account_ids


async def read_health(call: Call) -> Reply:
    """The process answers."""
    return Reply(200, {"status": "ok"})


async def read_readiness(call: Call) -> Reply:
    """The store can be read."""
    accounts = await list_account_ids(call.tx)
    return Reply(200, {"status": "ready", "accounts": len(accounts)})
