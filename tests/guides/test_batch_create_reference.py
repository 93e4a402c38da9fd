"""Chapter: the reference page of batch create, with access."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx2
import pytest
from hubspot.crm import properties, tickets

from tests.support.server import Server, create_record, create_ticket, linked, make_token

T = "/crm/v3/objects/tickets"


def new(subject: str, **values: str) -> dict[str, Any]:
    return {"properties": {"subject": subject, "hs_pipeline_stage": "1", **values}}


def test_several_tickets_are_created_at_once(sdk: Any) -> None:
    """G39: each input has its own properties and associations."""
    contact = create_record(sdk, "contacts", firstname="Batch")
    inputs = [
        tickets.SimplePublicObjectBatchInputForCreate(
            properties=new("first")["properties"], associations=[linked(contact, 16)]
        ),
        tickets.SimplePublicObjectBatchInputForCreate(properties=new("second")["properties"], associations=[]),
    ]
    body = tickets.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs)
    answer, status, _ = sdk.crm.tickets.batch_api.create_with_http_info(body)
    assert type(answer) is tickets.BatchResponseSimplePublicObject
    assert (status, answer.status) == (201, "COMPLETE")
    assert [item.properties["subject"] for item in answer.results] == ["first", "second"]
    read = sdk.crm.tickets.basic_api.get_by_id(answer.results[0].id, associations=["contacts"])
    assert [link.id for link in read.associations["contacts"].results] == [contact]


@pytest.mark.parametrize("item", [{"properties": {}, "associations": []}, {"properties": {}}])
def test_an_input_may_be_empty_in_form(http: httpx2.Client, item: dict[str, Any]) -> None:
    """G40: the shape is fine, what a ticket needs is still missing."""
    answer = http.post(f"{T}/batch/create", json={"inputs": [item]})
    assert answer.status_code == 400
    assert answer.json()["context"]["properties"] == ["hs_pipeline_stage", "subject"]


def test_no_inputs_make_no_tickets(http: httpx2.Client) -> None:
    """G40: an empty list is answered like any other."""
    answer = http.post(f"{T}/batch/create", json={"inputs": []})
    assert (answer.status_code, answer.json()["results"]) == (201, [])


def test_a_trace_id_comes_back_on_its_result(http: httpx2.Client) -> None:
    """G41: any text."""
    inputs = [{**new("a"), "objectWriteTraceId": "trace a"}, {**new("b"), "objectWriteTraceId": "ø-2"}]
    answer = http.post(f"{T}/batch/create", json={"inputs": inputs})
    assert answer.status_code == 201
    assert [item["objectWriteTraceId"] for item in answer.json()["results"]] == ["trace a", "ø-2"]


def test_with_trace_ids_inputs_fail_one_by_one(sdk: Any) -> None:
    """G41: 207, the good ones are made, the error names the trace id."""
    inputs = [
        tickets.SimplePublicObjectBatchInputForCreate(object_write_trace_id=trace_id, **item, associations=[])
        for trace_id, item in (("good", new("made")), ("bad", new("not made", hs_ticket_priority="SUPER")))
    ]
    answer = sdk.crm.tickets.batch_api.create(tickets.BatchInputSimplePublicObjectBatchInputForCreate(inputs=inputs))
    assert type(answer) is tickets.BatchResponseSimplePublicObjectWithErrors
    assert [item.properties["subject"] for item in answer.results] == ["made"]
    assert answer.num_errors == 1
    assert answer.errors[0].context["objectWriteTraceId"] == ["bad"]


def test_without_trace_ids_one_problem_fails_the_batch(http: httpx2.Client) -> None:
    """G41: nothing is made."""
    inputs = [new("Axolotl one"), new("Axolotl two", hs_ticket_priority="SUPER")]
    assert http.post(f"{T}/batch/create", json={"inputs": inputs}).status_code == 400
    assert http.post(f"{T}/search", json={"query": "axolotl"}).json()["total"] == 0


@pytest.mark.parametrize("call", ["create", "read", "update"])
def test_a_batch_answer_tells_its_times_and_links(sdk: Any, http: httpx2.Client, call: str) -> None:
    """G42, G43: requestedAt <= startedAt <= completedAt, `links`, and the status COMPLETE."""
    ticket = create_ticket(sdk).id
    inputs: dict[str, dict[str, Any]] = {
        "create": new("timed"),
        "read": {"id": ticket},
        "update": {"id": ticket, "properties": {"subject": "timed"}},
    }
    answer = http.post(f"{T}/batch/{call}", json={"inputs": [inputs[call]]}).json()
    assert answer["status"] == "COMPLETE"
    assert answer["links"] == {}
    times = [datetime.fromisoformat(answer[name]) for name in ("requestedAt", "startedAt", "completedAt")]
    assert times == sorted(times)


def test_values_are_texts_whatever_their_kind(sdk: Any, http: httpx2.Client) -> None:
    """G44: checkbox, date, dropdown, several checkboxes, number, radio, text; dates also as milliseconds."""
    options = [properties.OptionInput(label=value, value=value, hidden=False) for value in ("a", "b", "c")]
    kinds = {
        "kind_flag": ("bool", "booleancheckbox", None),
        "kind_date": ("date", "date", None),
        "kind_choice": ("enumeration", "select", options),
        "kind_several": ("enumeration", "checkbox", options),
        "kind_radio": ("enumeration", "radio", options),
        "kind_number": ("number", "number", None),
        "kind_text": ("string", "text", None),
    }
    for name, (value_type, field_type, choices) in kinds.items():
        flags = [properties.OptionInput(label=value, value=value, hidden=False) for value in ("true", "false")]
        body = properties.PropertyCreate(
            name=name,
            label=name,
            type=value_type,
            field_type=field_type,
            group_name="ticketinformation",
            options=choices or (flags if value_type == "bool" else None),
        )
        sdk.crm.properties.core_api.create("tickets", body)
    values = {
        "kind_flag": False,
        "kind_date": 1_572_480_000_000,
        "kind_choice": "b",
        "kind_several": "a;c",
        "kind_radio": "c",
        "kind_number": 17,
        "kind_text": "words",
    }
    item = {"properties": {"subject": "kinds", "hs_pipeline_stage": "1", **values}}
    (made,) = http.post(f"{T}/batch/create", json={"inputs": [item]}).json()["results"]
    assert {name: made["properties"][name] for name in values} == {
        "kind_flag": "false",
        "kind_date": "2019-10-31",
        "kind_choice": "b",
        "kind_several": "a;c",
        "kind_radio": "c",
        "kind_number": "17",
        "kind_text": "words",
    }
    assert isinstance(made["id"], str)
    assert made["archived"] is False
    assert all(isinstance(value, str) for value in made["properties"].values())
    assert datetime.fromisoformat(made["createdAt"]) <= datetime.fromisoformat(made["updatedAt"])


@pytest.mark.parametrize("header", [None, "Bearer pat-na1-nobody", "pat-na1-nobody", "Basic abc", "Bearer"])
def test_a_bearer_token_is_needed(server: Server, header: str | None) -> None:
    """G45: 401 without, or with one that nobody issued; nothing is made."""
    headers = {} if header is None else {"Authorization": header}
    with httpx2.Client(base_url=server.url, headers=headers, trust_env=False) as nobody:
        answer = nobody.post(f"{T}/batch/create", json={"inputs": [new("Pangolin")]})
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    with server.http() as http:
        assert http.post(f"{T}/search", json={"query": "pangolin"}).json()["total"] == 0


def test_a_stored_token_goes_into_the_same_header(server: Server) -> None:
    """G45, G46: the token of a private app, made on the command line beside the running server."""
    assert server.data is not None
    sdk = server.client(make_token(server.data))
    assert create_ticket(sdk, "With a second token").properties["subject"] == "With a second token"


def test_each_call_needs_a_scope(server: Server) -> None:
    """G47: any one of the scopes of a call is enough; with none of them 403."""
    assert server.data is not None
    reader = server.client(make_token(server.data, ["crm.objects.tickets.read"]))
    made = create_ticket(server.client())
    assert reader.crm.tickets.basic_api.get_by_id(made.id).id == made.id
    body = tickets.BatchInputSimplePublicObjectBatchInputForCreate(inputs=[])
    with pytest.raises(tickets.exceptions.ForbiddenException) as raised:
        reader.crm.tickets.batch_api.create(body)
    assert '"category":"MISSING_SCOPES"' in raised.value.body
    writer = server.client(make_token(server.data, ["tickets"]))
    assert create_ticket(writer).id.isdigit()


def test_only_the_host_differs(sdk: Any, server: Server) -> None:
    """G48: paths of the guides under our base URL; links in answers point back to it."""
    made = sdk.api_request({"path": T, "method": "POST", "body": new("raw request of the SDK")})
    assert made.status_code == 201
    record = made.json()
    assert record["url"].startswith(f"{server.url}/")
    assert made.headers["Location"] == f"{server.url}{T}/{record['id']}"
    page = sdk.api_request({"path": T, "qs": {"limit": 1, "after": record["id"], "properties": "subject"}}).json()
    assert page["results"][0]["id"] == record["id"]
