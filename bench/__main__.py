"""`python3 run.py bench`: reads and durable creates as ratios of their limits, start, memory."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench import first_ticket, postgres, servers
from bench.inserts import BareInserts
from bench.load import Figures, measure

TICKET = {
    "properties": {
        "subject": "Printer on the third floor is on fire",
        "content": "It burns since this morning, please help us quickly. The order number is 4711.",
        "hs_pipeline": "0",
        "hs_pipeline_stage": "1",
        "hs_ticket_priority": "HIGH",
    }
}
POST_BODY = json.dumps(TICKET).encode()
READ_IDS = 1000

Request = Callable[[int], bytes]
Row = tuple[str, str, str, str]
SQLITE = (
    ("GET by id, 16 clients, of a raw echo", "GET 16", "echo GET 16", "0.40"),
    ("durable create, 1 client, of bare inserts", "create 1", "inserts 1", "0.45"),
    ("durable create, 16 clients, of bare inserts", "create 16", "inserts 16", "0.45"),
    ("durable create, 16 clients, of a raw echo", "create 16", "echo POST 16", "-"),
)
POSTGRES = (
    ("GET by id, 16 clients, of the raw driver", "GET 16", "raw reads", "0.40"),
    ("create, 16 clients, of the raw driver", "create 16", "raw creates", "0.40"),
)


def requests_for(token: str, first_id: int) -> tuple[Request, Request]:
    """GET by id over a thousand tickets, and a create."""
    head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"

    def get(number: int) -> bytes:
        return f"GET /crm/v3/objects/tickets/{first_id + number % READ_IDS} HTTP/1.1\r\n{head}\r\n".encode()

    post_head = f"{head}Content-Type: application/json\r\nContent-Length: {len(POST_BODY)}\r\n\r\n"
    post = f"POST /crm/v3/objects/tickets HTTP/1.1\r\n{post_head}".encode() + POST_BODY
    return get, lambda number: post


def call(port: int, token: str, path: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        found: bytes = answer.read()
        return found


def make_token(folder: Path) -> str:
    command = [sys.executable, "-m", "spokedesk", "token", "create", "--data", str(folder), "--all-scopes", "--json"]
    token: str = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["token"]
    return token


class Cells:
    """The figures of all rounds, by name."""

    def __init__(self) -> None:
        self.rates: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}
        self.p99: dict[str, list[float]] = {}

    def add(self, name: str, figures: Figures, cpu_seconds: float) -> None:
        if figures.refused:
            raise SystemExit(f"{name}: {figures.refused} answers were not 2xx")
        self.rates.setdefault(name, []).append(figures.per_second)
        self.cpu.setdefault(name, []).append(cpu_seconds / figures.answers * 1e6)
        self.p99.setdefault(name, []).append(figures.percentile(0.99))

    def ratio(self, name: str, limit: str) -> list[float]:
        """Round by round."""
        return [one / other for one, other in zip(self.rates[name], self.rates[limit], strict=True)]


def run_rounds(folder: Path, rounds: int, seconds: float, console: Console) -> Cells:
    data = folder / "data"
    token = make_token(data)
    product = servers.serve(data)
    started = [product]
    try:
        product.facts()
        first = json.loads(call(product.port, token, "/crm/v3/objects/tickets", POST_BODY))
        for _ in range(READ_IDS // 100):
            batch = json.dumps({"inputs": [TICKET] * 100}).encode()
            call(product.port, token, "/crm/v3/objects/tickets/batch/create", batch)
        (folder / "get").write_bytes(call(product.port, token, f"/crm/v3/objects/tickets/{first['id']}"))
        (folder / "post").write_bytes(json.dumps(first, separators=(",", ":")).encode())
        echoes = {"get": servers.echo(folder / "get", 200), "post": servers.echo(folder / "post", 201)}
        started.extend(echoes.values())
        get, post = requests_for(token, int(first["id"]))
        bare = BareInserts(data, folder)
        cells = Cells()
        for _ in track(range(rounds), "Rounds", console=console):
            measure_http(cells, "echo GET 16", echoes["get"], 16, seconds, get)
            measure_http(cells, "GET 16", product, 16, seconds, get)
            measure_http(cells, "echo POST 16", echoes["post"], 16, seconds, post)
            for clients in (1, 16):
                limit = bare.run(seconds, clients)
                cells.rates.setdefault(f"inserts {clients}", []).append(limit)
                measure_http(cells, f"create {clients}", product, clients, seconds, post)
        bare.close()
        return cells
    finally:
        for process in started:
            process.stop()


def measure_http(
    cells: Cells, name: str, process: servers.Process, clients: int, seconds: float, request: Request
) -> None:
    before = process.cpu_seconds()
    figures = measure(process.port, clients, seconds, request)
    cells.add(name, figures, process.cpu_seconds() - before)


@dataclass(slots=True)
class Starts:
    """Seconds from launch to the first answer on an empty database, and idle megabytes afterwards."""

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def measure(self, folder: Path, sources: Path | None = None) -> None:
        began = time.perf_counter()
        process = servers.serve(folder, sources)
        try:
            process.facts()
            with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/readyz", timeout=10) as answer:
                answer.read()
            self.seconds.append(time.perf_counter() - began)
            time.sleep(0.3)
            self.megabytes.append(process.resident_megabytes())
        finally:
            process.stop()


def measure_starts(folder: Path, rounds: int, console: Console) -> tuple[Starts, Starts]:
    """With the files of the web interface and without, by turns; a first start of each kind compiles its modules."""
    bare = servers.sources_without_interface(folder / "bare")
    Starts().measure(folder / "first")
    Starts().measure(folder / "first-bare", bare)
    whole, without = Starts(), Starts()
    for number in track(range(rounds), "Starts", console=console):
        whole.measure(folder / f"start-{number}")
        without.measure(folder / f"bare-{number}", bare)
    return whole, without


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Median, with the range behind it."""
    found = sorted(values)
    return f"{statistics.median(found):.{digits}f}  ({found[0]:.{digits}f} to {found[-1]:.{digits}f})"


