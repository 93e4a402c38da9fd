"""Starting and ending what is measured, on loopback, by process id."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import spokedesk

TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A server in its own process."""

    def __init__(self, arguments: Sequence[str], port: int = 0, sources: Path | None = None) -> None:
        self.started_at = time.perf_counter()
        environment = None if sources is None else {**os.environ, "PYTHONPATH": str(sources)}
        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, env=environment
        )
        self.port = port

    def facts(self) -> dict[str, Any]:
        """The line that `spokedesk serve --json` prints when it serves."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        self.port = int(found["url"].rsplit(":", 1)[1])
        return found

    def wait_for_port(self) -> None:
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        raise TimeoutError(f"nothing listens on port {self.port}")

    def cpu_seconds(self) -> float:
        """User and system time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_megabytes(self) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise LookupError("no VmRSS")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(folder: Path, sources: Path | None = None) -> Process:
    """The product on an empty database, durable; `sources` holds another copy of its package."""
    return Process(["-m", "spokedesk", "serve", "--data", str(folder), "--port", "0", "--json"], sources=sources)


def sources_without_interface(folder: Path) -> Path:
    """A copy of the package as it is where nobody built the web interface."""
    package = Path(spokedesk.__file__).parent
    shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("ui", "__pycache__"))
    return folder


def echo(body: Path, status: int) -> Process:
    """The raw limit with the same bytes."""
    port = free_port()
    process = Process([str(Path(__file__).parent / "echo.py"), str(port), str(body), str(status)], port)
    process.wait_for_port()
    return process
