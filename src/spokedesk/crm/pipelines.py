"""Pipelines and their stages, and the properties that each stage brings along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from spokedesk.crm.properties import PropertyDefinition


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a pipeline. `metadata` holds texts only (`ticketState`, `isClosed`, `probability`)."""

    id: str
    label: str
    display_order: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    created_at: int = 0
    updated_at: int = 0

    @property
    def is_closed(self) -> bool:
        return self.metadata.get("isClosed") == "true"


@dataclass(frozen=True, slots=True)
class Pipeline:
    """An ordered set of stages of one object type. Instants are milliseconds since the epoch."""

    id: str
    label: str
    display_order: int
    stages: tuple[Stage, ...]
    created_at: int = 0
    updated_at: int = 0

    def stage(self, stage_id: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.id == stage_id), None)


def default_pipeline(pipelines: Iterable[Pipeline], preferred: str | None) -> Pipeline | None:
    """The pipeline of a record that names none: the seeded one, else the first by display order."""
    ordered = sorted(pipelines, key=lambda pipeline: (pipeline.display_order, pipeline.label))
    return next((pipeline for pipeline in ordered if pipeline.id == preferred), ordered[0] if ordered else None)


# name, label, type, field type, name it is stored under: what every stage adds to its object type, always read-only
STAGE_PROPERTIES = (
    ("hs_v2_date_entered_{id}", 'Date entered "{stage} ({pipeline})"', "datetime", "date", None),
    ("hs_v2_date_exited_{id}", 'Date exited "{stage} ({pipeline})"', "datetime", "date", None),
    ("hs_v2_latest_time_in_{id}", 'Latest time in "{stage} ({pipeline})"', "number", "number", None),
    ("hs_v2_cumulative_time_in_{id}", 'Cumulative time in "{stage} ({pipeline})"', "number", "number", None),
    (
        "hs_date_entered_{id}",
        "Date entered '{stage} ({pipeline})'",
        "datetime",
        "calculation_read_time",
        "hs_v2_date_entered_{id}",
    ),
    (
        "hs_date_exited_{id}",
        "Date exited '{stage} ({pipeline})'",
        "datetime",
        "calculation_read_time",
        "hs_v2_date_exited_{id}",
    ),
    (
        "hs_time_in_{id}",
        "Time in '{stage} ({pipeline})'",
        "number",
        "calculation_read_time",
        "hs_v2_cumulative_time_in_{id}",
    ),
)


@lru_cache(maxsize=1024)
def stage_key(stage_id: str) -> str:
    """The part of a property name that stands for a stage: lower case, other characters become underscores."""
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in stage_id.lower())


def stage_properties(pipelines: Iterable[Pipeline], group_name: str) -> Iterator[PropertyDefinition]:
    """The read-only definitions that exist because of the stages."""
    for pipeline in pipelines:
        for stage in pipeline.stages:
            for name, label, value_type, field_type, stored_as in STAGE_PROPERTIES:
                yield PropertyDefinition(
                    name=name.format(id=stage_key(stage.id)),
                    label=label.format(stage=stage.label, pipeline=pipeline.label),
                    type=value_type,
                    field_type=field_type,
                    group_name=group_name,
                    calculated=True,
                    hubspot_defined=True,
                    read_only_value=True,
                    archivable=False,
                    stored_as=stored_as.format(id=stage_key(stage.id)) if stored_as else None,
                    created_at=stage.created_at,
                    updated_at=stage.updated_at,
                )
