"""The document as one page to read: plain HTML without a script, all of it open to a browser's search."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

from spokedesk import __version__
from spokedesk.api.openapi.document import SCOPES, make_document, tag_of, wire_path
from spokedesk.api.openapi.operations import key_of, load_parameters, operation_of
from spokedesk.api.openapi.shapes import PREFIX, body_schema
from spokedesk.api.routes import Endpoint, RouteTable

STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;"
    "background:#fff}h2{margin-top:3rem;border-bottom:2px solid #d5dbe3}h3{margin:2rem 0 .3rem}"
    "code{font-size:.93em;overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0;border-top:1px solid #e3e7ed}"
    "ul{list-style:none;padding:0;margin:.3rem 0}nav a{margin-right:1rem;display:inline-block}"
    "b{display:inline-block;min-width:4.2rem}small{color:#56606f}a{color:#0b57d0}"
    "@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}a{color:#8ab4ff}small{color:#a3adba}"
    "th,td,h2{border-color:#333c49}}"
)
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Spokedesk: API reference</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body><h1>API reference</h1>
<p>Spokedesk {version} speaks the HubSpot CRM API. Every call that this server answers is on this page; the same as an
OpenAPI document: <a href="/openapi.json">/openapi.json</a>. Send <code>Authorization: Bearer TOKEN</code>. A call says
how well its behaviour is known: <em>documented</em> by the vendor, <em>observed</em> in recorded traffic,
<em>inferred</em>, or <em>own</em>.</p>
<nav>{contents}</nav>
{groups}
<h2 id="shapes">Shapes</h2>
{shapes}
</body></html>
"""


@cache
def encoded_page() -> bytes:
    """The page of this server's routes."""
    from spokedesk.api.endpoints import ENDPOINTS  # the table of routes names the handler that comes here

    return make_page(ENDPOINTS).encode()


def make_page(endpoints: Sequence[Endpoint]) -> str:
    """One section per module of handlers with its calls, then the shapes that they refer to."""
    places = places_of(endpoints)
    schemas = make_document(endpoints)["components"]["schemas"]
    tags = list(dict.fromkeys(tag for tag, _, _ in places))
    contents = "".join(f'<a href="#{tag}">{title(tag)}</a>' for tag in [*tags, "shapes"])
    groups = "".join(
        f'<h2 id="{tag}">{title(tag)}</h2>'
        + "".join(render_call(one, paths) for name, one, paths in places if name == tag)
        for tag in tags
    )
    shapes = "".join(render_shape(name, schema) for name, schema in schemas.items())
    return PAGE.format(style=STYLE, version=__version__, contents=contents, groups=groups, shapes=shapes)


def title(tag: str) -> str:
    return tag.replace("_", " ").capitalize()


def places_of(endpoints: Sequence[Endpoint]) -> list[tuple[str, Endpoint, list[str]]]:
    """Each call once, with its group and all its paths; rows of the table that differ in nothing else are one call."""
    paths: dict[tuple[str, str, str], list[str]] = {}
    found: dict[tuple[str, str, str], tuple[str, Endpoint]] = {}
    for path, route in RouteTable(endpoints).rows:
        key = (key_of(route.endpoint), route.endpoint.method, str(route.endpoint.body))
        found.setdefault(key, (tag_of(route), route.endpoint))
        paths.setdefault(key, []).append(wire_path(path))
    return [(tag, endpoint, paths[key]) for key, (tag, endpoint) in found.items()]


def anchor(endpoint: Endpoint) -> str:
    """The name of a call inside the page; one handler may take several bodies."""
    body = "" if endpoint.body is None else f"-{endpoint.body.__name__}"
    return f"{key_of(endpoint)}-{endpoint.method}{body}"


def render_call(endpoint: Endpoint, paths: Sequence[str]) -> str:
    operation = operation_of(endpoint)
    lines = "".join(f"<li><b>{endpoint.method}</b><code>{escape(path)}</code></li>" for path in paths)
    about = f"<p>{escape(operation.description)}</p>" if operation.description else ""
    rows = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in facts(endpoint))
    heading = f'<h3 id="{anchor(endpoint)}">{escape(operation.summary)}</h3>'
    return f"{heading}<ul>{lines}</ul>{about}<table>{rows}</table>"


def facts(endpoint: Endpoint) -> Iterator[tuple[str, str]]:
    """What a caller needs to know, as rows of a table."""
    operation = operation_of(endpoint)
    yield "needs", escape(SCOPES.get(endpoint.scope, endpoint.scope.value))
    if operation.query:
        known = load_parameters()[1]
        names = [known[key] for key in operation.query]
        yield "query", "<br>".join(f"<code>{row.name}</code> {escape(row.description)}" for row in names)
    if endpoint.body is not None:
        yield "body", type_text(body_schema(endpoint.body))
    for label, answers in [("answers", operation.answers), *operation.versions.items()]:
        statuses = ", ".join(str(status) for status in answers.statuses)
        shape = answers.shape or ""
        yield escape(label), f"{statuses} {shape_link(shape) if shape[:1].isupper() else shape}"
    yield "fidelity", f"{operation.fidelity} <small>({escape(', '.join(operation.source))})</small>"


def shape_link(name: str) -> str:
    return f'<a href="#shape-{name}">{name}</a>'


def render_shape(name: str, schema: Mapping[str, Any]) -> str:
    """The fields of one shape."""
    needed = schema.get("required", ())
    rows = "".join(
        f"<tr><th><code>{escape(field)}</code></th><td>{type_text(rules)}</td>"
        f"<td>{'required' if field in needed else ''}</td></tr>"
        for field, rules in schema.get("properties", {}).items()
    )
    about = f"<p>{escape(schema['description'])}</p>" if "description" in schema else ""
    return f'<h3 id="shape-{name}">{name}</h3>{about}<table>{rows}</table>'


def type_text(schema: Mapping[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        return shape_link(schema["$ref"].removeprefix(PREFIX))
    if "anyOf" in schema:
        return " or ".join(type_text(one) for one in schema["anyOf"])
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {type_text(schema.get('items', {}))}"
    if kind == "object" and "additionalProperties" in schema:
        return f"names to {type_text(schema['additionalProperties'])}"
    return escape(f"{kind} ({schema['format']})" if "format" in schema else kind)
