"""A slash at the end of a path changes nothing."""

from __future__ import annotations

import pytest

from spokedesk.api.auth import Scope
from tests.fuzz.seeds import fill, make_account
from tests.support.api import START, Api, Clock

NEW = {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}


@pytest.fixture
def api() -> Api:
    api = make_account()
    assert isinstance(api.clock, Clock)
    api.clock.at, api.clock.step = START + 10**9, 0
    api.service.new_id = lambda: "0" * 36
    return api


def test_every_read_answers_the_same_with_a_slash_at_the_end(api: Api) -> None:
    tried, good = 0, 0
    for template, route in api.service.routes.rows:
        if route.endpoint.method != "GET" or template == "/" or route.endpoint.scope is Scope.PUBLIC:
            continue
        path = fill(template)
        if path == "/spokedesk/v1/calls":
            continue  # the log of calls has one more call in it each time
        plain, slashed = api.get(path), api.get(f"{path}/")
        assert (path, slashed.status) == (path, plain.status)
        assert slashed.json == plain.json
        tried += 1
        good += plain.status == 200
    print(f"\n{tried} reads, {good} of them found something")
    assert good > 100


def test_pages_go_on_when_the_path_ended_in_a_slash(api: Api) -> None:
    """The link to the next page is one that can be followed."""
    page = api.get("/crm/v3/objects/tickets/", limit=1).json
    link = page["paging"]["next"]["link"]
    path, _, query = link.removeprefix("http://spokedesk.test").partition("?")
    following = api.call("GET", path, query=query)
    assert following.status == 200
    assert following.json["results"][0]["id"] != page["results"][0]["id"]


@pytest.mark.parametrize("base", ["/crm/v3/objects", "/crm/objects/v3", "/crm/objects/2025-09", "/crm/objects/2026-09"])
def test_writes_and_searches_take_the_slash_too(api: Api, base: str) -> None:
    made = api.post(f"{base}/tickets/", NEW)
    assert made.status == 201
    assert made.headers["location"] == f"http://spokedesk.test{base}/tickets/{made.json['id']}"
    record = f"{base}/tickets/{made.json['id']}/"
    assert api.patch(record, {"properties": {"subject": "t"}}).status == 200
    assert api.post(f"{base}/tickets/search/", {"filters": []}).status == 200
    assert api.post(f"{base}/tickets/batch/read/", {"inputs": [{"id": made.json["id"]}]}).status == 200
    assert api.delete(record).status == 204


def test_two_slashes_in_the_middle_are_another_path(api: Api) -> None:
    assert api.get("/crm/v3/objects//tickets").status == 404
    assert api.get("/crm/v3/objects/tickets//1").status == 404
