"""Account details: the call with which many clients test a connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from spokedesk.api.calls import Call, Reply
from spokedesk.crm.instants import DAY, iso
from spokedesk.crm.rate_limits import PRESETS


def zone_of(name: str) -> tzinfo:
    """The time zone of that name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def utc_offset(zone: str, at: int) -> timedelta:
    """How far a time zone is ahead of UTC at an instant (ms)."""
    return datetime.fromtimestamp(at / 1000, zone_of(zone)).utcoffset() or timedelta()


def render_offset(offset: timedelta) -> str:
    """`-05:00`."""
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


async def read_me(call: Call) -> Reply:
    """GET the account in the words of the oldest form of this call."""
    account = call.context.account
    offset = utc_offset(account.settings.time_zone, call.context.now)
    return Reply(
        200,
        {
            "portalId": account.id,
            "timeZone": account.settings.time_zone,
            "accountType": "STANDARD",
            "currency": account.settings.currency,
            "utcOffset": render_offset(offset),
            "utcOffsetMilliseconds": offset // timedelta(milliseconds=1),
        },
    )


async def read_details(call: Call) -> Reply:
    """GET id, time zone and currency of the account."""
    account = call.context.account
    offset = utc_offset(account.settings.time_zone, call.context.now)
    return Reply(
        200,
        {
            "portalId": account.id,
            "accountType": "STANDARD",
            "timeZone": account.settings.time_zone,
            "companyCurrency": account.settings.currency,
            "additionalCurrencies": [],
            "utcOffset": render_offset(offset),
            "utcOffsetMilliseconds": offset // timedelta(milliseconds=1),
            "uiDomain": call.request.named_host,
            "dataHostingLocation": "na1",
        },
    )


async def read_private_app_usage(call: Call) -> Reply:
    """GET how many of the day's calls are used up. The daily limit is one for all private apps, so this is one row."""
    account, now = call.context.account, call.context.now
    limits = account.settings.limits() or PRESETS["on"]
    row = {
        "name": "Private apps",
        "usageLimit": limits.per_day,
        "currentUsage": call.calls_today,
        "collectedAt": iso(now),
        "fetchStatus": "SUCCESS",
        "resetsAt": iso((now // DAY + 1) * DAY),
    }
    return Reply(200, {"results": [row]})
