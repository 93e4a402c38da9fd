"""The page at the root."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from spokedesk.api.auth import DEMO_TOKEN, DemoAccess
from spokedesk.api.calls import Request, Response
from spokedesk.api.service import Service, Store
from spokedesk.storage.sqlite import MemoryDatabase
from tests.support.api import ACCOUNT_ID, Api

pytestmark = pytest.mark.fidelity("own", source="own", of="front_page.*")


@pytest.fixture
def api() -> Api:
    api = Api()
    api.store.demo = DemoAccess(ACCOUNT_ID, DEMO_TOKEN, loopback_only=True)
    return api


def page(service: Service, *, peer: str = "127.0.0.1", **headers: str) -> Response:
    """The page as a browser gets it, which has no token."""
    answers: list[Response] = []
    sent = {"host": "localhost:8765", **{name.replace("_", "-"): value for name, value in headers.items()}}
    service.handle(Request("GET", "/", headers=sent, peer=peer, bound="127.0.0.1"), answers.append)
    return answers[0]


def test_the_page_says_what_this_is_and_shows_a_call_that_works(api: Api) -> None:
    answer = page(api.service)
    text = answer.body.decode()
    assert answer.status == 200
    assert (b"content-type", b"text/html; charset=utf-8") in answer.headers
    assert "speaks the HubSpot CRM API" in text
    command = re.search(r"<pre>curl -s -H \"Authorization: Bearer (\S+)\" \"http://localhost:8765(\S+)\"</pre>", text)
    assert command is not None
    path, _, query = command[2].partition("?")
    headers = {"host": "localhost:8765", "authorization": f"Bearer {command[1]}"}
    answers: list[Response] = []
    call = Request("GET", path, query, headers, peer="127.0.0.1", bound="127.0.0.1")
    api.service.handle(call, answers.append)
    assert answers[0].status == 200


def test_the_page_counts_live_and_archived_records(api: Api) -> None:
    kept = [api.post("/crm/v3/objects/tickets", {"properties": {"subject": "a", "hs_pipeline_stage": "1"}})]
    gone = api.post("/crm/v3/objects/tickets", {"properties": {"subject": "b", "hs_pipeline_stage": "1"}})
    assert api.delete(f"/crm/v3/objects/tickets/{gone.json['id']}").status == 204
    text = page(api.service).body.decode()
    assert f"<tr><td>tickets</td><td>{len(kept)}</td><td>1</td></tr>" in text
    assert "<tr><td>contacts</td><td>0</td><td>0</td></tr>" in text


def test_every_link_of_the_page_leads_somewhere(api: Api) -> None:
    links = re.findall(r'href="([^"]+)"', page(api.service).body.decode())
    assert links
    for link in links:
        assert api.call("GET", link, headers={}).status == 200


def test_the_demo_token_is_named_only_to_who_could_use_it(api: Api) -> None:
    assert DEMO_TOKEN.encode() in page(api.service).body
    for answer in (
        page(api.service, peer="192.168.1.9"),
        page(api.service, host="desk.test"),
        page(api.service, x_forwarded_for="127.0.0.1"),
    ):
        assert DEMO_TOKEN.encode() not in answer.body
        assert b"Bearer TOKEN" in answer.body


def test_a_random_token_and_one_of_the_environment_are_never_on_the_page(api: Api) -> None:
    api.store.demo = DemoAccess(ACCOUNT_ID, "a-secret", loopback_only=False)
    assert b"a-secret" not in page(api.service).body


def test_the_page_has_no_script_and_allows_none(api: Api) -> None:
    """The policy allows the one style sheet that is in it, by its hash, and nothing else."""
    answer = page(api.service)
    text = answer.body.decode()
    assert not re.search(r"<script|\son\w+=|javascript:", text)
    style = re.search(r"<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    policy = dict(answer.headers)[b"content-security-policy"].decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_a_host_name_cannot_write_into_the_page(api: Api) -> None:
    text = page(api.service, host='"><img src=x onerror=alert(1)>').body.decode()
    assert "<img" not in text
    assert "&lt;img" in text


def test_a_database_without_an_account_has_a_page_too() -> None:
    database = MemoryDatabase()
    assert page(Service(Store(database))).status == 200
    database.close()
