"""When things happen: local time, office hours, and how ticket arrivals spread over days and seasons.

Whole milliseconds since the epoch throughout. Local time is worked out from rules in this file and not from a time zone
database, because the story must not depend on what a machine has installed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from spokedesk.demo.dice import Dice

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

OPENING = 8 * HOUR
CLOSING = 18 * HOUR

# Relative number of messages per local hour of a weekday.
DAILY_SHAPE = (1, 1, 1, 1, 1, 3, 9, 22, 48, 74, 82, 76, 58, 62, 72, 74, 68, 56, 40, 34, 32, 28, 16, 6)
# Monday to Sunday.
WEEKLY_SHAPE = (1.25, 1.1, 1.05, 1.0, 0.9, 0.35, 0.3)
# January to December: cargo bikes are bought and ridden from spring to autumn.
SEASONAL_SHAPE = (0.7, 0.75, 1.05, 1.25, 1.35, 1.25, 1.1, 0.95, 1.1, 1.0, 0.85, 0.75)
# The company grows: tickets per day at the end of the story, compared with its start.
GROWTH = 1.8


def _last_sunday_at_one(year: int, month: int) -> int:
    """01:00 UTC on the last Sunday of a month of 31 days: when European clocks change."""
    last = date(year, month, 31)
    sunday = last.toordinal() - last.isoweekday() % 7
    return (sunday - EPOCH_ORDINAL) * DAY + HOUR


# Starts and ends of summer time, alternating: an odd number of them has passed during summer.
SUMMER_EDGES = [_last_sunday_at_one(year, month) for year in range(1996, 2100) for month in (3, 10)]


def summer_starts_before(end: int) -> int:
    """The latest start of summer time before an instant."""
    passed = bisect_right(SUMMER_EDGES, end - 1)
    return SUMMER_EDGES[passed - 1 if passed % 2 else passed - 2]


def summer_ends_before(end: int) -> int:
    """The latest end of summer time before an instant."""
    passed = bisect_right(SUMMER_EDGES, end - 1)
    return SUMMER_EDGES[passed - 2 if passed % 2 else passed - 1]


def year_starts_before(end: int) -> int:
    """The latest 1 January 00:00 UTC before an instant."""
    year = calendar_day(end - 1).year
    return (date(year, 1, 1).toordinal() - EPOCH_ORDINAL) * DAY


def calendar_day(local: int) -> date:
    """The date of a local instant."""
    return date.fromordinal(local // DAY + EPOCH_ORDINAL)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A place's clock: hours east of Greenwich in winter, and whether it follows European summer time."""

    utc_offset: int
    summer_time: bool

    def local(self, at: int) -> int:
        """The instant as the clock on the wall shows it."""
        summer = self.summer_time and bisect_right(SUMMER_EDGES, at) % 2
        return at + (self.utc_offset + 1) * HOUR if summer else at + self.utc_offset * HOUR

    def office_hours(self, at: int, dice: Dice) -> int:
        """The instant itself if somebody is at work then, else some time in the next working morning."""
        local = self.local(at)
        days, time = divmod(local, DAY)
        weekday = (days + 3) % 7
        if weekday < 5 and OPENING <= time < CLOSING:
            return at
        wait = 0 if time < OPENING and weekday < 5 else 1
        while (weekday + wait) % 7 > 4:
            wait += 1
        return at + (days + wait) * DAY - local + OPENING + int(dice.random() * 150 * MINUTE)

    def waking_hours(self, at: int, dice: Dice) -> int:
        """The instant itself if it is not night, else some time in the morning after."""
        local = self.local(at)
        days, time = divmod(local, DAY)
        if 7 * HOUR <= time < 23 * HOUR:
            return at
        wait = 0 if time < 7 * HOUR else 1
        return at + (days + wait) * DAY - local + 7 * HOUR + int(dice.random() * 200 * MINUTE)


@dataclass(frozen=True, slots=True)
class Surge:
    """A span of time with more tickets than usual."""

    start: int
    end: int
    factor: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where customers write from, and their share of all tickets."""

    clock: LocalTime
    share: float


def arrivals(
    count: int, span: tuple[int, int], places: Sequence[Place], surges: Sequence[Surge], dice: Dice
) -> Iterator[tuple[int, int]]:
    """Yield (instant, index of the place) of `count` tickets in order, in constant memory.

    One ticket falls into each of `count` equal parts of the total weight, at a random point of it: random to look at,
    sorted by construction.
    """
    start, end = span
    weights = [_hour_weights(start + hour * HOUR, span, places, surges) for hour in range((end - start) // HOUR)]
    totals = [_total(weight) for weight in weights]
    unit = _total(totals) / count if count else 0.0
    hour, passed = 0, 0.0
    for number in range(count):
        position = (number + dice.random()) * unit
        while hour < len(totals) - 1 and passed + totals[hour] <= position:
            passed += totals[hour]
            hour += 1
        into_hour = min(int((position - passed) / totals[hour] * HOUR), HOUR - 1)
        yield start + hour * HOUR + into_hour, _pick_place(weights[hour], totals[hour], dice)


def _total(values: Sequence[float]) -> float:
    """The sum, added up one by one: the built-in sum rounds differently from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total


def _hour_weights(
    at: int, span: tuple[int, int], places: Sequence[Place], surges: Sequence[Surge]
) -> tuple[float, ...]:
    start, end = span
    factor = 1.0 + (GROWTH - 1.0) * (at - start) / (end - start)
    for surge in surges:
        if surge.start <= at + HOUR // 2 < surge.end:
            factor *= surge.factor
    return tuple(place.share * factor * _local_weight(place.clock.local(at)) for place in places)


def _local_weight(local: int) -> float:
    days, time = divmod(local, DAY)
    day = calendar_day(local)
    weight = DAILY_SHAPE[time // HOUR] * WEEKLY_SHAPE[(days + 3) % 7] * SEASONAL_SHAPE[day.month - 1]
    return weight * 0.2 if (day.month, day.day) in ((12, 25), (12, 26), (1, 1)) else weight


def _pick_place(weights: tuple[float, ...], total: float, dice: Dice) -> int:
    point = dice.random() * total
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
    return len(weights) - 1


def moments(end: int) -> dict[str, int]:
    """Instants that are easy to get wrong, by name: the latest ones before the end of the story."""
    midnight = end // DAY * DAY - 200 * DAY
    summer, winter, year = summer_starts_before(end), summer_ends_before(end), year_starts_before(end)
    return {
        "before_midnight": midnight - 1,
        "midnight": midnight,
        "before_summer_time": summer - 1,
        "summer_time": summer,
        "first_half_past_two": winter - HOUR // 2,
        "second_half_past_two": winter + HOUR // 2,
        "year_end": year - 1,
        "new_year": year,
        "japanese_midnight": midnight + 15 * HOUR,
    }
