"""`run.py`: readable by very old Pythons, standard library only, and what its commands become."""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.architecture.sources import ROOT

SCRIPT = ROOT / "run.py"
LINES = 330
TOO_NEW = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef, ast.Starred, ast.Match, ast.Nonlocal)
EXECUTED = list[str]


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def executed(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> EXECUTED:
    """Receives the level and the command that run.py would have become."""
    command: EXECUTED = []
    monkeypatch.setattr(script, "become", lambda level, args: command.extend([level, *args]))
    monkeypatch.chdir(ROOT)
    return command


def too_new(text: str) -> list[str]:
    """Syntax that Python 2.7 or 3.4 would stumble over before it could say which version is needed."""
    found = [type(node).__name__ for node in ast.walk(ast.parse(text)) if isinstance(node, TOO_NEW)]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs or node.args.posonlyargs):
            found.append(f"signature of {node.name}")
        if isinstance(node, ast.arg) and node.annotation:
            found.append(f"annotation of {node.arg}")
        if isinstance(node, ast.Raise) and node.cause:
            found.append("raise ... from")
    return found


def test_old_pythons_can_parse_it() -> None:
    assert too_new(SCRIPT.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["f'{1}'", "def f(a: int): ...", "x: int = 1", "def f(*, a): ...", "[*a]", "(a := 1)"])
def test_newer_syntax_is_found(text: str) -> None:
    assert too_new(text) != []


def test_it_is_small_and_needs_only_the_standard_library() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    names = {alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names}
    assert len(text.splitlines()) <= LINES
    assert names <= set(sys.stdlib_module_names)


def test_an_older_python_is_told_what_is_needed(
    script: ModuleType, executed: EXECUTED, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script.sys, "version_info", (3, 10, 4))
    with pytest.raises(script.Failed, match=r"needs Python 3\.11 or newer, this is 3\.10"):
        script.main(["serve"])
    assert executed == []


def test_without_a_command_it_lists_every_command() -> None:
    output = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=True).stdout
    listed = [line.split()[0] for line in output.splitlines() if line.startswith("  ")]
    assert listed == ["serve", "test", "run", "webui", "bench", "check", "format", "lock", "changelog"]


def test_an_unknown_command_is_refused() -> None:
    assert subprocess.run([sys.executable, SCRIPT, "destroy"], capture_output=True, check=False).returncode == 2


def test_serve_keeps_demo_data_in_the_checkout(script: ModuleType, executed: EXECUTED) -> None:
    script.main(["serve", "--port", "9"])
    assert executed == ["run", "spokedesk", "serve", "--demo", "--data", ".spokedesk", "--port", "9"]


@pytest.mark.parametrize("place", [["--data", "else"], ["--data=else"], ["--ephemeral"], ["--stand-in"]])
def test_serve_leaves_another_place_for_data_alone(script: ModuleType, executed: EXECUTED, place: list[str]) -> None:
    script.main(["serve", *place])
    assert executed == ["run", "spokedesk", "serve", "--demo", *place]


@pytest.mark.parametrize("args", [[], ["--long"], ["--lane", "fast"], ["--lane", "model", "--long"]])
def test_test_without_a_selection_runs_the_lanes(script: ModuleType, executed: EXECUTED, args: list[str]) -> None:
    script.main(["test", *args])
    assert executed == ["test", "python", "tests/run_lanes.py", *args]


@pytest.mark.parametrize("args", [["tests/crm", "-k", "foo"], ["--long", "tests/durability"]])
def test_test_with_a_selection_is_pytest(script: ModuleType, executed: EXECUTED, args: list[str]) -> None:
    script.main(["test", *args])
    assert executed == ["test", "python", "-m", "pytest", *args]


def test_a_failed_step_shows_its_output_without_addresses(script: ModuleType) -> None:
    said = "cannot reach `https://user:secret@packages.example/simple`, Pool(host='packages.example', port=443)"
    with pytest.raises(script.Failed) as failed:
        script.step("packages", [sys.executable, "-c", f"print({said!r}); exit(1)"])
    assert "cannot reach `<address>`, Pool(host=<address>, port=443)" in str(failed.value)


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_a_home_that_cannot_be_written_moves_the_cache(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    monkeypatch.setattr(script, "TOOLS", str(tmp_path))
    monkeypatch.setenv("HOME", home)
    for name in ("UV_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    environment = script.tool_environment()
    assert environment["UV_CACHE_DIR"] == os.path.join(tmp_path, "cache")
    assert environment["UV_PYTHON_DOWNLOADS"] == "never"


@pytest.fixture
def installed(script: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A checkout whose environment has just been completed for `serve`."""
    monkeypatch.setattr(script, "ROOT", str(tmp_path))
    monkeypatch.setattr(script, "STAMP", str(tmp_path / "stamp"))
    monkeypatch.setattr(script, "PYTHON", sys.executable)
    (tmp_path / "locks").mkdir()
    for name in ("pyproject.toml", "locks/run.txt", "locks/build.txt"):
        (tmp_path / name).write_text("as it was")
    assert not script.ready("run")
    script.write(script.STAMP, script.wanted_stamp("run"))
    assert script.ready("run")
    return tmp_path


@pytest.mark.parametrize("name", ["pyproject.toml", "locks/run.txt", "locks/build.txt"])
def test_a_changed_lock_or_project_makes_the_environment_stale(script: ModuleType, installed: Path, name: str) -> None:
    (installed / name).write_text("one package newer")
    assert not script.ready("run")


def test_another_interpreter_makes_the_environment_stale(
    script: ModuleType, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "base_python", lambda: "/opt/another/python3")
    assert not script.ready("run")


@pytest.mark.parametrize(("given", "kept"), [(None, str(ROOT / ".tools" / "bytecode")), ("/elsewhere", "/elsewhere")])
def test_a_command_keeps_compiled_modules_also_where_none_are_wanted_in_between(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, given: str | None, kept: str
) -> None:
    monkeypatch.setattr(script, "install", lambda level: None)
    monkeypatch.setattr(script.os, "execv", lambda program, command: None)
    monkeypatch.setattr(script.os, "environ", dict(os.environ, PYTHONDONTWRITEBYTECODE="1"))
    script.os.environ.pop("PYTHONPYCACHEPREFIX", None)
    script.os.environ.update({} if given is None else {"PYTHONPYCACHEPREFIX": given})
    script.become("run", ["python", "-V"])
    assert "PYTHONDONTWRITEBYTECODE" not in script.os.environ
    assert script.os.environ["PYTHONPYCACHEPREFIX"] == kept
