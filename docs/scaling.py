"""Measures what docs/explanation/scaling.md says of sizes, accounts and nodes, and draws its plots.

`python3 run.py run python docs/scaling.py --sizes 1000 10000 100000` measures into docs/assets/scaling.json and draws;
`--draw` draws what was measured before. Times of the processor hardly depend on what else a machine does; others do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))  # it is also run as a script

from spokedesk.api.calls import Request  # noqa: E402
from spokedesk.api.service import Service, Store  # noqa: E402
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings  # noqa: E402
from spokedesk.engine.accounts import open_account  # noqa: E402
from spokedesk.engine.tokens import create_token, every_scope  # noqa: E402
from spokedesk.storage.database import write_and_wait  # noqa: E402
from spokedesk.storage.postgres import PostgresDatabase  # noqa: E402
from spokedesk.storage.sqlite import FileDatabase  # noqa: E402
from tests.support.api import Api  # noqa: E402
from tests.support.nodes import Node  # noqa: E402
from tests.support.postgres import Databases, Server, fetch, started  # noqa: E402
from tests.support.stores import ACCOUNT_ID, Waited, create_work  # noqa: E402

TICKETS = "/crm/v3/objects/tickets"
ROUNDS = 40
LONG_SECONDS = 10
CHUNK = 200
IN_FLIGHT = 32
CALLS = 2000
ACCOUNTS = (1, 2, 4, 8)
Call = tuple[int, str, str, bytes]
"""Account, method, path, body."""

COLOURS = {"SQLite": "#b4530a", "PostgreSQL": "#1d5fa8"}


def new_ticket(number: int) -> dict[str, str]:
    return {
        "subject": f"Printer {number} does not print",
        "content": "It worked yesterday, and nothing was changed since. " * 6,
        "hs_pipeline_stage": str(1 + number % 4),
        "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH")[number % 3],
    }


def milliseconds(call: Callable[[int], Any]) -> float:
    """The median of some rounds, fewer when they take long."""
    taken: list[float] = []
    for number in range(ROUNDS):
        if sum(taken) > LONG_SECONDS:
            break
        begun = time.perf_counter()
        call(number)
        taken.append(time.perf_counter() - begun)
    return round(1000 * statistics.median(taken), 3)


def measure_calls(api: Api, size: int) -> dict[str, float]:
    """Whole calls without HTTP, one after another, on an account of so many tickets."""
    ids = [row[0] for row in api.read(lambda tx: tx.rows("SELECT id FROM record ORDER BY id"))]
    step = max(1, len(ids) // ROUNDS)
    chosen = [str(ids[(number * step) % len(ids)]) for number in range(ROUNDS)]
    search = {
        "filters": [{"propertyName": "hs_pipeline_stage", "operator": "EQ", "value": "2"}],
        "sorts": [{"propertyName": "createdate", "direction": "DESCENDING"}],
        "limit": 20,
    }
    word = {"query": "printer", "limit": 20}
    expect = {
        "GET one ticket": lambda n: api.get(f"{TICKETS}/{chosen[n]}").status == 200,
        "list 100": lambda n: api.get(TICKETS, limit=100, after=chosen[n]).status == 200,
        "search a stage, newest 20": lambda n: api.post(f"{TICKETS}/search", search).status == 200,
        "search a word": lambda n: api.post(f"{TICKETS}/search", word).status in (200, 503),
        "PATCH": lambda n: api.patch(f"{TICKETS}/{chosen[n]}", {"properties": {"subject": f"x{n}"}}).status == 200,
        "create": lambda n: api.post(TICKETS, {"properties": new_ticket(size + n)}).status == 201,
    }
    return {name: milliseconds(lambda n, call=call, name=name: check(call(n), name)) for name, call in expect.items()}


def check(good: bool, what: str) -> None:
    if not good:
        raise SystemExit(f"{what}: not answered as expected")


def measure_sizes(sizes: list[int], databases: Databases) -> Iterator[dict[str, Any]]:
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="spokedesk-scaling-") as folder:
            url = databases.copy()
            for name, database in (
                ("SQLite", FileDatabase(Path(folder, "data"))),
                ("PostgreSQL", PostgresDatabase(url)),
            ):
                api = Api("documented", database=Waited(database))
                begun = time.perf_counter()
                for first in range(0, size, CHUNK):
                    write_and_wait(
                        database,
                        ACCOUNT_ID,
                        create_work([new_ticket(n) for n in range(first, min(size, first + CHUNK))]),
                    )
                row = {"database": name, "tickets": size, "created_per_s": round(size / (time.perf_counter() - begun))}
                if name == "PostgreSQL":
                    fetch(url, "ANALYZE")
                row["calls_ms"] = measure_calls(api, size)
                database.close()
                row["bytes"] = (
                    sum(path.stat().st_size for path in Path(folder, "data").iterdir())
                    if name == "SQLite"
                    else fetch(url, "SELECT pg_database_size(current_database())")[0][0]
                )
                print(json.dumps(row), flush=True)
                yield row
            databases.drop(url)


def processor_seconds(server: Server) -> float:
    """What the server and all its children have used so far."""
    assert server.process is not None
    ticks = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == server.process.pid or status.parent.name == str(server.process.pid):
            # of children that have ended the parent keeps the sum
            own = int(fields[11]) + int(fields[12])
            ticks += own + (int(fields[13]) + int(fields[14]) if status.parent.name == str(server.process.pid) else 0)
    return ticks / os.sysconf("SC_CLK_TCK")


class Desk:
    """A node with accounts, called as its server would: many calls at once on its loop."""

    def __init__(self, url: str, accounts: int) -> None:
        self.node = Node(url)
        self.accounts = [ACCOUNT_ID + number for number in range(accounts)]
        self.service = Service(Store(self.node.database))
        for account_id in self.accounts:
            account = Account(account_id, FIDELITIES["documented"], AccountSettings())
            self.write(account_id, lambda tx, account=account: open_account(tx, account, "Desk"))
            self.write(
                account_id,
                lambda tx, name=account_id: create_token(tx, f"token-{name}", name="t", scopes=every_scope()),
            )

    def write(self, account_id: int, work: Any) -> Any:
        return self.node.submit_all("write", [work], account_id)[0].result(60)

    def call_many(self, calls: list[Call]) -> list[bytes]:
        """The bodies of the answers, all of which are good, in the order in which they came."""
        return self.node.call(self.run(calls))

    async def run(self, calls: list[Call]) -> list[bytes]:
        waiting, bodies = iter(calls), []

        async def client() -> None:
            for call in waiting:
                answered: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
                self.service.handle(request_of(*call), answered.set_result)
                response = await answered
                check(response.status < 300, f"{call[1]} {call[2]}")
                bodies.append(response.body)

        await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
        return bodies


def request_of(account_id: int, method: str, path: str, body: bytes) -> Request:
    headers = {"host": "desk", "authorization": f"Bearer token-{account_id}", "content-type": "application/json"}
    return Request(method, path, "", headers, body, received_at=0, peer="127.0.0.1", bound="127.0.0.1")


def measure_accounts(server: Server, databases: Databases) -> Iterator[dict[str, Any]]:
    """Creates and reads, 32 at a time, spread over more and more accounts on one node; processor time on both sides."""
    body = json.dumps({"properties": new_ticket(1)}).encode()
    for accounts in ACCOUNTS:
        url = databases.copy()
        desk = Desk(url, accounts)
        row: dict[str, Any] = {"accounts": accounts}
        try:
            ids = {
                account: json.loads(desk.call_many([(account, "POST", TICKETS, body)])[0])["id"]
                for account in desk.accounts
            }
            for name, calls in (
                ("create", [(desk.accounts[n % accounts], "POST", TICKETS, body) for n in range(CALLS)]),
                (
                    "GET",
                    [(a := desk.accounts[n % accounts], "GET", f"{TICKETS}/{ids[a]}", b"") for n in range(2 * CALLS)],
                ),
            ):
                before = time.perf_counter(), time.process_time(), processor_seconds(server)
                desk.call_many(calls)
                after = time.perf_counter(), time.process_time(), processor_seconds(server)
                seconds, node, database = (late - early for early, late in zip(before, after, strict=True))
                row[name] = {
                    "per_s": round(len(calls) / seconds),
                    "node_us": round(1e6 * node / len(calls)),
                    "database_us": round(1e6 * database / len(calls)),
                }
        finally:
            desk.node.close()
            databases.drop(url)
        print(json.dumps(row), flush=True)
        yield row


def plot(title: str, unit: str, lines: dict[str, list[tuple[float, float]]]) -> str:
    """Both axes are logarithmic; one line per name."""
    import math

    width, height, left, bottom, top = 560, 300, 62, 44, 40
    points = [point for line in lines.values() for point in line]
    low_x, high_x = (math.log10(f(x for x, _ in points)) for f in (min, max))
    low_y, high_y = math.floor(math.log10(min(y for _, y in points))), math.ceil(math.log10(max(y for _, y in points)))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low_x) / ((high_x - low_x) or 1)
        up = (math.log10(y) - low_y) / ((high_y - low_y) or 1)
        return round(left + across * (width - left - 150), 1), round(height - bottom - up * (height - bottom - top), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/><text x="{left}" y="22" font-size="14">{title}</text>',
    ]
    for power in range(low_y, high_y + 1):
        x, y = at(points[0][0], 10.0**power)
        end = width - 150
        parts.append(f'<path d="M{left} {y}H{end}" stroke="#ddd"/><text x="{left - 6}" y="{y + 4}" text-anchor="end">')
        parts.append(f"{10.0**power:g} {unit}</text>")
    for x in sorted({x for x, _ in points}):
        place, _ = at(x, 10.0**low_y)
        parts.append(f'<text x="{place}" y="{height - 22}" text-anchor="middle">{x:,.0f}</text>')
    parts.append(f'<text x="{left}" y="{height - 6}">tickets in the account</text>')
    for name, line in lines.items():
        colour = COLOURS[name.partition(":")[0]]
        path = " ".join(f"{x},{y}" for x, y in (at(*point) for point in line))
        dashes = ' stroke-dasharray="5 4"' if "word" in name else ""
        end_x, end_y = at(*line[-1])
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
        parts.append(f'<text x="{end_x + 8}" y="{end_y + 4}" fill="{colour}">{name.partition(": ")[2]}</text>')
    return "\n".join([*parts, "</svg>", ""])


def draw(found: dict[str, Any]) -> None:
    names = ("GET one ticket", "search a stage, newest 20", "search a word")
    for database in COLOURS:
        lines = {
            f"{database}: {name}": [
                (row["tickets"], row["calls_ms"][name]) for row in found["sizes"] if row["database"] == database
            ]
            for name in names
        }
        svg = plot(f"{database}: a call as the account grows", "ms", lines)
        (FOLDER / "assets" / f"scaling-{database.lower()}.svg").write_text(svg)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1000, 10_000])
    parser.add_argument("--draw", action="store_true")
    options = parser.parse_args()
    path = FOLDER / "assets" / "scaling.json"
    if options.draw:
        draw(json.loads(path.read_text()))
        return
    with started(settings={}) as server:
        databases = Databases(server.url())
        found = {
            "accounts": list(measure_accounts(server, databases)),
            "sizes": list(measure_sizes(options.sizes, databases)),
        }
    path.write_text(json.dumps(found, indent=1) + "\n")
    draw(found)


if __name__ == "__main__":
    main()
