"""The feed of changes over a real connection: nothing is missed under load, nothing is held up, it ends cleanly."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.support.server import Server, start_desk
from tests.support.streams import Event, read_events

CHANGES = "/spokedesk/v1/changes"
TICKETS = "/crm/v3/objects/tickets"
STREAM = {"accept": "text/event-stream"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Server]:
    server = start_desk(tmp_path)
    yield server
    server.stop()


def follow(client: httpx2.Client, after: int, count: int) -> list[Event]:
    """The next changes of a stream, which is broken off behind them."""
    found: list[Event] = []
    with client.stream("GET", CHANGES, params={"after": after}, headers=STREAM) as response:
        assert response.status_code == 200
        assert response.headers["connection"] == "close"
        for event in read_events(response.iter_lines()):
            if event.name == "change":
                found.append(event)
            if len(found) >= count:
                return found
    return found


def test_nothing_is_missed_while_others_write_and_the_stream_breaks(desk: Server) -> None:
    total, after = 300, 0
    seen: list[Event] = []
    ticket = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}

    def write(count: int) -> list[str]:
        with desk.http() as client:
            return [client.post(TICKETS, json=ticket).json()["id"] for _ in range(count)]

    with ThreadPoolExecutor(4) as pool, desk.http() as client:
        writers = [pool.submit(write, total // 4) for _ in range(4)]
        while len(seen) < total:
            events = follow(client, after, min(37, total - len(seen)))
            seen += events
            after = events[-1].id or 0
        made = [record for writer in writers for record in writer.result()]
    assert sorted(event.data["id"] for event in seen) == sorted(made)
    assert [event.id for event in seen] == sorted(event.id or 0 for event in seen)


def test_a_change_is_told_soon_and_reads_go_on_beside_streams(desk: Server) -> None:
    with desk.http() as client, desk.http() as watching, ThreadPoolExecutor(1) as pool:
        after = client.get(CHANGES).json()["after"]
        waiting = pool.submit(follow, watching, after, 1)
        time.sleep(0.3)
        start = time.monotonic()
        made = client.post(TICKETS, json={"properties": {"subject": "s", "hs_pipeline_stage": "1"}}).json()["id"]
        (event,) = waiting.result(10)
        print(f"\ntold after {(time.monotonic() - start) * 1000:.0f} ms")
        assert event.data["id"] == made
        assert time.monotonic() - start < 2


def test_a_client_that_stops_reading_holds_nobody_up(desk: Server) -> None:
    """It asks for a long past and takes nothing of it."""
    ticket = {"properties": {"subject": "s" * 50, "hs_pipeline_stage": "1"}}
    with desk.http() as client, desk.http() as idle:
        for _ in range(20):
            body = {"inputs": [ticket] * 100}
            assert client.post(f"{TICKETS}/batch/create", json=body).status_code == 201
        with idle.stream("GET", CHANGES, params={"after": 0}, headers=STREAM) as response:
            assert response.status_code == 200
            slowest = 0.0
            for _ in range(50):
                start = time.monotonic()
                assert client.get(TICKETS, params={"limit": 1}).status_code == 200
                slowest = max(slowest, time.monotonic() - start)
        assert slowest < 1


def test_a_stop_does_not_wait_for_streams(desk: Server) -> None:
    with desk.http() as client, client.stream("GET", CHANGES, headers=STREAM) as response:
        lines = response.iter_lines()
        assert next(read_events(lines)).name == "ready"
        start = time.monotonic()
        assert desk.stop() == 0
        assert time.monotonic() - start < 10


def test_the_api_log_shows_what_was_refused_before_it_was_read(desk: Server) -> None:
    with desk.http() as client:
        assert client.post(TICKETS, content=b"x" * 3_000_000).status_code == 413
        assert client.get(TICKETS, params={"limit": 1}).status_code == 200
        served, refused = client.get("/spokedesk/v1/calls").json()["results"]
    assert (refused["status"], refused["path"], refused["error"]["category"]) == (413, TICKETS, "VALIDATION_ERROR")
    assert refused["at"][:4] == served["at"][:4]
    assert (served["status"], served["query"], served["token"]["kind"]) == (200, "limit=1", "private_app")
