"""The form door: what a page or an OAuth client sends as application/x-www-form-urlencoded."""

from __future__ import annotations

from typing import Any, TypeGuard, TypeVar
from urllib.parse import parse_qsl

from spokedesk.api.bodies import Form
from spokedesk.errors import InvalidRequest

FORM_BODY = 65_536
MAX_FIELDS = 100

F = TypeVar("F", bound=Form)


def is_form(shape: Any) -> TypeGuard[type[Form]]:
    return isinstance(shape, type) and issubclass(shape, Form)


def read_form(raw: bytes, shape: type[F]) -> F:
    """Decode a form; an empty field counts as absent, one that is given twice could mean either and is refused."""
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise InvalidRequest("The form could not be read") from error
    values: dict[str, str | None] = {}
    for name, value in pairs:
        if name not in shape.__struct_fields__:
            continue
        if name in values:
            raise InvalidRequest(f"The form has more than one value for: {name}")
        if "\x00" in value:
            raise InvalidRequest(f"Unable to parse value for form field: {name}")
        values[name] = value or None
    return shape(**values)
