"""Event streams as tests read them, in-process and from a server."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from spokedesk.api.calls import Request, Response
from tests.support.api import Api


@dataclass(frozen=True)
class Event:
    """One event; a heartbeat has no name."""

    name: str
    data: Any = None
    id: int | None = None


def events_of(text: str) -> Iterator[Event]:
    """The events of whole blocks of a stream."""
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            number = int(fields["id"]) if "id" in fields else None
            yield Event(fields["event"], json.loads(fields["data"]), number)
        elif block:
            yield Event("")


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """The events of a stream that comes line by line."""
    block: list[str] = []
    for line in lines:
        if line:
            block.append(line)
        else:
            yield from events_of("\n".join(block))
            block = []


def open_stream(api: Api, path: str, query: str = "", **headers: str) -> Response:
    """The response to a request for a stream; to be read on an event loop."""
    sent = {"host": "spokedesk.test", "accept": "text/event-stream", "authorization": f"Bearer {api.token}", **headers}
    answers: list[Response] = []
    request = Request("GET", path, query, sent, peer="127.0.0.1", bound="127.0.0.1")
    api.service.handle(request, answers.append)
    return answers[0]


def stream_of(api: Api, path: str, query: str = "", **headers: str) -> AsyncGenerator[bytes, None]:
    response = open_stream(api, path, query, **headers)
    assert response.status == 200, response.body
    assert response.stream is not None
    return response.stream


async def next_events(stream: AsyncGenerator[bytes, None]) -> list[Event]:
    """The events of the next piece that a stream sends."""
    return list(events_of((await anext(stream)).decode()))
