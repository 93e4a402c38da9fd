"""The OpenAPI document as tests use it: where a request is in it, and whether an answer is as it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.openapi.document import make_document, wire_path
from spokedesk.api.routes import RouteTable
from spokedesk.errors import SpokedeskError
from tests.support.api import Answer


@dataclass(slots=True)
class Document:
    """The document of the table of routes, and its schemas ready to check values."""

    content: Mapping[str, Any]
    routes: RouteTable
    paths: Mapping[int, str]
    validators: dict[str, Draft202012Validator] = field(default_factory=dict)

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        """The operation that answers a request, None if there is none."""
        try:
            route, _ = self.routes.find(method, path)
        except SpokedeskError:
            return None
        found: Mapping[str, Any] = self.content["paths"][self.paths[id(route)]][method.lower()]
        return found

    def problems(self, shape: str, value: Any) -> list[str]:
        """Where a value is not of a shape."""
        if shape not in self.validators:
            schema = {"$ref": f"#/components/schemas/{shape}", "components": self.content["components"]}
            self.validators[shape] = Draft202012Validator(schema)
        return [f"{shape} at {error.json_path}: {error.message}" for error in self.validators[shape].iter_errors(value)]

    def answer_problems(self, method: str, path: str, answer: Answer) -> list[str]:
        """How an answer differs from what the document promises for the request."""
        operation = self.operation(method, path)
        if answer.status >= 500:
            return [f"status {answer.status}"]
        if operation is None or (answer.status >= 400 and str(answer.status) not in operation["responses"]):
            return self.problems("Error", answer.json)
        promised = operation["responses"].get(str(answer.status))
        if promised is None:
            return [f"status {answer.status} is not promised"]
        content = promised.get("content")
        if content is None:
            return [f"a body where none is promised: {answer.raw[:80]!r}"] if answer.raw else []
        (media,) = content
        if not answer.headers.get("content-type", "").startswith(media):
            return [f"content type {answer.headers.get('content-type')} in place of {media}"]
        schema = content[media].get("schema")
        return [] if schema is None else self.problems(schema["$ref"].rpartition("/")[2], answer.json)


@cache
def document() -> Document:
    routes = RouteTable(ENDPOINTS)
    return Document(make_document(ENDPOINTS), routes, {id(route): wire_path(path) for path, route in routes.rows})
