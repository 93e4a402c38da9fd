"""Nodes as processes: `spokedesk serve --database` several times on one PostgreSQL, killed and started again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPException
from random import Random
from typing import Any

from tests.support.killing import Wire
from tests.support.postgres import free_port
from tests.support.server import Server, run_command, start_server

CARELESS = ("-m", "tests.nodes.careless")
"""What to run in place of the command line for nodes that do without their locks: the control of these tests."""


@dataclass(slots=True)
class Nodes:
    """Server processes on fixed ports over one database. `kills` counts how often one was killed."""

    database: str
    token: str
    ports: list[int]
    program: tuple[str, ...] = ("-m", "spokedesk")
    servers: dict[int, Server] = field(default_factory=dict)
    kills: int = 0

    def start(self, place: int) -> None:
        options = ("--database", self.database, "--port", str(self.ports[place]))
        self.servers[place] = start_server(*options, token=self.token, program=self.program)

    def kill(self, place: int) -> None:
        """Without a farewell; whatever it was doing is left where it was."""
        process = self.servers[place].process
        process.kill()
        process.wait(30)
        if process.stdout is not None:
            process.stdout.close()
        self.kills += 1

    def stop(self) -> list[int]:
        return [server.stop() for server in self.servers.values() if server.process.poll() is None]

    def url(self, place: int) -> str:
        return f"http://127.0.0.1:{self.ports[place]}"


@contextmanager
def running(database: str, count: int, program: tuple[str, ...] = ("-m", "spokedesk")) -> Iterator[Nodes]:
    """So many nodes, with an account and a token of all scopes, until the block ends."""
    token = run_command("token", "create", "--database", database, "--all-scopes")["token"]
    nodes = Nodes(database, token, [free_port() for _ in range(count)], program)
    try:
        for place in range(count):
            nodes.start(place)
        yield nodes
    finally:
        nodes.stop()


class Caller:
    """A client that asks any node, and another one when that is gone."""

    def __init__(self, nodes: Nodes, seed: int) -> None:
        self.nodes = nodes
        self.random = Random(seed)
        self.wires: dict[int, Wire] = {}

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any] | None:
        """Status and answer; None when the connection broke, so that nobody knows what became of it."""
        place = self.random.randrange(len(self.nodes.ports))
        wire = self.wires.get(place)
        if wire is None:
            wire = self.wires[place] = Wire(self.nodes.url(place), self.nodes.token)
        try:
            return wire.call(method, path, body)
        except (OSError, HTTPException, ValueError):
            self.wires.pop(place).close()
            return None

    def close(self) -> None:
        for wire in self.wires.values():
            wire.close()


def killing(nodes: Nodes, stop: threading.Event, seed: int, pause: float = 1.0) -> threading.Thread:
    """A thread that kills one node after another, and starts it again, until it is told to stop."""
    random = Random(seed)

    def run() -> None:
        while not stop.wait(pause):
            place = random.randrange(len(nodes.ports))
            nodes.kill(place)
            nodes.start(place)

    thread = threading.Thread(target=run, name="killer")
    thread.start()
    return thread


def together(works: list[Callable[[], None]]) -> None:
    """Run them side by side; the first failure of any is raised."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def wait_until_ready(nodes: Nodes, seconds: float = 30) -> float:
    """How long it took until every node said that it is ready."""
    started = time.monotonic()
    for place in range(len(nodes.ports)):
        while True:
            wire = Wire(nodes.url(place), nodes.token)
            try:
                if wire.call("GET", "/readyz")[0] == 200:
                    break
            except (OSError, HTTPException):
                pass
            finally:
                wire.close()
            assert time.monotonic() - started < seconds, f"node {place} did not recover within {seconds} s"
            time.sleep(0.05)
    return time.monotonic() - started
