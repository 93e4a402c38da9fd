"""Who changed a record, and the past values of its properties."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The channel of a write: `INTEGRATION` with an app id, `CRM_UI` with a user id, `IMPORT`."""

    type: str
    id: str | None = None
    label: str | None = None
    user_id: int | None = None


@dataclass(slots=True)
class Revision:
    """One write to one record: the values it changed, when (ms), by whom."""

    sequence: int
    object_type: str
    record_id: int
    kind: str
    changed: Mapping[str, str]
    at: int
    source: Source


@dataclass(frozen=True, slots=True)
class PastValue:
    """One value that a property had from an instant on."""

    value: str
    at: int
    source: Source


def past_values(revisions: Iterable[Revision], since: Mapping[str, int]) -> dict[str, list[PastValue]]:
    """The values of each name from an instant (ms) on, newest first; a name that never had a value is absent.

    What is older than a property belongs to another one of its name, which was purged.
    """
    found: dict[str, list[PastValue]] = {name: [] for name in since}
    for revision in sorted(revisions, key=lambda revision: -revision.sequence):
        for name in found:
            value = revision.changed.get(name)
            if value is not None and revision.at >= since[name]:
                found[name].append(PastValue(value, revision.at, revision.source))
    return {name: values for name, values in found.items() if values}
