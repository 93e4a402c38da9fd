"""Rate limits: presets by plan, rolling windows, and what a refusal says. Times are milliseconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from spokedesk.crm.instants import DAY
from spokedesk.errors import RateLimited

OFF = "off"
STATIC = "static"
TEN_SECONDS = 10_000
SECOND = 1_000
MANY_APPS = 1_000


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How many calls an app may make in ten seconds, an account in a day, and searches of an account in a second.

    Apps that were installed through OAuth have a figure of their own, and no daily one.
    """

    per_10_seconds: int
    per_day: int
    search_per_second: int = 5
    per_10_seconds_installed: int = 110

    def of_window(self, *, installed: bool) -> int:
        """The calls of one app in ten seconds."""
        return self.per_10_seconds_installed if installed else self.per_10_seconds


# `static` sends headers but refuses nothing; `on` is the plan that most integrations meet
PRESETS = {
    "free": RateLimits(100, 250_000),
    "professional": RateLimits(190, 625_000),
    "enterprise": RateLimits(190, 1_000_000),
    "increased": RateLimits(250, 2_000_000),
    "on": RateLimits(190, 625_000),
    STATIC: RateLimits(190, 625_000),
}
NAMES = (OFF, *PRESETS)


def limits_of(
    preset: str, per_10_seconds: int | None, per_day: int | None, search_per_second: int | None
) -> RateLimits | None:
    """The limits of a preset with single numbers changed; None when there are none."""
    if preset == OFF:
        return None
    limits = PRESETS[preset]
    if per_10_seconds is not None:
        limits = replace(limits, per_10_seconds=per_10_seconds, per_10_seconds_installed=per_10_seconds)
    if per_day is not None:
        limits = replace(limits, per_day=per_day)
    if search_per_second is not None:
        limits = replace(limits, search_per_second=search_per_second)
    return limits


@dataclass(slots=True)
class Window:
    """The calls of the last so many milliseconds."""

    length: int
    calls: deque[int] = field(default_factory=deque)

    def used(self, now: int) -> int:
        while self.calls and self.calls[0] <= now - self.length:
            self.calls.popleft()
        return len(self.calls)


@dataclass(slots=True)
class Day:
    """The calls of one UTC day."""

    number: int = -1
    used: int = 0

    def count(self, now: int) -> int:
        if now // DAY != self.number:
            self.number, self.used = now // DAY, 0
        return self.used


@dataclass(slots=True)
class Usage:
    """What one account has used up: a window for each app, one for all searches, one day for all private apps."""

    windows: dict[str, Window] = field(default_factory=dict)
    searches: Window = field(default_factory=lambda: Window(SECOND))
    day: Day = field(default_factory=Day)

    def window(self, app: str, now: int) -> Window:
        """The window of an app; those of apps that have not called lately are forgotten when there are many."""
        if len(self.windows) >= MANY_APPS and app not in self.windows:
            self.windows = {name: window for name, window in self.windows.items() if window.used(now)}
        return self.windows.setdefault(app, Window(TEN_SECONDS))

    def take(self, limits: RateLimits, app: str, now: int, *, is_search: bool, installed: bool) -> None:
        """Count a call, or raise RateLimited when something that it falls under is used up. A refused call costs
        nothing.

        Searches have a window of their own and do not count for the app's. Calls of installed apps are outside of
        the daily figure.
        """
        if not installed and self.day.count(now) >= limits.per_day:
            raise RateLimited("You have reached your daily limit.", policy="DAILY")
        if is_search:
            window, allowed = self.searches, limits.search_per_second
        else:
            window, allowed = self.window(app, now), limits.of_window(installed=installed)
        if window.used(now) >= allowed:
            if is_search:
                raise RateLimited("You have reached your secondly limit.", policy=None)
            raise RateLimited("You have reached your ten_secondly_rolling limit.", policy="TEN_SECONDLY_ROLLING")
        window.calls.append(now)
        if not installed:
            self.day.count(now)
            self.day.used += 1
