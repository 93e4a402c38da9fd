"""A `spokedesk` command that ends by itself, whatever it ends with."""

from __future__ import annotations

import subprocess
import sys

from tests.support.server import environment


def spokedesk(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "spokedesk", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment())
