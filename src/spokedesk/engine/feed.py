"""The feed of changes: revisions of an account in commit order, as far as a caller may see them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from spokedesk.crm.history import Revision
from spokedesk.crm.object_types import ObjectTypes
from spokedesk.crm.scopes import is_granted, record_scopes
from spokedesk.storage import accounts, revisions
from spokedesk.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`after` is where to go on, `latest` the newest number of the account; numbers of erased records are missing."""

    changes: Sequence[Revision]
    after: int
    latest: int
    more: bool


async def read_feed(
    tx: Transaction, types: ObjectTypes, scopes: Collection[str], after: int | None, limit: int
) -> FeedPage:
    """Changes behind a number; without one there are none yet, and `after` is now.

    A number that was never given out, as after a backup was put back, counts as now too.
    """
    latest = await accounts.find_last_sequence(tx)
    if after is None or after >= latest:
        return FeedPage((), latest, latest, more=False)
    found = await revisions.list_changes(tx, after, limit + 1)
    page = found[:limit]
    readable = {kind.id for kind in types.types if is_granted(record_scopes(kind, writes=False), scopes)}
    return FeedPage(
        [change for change in page if change.object_type in readable],
        page[-1].sequence if page else latest,
        latest,
        more=len(found) > limit,
    )
