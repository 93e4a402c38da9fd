"""What goes through the edge: a request value, the call that a handler sees, its reply, the response value."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from spokedesk.api.attempts import Attempts
from spokedesk.api.versions import ApiVersion
from spokedesk.crm.account import Account
from spokedesk.crm.object_types import ObjectType, ObjectTypes
from spokedesk.crm.users import User
from spokedesk.engine.context import Context
from spokedesk.engine.tokens import Grant
from spokedesk.storage.database import Transaction

if TYPE_CHECKING:
    from spokedesk.api.call_log import CallLog


@dataclass(slots=True)
class Request:
    """An HTTP request, free of any server's types. `path` is still percent-encoded, header names are lower-case.

    `received_at` is milliseconds; `peer` and `bound` are the addresses of the two ends; `head_size` is about how many
    bytes came before the body. Behind a trusted proxy `scheme`, `public_host` and `client` are those of the client;
    without one the last two are empty.
    """

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    received_at: int = 0
    scheme: str = "http"
    peer: str = ""
    bound: str = ""
    public_host: str = ""
    client: str = ""
    head_size: int = 0

    @property
    def named_host(self) -> str:
        """The host and port by which the client called this server."""
        return self.public_host or self.headers.get("host", "localhost")

    @property
    def client_address(self) -> str:
        return self.client or self.peer

    @property
    def base_url(self) -> str:
        return f"{self.scheme}://{self.named_host}"


def no_grant(token: str) -> Grant | None:
    """No token lives outside the database."""
    return None


NO_ATTEMPTS = Attempts()

Look = Callable[["Watcher", Any], Awaitable[tuple[bytes, Any]]]
"""What a stream does over and over: the events since it looked last, as they are sent, and what to know at the next
look. It is given what it returned last, None at first; it may be run twice for one look, so it keeps nothing itself.
"""


@dataclass(frozen=True, slots=True)
class Watcher:
    """The holder of a stream at one look: the account with its types, and what the token opens now."""

    tx: Transaction
    account: Account
    types: ObjectTypes
    scopes: Collection[str]


@dataclass(slots=True)
class Call:
    """One authenticated request inside its transaction: all that a handler works with.

    `scopes` are those of the token, for calls whose path does not say what they are about.
    `demo_token` is set on public calls only, for those who may use it; `unstored_grant` is what a token allows that
    lives outside the database; `calls_today` is how many calls of the account count for its daily limit.
    `is_person` says whether somebody who signed in makes the call; `demo_user` is who signs in with one click, if the
    caller may; `prepared` is the result of the endpoint's `prepare`.
    """

    tx: Transaction
    context: Context
    version: ApiVersion
    path: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: Any
    request: Request
    object_types: Mapping[str, ObjectType]
    scopes: Collection[str] = ()
    demo_token: str | None = None
    correlation_id: str = ""
    unstored_grant: Callable[[str], Grant | None] = no_grant
    calls_today: int = 0
    is_person: bool = False
    demo_user: User | None = None
    attempts: Attempts = NO_ATTEMPTS
    prepared: Any = None
    calls: CallLog = field(init=False)

    @property
    def object_type(self) -> ObjectType:
        """The object type that the path names first."""
        return self.object_types["object_type"]


@dataclass(slots=True)
class Reply:
    """A handler's answer: a JSON-ready value, bytes of another content type, or None for an empty body.

    `location` is a path of ours; `headers` are further ones, among them the content type of bytes. With `follow` the
    answer is a stream that goes on after the handler; it looks when something of its `topic` has happened.
    """

    status: int
    body: Any = None
    location: str | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()
    follow: Look | None = None
    topic: str = "changes"


@dataclass(slots=True)
class Response:
    """An HTTP response, free of any server's types. A `stream` follows in place of a body, and ends the connection."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    stream: AsyncGenerator[bytes, None] | None = None
