"""Tests of one group share a process: what is made once for all of them would be made by each process otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

GROUPED = """
import os, pytest

@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("number", range(6))
def test_where(number):
    with open("workers", "a") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], file=file)
"""


def test_one_process_runs_all_tests_of_a_group(tmp_path: Path) -> None:
    """A release of pytest has broken this without a word; the suite went on, three times as slow where it matters."""
    (tmp_path / "test_grouped.py").write_text(GROUPED, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    workers = (tmp_path / "workers").read_text("utf-8").split()
    assert len(workers) == 6
    assert len(set(workers)) == 1
