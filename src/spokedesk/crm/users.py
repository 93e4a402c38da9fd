"""Local users: people who sign in. Each is an owner; the role decides what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from spokedesk.crm.addresses import EMAIL
from spokedesk.crm.scopes import OAUTH, PERSONAL
from spokedesk.errors import ErrorDetail, InvalidRequest

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
ACCESS_LIFE = 15 * MINUTE
SESSION_IDLE = 12 * HOUR
SESSION_LIFE = 30 * DAY
LINK_LIFE = 3 * DAY
FIRST_LINK_LIFE = DAY

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
LONGEST_NAME = 200
LONGEST_EMAIL = 254


class Role(Enum):
    """What a user may do."""

    ADMIN = "admin"
    AGENT = "agent"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True)
class User:
    """A person who signs in. `password` is a hash, None before one was chosen. Instants are milliseconds."""

    id: int
    owner_id: int | None
    email: str
    first_name: str
    last_name: str
    role: Role
    password: str | None = None
    created_at: int = 0
    signed_in_at: int | None = None
    disabled_at: int | None = None

    @property
    def state(self) -> str:
        if self.disabled_at is not None:
            return "disabled"
        return "active" if self.password is not None else "invited"


def email_key(email: str) -> str:
    """Addresses that differ in case only are one."""
    return email.strip().casefold()


def role_scopes(role: Role, every: Iterable[str]) -> frozenset[str]:
    """The scopes of a role among all that there are.

    `tickets` is given to admins alone: it also opens the definitions of tickets.
    """
    known = frozenset(every)
    if role is Role.ADMIN:
        return known
    found = {name for name in known if name.endswith(".read") or name == "sales-email-read"} | {OAUTH, PERSONAL}
    if role is Role.AGENT:
        found |= {name for name in known if name.startswith("crm.objects.") and name.endswith(".write")}
    return frozenset(found)


def refused_field(name: str, message: str) -> InvalidRequest:
    """A refusal that a form can show beside the field."""
    return InvalidRequest(message, details=[ErrorDetail(message, context={"propertyName": [name]})])


def check_email(email: str) -> str:
    """The address as it is kept; raise when it is none."""
    email = email.strip()
    if len(email) > LONGEST_EMAIL or not EMAIL.fullmatch(email):
        raise refused_field("email", "Email address is invalid")
    return email


def check_name(field: str, name: str) -> str:
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise refused_field(field, f"A name has at most {LONGEST_NAME} characters")
    return name


def check_password(password: str, field: str = "password") -> str:
    """Raise for a password that is too short, or so long that hashing it would be work."""
    if len(password) < SHORTEST_PASSWORD:
        raise refused_field(field, f"A password has at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise refused_field(field, f"A password has at most {LONGEST_PASSWORD} characters")
    return password


def read_role(role: str) -> Role:
    """The role of that name; raise when there is none."""
    try:
        return Role(role)
    except ValueError:
        names = ", ".join(one.value for one in Role)
        raise refused_field("role", f"There is no such role. There are: {names}") from None
