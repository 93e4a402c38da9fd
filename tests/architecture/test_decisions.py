"""The decision records: complete, short, listed, and each held by something that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "Alternatives", "Held by"]
LINES = 60


def held_by(text: str) -> list[str]:
    """The test files that a record names as its guards."""
    return re.findall(r"`(tests/[a-z_/]+\.py)`", text.partition("## Held by")[2])


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_has_every_part_and_fits_on_a_screen(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    assert text.startswith(f"# {record.stem[:4]} ")
    assert len(text.splitlines()) <= LINES


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_is_held_by_tests_that_exist(record: Path) -> None:
    named = held_by(record.read_text(encoding="utf-8"))
    assert named != []
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_decision_is_listed_once() -> None:
    listed = re.findall(r"\]\((.+?\.md)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert listed == [record.name for record in RECORDS]
