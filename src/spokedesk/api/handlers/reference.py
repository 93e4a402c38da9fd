"""The description of the API, for programs and for people. It is made at the first request and then kept."""

from __future__ import annotations

from spokedesk.api.calls import Call, Reply

JSON_TYPE = ((b"content-type", b"application/json"),)


async def read_document(call: Call) -> Reply:
    """GET the OpenAPI document of what this server answers."""
    from spokedesk.api.openapi.document import encoded_document  # nothing else needs it

    return Reply(200, encoded_document(), headers=JSON_TYPE)


async def read_page(call: Call) -> Reply:
    """GET the same as a page."""
    from spokedesk.api.openapi.page import POLICY, encoded_page

    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", POLICY.encode()))
    return Reply(200, encoded_page(), headers=headers)
