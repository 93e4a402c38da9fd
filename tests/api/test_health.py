"""Whether the server runs and can answer, for whoever watches it."""

from __future__ import annotations

import pytest

from tests.support.api import Api

pytestmark = pytest.mark.fidelity("own", source="own", of="health.*")


@pytest.mark.parametrize(
    ("path", "body"), [("/healthz", {"status": "ok"}), ("/readyz", {"status": "ready", "accounts": 1})]
)
def test_a_watcher_needs_no_token(path: str, body: dict[str, object]) -> None:
    answer = Api().call("GET", path, headers={})
    assert (answer.status, answer.json) == (200, body)
