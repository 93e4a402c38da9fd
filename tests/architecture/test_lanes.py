"""The lanes of `run.py test`: nothing is left out, nothing hides."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    return run_lanes.Outcome(run_lanes.LANES[0], run_lanes.Count(**counts), 1.0, ended="")


def test_every_file_with_tests_is_in_exactly_one_lane() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    listed = [folder for lane in run_lanes.LANES if not lane.options for folder in lane.folders]
    lanes_of = {file: [name for name in listed if f"{file}/".startswith(f"{name}/")] for file in files}
    assert {file: lanes for file, lanes in lanes_of.items() if len(lanes) != 1} == {}


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


def lane(folder: Path, name: str, source: str, **options: Any) -> run_lanes.Lane:
    """A lane that runs a few lines; `HERE` in them is a folder that it shares with the others."""
    header = f"import pathlib, subprocess, sys, time\nHERE = pathlib.Path({str(folder)!r})\n"
    return replace(run_lanes.Lane(name, 60, checks=(("-c", header + source),)), **options)


MEETS = """
(HERE / "{name}").touch()
deadline = time.monotonic() + 20
while not (HERE / "{other}").exists():
    print("said by {name}", flush=True)
    time.sleep(0.02)
    assert time.monotonic() < deadline
print("{name} has met {other}")
sys.exit({code})
"""
HANGS = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
(HERE / "child-{name}.new").write_text(str(child.pid))
(HERE / "child-{name}.new").rename(HERE / "child-{name}")
child.wait()
"""


def is_alive(child: Path) -> bool:
    """A process that nobody has waited for yet is dead as well."""
    status = Path("/proc", child.read_text(), "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_lanes_run_beside_each_other_and_what_they_say_stays_together(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = lane(tmp_path, "first", MEETS.format(name="first", other="second", code=1))
    second = lane(tmp_path, "second", MEETS.format(name="second", other="first", code=0))
    outcomes = run_lanes.run([first, second], [], 1, slots=2)
    assert [(one.lane.name, one.good, one.count) for one in outcomes] == [
        ("first", False, run_lanes.Count(failed=1)),
        ("second", True, run_lanes.Count(passed=1)),
    ]
    parts = capfd.readouterr().out.split("\n=== ")
    (said,) = [part for part in parts if part.startswith("first (budget")]
    assert "first has met second" in said
    assert "said by second" not in said


def test_a_lane_waits_until_the_cores_that_it_needs_are_free(tmp_path: Path) -> None:
    seen = {
        "single": "not (HERE / 'double').exists()",
        "double": "(HERE / 'single').exists() and (HERE / 'other').exists()",
        "other": "not (HERE / 'double').exists()",
    }
    source = "assert {seen}\n(HERE / '{name}').touch()\ntime.sleep(0.3)\nassert {seen}\n"
    lanes = [lane(tmp_path, name, source.format(seen=seen[name], name=name)) for name in seen]
    lanes[1] = replace(lanes[1], workers=2)
    outcomes = run_lanes.run(lanes, [], 1, slots=2)
    assert [(one.lane.name, one.good) for one in outcomes] == [(name, True) for name in seen]


def test_a_lane_that_needs_more_cores_than_there_are_runs_all_the_same(tmp_path: Path) -> None:
    assert [one.good for one in run_lanes.run([lane(tmp_path, "large", "", workers=2)], [], 1, slots=1)] == [True]


def test_a_lane_that_takes_too_long_is_ended_with_its_children_and_its_neighbour_goes_on(tmp_path: Path) -> None:
    late = lane(tmp_path, "late", HANGS.format(name="late"), budget=3)
    outcomes = run_lanes.run([late, lane(tmp_path, "good", "time.sleep(4)")], [], 1, slots=2)
    assert [(one.ended, one.good) for one in outcomes] == [("TOO SLOW", False), ("", True)]
    assert outcomes[0].seconds < 4
    assert not is_alive(tmp_path / "child-late")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_every_lane_with_its_children(tmp_path: Path, number: int, code: int) -> None:
    lanes = [lane(tmp_path, name, HANGS.format(name=name)) for name in ("one", "two")]
    program = "import sys; from tests import run_lanes; from tests.run_lanes import Lane\n"
    program += f"run_lanes.LANES, run_lanes.cores = {tuple(lanes)!r}, lambda: 2\n"
    program += "sys.exit(run_lanes.main([]))"
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
    children = [tmp_path / f"child-{name}" for name in ("one", "two")]
    wait_for(lambda: all(child.exists() for child in children))
    assert all(is_alive(child) for child in children)
    process.send_signal(number)
    said = process.communicate(timeout=20)[0].decode()
    assert process.returncode == code
    assert said.count("INTERRUPTED") == 2
    wait_for(lambda: not any(is_alive(child) for child in children))


def test_the_table_and_the_exit_code_say_whether_all_were_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = lane(tmp_path, "good", "", budget=50)
    bad = lane(tmp_path, "bad", "assert False", budget=40)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for lanes, code in (((good,), 0), ((good, bad), 1)):
        monkeypatch.setattr(run_lanes, "LANES", lanes)
        assert run_lanes.main([]) == code
    rows = capsys.readouterr().out.splitlines()[-3:]
    assert re.fullmatch(r"good +[\d.]+ / +50 s +1 passed +0 failed +0 skipped  ok", rows[0])
    assert re.fullmatch(r"bad +[\d.]+ / +40 s +0 passed +1 failed +0 skipped  FAILED", rows[1])
    assert re.fullmatch(r"1 passed, 1 failed in \d+ s", rows[2])


def test_a_lane_of_tests_runs_pytest_over_its_folders_and_counts(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text("def test_one():\n    pass\ndef test_two():\n    assert False\n")
    (outcome,) = run_lanes.run([run_lanes.Lane("two", 60, (str(tmp_path), "tests/nowhere"))], [], 1, slots=1)
    assert outcome.count == run_lanes.Count(passed=1, failed=2)
