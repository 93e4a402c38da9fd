"""A server that is killed at any moment has kept everything it said yes to, and nothing by halves."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import apsw
import pytest

from tests.support.killing import OPERATIONS, Client, Wire, find_differences, list_tickets
from tests.support.server import Server, make_token, start_server

KILLS, LONG_KILLS = 100, 1000
CLIENTS = 4
LONGEST_LIFE_SECONDS = 0.15
SEED = 20_261_123


def live_and_die(server: Server, clients: list[Client], random: Random) -> None:
    """Write with all clients at once, and kill the server some time after its first answer."""
    answered = threading.Event()
    threads = [threading.Thread(target=client.run, args=(server.url, server.token, answered)) for client in clients]
    for thread in threads:
        thread.start()
    assert answered.wait(30), [client.problem for client in clients]
    time.sleep(random.uniform(0, LONGEST_LIFE_SECONDS))
    server.process.kill()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    server.stop()


def check(server: Server, clients: list[Client], after: int) -> tuple[list[str], int]:
    """What differs from the promises after a restart, and the highest ticket id so far."""
    wire = Wire(server.url, server.token)
    found = {**list_tickets(wire, after, archived=False), **list_tickets(wire, after, archived=True)}
    problems = [problem for client in clients for problem in find_differences(client, wire, found)]
    known = {number for client in clients for number in client.known}
    problems += [f"ticket {number} ({subject}) is nobody's" for number, subject in found.items() if number not in known]
    wire.close()
    return problems, max(found, default=after)


def check_everything(server: Server, clients: list[Client]) -> list[str]:
    """At the end every ticket of all lives is looked at once more."""
    for client in clients:
        client.touched = set(client.known)
    return check(server, clients, 0)[0]


def check_file(data: Path) -> list[str]:
    connection = apsw.Connection(str(data / "spokedesk.db"))
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    connection.close()
    return [] if found == ["ok"] else found


def make_contact(server: Server) -> str:
    wire = Wire(server.url, server.token)
    status, answer = wire.call("POST", "/crm/v3/objects/contacts", {"properties": {"email": "a@example.com"}})
    wire.close()
    assert status == 201, answer
    contact: str = answer["id"]
    return contact


@dataclass(slots=True)
class Desk:
    """A data folder and the server that runs on it at the moment."""

    data: Path
    token: str
    server: Server
    slowest_start: float = 0.0

    def restart(self) -> None:
        """A failed restart raises."""
        started = time.monotonic()
        self.server = start_server(token=self.token, data=self.data, log=self.data.parent / "server.log")
        self.slowest_start = max(self.slowest_start, time.monotonic() - started)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    data = tmp_path / "data"
    token = make_token(data)
    made = Desk(data, token, start_server(token=token, data=data, log=tmp_path / "server.log"))
    yield made
    made.server.stop()


def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(desk: Desk, long_run: bool) -> None:
    random = Random(SEED)
    started = time.monotonic()
    contact = make_contact(desk.server)
    clients = [Client(f"c{number}", random.randrange(2**32), contact) for number in range(CLIENTS)]
    kills = LONG_KILLS if long_run else KILLS
    highest = 0
    for kill in range(kills):
        live_and_die(desk.server, clients, random)
        desk.restart()
        problems, highest = check(desk.server, clients, highest)
        assert problems == [], f"seed {SEED}, kill {kill}"
    problems = check_everything(desk.server, clients)
    assert desk.server.stop() == 0
    problems += check_file(desk.data)
    counts = sum((client.counts for client in clients), Counter[str]())
    tickets = sum(len(client.known) for client in clients)
    seconds = time.monotonic() - started
    print(
        f"{kills} kills in {seconds:.0f} s ({kills / seconds:.2f}/s), slowest start {desk.slowest_start:.2f} s, "
        f"{tickets} tickets, acknowledged: {dict(sorted(counts.items()))}"
    )
    assert problems == []
    assert all(counts[operation] > 0 for operation in OPERATIONS), counts
