"""Runs every check and every test in lanes, one after another, each with a budget of seconds.

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
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
CHECKS = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
    ("webui.build", "--check"),
)
MISSING_FOLDER_IS_AN_ERROR = True
"""Off only while folders of LANES are still being written."""

PATIENCE = 2
"""A lane is ended and failed after this many times its budget."""

PATIENCE_LONG = 20
"""The same for `--long`, which multiplies rounds."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One group of tests: folders for pytest, or the checks if there are none; budget in seconds.

    A lane with `options` runs folders of others once more, in another way; one that is `only_long` with `--long` only,
    or when it is named.
    """

    name: str
    budget: int
    folders: tuple[str, ...] = ()
    workers: int = 0
    options: tuple[str, ...] = ()
    only_long: bool = False


ON_EVERY_DATABASE = ("tests/engine", "tests/api", "tests/cases", "tests/versions", "tests/oracle")
EVERYTHING_STORED = ("tests/storage", *ON_EVERY_DATABASE)
POOLED = ("--database", "postgres", "--pooler")
NEWEST_POSTGRES = ("--database", "postgres", "--postgres", "newest")
"""Otherwise the machine's own PostgreSQL is taken, which is often older than the one among the test dependencies."""

LANES = (
    Lane("check", 60),
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
    Lane("nodes", 180, ("tests/nodes",)),
    Lane("pooler", 300, ("tests/storage", "tests/engine"), workers=2, options=POOLED, only_long=True),
    Lane("clients", 120, ("tests/clients", "tests/guides"), workers=2),
    Lane("oracle", 60, ("tests/oracle",)),
    Lane("model", 240, ("tests/model",), workers=2),
    Lane("fuzz", 120, ("tests/fuzz",)),
    Lane("mutants", 180, ("tests/mutants",)),
    Lane("durability", 180, ("tests/durability",)),
    Lane("browser", 600, ("tests/webui", "tests/browser"), workers=2),
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
    """What became of one lane; `ended` is set when it was stopped for taking too long."""

    lane: Lane
    count: Count
    seconds: float
    ended: bool

    @property
    def good(self) -> bool:
        return not (self.count.failed or self.count.skipped or self.ended)


class OutOfTime(Exception):
    """A lane used up its patience."""


def finish(command: Sequence[str], deadline: float) -> int:
    """Run a command in a process group of its own until it ends; on any interruption the whole group ends with it."""
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        return process.wait(max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise OutOfTime from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def run_checks(deadline: float) -> Count:
    """Every check runs, also after one has failed."""
    codes = [finish([sys.executable, "-m", *check], deadline) for check in CHECKS]
    return Count(passed=codes.count(0), failed=len(codes) - codes.count(0))


def run_pytest(lane: Lane, extra: Sequence[str], deadline: float) -> Count:
    """The folders of a lane that exist, counted by pytest's report; without one it counts as failed."""
    missing = [folder for folder in lane.folders if not (ROOT / folder).exists()]
    for folder in missing:
        print(f"{lane.name}: {folder} does not exist yet", flush=True)
    failed = len(missing) if MISSING_FOLDER_IS_AN_ERROR else 0
    folders = [folder for folder in lane.folders if folder not in missing]
    if not folders:
        return Count(failed=failed)
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch, "report.xml")
        workers = ["-n", str(lane.workers)] if lane.workers else []
        command = [sys.executable, "-m", "pytest", "-q", *workers, f"--junitxml={report}"]
        command += [*lane.options, *extra, *folders]
        code = finish(command, deadline)
        return Count(failed=failed) + read_report(report, code)


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


def run_lane(lane: Lane, extra: Sequence[str], patience: int) -> Outcome:
    print(f"\n=== {lane.name} (budget {lane.budget} s)", flush=True)
    started = time.monotonic()
    deadline = started + patience * lane.budget
    ended = False
    try:
        count = run_pytest(lane, extra, deadline) if lane.folders else run_checks(deadline)
    except OutOfTime:
        count, ended = Count(failed=1), True
    outcome = Outcome(lane, count, time.monotonic() - started, ended)
    print(f"=== {line(outcome)}", flush=True)
    return outcome


def line(outcome: Outcome) -> str:
    verdict = "ok" if outcome.good else "TOO SLOW" if outcome.ended else "FAILED"
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    patience, extra = (PATIENCE_LONG, ["--long"]) if options.long else (PATIENCE, [])
    chosen = [lane for lane in LANES if is_wanted(lane, options)]
    outcomes = [run_lane(lane, extra, patience) for lane in chosen]
    print()
    for outcome in outcomes:
        print(line(outcome))
    total = sum((outcome.count for outcome in outcomes), Count())
    seconds = sum(outcome.seconds for outcome in outcomes)
    print(f"{total.passed} passed, {total.failed + total.skipped} failed in {seconds:.0f} s")
    return 0 if all(outcome.good for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
