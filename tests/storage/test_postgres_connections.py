"""Connections to PostgreSQL: several hosts, dead ones among them; their names, limits and listeners that come back."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from spokedesk.errors import StoreError
from spokedesk.storage import postgres_session
from spokedesk.storage.accounts import mark_definitions_changed
from spokedesk.storage.database import Transaction
from spokedesk.storage.postgres import PostgresDatabase
from spokedesk.storage.postgres_url import split_hosts
from tests.support.nodes import Node, ended, nodes
from tests.support.postgres import databases, end_connections, execute, fetch, free_port
from tests.support.stores import create_work, make_account, one_value, ticket

OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
def url() -> Iterator[str]:
    """An account in a database of its own."""
    made = databases().copy()
    database = PostgresDatabase(made)
    make_account(database)
    database.close()
    yield made
    databases().drop(made)


@pytest.fixture
def silent() -> Iterator[str]:
    """A host that takes connections and never says anything, as one does that hangs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def with_hosts(url: str, *hosts: str) -> str:
    """The same database with these hosts in front of its own."""
    head, _, rest = url.partition("@")
    own, _, name = rest.partition("/")
    return f"{head}@{','.join([*hosts, own])}/{name}"


def dead() -> str:
    return f"127.0.0.1:{free_port()}"


def wait_until(test: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not test():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_host_has_an_address_of_its_own() -> None:
    assert split_hosts("postgresql://me:p%40w@a,b:1,[::1]:2/d?sslmode=require") == [
        "postgresql://me:p%40w@a/d?sslmode=require",
        "postgresql://me:p%40w@b:1/d?sslmode=require",
        "postgresql://me:p%40w@[::1]:2/d?sslmode=require",
    ]
    assert split_hosts("postgresql:///d?host=/run/postgresql") == ["postgresql:///d?host=/run/postgresql"]


def test_a_dead_host_is_passed_over(url: str) -> None:
    with nodes(with_hosts(url, dead(), dead())) as (node,):
        node.write(create_work([ticket("one")]))
        assert node.read(one_value("SELECT COUNT(*) FROM record")) == 1
    assert fetch(url, "SELECT COUNT(*) FROM record") == [(1,)]


def test_a_silent_host_does_not_use_up_the_time_of_the_others(
    url: str, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_session, "CONNECT_SECONDS", 1.0)
    with nodes(with_hosts(url, silent)) as (node,):
        assert node.read(one_value("SELECT COUNT(*) FROM record")) == 0


def test_the_host_that_answered_last_is_asked_first(url: str, silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise every new connection would wait for a host that hangs."""
    monkeypatch.setattr(postgres_session, "CONNECT_SECONDS", 1.0)
    several = with_hosts(url, silent)
    PostgresDatabase(several).close()
    started = time.monotonic()
    monkeypatch.setattr(postgres_session, "CONNECT_SECONDS", 60.0)
    with nodes(several) as (node,):
        ended(node.submit_all("read", [one_value("SELECT 1")] * 50))
    assert time.monotonic() - started < 50


def test_a_server_that_only_reads_will_not_do(url: str) -> None:
    """A standby that was the primary a moment ago; here a database that has the setting by which it is told."""
    execute(url, f"ALTER DATABASE {url.rpartition('/')[2]} SET default_transaction_read_only = on")
    with pytest.raises(StoreError, match=r"Cannot open .*None of the hosts match"):
        PostgresDatabase(url)


def test_when_no_host_answers_the_first_failure_is_told_without_the_password() -> None:
    with pytest.raises(StoreError, match=r"Cannot open postgresql://me@127\.0\.0\.1:1,127\.0\.0\.1:2/x: ") as caught:
        PostgresDatabase("postgresql://me:secret@127.0.0.1:1,127.0.0.1:2/x")
    assert "secret" not in str(caught.value)


def test_a_wrong_password_is_not_tried_on_every_host(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    import asyncpg

    async def refusing(host: str, **_: Any) -> Any:
        tried.append(host)
        raise asyncpg.InvalidPasswordError("password authentication failed")

    monkeypatch.setattr(asyncpg, "connect", refusing)
    with pytest.raises(StoreError, match="password authentication failed"):
        PostgresDatabase(with_hosts(url, dead()))
    assert len(tried) == 1


def test_connections_have_a_name_and_limits_on_the_server(url: str) -> None:
    with nodes(url) as (node,):
        ended(node.submit_all("read", [one_value("SELECT 1")] * 10))
        node.write(create_work([ticket("x")]))
        names = fetch(
            url,
            f"SELECT DISTINCT application_name {OTHERS} AND backend_type = 'client backend'",
        )
        limits = node.read(one_value("SELECT current_setting('statement_timeout')"))
        resting = node.read(one_value("SELECT current_setting('idle_in_transaction_session_timeout')"))
    assert names == [("spokedesk",)]
    assert (limits, resting) == ("5s", "15s")


def test_settings_in_the_url_reach_the_server(url: str) -> None:
    with nodes(f"{url}?synchronous_commit=remote_apply") as (node,):
        assert node.read(one_value("SELECT current_setting('synchronous_commit')")) == "remote_apply"


def test_the_kernel_gives_up_a_host_that_vanished(url: str) -> None:
    with nodes(url) as (node,):
        node.read(one_value("SELECT 1"))
        (connection, *_) = node.database.reading.free
        wire = connection._transport.get_extra_info("socket")
        silence = wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
        assert (silence, wire.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)) == (10_000, 1)


async def state(tx: Transaction) -> tuple[int, int]:
    return await tx.state()


def is_remembered(node: Node) -> bool:
    return node.read(state) == node.read(state)


def test_a_listener_that_was_cut_off_listens_again(url: str) -> None:
    """In between nothing is remembered; afterwards the node hears of others as before."""
    with nodes(url, 2) as (first, second):
        for _ in range(3):
            wait_until(lambda: is_remembered(first))
            end_connections(url)
            wait_until(lambda: first.database.news.heard_at == float("-inf") or first.database.news.changes > 1)
            wait_until(lambda: is_remembered(first))
            before = first.read(state)
            second.write(mark_definitions_changed)
            wait_until(lambda before=before: first.read(state) != before)  # type: ignore[misc]
