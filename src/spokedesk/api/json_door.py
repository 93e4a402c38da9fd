"""The JSON door: what is not sound JSON of the expected shape never gets further, and says so in the live manner."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from spokedesk.api.bodies import Body, NumberText, Scalar
from spokedesk.errors import InvalidBody, InvalidRequest

MAX_DEPTH = 32

OPENERS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
POSITION = re.compile(r"\((?:char|byte) (\d+)\)")
EXPECTED = re.compile(r"Expected `([^`]*)`, got `([^`]*)`(?: - at `(.*)`)?")

JAVA_TYPES = {
    "str": "java.lang.String",
    "int": "long",
    "float": "double",
    "bool": "boolean",
    "array": "java.util.ArrayList",
    "object": "java.util.LinkedHashMap",
}
JSON_TOKENS = {
    "str": ("String", "VALUE_STRING"),
    "int": ("Integer", "VALUE_NUMBER_INT"),
    "float": ("Floating-point", "VALUE_NUMBER_FLOAT"),
    "bool": ("Boolean", "VALUE_TRUE"),
    "null": ("Null", "VALUE_NULL"),
    "array": ("Array", "START_ARRAY"),
    "object": ("Object", "START_OBJECT"),
}


B = TypeVar("B")


def read_body(raw: bytes, shape: type[B]) -> B:
    """Decode a body, an object or a list of objects, strictly; raise with a text in the live service's manner.

    Nothing is accepted half.
    """
    check_depth(raw)
    try:
        body = decoder(shape).decode(raw)
    except msgspec.ValidationError as error:
        raise wrong_type(raw, str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if not raw.strip():
            raise InvalidRequest("Invalid JSON input: a request body was expected, but none found") from error
        raise InvalidBody(f"Invalid input JSON on line 1, column {column(raw, str(error))}: {error}") from error
    check_required(body, raw)
    return body


DECODERS: dict[type[Any], Any] = {}


def decoder(shape: type[B]) -> msgspec.json.Decoder[B]:
    found: msgspec.json.Decoder[B] | None = DECODERS.get(shape)
    if found is None:
        found = DECODERS[shape] = msgspec.json.Decoder(shape, float_hook=NumberText)
    return found


def check_depth(raw: bytes) -> None:
    """Refuse deep nesting before anything is parsed, and NUL characters, which no store keeps."""
    if b"\\u0000" in raw or b"\x00" in raw:
        raise InvalidBody("Invalid input JSON on line 1, column 1: Illegal character ((CTRL-CHAR, code 0))")
    if raw.count(b"[") + raw.count(b"{") <= MAX_DEPTH:
        return
    depth = 0
    for match in OPENERS.finditer(raw):
        token = match[0]
        if token in (b"[", b"{"):
            depth += 1
            if depth > MAX_DEPTH:
                place = column(raw, f"(byte {match.start()})")
                raise InvalidBody(
                    f"Invalid input JSON on line 1, column {place}: Document nesting depth exceeds the maximum "
                    f"allowed ({MAX_DEPTH})"
                )
        elif token in (b"]", b"}"):
            depth -= 1


def check_required(body: Any, raw: bytes) -> None:
    """Raise once with every required field that is missing, at the first place where one is."""
    if isinstance(body, list):
        for item in body:
            check_required(item, raw)
    elif isinstance(body, Body):
        missing = missing_fields(body)
        if missing:
            raise InvalidRequest(
                f"Invalid input JSON on line 1, column {raw.find(b'{') + 2}. "
                f"Some required fields were not set: [{', '.join(missing)}]"
            )
        for name in body.__struct_fields__:
            value = getattr(body, name)
            if isinstance(value, Body | list):
                check_required(value, raw)


def missing_fields(body: Body) -> list[str]:
    return [name for name, attribute in required_fields(type(body)) if getattr(body, attribute) is UNSET]


@cache
def required_fields(shape: type[Body]) -> tuple[tuple[str, str], ...]:
    """What a body must carry: wire name and attribute."""
    names = dict(zip(shape.__struct_encode_fields__, shape.__struct_fields__, strict=True))
    return tuple((name, names[name]) for name in shape.REQUIRED)


def column(raw: bytes, message: str) -> int:
    """The position that a decoder's message names, else the end of the text; counted from 1."""
    match = POSITION.search(message)
    return int(match[1]) + 1 if match else max(1, len(raw))


def wrong_type(raw: bytes, message: str) -> InvalidBody:
    match = EXPECTED.search(message)
    if match is None:
        return InvalidBody(f"Invalid input JSON on line 1, column 1: {message}")
    wanted = match[1].split(" | ")[0]
    return cannot_deserialize(JAVA_TYPES.get(wanted, wanted), match[2])


def cannot_deserialize(java_type: str, got: str) -> InvalidBody:
    """The sentence for a value of the wrong JSON type."""
    name, token = JSON_TOKENS.get(got, (got, got.upper()))
    return InvalidBody(
        f"Invalid input JSON on line 1, column 1: Cannot deserialize value of type `{java_type}` from {name} value "
        f"(token `JsonToken.{token}`)"
    )


def text_of(value: Scalar) -> str | None:
    """A scalar as the text that is stored; raise for lists and objects, and for texts that are not Unicode."""
    if value is None:
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) >= 10**100:
            raise InvalidBody("Invalid input JSON on line 1, column 1: Numeric value is out of range")
        return str(value)
    raise cannot_deserialize("java.lang.String", "array" if isinstance(value, list) else "object")


def texts_of(values: dict[str, Scalar] | UnsetType) -> dict[str, str | None]:
    return {} if isinstance(values, UnsetType) else {k: text_of(v) for k, v in values.items()}


def items_of(values: Sequence[B] | UnsetType) -> Sequence[B]:
    return () if isinstance(values, UnsetType) else values


def needed_text(value: str | int | UnsetType | None) -> str:
    """An id or name as text; it is there, because `REQUIRED` named it."""
    return text_of(None if isinstance(value, UnsetType) else value) or ""
