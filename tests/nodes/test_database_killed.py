"""The database goes away under load, again and again: nothing that was answered is lost, nothing happens twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from functools import partial

from tests.nodes.running import Caller, Nodes, running, together, wait_until_ready
from tests.support.postgres import Databases, Server, fetch, started

TICKETS = "/crm/v3/objects/tickets"
KILLS, LONG_KILLS = 20, 200
NODES, CLIENTS = 2, 6
NOT_KEPT = "Nothing of this request was kept"
DURABLE = {"recovery_init_sync_method": "syncfs"}
"""It flushes as it does by itself, but for one thing: a restart does not flush every file one by one."""


class Writer:
    """Makes tickets with subjects of their own, and writes down what became of each."""

    def __init__(self, nodes: Nodes, number: int) -> None:
        self.caller = Caller(nodes, number)
        self.number = number
        self.kept: dict[str, str] = {}
        self.refused: set[str] = set()
        self.counts: Counter[str] = Counter()

    def run(self, stop: threading.Event) -> None:
        step = 0
        while not stop.is_set():
            step += 1
            subject = f"{self.number}.{step}"
            body = {"properties": {"subject": subject, "hs_pipeline_stage": "1"}}
            answer = self.caller.call("POST", TICKETS, body)
            assert answer is not None, "a node went away with the database"
            status, said = answer
            if status == 201:
                self.kept[subject] = said["id"]
                self.counts["kept"] += 1
                continue
            assert status == 503, answer
            if NOT_KEPT in said["message"]:
                self.refused.add(subject)
            self.counts["refused" if subject in self.refused else "unclear"] += 1
        self.caller.close()


def kill_and_restart(server: Server, nodes: Nodes, stop: threading.Event, kills: int) -> list[float]:
    """Returns how long the nodes took each time to answer again, counted from the restart."""
    pauses = []
    try:
        for _ in range(kills):
            time.sleep(0.4)
            server.kill()
            server.start()
            pauses.append(wait_until_ready(nodes))
        time.sleep(0.5)
    finally:
        stop.set()
    return pauses


def test_a_database_that_is_killed_loses_nothing_and_nothing_happens_twice(long_run: bool) -> None:
    kills = LONG_KILLS if long_run else KILLS
    with started(settings=DURABLE) as server:
        database = Databases(server.url()).copy()
        with running(database, NODES) as nodes:
            writers = [Writer(nodes, number) for number in range(CLIENTS)]
            stop = threading.Event()
            pauses: list[float] = []
            together(
                [
                    *(partial(writer.run, stop) for writer in writers),
                    lambda: pauses.extend(kill_and_restart(server, nodes, stop, kills)),
                ]
            )
            found = fetch(database, "SELECT properties ->> 'subject', id, COUNT(*) OVER () FROM record")
            assert nodes.stop() == [0] * NODES
    stored = Counter(row[0] for row in found)
    ids = {row[0]: str(row[1]) for row in found}
    kept = {subject: key for writer in writers for subject, key in writer.kept.items()}
    counts = sum((writer.counts for writer in writers), Counter[str]())
    lost = [subject for subject, key in kept.items() if ids.get(subject) != key]
    twice = [subject for subject, count in stored.items() if count > 1]
    untrue = [subject for writer in writers for subject in writer.refused if subject in stored]
    print(f"\n{kills} kills of the database, {dict(counts)}, nodes ready again after {max(pauses):.2f} s at most:")
    print(f"{len(lost)} lost, {len(twice)} twice, {len(untrue)} there although refused")
    assert (lost, twice, untrue) == ([], [], [])
    assert len(pauses) == kills
    assert counts["kept"] > kills


def test_a_node_without_its_database_says_so_and_recovers_by_itself() -> None:
    with started(settings=DURABLE) as server:
        database = Databases(server.url()).copy()
        with running(database, 1) as nodes:
            caller = Caller(nodes, 0)
            server.kill()
            answer = caller.call("GET", "/readyz")
            assert answer is not None
            assert (answer[0], answer[1]["status"]) == (503, "error")
            assert caller.call("GET", "/healthz") == (200, {"status": "ok"})
            looked = caller.call("GET", TICKETS)
            assert looked is not None
            assert (looked[0], looked[1]["message"]) == (503, "The data could not be read. Please try again.")
            server.start()
            assert wait_until_ready(nodes) < 5
            caller.close()
