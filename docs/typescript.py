"""The shapes of the OpenAPI document as TypeScript: the web interface is checked against the API it talks to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.openapi.document import make_document
from spokedesk.api.openapi.shapes import PREFIX

NOTICE = "// Made by docs/generate.py from the OpenAPI document; change it there.\n"
WORDS = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def schema_module() -> str:
    """One interface or type per shape, in the order of their names."""
    schemas = make_document(ENDPOINTS)["components"]["schemas"]
    return NOTICE + "".join(declaration(name, schemas[name]) for name in sorted(schemas))


def declaration(name: str, schema: Mapping[str, Any]) -> str:
    about = f"/** {schema['description']} */\n" if "description" in schema else ""
    if "properties" in schema and "allOf" not in schema:
        return f"\n{about}export interface {name} {members(schema)}\n"
    return f"\n{about}export type {name} = {type_of(schema)};\n"


def members(schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", ())
    rows = [
        f"  {field}{'' if field in needed else '?'}: {type_of(rules).replace(chr(10), chr(10) + '  ')};\n"
        for field, rules in schema["properties"].items()
    ]
    if not schema["properties"]:
        return "{}"
    return "{\n" + "".join(rows) + "}"


def type_of(schema: Any) -> str:
    """A schema as the type of an expression."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(PREFIX)
    if "allOf" in schema:
        parts = [type_of(one) for one in schema["allOf"]]
        own = [members(schema)] if "properties" in schema else []
        return " & ".join([*parts, *own])
    if "anyOf" in schema or "oneOf" in schema:
        return union(type_of(one) for one in schema.get("anyOf") or schema["oneOf"])
    if "enum" in schema:
        return union(f'"{value}"' for value in schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return union(WORDS[one] for one in kind)
    return container(kind, schema)


def container(kind: str | None, schema: Mapping[str, Any]) -> str:
    if kind == "array":
        inner = type_of(schema.get("items", {}))
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    if "properties" in schema:
        return members(schema)
    if kind == "object":
        rules = schema.get("additionalProperties")
        # `Record` is the name of a shape
        return f"{{ [name: string]: {type_of(rules) if isinstance(rules, Mapping) else 'unknown'} }}"
    return WORDS.get(kind or "", "unknown")


def union(types: Any) -> str:
    return " | ".join(dict.fromkeys(types))
