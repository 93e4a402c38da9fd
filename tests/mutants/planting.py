"""Planting one fault in a copy of the server and running the tests that have to notice it there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.faults import Fault

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
# a fault that does not even run turns everything red and proves nothing
BROKEN = re.compile(r"\b(?:NameError|AttributeError|ImportError|SyntaxError|TypeError): .*")
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)
# how far the model test goes when it hunts a planted fault
MODEL_STEPS = "3000"


class NotPlanted(Exception):
    """The text to be replaced is not there exactly once: the fault has to be written anew."""


@dataclass(frozen=True)
class Verdict:
    """What the tests said. `caught_by` is the first test that failed, None when all of them passed."""

    fault: Fault
    caught_by: str | None
    seconds: float
    output: str


def plant(fault: Fault, package: Path) -> None:
    """Put the fault into a copy of the package."""
    file = package / fault.file
    text = file.read_text("utf-8")
    count = text.count(fault.before)
    if count != 1:
        raise NotPlanted(f"{fault.name}: the text is there {count} times in {fault.file}: {fault.before!r}")
    file.write_text(text.replace(fault.before, fault.after), "utf-8")


def copy_package(folder: Path) -> Path:
    """The server's sources with their times, so that compiled files stay good."""
    source = ROOT / "src" / "spokedesk"
    return Path(shutil.copytree(source, folder / "spokedesk", copy_function=shutil.copy2))


def run_tests(folder: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Exit code and output of the tests, with the package of this folder in place of the real one."""
    env = {**os.environ, "PYTHONPATH": str(folder), "SPOKEDESK_MODEL_STEPS": MODEL_STEPS}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--tb=short", *tests]
    done = subprocess.run(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS
    )
    return done.returncode, done.stdout


def try_fault(fault: Fault) -> Verdict:
    """Plant, run, judge."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="spokedesk-fault-") as name:
        folder = Path(name)
        plant(fault, copy_package(folder))
        code, output = run_tests(folder, fault.tests)
    broken = BROKEN.search(output)
    if broken:
        raise NotPlanted(f"{fault.name}: the changed server does not run: {broken[0]}")
    failed = FAILED.search(output)
    # 1 is "tests failed"; everything else (nothing collected, a crash of pytest) is no catch
    caught_by = failed[1] if code == 1 and failed else None
    return Verdict(fault, caught_by, time.monotonic() - started, output)


def table(verdicts: Sequence[Verdict]) -> str:
    lines = [
        f"{verdict.seconds:6.1f} s  {verdict.fault.name:68}  {verdict.caught_by or 'SURVIVED'}" for verdict in verdicts
    ]
    survived = sum(verdict.caught_by is None for verdict in verdicts)
    return "\n".join([*lines, f"{len(verdicts) - survived} caught, {survived} survived"])
