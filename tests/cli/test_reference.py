"""The documentation says what the code does: pages made from it are up to date, and every example still parses."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from docs import generate
from spokedesk.api.stores import account_settings
from spokedesk.cli import group
from spokedesk.cli.serve import config_defaults
from spokedesk.crm.account import AccountSettings

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("name", [name for name in generate.PAGES if name.endswith((".md", ".ts"))])
def test_a_generated_page_is_up_to_date(name: str) -> None:
    """If not: `python3 run.py run python docs/generate.py`."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generate.PAGES[name]()


def test_every_account_setting_is_explained() -> None:
    assert set(generate.SETTINGS) == {item.name for item in fields(AccountSettings)}


def test_the_picture_shows_the_welcome_and_loads_nothing() -> None:
    picture = (ROOT / "docs/assets/welcome.svg").read_text(encoding="utf-8")
    assert "pat-demo" in picture
    assert set(re.findall(r"https?://(?!127\.0\.0\.1)[^\"')\s<]+", picture)) == {"http://www.w3.org/2000/svg"}


def examples() -> list[tuple[str, str]]:
    """Every complete `spokedesk …` or `run.py serve …` in code of the pages, with its page."""
    found = []
    for page in PAGES:
        if page.name == "cli.md":
            continue
        text = page.read_text(encoding="utf-8")
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        code = [line for block in blocks for line in block.replace("\\\n", "").splitlines()]
        code += re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
        for line in code:
            match = re.match(r"(?:[A-Z_]+=\S+ )*(?:python3 run\.py (?:run )?)?(spokedesk .*|serve .*)", line.strip())
            if match and not re.search(r"\||…|ARGS|COMMAND|<", match[1].split("#")[0]):
                found.append((page.name, match[1]))
    return found


def test_there_are_examples() -> None:
    assert len(examples()) > 10


@pytest.mark.parametrize(("page", "line"), examples())
def test_an_example_is_a_command_with_options_that_exist(page: str, line: str) -> None:
    words = [word for word in shlex.split(line, comments=True) if word not in ("&", ">")]
    command: click.Command = group
    while words and isinstance(command, click.Group):
        word = words.pop(0)
        if word != "spokedesk":
            inner = command.get_command(click.Context(command), word)
            assert inner is not None, f"{page}: {line}"
            command = inner
    known = {name for item in command.params for name in (*item.opts, *item.secondary_opts)} | {"--help"}
    used = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert used <= known, f"{page}: {line}"


def test_the_files_of_the_examples_can_be_read() -> None:
    serve = group.get_command(click.Context(group), "serve")
    assert serve is not None
    tables = [table for page in PAGES for table in re.findall(r"```toml\n(.*?)```", page.read_text(), re.DOTALL)]
    assert tables
    for table in tables:
        config_defaults(tomllib.loads(table), serve)
        account_settings(tomllib.loads(table)["serve"].get("set", {}))
