"""The default story, told once for all tests, and small ways to look at it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache

from spokedesk.demo import ArchiveRecord, Associate, CreateRecord, Event, MergeRecords, UpdateRecord, demo_events


@cache
def default_story() -> tuple[Event, ...]:
    """All events of `demo_events()`."""
    return tuple(demo_events())


def creations(object_type: str) -> Iterator[CreateRecord]:
    """The records of a type in the default story, in the order of their creation."""
    for event in default_story():
        if isinstance(event, CreateRecord) and event.object_type == object_type:
            yield event


def updates(object_type: str) -> Iterator[UpdateRecord]:
    """The updates of a type in the default story."""
    for event in default_story():
        if isinstance(event, UpdateRecord) and event.object_type == object_type:
            yield event


def references(event: Event) -> list[str]:
    """Keys of existing records that the event names."""
    match event:
        case CreateRecord():
            return [key for key, _ in event.associations]
        case UpdateRecord():
            pinned = event.properties.get("hs_pinned_engagement_id", "")
            return [event.key, pinned[1:]] if pinned else [event.key]
        case Associate():
            return [event.from_key, event.to_key]
        case ArchiveRecord():
            return [event.key]
        case MergeRecords():
            return [event.primary_key, event.other_key]


def digest(events: Iterable[Event]) -> str:
    """A fingerprint of every field of every event."""
    sha = hashlib.sha256()
    for event in events:
        values = [getattr(event, field.name) for field in fields(event)]
        sha.update(json.dumps([type(event).__name__, *values], sort_keys=False).encode())
    return sha.hexdigest()
