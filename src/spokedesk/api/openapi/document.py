"""The OpenAPI 3.1 document, made from the route table, the body types and the tables of this folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec

from spokedesk import __version__
from spokedesk.api.auth import Scope
from spokedesk.api.bodies import Form
from spokedesk.api.openapi.operations import (
    PAGES,
    Answers,
    Operation,
    Parameter,
    camel,
    key_of,
    load_parameters,
    operation_of,
)
from spokedesk.api.openapi.shapes import body_schema, make_schemas, ref
from spokedesk.api.routes import Endpoint, Route, RouteTable

OPENAPI = "3.1.0"
INTRODUCTION = (
    "A ticket server that speaks the HubSpot CRM API. The same records are reached under every version of a path. "
    "`x-fidelity` says for each operation how well its behaviour is known: documented by the vendor, observed in "
    "recorded traffic, inferred, or this project's own."
)
FORM = "application/x-www-form-urlencoded"
REASONS = {200: "Done", 201: "Created", 204: "Done, nothing to show", 207: "Some inputs failed", 303: "Go on elsewhere"}

SCOPES: dict[Scope, str] = {
    Scope.RECORD_READ: "read scope of the object type",
    Scope.RECORD_WRITE: "write scope of the object type",
    Scope.SCHEMA_READ: "schema or read scope of the object type",
    Scope.SCHEMA_WRITE: "schema write scope of the object type",
    Scope.LINK_READ: "read scope of one of the two object types",
    Scope.LINK_WRITE: "write scope of one of the two object types",
    Scope.CUSTOM_READ: "crm.schemas.custom.read",
    Scope.CUSTOM_WRITE: "crm.schemas.custom.write",
    Scope.ANY_RECORDS: "a scope of the records of any object type",
    Scope.OWNERS: "crm.objects.owners.read",
    Scope.DEVELOPER_READ: "developers-read or developers-write",
    Scope.DEVELOPER_WRITE: "developers-write",
    Scope.ADMIN: "spokedesk.admin",
    Scope.PERSONAL: "spokedesk.personal.write",
    Scope.ANY_TOKEN: "any token",
    Scope.PUBLIC: "no token",
}


@cache
def encoded_document() -> bytes:
    """The document of this server's routes as JSON."""
    from spokedesk.api.endpoints import ENDPOINTS  # the table of routes names the handler that comes here

    return msgspec.json.encode(make_document(ENDPOINTS))


def make_document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Every route of the table, with all that its operation refers to."""
    routes = RouteTable(endpoints).rows
    identities = operation_ids(routes)
    paths: dict[str, dict[str, Any]] = {}
    for (path, route), identity in zip(routes, identities, strict=True):
        paths.setdefault(wire_path(path), {})[route.endpoint.method.lower()] = describe(path, route, identity)
    return {
        "openapi": OPENAPI,
        "info": {"title": "Spokedesk", "version": __version__, "description": INTRODUCTION},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(tag_of(route) for _, route in routes)],
        "paths": paths,
        "components": {
            "schemas": make_schemas(endpoints),
            "parameters": make_parameters(),
            "responses": {"Error": response("Refused", "Error")},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A private app's token or an OAuth access token",
                }
            },
        },
    }


def operation_ids(routes: Sequence[tuple[str, Route]]) -> list[str]:
    """A name for each route that no other has: handler and version, counted on where a handler has several paths."""
    seen: Counter[str] = Counter()
    found = []
    for _, route in routes:
        name = f"{key_of(route.endpoint)}.{route.version.name}"
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return found


def tag_of(route: Route) -> str:
    return key_of(route.endpoint).partition(".")[0]


def path_names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def wire_path(path: str) -> str:
    """A path of the route table with its parameters as the document spells them."""
    return "/".join("{" + camel(part[1:-1]) + "}" if part.startswith("{") else part for part in path.split("/"))


def describe(path: str, route: Route, identity: str) -> dict[str, Any]:
    """The operation object of one route."""
    endpoint, operation = route.endpoint, operation_of(route.endpoint)
    found: dict[str, Any] = {
        "operationId": identity,
        "tags": [tag_of(route)],
        "summary": operation.summary,
        "x-fidelity": {"class": operation.fidelity, "source": list(operation.source)},
        "x-scope": SCOPES.get(endpoint.scope, endpoint.scope.value),
        "x-version": route.version.name,
        "x-body-limit": endpoint.body_limit,
    }
    if operation.description:
        found["description"] = operation.description
    parameters = [path_parameter(name) for name in path_names(path)]
    parameters += [{"$ref": f"#/components/parameters/query.{key}"} for key in operation.query]
    if parameters:
        found["parameters"] = parameters
    if endpoint.body is not None:
        found["requestBody"] = request_body(endpoint)
    found["responses"] = responses(operation, operation.answers_in(route.version.name))
    if endpoint.scope is Scope.PUBLIC:
        found["security"] = []
    return found


def path_parameter(name: str) -> dict[str, Any]:
    """A reference to the parameter; one that the table does not know is written out without a description."""
    if name in load_parameters()[0]:
        return {"$ref": f"#/components/parameters/path.{name}"}
    return parameter(Parameter(camel(name), {"type": "string"}, ""), "path")


def request_body(endpoint: Endpoint) -> dict[str, Any]:
    body: Any = endpoint.body
    is_form = isinstance(body, type) and issubclass(body, Form)
    return {
        "required": not is_form,
        "content": {FORM if is_form else "application/json": {"schema": body_schema(body)}},
    }


def responses(operation: Operation, answers: Answers) -> dict[str, Any]:
    found: dict[str, Any] = {
        str(status): response(REASONS.get(status, operation.summary), answers.shape) for status in answers.statuses
    }
    found["default"] = {"$ref": "#/components/responses/Error"}
    return found


def response(reason: str, shape: str | None) -> dict[str, Any]:
    if shape is None:
        return {"description": reason}
    if shape in PAGES:
        return {"description": reason, "content": {PAGES[shape]: {}}}
    return {"description": reason, "content": {"application/json": {"schema": ref(shape)}}}


def make_parameters() -> dict[str, Any]:
    path, query = load_parameters()
    found = {f"path.{name}": parameter(row, "path") for name, row in path.items()}
    return found | {f"query.{key}": parameter(row, "query") for key, row in query.items()}


def parameter(row: Parameter, place: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": row.name, "in": place, "description": row.description, "schema": dict(row.schema)}
    if place == "path":
        found["required"] = True
    if row.schema["type"] == "array":
        found |= {"style": "form", "explode": False}
    if row.example is not None:
        found["example"] = row.example
    return found
