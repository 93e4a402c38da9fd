"""`spokedesk app`: making, listing and revoking OAuth apps, alone and beside a running server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from spokedesk.cli import group
from tests.support.assertions import PUBLIC_PEM
from tests.support.server import start_desk

REDIRECT = "https://app.example.com/cb"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["app", *arguments])


def create(data: Path, *arguments: str) -> Result:
    return run("create", "--data", str(data), "--name", "Shop", "--redirect-uri", REDIRECT, *arguments)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_an_app_is_made_and_its_secret_is_shown_once(data: Path) -> None:
    made = create(
        data, "--redirect-uri", "http://localhost:3000/cb", "--scope", "tickets", "--scope", "content", "--json"
    )
    assert made.exit_code == 0, made.output
    app = json.loads(made.stdout)
    assert app["redirect_uris"] == [REDIRECT, "http://localhost:3000/cb"]
    assert app["scopes"] == ["content", "tickets"]
    assert (app["name"], app["revoked_at"]) == ("Shop", None)
    assert app["client_id"] != app["client_secret"]
    for arguments in (("--json",), ()):
        listed = run("list", "--data", str(data), *arguments)
        assert app["client_id"] in listed.stdout
        assert app["client_secret"] not in listed.stdout
    assert app["client_secret"].encode() not in (data / "spokedesk.db").read_bytes()


def test_apps_have_numbers_of_their_own(data: Path) -> None:
    first, second = (json.loads(create(data, "--json").stdout) for _ in range(2))
    assert second["app_id"] == first["app_id"] + 1
    assert second["client_id"] != first["client_id"]


def test_people_are_shown_id_and_secret(data: Path) -> None:
    made = create(data)
    assert made.exit_code == 0
    assert "client id" in made.stdout
    assert "client secret" in made.stdout
    assert "this one time" in made.stdout


@pytest.mark.parametrize("uri", ["http://shop.example.com/cb", "shop.example.com", "https://a.example/#x"])
def test_an_address_that_could_lead_elsewhere_is_refused_with_a_reason(data: Path, uri: str) -> None:
    made = run("create", "--data", str(data), "--name", "Shop", "--redirect-uri", uri)
    assert made.exit_code == 2
    assert f"{uri} must" in " ".join(made.stderr.split())
    assert not data.exists()


def test_a_scope_that_cannot_be_one_is_refused(data: Path) -> None:
    assert create(data, "--scope", "tickets contacts").exit_code == 2


def test_an_app_is_revoked_once(data: Path) -> None:
    app = json.loads(create(data, "--json").stdout)
    number = str(app["app_id"])
    assert run("revoke", "--data", str(data), number).exit_code == 0
    again = run("revoke", "--data", str(data), number)
    assert again.exit_code == 1
    assert f"There is no active app number {number}" in again.stderr
    (listed,) = json.loads(run("list", "--data", str(data), "--json").stdout)
    assert listed["revoked_at"] is not None


def test_without_apps_the_list_says_how_to_make_one(data: Path) -> None:
    create(data)
    empty = data.parent / "other"
    CliRunner().invoke(group, ["token", "create", "--data", str(empty), "--all-scopes"])
    assert "spokedesk app create" in run("list", "--data", str(empty)).stdout


def test_a_running_server_knows_a_new_app_and_a_revoked_one_at_once(tmp_path: Path) -> None:
    server = start_desk(tmp_path)
    assert server.data is not None
    try:
        app = json.loads(create(server.data, "--scope", "tickets", "--json").stdout)
        form = {
            "grant_type": "client_credentials",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
        }
        with server.http() as http:
            token = http.post("/oauth/v3/token", data=form).json()["access_token"]
            headers = {"authorization": f"Bearer {token}"}
            assert http.get("/crm/v3/objects/tickets", headers=headers).status_code == 200
            assert run("revoke", "--data", str(server.data), str(app["app_id"]), "--json").exit_code == 0
            assert http.get("/crm/v3/objects/tickets", headers=headers).status_code == 401
            assert http.post("/oauth/v3/token", data=form).json()["status"] == "BAD_CLIENT_ID"
    finally:
        server.stop()


def test_an_app_may_have_a_key_to_prove_itself_with(data: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(PUBLIC_PEM)
    made = create(data, "--public-key", str(key), "--json")
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["has_public_key"] is True
    assert [app["has_public_key"] for app in json.loads(run("list", "--data", str(data), "--json").stdout)] == [True]


@pytest.mark.parametrize(
    "text",
    ["", "-----BEGIN PRIVATE KEY-----", '{"kty": "EC"}', "-----BEGIN PUBLIC KEY-----AA==-----END PUBLIC KEY-----"],
)
def test_a_file_that_is_no_public_key_is_refused(data: Path, tmp_path: Path, text: str) -> None:
    key = tmp_path / "key.pem"
    key.write_text(text)
    made = create(data, "--public-key", str(key))
    assert (made.exit_code, "key.pem: " in made.stderr) == (2, True)
    assert not data.exists()


def test_an_app_is_changed_by_its_number_and_keeps_what_is_not_named(data: Path) -> None:
    made = json.loads(create(data, "--scope", "tickets", "--scope", "content", "--json").stdout)
    del made["client_secret"]
    number = str(made["app_id"])

    def update(*arguments: str) -> dict[str, object]:
        done = run("update", number, "--data", str(data), *arguments, "--json")
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.stdout)
        assert json.loads(run("list", "--data", str(data), "--json").stdout) == [found]
        return found

    assert update("--name", " Till ") == made | {"name": "Till"}
    assert update("--scope", "tickets") == made | {"name": "Till", "scopes": ["tickets"]}
    assert update("--any-scope")["scopes"] == []
    other = "http://localhost:3000/cb"
    assert update("--redirect-uri", other) == made | {"name": "Till", "scopes": [], "redirect_uris": [other]}
    said = run("update", number, "--data", str(data), "--name", "Shop")
    assert f"App {number}, Shop: every scope; {other}" in said.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--any-scope", "--scope", "tickets"), 2, "either --scope or --any-scope"),
        (("--name", " "), 2, "needs a name"),
        (("--redirect-uri", "http://shop.example.com/cb"), 2, "must begin with https://"),
        (("--scope", "no scope"), 2, "is not the name of a scope"),
    ],
)
def test_a_change_that_cannot_be_is_refused(data: Path, arguments: tuple[str, ...], code: int, message: str) -> None:
    made = json.loads(create(data, "--json").stdout)
    done = run("update", str(made["app_id"]), "--data", str(data), *arguments)
    assert (done.exit_code, message in " ".join(done.stderr.split())) == (code, True), done.stderr
    assert json.loads(run("list", "--data", str(data), "--json").stdout)[0]["name"] == "Shop"


def test_an_app_that_is_not_there_cannot_be_changed(data: Path) -> None:
    made = json.loads(create(data, "--json").stdout)
    run("revoke", str(made["app_id"]), "--data", str(data))
    for number in (str(made["app_id"]), "77"):
        done = run("update", number, "--data", str(data), "--name", "x")
        assert (done.exit_code, f"There is no active app number {number}" in done.stderr) == (1, True)
