"""Where the settings of `spokedesk serve` come from, and what is refused before anything is opened."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result

from spokedesk.cli import serve
from spokedesk.settings import DEFAULT_PORT, Settings
from tests.cli.commands import spokedesk


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Settings, bool]]:
    """What would have been served, instead of serving it."""
    calls: list[tuple[Settings, bool]] = []
    monkeypatch.setattr(serve, "serve", lambda settings, as_json: calls.append((settings, as_json)))
    return calls


def served(started: list[tuple[Settings, bool]], *arguments: str | Path, **env: str) -> Settings:
    result = spokedesk("serve", *arguments, env=dict(env))
    assert result.exit_code == 0, result.output
    return started[-1][0]


def refused(*arguments: str | Path, **env: str) -> Result:
    """A usage error that ends in one sentence."""
    result = spokedesk("serve", *arguments, env=dict(env))
    assert result.exit_code == 2, result.output
    assert result.stderr.splitlines()[-1].startswith("Error: ")
    return result


def test_without_options_it_is_a_durable_desk_on_this_machine(started: list[tuple[Settings, bool]]) -> None:
    settings = served(started)
    assert settings == Settings()
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", DEFAULT_PORT, Path(".spokedesk"))
    assert DEFAULT_PORT == 8765
    assert not settings.in_memory
    assert not settings.has_demo_data
    assert settings.new_account_fidelity == "documented"


def test_every_flag_reaches_the_settings(started: list[tuple[Settings, bool]], tmp_path: Path) -> None:
    flags: list[str | Path] = [
        "--host",
        "0.0.0.0",
        "--port",
        "0",
        "--data",
        tmp_path,
        "--fidelity",
        "observed",
        "--demo",
    ]
    names = ["--allow-host", "a.test", "--allow-host", "b.test", "--set", "currency=EUR", "--set", "recycle_bin_days=7"]
    names += ["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "::1"]
    assert served(started, *flags, *names) == Settings(
        host="0.0.0.0",
        port=0,
        data=tmp_path,
        fidelity="observed",
        demo=True,
        allow_hosts=("a.test", "b.test"),
        trusted_proxies=("10.0.0.0/8", "::1"),
        account={"currency": "EUR", "recycle_bin_days": 7},
    )


def test_a_stand_in_is_in_memory_and_observed_without_demo_data(started: list[tuple[Settings, bool]]) -> None:
    settings = served(started, "--demo", "--stand-in")
    assert settings.in_memory
    assert not settings.has_demo_data
    assert settings.new_account_fidelity == "observed"
    assert served(started, "--stand-in", "--fidelity", "documented").new_account_fidelity == "documented"


def test_the_last_of_demo_and_no_demo_counts(started: list[tuple[Settings, bool]]) -> None:
    """`run.py serve --no-demo` is `spokedesk serve --demo --no-demo`."""
    assert served(started, "--demo", "--no-demo") == Settings()
    assert served(started, "--no-demo", "--demo") == Settings(demo=True)


def test_json_asks_for_the_line_for_programs(started: list[tuple[Settings, bool]]) -> None:
    served(started)
    served(started, "--json")
    assert [as_json for _, as_json in started] == [False, True]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("SPOKEDESK_HOST", "::1", Settings(host="::1")),
        ("SPOKEDESK_PORT", "9000", Settings(port=9000)),
        ("SPOKEDESK_DATA", "elsewhere", Settings(data=Path("elsewhere"))),
        ("SPOKEDESK_EPHEMERAL", "1", Settings(ephemeral=True)),
        ("SPOKEDESK_STAND_IN", "true", Settings(stand_in=True)),
        ("SPOKEDESK_FIDELITY", "observed", Settings(fidelity="observed")),
        ("SPOKEDESK_DEMO", "yes", Settings(demo=True)),
        ("SPOKEDESK_ALLOW_HOST", "a.test b.test", Settings(allow_hosts=("a.test", "b.test"))),
        ("SPOKEDESK_TRUSTED_PROXY", "127.0.0.1", Settings(trusted_proxies=("127.0.0.1",))),
        ("SPOKEDESK_TOKEN", "a-secret", Settings(token="a-secret")),
        ("SPOKEDESK_TOKEN", "", Settings()),
    ],
)
def test_the_environment_gives_a_setting(
    started: list[tuple[Settings, bool]], name: str, text: str, expected: Settings
) -> None:
    assert served(started, **{name: text}) == expected


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "spokedesk.toml"
    path.write_text(
        '[serve]\nhost = "::1"\nport = 7000\ndata = "from-file"\ndemo = true\nfidelity = "observed"\n'
        'allow-host = ["a.test"]\n\n[serve.set]\nrecycle_bin_days = 7\ncurrency = "EUR"\n'
    )
    return path


FROM_FILE = Settings(
    host="::1",
    port=7000,
    data=Path("from-file"),
    demo=True,
    fidelity="observed",
    allow_hosts=("a.test",),
    account={"recycle_bin_days": 7, "currency": "EUR"},
)


def test_a_file_gives_every_setting(started: list[tuple[Settings, bool]], config: Path) -> None:
    assert served(started, "--config", config) == FROM_FILE
    assert served(started, SPOKEDESK_CONFIG=str(config)) == FROM_FILE


def test_the_environment_wins_over_the_file_and_flags_over_both(
    started: list[tuple[Settings, bool]], config: Path
) -> None:
    assert served(started, "--config", config, SPOKEDESK_PORT="7001") == replace(FROM_FILE, port=7001)
    arguments = ["--port", "7002", "--no-demo", "--set", "currency=USD"]
    settings = served(started, *arguments, "--config", config, SPOKEDESK_PORT="7001", SPOKEDESK_DEMO="1")
    assert settings == replace(FROM_FILE, port=7002, demo=False, account={"currency": "USD"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[serve]\nprot = 1\n", "serve.prot is no setting"),
        ("port = 1\n", "port is no setting; there is one table, [serve]"),
        ("[serve]\nport = \n", "Invalid value"),
        ("[serve]\nport = 'many'\n", "'many' is not a valid integer"),
        ("[serve]\nport = 70000\n", "70000 is not in the range"),
        ("[serve]\nfidelity = 'exact'\n", "'exact' is not one of"),
        ("[serve.set]\nrecycle_bin_days = 'x'\n", "recycle_bin_days: expected int, got str"),
        ("\xff[serve]\n", "can't decode"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong_in_it(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "spokedesk.toml"
    path.write_bytes(text.encode("latin-1"))
    assert reason in refused("--config", path).stderr


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    assert "does not exist" in refused("--config", tmp_path / "none.toml").stderr


@pytest.mark.parametrize(
    ("pair", "reason"),
    [
        ("recycle_bin_days", "recycle_bin_days: write NAME=VALUE"),
        ("recycle_bin_day=7", "there is no account setting 'recycle_bin_day'. There are: accept_any_token, "),
        ("recycle_bin_days=soon", "recycle_bin_days: expected int, got str"),
        ("recycle_bin_days=-1", "recycle_bin_days: must not be negative"),
        ("merge_id_policy=both", "merge_id_policy: both is none of preserve_primary, new_id"),
        ("create_required=[1]", "create_required: expected object, got array"),
    ],
)
def test_an_account_setting_that_cannot_be_is_refused(pair: str, reason: str) -> None:
    assert reason in refused("--set", pair).stderr


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    assert "Invalid value for '--port'" in refused("--port", port).stderr


@pytest.mark.parametrize("text", ["proxy.example", "10.0.0.1/8", "*"])
def test_a_proxy_is_named_by_address_or_network(text: str) -> None:
    assert "Invalid value for '--trusted-proxy'" in refused("--trusted-proxy", text).stderr


@pytest.mark.parametrize("flag", ["--ephemeral", "--stand-in"])
def test_a_folder_for_an_account_in_memory_is_refused(
    started: list[tuple[Settings, bool]], flag: str, tmp_path: Path
) -> None:
    """Named on the command line, that is; a folder of the environment may be meant for other commands."""
    assert "Leave out one of the two" in refused(flag, "--data", tmp_path).stderr
    assert served(started, flag, SPOKEDESK_DATA=str(tmp_path)).in_memory


def test_rate_limits_have_a_flag_of_their_own(started: list[tuple[Settings, bool]]) -> None:
    assert served(started, "--rate-limits", "free").account == {"rate_limits": "free"}
    assert served(started, SPOKEDESK_RATE_LIMITS="static").account == {"rate_limits": "static"}
    settings = served(started, "--rate-limits", "on", "--set", "per_day=5", "--set", "rate_limits=on")
    assert settings.account == {"rate_limits": "on", "per_day": 5}
    assert "rate_limits" not in served(started).account


def test_two_presets_of_rate_limits_are_refused(started: list[tuple[Settings, bool]]) -> None:
    refused("--rate-limits", "unheard-of")
    assert "Leave out one" in refused("--rate-limits", "free", "--set", "rate_limits=on").stderr
    assert started == []
    assert served(started, "--set", "rate_limits=on", SPOKEDESK_RATE_LIMITS="free").account == {"rate_limits": "on"}
