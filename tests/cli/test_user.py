"""`spokedesk user`: people who sign in, made at the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.commands import spokedesk

URL = "https://desk.example.com/"


def add(folder: Path, email: str, *options: str) -> dict[str, str]:
    done = spokedesk("user", "add", email, "--data", str(folder), "--url", URL, "--json", *options)
    assert done.exit_code == 0, done.output
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_adding_a_user_shows_a_link_once(tmp_path: Path) -> None:
    made = add(tmp_path, "ada@example.com", "--role", "admin", "--first-name", "Ada")
    assert made["link"].startswith("https://desk.example.com/sign-in#link=10000001.")
    assert (made["role"], made["state"], made["first_name"]) == ("admin", "invited", "Ada")
    listed = spokedesk("user", "list", "--data", str(tmp_path), "--json")
    assert [user["email"] for user in json.loads(listed.stdout)] == ["ada@example.com"]
    assert "link" not in listed.stdout
    shown = spokedesk("user", "list", "--data", str(tmp_path)).stdout
    assert "ada@example.com" in shown
    assert "never" in shown


def test_a_new_link_is_another_one(tmp_path: Path) -> None:
    made = add(tmp_path, "ada@example.com")
    again = spokedesk("user", "link", "ADA@example.com", "--data", str(tmp_path))
    assert again.exit_code == 0
    assert "http://127.0.0.1:8765/sign-in#link=" in again.stdout
    assert made["link"].rpartition("=")[2] not in again.stdout


def test_disabling_shows_in_the_list(tmp_path: Path) -> None:
    add(tmp_path, "ada@example.com")
    assert spokedesk("user", "disable", "ada@example.com", "--data", str(tmp_path)).exit_code == 0
    assert json.loads(spokedesk("user", "list", "--data", str(tmp_path), "--json").stdout)[0]["state"] == "disabled"
    assert spokedesk("user", "link", "ada@example.com", "--data", str(tmp_path)).exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "no-address"), "Email address is invalid"),
        (("add", "ada@example.com"), "exists already"),
        (("link", "nobody@example.com"), "no user nobody@example.com"),
        (("disable", "nobody@example.com"), "no user nobody@example.com"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, str], says: str) -> None:
    add(tmp_path, "ada@example.com")
    done = spokedesk("user", *arguments, "--data", str(tmp_path))
    assert done.exit_code == 1
    assert says in done.output
    assert "Traceback" not in done.output
