"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def setting(*names: str, **attributes: Any) -> Decorator:
    """An option that the environment can give as well: `--allow-host` is SPOKEDESK_ALLOW_HOST there."""
    variable = "SPOKEDESK_" + names[0].partition("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def data_option(text: str) -> Decorator:
    """`--data`, the folder of the database."""
    folder = click.Path(path_type=Path, file_okay=False)
    return setting("--data", default=Path(".spokedesk"), show_default=True, type=folder, metavar="DIR", help=text)


def fidelity_option() -> Decorator:
    """`--fidelity`, the profile of an account that is made by this command."""
    text = "Profile of an account made now: what the guides say (default), or what recorded traffic shows."
    return setting("--fidelity", type=click.Choice(["documented", "observed"]), help=text)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
