"""Accounts that were made before contacts and companies had a lifecycle get it, for their records as well."""

from __future__ import annotations

import apsw
import pytest

from spokedesk.storage.dialect import SQLITE
from spokedesk.storage.migrate import Migrations

OLD_RECORDS = [
    (1, "0-1", '{"lifecyclestage":"lead"}'),
    (2, "0-1", '{"email":"a@example.com"}'),
    (3, "0-2", '{"lifecyclestage":""}'),
    (4, "0-2", '{"lifecyclestage":"other"}'),
]
LIFECYCLES = next(number for number, text in Migrations(SQLITE).texts.items() if "lifecycle-pipeline" in text)


@pytest.fixture
def connection() -> apsw.Connection:
    """A database as it was before."""
    connection = apsw.Connection(":memory:")
    earlier = Migrations(SQLITE)
    earlier.texts = {number: text for number, text in earlier.texts.items() if number < LIFECYCLES}
    earlier.apply(connection)
    connection.execute(
        "INSERT INTO account (account_id, name, fidelity, settings, definitions_revision, next_id, next_sequence,"
        " last_at, created_at) VALUES (7, 'Old', 'documented', '{}', 1, 1, 1, 1, 1)"
    )
    for record, kind, document in OLD_RECORDS:
        connection.execute(
            "INSERT INTO record (account_id, object_type, id, revision, properties, search_values, created_at,"
            " updated_at) VALUES (7, ?, ?, 1, ?, '{}', 1, 1)",
            (kind, record, document),
        )
    return connection


def test_old_accounts_get_the_pipelines_and_old_records_their_stage(connection: apsw.Connection) -> None:
    Migrations(SQLITE).apply(connection)
    ids = connection.execute("SELECT account_id, object_type, id FROM pipeline WHERE id LIKE '%lifecycle%' ORDER BY id")
    assert ids.fetchall() == [(7, "0-2", "companies-lifecycle-pipeline"), (7, "0-1", "contacts-lifecycle-pipeline")]
    stages = connection.execute("SELECT id, pipeline, stage FROM record ORDER BY id").fetchall()
    assert stages == [
        (1, "contacts-lifecycle-pipeline", "lead"),
        (2, None, None),
        (3, None, None),
        (4, "companies-lifecycle-pipeline", "other"),
    ]
