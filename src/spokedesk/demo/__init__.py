"""The demo account: an invented cargo-bike maker, its customers and 18 months of their tickets.

Pure and deterministic: the same arguments give the same events on every Python and every machine. Whoever seeds an
account first creates what `demo_setup` lists, then applies `demo_events` one by one.
"""

from spokedesk.demo.account import demo_setup
from spokedesk.demo.grammar import DEFAULT_END, demo_events
from spokedesk.demo.story import (
    ArchiveRecord,
    Associate,
    AssociationLabelSetup,
    CreateRecord,
    DemoSetup,
    Event,
    MergeRecords,
    PipelineSetup,
    PropertySetup,
    UpdateRecord,
)

__all__ = [
    "DEFAULT_END",
    "ArchiveRecord",
    "Associate",
    "AssociationLabelSetup",
    "CreateRecord",
    "DemoSetup",
    "Event",
    "MergeRecords",
    "PipelineSetup",
    "PropertySetup",
    "UpdateRecord",
    "demo_events",
    "demo_setup",
]
