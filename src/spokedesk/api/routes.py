"""Routes: what a row of the table says, and how a method and path find their row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from spokedesk.api.auth import Scope
from spokedesk.api.bodies import Body
from spokedesk.api.calls import Call, Reply
from spokedesk.api.versions import ALL, OWN, ApiVersion
from spokedesk.errors import MethodNotAllowed, NotFound

SINGLE_BODY = 2_000_000
BATCH_BODY = 10_000_000

Handler = Callable[[Call], Awaitable[Reply]]
Prepare = Callable[[Call], Awaitable[Callable[[], Any]]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call. `family` and `tail` make its paths; `scan` marks reads that may take long, `brief`
    writes that take no longer than a short read; limits are bytes.

    `body` is the class of the body, or a list of one (`list[SpecInput]`). `prepare` reads what a long computation needs
    and returns it; it is done on a thread before the handler runs, which finds the result as `call.prepared`.
    `object_type` is what the call is about when its path does not say so.
    Bodies of an `is_private` call are secrets and stay out of the API log.
    """

    method: str
    family: str
    tail: str
    handler: Handler
    scope: Scope
    body: type[Body] | type[list[Any]] | None = None
    writes: bool = False
    scan: bool = False
    brief: bool = False
    body_limit: int = SINGLE_BODY
    prepare: Prepare | None = None
    object_type: str | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint as it is served in one version."""

    endpoint: Endpoint
    version: ApiVersion


@dataclass(slots=True)
class Node:
    """One segment of the paths: what may follow by name, what may follow as a parameter, what is here."""

    named: dict[str, Node] = field(default_factory=dict)
    parameter: Node | None = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


class RouteTable:
    """Finds the route of a method and path; fixed segments win over parameters."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self.root = Node()
        self.rows: list[tuple[str, Route]] = []
        for endpoint in endpoints:
            for path, version in paths_of(endpoint):
                self.add(path, Route(endpoint, version))

    def add(self, path: str, route: Route) -> None:
        self.rows.append((path, route))
        node, names = self.root, []
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or Node()
                node = node.parameter
            else:
                node = node.named.setdefault(segment, Node())
        if route.endpoint.method in node.routes:
            raise ValueError(f"two routes for {route.endpoint.method} {path}")
        node.routes[route.endpoint.method] = (route, tuple(names))

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route and its path parameters; raise NotFound or MethodNotAllowed."""
        segments = path.strip("/").split("/")
        values: list[str] = []
        node = walk(self.root, segments, values) or descend(self.root, segments, 0, values)
        if node is None:
            raise NotFound("resource not found")
        found = node.routes.get(method)
        if found is None:
            raise MethodNotAllowed("Method Not Allowed")
        route, names = found
        return route, dict(zip(names, values, strict=True))

    def has_prefix(self, path: str) -> bool:
        """Whether any route begins with the first two segments of a path; one that has only one has none."""
        first, _, rest = path.strip("/").partition("/")
        node = self.root.named.get(first)
        return node is not None and rest.partition("/")[0] in node.named


def paths_of(endpoint: Endpoint) -> list[tuple[str, ApiVersion]]:
    """Where an endpoint is served: under every prefix of its family in every version, or at its own path."""
    if endpoint.family == "own":
        return [(endpoint.tail, OWN)]
    return [(prefix + endpoint.tail, version) for version in ALL for prefix in version.prefixes(endpoint.family)]


def walk(node: Node, segments: list[str], values: list[str]) -> Node | None:
    """The common case without a step back; `values` is left empty when it does not lead anywhere."""
    for segment in segments:
        following = node.named.get(segment)
        if following is None:
            following = node.parameter
            if following is None or not segment:
                values.clear()
                return None
            values.append(unquote(segment, errors="replace") if "%" in segment else segment)
        node = following
    if node.routes:
        return node
    values.clear()
    return None


def descend(node: Node, segments: list[str], position: int, values: list[str]) -> Node | None:
    if position == len(segments):
        return node if node.routes else None
    segment = segments[position]
    if (named := node.named.get(segment)) is not None:
        found = descend(named, segments, position + 1, values)
        if found is not None:
            return found
    if node.parameter is None or not segment:
        return None
    values.append(unquote(segment, errors="replace") if "%" in segment else segment)
    found = descend(node.parameter, segments, position + 1, values)
    if found is None:
        values.pop()
    return found


def describe(table: RouteTable) -> list[dict[str, Any]]:
    """The table as plain rows, for documents and tests."""
    return [
        {
            "method": route.endpoint.method,
            "path": path,
            "scope": route.endpoint.scope.value,
            "version": route.version.name,
            "writes": route.endpoint.writes,
        }
        for path, route in table.rows
    ]
