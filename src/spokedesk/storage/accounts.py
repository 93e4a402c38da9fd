"""The account table: settings, and the counters from which ids and sequence numbers are taken."""

from __future__ import annotations

from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.storage.database import Transaction
from spokedesk.storage.documents import from_document, to_document

FIRST_ID = 1001


async def find_account(tx: Transaction) -> Account | None:
    """The account of the transaction, with the number of its latest change of definitions."""
    row = await tx.row("SELECT fidelity, settings, definitions_revision FROM account WHERE account_id = :account_id")
    if row is None:
        return None
    return account_of(tx, tx.account_id, *row)


def account_of(tx: Transaction, account_id: int, fidelity: str, settings: str, revision: int) -> Account:
    """The account of a row, remembered as long as nothing of it changes."""
    key = ("account", account_id, fidelity, settings, revision)
    known: Account | None = tx.cache.get(key)
    if known is None:
        known = Account(account_id, FIDELITIES[fidelity], from_document(settings, AccountSettings), revision)
        tx.cache[key] = known
    return known


async def list_account_ids(tx: Transaction) -> list[int]:
    """Every account of the store, oldest first."""
    rows = await tx.rows("SELECT account_id FROM account ORDER BY created_at, account_id")
    return [row[0] for row in rows]


async def insert_account(tx: Transaction, account: Account, name: str) -> None:
    await tx.execute(
        """
        INSERT INTO account (account_id, name, fidelity, settings, definitions_revision,
                             next_id, next_sequence, last_at, created_at)
        VALUES (:account_id, :name, :fidelity, :settings, 1, :first_id, 1, :now, :now)
        """,
        name=name,
        fidelity=account.fidelity.name,
        settings=to_document(account.settings),
        first_id=FIRST_ID,
        now=tx.now,
    )


async def replace_settings(tx: Transaction, account: Account) -> None:
    """Change profile and settings."""
    await tx.execute(
        "UPDATE account SET fidelity = :fidelity, settings = :settings WHERE account_id = :account_id",
        fidelity=account.fidelity.name,
        settings=to_document(account.settings),
    )


async def take_numbers(tx: Transaction, *, ids: int = 0, sequences: int = 0) -> tuple[int, int]:
    """Reserve record ids and revision numbers; returns the first of each. A rolled-back write gives them back."""
    row = await tx.row(
        """
        UPDATE account
        SET next_id = next_id + :ids, next_sequence = next_sequence + :sequences, last_at = :now
        WHERE account_id = :account_id
        RETURNING next_id, next_sequence
        """,
        ids=ids,
        sequences=sequences,
        now=tx.now,
    )
    if row is None:
        raise LookupError(f"account {tx.account_id} does not exist")
    return row[0] - ids, row[1] - sequences


async def mark_erased(tx: Transaction) -> None:
    """Something was erased on request."""
    await tx.execute("UPDATE account SET erased_at = :now WHERE account_id = :account_id", now=tx.now)


async def find_last_erase(tx: Transaction) -> int:
    """When something was erased on request last; 0 when that never was."""
    row = await tx.row("SELECT COALESCE(erased_at, 0) FROM account WHERE account_id = :account_id")
    return row[0] if row else 0


async def find_last_sequence(tx: Transaction) -> int:
    """The highest revision number that was given out; 0 when there is none."""
    row = await tx.row("SELECT next_sequence - 1 FROM account WHERE account_id = :account_id")
    return row[0] if row else 0


async def raise_next_id(tx: Transaction, above: int) -> None:
    """Make sure that no id up to `above` is given out again."""
    await tx.execute(
        "UPDATE account SET next_id = :above + 1 WHERE account_id = :account_id AND next_id <= :above",
        above=above,
    )


async def mark_definitions_changed(tx: Transaction) -> None:
    """Properties, pipelines or association types changed: whatever was remembered of them is old now."""
    tx.cacheable = False
    await tx.execute(
        "UPDATE account SET definitions_revision = definitions_revision + 1 WHERE account_id = :account_id"
    )
