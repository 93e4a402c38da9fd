"""The tables beside this module as values: what the document says about operations and parameters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from spokedesk.api.routes import Endpoint

CLASSES = ("documented", "observed", "inferred", "own")
"""How well a behaviour is known, best first."""

PAGES = {"html": "text/html", "json": "application/json"}
"""Answers without a shape of ours: the word of the table, the content type."""


class TableError(Exception):
    """A table contradicts itself; the message names the entry."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The statuses of success and the shape of their body: a class name, a key of PAGES, or None."""

    statuses: tuple[int, ...]
    shape: str | None


@dataclass(frozen=True, slots=True)
class Operation:
    """An entry of operations.toml; `versions` holds answers of versions that differ."""

    key: str
    summary: str
    answers: Answers
    fidelity: str
    source: tuple[str, ...]
    description: str = ""
    query: tuple[str, ...] = ()
    versions: Mapping[str, Answers] = field(default_factory=dict)

    def answers_in(self, version: str) -> Answers:
        return self.versions.get(version, self.answers)


def key_of(endpoint: Endpoint) -> str:
    """`records.list_records`: how the tables name the handler of an endpoint."""
    return f"{endpoint.handler.__module__.rpartition('.')[2]}.{endpoint.handler.__name__}"


def read_table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def read_answers(key: str, text: str) -> Answers:
    """`200/207 RecordBatch`: statuses, then the shape unless there is no body."""
    statuses, _, shape = text.partition(" ")
    if not all(status.isdigit() for status in statuses.split("/")):
        raise TableError(f"{key}: {text!r} does not begin with statuses")
    return Answers(tuple(int(status) for status in statuses.split("/")), shape or None)


def read_operation(key: str, row: Mapping[str, Any]) -> Operation:
    if row["fidelity"] not in CLASSES:
        raise TableError(f"{key}: there is no class {row['fidelity']!r}")
    return Operation(
        key,
        row["summary"],
        read_answers(key, row["answers"]),
        row["fidelity"],
        tuple(row["source"]),
        row.get("description", ""),
        tuple(row.get("query", ())),
        {version: read_answers(key, text) for version, text in row.get("versions", {}).items()},
    )


@cache
def load_operations() -> Mapping[str, Operation]:
    """Every entry of operations.toml by its key; raise TableError for one that cannot be."""
    return {
        f"{module}.{name}": read_operation(f"{module}.{name}", row)
        for module, rows in read_table("operations.toml").items()
        for name, row in rows.items()
    }


def operation_of(endpoint: Endpoint) -> Operation:
    """The entry of an endpoint. One without is described by its docstring, so that a document can always be made."""
    key = key_of(endpoint)
    found = load_operations().get(key)
    if found is not None:
        return found
    summary = (endpoint.handler.__doc__ or key).strip().splitlines()[0].rstrip(".")
    return Operation(key, summary, Answers((200,), "json"), "own", ("own",))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a path or query as the document shows it."""

    name: str
    schema: Mapping[str, Any]
    description: str
    example: str | None = None


def camel(name: str) -> str:
    """`record_id` as the wire spells it."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def read_parameter(name: str, row: Mapping[str, Any]) -> Parameter:
    rules = {key: value for key, value in row.items() if key not in ("name", "description", "example")}
    if rules.get("type") == "list":
        rules = {"type": "array", "items": {"type": "string"}}
    return Parameter(row.get("name", name), {"type": "string", **rules}, row["description"], row.get("example"))


@cache
def load_parameters() -> tuple[Mapping[str, Parameter], Mapping[str, Parameter]]:
    """Parameters of paths, by their names in the route table, and of queries, by their keys."""
    table = read_table("parameters.toml")
    path = {name: read_parameter(camel(name), row) for name, row in table["path"].items()}
    return path, {key: read_parameter(key, row) for key, row in table["query"].items()}
