"""The generator: tickets arrive, live through their situation's stages and end, event by event.

A ticket is planned when it arrives: its life becomes a list of steps in time. Steps are told (turned into events, with
their texts) only when their time comes, so a story of any size holds no more than the tickets that are open just then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import heappop, heappush, heapreplace, merge
from itertools import accumulate, count
from typing import Any, TypeAlias

from spokedesk.demo.cast import Cast, Entry, Person
from spokedesk.demo.dice import Dice
from spokedesk.demo.hours import DAY, HOUR, MINUTE, Place, Surge, arrivals, moments
from spokedesk.demo.language import FLEET, PRIVATE, RESELLER, Language, Situation, scenarios
from spokedesk.demo.letters import compose, creation, custom_values, hand_written
from spokedesk.demo.lifetime import plan_duplicate, plan_lifetime
from spokedesk.demo.slots import SlotContext, fill
from spokedesk.demo.steps import Step, Teller, Ticket
from spokedesk.demo.story import ArchiveRecord, CreateRecord, Event

DEFAULT_END = 1_793_491_200_000  # 2026-11-01T00:00:00Z
STORY_DAYS = 548
IMPORTED_SHARE = 0.4  # of all contacts, on the first day
AWKWARD_EVERY = 12  # a story of n tickets has at most n / 12 hand-written ones
DUPLICATE_CHANCE = 0.012
ARCHIVED_LATER = 0.014
RECYCLE_BIN_DAYS = 80  # a little less than the 90 after which it is emptied
LINKED_SURGE = 5.0  # situations that surge more than this are incidents, whose tickets are linked

Awkward: TypeAlias = Mapping[str, Any]
# What waits for its time: (instant, ticket number, ticket with steps left or key of a ticket to archive).
Waiting: TypeAlias = tuple[int, int, Ticket | str]


def demo_events(size: int = 1200, seed: int = 1, end: int = DEFAULT_END) -> Iterator[Event]:
    """Yield the events of a story with `size` tickets over the 18 months before `end`, in order of time.

    The same arguments give the same events. Memory grows by a few bytes per contact; `size` may be a million.
    """
    return Story(size, seed, end).events()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A ticket comes in."""

    number: int
    at: int
    language: Language


