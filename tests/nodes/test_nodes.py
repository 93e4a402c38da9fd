"""Three nodes on one PostgreSQL, killed all the time: every value moves in one order, every race has one winner."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from tests.nodes.histories import Key, Operation, find_violations
from tests.nodes.running import CARELESS, Caller, Nodes, killing, running, together
from tests.support.postgres import databases, fetch

TICKETS = "/crm/v3/objects/tickets"
NODES, CLIENTS, RECORDS = 3, 8, 12
NAMES = ("n_one", "n_two", "n_three")
UNIQUE = "n_code"
OPERATIONS, LONG_OPERATIONS = 10_000, 100_000
RACES, LONG_RACES, RACERS = 1_000, 10_000, 3


@pytest.fixture
def database() -> Iterator[str]:
    made = databases().copy()
    yield made
    databases().drop(made)


def define(nodes: Nodes) -> None:
    caller = Caller(nodes, 0)
    for name in (*NAMES, UNIQUE):
        body = {
            "name": name,
            "label": name,
            "type": "string",
            "fieldType": "text",
            "groupName": "ticketinformation",
            "hasUniqueValue": name == UNIQUE,
        }
        answer = caller.call("POST", "/crm/v3/properties/tickets", body)
        assert answer is not None and answer[0] == 201, answer  # noqa: PT018
    caller.close()


def create(nodes: Nodes, count: int) -> list[str]:
    caller = Caller(nodes, 0)
    inputs = [{"properties": {"subject": f"ticket {number}", "hs_pipeline_stage": "1"}} for number in range(count)]
    answer = caller.call("POST", f"{TICKETS}/batch/create", {"inputs": inputs})
    caller.close()
    assert answer is not None and answer[0] == 201, answer  # noqa: PT018
    return [item["id"] for item in answer[1]["results"]]


class Client:
    """Changes one property of a random ticket, or looks at all of them, and writes down when."""

    def __init__(self, nodes: Nodes, number: int, tickets: list[str]) -> None:
        self.caller = Caller(nodes, number)
        self.number = number
        self.tickets = tickets
        self.seen: list[Operation] = []
        self.counts: Counter[str] = Counter()

    def run(self, operations: int) -> None:
        for step in range(operations):
            ticket = self.caller.random.choice(self.tickets)
            if self.caller.random.random() < 0.5:
                self.change((ticket, self.caller.random.choice(NAMES)), f"{self.number}.{step}")
            else:
                self.look(ticket)
        self.caller.close()

    def change(self, key: Key, value: str) -> None:
        start = time.monotonic_ns()
        answer = self.caller.call("PATCH", f"{TICKETS}/{key[0]}", {"properties": {key[1]: value}})
        self.counts[f"change {answer[0] if answer else 'no answer'}"] += 1
        end = time.monotonic_ns() if answer is not None and answer[0] == 200 else None
        assert answer is None or answer[0] in (200, 503), answer
        self.seen.append(Operation(key, value, True, start, end))
        if answer is None:
            time.sleep(0.02)

    def look(self, ticket: str) -> None:
        start = time.monotonic_ns()
        answer = self.caller.call("GET", f"{TICKETS}/{ticket}?properties={','.join(NAMES)}")
        self.counts[f"look {answer[0] if answer else 'no answer'}"] += 1
        if answer is None:
            time.sleep(0.02)
            return
        assert answer[0] in (200, 503), answer
        if answer[0] == 200:
            end = time.monotonic_ns()
            values = answer[1]["properties"]
            self.seen += [Operation((ticket, name), values.get(name) or "", False, start, end) for name in NAMES]


def orders_of(database: str) -> dict[Key, list[str]]:
    """The values of each property of each ticket in the order of their revisions."""
    orders: dict[Key, list[str]] = {}
    for record_id, changed in fetch(database, "SELECT record_id, changed FROM revision ORDER BY sequence"):
        for name, value in json.loads(changed).items():
            if name in NAMES and value:
                orders.setdefault((str(record_id), name), []).append(value)
    return orders


def work_on(nodes: Nodes, operations: int, *, kills: bool) -> tuple[list[Operation], Counter[str]]:
    define(nodes)
    tickets = create(nodes, RECORDS)
    clients = [Client(nodes, number, tickets) for number in range(CLIENTS)]
    stop = threading.Event()
    killer = killing(nodes, stop, seed=1) if kills else None
    try:
        together([partial(client.run, operations // CLIENTS) for client in clients])
    finally:
        stop.set()
        if killer is not None:
            killer.join()
    return [item for client in clients for item in client.seen], sum((item.counts for item in clients), Counter())


def test_every_value_moves_in_one_order_while_nodes_are_killed(database: str, long_run: bool) -> None:
    operations = LONG_OPERATIONS if long_run else OPERATIONS
    with running(database, NODES) as nodes:
        seen, counts = work_on(nodes, operations, kills=True)
        orders = orders_of(database)
    violations = find_violations(seen, orders)
    changes = sum(map(len, orders.values()))
    print(f"\n{operations} operations, {nodes.kills} kills, {changes} changes in the history, {dict(counts)}:")
    print(f"{len(violations)} violations")
    assert violations == []
    assert nodes.kills >= 3
    assert min(counts["change 200"], counts["look 200"], counts["change no answer"] + counts["look no answer"]) > 0


def test_nodes_without_turns_are_noticed(database: str) -> None:
    """The control: the same work by nodes that neither take turns nor check revisions."""
    with running(database, NODES, CARELESS) as nodes:
        seen, _ = work_on(nodes, 2_000, kills=False)
        violations = find_violations(seen, orders_of(database))
    print(f"\n{len(violations)} violations, the first: {violations[:1]}")
    assert violations


def race(nodes: Nodes, racer: int, races: int, start: threading.Barrier, won: list[list[str]]) -> None:
    caller = Caller(nodes, racer)
    for number in range(races):
        start.wait(60)
        body = {"properties": {"subject": f"by {racer}", "hs_pipeline_stage": "1", UNIQUE: f"code {number}"}}
        answer = caller.call("POST", TICKETS, body)
        if answer is None:
            won[number].append("no answer")
        else:
            assert answer[0] in (201, 400, 409, 503), answer
            won[number].append(str(answer[0]))
            if answer[0] in (400, 409):
                assert "already has that value" in answer[1]["message"], answer
    caller.close()


def test_of_those_who_want_the_same_unique_value_exactly_one_gets_it(database: str, long_run: bool) -> None:
    races = LONG_RACES if long_run else RACES
    won: list[list[str]] = [[] for _ in range(races)]
    stop, start = threading.Event(), threading.Barrier(RACERS)
    with running(database, NODES) as nodes:
        define(nodes)
        killer = killing(nodes, stop, seed=2, pause=3)
        try:
            together([partial(race, nodes, number, races, start, won) for number in range(RACERS)])
        finally:
            stop.set()
            killer.join()
        code = f"properties ->> '{UNIQUE}'"
        owners = dict(fetch(database, f"SELECT {code}, COUNT(*) FROM record WHERE {code} <> '' GROUP BY 1"))
    outcomes = Counter(tuple(sorted(item)) for item in won)
    print(f"\n{races} races of {RACERS}, {nodes.kills} kills: {dict(outcomes)}")
    assert set(owners.values()) == {1}
    for number, statuses in enumerate(won):
        winners, unknown = statuses.count("201"), statuses.count("no answer") + statuses.count("503")
        assert winners <= 1
        assert winners + unknown >= 1
        if winners:
            assert owners[f"code {number}"] == 1
    clear = [item for item in won if set(item) <= {"201", "400", "409"}]
    assert all(item.count("201") == 1 for item in clear)
    assert len(clear) > races // 4
    assert nodes.kills >= 1
