"""The steps in a ticket's life, each of which is told as one event when its time comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from spokedesk.demo.cast import Person
from spokedesk.demo.dice import Dice
from spokedesk.demo.hours import DAY, HOUR, MINUTE
from spokedesk.demo.language import City, Language, Owner, Situation, Texts
from spokedesk.demo.slots import Values, street
from spokedesk.demo.story import Associate, CreateRecord, Event, MergeRecords, UpdateRecord

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"  # the vendor's id of the call outcome "Connected"
SUPPORT_ADDRESS = "support@wrenhaul.example"

# Association type ids from an activity: to its ticket, to the ticket's contact.
TYPES_TO_TICKET_AND_CONTACT = {
    "notes": (228, 202),
    "emails": (224, 198),
    "calls": (220, 194),
    "tasks": (230, 204),
    "meetings": (226, 200),
}


class Step(Protocol):
    """One thing that happens to a ticket at an instant."""

    @property
    def at(self) -> int:
        """When."""

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The event of this step. Called once, in the order of the steps."""


@dataclass(slots=True)
class Ticket:
    """A ticket while it is alive. `steps` are what is still to come, the next one last."""

    number: int
    key: str
    at: int
    language: Language
    situation: Situation
    texts: Texts
    person: Person
    city: City
    values: Values
    channel: str
    owner: Owner | None
    priority: str
    path: tuple[str, ...]
    steps: list[Step] = field(default_factory=list)
    note: str = ""
    task: str = ""


class Teller:
    """Gives activities their keys and texts."""

    __slots__ = ("_numbers", "dice")

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self._numbers = {object_type: count(1) for object_type in TYPES_TO_TICKET_AND_CONTACT}

    def activity(
        self, at: int, object_type: str, properties: Values, ticket: Ticket, *, author: Owner | None
    ) -> CreateRecord:
        """A new activity of the ticket; written by its author or, without one, by the mailbox."""
        key = f"{object_type[:-1]}-{next(self._numbers[object_type])}"
        to_ticket, to_contact = TYPES_TO_TICKET_AND_CONTACT[object_type]
        properties.setdefault("hs_timestamp", str(at))
        if author:
            properties["hubspot_owner_id"] = author.id
        associations: tuple[tuple[str, int], ...] = ((ticket.key, to_ticket),)
        if not ticket.situation.anonymous:
            associations = ((ticket.key, to_ticket), (ticket.person.key, to_contact))
        source = "CRM_UI" if author else "INTEGRATION"
        return CreateRecord(at, key, object_type, properties, associations, source, author.user_id if author else None)


def spell(template: str, ticket: Ticket, author: Owner | None = None) -> str:
    """The template with the ticket's values."""
    if author:
        ticket.values["agent"] = author.name
    return template.format_map(ticket.values)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def as_html(text: str) -> str:
    """Plain text as the paragraphs of a note."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "<p>" + escaped.replace("\n\n", "</p><p>").replace("\n", "<br>") + "</p>"


@dataclass(frozen=True, slots=True)
class Update:
    """Property values change; `author` is None for the account's own automation."""

    at: int
    properties: Values
    author: Owner | None

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The update."""
        if "subject" in self.properties:
            ticket.values["subject"] = self.properties["subject"]
        source, user_id = ("CRM_UI", self.author.user_id) if self.author else ("INTEGRATION", None)
        return UpdateRecord(self.at, ticket.key, "tickets", self.properties, source, user_id)


@dataclass(frozen=True, slots=True)
class Note:
    """An internal note."""

    at: int
    template: str
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The note."""
        body = as_html(spell(self.template, ticket, self.author))
        event = teller.activity(self.at, "notes", {"hs_note_body": body}, ticket, author=self.author)
        ticket.note = event.key
        return event


@dataclass(frozen=True, slots=True)
class Pin:
    """The latest note is pinned."""

    at: int
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The update of the ticket."""
        properties = {"hs_pinned_engagement_id": f"@{ticket.note}"}
        return UpdateRecord(self.at, ticket.key, "tickets", properties, "CRM_UI", self.author.user_id)


@dataclass(frozen=True, slots=True)
class Reply:
    """The agent answers: by mail, by a call to those who called, with a note of what was written in the chat."""

    at: int
    template: str
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The activity."""
        answer = spell(self.template, ticket, self.author)
        if ticket.channel == "PHONE":
            return self._call(teller, ticket, capital(answer))
        if ticket.channel == "CHAT":
            properties = {"hs_note_body": as_html(f"Chat: {capital(answer)}")}
            return teller.activity(self.at, "notes", properties, ticket, author=self.author)
        phrases, dice = ticket.language.phrases, teller.dice
        if ticket.language.words.get("capital_after_greeting"):
            answer = capital(answer)
        opening = spell(dice.pick(phrases["reply_open"]), ticket)
        text = f"{opening}\n\n{answer}\n\n{spell(dice.pick(phrases['reply_close']), ticket)}"
        properties = mail(spell(phrases["reply_subject"], ticket), text, SUPPORT_ADDRESS, ticket.person.email)
        return teller.activity(self.at, "emails", properties, ticket, author=self.author)

    def _call(self, teller: Teller, ticket: Ticket, answer: str) -> Event:
        title = spell(teller.dice.pick(ticket.texts.call_titles), ticket)
        properties = call(title, answer, "OUTBOUND", teller.dice)
        return teller.activity(self.at, "calls", properties, ticket, author=self.author)


