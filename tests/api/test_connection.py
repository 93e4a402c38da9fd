"""What a connection does with answers that are not one piece, and with clients that send ahead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import pytest

from spokedesk.api.calls import Request, Response
from spokedesk.api.connection import Connection, Edge, Limits
from spokedesk.api.service import Service
from tests.support.raw import Line, request
from tests.support.threads import Threaded, busy_writer, eventually, served

TICKETS = "/crm/v3/objects/tickets"
NEW = {"properties": {"subject": "x", "hs_pipeline_stage": "1"}}
QUICK = Limits(receive=1, send=0.6, keep_alive=1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Threaded]:
    with served(tmp_path, QUICK) as running:
        yield running


def answer_with(server: Threaded, monkeypatch: pytest.MonkeyPatch, make: Callable[[], Response]) -> None:
    """Have the service answer every request with what `make` makes."""

    def handle(self: Service, request: Request, respond: Callable[[Response], None]) -> None:
        respond(make())

    monkeypatch.setattr(Service, "handle", handle)


def edge_of(server: Threaded) -> Edge:
    protocol = server.server.config.http
    assert isinstance(protocol, type)
    assert issubclass(protocol, Connection)
    return protocol.edge


def open_connections(server: Threaded) -> int:
    return len(server.server.server_state.connections)


def test_a_stream_is_sent_as_it_comes_and_ends_the_connection(
    server: Threaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stream() -> AsyncGenerator[bytes, None]:
        for number in range(3):
            yield b"event %d\n" % number
            await asyncio.sleep(0.4)

    answer_with(server, monkeypatch, lambda: Response(200, [(b"content-type", b"text/event-stream")], b"", stream()))
    with Line(server.url) as line:
        line.send(request("GET", TICKETS))
        head = [line.file.readline() for _ in range(5)]
        assert head[0] == b"HTTP/1.1 200 OK\r\n"
        assert b"connection: close\r\n" in head
        assert not any(item.startswith(b"content-length") for item in head)
        started = time.monotonic()
        assert line.file.readline() == b"event 0\n"
        assert time.monotonic() - started < 0.3, "the first part does not wait for the second"
        assert line.file.read() == b"event 1\nevent 2\n"
        assert time.monotonic() - started > 1, "longer than a whole request may take to come"


def test_a_stream_ends_with_its_client(server: Threaded, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    async def stream() -> AsyncGenerator[bytes, None]:
        try:
            while True:
                yield b": still here\n"
                await asyncio.sleep(0.02)
        finally:
            ended.append(True)

    answer_with(server, monkeypatch, lambda: Response(200, [], b"", stream()))
    with Line(server.url) as line:
        line.send(request("GET", TICKETS))
        assert line.file.readline().startswith(b"HTTP/1.1 200")
    assert eventually(lambda: bool(ended) and not open_connections(server))


def test_a_stream_waits_for_a_slow_client_and_leaves_one_that_stopped(
    server: Threaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []

    async def stream() -> AsyncGenerator[bytes, None]:
        while True:
            sent.append(1)
            yield b"x" * 100_000

    answer_with(server, monkeypatch, lambda: Response(200, [], b"", stream()))
    with Line(server.url) as line:
        line.send(request("GET", TICKETS))
        assert eventually(lambda: bool(sent))
        assert eventually(lambda: not open_connections(server), QUICK.send + 5)
        assert len(sent) < 200, "what nobody takes is not made"


def test_a_stop_ends_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield b"one\n"
        await asyncio.sleep(60)

    with served(tmp_path, QUICK) as server, Line(server.url) as line:
        answer_with(server, monkeypatch, lambda: Response(200, [], b"", stream()))
        line.send(request("GET", TICKETS))
        assert line.file.readline().startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        server.server.should_exit = True
        assert line.file.read().endswith(b"one\n")
        assert time.monotonic() - began < 5


def test_a_header_never_becomes_two(server: Threaded, monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (b"/a\r\nset-cookie: x", b"/a\nx: y", b"/a\rx"):
        answer_with(server, monkeypatch, lambda value=value: Response(200, [(b"location", value)], b"{}"))  # type: ignore[misc]
        with Line(server.url) as line:
            answer = line.ask("GET", TICKETS)
            assert (answer.status, answer.json["message"]) == (500, "internal error")
            assert "set-cookie" not in answer.headers


def test_a_client_that_sends_ahead_leaves_room_for_others(server: Threaded) -> None:
    """Of 2,000 requests in one piece only one is answered before somebody else has a turn."""
    with Line(server.url) as greedy, Line(server.url) as other:
        assert other.ask("GET", TICKETS, server.token).status == 200
        greedy.send(request("GET", f"{TICKETS}/1", server.token) * 2000)
        assert greedy.answer().status == 404
        assert other.ask("GET", TICKETS, server.token).status == 200
        assert sum(len(connection.waiting) for connection in edge_of(server).open) > 0, "others wait for all of them"
        assert [greedy.answer().status for _ in range(1999)] == [404] * 1999


def test_bodies_that_never_end_are_not_held_for_ever(server: Threaded) -> None:
    edge = edge_of(server)
    with Line(server.url) as line:
        line.send(request("POST", TICKETS, server.token, content_length="100000") + b"x" * 50_000)
        assert eventually(lambda: edge.held_bodies == 50_000)
    assert eventually(lambda: edge.held_bodies == 0)


def test_what_waits_behind_a_slow_answer_is_counted_and_let_go(server: Threaded) -> None:
    edge = edge_of(server)
    content = request("POST", TICKETS, server.token, NEW)
    size = len(content.split(b"\r\n\r\n", 1)[1])
    with busy_writer(server), Line(server.url) as line:
        line.send(content * 3)
        assert eventually(lambda: edge.held_bodies == 3 * size)
    assert eventually(lambda: edge.held_bodies == 0)


def test_an_idle_connection_is_closed_after_its_time_and_a_used_one_is_not(server: Threaded) -> None:
    with Line(server.url) as line:
        for _ in range(4):
            time.sleep(QUICK.keep_alive * 0.6)
            assert line.ask("GET", TICKETS, server.token).status == 200
        began = time.monotonic()
        assert line.is_closed()
        assert QUICK.keep_alive - 0.1 < time.monotonic() - began < QUICK.keep_alive + 1
