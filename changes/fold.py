"""Folds the fragments of this folder into CHANGELOG.md; without a version it only shows what it would write."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

KINDS = ("added", "changed", "fixed")
FRAGMENT = re.compile(rf"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)\.(?P<kind>{'|'.join(KINDS)})\.md")
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
ELSE = {"README.md", "fold.py", "__pycache__"}


def find_fragments(folder: Path) -> dict[str, list[Path]]:
    """Fragments by kind, in the order of their names; ValueError for a file that is none."""
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in sorted(folder.iterdir()):
        match = FRAGMENT.fullmatch(path.name)
        if match:
            found[match["kind"]].append(path)
        elif path.name not in ELSE:
            raise ValueError(f"{path.name}: a fragment is called <slug>.<{'|'.join(KINDS)}>.md")
    return found


def render(title: str, fragments: dict[str, list[Path]]) -> str:
    """One section of the changelog; a fragment becomes one item, its further lines are indented under it."""
    parts = [f"## {title}"]
    for kind, paths in fragments.items():
        items = [item(path.read_text(encoding="utf-8")) for path in paths]
        if items:
            parts.append(f"### {kind.capitalize()}\n\n" + "\n".join(items))
    return "\n\n".join(parts) + "\n"


def item(text: str) -> str:
    if not text.strip():
        raise ValueError("a fragment is empty")
    return "- " + text.strip().replace("\n", "\n  ")


def insert(changelog: str, section: str) -> str:
    """The changelog with a section before the newest one."""
    head, mark, rest = changelog.partition("\n## ")
    return head.rstrip("\n") + "\n\n" + section + mark + rest


def fold(folder: Path, changelog: Path, version: str, today: str) -> None:
    """Write the section of a release and remove the fragments that are in it."""
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version}: a version looks like 0.2.0")
    fragments = find_fragments(folder)
    paths = [path for kind in fragments.values() for path in kind]
    if not paths:
        raise ValueError("there is no fragment to fold")
    text = insert(changelog.read_text(encoding="utf-8"), render(f"{version} ({today})", fragments))
    changelog.write_text(text, encoding="utf-8")
    for path in paths:
        path.unlink()


def main(arguments: Sequence[str]) -> None:
    folder = Path(__file__).resolve().parent
    if arguments:
        fold(folder, folder.parent / "CHANGELOG.md", arguments[0], f"{datetime.now(UTC):%Y-%m-%d}")
    else:
        print(render("Unreleased", find_fragments(folder)), end="")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except ValueError as problem:
        sys.exit(f"changelog: {problem}")
