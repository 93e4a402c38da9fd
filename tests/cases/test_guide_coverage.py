"""Every numbered requirement of the guides is shown by at least one case that passes."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from tests.cases.running import failures
from tests.support.cases import Case, load_cases

pytestmark = pytest.mark.xdist_group("cases")
TITLES: dict[str, str] = tomllib.loads((Path(__file__).parent / "guides.toml").read_text("utf-8"))["guides"]


def passing_cases(guide: str) -> list[Case]:
    return [
        case
        for case in load_cases().values()
        if guide in case.guide and not any(failures(case.id, profile) for profile in case.profiles)
    ]


def test_the_list_of_requirements_is_complete_and_in_order() -> None:
    assert list(TITLES) == [f"G{number}" for number in range(1, 49)]


def test_cases_name_only_listed_requirements() -> None:
    assert {guide for case in load_cases().values() for guide in case.guide} == set(TITLES)


def test_every_requirement_has_a_passing_case() -> None:
    counts = {guide: len(passing_cases(guide)) for guide in TITLES}
    for guide, count in counts.items():
        print(f"{guide:>4} {count:>3}  {TITLES[guide]}")
    assert [guide for guide, count in counts.items() if count == 0] == []


def test_every_requirement_is_named_by_a_chapter() -> None:
    """The chapters in tests/guides name the requirements that a test shows in its docstring."""
    named: set[str] = set()
    for path in (Path(__file__).parents[1] / "guides").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                named.update(re.findall(r"\bG[0-9]+\b", ast.get_docstring(node) or ""))
    assert named == set(TITLES)
