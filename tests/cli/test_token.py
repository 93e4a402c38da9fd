"""`spokedesk token`: made, shown once, listed without their text, revoked; alone and beside a running server."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2
import pytest

from spokedesk.engine.tokens import every_scope, hash_token
from spokedesk.errors import StoreError
from spokedesk.storage.folder import FILE_NAME
from tests.cli.commands import spokedesk, stored_bytes
from tests.support.threads import served

READ = "crm.objects.tickets.read"


def create(data: Path, *arguments: str) -> dict[str, object]:
    result = spokedesk("token", "create", "--data", data, "--json", *(arguments or ("--all-scopes",)))
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def listed(data: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(spokedesk("token", "list", "--data", data, "--json").stdout)
    return found


def test_a_token_is_shown_once_and_only_its_hash_is_stored(tmp_path: Path) -> None:
    token = str(create(tmp_path)["token"])
    assert token.startswith("pat-na1-")
    stored = stored_bytes(tmp_path)
    assert token.encode() not in stored
    assert hash_token(token).encode() in stored
    for arguments in (["list"], ["list", "--json"]):
        shown = spokedesk("token", *arguments, "--data", tmp_path).output
        assert token not in shown
        assert hash_token(token) not in shown
        assert token[-4:] in shown


def test_create_prints_the_token_alone_on_the_first_line(tmp_path: Path) -> None:
    result = spokedesk("token", "create", "--data", tmp_path, "--scope", READ, "--name", "reporting")
    first, _, rest = result.stdout.partition("\n")
    assert listed(tmp_path)[0]["hint"] == first[-4:]
    assert "this one time" in rest
    assert "number 1 of account 10000001" in rest


def test_a_new_folder_gets_an_account_and_says_so(tmp_path: Path) -> None:
    made = "Made a new, empty account in"
    assert made in spokedesk("token", "create", "--all-scopes", "--data", tmp_path / "new").stderr
    assert made not in spokedesk("token", "create", "--all-scopes", "--data", tmp_path / "new").stderr


def test_all_scopes_are_all_there_are(tmp_path: Path) -> None:
    assert set(create(tmp_path)["scopes"]) == every_scope()  # type: ignore[call-overload]


def test_scopes_are_granted_as_named_beside_the_one_of_every_token(tmp_path: Path) -> None:
    assert create(tmp_path, "--scope", READ, "--scope", "crm.objects.owners.read")["scopes"] == [
        "crm.objects.owners.read",
        READ,
        "oauth",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "A token needs scopes"),
        (("--scope", "crm.objects.ticket.read"), "Did you mean crm.objects.tickets.read?"),
        (("--scope", READ, "--scope", "everything"), "There is no scope everything."),
    ],
)
def test_a_scope_that_nobody_asks_for_is_refused_and_nothing_is_made(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    result = spokedesk("token", "create", "--data", tmp_path, *arguments)
    assert result.exit_code == 2
    assert reason in result.stderr
    assert not (tmp_path / FILE_NAME).exists()


def test_the_list_shows_number_end_state_time_name_and_scopes(tmp_path: Path) -> None:
    create(tmp_path, "--name", "everything", "--all-scopes")
    create(tmp_path, "--name", "reporting", "--scope", READ)
    assert spokedesk("token", "revoke", "1", "--data", tmp_path).exit_code == 0
    _, first, second = spokedesk("token", "list", "--data", tmp_path).stdout.splitlines()
    one, two = listed(tmp_path)
    assert first.split()[:4] == ["1", f"…{one['hint']}", "revoked", one["created_at"]]
    assert first.endswith(f"everything: {len(every_scope())} scopes")
    assert second.split()[:4] == ["2", f"…{two['hint']}", "active", two["created_at"]]
    assert second.endswith(f"reporting: {READ}, oauth")


def test_an_account_without_tokens_says_how_to_make_one(tmp_path: Path) -> None:
    create(tmp_path)
    with_none = tmp_path / "other"
    spokedesk("seed", "--size", "1", "--data", with_none)
    assert (
        f"spokedesk token create --all-scopes --data {with_none}"
        in spokedesk("token", "list", "--data", with_none).stdout
    )
    assert listed(with_none) == []


def test_a_revoked_token_has_the_time_of_its_end(tmp_path: Path) -> None:
    create(tmp_path)
    result = spokedesk("token", "revoke", "1", "--data", tmp_path, "--json")
    assert json.loads(result.stdout) == {"id": 1, "revoked": True}
    (row,) = listed(tmp_path)
    assert row["revoked_at"] is not None


@pytest.mark.parametrize("number", ["2", "0", "-1"])
def test_revoking_a_number_that_is_none_changes_nothing(tmp_path: Path, number: str) -> None:
    create(tmp_path)
    result = spokedesk("token", "revoke", "--data", tmp_path, "--", number)
    assert result.exit_code == 1
    assert f"There is no active token number {number}." in result.stderr
    assert listed(tmp_path)[0]["revoked_at"] is None


def test_a_token_can_be_revoked_once(tmp_path: Path) -> None:
    create(tmp_path)
    assert [spokedesk("token", "revoke", "1", "--data", tmp_path).exit_code for _ in range(2)] == [0, 1]


@pytest.mark.parametrize("arguments", [("list",), ("revoke", "1")])
def test_looking_makes_no_database(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = spokedesk("token", *arguments, "--data", tmp_path / "mistyped")
    assert isinstance(result.exception, StoreError)
    assert "holds no account. Name the place that your server uses with --data DIR or --database URL." in str(
        result.exception
    )
    assert not (tmp_path / "mistyped").exists()


def test_beside_a_running_server_a_token_counts_from_the_next_call_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with served(tmp_path) as running, httpx2.Client(base_url=running.url, trust_env=False) as client:

        def status(token: object, path: str = "/crm/v3/objects/tickets") -> int:
            return client.get(path, headers={"authorization": f"Bearer {token}"}).status_code

        assert status("pat-na1-nobody") == 401
        made = create(data, "--scope", READ)
        assert made["id"] == 2, "the first is the server's own"
        assert status(made["token"]) == 200
        assert status(made["token"], "/crm/v3/objects/contacts") == 403
        assert [row["id"] for row in listed(data)] == [1, 2]
        assert spokedesk("token", "revoke", "2", "--data", data).exit_code == 0
        assert status(made["token"]) == 401
        assert status(running.token) == 200
