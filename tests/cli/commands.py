"""Running commands of the command line inside the test process."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from spokedesk.cli import group
from spokedesk.storage.folder import FILE_NAME


def spokedesk(*arguments: str | Path, env: dict[str, str | None] | None = None) -> Result:
    """One command with the environment's own settings taken away; an error that `main` prints is the `exception`."""
    cleared = {"SPOKEDESK_DATA": None, "SPOKEDESK_TOKEN": None, "SPOKEDESK_PORT": None, "SPOKEDESK_CONFIG": None}
    return CliRunner().invoke(group, [str(item) for item in arguments], env={**cleared, **(env or {})})


def stored_bytes(folder: Path) -> bytes:
    """Everything that a database folder holds."""
    assert (folder / FILE_NAME).exists()
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
