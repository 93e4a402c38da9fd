"""Pipelines with their audit trail, on a real database."""

from __future__ import annotations

import pytest

from spokedesk.crm.history import Source
from spokedesk.crm.pipeline_rules import PipelineInput, StageInput
from spokedesk.engine import pipelines
from spokedesk.engine.context import Context
from spokedesk.engine.definitions import load_definitions
from spokedesk.engine.object_types import standard_type
from spokedesk.engine.pipelines import Demands
from spokedesk.storage import accounts
from spokedesk.storage import pipelines as tables
from spokedesk.storage.database import Transaction
from tests.support.api import Api
from tests.support.factories import insert_record

KIND = standard_type("tickets")
WANTED = PipelineInput("p", "Repairs", 1, (StageInput("s", "Fixed", 0), StageInput("t", "Taken in", 1)))


async def create(tx: Transaction, wanted: PipelineInput = WANTED) -> None:
    account = await accounts.find_account(tx)
    assert account is not None, "the account exists"
    context = Context(account, Source("CRM_UI", "userId:7", None, 7), tx.now)
    definitions = await load_definitions(tx, account, KIND)
    await pipelines.create_pipeline(tx, context, definitions, wanted, Demands())


def test_audit_entries_have_sequence_numbers_of_their_own_and_the_user() -> None:
    api = Api()
    _, first = api.write(lambda tx: accounts.take_numbers(tx, sequences=1))
    api.write(create)
    audits = api.read(lambda tx: tables.list_audits(tx, KIND.id, "p"))
    assert [(audit.sequence, audit.stage_id, audit.user_id) for audit in audits] == [
        (first + 3, "t", 7),
        (first + 2, "s", 7),
        (first + 1, None, 7),
    ]
    shown = api.get("/crm/v3/pipelines/tickets/p/audit").json["results"]
    assert [audit["fromUserId"] for audit in shown] == [7]


def test_pipeline_and_its_audit_are_written_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api()

    async def fail(tx: Transaction, object_type: str, audits: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(tables, "insert_audits", fail)
        with pytest.raises(RuntimeError):
            api.write(create)
    assert [item["id"] for item in api.get("/crm/v3/pipelines/tickets").json["results"]] == ["0"]
    api.write(create)


def test_refusal_to_delete_names_at_most_100_records() -> None:
    api = Api()
    for record_id in range(101, 203):
        insert_record(api, "tickets", record_id, {"hs_pipeline": "0", "hs_pipeline_stage": "1"})
    answer = api.delete("/crm/v3/pipelines/tickets/0/stages/1", validateReferencesBeforeDelete="true")
    (named,) = answer.json["context"]["objectIds"]
    assert named == f"[{', '.join(str(record_id) for record_id in range(101, 201))}]"


def test_pipelines_of_deals_and_tickets_stay_apart() -> None:
    api = Api()
    api.write(create)
    assert [item["id"] for item in api.get("/crm/v3/pipelines/deals").json["results"]] == ["default"]
