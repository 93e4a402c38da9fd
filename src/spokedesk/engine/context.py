"""Who asks, when, under which rules: everything an operation must not find out by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from spokedesk.crm.account import Account
from spokedesk.crm.history import Source
from spokedesk.crm.object_types import ObjectTypes
from spokedesk.engine.object_types import standard_types


@dataclass(slots=True)
class Context:
    """`now` is in milliseconds. `lenient_dates` and `enforces_create_rules` are switches of the API version that the
    client speaks; `types` are the object types of the account.
    """

    account: Account
    source: Source
    now: int
    lenient_dates: bool = False
    enforces_create_rules: bool = False
    types: ObjectTypes = field(default_factory=standard_types)