class Story:
    """The state of one telling."""

    def __init__(self, size: int, seed: int, end: int) -> None:
        self.scenarios = scenarios()
        self.size = size
        self.start = end - STORY_DAYS * DAY
        self.end = end
        self.dice = Dice(seed)
        self.cast = Cast(size, self.scenarios.languages, self.dice)
        self.teller = Teller(self.dice)
        self.situations = tuple(self.scenarios.situations.values())
        windows = [window for situation in self.situations for window in situation.windows]
        self.eras = sorted({end - int(days * DAY) for window in windows for days in window})
        self.odds: dict[int, list[float]] = {}
        self.numbers = count(1)
        self.waiting: list[Waiting] = []
        self.latest: dict[int, Ticket] = {}
        self.incidents: dict[tuple[int, str], str] = {}

    def events(self) -> Iterator[Event]:
        """The whole story."""
        yield from self._imports()
        for at, language_index, awkward in self._arrivals():
            yield from self._due(at)
            arrival = Arrival(next(self.numbers), at, self.scenarios.languages[language_index])
            yield from self._arrive(arrival, awkward)
        yield from self._due(self.end)

    def _imports(self) -> Iterator[Event]:
        """The customers that the company brings along from its old system."""
        languages, dice = self.scenarios.languages, self.dice
        odds = list(accumulate(language.share for language in languages))
        at = self.start + 9 * HOUR
        for _ in range(int(self.cast.contact_goal * IMPORTED_SHARE) if self.size else 0):
            language = languages[bisect_right(odds, dice.random() * odds[-1])]
            _, events = self.cast.newcomer(language, self._kind(), Entry(at, "IMPORT", dice.pick(language.owners)))
            yield from events
            at += 9

    def _arrivals(self) -> Iterator[tuple[int, int, Awkward | None]]:
        """When tickets come in, in which language, and the hand-written ones among them."""
        languages = self.scenarios.languages
        span = (self.start + DAY, self.end)
        awkward = self._awkward_arrivals(span)
        surges = [
            Surge(self.end - int(opens * DAY), self.end - int(closes * DAY), situation.surge)
            for situation in self.situations
            for opens, closes in situation.windows
            if situation.surge != 1
        ]
        places = [Place(language.clock, language.share) for language in languages]
        regular = arrivals(self.size - len(awkward), span, places, surges, self.dice)
        return merge(((at, language, None) for at, language in regular), awkward, key=lambda arrival: arrival[0])

    def _awkward_arrivals(self, span: tuple[int, int]) -> list[tuple[int, int, Awkward | None]]:
        chosen = self.scenarios.awkward[: self.size // AWKWARD_EVERY]
        named = moments(self.end)
        index = {language.code: language.index for language in self.scenarios.languages}
        arrivals = []
        for number, ticket in enumerate(chosen, 1):
            somewhere = span[0] + (span[1] - span[0]) * number // (len(chosen) + 1)
            arrivals.append((named.get(ticket.get("moment", ""), somewhere), index[ticket["language"]], ticket))
        return sorted(arrivals, key=lambda arrival: arrival[0])

    def _due(self, until: int) -> Iterator[Event]:
        """Tell the steps that are due before an instant."""
        waiting = self.waiting
        while waiting and waiting[0][0] < until:
            at, number, ticket = waiting[0]
            if isinstance(ticket, str):
                heappop(waiting)
                yield ArchiveRecord(at, ticket, "tickets")
                continue
            yield ticket.steps.pop().tell(self.teller, ticket)
            if ticket.steps:
                heapreplace(waiting, (ticket.steps[-1].at, number, ticket))
            else:
                heappop(waiting)

    def _arrive(self, arrival: Arrival, awkward: Awkward | None) -> Iterator[Event]:
        """A new ticket, the records that it needs before it, and its plan."""
        earlier = self.latest.get(arrival.language.index)
        if awkward is None and earlier and arrival.at - earlier.at < 2 * DAY and self.dice.chance(DUPLICATE_CHANCE):
            ticket = self._repeat(arrival, earlier)
            yield creation(ticket, compose(ticket, self.dice))
            self._wait(ticket, plan_duplicate(ticket, earlier.key, self.dice))
            return
        situation = self.scenarios.situations[awkward["situation"]] if awkward else self._situation(arrival.at)
        person, newcomers = self._person(arrival, situation)
        yield from newcomers
        ticket = self._ticket(arrival, situation, person)
        if awkward:
            ticket.values["subject"] = awkward["subject"]
            yield creation(ticket, hand_written(awkward))
        else:
            yield creation(ticket, compose(ticket, self.dice) | custom_values(ticket, self.dice))
        self._plan(ticket, repeatable=awkward is None)

    def _situation(self, at: int) -> Situation:
        """What the ticket is about, among what happens at that time."""
        era = bisect_right(self.eras, at)
        odds = self.odds.get(era)
        if odds is None:
            odds = self.odds[era] = list(accumulate(self._weight(each, at) for each in self.situations))
        return self.situations[bisect_right(odds, self.dice.random() * odds[-1])]

    def _weight(self, situation: Situation, at: int) -> float:
        days_before = (self.end - at) / DAY
        happens = not situation.windows or any(opens >= days_before > closes for opens, closes in situation.windows)
        return situation.weight if happens else 0

    def _kind(self) -> str:
        chance = self.dice.random()
        return PRIVATE if chance < 0.52 else RESELLER if chance < 0.77 else FLEET

    def _person(self, arrival: Arrival, situation: Situation) -> tuple[Person, list[CreateRecord]]:
        """Somebody who has reason to write, known or new, and the events that make a newcomer known."""
        kind = self.dice.pick(situation.writers) if situation.writers else self._kind()
        goal = self.cast.contact_goal * (IMPORTED_SHARE + (1 - IMPORTED_SHARE) * arrival.number / self.size)
        if situation.anonymous or self.cast.contacts >= goal:
            person = self.cast.anyone(arrival.language, kind)
            if person:
                return person, []
        entry = Entry(arrival.at, "INTEGRATION", self.dice.pick(arrival.language.owners))
        return self.cast.newcomer(arrival.language, kind, entry)

    def _ticket(self, arrival: Arrival, situation: Situation, person: Person) -> Ticket:
        dice, language, texts = self.dice, arrival.language, arrival.language.texts[situation.name]
        city = dice.pick(language.cities) if situation.moves_contact else person.city
        values = fill(texts, SlotContext(dice, arrival.at, arrival.number, language, situation, city))
        values.update(first=person.first, last=person.last, email=person.email)
        if person.company:
            values["company"] = person.company.name
        values["subject"] = dice.pick(texts.subjects).format_map(values)
        channel = dice.pick(situation.sources)
        taken = channel == "PHONE" or (dice.chance(0.35) and not situation.thrown_away)
        return Ticket(
            number=arrival.number,
            key=f"ticket-{arrival.number}",
            at=arrival.at,
            language=language,
            situation=situation,
            texts=texts,
            person=person,
            city=city,
            values=values,
            channel=channel,
            owner=dice.pick(language.owners) if taken else None,
            priority=dice.pick(situation.priorities),
            path=dice.pick(situation.paths),
        )

    def _repeat(self, arrival: Arrival, earlier: Ticket) -> Ticket:
        """The same person with the same request once more."""
        values = dict(earlier.values)
        values["subject"] = self.dice.pick(earlier.language.phrases["again"]).format_map(values)
        return replace(
            earlier,
            number=arrival.number,
            key=f"ticket-{arrival.number}",
            at=arrival.at,
            values=values,
            channel="EMAIL",
            owner=None,
            steps=[],
        )

    def _plan(self, ticket: Ticket, repeatable: bool) -> None:
        """Put the ticket's future into the queue."""
        situation, topic = ticket.situation, (ticket.language.index, ticket.situation.name)
        if situation.thrown_away:
            binned = ticket.at + self.dice.between(10, 600) * MINUTE
            self._archive(ticket, ticket.language.clock.office_hours(binned, self.dice))
            return
        steps = plan_lifetime(ticket, self.scenarios, self.dice, self.end, self.incidents.get(topic, ""))
        self._wait(ticket, steps)
        if self.dice.chance(ARCHIVED_LATER):
            cleared = self.end - int(self.dice.random() * RECYCLE_BIN_DAYS * DAY)
            if cleared > steps[-1].at:
                self._archive(ticket, cleared)
                return
        if repeatable:
            self.latest[ticket.language.index] = ticket
        if situation.surge > LINKED_SURGE:
            self.incidents[topic] = ticket.key

    def _archive(self, ticket: Ticket, at: int) -> None:
        if at < self.end:
            heappush(self.waiting, (at, ticket.number, ticket.key))

    def _wait(self, ticket: Ticket, steps: list[Step]) -> None:
        ticket.steps = [step for step in reversed(steps) if step.at < self.end]
        if ticket.steps:
            heappush(self.waiting, (ticket.steps[-1].at, ticket.number, ticket))
