"""Bodies of the pipeline and stage calls."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, Scalar
from spokedesk.api.bodies.properties import Order

Metadata = dict[str, Scalar] | None


class StageUpdateBody(Body, rename="camel"):
    label: str | None = None
    display_order: Order | None = None
    metadata: Metadata = None
    archived: bool | None = None


class StageBody(Body, rename="camel"):
    label: str | UnsetType = UNSET
    display_order: Order | UnsetType = UNSET
    metadata: Metadata = None
    archived: bool | None = None
    stage_id: str | None = None
    REQUIRED = ("label", "displayOrder")


class PipelineUpdateBody(Body, rename="camel"):
    label: str | None = None
    display_order: Order | None = None
    archived: bool | None = None


class PipelineBody(Body, rename="camel"):
    label: str | UnsetType = UNSET
    display_order: Order | UnsetType = UNSET
    stages: list[StageBody] | UnsetType = UNSET
    pipeline_id: str | None = None
    REQUIRED = ("label", "displayOrder", "stages")
