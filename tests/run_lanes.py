"""Runs every check and every test in lanes, each with a budget of seconds; beside each other where cores are free.

`python3 run.py test` starts this inside the project's environment. A lane fails when a check or test fails, when a test
is skipped (a skip hides something) or when it takes more than twice its budget; then it is ended.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    ("-m", "ruff", "check", "--quiet", "."),
    ("-m", "ruff", "format", "--check", "--quiet", "."),
    ("-m", "mypy"),
    ("-m", "webui.build", "--check"),
)
MISSING_FOLDER_IS_AN_ERROR = True
"""Off only while folders of LANES are still being written."""

PATIENCE = 2
"""A lane is ended and failed after this many times its budget."""

PATIENCE_LONG = 20
"""The same for `--long`, which multiplies rounds."""

MOST_CORES = 4
"""A container may be told of many more cores than it gets time on."""

STEP_SECONDS = 0.05
"""How often lanes are looked at."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One group of tests: folders for pytest, or else arguments for Python that check something; budget in seconds.

    A lane with `options` runs folders of others once more, in another way; one that is `only_long` with `--long` only,
    or when it is named.
    """

    name: str
    budget: int
    folders: tuple[str, ...] = ()
    workers: int = 0
    options: tuple[str, ...] = ()
    only_long: bool = False
    checks: tuple[tuple[str, ...], ...] = ()

    @property
    def cores(self) -> int:
        return max(1, self.workers)


ON_EVERY_DATABASE = ("tests/engine", "tests/api", "tests/cases", "tests/versions", "tests/oracle")
EVERYTHING_STORED = ("tests/storage", *ON_EVERY_DATABASE)
POOLED = ("--database", "postgres", "--pooler")
NEWEST_POSTGRES = ("--database", "postgres", "--postgres", "newest")
"""Otherwise the machine's own PostgreSQL is taken, which is often older than the one among the test dependencies."""