@dataclass(frozen=True, slots=True)
class Answer:
    """The customer writes again."""

    at: int
    template: str
    addressee: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The incoming mail."""
        text = spell(self.template, ticket, self.addressee)
        subject = spell(ticket.language.phrases["reply_subject"], ticket)
        properties = mail(subject, text, ticket.person.email, SUPPORT_ADDRESS)
        properties["hs_email_direction"] = "INCOMING_EMAIL"
        return teller.activity(self.at, "emails", properties, ticket, author=None)


def mail(subject: str, text: str, sender: str, recipient: str) -> Values:
    """The properties of an outgoing mail."""
    headers = f'{{"from":{{"email":"{sender}"}},"to":[{{"email":"{recipient}"}}]}}'
    return {
        "hs_email_subject": subject,
        "hs_email_text": text,
        "hs_email_direction": "EMAIL",
        "hs_email_status": "SENT",
        "hs_email_headers": headers,
    }


def call(title: str, body: str, direction: str, dice: Dice) -> Values:
    """The properties of a telephone call that reached somebody."""
    return {
        "hs_call_title": title,
        "hs_call_body": as_html(body),
        "hs_call_direction": direction,
        "hs_call_status": "COMPLETED",
        "hs_call_disposition": CONNECTED,
        "hs_call_duration": str(dice.between(45, 1_500) * 1_000),
    }


@dataclass(frozen=True, slots=True)
class Call:
    """A telephone call besides the answers."""

    at: int
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The call."""
        dice, texts = teller.dice, ticket.texts
        title = spell(dice.pick(texts.call_titles), ticket, self.author)
        body = spell(dice.pick(texts.call_bodies), ticket)
        properties = call(title, body, dice.pick(("INBOUND", "OUTBOUND", "OUTBOUND")), dice)
        return teller.activity(self.at, "calls", properties, ticket, author=self.author)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do within a few days."""

    at: int
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The task, due on a later morning."""
        dice = teller.dice
        due = (self.at // DAY + dice.between(1, 6)) * DAY + dice.between(7, 15) * HOUR
        template = dice.pick(ticket.texts.task_subjects)
        is_call = template == ticket.texts.task_subjects[0]
        properties = {
            "hs_task_subject": spell(template, ticket, self.author),
            "hs_task_body": as_html(spell(ticket.language.phrases["task_body"], ticket)),
            "hs_task_status": "NOT_STARTED",
            "hs_task_priority": dice.pick(("NONE", "LOW", "MEDIUM", "HIGH")),
            "hs_task_type": "CALL" if is_call else "TODO",
            "hs_timestamp": str(due),
        }
        event = teller.activity(self.at, "tasks", properties, ticket, author=self.author)
        ticket.task = event.key
        return event


@dataclass(frozen=True, slots=True)
class TaskDone:
    """The latest task is ticked off."""

    at: int
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The update of the task."""
        return UpdateRecord(
            self.at, ticket.task, "tasks", {"hs_task_status": "COMPLETED"}, "CRM_UI", self.author.user_id
        )


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting with a company; `starts` is later than it is put into the calendar."""

    at: int
    starts: int
    title: str
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The meeting."""
        properties = {
            "hs_meeting_title": spell(self.title, ticket, self.author),
            "hs_meeting_body": as_html(ticket.language.phrases["meeting_body"]),
            "hs_meeting_start_time": str(self.starts),
            "hs_meeting_end_time": str(self.starts + 45 * MINUTE),
            "hs_meeting_outcome": "SCHEDULED",
            "hs_meeting_location": ticket.city.name,
            "hs_timestamp": str(self.starts),
        }
        return teller.activity(self.at, "meetings", properties, ticket, author=self.author)


@dataclass(frozen=True, slots=True)
class Moved:
    """The contact gets the address that the ticket is about."""

    at: int
    author: Owner

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The update of the contact."""
        values = ticket.values
        address = values["street"] if "street" in values else street(ticket.number, ticket.language)
        city = ticket.city
        properties = {"address": address, "city": city.name, "zip": city.postcode, "country": city.country}
        return UpdateRecord(self.at, ticket.person.key, "contacts", properties, "CRM_UI", self.author.user_id)


@dataclass(frozen=True, slots=True)
class Link:
    """The ticket is associated with another record."""

    at: int
    to_key: str
    to_type: str
    type_id: int
    category: str

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The association."""
        return Associate(self.at, ticket.key, "tickets", self.to_key, self.to_type, self.type_id, self.category)


@dataclass(frozen=True, slots=True)
class MergedInto:
    """The ticket turns out to be a duplicate."""

    at: int
    primary_key: str

    def tell(self, teller: Teller, ticket: Ticket) -> Event:
        """The merge."""
        return MergeRecords(self.at, "tickets", self.primary_key, ticket.key)
