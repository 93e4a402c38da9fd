"""A new ticket as it arrives: what the customer writes, and which properties the ticket starts with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spokedesk.demo.dice import Dice
from spokedesk.demo.hours import DAY, calendar_day
from spokedesk.demo.slots import Values
from spokedesk.demo.steps import Ticket, capital, spell
from spokedesk.demo.story import CreateRecord

TICKET_TO_CONTACT = 16
TICKET_TO_PRIMARY_COMPANY = 26

EXTRA_SENTENCE = 0.4
EMPTY_MAIL = 0.006  # only a subject
SECOND_PART = 0.2


def compose(ticket: Ticket, dice: Dice) -> Values:
    """The content, in the form that the channel brings along: letter, chat line or note of a call."""
    language, texts = ticket.language, ticket.texts
    phrases = language.phrases
    message = spell(dice.pick(texts.messages), ticket)
    if ticket.situation.thrown_away or ticket.channel == "CHAT":
        return {"content": capital(message)}
    if ticket.channel == "PHONE":
        ticket.values["message"] = capital(message)
        content = spell(dice.pick(phrases["phone"]), ticket)
        del ticket.values["message"]
        return {"content": content}
    if dice.chance(EMPTY_MAIL):
        return {"content": ""}
    if language.words.get("capital_after_greeting"):
        message = capital(message)
    if texts.extras and dice.chance(EXTRA_SENTENCE):
        message += language.words["word_space"] + spell(dice.pick(texts.extras), ticket)
    greeting, closing = spell(dice.pick(phrases["greetings"]), ticket), spell(dice.pick(phrases["closings"]), ticket)
    return {"content": f"{greeting}\n\n{message}\n\n{closing}"}


def hand_written(awkward: Mapping[str, Any]) -> Values:
    """Content and further properties of a hand-written ticket."""
    content = {"content": awkward["content"] * awkward.get("repeat", 1)} if "content" in awkward else {}
    return {**content, **awkward.get("properties", {})}


def custom_values(ticket: Ticket, dice: Dice) -> Values:
    """The custom properties that the situation fills."""
    values, sets = ticket.values, ticket.situation.sets
    properties: Values = {}
    if "order_number" in sets:
        properties["order_number"] = values["order"]
    if "product_line" in sets:
        properties["product_line"] = values["model_line"]
    if "affected_parts" in sets:
        properties["affected_parts"] = _affected_parts(ticket, dice)
    if "warranty_until" in sets:
        properties["warranty_until"] = calendar_day(ticket.at + dice.between(20, 720) * DAY).isoformat()
    return properties


def _affected_parts(ticket: Ticket, dice: Dice) -> str:
    """The part that the text names, sometimes with a second one."""
    first = ticket.values["part_id"]
    second = dice.pick(tuple(ticket.language.parts))
    return f"{first};{second}" if second != first and dice.chance(SECOND_PART) else first


def creation(ticket: Ticket, further: Values) -> CreateRecord:
    """The event that creates the ticket; `further` properties come last and may replace others."""
    situation, person, owner = ticket.situation, ticket.person, ticket.owner
    properties = {
        "subject": ticket.values["subject"],
        "hs_pipeline": situation.pipeline,
        "hs_pipeline_stage": ticket.path[0],
        "source_type": ticket.channel,
        "customer_language": ticket.language.code,
    }
    if situation.category:
        properties["hs_ticket_category"] = situation.category
    if ticket.priority:
        properties["hs_ticket_priority"] = ticket.priority
    if owner:
        properties["hubspot_owner_id"] = owner.id
    properties.update(further)
    associations: tuple[tuple[str, int], ...] = ()
    if not situation.anonymous:
        associations = ((person.key, TICKET_TO_CONTACT),)
        if person.company:
            associations += ((person.company.key, TICKET_TO_PRIMARY_COMPANY),)
    by_hand = owner if ticket.channel == "PHONE" else None
    source = "IMPORT" if "createdate" in further else "CRM_UI" if by_hand else "INTEGRATION"
    user_id = by_hand.user_id if by_hand else None
    return CreateRecord(ticket.at, ticket.key, "tickets", properties, associations, source, user_id)
