"""An account: its fidelity profile and its settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from spokedesk.crm.rate_limits import NAMES as RATE_LIMIT_NAMES
from spokedesk.crm.rate_limits import OFF, RateLimits, limits_of


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Where the guides and recorded traffic disagree, the switches of one profile (see docs/decisions/0008)."""

    name: str
    sends_empty_values: bool
    requires_subject: bool
    sends_request_times: bool


FIDELITIES = {
    "documented": Fidelity("documented", sends_empty_values=False, requires_subject=True, sends_request_times=True),
    "observed": Fidelity("observed", sends_empty_values=True, requires_subject=False, sends_request_times=False),
}


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What an account may choose beyond its profile. Names are those of the reference."""

    accept_any_token: bool = False
    check_owner_ids: bool = True
    merge_id_policy: str = "preserve_primary"
    first_company_is_primary: bool = True
    require_closed_stage: bool = False
    search_index_delay_ms: int = 0
    recycle_bin_days: int = 90
    rate_limits: str = OFF
    per_10_seconds: int | None = None
    per_day: int | None = None
    search_per_second: int | None = None
    create_required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    time_zone: str = "UTC"
    currency: str = "USD"
    rotate_refresh_tokens: bool = False
    initial_lifecycle_stage: str = ""

    def limits(self) -> RateLimits | None:
        """How often the account's apps may call; None when nothing limits them."""
        if self.rate_limits == OFF:
            return None
        return limits_of(self.rate_limits, self.per_10_seconds, self.per_day, self.search_per_second)


MERGE_ID_POLICIES = ("preserve_primary", "new_id")


def find_problem(settings: AccountSettings) -> str | None:
    """What is wrong with settings whose types are right; None when nothing is."""
    if settings.merge_id_policy not in MERGE_ID_POLICIES:
        return f"merge_id_policy: {settings.merge_id_policy} is none of {', '.join(MERGE_ID_POLICIES)}"
    if settings.rate_limits not in RATE_LIMIT_NAMES:
        return f"rate_limits: {settings.rate_limits} is none of {', '.join(RATE_LIMIT_NAMES)}"
    for name in ("search_index_delay_ms", "recycle_bin_days", "per_10_seconds", "per_day", "search_per_second"):
        if (getattr(settings, name) or 0) < 0:
            return f"{name}: must not be negative"
    return None


@dataclass(frozen=True, slots=True)
class Account:
    """`definitions_revision` grows with every change to properties, pipelines or association types."""

    id: int
    fidelity: Fidelity
    settings: AccountSettings
    definitions_revision: int = 0
