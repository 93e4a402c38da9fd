"""Instants and days: integer milliseconds inside, ISO 8601 texts in UTC on the wire."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY = 86_400_000
EPOCH = datetime(1970, 1, 1)
EPOCH_DAY = date(1970, 1, 1).toordinal()
THOUSAND_YEARS = 365_250 * DAY

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}")
DAY_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INSTANT_TEXT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
    r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
OWN_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
FRACTION = re.compile(r"\.([0-9]+)")
PERIOD = re.compile(
    r"P(?=[0-9T])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?(?:([0-9]{1,6})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?"
)
LONGEST_PERIOD_YEARS = 1000


@lru_cache(maxsize=8192)
def iso(at: int) -> str:
    """`2026-10-01T12:00:00.250Z`; the fraction is left out when it is 0, as the live service does."""
    seconds, millis = divmod(at, 1000)
    return f"{second_text(seconds)}.{millis:03d}Z" if millis else f"{second_text(seconds)}Z"


@lru_cache(maxsize=8192)
def second_text(seconds: int) -> str:
    """Remembered, because the writes of one second share it many times over."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


@lru_cache(maxsize=8192)
def parse_instant(text: str) -> int | None:
    """Milliseconds since the epoch of an ISO 8601 text (no offset means UTC) or of a whole number of them."""
    if OWN_TEXT.fullmatch(text):  # as `iso` writes it: the second is remembered
        seconds = parse_instant(text[:19])
        return None if seconds is None else seconds + int(text[20:23])
    if WHOLE_NUMBER.fullmatch(text):
        return int(text)
    if not INSTANT_TEXT.fullmatch(text):
        return None
    # at most six digits of a second reach the parser of every supported Python
    text = FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), text)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    offset = moment.utcoffset() or timedelta()
    elapsed = moment.replace(tzinfo=None) - EPOCH - offset
    return elapsed // timedelta(milliseconds=1)


def parse_day(text: str) -> int | None:
    """Milliseconds at midnight UTC of `YYYY-MM-DD`."""
    if not DAY_TEXT.fullmatch(text):
        return None
    try:
        return (date.fromisoformat(text).toordinal() - EPOCH_DAY) * DAY
    except ValueError:
        return None


def day(at: int) -> str:
    """`YYYY-MM-DD` of an instant."""
    return date.fromordinal(EPOCH_DAY + at // DAY).isoformat()


def is_far_away(at: int, now: int) -> bool:
    """Whether an instant is more than a thousand years from now, which no value may be."""
    return abs(at - now) > THOUSAND_YEARS


def after_period(at: int, text: str, sign: int = 1) -> int | None:
    """An instant moved by an ISO 8601 period (`P1Y2M3DT4H`), backwards with the sign -1; None for other texts.

    Months and years are those of the calendar; a day that the month does not have becomes its last one.
    """
    found = PERIOD.fullmatch(text)
    if found is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    months += 12 * years
    if months > 12 * LONGEST_PERIOD_YEARS or days + 7 * weeks > 366 * LONGEST_PERIOD_YEARS:
        return None
    passed = (days + 7 * weeks) * DAY + ((hours * 60 + minutes) * 60 + seconds) * 1000
    return move_months(at, sign * months) + sign * passed


def move_months(at: int, months: int) -> int:
    start = date.fromordinal(EPOCH_DAY + at // DAY)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    year = min(max(year, 1), 9999)
    last = monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(start.day, last)).toordinal() - EPOCH_DAY) * DAY + at % DAY
