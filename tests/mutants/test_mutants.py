"""The tests notice faults: each planted one has to turn them red."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutants.faults import FAULTS
from tests.mutants.planting import NotPlanted, copy_package, plant, run_tests, table, try_fault


def test_planted_faults_turn_their_tests_red(long_run: bool) -> None:
    verdicts = [try_fault(fault) for fault in FAULTS if long_run or fault.quick]
    print(table(verdicts))
    assert [verdict.fault.name for verdict in verdicts if verdict.caught_by is None] == []


def test_every_fault_can_still_be_planted(tmp_path: Path) -> None:
    for number, fault in enumerate(FAULTS):
        package = copy_package(tmp_path / str(number))
        plant(fault, package)
        changed = (package / fault.file).read_text("utf-8")
        compile(changed, fault.file, "exec")
        assert fault.tests


def test_names_of_faults_are_unique() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def test_a_fault_whose_text_is_gone_is_reported(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    with pytest.raises(NotPlanted, match="0 times"):
        plant(replace(FAULTS[0], before="a text that is nowhere"), package)


def test_a_fault_that_does_not_run_is_reported() -> None:
    with pytest.raises(NotPlanted, match="does not run"):
        try_fault(replace(FAULTS[1], after="if nobody_knows_this:"))


def test_the_copy_is_what_the_tests_run_and_without_a_fault_they_pass(tmp_path: Path) -> None:
    package = copy_package(tmp_path)
    code, output = run_tests(tmp_path, ["tests/api/test_auth.py"])
    assert code == 0, output
    (package / "api" / "service.py").write_text("raise RuntimeError('the copy')\n")
    code, output = run_tests(tmp_path, ["tests/api/test_auth.py"])
    assert code != 0
    assert "the copy" in output


def test_a_fault_that_changes_nothing_survives() -> None:
    harmless = replace(FAULTS[1], after=FAULTS[1].before)
    assert try_fault(harmless).caught_by is None
