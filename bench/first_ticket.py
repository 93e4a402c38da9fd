"""`python3 run.py bench --first-ticket`: from the first command in a clean clone to a ticket that somebody sees.

Everything is as on a machine that has just got the sources: a clone of what is committed, an empty home, no caches, and
no Node. A real browser keeps asking for the board from the moment the command is given, and stays on the first page
that it gets, which waits for the interface; one click signs it in.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from rich.console import Console
from rich.table import Table

from bench.servers import free_port
from tests.browser.chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent
NODE = frozenset({"node", "nodejs", "npm", "npx", "corepack", "yarn", "pnpm"})
FORGOTTEN = (
    "VIRTUAL_ENV",
    "PYTHONPYCACHEPREFIX",
    "UV_CACHE_DIR",
    "PIP_CACHE_DIR",
    "XDG_CACHE_HOME",
    "NPM_CONFIG_CACHE",
)

INTERPRETER = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
"""The same Python, but none of this environment's packages."""

POLL_SECONDS = 0.05
PATIENCE_SECONDS = 300
STOP_SECONDS = 35
WARM_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds since the command was given: until the board's address answers, and until a ticket is on the screen."""

    answered: float
    visible: float


def programs_without_node(folder: Path) -> str:
    """A PATH of one folder: links to all that PATH has, except what Node brings."""
    folder.mkdir()
    for place in os.environ.get("PATH", os.defpath).split(os.pathsep):
        inside_an_environment = Path(place).resolve().parent == ROOT / ".venv"
        if inside_an_environment or not Path(place).is_dir():
            continue
        for program in Path(place).iterdir():
            link = folder / program.name
            if program.name not in NODE and not os.path.lexists(link):
                link.symlink_to(program)
    assert shutil.which("node", path=str(folder)) is None
    return str(folder)


def is_of_the_machine(variable: str) -> bool:
    """Whether it tells how to reach the package registries, say; not what this project or its user has made here."""
    return variable not in FORGOTTEN and not variable.startswith("SPOKEDESK_")


def look(browser: Browser, clone: Path, environment: dict[str, str]) -> Seen:
    """Give the command, and look until a ticket can be seen; then end the server."""
    port = free_port()
    page = browser.new_page(viewport={"width": 1700, "height": 900}, locale="en-GB")
    page.set_default_timeout(PATIENCE_SECONDS * 1000)
    began = time.perf_counter()
    with (clone.parent / "log").open("wb") as log:
        process = subprocess.Popen(
            [INTERPRETER, "run.py", "serve", "--port", str(port)],
            cwd=clone,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        open_when_served(page, f"http://127.0.0.1:{port}/board", process, clone.parent / "log")
        answered = time.perf_counter() - began
        page.get_by_role("button", name="Enter the demo").click()
        page.locator("[data-card]").first.wait_for(state="visible")
        return Seen(answered, time.perf_counter() - began)
    finally:
        page.close()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(STOP_SECONDS)


def open_when_served(page: Page, url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask again and again, as somebody who reloads would."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            page.goto(url, wait_until="commit")
            return
        except PlaywrightError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"the server did not start: {log.read_text(errors='replace')}") from None
            time.sleep(POLL_SECONDS)


def run(console: Console) -> None:
    """Measure one cold start and a few warm ones, and draw them."""
    chromium = find_chromium()
    with tempfile.TemporaryDirectory(prefix="spokedesk-first-") as name, sync_playwright() as driver:
        folder = Path(name)
        clone, home = folder / "spokedesk", folder / "home"
        home.mkdir()
        subprocess.run(["git", "clone", "--quiet", "--no-local", str(ROOT), str(clone)], check=True)
        environment = {name: value for name, value in os.environ.items() if is_of_the_machine(name)}
        environment |= {"HOME": str(home), "PATH": programs_without_node(folder / "programs")}
        browser = driver.chromium.launch(
            executable_path=chromium.program, args=chromium.flags, env={**os.environ, **chromium.environment}
        )
        with console.status("cold: nothing is installed yet"):
            cold = look(browser, clone, environment)
        warm = []
        for number in range(WARM_ROUNDS):
            with console.status(f"warm: start {number + 1} of {WARM_ROUNDS}"):
                warm.append(look(browser, clone, environment))
        browser.close()
    draw(cold, warm, console)


def draw(cold: Seen, warm: list[Seen], console: Console) -> None:
    table = Table(title="Seconds since `python3 run.py serve` in a clean clone, empty home, no Node")
    for column in ("start", "the board's address answers", "first ticket visible"):
        table.add_column(column, justify="left" if column == "start" else "right")
    table.add_row("cold", f"{cold.answered:.1f}", f"{cold.visible:.1f}")
    for seen in warm:
        table.add_row("warm", f"{seen.answered:.2f}", f"{seen.visible:.2f}")
    console.print(table)
