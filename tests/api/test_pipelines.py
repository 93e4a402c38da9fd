"""The pipeline and stage calls on the wire: who may use them, what they answer, versions and their checks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spokedesk.crm.account import AccountSettings
from tests.support.api import ACCOUNT_ID, Answer, Api

pytestmark = [
    pytest.mark.fidelity("documented", source="spec", of=["pipelines.*", "NotFound"]),
    pytest.mark.fidelity("observed", source="recorded", of=["pipelines.erase_*", "UnclassifiedRequest"]),
]

BASE = "/crm/v3/pipelines/tickets"
NEW = f"{BASE}/0/stages/1"
STAGE = {"label": "Fixed", "displayOrder": 9, "metadata": {"ticketState": "CLOSED"}}
PIPELINE = {"label": "Repairs", "displayOrder": 1, "stages": [STAGE]}
CALLS: list[tuple[str, str, Any, int]] = [
    ("GET", BASE, None, 200),
    ("POST", BASE, {**PIPELINE, "label": "Other"}, 201),
    ("GET", f"{BASE}/p", None, 200),
    ("PATCH", f"{BASE}/p", {"label": "Other"}, 200),
    ("PUT", f"{BASE}/p", PIPELINE, 200),
    ("DELETE", f"{BASE}/p", None, 204),
    ("GET", f"{BASE}/p/audit", None, 200),
    ("GET", f"{BASE}/p/stages", None, 200),
    ("POST", f"{BASE}/p/stages", {**STAGE, "label": "Other"}, 201),
    ("GET", f"{BASE}/p/stages/s", None, 200),
    ("PATCH", f"{BASE}/p/stages/s", {"label": "Other"}, 200),
    ("PUT", f"{BASE}/p/stages/s", STAGE, 200),
    ("DELETE", f"{BASE}/p/stages/t", None, 204),
    ("GET", f"{BASE}/p/stages/s/audit", None, 200),
]
PREFIXES = ["/crm/v3/pipelines", *(f"/crm/pipelines/{v}" for v in ("2025-09", "2026-03", "2026-09", "2026-09-beta"))]


@pytest.fixture
def api() -> Api:
    """An account with a second pipeline `p` of the stages `s` (closed) and `t` (open)."""
    api = Api()
    stages = [{**STAGE, "stageId": "s"}, {"label": "Taken in", "displayOrder": 0, "stageId": "t"}]
    assert api.post(BASE, {**PIPELINE, "pipelineId": "p", "stages": stages}).status == 201
    return api


def refused(answer: Answer, status: int, category: str | None = "VALIDATION_ERROR") -> dict[str, Any]:
    assert (answer.status, answer.json.get("category")) == (status, category), answer.json
    assert answer.json["correlationId"]
    body: dict[str, Any] = answer.json
    return body


@pytest.mark.parametrize(("method", "path", "body"), [call[:3] for call in CALLS])
def test_call_without_a_token_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    refused(api.call(method, path, json=body, headers={}), 401, "INVALID_AUTHENTICATION")


@pytest.mark.parametrize(("method", "path", "body"), [call[:3] for call in CALLS])
def test_call_without_a_fitting_scope_is_refused(api: Api, method: str, path: str, body: Any) -> None:
    api.token = api.grant("pat-na1-narrow", ["crm.objects.contacts.read", "crm.schemas.contacts.write"])
    refused(api.call(method, path, json=body), 403, "MISSING_SCOPES")


@pytest.mark.parametrize(("method", "path", "body", "status"), CALLS)
def test_record_read_scope_reads_and_does_not_write(api: Api, method: str, path: str, body: Any, status: int) -> None:
    api.token = api.grant("pat-na1-reader", ["crm.objects.tickets.read"])
    assert api.call(method, path, json=body).status == (status if method == "GET" else 403)


@pytest.mark.parametrize(("method", "path", "body", "status"), CALLS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_good_call_succeeds_in_every_version(
    api: Api, method: str, path: str, body: Any, status: int, prefix: str
) -> None:
    answer = api.call(method, path.replace("/crm/v3/pipelines", prefix), json=body)
    assert answer.status == status, answer.json


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("POST", BASE, "label, displayOrder, stages"),
        ("PUT", f"{BASE}/p", "label, displayOrder, stages"),
        ("POST", f"{BASE}/p/stages", "label, displayOrder"),
        ("PUT", f"{BASE}/p/stages/s", "label, displayOrder"),
    ],
)
def test_body_without_its_required_fields_is_refused_naming_them(api: Api, method: str, path: str, names: str) -> None:
    body = refused(api.call(method, path, json={}), 400)
    assert f"Some required fields were not set: [{names}]" in body["message"]


@pytest.mark.parametrize(("method", "path", "body"), [call[:3] for call in CALLS if "/p" in call[1].removeprefix(BASE)])
def test_unknown_pipeline_is_not_found_except_when_its_stage_is_deleted(
    api: Api, method: str, path: str, body: Any
) -> None:
    answer = api.call(method, path.replace("/p", "/nope").replace("/nopeipelines", "/pipelines"), json=body)
    if method == "DELETE" and path.endswith("/t"):
        assert answer.status == 204
    else:
        assert refused(answer, 404, "OBJECT_NOT_FOUND")["context"] == {"pipelineId": ["nope"]}


def test_unknown_stage_is_not_found_but_may_be_deleted(api: Api) -> None:
    path = f"{BASE}/p/stages/1"
    for answer in (api.get(path), api.patch(path, {}), api.put(path, STAGE), api.get(f"{path}/audit")):
        refused(answer, 404, "OBJECT_NOT_FOUND")
    assert api.delete(path).status == 204
    assert api.get(NEW).status == 200


def test_created_pipeline_is_answered_whole_with_new_numbers_as_ids(api: Api) -> None:
    answer = api.post(BASE, {**PIPELINE, "label": "Returns", "stages": [STAGE, {"label": "In", "displayOrder": 0}]})
    at = answer.json["createdAt"]
    times = {"createdAt": at, "updatedAt": at, "archived": False}
    pipeline_id, first, second = [answer.json["id"], *(stage["id"] for stage in answer.json["stages"])]
    assert len({pipeline_id, first, second}) == 3
    assert all(text.isdigit() for text in (pipeline_id, first, second))
    assert answer.json == {
        "id": pipeline_id,
        "label": "Returns",
        "displayOrder": 1,
        "stages": [
            {
                "id": first,
                "label": "In",
                "displayOrder": 0,
                "metadata": {"ticketState": "OPEN", "isClosed": "false"},
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                **times,
            },
            {
                "id": second,
                "label": "Fixed",
                "displayOrder": 9,
                "metadata": {"ticketState": "CLOSED", "isClosed": "true"},
                "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                **times,
            },
        ],
        **times,
    }
    assert api.get(f"{BASE}/{pipeline_id}").json == answer.json
    assert answer.json in api.get(BASE, archived="true", limit="1").json["results"]


def test_given_ids_are_kept_as_they_are(api: Api) -> None:
    stages = [{**STAGE, "stageId": "My Stage.1"}]
    api.post(BASE, {**PIPELINE, "label": "Returns", "pipelineId": "My Pipe.1", "stages": stages})
    assert api.get(f"{BASE}/My%20Pipe.1/stages/My%20Stage.1").json["id"] == "My Stage.1"


def test_new_numbers_pass_by_ids_that_are_taken(api: Api) -> None:
    taken = [str(number) for number in range(1001, 1009)]
    stages = [{**STAGE, "label": name, "displayOrder": int(name), "stageId": name} for name in taken[1:]]
    stages.append({"label": "fresh", "displayOrder": 0})
    made = api.post(BASE, {**PIPELINE, "label": "R", "pipelineId": taken[0], "stages": stages})
    assert made.status == 201, made.json
    fresh = made.json["stages"][0]["id"]
    assert fresh.isdigit()
    assert fresh not in taken
    following = str(int(fresh) + 1)
    assert api.post(f"{BASE}/0/stages", {**STAGE, "label": "next", "stageId": following}).status == 201
    made = api.post(BASE, {**PIPELINE, "label": "Q"})
    assert made.status == 201, made.json
    assert following not in (made.json["id"], made.json["stages"][0]["id"])


def test_pipeline_id_of_another_object_type_is_refused(api: Api) -> None:
    body = refused(api.post(BASE, {**PIPELINE, "label": "Sales", "pipelineId": "default"}), 400)
    assert "There's another pipeline" in body["message"]


def test_stage_id_of_another_pipeline_conflicts(api: Api) -> None:
    body = refused(
        api.post(BASE, {**PIPELINE, "label": "X", "stages": [{**STAGE, "stageId": "1"}]}), 409, "OBJECT_ALREADY_EXISTS"
    )
    assert body["subCategory"] == "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE"
    body = refused(api.post(f"{BASE}/p/stages", {**STAGE, "label": "X", "stageId": "1"}), 400)
    assert "already using stage id" in body["message"]


def test_metadata_values_become_texts(api: Api) -> None:
    stage = {"label": "Half", "displayOrder": 9, "metadata": {"probability": 0.50, "isClosed": True, "x": None}}
    answer = api.post("/crm/v3/pipelines/deals/default/stages", stage)
    assert answer.json["metadata"] == {"probability": "0.5", "isClosed": "false"}


def test_object_type_without_pipelines_lists_none_and_takes_none(api: Api) -> None:
    assert api.get("/crm/v3/pipelines/notes").json == {"results": []}
    refused(api.post("/crm/v3/pipelines/notes", PIPELINE), 400)
    refused(api.get("/crm/v3/pipelines/notes/0"), 404, "OBJECT_NOT_FOUND")


def test_patch_of_a_pipeline_changes_what_is_sent_and_touches_its_stages(api: Api) -> None:
    before = api.get(f"{BASE}/0").json
    after = api.patch(f"{BASE}/0", {"label": "Help", "archived": False}).json
    assert (after["label"], after["displayOrder"]) == ("Help", 0)
    assert after["createdAt"] == before["createdAt"] == "1970-01-01T00:00:00Z"
    assert {stage["updatedAt"] for stage in after["stages"]} == {after["updatedAt"]}
    assert api.get(f"{BASE}/0").json == after


def test_archived_cannot_be_set(api: Api) -> None:
    refused(api.patch(f"{BASE}/p", {"archived": True}), 400)
    refused(api.patch(f"{BASE}/p/stages/s", {"archived": True}), 400)


def test_put_of_a_pipeline_drops_the_stages_that_are_left_out(api: Api) -> None:
    stages = [{**STAGE, "stageId": "s", "label": "Done"}, {"label": "Fresh", "displayOrder": 0}]
    answer = api.put(f"{BASE}/p", {"label": "Repairs", "displayOrder": 3, "stages": stages})
    assert [stage["label"] for stage in answer.json["stages"]] == ["Fresh", "Done"]
    assert [stage["id"] for stage in api.get(f"{BASE}/p/stages").json["results"]][1:] == ["s"]
    assert api.get(f"{BASE}/p/stages/t").status == 404


def test_patch_of_a_stage_merges_metadata_and_put_does_too(api: Api) -> None:
    assert api.patch(f"{BASE}/p/stages/s", {"label": "Done"}).json["metadata"]["ticketState"] == "CLOSED"
    assert api.patch(f"{BASE}/p/stages/s", {"metadata": {"ticketState": None}}).json["metadata"]["isClosed"] == "true"
    answer = api.put(f"{BASE}/p/stages/s", {"label": "End", "displayOrder": 4})
    assert (answer.json["label"], answer.json["displayOrder"]) == ("End", 4)
    assert answer.json["metadata"] == {"ticketState": "CLOSED", "isClosed": "true"}


def test_stage_moved_to_a_taken_slot_shifts_the_others(api: Api) -> None:
    api.patch(NEW, {"displayOrder": 2})
    stages = api.get(f"{BASE}/0/stages").json["results"]
    assert [(stage["id"], stage["displayOrder"]) for stage in stages] == [("2", 0), ("3", 1), ("1", 2), ("4", 3)]


def test_default_pipeline_cannot_be_deleted(api: Api) -> None:
    refused(api.delete(f"{BASE}/0"), 400)


def test_deleted_pipeline_is_gone(api: Api) -> None:
    assert api.delete(f"{BASE}/p").status == 204
    assert [item["id"] for item in api.get(BASE).json["results"]] == ["0"]
    refused(api.delete(f"{BASE}/p"), 404, "OBJECT_NOT_FOUND")


CLOSED_STAGE_RULE = [(prefix, prefix.endswith(("2026-09", "2026-09-beta"))) for prefix in PREFIXES]


@pytest.mark.parametrize(("prefix", "holds"), CLOSED_STAGE_RULE)
def test_closed_stage_is_demanded_by_the_latest_versions(api: Api, prefix: str, holds: bool) -> None:
    body = {**PIPELINE, "label": "Open", "stages": [{"label": "Only", "displayOrder": 0}]}
    answer = api.post(f"{prefix}/tickets", body)
    opened = api.patch(f"{prefix}/tickets/p/stages/s", {"metadata": {"ticketState": "OPEN"}})
    if holds:
        assert refused(answer, 400)["subCategory"] == "PipelineError.MISSING_CLOSED_STAGE"
        assert refused(opened, 400)["subCategory"] == "PipelineError.MISSING_CLOSED_STAGE"
    else:
        assert (answer.status, opened.status) == (201, 200)


def test_closed_stage_can_be_demanded_by_a_setting() -> None:
    api = Api(settings=AccountSettings(require_closed_stage=True))
    body = refused(api.delete(f"{BASE}/0/stages/4"), 400)
    assert body["subCategory"] == "PipelineError.MISSING_CLOSED_STAGE"


def ticket(api: Api, **values: str) -> str:
    answer = api.post("/crm/v3/objects/tickets", {"properties": {"subject": "Printer", **values}})
    assert answer.status == 201, answer.json
    return str(answer.json["id"])


USED: list[tuple[str, str, Any, int, str]] = [
    ("DELETE", "/p/stages/t", None, 204, "[t]"),
    ("DELETE", "/p", None, 204, "[t, s]"),
    ("PUT", "/p", {**PIPELINE, "stages": [{**STAGE, "stageId": "s"}]}, 200, "[t]"),
]


@pytest.mark.parametrize(("method", "tail", "body", "good", "stages"), USED)
@pytest.mark.parametrize(("prefix", "always"), CLOSED_STAGE_RULE)
def test_stage_in_use_is_kept_when_version_or_flag_demand_it(
    api: Api, method: str, tail: str, body: Any, good: int, stages: str, prefix: str, always: bool
) -> None:
    ticket_id = ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    path = f"{prefix}/tickets{tail}"
    found = refused(api.call(method, path, json=body, query={"validateReferencesBeforeDelete": "true"}), 400)
    assert found["subCategory"] == "PipelineError.STAGE_ID_IN_USE"
    assert found["message"] == f"Stage IDs: {stages} are being referenced by object IDs: [{ticket_id}]"
    assert found["context"] == {"stageIds": [stages], "objectIds": [f"[{ticket_id}]"]}
    assert api.get(f"{BASE}/p/stages/t").status == 200
    assert api.call(method, path, json=body).status == (400 if always else good)


def test_other_flag_guards_pipelines_but_not_single_stages(api: Api) -> None:
    ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    flag = {"validateDealStageUsagesBeforeDelete": "true"}
    assert api.call("DELETE", f"{BASE}/p", query=flag).status == 400
    assert api.call("DELETE", f"{BASE}/p/stages/t", query=flag).status == 204


def test_recycle_bin_does_not_keep_a_stage(api: Api) -> None:
    ticket_id = ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    api.delete(f"/crm/v3/objects/tickets/{ticket_id}")
    assert api.delete(f"{BASE}/p/stages/t", validateReferencesBeforeDelete="true").status == 204


def test_tickets_of_a_deleted_stage_keep_its_id_and_can_be_read(api: Api) -> None:
    ticket_id = ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    assert api.delete(f"{BASE}/p/stages/t").status == 204
    found = api.get(f"/crm/v3/objects/tickets/{ticket_id}")
    assert found.json["properties"]["hs_pipeline_stage"] == "t"
    moved = api.patch(f"/crm/v3/objects/tickets/{ticket_id}", {"properties": {"hs_pipeline_stage": "s"}})
    assert moved.status == 200


def test_ticket_can_use_a_pipeline_and_a_stage_as_soon_as_they_exist(api: Api) -> None:
    stage_id = api.post(f"{BASE}/0/stages", {"label": "Waiting for parts", "displayOrder": 4}).json["id"]
    made = api.post(BASE, {**PIPELINE, "label": "Returns"}).json
    assert ticket(api, hs_pipeline_stage=stage_id)
    closed = ticket(api, hs_pipeline=made["id"], hs_pipeline_stage=made["stages"][0]["id"])
    found = api.get(f"/crm/v3/objects/tickets/{closed}", properties="hs_is_closed").json["properties"]
    assert found["hs_is_closed"] == "true"


def test_options_of_pipeline_and_stage_follow_the_pipelines(api: Api) -> None:
    def values(name: str) -> list[str]:
        options = api.get(f"/crm/v3/properties/tickets/{name}").json["options"]
        return [option["value"] for option in options]

    assert values("hs_pipeline") == ["0", "p"]
    assert values("hs_pipeline_stage") == ["1", "2", "3", "4", "t", "s"]
    api.delete(f"{BASE}/p")
    assert values("hs_pipeline") == ["0"]
    assert values("hs_pipeline_stage") == ["1", "2", "3", "4"]


def test_times_of_a_stage_are_properties_as_long_as_it_exists(api: Api) -> None:
    path = "/crm/v3/properties/tickets/hs_v2_date_entered_t"
    assert api.get(path).json["label"] == 'Date entered "Taken in (Repairs)"'
    ticket_id = ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    read = f"/crm/v3/objects/tickets/{ticket_id}"
    assert api.get(read, properties="hs_v2_date_entered_t").json["properties"]["hs_v2_date_entered_t"]
    api.delete(f"{BASE}/p/stages/t")
    assert api.get(path).status == 404
    assert "hs_v2_date_entered_t" not in api.get(read, properties="hs_v2_date_entered_t").json["properties"]


AGAIN = {"label": "Again", "displayOrder": 0, "stageId": "t"}


@pytest.mark.parametrize(
    ("gone", "method", "path", "body"),
    [
        ("/p/stages/t", "POST", "/p/stages", AGAIN),
        ("/p/stages/t", "PUT", "/p", {**PIPELINE, "stages": [AGAIN, {**STAGE, "stageId": "s"}]}),
        ("/p", "POST", "", {**PIPELINE, "pipelineId": "p", "stages": [AGAIN]}),
    ],
)
def test_stage_made_again_under_its_old_id_finds_its_times_again(
    api: Api, gone: str, method: str, path: str, body: Any
) -> None:
    ticket_id = ticket(api, hs_pipeline="p", hs_pipeline_stage="t")
    assert api.delete(f"{BASE}{gone}").status == 204
    api.patch(f"/crm/v3/objects/tickets/{ticket_id}", {"properties": {"subject": "Scanner"}})
    assert api.call(method, f"{BASE}{path}", json=body).status in (200, 201)
    filters = [{"propertyName": "hs_v2_date_entered_t", "operator": "HAS_PROPERTY"}]
    found = api.post("/crm/v3/objects/tickets/search", {"filterGroups": [{"filters": filters}]})
    assert [item["id"] for item in found.json["results"]] == [ticket_id]


def test_audit_of_a_pipeline_tells_its_changes_newest_first(api: Api) -> None:
    api.patch(f"{BASE}/p", {"label": "Fixing"})
    state = api.get(f"{BASE}/p").json
    api.delete(f"{BASE}/p")
    audits = api.get(f"{BASE}/p/audit").json["results"]
    assert [audit["action"] for audit in audits] == ["DELETE", "UPDATE", "CREATE"]
    assert audits[1] == {
        "portalId": ACCOUNT_ID,
        "identifier": f"{ACCOUNT_ID}:p",
        "action": "UPDATE",
        "timestamp": state["updatedAt"],
        "message": "Pipeline update",
        "rawObject": audits[1]["rawObject"],
    }
    assert json.loads(audits[1]["rawObject"]) == state


def test_audit_of_a_stage_tells_only_of_that_stage(api: Api) -> None:
    api.patch(f"{BASE}/p/stages/s", {"label": "Done"})
    api.patch(f"{BASE}/p", {"label": "Fixing"})
    audits = api.get(f"{BASE}/p/stages/s/audit").json["results"]
    assert [audit["action"] for audit in audits] == ["UPDATE", "CREATE"]
    assert [audit["identifier"] for audit in audits] == [f"{ACCOUNT_ID}:s"] * 2
    assert json.loads(audits[0]["rawObject"])["label"] == "Done"
    assert [audit["action"] for audit in api.get(f"{BASE}/p/stages/t/audit").json["results"]] == ["CREATE"]


def test_audit_of_a_stage_is_found_without_its_pipeline_by_clients_that_cannot_name_it(api: Api) -> None:
    named = api.get(f"{BASE}/p/stages/s/audit").json
    assert named["results"]
    assert api.get(f"{BASE}/%7BpipelineId%7D/stages/s/audit").json == named
    assert api.get(f"{BASE}/%7BpipelineId%7D/stages/nowhere/audit").status == 404
    assert api.get(f"{BASE}/elsewhere/stages/s/audit").status == 404


def test_seeded_pipeline_has_no_audit_before_it_changes(api: Api) -> None:
    assert api.get(f"{BASE}/0/audit").json == {"results": []}
    assert api.get(f"{NEW}/audit").json == {"results": []}
