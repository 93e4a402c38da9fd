"""Who was told of a write finds it: whichever connection asks, while others read and write all the time."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path

from tests.support.server import Server, start_desk

CLIENTS, TICKETS, SECONDS = 8, 8, 4
T = "/crm/v3/objects/tickets"


class Told:
    """The newest value of each ticket of which somebody has the answer. One client writes a ticket, all read it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.counted: Counter[str] = Counter()
        self.lock = threading.Lock()
        with server.http() as http:
            new = {"properties": {"subject": "told", "hs_pipeline_stage": "1", "content": "0"}}
            answer = http.post(f"{T}/batch/create", json={"inputs": [new] * TICKETS}).json()
        self.newest = {item["id"]: 0 for item in answer["results"]}

    def count(self, what: str) -> None:
        with self.lock:
            self.counted[what] += 1

    def work(self, number: int, until: float) -> None:
        chance = random.Random(number)
        own = list(self.newest)[number]
        with self.server.http() as http:
            while time.monotonic() < until:
                if chance.random() < 0.3:
                    value = self.newest[own] + 1
                    answer = http.patch(f"{T}/{own}", json={"properties": {"content": str(value)}})
                    assert answer.status_code == 200, answer.text
                    self.newest[own] = value
                    self.count("written")
                    continue
                ticket = chance.choice(list(self.newest))
                known = self.newest[ticket]
                found = int(http.get(f"{T}/{ticket}", params={"properties": "content"}).json()["properties"]["content"])
                self.count("older than told" if found < known else "as told" if found == known else "newer")


def test_who_was_told_of_a_write_finds_it(tmp_path: Path) -> None:
    server = start_desk(tmp_path / "desk")
    try:
        told = Told(server)
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=told.work, args=(number, until)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS + 60)
    finally:
        server.stop()
    print(dict(told.counted))
    assert told.counted["older than told"] == 0
    assert min(told.counted[what] for what in ("written", "as told")) >= 50, told.counted
    assert told.counted["newer"] > 0, "nobody read between a commit and its answer"
