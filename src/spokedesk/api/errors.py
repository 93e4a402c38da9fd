"""From the error vocabulary to status, category and body: the only table that knows HTTP numbers."""

from __future__ import annotations

from typing import Any

import msgspec

from spokedesk import errors

# class: status, category (None: the live service sends none)
TABLE: dict[type[errors.SpokedeskError], tuple[int, str | None]] = {
    errors.InvalidRequest: (400, "VALIDATION_ERROR"),
    errors.RequiredMissing: (400, "VALIDATION_ERROR"),
    errors.UniqueValueTaken: (400, "VALIDATION_ERROR"),
    errors.ValuesInvalid: (400, "VALIDATION_ERROR"),
    errors.InvalidBody: (400, None),
    errors.UnclassifiedRequest: (400, None),
    errors.UnknownObjectType: (400, None),
    errors.GroupInUse: (400, "VALIDATION_ERROR"),
    errors.NotAuthenticated: (401, "INVALID_AUTHENTICATION"),
    errors.TokenExpired: (401, "EXPIRED_AUTHENTICATION"),
    errors.SignInRefused: (401, "INVALID_AUTHENTICATION"),
    errors.MissingScopes: (403, "MISSING_SCOPES"),
    errors.Forbidden: (403, "FORBIDDEN"),
    errors.RecordNotFound: (404, None),
    errors.NotFound: (404, "OBJECT_NOT_FOUND"),
    errors.NotARecordId: (404, "OBJECT_NOT_FOUND"),
    errors.MethodNotAllowed: (405, "METHOD_NOT_ALLOWED"),
    errors.RecordExists: (409, "CONFLICT"),
    errors.AlreadyExists: (409, "OBJECT_ALREADY_EXISTS"),
    errors.BodyTooLarge: (413, "VALIDATION_ERROR"),
    errors.UriTooLong: (414, "VALIDATION_ERROR"),
    errors.LimitReached: (437, "VALIDATION_ERROR"),
    errors.RateLimited: (429, "RATE_LIMITS"),
    errors.TooManyAttempts: (429, "RATE_LIMITS"),
    errors.Unavailable: (503, "SERVICE_UNAVAILABLE"),
    errors.SearchTooExpensive: (503, "SERVICE_UNAVAILABLE"),
}

compact = msgspec.json.Encoder().encode


def status_of(error: errors.SpokedeskError) -> int:
    return TABLE[type(error)][0]


def render_error(error: errors.SpokedeskError, account_id: int, correlation_id: str | None) -> dict[str, Any]:
    """The body of an error; inside a batch answer there is no correlation id."""
    message, details = error.message, list(error.details)
    if isinstance(error, errors.ValuesInvalid):
        message = values_message(error, account_id)
        details = [
            errors.ErrorDetail(problem.message, problem.code, {"propertyName": [problem.property_name]})
            for problem in error.problems
        ]
    body: dict[str, Any] = {"status": "error", "message": message}
    if correlation_id is not None:
        body["correlationId"] = correlation_id
    if error.context:
        body["context"] = dict(error.context)
    if details:
        body["errors"] = [render_detail(detail) for detail in details]
    if isinstance(error, errors.MissingScopes):
        body["links"] = {"scopes": "https://developers.hubspot.com/scopes"}
    if isinstance(error, errors.RateLimited) and error.policy is not None:
        body.update(errorType="RATE_LIMIT", policyName=error.policy, requestId=correlation_id)
    category = TABLE[type(error)][1]
    if category is not None:
        body["category"] = category
    if error.sub_category is not None:
        body["subCategory"] = error.sub_category
    return nested(body) if isinstance(error, errors.GroupInUse) else body


def nested(body: dict[str, Any]) -> dict[str, Any]:
    """An error whose message is the text of the real error, as the live service answers in one case."""
    outer = {name: value for name, value in body.items() if name in ("status", "correlationId")}
    return {**outer, "message": compact(body).decode()}


def render_detail(detail: errors.ErrorDetail) -> dict[str, Any]:
    found: dict[str, Any] = {"message": detail.message}
    if detail.code is not None:
        found["code"] = detail.code
    if detail.context:
        found["context"] = dict(detail.context)
    return found


def values_message(error: errors.ValuesInvalid, account_id: int) -> str:
    """The sentence with the problems as JSON inside, which clients take apart with regular expressions."""
    entries = []
    for problem in error.problems:
        entry: dict[str, Any] = {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.property_name,
            "localizedErrorMessage": problem.message,
        }
        if problem.value is not None:
            entry["propertyValue"] = problem.value
        entry["portalId"] = account_id
        entries.append(entry)
    return f"Property values were not valid: {compact(entries).decode()}"
