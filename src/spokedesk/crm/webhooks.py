"""Webhooks of apps: where events go, which events an app may subscribe to, and the rules for both."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from spokedesk.errors import AlreadyExists, InvalidRequest, NotFound

MAX_SUBSCRIPTIONS = 1000
MAX_URL = 2000
LEAST_CONCURRENT = 6
MOST_CONCURRENT = 1000
PROPERTY_CHANGE = "propertyChange"
PROPERTY_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,200}")

RECORDS = ("contact", "company", "deal", "ticket", "line_item", "product", "object")
RECORD_EVENTS = ("creation", "deletion", PROPERTY_CHANGE, "merge", "restore", "associationChange")
EVENT_TYPES = frozenset(
    {
        *(f"{noun}.{event}" for noun in RECORDS for event in RECORD_EVENTS),
        "contact.privacyDeletion",
        *("conversation.creation", "conversation.deletion", "conversation.newMessage"),
        *("conversation.privacyDeletion", "conversation.propertyChange"),
        "event.completed",
    }
    - {"product.associationChange"}
)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where all events of an app go. Instants are milliseconds."""

    target_url: str
    max_concurrent_requests: int
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """A kind of event that an app wants to hear of. `object_type` is the id of a type, for the kinds named `object.*`
    only; `property_name` only for changes of a property.
    """

    id: int
    event_type: str
    property_name: str | None
    object_type: str | None
    active: bool
    created_at: int
    updated_at: int

    @property
    def subject(self) -> tuple[str, str | None, str | None]:
        """What it is about, which one subscription of an app at most may be."""
        return self.event_type, self.property_name, self.object_type


def unknown_app(app_id: str) -> NotFound:
    return NotFound(f"App '{app_id[:50]}' does not exist", context={"appId": [app_id[:50]]})


def unknown_subscription(subscription_id: str) -> NotFound:
    return NotFound(
        f"Subscription '{subscription_id[:50]}' does not exist", context={"subscriptionId": [subscription_id[:50]]}
    )


def check_target(target_url: str) -> None:
    """Raise unless events could be sent to an address."""
    try:
        parts = urlsplit(target_url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    plain = target_url.isascii() and target_url.isprintable() and not set(' "<>\\^`{|}#') & set(target_url)
    if not good or not plain or "@" in parts.netloc or len(target_url) > MAX_URL:
        raise InvalidRequest(
            f"The targetUrl must be an http or https URL of at most {MAX_URL} characters, without credentials, "
            f"fragment or blanks, but given: {target_url[:200]}",
            context={"targetUrl": [target_url[:200]]},
        )


def check_concurrent(count: int) -> None:
    if not LEAST_CONCURRENT <= count <= MOST_CONCURRENT:
        raise InvalidRequest(
            f"maxConcurrentRequests must be greater than {LEAST_CONCURRENT - 1} and at most {MOST_CONCURRENT}, "
            f"but given: {count}",
            context={"maxConcurrentRequests": [str(count)]},
        )


def check_subscription(wanted: Subscription, existing: Collection[Subscription]) -> Subscription:
    """A subscription that may be made, without what its kind has no use for; raise when it may not."""
    if wanted.event_type not in EVENT_TYPES:
        raise InvalidRequest(
            f"Invalid input JSON on line 1, column 1: Cannot deserialize value of type `EventType` from String "
            f'"{wanted.event_type[:100]}": not one of the values accepted for Enum class: '
            f"[{', '.join(sorted(EVENT_TYPES))}]"
        )
    noun, _, event = wanted.event_type.partition(".")
    found = Subscription(
        wanted.id,
        wanted.event_type,
        wanted.property_name if event == PROPERTY_CHANGE else None,
        wanted.object_type if noun == "object" else None,
        wanted.active,
        wanted.created_at,
        wanted.updated_at,
    )
    if event == PROPERTY_CHANGE and not PROPERTY_NAME.fullmatch(found.property_name or ""):
        raise InvalidRequest(f"A subscription to {wanted.event_type} must name a property in propertyName")
    if noun == "object" and found.object_type is None:
        raise InvalidRequest(f"A subscription to {wanted.event_type} must name an object type in objectTypeId")
    if len(existing) >= MAX_SUBSCRIPTIONS:
        raise InvalidRequest(f"An app can have at most {MAX_SUBSCRIPTIONS} subscriptions")
    for other in existing:
        if other.subject == found.subject:
            raise AlreadyExists(
                f"The app already has the subscription {other.id} to these events",
                context={"subscriptionId": [str(other.id)]},
            )
    return found