# Those with one process follow each other, the longest first: they run in pairs, and no core is left over for long.
LANES = (
    Lane(
        "fast",
        300,
        (
            "tests/architecture",
            "tests/crm",
            "tests/catalog",
            "tests/engine",
            "tests/api",
            "tests/versions",
            "tests/cases",
            "tests/ledger",
            "tests/cli",
            "tests/demo",
        ),
        workers=2,
    ),
    Lane("check", 60, checks=CHECKS),
    Lane("twins", 240, ("tests/model/test_twins.py",)),
    Lane("model", 240, ("tests/model/test_model.py",)),
    Lane("nodes", 180, ("tests/nodes",)),
    Lane("mutants", 180, ("tests/mutants",)),
    Lane("durability", 180, ("tests/durability",)),
    Lane("fuzz", 120, ("tests/fuzz",)),
    Lane("oracle", 60, ("tests/oracle",)),
    Lane("storage", 300, ("tests/storage",), workers=2),
    Lane(
        "disk",
        180,
        ("tests/engine", "tests/api", "tests/model/test_model.py"),
        workers=2,
        options=("--database", "file"),
    ),
    Lane("postgres", 300, ON_EVERY_DATABASE, workers=2, options=("--database", "postgres")),
    Lane("postgres-new", 420, EVERYTHING_STORED, workers=2, options=NEWEST_POSTGRES, only_long=True),
    Lane("pooler", 300, ("tests/storage", "tests/engine"), workers=2, options=POOLED, only_long=True),
    Lane("clients", 120, ("tests/clients", "tests/guides"), workers=2),
    Lane("browser", 600, ("tests/webui", "tests/browser"), workers=3),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many checks or tests of a lane ended in which way."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one lane; `ended` says why it was stopped, if it was."""

    lane: Lane
    count: Count
    seconds: float
    ended: str

    @property
    def good(self) -> bool:
        return not (self.count.failed or self.count.skipped or self.ended)


class Running:
    """A lane at work: its commands one after another, each in a process group of its own.

    What they print is kept until the lane has ended, so that lanes beside each other do not mix; a lane on its own
    (`loud`) prints at once.
    """

    def __init__(self, lane: Lane, extra: Sequence[str], patience: int, *, loud: bool = False) -> None:
        self.lane = lane
        self.scratch = tempfile.TemporaryDirectory(prefix="spokedesk-lane-")
        self.said = None if loud else Path(self.scratch.name, "said")
        self.report = Path(self.scratch.name, "report.xml")
        self.missing = [folder for folder in lane.folders if not (ROOT / folder).exists()]
        self.commands = commands_of(lane, extra, self.report, self.missing)
        self.codes: list[int] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.started = time.monotonic()
        self.deadline = self.started + patience * lane.budget

    def go_on(self) -> Outcome | None:
        """Start what is next; the outcome as soon as the lane is through or out of time. Never waits."""
        if self.process is not None:
            code = self.process.poll()
            if code is None:
                return self.end("TOO SLOW") if time.monotonic() > self.deadline else None
            self.codes.append(code)
            self.process = None
        if not self.commands:
            return self.end()
        with self.said.open("ab") if self.said else nullcontext() as output:
            self.process = subprocess.Popen(
                self.commands.pop(0), cwd=ROOT, start_new_session=True, stdout=output, stderr=output
            )
        return None

    def end(self, ended: str = "") -> Outcome:
        """Nothing of the lane goes on; what it printed is shown now. `ended` says why it had to end."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        outcome = Outcome(self.lane, self.count(ended), time.monotonic() - self.started, ended)
        self.show(f"=== {line(outcome)}")
        self.scratch.cleanup()
        return outcome

    def count(self, ended: str) -> Count:
        if ended:
            return Count(failed=1)
        if not self.lane.folders:
            return Count(passed=self.codes.count(0), failed=len(self.codes) - self.codes.count(0))
        absent = Count(failed=len(self.missing) if MISSING_FOLDER_IS_AN_ERROR else 0)
        return absent + read_report(self.report, self.codes[0]) if self.codes else absent

    def show(self, verdict: str) -> None:
        if self.said is not None:
            print(f"\n=== {self.lane.name} (budget {self.lane.budget} s)")
            print(self.said.read_text("utf-8", "replace") if self.said.exists() else "", end="")
        for folder in self.missing:
            print(f"{self.lane.name}: {folder} does not exist yet")
        print(verdict, flush=True)


def commands_of(lane: Lane, extra: Sequence[str], report: Path, missing: Sequence[str]) -> list[list[str]]:
    """What a lane runs: every check, also after one has failed; or pytest with the folders that exist."""
    if not lane.folders:
        return [[sys.executable, *check] for check in lane.checks]
    folders = [folder for folder in lane.folders if folder not in missing]
    workers = ["-n", str(lane.workers), "--dist", "loadgroup"] if lane.workers else []
    command = [sys.executable, "-m", "pytest", "-q", *workers, f"--junitxml={report}", *lane.options, *extra]
    return [[*command, *folders]] if folders else []


def cores() -> int:
    """How many lanes with one process may run at once; not more than MOST_CORES, whatever the machine claims to be."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_CORES)


def run(lanes: Sequence[Lane], extra: Sequence[str], patience: int, slots: int) -> list[Outcome]:
    """Run lanes beside each other as long as the cores that they need are free; outcomes in the order of `lanes`.

    The first one that fits is next. One that needs more cores than there are takes all. Whatever interrupts this ends
    every lane that is running.
    """
    waiting, running, outcomes = list(lanes), list[Running](), dict[str, Outcome]()

    def needed(lane: Lane) -> int:
        return min(lane.cores, slots)

    try:
        while waiting or running:
            free = slots - sum(needed(one.lane) for one in running)
            chosen = next((lane for lane in waiting if needed(lane) <= free), None)
            if chosen is not None:
                waiting.remove(chosen)
                beside = ", ".join(one.lane.name for one in running)
                print(f"--- {chosen.name} starts" + (f" beside {beside}" if beside else ""), flush=True)
                running.append(Running(chosen, extra, patience, loud=len(lanes) == 1))
            elif running:
                time.sleep(STEP_SECONDS)
            for one in list(running):
                outcome = one.go_on()
                if outcome is not None:
                    running.remove(one)
                    outcomes[one.lane.name] = outcome
    finally:
        for one in running:
            one.end("INTERRUPTED")
    return [outcomes[lane.name] for lane in lanes]


def read_report(report: Path, code: int) -> Count:
    """Counts of a JUnit file; an exit code that they do not explain is one more failure."""
    if not report.exists():
        return Count(failed=1)
    suites = ElementTree.parse(report).getroot().iter("testsuite")
    names = ("tests", "failures", "errors", "skipped")
    tests, failures, errors, skipped = (sum(column) for column in zip(*counts(suites, names), strict=True))
    failed = failures + errors
    return Count(tests - failed - skipped, failed or int(code != 0), skipped)


def counts(suites: Iterable[ElementTree.Element], names: Sequence[str]) -> list[list[int]]:
    return [[int(suite.get(name, 0)) for name in names] for suite in suites]


def line(outcome: Outcome) -> str:
    verdict = "ok" if outcome.good else outcome.ended or "FAILED"
    count = outcome.count
    times = f"{outcome.seconds:6.1f} / {outcome.lane.budget:4d} s"
    counted = f"{count.passed:5d} passed {count.failed:3d} failed {count.skipped:3d} skipped"
    return f"{outcome.lane.name:12} {times}  {counted}  {verdict}"


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="run.py test", description=__doc__)
    parser.add_argument("--lane", action="append", choices=[lane.name for lane in LANES], help="only this lane")
    parser.add_argument("--long", action="store_true", help="more rounds where a test knows how")
    return parser.parse_args(arguments)


def is_wanted(lane: Lane, options: argparse.Namespace) -> bool:
    return lane.name in options.lane if options.lane else options.long or not lane.only_long


def main(arguments: Sequence[str]) -> int:
    """Run the lanes asked for; 0 if all are good."""
    options = read_arguments(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    patience, extra = (PATIENCE_LONG, ["--long"]) if options.long else (PATIENCE, [])
    chosen = [lane for lane in LANES if is_wanted(lane, options)]
    started = time.monotonic()
    outcomes = run(chosen, extra, patience, cores())
    print()
    for outcome in outcomes:
        print(line(outcome))
    total = sum((outcome.count for outcome in outcomes), Count())
    seconds = time.monotonic() - started
    print(f"{total.passed} passed, {total.failed + total.skipped} failed in {seconds:.0f} s")
    return 0 if all(outcome.good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
