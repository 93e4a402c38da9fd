"""Query strings into values, with problems in the live service's shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from spokedesk.errors import InvalidRequest

MAX_FIELDS = 2000

Query = Mapping[str, Sequence[str]]
NOTHING: Query = {}


def parse_query(text: str) -> Query:
    """Names to all their values; a name may be repeated."""
    if not text:
        return NOTHING
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise InvalidRequest("The query string could not be read") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if "\x00" in value:
            raise InvalidRequest(f"Unable to parse value for query parameter: {name}")
        found.setdefault(name, []).append(value)
    return found


def names(query: Query, name: str) -> tuple[str, ...]:
    """A list given as `a,b`, as repeated keys, or both; blanks around commas do not count."""
    if not query:
        return ()
    parts = (part.strip() for value in query.get(name, ()) for part in value.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def text(query: Query, name: str) -> str | None:
    """The last value of a parameter, None when it is absent or empty."""
    values = query.get(name)
    return (values[-1] or None) if values else None


def flag(query: Query, name: str, default: bool = False) -> bool:
    """`true` and `false` in any case: SDKs differ."""
    value = text(query, name)
    if value is None:
        return default
    if value.lower() not in ("true", "false"):
        raise InvalidRequest(f"Unable to parse value for query parameter: {name}")
    return value.lower() == "true"


def whole_number(query: Query, name: str) -> int | None:
    value = text(query, name)
    if value is None:
        return None
    if not (value.isascii() and value.lstrip("-").isdigit() and len(value) <= 18):
        raise InvalidRequest(f"Unable to parse value for query parameter: {name}")
    return int(value)


def limit(query: Query, default: int, largest: int) -> int:
    """The page size; raise when it is not between 1 and the largest allowed."""
    value = whole_number(query, "limit")
    if value is None:
        return default
    if value > largest:
        raise InvalidRequest(
            f"The maximum number of objects supported in a request is {largest}. Please reduce the limit and try again"
        )
    if value < 1:
        raise InvalidRequest("The limit must be at least 1")
    return value


def after_id(query: Query) -> int:
    """A list cursor: ids from this one on."""
    value = whole_number(query, "after")
    if value is not None and value < 0:
        raise InvalidRequest("Unable to parse value for query parameter: after")
    return value or 0
