"""Bodies of the calls about deal splits."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, Scalar


class DealSplitInput(Body, rename="camel"):
    owner_id: str | int | UnsetType = UNSET
    percentage: Scalar = UNSET
    REQUIRED = ("ownerId", "percentage")


class DealSplitsInput(Body):
    id: str | int | UnsetType = UNSET
    splits: list[DealSplitInput] | UnsetType = UNSET
    REQUIRED = ("id", "splits")


class DealSplitsBody(Body):
    inputs: list[DealSplitsInput] | UnsetType = UNSET
    REQUIRED = ("inputs",)
