"""Bodies of the calls about saved views."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body


class ViewCreateBody(Body):
    name: str | UnsetType = UNSET
    definition: dict[str, Any] | UnsetType = UNSET
    shared: bool = False
    REQUIRED = ("name", "definition")


class ViewUpdateBody(Body):
    name: str | None = None
    definition: dict[str, Any] | None = None
    shared: bool | None = None
