"""The feed of changes, in pages or as a stream of events."""

from __future__ import annotations

from typing import Any

import msgspec

from spokedesk.api import query
from spokedesk.api.calls import Call, Reply, Watcher
from spokedesk.api.streams import event, wants_stream
from spokedesk.crm.history import Revision
from spokedesk.crm.instants import iso
from spokedesk.crm.object_types import ObjectTypes
from spokedesk.engine.feed import FeedPage, read_feed
from spokedesk.errors import InvalidRequest

PAGE, LARGEST_PAGE = 100, 500
STREAM_PAGE = 200

encode = msgspec.json.Encoder().encode


def render_change(change: Revision, types: ObjectTypes) -> dict[str, Any]:
    """One write to one record; the names of what it changed, not the values."""
    found: dict[str, Any] = {
        "sequence": change.sequence,
        "objectType": types.resolve(change.object_type).plural,
        "objectTypeId": change.object_type,
        "id": str(change.record_id),
        "kind": change.kind,
        "properties": sorted(change.changed),
        "at": iso(change.at),
        "sourceType": change.source.type,
    }
    if change.source.id is not None:
        found["sourceId"] = change.source.id
    if change.source.user_id is not None:
        found["userId"] = change.source.user_id
    return found


async def read_changes(call: Call) -> Reply:
    """GET what was written after a number; with `Accept: text/event-stream` it goes on as things happen."""
    after = query.whole_number(call.query, "after")
    if after is not None and after < 0:
        raise InvalidRequest("Unable to parse value for query parameter: after")
    if wants_stream(call.request):
        return Reply(200, follow=Feed(last_seen(call) if after is None else after).look)
    limit = query.limit(call.query, PAGE, LARGEST_PAGE)
    page = await read_feed(call.tx, call.context.types, call.scopes, after, limit)
    return Reply(200, render_page(page, call.context.types))


def render_page(page: FeedPage, types: ObjectTypes) -> dict[str, Any]:
    return {
        "results": [render_change(change, types) for change in page.changes],
        "after": page.after,
        "latest": page.latest,
        "more": page.more,
    }


def last_seen(call: Call) -> int | None:
    """What a client that lost its stream got last, in the words of event streams."""
    text = call.request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class Feed:
    """A stream of changes that begins behind a number. It knows up to which it told them, and of which definitions."""

    def __init__(self, after: int | None) -> None:
        self.after = after

    async def look(self, watcher: Watcher, known: tuple[int, int] | None) -> tuple[bytes, tuple[int, int]]:
        """The next changes as events."""
        after = self.after if known is None else known[0]
        page = await read_feed(watcher.tx, watcher.types, watcher.scopes, after, STREAM_PAGE)
        events = []
        if known is None:
            events.append(event("ready", encode({"latest": page.latest})))
        elif watcher.account.definitions_revision != known[1]:
            events.append(event("definitions", b"{}"))
        events += [
            event("change", encode(render_change(change, watcher.types)), change.sequence) for change in page.changes
        ]
        return b"".join(events), (page.after, watcher.account.definitions_revision)