def draw(cells: Cells, starts: tuple[Starts, Starts], console: Console) -> None:
    draw_rows("Spokedesk beside its limits", cells, SQLITE, console)
    per_answer = statistics.median(cells.cpu["echo GET 16"])
    console.print(f"CPU of a raw echo answering the same GET: {per_answer:.0f} µs")
    whole, without = starts
    console.print(f"start to first answer, empty database: {spread(whole.seconds)} s, goal 0.40")
    console.print(f"  without the files of the web interface: {spread(without.seconds)} s")
    console.print(f"idle memory: {spread(whole.megabytes, 1)} MB, goal 80")
    console.print(f"  without the files of the web interface: {spread(without.megabytes, 1)} MB")


def draw_rows(title: str, cells: Cells, rows: Sequence[Row], console: Console) -> None:
    """One table: each row is an operation, the name of its cell, that of its limit, and the goal of their ratio."""
    table = Table(title=f"{title}: median (range) of the rounds")
    for name in ("operation", "per second", "limit", "ratio", "goal", "CPU µs", "p99 ms"):
        table.add_column(name, justify="left" if name == "operation" else "right")
    for title, name, limit, goal in rows:
        table.add_row(
            title,
            spread(cells.rates[name], 0),
            spread(cells.rates[limit], 0),
            spread(cells.ratio(name, limit)),
            goal,
            spread(cells.cpu[name], 0),
            spread(cells.p99[name], 1),
        )
    console.print(table)


def judge_machine() -> str:
    """Whether somebody else is at work here: then whatever waits for a core or the disk is late."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    judgement = "quiet" if load < cores / 2 else "busy with other work, so believe the processor times, not the ratios"
    return f"machine: {cores} cores, load {load:.1f} before the run: {judgement}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="run.py bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of each cell")
    parser.add_argument(
        "--first-ticket", action="store_true", help="instead: from a clean clone to a ticket in a browser"
    )
    options = parser.parse_args()
    console = Console() if sys.stdout.isatty() else Console(width=150)
    console.print(judge_machine())
    if options.first_ticket:
        first_ticket.run(console)
        return
    with tempfile.TemporaryDirectory(prefix="spokedesk-bench-") as name:
        starts = measure_starts(Path(name), options.rounds, console)
        cells = run_rounds(Path(name), options.rounds, options.seconds, console)
    draw(cells, starts, console)
    draw_rows(
        "PostgreSQL beside the raw driver",
        postgres.run_rounds(options.rounds, options.seconds, console),
        POSTGRES,
        console,
    )


if __name__ == "__main__":
    main()
