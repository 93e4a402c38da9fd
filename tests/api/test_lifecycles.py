"""The lifecycle of contacts and companies: one pipeline, its stages, and the way that records go through them."""

from __future__ import annotations

from typing import Any

import pytest

from spokedesk.crm.account import AccountSettings
from tests.support.api import Answer, Api
from tests.support.factories import insert_record

pytestmark = pytest.mark.fidelity("observed", source="recorded", of="pipelines.list_pipelines")

KINDS = ("contacts", "companies")
LABELS = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}


@pytest.fixture
def api() -> Api:
    return Api()


def pipeline(kind: str, tail: str = "") -> str:
    return f"/crm/v3/pipelines/{kind}/{kind}-lifecycle-pipeline{tail}"


def create(api: Api, kind: str, stage: str | None = None) -> str:
    name = {"contacts": "firstname", "companies": "name"}[kind]
    values = {name: "Ada"} | ({} if stage is None else {"lifecyclestage": stage})
    answer = api.post(f"/crm/v3/objects/{kind}", {"properties": values})
    assert answer.status == 201, answer.raw
    return str(answer.json["id"])


def move(api: Api, kind: str, record: str, stage: str) -> Answer:
    return api.patch(f"/crm/v3/objects/{kind}/{record}", {"properties": {"lifecyclestage": stage}})


def values(api: Api, kind: str, record: str, *names: str) -> dict[str, Any]:
    found = api.get(f"/crm/v3/objects/{kind}/{record}", properties=",".join(names)).json["properties"]
    return {name: found.get(name) for name in names}


