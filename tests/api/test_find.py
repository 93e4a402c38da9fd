"""Finding records of several types at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api

pytestmark = pytest.mark.fidelity("own", source="own", of="find.*")

FIND = "/spokedesk/v1/find"


@pytest.fixture
def api() -> Api:
    made = Api()
    for kind, values in (
        ("tickets", {"subject": "Printer of Acme", "content": "c" * 300, "hs_pipeline_stage": "1"}),
        ("contacts", {"firstname": "Ada", "lastname": "Acme", "email": "ada@example.com"}),
        ("companies", {"name": "Acme", "domain": "acme.example"}),
        ("deals", {"dealname": "Acme renewal", "dealstage": "appointmentscheduled"}),
    ):
        answer = made.post(f"/crm/v3/objects/{kind}", {"properties": values})
        assert answer.status == 201, answer.raw
    return made


def found(api: Api, text: str, **query: Any) -> list[tuple[str, str, str]]:
    answer = api.get(FIND, q=text, **query)
    assert answer.status == 200, answer.raw
    return [(row["objectType"], row["title"], row["detail"]) for row in answer.json["results"]]


def test_every_type_is_searched(api: Api) -> None:
    assert found(api, "acme") == [
        ("tickets", "Printer of Acme", "c" * 120),
        ("contacts", "Ada Acme", "ada@example.com"),
        ("companies", "Acme", "acme.example"),
        ("deals", "Acme renewal", ""),
    ]


def test_an_id_finds_its_record_alone_of_its_type(api: Api) -> None:
    ticket = api.get("/crm/v3/objects/tickets").json["results"][0]["id"]
    assert found(api, ticket)[0][:2] == ("tickets", "Printer of Acme")
    api.delete(f"/crm/v3/objects/tickets/{ticket}")
    assert found(api, ticket) == []


def test_results_of_each_type_are_few(api: Api) -> None:
    for number in range(7):
        values = {"subject": f"Acme {number}", "hs_pipeline_stage": "1"}
        assert api.post("/crm/v3/objects/tickets", {"properties": values}).status == 201
    kinds = [kind for kind, _, _ in found(api, "acme", limit=3)]
    assert (kinds.count("tickets"), kinds.count("contacts")) == (3, 1)


def test_the_newest_come_first(api: Api) -> None:
    for number in range(4):
        values = {"subject": f"Zwiebel {number}", "hs_pipeline_stage": "1"}
        assert api.post("/crm/v3/objects/tickets", {"properties": values}).status == 201
    assert [title for _, title, _ in found(api, "zwiebel", limit=3)] == ["Zwiebel 3", "Zwiebel 2", "Zwiebel 1"]


def test_only_what_the_token_may_read_is_found(api: Api) -> None:
    api.token = api.grant("reader", ["crm.objects.contacts.read"])
    assert [kind for kind, _, _ in found(api, "acme")] == ["contacts"]


def test_a_record_without_a_name_is_called_by_what_it_has(api: Api) -> None:
    api.post("/crm/v3/objects/contacts", {"properties": {"email": "nameless@example.com"}})
    assert found(api, "nameless") == [("contacts", "nameless@example.com", "nameless@example.com")]


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", f"q={'x' * 201}", "q=a&limit=0", "q=a&limit=21"])
def test_what_cannot_be_looked_for_is_refused(api: Api, query: str) -> None:
    assert api.call("GET", FIND, query=query).status == 400


def test_nothing_found_is_an_empty_list(api: Api) -> None:
    assert found(api, "zwiebel") == []
    assert found(api, "9" * 30) == []
