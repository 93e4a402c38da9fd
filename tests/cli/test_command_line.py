"""The command line as a whole: help, version, errors in one line, exit status."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from spokedesk import __version__, cli
from spokedesk.cli import COMMANDS, group, main
from spokedesk.errors import StoreError, Unavailable
from tests.cli.commands import spokedesk


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_alone_it_prints_help_that_names_every_command(arguments: tuple[str, ...]) -> None:
    result = spokedesk(*arguments)
    assert result.exit_code == 0
    assert "speaks the HubSpot CRM API" in result.output
    for name, text in COMMANDS.items():
        assert f"  {name}" in result.output
        assert text in result.output


def test_the_list_of_commands_says_what_each_says_of_itself() -> None:
    context = click.Context(group)
    for name, text in COMMANDS.items():
        command = group.get_command(context, name)
        assert command is not None
        assert command.short_help == text
        assert (command.help or "").startswith(text.rstrip("."))


def every_command(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = [(path, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            found.extend(every_command(inner, (*path, name)))
    return found


def test_every_command_and_option_has_help() -> None:
    commands = every_command(group)
    assert len(commands) > 6
    for path, command in commands:
        assert spokedesk(*path, "--help").exit_code == 0
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (path, parameter.name)


def test_an_unknown_command_is_wrong_usage() -> None:
    result = spokedesk("sevre")
    assert result.exit_code == 2
    assert "No such command 'sevre'" in result.stderr


def test_the_version_is_the_package_s() -> None:
    assert spokedesk("--version").output == f"spokedesk, version {__version__}\n"


@pytest.mark.parametrize(
    "error",
    [
        StoreError("DIR cannot be used: it is a file. Name a folder."),
        Unavailable("Nothing was written."),
        OSError(28, "No space left"),
    ],
)
def test_surroundings_that_do_not_fit_are_one_line_and_status_3(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(prog_name: str) -> None:
        raise error

    monkeypatch.setattr(cli, "group", fail)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    assert capsys.readouterr().err == f"Error: {error}\n"


def test_help_loads_neither_server_nor_rich() -> None:
    script = (
        "import sys\nfrom spokedesk.cli import group\ngroup(['--help'], standalone_mode=False)\n"
        "print(sorted({'uvicorn', 'rich', 'apsw', 'msgspec', 'spokedesk.api.server'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_serving_without_demo_data_loads_neither_the_story_nor_rich() -> None:
    script = (
        "import sys, spokedesk.cli.serve\n"
        "print(sorted({'rich', 'spokedesk.demo.telling', 'spokedesk.demo.grammar'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
