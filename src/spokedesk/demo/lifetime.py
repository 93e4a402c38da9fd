"""Planning a ticket's life: who takes it, how it moves through the stages, what is said on the way."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from spokedesk.demo.dice import Dice
from spokedesk.demo.hours import DAY, HOUR, MINUTE
from spokedesk.demo.language import Owner, Scenarios
from spokedesk.demo.slots import Values
from spokedesk.demo.steps import (
    Answer,
    Call,
    Link,
    Meeting,
    MergedInto,
    Moved,
    Note,
    Pin,
    Reply,
    Step,
    Task,
    TaskDone,
    Ticket,
    Update,
    spell,
)
from spokedesk.demo.story import HUBSPOT_DEFINED, USER_DEFINED

TICKET_TO_TICKET = 452
REPORTER_LABEL = 1  # as announced in scenarios/account.toml

WAITING_ON_CONTACT = "2"
WAITING_ON_US = "3"
RETURNS = "101"
ONBOARDING = "102"
WAITING_FOR_PARTS = "1014"
MEETING_TITLES = {"1023": (0, 2), "1024": (2, 3)}  # stages where people meet, and which of the titles fit there
QUARTER = 15 * MINUTE

# How often things happen to a ticket.
EDITED = 0.07
ESCALATED = 0.09
HANDED_OVER = 0.1
CALLED = 0.12
TASKED = 0.14
PINNED = 0.05
LABELLED = 0.3
LINKED_INCIDENT = 0.5
SURVEYED = 0.3
WRITTEN_DOWN = 0.55
MET = 0.6
FAREWELL = 0.35
BACKLOG_DAYS = 24  # at the end of the story, so that the boards of an account just seeded have work on them
BACKLOG_FACTOR = 9
LEFT_ALONE = 0.07  # per wait for the contact or for parts: nobody ever moves the ticket on

ESCALATION = {"LOW": "MEDIUM", "MEDIUM": "HIGH", "HIGH": "URGENT"}


@dataclass(slots=True)
class Plan:
    """The steps so far and the state after them. `now` only moves forward, `end` is the end of the story."""

    ticket: Ticket
    scenarios: Scenarios
    dice: Dice
    end: int
    owner: Owner
    priority: str
    now: int
    steps: list[Step]
    notes: list[str]
    replies: int = 0

    def at_work(self, wait: int) -> int:
        """Let time pass until somebody is in the office."""
        self.now = self.ticket.language.clock.office_hours(self.now + wait, self.dice)
        return self.now

    def awake(self, wait: int) -> int:
        """Let time pass until the customer is awake."""
        self.now = self.ticket.language.clock.waking_hours(self.now + wait, self.dice)
        return self.now

    def soon(self) -> int:
        """A few minutes later, whatever the time."""
        self.now += self.dice.between(20, 900) * 1_000
        return self.now

    def update(self, properties: Values, author: Owner | None) -> None:
        """Plan a change of properties."""
        self.steps.append(Update(self.now, properties, author))

    def note(self, template: str) -> None:
        """Plan an internal note."""
        self.steps.append(Note(self.now, template, self.owner))


def plan_lifetime(ticket: Ticket, scenarios: Scenarios, dice: Dice, end: int, incident: str) -> list[Step]:
    """The steps of an ordinary ticket; `incident` is the key of an earlier ticket about the same outage or empty."""
    owner = ticket.owner or dice.pick(ticket.language.owners)
    general = () if ticket.situation.pipeline == ONBOARDING else ticket.texts.triage
    notes = [*general, *ticket.texts.notes]
    plan = Plan(ticket, scenarios, dice, end, owner, ticket.priority, ticket.at, [], notes)
    _triage(plan, incident)
    for stage, following in pairwise(ticket.path):
        waits = stage in (WAITING_ON_CONTACT, WAITING_FOR_PARTS)
        if waits and dice.chance(LEFT_ALONE):
            return plan.steps
        _move(plan, stage, following)
    if ticket.path[-1] in scenarios.closed_stages:
        _look_back(plan)
    return plan.steps


def plan_duplicate(ticket: Ticket, primary_key: str, dice: Dice) -> list[Step]:
    """The short life of a ticket that repeats another one."""
    owner = ticket.owner or dice.pick(ticket.language.owners)
    at = ticket.language.clock.office_hours(ticket.at + dice.between(15, 240) * MINUTE, dice)
    note = Note(at, ticket.language.phrases["duplicate"], owner)
    return [note, MergedInto(at + dice.between(10, 90) * 1_000, primary_key)]


def _triage(plan: Plan, incident: str) -> None:
    """Somebody takes the ticket and tidies it up."""
    ticket, dice = plan.ticket, plan.dice
    plan.at_work(dice.between(3, 150) * MINUTE)
    changes: Values = {}
    if ticket.owner is None:
        changes["hubspot_owner_id"] = plan.owner.id
    if not plan.priority:
        plan.priority = changes["hs_ticket_priority"] = dice.pick(("LOW", "MEDIUM", "MEDIUM", "HIGH"))
    if dice.chance(EDITED):
        subject = spell(dice.pick(ticket.texts.subjects), ticket)
        if subject != ticket.values["subject"]:
            changes["subject"] = subject
    if changes:
        plan.update(changes, plan.owner if len(changes) > 1 or dice.chance(0.6) else None)
    if incident and dice.chance(LINKED_INCIDENT):
        plan.soon()
        plan.steps.append(Link(plan.now, incident, "tickets", TICKET_TO_TICKET, HUBSPOT_DEFINED))
    elif ticket.person.company and dice.chance(LABELLED):
        plan.soon()
        plan.steps.append(Link(plan.now, ticket.person.key, "contacts", REPORTER_LABEL, USER_DEFINED))
    if ticket.situation.moves_contact:
        plan.steps.append(Moved(plan.soon(), plan.owner))
    _chores(plan)


def _chores(plan: Plan) -> None:
    """What may happen besides the moves: calls, tasks, another owner, more priority."""
    ticket, dice = plan.ticket, plan.dice
    if dice.chance(CALLED):
        plan.steps.append(Call(plan.soon(), plan.owner))
    if dice.chance(HANDED_OVER):
        others = [owner for owner in plan.scenarios.owners if owner != plan.owner]
        colleagues = [owner for owner in ticket.language.owners if owner != plan.owner]
        author, plan.owner = plan.owner, dice.pick(colleagues or others)
        plan.at_work(dice.between(10, 300) * MINUTE)
        plan.update({"hubspot_owner_id": plan.owner.id}, author)
    if plan.priority in ESCALATION and dice.chance(ESCALATED):
        plan.priority = ESCALATION[plan.priority]
        plan.at_work(dice.between(30, 600) * MINUTE)
        plan.update({"hs_ticket_priority": plan.priority}, plan.owner if dice.chance(0.5) else None)
    if dice.chance(TASKED):
        plan.steps.append(Task(plan.soon(), plan.owner))
        if dice.chance(0.7):
            plan.at_work(dice.between(60, 1_500) * MINUTE)
            plan.steps.append(TaskDone(plan.now, plan.owner))


def _move(plan: Plan, stage: str, following: str) -> None:
    """The ticket goes to its next stage, with what is said and written about it."""
    dice, closed, phrases = plan.dice, plan.scenarios.closed_stages, plan.ticket.language.phrases
    wait = _time_in_stage(plan, stage)
    if stage in closed:
        _reopened(plan, wait)
    elif stage == WAITING_ON_CONTACT and following not in closed:
        _customer_answers(plan, wait)
    else:
        plan.at_work(wait)
    if following != WAITING_ON_US:
        _reply(plan, following)
    pipelines = plan.scenarios.pipeline_of_stage
    changes = {"hs_pipeline_stage": following}
    if pipelines[stage] != pipelines[following]:
        changes["hs_pipeline"] = pipelines[following]
        if pipelines[following] == RETURNS:
            plan.note(phrases["workshop"])
            plan.soon()
    if following in closed and plan.ticket.situation.resolution:
        changes["hs_resolution"] = plan.ticket.situation.resolution
    plan.update(changes, plan.owner)
    if following not in closed and dice.chance(WRITTEN_DOWN):
        _write_it_down(plan)
    if following in MEETING_TITLES and dice.chance(MET):
        _meet(plan, following)


def _time_in_stage(plan: Plan, stage: str) -> int:
    """How long the ticket waits: mostly not long, sometimes very, and longer in the backlog of the last weeks."""
    chance = plan.dice.random()
    hours = plan.scenarios.stage_hours[stage] * (0.1 + 2.6 * chance * chance * chance)
    if plan.now > plan.end - BACKLOG_DAYS * DAY:
        hours *= BACKLOG_FACTOR
    return int(hours * HOUR)


def _customer_answers(plan: Plan, wait: int) -> None:
    phrases = plan.ticket.language.phrases
    about_product = "PRODUCT_ISSUE" in plan.ticket.situation.category
    answers = phrases["product_answers"] if about_product and plan.dice.chance(0.7) else phrases["answers"]
    plan.steps.append(Answer(plan.awake(wait), plan.dice.pick(answers), plan.owner))
    plan.at_work(plan.dice.between(5, 200) * MINUTE)


def _reopened(plan: Plan, wait: int) -> None:
    phrases = plan.ticket.language.phrases
    about_product = "PRODUCT_ISSUE" in plan.ticket.situation.category
    complaint = phrases["still_broken" if about_product else "still_waiting"]
    plan.steps.append(Answer(plan.awake(wait), complaint, plan.owner))
    plan.at_work(plan.dice.between(5, 300) * MINUTE)
    plan.note(phrases["reopened"])
    plan.soon()


def _reply(plan: Plan, following: str) -> None:
    """The answer to the question first, later something short."""
    phrases, dice = plan.ticket.language.phrases, plan.dice
    if not plan.replies:
        template = dice.pick(plan.ticket.texts.replies)
    elif following == WAITING_ON_CONTACT:
        template = dice.pick(phrases["followups"])
    elif following in plan.scenarios.closed_stages and dice.chance(FAREWELL):
        template = dice.pick(phrases["farewells"])
    else:
        return
    plan.steps.append(Reply(plan.now, template, plan.owner))
    plan.replies += 1
    plan.soon()


def _write_it_down(plan: Plan) -> None:
    """An internal note that the ticket does not have yet, rather about the matter than a general one."""
    if not plan.notes:
        return
    plan.soon()
    about_the_matter = plan.dice.chance(0.6)
    plan.note(plan.notes.pop(-1 if about_the_matter else plan.dice.between(0, len(plan.notes))))
    if plan.dice.chance(PINNED):
        plan.steps.append(Pin(plan.soon(), plan.owner))


def _meet(plan: Plan, stage: str) -> None:
    """A meeting is put into the calendar, some days ahead and on a quarter of an hour."""
    ticket, dice = plan.ticket, plan.dice
    first, last = MEETING_TITLES[stage]
    title = dice.pick(ticket.language.phrases["meeting_titles"][first:last])
    starts = ticket.language.clock.office_hours(plan.soon() + dice.between(2, 12) * DAY, dice)
    plan.steps.append(Meeting(plan.now, starts // QUARTER * QUARTER, title, plan.owner))


def _look_back(plan: Plan) -> None:
    """The survey after closing."""
    if plan.dice.chance(SURVEYED):
        plan.awake(plan.dice.between(14, 70) * HOUR + plan.dice.between(0, 60) * MINUTE)
        plan.update({"satisfaction": plan.dice.pick(("1", "2", "3", "4", "4", "5", "5", "5"))}, None)
