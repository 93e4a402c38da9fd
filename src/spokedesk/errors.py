"""The error vocabulary: what can go wrong, without HTTP numbers.

`api/errors.py` holds the only table from these classes to status codes and categories. Messages are the sentences
that clients match on, so they are made where the details are known and never reworded at the edge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Context = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One bad property value: where, which rule, the sentence for people, and the rejected text if there is one."""

    property_name: str
    code: str
    message: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One element of the `errors` list of an error body."""

    message: str
    code: str | None = None
    context: Context = field(default_factory=dict)


class SpokedeskError(Exception):
    """Base of everything a client may be told. `context` maps a key to a list of texts."""

    def __init__(
        self,
        message: str,
        *,
        context: Context | None = None,
        details: Sequence[ErrorDetail] = (),
        sub_category: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.context: Context = context or {}
        self.details = tuple(details)
        self.sub_category = sub_category


class InvalidRequest(SpokedeskError):
    """The request breaks a rule of the API (VALIDATION_ERROR)."""


class InvalidBody(SpokedeskError):
    """The body could not be read as what the call needs; the live service gives these no category."""


class UnclassifiedRequest(SpokedeskError):
    """A refusal that the live service sends without a category."""


class UnknownObjectType(SpokedeskError):
    """The path or a parameter names an object type that does not exist."""

    def __init__(self, name: str) -> None:
        by_id = name[:1].isdigit() and "-" in name
        super().__init__(
            f"Invalid object or event type id: {name}" if by_id else f"Unable to infer object type from: {name}"
        )


class NotAuthenticated(SpokedeskError):
    """No token, or one that nobody issued."""

    def __init__(self) -> None:
        super().__init__(
            "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more "
            "details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
        )


class SignInRefused(SpokedeskError):
    """Address and password do not belong to a user who may sign in, or nobody is signed in."""


class Forbidden(SpokedeskError):
    """The request came from a place that may not make it."""


class TooManyAttempts(SpokedeskError):
    """Somebody has been guessing; try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TokenExpired(SpokedeskError):
    """An OAuth access token after its last second."""


class MissingScopes(SpokedeskError):
    """The token is good but carries none of the scopes that would allow the call."""

    def __init__(self, scopes: Sequence[str]) -> None:
        detail = ErrorDetail(
            "One or more of the following scopes are required.", context={"requiredGranularScopes": list(scopes)}
        )
        super().__init__(
            "This app hasn't been granted all required scopes to make this call. Read more about required scopes "
            "here: https://developers.hubspot.com/scopes.",
            details=[detail],
        )


class RecordNotFound(SpokedeskError):
    """No live record has that id; the live service sends no category."""

    def __init__(self, record_id: str = "") -> None:
        super().__init__("resource not found")
        self.record_id = record_id


class NotFound(SpokedeskError):
    """Something other than a record is missing (OBJECT_NOT_FOUND)."""


class NotARecordId(NotFound):
    """A record id that is not a number."""

    def __init__(self, record_id: str) -> None:
        super().__init__("Object not found.  objectId are usually numeric.", context={"id": [record_id]})
        self.record_id = record_id


class ValuesInvalid(SpokedeskError):
    """Every bad property value of a request at once. `account_id` is part of the wire text."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("Property values were not valid")
        self.problems = tuple(problems)


class RequiredMissing(InvalidRequest):
    """A create request lacks required properties."""

    def __init__(self, error_name: str, names: Sequence[str]) -> None:
        super().__init__(
            f"Error creating {error_name}. Some required properties were not set.",
            context={"properties": sorted(names)},
        )


class UniqueValueTaken(InvalidRequest):
    """Another live record holds the value of a unique property."""

    def __init__(self, message: str, existing_id: int) -> None:
        super().__init__(message)
        self.existing_id = existing_id


class RecordExists(SpokedeskError):
    """A contact with that e-mail address exists (CONFLICT)."""

    def __init__(self, singular_label: str, existing_id: int) -> None:
        super().__init__(f"{singular_label} already exists. Existing ID: {existing_id}")
        self.existing_id = existing_id


class AlreadyExists(SpokedeskError):
    """A definition with that name exists (OBJECT_ALREADY_EXISTS)."""


class GroupInUse(SpokedeskError):
    """A property group still has active properties. The live service puts the real error, as JSON, in the message."""

    def __init__(self) -> None:
        super().__init__(
            "Can't delete or purge a group with active properties",
            sub_category="PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES",
        )


class LimitReached(SpokedeskError):
    """An account limit with its own status code (association labels)."""


class MethodNotAllowed(SpokedeskError):
    """The path exists, the method does not."""


class BodyTooLarge(SpokedeskError):
    """The body is over the limit of its route; nothing of it was kept."""


class RateLimited(SpokedeskError):
    """A window of calls is full. `policy` names it, None for searches, whose answers do not say."""

    def __init__(self, message: str, policy: str | None) -> None:
        super().__init__(message)
        self.policy = policy


class UriTooLong(SpokedeskError):
    """The request line is over the limit."""


class Unavailable(SpokedeskError):
    """The server cannot take the request now; try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SearchTooExpensive(Unavailable):
    """A search used up its time budget."""


class Conflict(Exception):
    """Somebody else wrote the record since it was read; the runner repeats the whole operation."""


class StoreError(Exception):
    """The store cannot be opened as asked; the message says what, why and what to do."""
