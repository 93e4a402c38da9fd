"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from spokedesk.storage.postgres_url import shown_url

POSTGRES_URLS = ("postgresql://", "postgres://")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def setting(*names: str, **attributes: Any) -> Decorator:
    """An option that the environment can give as well: `--allow-host` is SPOKEDESK_ALLOW_HOST there."""
    variable = "SPOKEDESK_" + names[0].partition("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, show_envvar=True, **attributes)


def data_option(text: str) -> Decorator:
    """`--data`, the folder of the database."""
    folder = click.Path(path_type=Path, file_okay=False)
    return setting("--data", default=Path(".spokedesk"), show_default=True, type=folder, metavar="DIR", help=text)


def database_option(**attributes: Any) -> Decorator:
    """`--database`, the server that many nodes share."""
    text = "PostgreSQL database to use in place of a folder: postgresql://USER@HOST/NAME."
    return setting("--database", metavar="URL", callback=checked_url, help=text, **attributes)


def checked_url(ctx: click.Context, parameter: click.Parameter, url: str | None) -> str | None:
    if url is not None and not url.startswith(POSTGRES_URLS):
        raise click.BadParameter("it begins with postgresql://", ctx, parameter)
    return url


@dataclass(frozen=True, slots=True)
class Place:
    """Where the data of a command is: a folder, or a PostgreSQL database instead."""

    folder: Path
    database: str | None = None

    def __str__(self) -> str:
        """The option that names it, without a password."""
        return f"--data {self.folder}" if self.database is None else "--database URL"

    @property
    def shown(self) -> str:
        return str(self.folder) if self.database is None else shown_url(self.database)


def place_option(text: str) -> Decorator:
    """`--data` and `--database`, for commands that take either; they come as one `place`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def placed(data: Path, database: str | None, **options: Any) -> Any:
            return function(place=Place(data, database), **options)

        return data_option(text)(database_option()(placed))

    return decorate


def fidelity_option() -> Decorator:
    """`--fidelity`, the profile of an account that is made by this command."""
    text = "Profile of an account made now: what the guides say (default), or what recorded traffic shows."
    return setting("--fidelity", type=click.Choice(["documented", "observed"]), help=text)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
