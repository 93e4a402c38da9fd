"""Writes what is derived from the code: docs/reference/cli.md, docs/reference/settings.md, docs/assets/*.svg,
webui/src/api/schema.ts.

`python3 run.py run python docs/generate.py`; a test compares the pages with the code.
"""

from __future__ import annotations

import inspect
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import click

from spokedesk.api.auth import DEMO_TOKEN
from spokedesk.api.stores import FIRST_ACCOUNT
from spokedesk.cli import group
from spokedesk.cli.welcome import Facts, greeting
from spokedesk.crm.account import AccountSettings
from spokedesk.settings import Settings

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))  # it is also run as a script

from docs.typescript import schema_module  # noqa: E402

NOTICE = "<!-- made by docs/generate.py from the code; change it there -->\n"

SETTINGS = {
    "accept_any_token": "Every non-empty token is accepted, with all scopes. A stand-in turns it on.",
    "check_owner_ids": "An owner property takes only ids of owners that exist.",
    "merge_id_policy": "Which id the survivor of a merge has: its own (`preserve_primary`) or a new one (`new_id`).",
    "first_company_is_primary": "The first company that a record is linked to becomes its primary one by itself.",
    "require_closed_stage": "A ticket pipeline must keep a closed stage. Paths of 2026-09 enforce it in any case.",
    "search_index_delay_ms": "Reserved: how long search lags behind writes. It has no effect yet, search never lags.",
    "recycle_bin_days": "How long archived records can be restored before they are erased. Demo accounts keep them.",
    "rate_limits": "A plan whose limits hold: `off`, `free`, `professional`, `enterprise`, `increased`, `on`; `static` "
    "sends the headers and refuses nothing. A stand-in has `static`.",
    "per_10_seconds": "Calls of one app in 10 seconds, in place of the plan's number.",
    "per_day": "Calls of the account in a day, in place of the plan's number.",
    "search_per_second": "Searches of the account in a second, in place of the plan's number.",
    "create_required": "Properties that a create must carry on 2026-09 paths, by object type: "
    '`{"tickets": ["content"]}`.',
    "time_zone": "What account details name as the time zone.",
    "currency": "What account details name as the company currency.",
    "initial_lifecycle_stage": "The lifecycle stage of contacts and companies that are created without one; none if "
    "it is empty. A stand-in has `lead`, which is how HubSpot's accounts begin.",
    "rotate_refresh_tokens": "Refreshing an OAuth token gives a new refresh token and ends the old one.",
}


def commands(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, each with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from commands(inner, (*path, name))


def cli_page() -> str:
    parts = [
        NOTICE,
        "# Command line\n",
        "In a checkout, put `python3 run.py run` in front. `-h` or `--help` explains every command.\n",
        "Flags win over environment variables, these over the file of `--config`, that over the defaults. The file is",
        "TOML with one table of the options' long names; account settings go into a table below it:\n",
        '```toml\n[serve]\nport = 9000\ndata = "/var/lib/spokedesk"\n\n[serve.set]\nrecycle_bin_days = 30\n```\n',
        "Exit status: 0 done, 1 refused as asked (no such token), 2 wrong usage, 3 the surroundings do not allow it",
        "(address taken, folder in use or not writable, newer schema). An error is one line on standard error: what,",
        "why, what to do.",
    ]
    for path, command in commands(group, ("spokedesk",)):
        parts.append(command_section(path, command))
    return "\n".join(parts) + "\n"


def command_section(path: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(path))
    usage = " ".join([*path, *command.collect_usage_pieces(context)])
    parts = [f"\n## {' '.join(path)}\n\n`{usage}`\n\n{inspect.cleandoc(command.help or '')}\n"]
    options = [item for item in command.params if isinstance(item, click.Option)]
    if options:
        parts.append("| option | default | environment | |\n|---|---|---|---|")
        parts.extend(option_row(option) for option in options)
    return "\n".join(parts)


def option_row(option: click.Option) -> str:
    names = " / ".join([*option.opts, *option.secondary_opts])
    if not option.is_flag and isinstance(option.type, click.Choice):
        names += f" {'|'.join(option.type.choices)}"
    elif not option.is_flag:
        names += f" {option.metavar or option.type.name.upper()}"
    default = f"`{option.default}`" if option.show_default else ""
    variable = f"`{option.envvar}`" if option.envvar else ""
    shown = names.replace("|", r"\|")
    return f"| `{shown}` | {default} | {variable} | {option.help} |"


def settings_page() -> str:
    parts = [
        NOTICE,
        "# Account settings\n",
        "What an account may choose beyond its profile ([decision 0008](../decisions/0008-fidelity-profiles.md)).",
        "They are given when the account is made, by `spokedesk serve --set NAME=VALUE` or in the `[serve.set]` table",
        "of the file of `--config`; a value is JSON, or else a text. An account that exists keeps its own, and `serve`",
        "says so.\n",
        "| setting | default | |",
        "|---|---|---|",
    ]
    for item in fields(AccountSettings):
        parts.append(f"| `{item.name}` | {default_text(item)} | {SETTINGS[item.name]} |")
    return "\n".join(parts) + "\n"


def default_text(item: Any) -> str:
    value = item.default if item.default is not MISSING else item.default_factory()
    if value is None:
        return "the plan's"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def welcome_picture() -> str:
    """The first screen of `python3 run.py serve` as an SVG."""
    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    settings = Settings(demo=True)
    facts = Facts("http://127.0.0.1:8765", DEMO_TOKEN, FIRST_ACCOUNT, ".spokedesk/spokedesk.db", "documented", 1)
    console = Console(file=io.StringIO(), record=True, width=110, force_terminal=True)
    console.print(Text("$ python3 run.py serve\n"), Text.from_ansi(greeting(facts, settings)), sep="\n")
    without_fonts = re.sub(r"@font-face \{\{.*?\}\}\n|<!--.*?-->", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    return console.export_svg(title="spokedesk serve", code_format=without_fonts.replace("Fira Code", "monospace"))


PAGES = {
    "reference/cli.md": cli_page,
    "reference/settings.md": settings_page,
    "assets/welcome.svg": welcome_picture,
    "../webui/src/api/schema.ts": schema_module,
}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")
