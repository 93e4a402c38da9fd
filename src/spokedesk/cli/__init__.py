"""The command line: one module per command, loaded only when it is called.

Exit status: 0 done, 1 refused as asked, 2 wrong usage, 3 the surroundings do not allow it (folder, file, address).
"""

from __future__ import annotations

from importlib import import_module

import click

from spokedesk import __version__
from spokedesk.errors import StoreError, Unavailable

COMMANDS = {
    "serve": "Serve an account over HTTP.",
    "token": "Create, list and revoke access tokens.",
    "user": "Add, list and disable people who sign in.",
    "app": "Create, list, change and revoke OAuth apps.",
    "seed": "Fill an empty database with a demo account of any size.",
    "copy": "Copy everything of all accounts to another database.",
}
EXIT_ENVIRONMENT = 3


class LazyGroup(click.Group):
    """Commands by name, each imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"spokedesk.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="First steps: 'spokedesk serve --demo', then 'spokedesk COMMAND --help'.",
)
@click.version_option(__version__, "-V", "--version", prog_name="spokedesk")
@click.pass_context
def group(ctx: click.Context) -> None:
    """A self-hosted ticket server that speaks the HubSpot CRM API."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main() -> None:
    """Run the command line; surroundings that do not fit end with one clear line and status 3."""
    try:
        group(prog_name="spokedesk")
    except (StoreError, Unavailable, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(EXIT_ENVIRONMENT) from None
