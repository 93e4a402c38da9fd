"""The build hook: wheels, sdists and editable installations carry the built web interface."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent / "webui"))

import build as webui


class WebInterfaceHook(BuildHookInterface[Any]):
    """Builds it when it is not there or was made from other sources."""

    def dependencies(self) -> list[str]:
        """Node as a Python package, which is large, only where it will be used."""
        return [webui.NODE_PACKAGE] if webui.needs_node() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("SPOKEDESK_WEBUI") != "later":  # run.py builds it beside the installation
            webui.build()