@pytest.mark.parametrize("kind", KINDS)
def test_eight_stages_are_listed_in_every_version(api: Api, kind: str) -> None:
    (found,) = api.get(f"/crm/v3/pipelines/{kind}").json["results"]
    assert (found["id"], found["label"]) == (f"{kind}-lifecycle-pipeline", "Lifecycle Stage Pipeline")
    assert {stage["id"]: stage["label"] for stage in found["stages"]} == LABELS
    for version in ("2025-09", "2026-03", "2026-09"):
        assert api.get(f"/crm/pipelines/{version}/{kind}").json["results"] == [found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_with_a_stage_is_in_the_pipeline_and_remembers_when_it_came(api: Api, kind: str) -> None:
    record = create(api, kind, "lead")
    move(api, kind, record, "customer")
    names = ("hs_pipeline", "lifecyclestage", "hs_v2_date_entered_lead", "hs_v2_date_exited_lead")
    found = values(api, kind, record, *names, "hs_v2_date_entered_customer", "hs_date_entered_customer")
    assert found["hs_pipeline"] == f"{kind}-lifecycle-pipeline"
    assert found["lifecyclestage"] == "customer"
    assert found["hs_v2_date_entered_lead"] < found["hs_v2_date_exited_lead"] == found["hs_v2_date_entered_customer"]
    assert found["hs_date_entered_customer"] == found["hs_v2_date_entered_customer"]
    bare = create(api, kind)
    assert values(api, kind, bare, "hs_pipeline", "lifecyclestage") == {"hs_pipeline": None, "lifecyclestage": None}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.fidelity("documented", source="guide", of="records.update_record")
def test_a_record_goes_forward_only_and_back_by_way_of_no_stage(api: Api, kind: str) -> None:
    record = create(api, kind, "opportunity")
    back = move(api, kind, record, "lead")
    assert (back.status, back.json["properties"]["lifecyclestage"]) == (200, "opportunity")
    body = {"inputs": [{"id": record, "properties": {"lifecyclestage": "subscriber"}}]}
    assert api.post(f"/crm/v3/objects/{kind}/batch/update", body).status == 200
    assert values(api, kind, record, "lifecyclestage") == {"lifecyclestage": "opportunity"}
    assert move(api, kind, record, "").status == 200
    left = values(api, kind, record, "lifecyclestage", "hs_v2_date_exited_opportunity")
    assert left["lifecyclestage"] == ""
    assert left["hs_v2_date_exited_opportunity"]
    assert move(api, kind, record, "lead").json["properties"]["lifecyclestage"] == "lead"


@pytest.mark.parametrize("kind", KINDS)
def test_a_stage_that_does_not_exist_is_no_option(api: Api, kind: str) -> None:
    record = create(api, kind, "lead")
    refused = move(api, kind, record, "friend")
    (error,) = refused.json["errors"]
    assert (refused.status, error["code"]) == (400, "INVALID_OPTION")
    assert error["message"] == f"friend was not one of the allowed options: [{', '.join(LABELS)}]"
    properties = {"lifecyclestage": "lead", "hs_pipeline": "0"}
    assert api.post(f"/crm/v3/objects/{kind}", {"properties": properties}).status == 400


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.fidelity("documented", source="changelog", of=["pipelines.create_stage", "pipelines.erase_stage"])
def test_accounts_add_and_remove_stages_of_their_own(api: Api, kind: str) -> None:
    made = api.post(pipeline(kind, "/stages"), {"label": "Partner", "displayOrder": 8})
    assert (made.status, made.json["metadata"]) == (201, {})
    stage = made.json["id"]
    record = create(api, kind, stage)
    options = api.get(f"/crm/v3/properties/{kind}/lifecyclestage").json["options"]
    assert [option["value"] for option in options] == [*LABELS, stage]
    in_use = api.delete(pipeline(kind, f"/stages/{stage}"), validateReferencesBeforeDelete="true")
    assert (in_use.status, in_use.json["subCategory"]) == (400, "PipelineError.STAGE_ID_IN_USE")
    assert in_use.json["context"]["objectIds"] == [f"[{record}]"]
    assert api.delete(pipeline(kind, "/stages/subscriber"), validateReferencesBeforeDelete="true").status == 204
    assert api.patch(pipeline(kind, "/stages/other"), {"label": "Rest"}).json["label"] == "Rest"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.fidelity("inferred", source="inferred", of=["pipelines.create_pipeline", "pipelines.erase_pipeline"])
def test_there_is_one_lifecycle_and_it_cannot_go(api: Api, kind: str) -> None:
    body = {"label": "Second", "displayOrder": 1, "stages": [{"label": "A", "displayOrder": 0}]}
    for answer in (api.post(f"/crm/v3/pipelines/{kind}", body), api.delete(pipeline(kind))):
        assert (answer.status, answer.json["category"]) == (400, "VALIDATION_ERROR")
    assert len(api.get(f"/crm/v3/pipelines/{kind}").json["results"]) == 1


@pytest.mark.fidelity("documented", source="guide", of="pipelines.create_stage")
def test_a_lifecycle_has_at_most_thirty_stages(api: Api) -> None:
    for number in range(22):
        assert (
            api.post(pipeline("contacts", "/stages"), {"label": f"S{number}", "displayOrder": 9 + number}).status == 201
        )
    refused = api.post(pipeline("contacts", "/stages"), {"label": "Too many", "displayOrder": 99})
    assert (refused.status, refused.json["message"]) == (400, "A pipeline can have at most 30 stages")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.fidelity("observed", source="recorded", of="records.create_record")
def test_an_account_may_let_records_begin_in_a_stage(kind: str) -> None:
    api = Api(settings=AccountSettings(initial_lifecycle_stage="lead"))
    record = create(api, kind)
    found = values(api, kind, record, "hs_pipeline", "lifecyclestage", "hs_v2_date_entered_lead")
    assert found.pop("hs_v2_date_entered_lead")
    assert found == {"hs_pipeline": f"{kind}-lifecycle-pipeline", "lifecyclestage": "lead"}
    given = create(api, kind, "customer")
    assert values(api, kind, given, "lifecyclestage") == {"lifecyclestage": "customer"}
    none = create(api, kind, "")
    assert values(api, kind, none, "lifecyclestage") == {"lifecyclestage": None}
    api.delete(pipeline(kind, "/stages/lead"))
    assert values(api, kind, create(api, kind), "lifecyclestage") == {"lifecyclestage": None}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ("lead", "customer", "customer"),
        ("customer", "lead", "customer"),
        ("lead", None, "lead"),
        (None, "lead", "lead"),
    ],
)
@pytest.mark.fidelity("inferred", source="inferred", of="records.merge_records")
def test_a_merged_record_is_as_far_as_the_further_one(
    api: Api, kind: str, first: str | None, second: str | None, left: str
) -> None:
    primary, other = create(api, kind, first), create(api, kind, second)
    body = {"primaryObjectId": primary, "objectIdToMerge": other}
    merged = api.post(f"/crm/v3/objects/{kind}/merge", body)
    found = values(api, kind, merged.json["id"], "lifecyclestage", "hs_pipeline", f"hs_v2_date_entered_{left}")
    assert found.pop(f"hs_v2_date_entered_{left}")
    assert found == {"lifecyclestage": left, "hs_pipeline": f"{kind}-lifecycle-pipeline"}
    assert move(api, kind, merged.json["id"], "subscriber").json["properties"]["lifecyclestage"] == left


def test_contacts_are_searched_by_stage(api: Api) -> None:
    insert_record(api, "contacts", 501, {"email": "a@example.com", "lifecyclestage": "lead"})
    create(api, "contacts", "customer")
    body = {"filters": [{"propertyName": "lifecyclestage", "operator": "IN", "values": ["lead", "other"]}]}
    assert [item["id"] for item in api.post("/crm/v3/objects/contacts/search", body).json["results"]] == ["501"]
    body = {"filters": [{"propertyName": "lifecyclestage", "operator": "EQ", "value": "customer"}]}
    assert api.post("/crm/v3/objects/contacts/search", body).json["total"] == 1


def test_the_lifecycle_does_not_count_as_one_of_the_accounts_pipelines(api: Api) -> None:
    rows = api.get("/crm/v3/limits/pipelines").json["hubspotDefinedObjectTypes"]
    assert not {row["objectTypeId"] for row in rows} & {"0-1", "0-2"}
