"""The lanes of `run.py test`: nothing is left out, nothing hides."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests import run_lanes
from tests.architecture.sources import ROOT

JUNIT = (
    '<testsuites><testsuite tests="{tests}" failures="{failures}" errors="{errors}" skipped="{skipped}"/></testsuites>'
)


def write_report(folder: Path, **counts: int) -> Path:
    report = folder / "report.xml"
    report.write_text(JUNIT.format(**{"tests": 0, "failures": 0, "errors": 0, "skipped": 0, **counts}))
    return report


def outcome(**counts: int) -> run_lanes.Outcome:
    return run_lanes.Outcome(run_lanes.LANES[0], run_lanes.Count(**counts), 1.0, ended=False)


def test_every_folder_with_tests_is_in_exactly_one_lane() -> None:
    folders = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    listed = [folder for lane in run_lanes.LANES if not lane.options for folder in lane.folders]
    assert len(listed) == len(set(listed))
    assert {folder for folder in folders if not any(f"{folder}/".startswith(f"{name}/") for name in listed)} == set()


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = write_report(tmp_path, tests=10, failures=1, errors=2, skipped=3)
    assert run_lanes.read_report(report, 1) == run_lanes.Count(passed=4, failed=3, skipped=3)


def test_a_bad_exit_that_no_test_explains_is_a_failure(tmp_path: Path) -> None:
    assert run_lanes.read_report(write_report(tmp_path, tests=4), 3) == run_lanes.Count(passed=4, failed=1)


def test_pytest_without_a_report_is_a_failure(tmp_path: Path) -> None:
    assert run_lanes.read_report(tmp_path / "none.xml", 0) == run_lanes.Count(failed=1)


def test_a_skipped_test_spoils_its_lane() -> None:
    assert outcome(passed=5).good
    assert not outcome(passed=5, skipped=1).good
    assert not outcome(passed=5, failed=1).good


def test_a_command_that_takes_too_long_is_ended_with_its_children() -> None:
    child = f"import subprocess, sys; subprocess.run([{sys.executable!r}, '-c', 'import time; time.sleep(60)'])"
    started = time.monotonic()
    with pytest.raises(run_lanes.OutOfTime):
        run_lanes.finish([sys.executable, "-c", child], started + 0.5)
    assert time.monotonic() - started < 10
