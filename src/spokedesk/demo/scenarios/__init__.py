"""The words and facts of the demo story, as TOML files in this folder."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def read_toml(name: str) -> dict[str, Any]:
    """The content of ``<name>.toml``, read anew so that callers may keep what they get."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
