"""Counting calls and saying so: the rate-limit headers of every answer to an authenticated call."""

from __future__ import annotations

from spokedesk.crm.account import Account
from spokedesk.crm.rate_limits import STATIC, TEN_SECONDS, RateLimits, Usage
from spokedesk.engine.tokens import Grant
from spokedesk.errors import RateLimited

Headers = list[tuple[bytes, bytes]]


class RateLimiter:
    """The usage of every account, in memory of this process."""

    def __init__(self) -> None:
        self.usage: dict[int, Usage] = {}

    def calls_today(self, account: Account, now: int) -> int:
        """How many calls count for the daily limit so far; none are counted while there are no limits."""
        usage = self.usage.get(account.id)
        return usage.day.count(now) if usage is not None else 0

    def admit(self, account: Account, grant: Grant, now: int, *, is_search: bool) -> tuple[Headers, RateLimited | None]:
        """The headers of the answer, and the refusal if a limit is reached."""
        limits = account.settings.limits()
        if limits is None or grant.is_person:
            return [], None  # the limits are for programs
        usage = self.usage.setdefault(account.id, Usage())
        app = grant.source.id or ""
        refusal = None
        if account.settings.rate_limits != STATIC:
            try:
                usage.take(limits, app, now, is_search=is_search, installed=grant.installed)
            except RateLimited as error:
                refusal = error
        headers = [] if grant.installed else daily_headers(limits, usage, now)
        if not is_search:
            allowed = limits.of_window(installed=grant.installed)
            headers += window_headers(allowed, usage.window(app, now).used(now))
        return headers, refusal


def daily_headers(limits: RateLimits, usage: Usage, now: int) -> Headers:
    return [
        (b"x-hubspot-ratelimit-daily", number(limits.per_day)),
        (b"x-hubspot-ratelimit-daily-remaining", number(limits.per_day - usage.day.count(now))),
    ]


def window_headers(allowed: int, used: int) -> Headers:
    """The ten-second policy, from which searches are exempt. The figures per second are kept for old clients."""
    remaining, per_second = allowed - used, allowed // 10
    return [
        (b"x-hubspot-ratelimit-interval-milliseconds", number(TEN_SECONDS)),
        (b"x-hubspot-ratelimit-max", number(allowed)),
        (b"x-hubspot-ratelimit-remaining", number(remaining)),
        (b"x-hubspot-ratelimit-secondly", number(per_second)),
        (b"x-hubspot-ratelimit-secondly-remaining", number(min(remaining, per_second))),
    ]


def number(value: int) -> bytes:
    return str(max(0, value)).encode()
