"""The locks: complete, hashed, free of addresses, small at run time, explained in the decision on dependencies."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from tests.architecture.sources import ROOT

LOCKS = ("run", "test", "build", "node", "tools")
RUNTIME_PACKAGES = 20
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[0-9][0-9a-z.!+]*)(?: ; [^/\\:@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def lock_text(name: str) -> str:
    return (ROOT / "locks" / f"{name}.txt").read_text(encoding="utf-8")


def unlike_a_lock(text: str) -> list[str]:
    """Lines that are neither a pinned version nor a hash: an address, a path or an option would be one."""
    return [line for line in text.splitlines() if not (PIN.fullmatch(line) or HASH.fullmatch(line))]


def pins(text: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in map(PIN.fullmatch, text.splitlines()) if match}


def pins_without_hash(text: str) -> list[str]:
    lines = text.splitlines()
    followed = zip(lines, [*lines[1:], ""], strict=True)
    return [line for line, following in followed if not HASH.fullmatch(line) and not HASH.fullmatch(following)]


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


def direct_dependencies() -> set[str]:
    settings = project()
    groups = [settings["project"]["dependencies"], *settings["project"].get("optional-dependencies", {}).values()]
    groups += settings["dependency-groups"].values()
    return {name_of(requirement) for group in groups for requirement in group}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_nothing_but_pins_and_hashes(name: str) -> None:
    assert unlike_a_lock(lock_text(name)) == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    assert pins(lock_text(name)) != {}
    assert pins_without_hash(lock_text(name)) == []


def test_there_is_no_other_lock() -> None:
    assert {path.name for path in (ROOT / "locks").iterdir()} == {f"{name}.txt" for name in LOCKS}


def test_an_installation_is_small() -> None:
    assert len(pins(lock_text("run"))) + 1 <= RUNTIME_PACKAGES


def test_tests_run_on_the_packages_that_users_get() -> None:
    assert pins(lock_text("run")).items() <= pins(lock_text("test")).items()


def test_packages_for_building_agree_with_those_for_tests() -> None:
    build, test = pins(lock_text("build")), pins(lock_text("test"))
    assert {name: build[name] for name in build.keys() & test.keys()} == {
        name: test[name] for name in build.keys() & test.keys()
    }


def test_every_direct_dependency_is_locked() -> None:
    assert direct_dependencies() - {name for lock in LOCKS for name in pins(lock_text(lock))} == set()


def test_the_build_group_is_what_the_build_system_requires() -> None:
    assert project()["dependency-groups"]["build"] == project()["build-system"]["requires"]


def test_the_decision_on_dependencies_has_exactly_one_row_for_each() -> None:
    text = (ROOT / "docs" / "decisions" / "0009-dependencies.md").read_text(encoding="utf-8")
    assert sorted(ROW.findall(text)) == sorted(direct_dependencies())


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "# from packages.example",
        "click @ https://packages.example/click-8.whl",
        "./wheels/click-8-py3-none-any.whl",
        "click==8.5.1",
        "-e .",
    ],
)
def test_a_line_that_names_a_place_is_found(line: str) -> None:
    assert unlike_a_lock(line) == [line]


def test_a_pin_without_hash_is_found() -> None:
    text = f"click==8.5.1 \\\n    --hash=sha256:{'0' * 64}\nrich==15.0.0 \\\n"
    assert pins_without_hash(text) == ["rich==15.0.0 \\"]
