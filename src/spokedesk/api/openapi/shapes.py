"""Schemas of bodies and answers, made from their msgspec types."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import msgspec

from spokedesk.api.bodies import Body
from spokedesk.api.openapi import answers, definition_answers, limit_answers, link_answers, own_answers
from spokedesk.api.routes import Endpoint

PREFIX = "#/components/schemas/"
SCALAR = {"type": ["string", "number", "boolean", "null"]}
"""What a value of a property may be; it is kept as text."""


def answer_types() -> list[type[msgspec.Struct]]:
    """Every shape that an answer may have."""
    found = {
        name: value
        for module in (answers, definition_answers, link_answers, limit_answers, own_answers)
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct
    }
    return [found[name] for name in sorted(found)]


def body_types(endpoints: Iterable[Endpoint]) -> list[Any]:
    return list(dict.fromkeys(endpoint.body for endpoint in endpoints if endpoint.body is not None))


def ref(name: str) -> dict[str, str]:
    return {"$ref": PREFIX + name}


def body_schema(body: Any) -> dict[str, Any]:
    """A body as a reference: to the class, or a list of it."""
    if isinstance(body, type) and issubclass(body, Body):
        return ref(body.__name__)
    (item,) = body.__args__
    return {"type": "array", "items": ref(item.__name__)}


@cache
def structs_below(kind: type[msgspec.Struct]) -> Mapping[str, type[msgspec.Struct]]:
    """The struct classes that a class is made of, itself among them, by name."""
    found: dict[str, type[msgspec.Struct]] = {}
    waiting: list[Any] = [kind]
    while waiting:
        item = waiting.pop()
        if inspect.isclass(item) and issubclass(item, msgspec.Struct):
            if item.__name__ not in found:
                found[item.__name__] = item
                waiting += [one.type for one in msgspec.structs.fields(item)]
        else:
            waiting += getattr(item, "__args__", ())
            waiting += [item.__origin__] if hasattr(item, "__metadata__") else []
    return found


def make_schemas(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """All components. `REQUIRED` of a body becomes `required`; defaults that only mean "not sent" are left out."""
    bodies = body_types(endpoints)
    _, schemas = msgspec.json.schema_components([*bodies, *answer_types()], ref_template=PREFIX + "{name}")
    required = {
        name: struct.REQUIRED
        for body in bodies
        for kind in (getattr(body, "__args__", None) or (body,))
        for name, struct in structs_below(kind).items()
        if issubclass(struct, Body)
    }
    found = {name: tidy(schema) for name, schema in sorted(schemas.items())}
    for name, names in required.items():
        found[name]["required"] = list(names)
        properties = found[name]["properties"].get("properties", {})
        if properties.get("type") == "object":
            properties["additionalProperties"] = SCALAR
    for schema in found.values():
        if not schema.get("required"):
            schema.pop("required", None)
    return found


def tidy(schema: Any) -> Any:
    """A schema without titles that repeat its name and defaults of null."""
    if isinstance(schema, list):
        return [tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    properties = schema.get("properties") if schema.get("type") == "object" else None
    found = {
        key: tidy(value)
        for key, value in schema.items()
        if key not in ("title", "properties") and not (key == "default" and value is None)
    }
    if isinstance(properties, dict):
        found["properties"] = {name: tidy(value) for name, value in properties.items()}
    return found
