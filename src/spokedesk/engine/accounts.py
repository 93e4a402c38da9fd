"""Accounts: opening one with its default pipelines."""

from __future__ import annotations

from spokedesk import catalog
from spokedesk.crm.account import Account
from spokedesk.storage import accounts, pipelines
from spokedesk.storage.database import Transaction


async def open_account(tx: Transaction, account: Account, name: str) -> None:
    """Create the account of the transaction, empty but for the default pipelines."""
    await accounts.insert_account(tx, account, name)
    for object_type in catalog.object_types():
        for pipeline in catalog.default_pipelines(object_type.id):
            await pipelines.replace_pipeline(tx, object_type.id, pipeline)
