"""The feed of changes: what it tells, in pages and as a stream, to whom, and that nothing is missed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from spokedesk.api import streams
from spokedesk.crm.users import ACCESS_LIFE, Role
from spokedesk.storage.database import Done, Work
from tests.support.api import Api, Clock
from tests.support.streams import Event, next_events, open_stream, stream_of
from tests.support.users import SESSION, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of="changes.*")

CHANGES = "/spokedesk/v1/changes"
TICKETS = "/crm/v3/objects/tickets"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(streams, "TOGETHER_SECONDS", 0)
    monkeypatch.setattr(streams, "LOOK_SECONDS", 0.05)
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    return Api()


def create(api: Api, subject: str = "s", kind: str = "tickets") -> str:
    values = (
        {"subject": subject, "hs_pipeline_stage": "1"} if kind == "tickets" else {"email": f"{subject}@example.com"}
    )
    made = api.post(f"/crm/v3/objects/{kind}", {"properties": values})
    assert made.status == 201, made.raw
    found: str = made.json["id"]
    return found


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_page_tells_what_was_written_in_order_and_by_whom(api: Api) -> None:
    start = api.get(CHANGES).json
    assert (start["results"], start["after"], start["more"]) == ([], start["latest"], False)
    ticket = create(api)
    api.patch(f"{TICKETS}/{ticket}", {"properties": {"subject": "t"}})
    api.delete(f"{TICKETS}/{ticket}")
    api.post(f"/spokedesk/v1/objects/tickets/{ticket}/restore")
    page = api.get(CHANGES, after=start["after"]).json
    found = page["results"]
    assert [change["kind"] for change in found] == ["create", "update", "archive", "restore"]
    assert {(change["objectType"], change["objectTypeId"], change["id"]) for change in found} == {
        ("tickets", "0-5", ticket)
    }
    assert "subject" in found[1]["properties"]
    assert (found[0]["sourceType"], found[0]["sourceId"]) == ("INTEGRATION", "100002")
    assert [change["sequence"] for change in found] == sorted(change["sequence"] for change in found)
    assert page["after"] == page["latest"] == found[-1]["sequence"]
    assert b'"t"' not in api.get(CHANGES, after=start["after"]).raw, "values are not told"


def test_pages_go_on_where_they_ended(api: Api) -> None:
    made = [create(api, str(number)) for number in range(7)]
    seen: list[str] = []
    after, more = 0, True
    while more:
        page = api.get(CHANGES, after=after, limit=3).json
        seen += [change["id"] for change in page["results"]]
        after, more = page["after"], page["more"]
    assert seen == made


def test_a_number_from_the_future_is_now(api: Api) -> None:
    create(api)
    latest = api.get(CHANGES).json["latest"]
    page = api.get(CHANGES, after=10**17).json
    assert (page["results"], page["after"]) == ([], latest)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=501", f"after={'9' * 30}"])
def test_what_is_no_number_is_refused(api: Api, query: str) -> None:
    assert api.call("GET", CHANGES, query=query).status == 400


def test_only_types_that_the_token_may_read_are_told(api: Api) -> None:
    create(api)
    create(api, "ada", "contacts")
    api.token = api.grant("reader", ["crm.objects.contacts.read"])
    page = api.get(CHANGES, after=0).json
    assert [change["objectType"] for change in page["results"]] == ["contacts"]
    assert page["after"] == page["latest"]
    api.token = api.grant("owners", ["crm.objects.owners.read"])
    assert api.get(CHANGES, after=0).status == 403


def test_erased_records_are_told_no_more(api: Api) -> None:
    contact = create(api, "ada", "contacts")
    create(api, "bob", "contacts")
    assert api.post("/crm/v3/objects/contacts/gdpr-delete", {"objectId": contact}).status == 204
    found = api.get(CHANGES, after=0).json["results"]
    assert contact not in {change["id"] for change in found}
    assert found != []


# --- streams -------------------------------------------------------------------------------------------------------


def test_a_stream_says_where_it_starts_and_tells_changes_as_they_happen(api: Api) -> None:
    async def story() -> tuple[list[Event], list[Event], str]:
        stream = stream_of(api, CHANGES)
        first = await next_events(stream)
        ticket = create(api)
        second = await next_events(stream)
        await stream.aclose()
        return first, second, ticket

    first, second, ticket = asyncio.run(story())
    assert [event.name for event in first] == ["ready"]
    assert [(event.name, event.data["id"], event.id == event.data["sequence"]) for event in second] == [
        ("change", ticket, True)
    ]


def test_the_answer_is_a_stream_that_nobody_keeps(api: Api) -> None:
    response = open_stream(api, CHANGES)
    headers = dict(response.headers)
    assert headers[b"content-type"] == b"text/event-stream; charset=utf-8"
    assert headers[b"cache-control"] == b"no-store"


@pytest.mark.parametrize("by_header", [False, True])
def test_reconnecting_misses_nothing_and_repeats_nothing(api: Api, by_header: bool) -> None:
    """The stream is broken off after every piece, while more is written."""

    async def story() -> tuple[list[str], list[str]]:
        made, seen, last = [], [], 0
        for round_number in range(12):
            made += [create(api, f"{round_number}-{number}") for number in range(round_number % 4)]
            if by_header:
                stream = stream_of(api, CHANGES, **{"last-event-id": str(last)})
            else:
                stream = stream_of(api, CHANGES, f"after={last}")
            found = await next_events(stream)
            made += [create(api, f"{round_number}-late")]
            await stream.aclose()
            changes = [event for event in found if event.name == "change"]
            seen += [event.data["id"] for event in changes]
            last = changes[-1].id or 0 if changes else last
        stream = stream_of(api, CHANGES, f"after={last}")
        seen += [event.data["id"] for event in await next_events(stream) if event.name == "change"]
        return made, seen

    made, seen = asyncio.run(story())
    assert seen == made
    assert len(made) > 25


def test_a_long_past_is_told_in_pieces(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spokedesk.api.handlers.changes.STREAM_PAGE", 5)
    made = [create(api, str(number)) for number in range(12)]

    async def story() -> list[list[Event]]:
        stream = stream_of(api, CHANGES, "after=0")
        return [await next_events(stream) for _ in range(3)]

    pieces = asyncio.run(story())
    assert [len(piece) for piece in pieces] == [6, 5, 2]
    assert [event.data["id"] for piece in pieces for event in piece if event.name == "change"] == made


def test_changed_definitions_are_told(api: Api) -> None:
    async def story() -> list[Event]:
        stream = stream_of(api, CHANGES)
        await next_events(stream)
        new = {"name": "shade", "label": "S", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}
        assert api.post("/crm/v3/properties/tickets", new).status == 201
        return await next_events(stream)

    assert [event.name for event in asyncio.run(story())] == ["definitions"]


def test_a_quiet_stream_beats(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)

    async def story() -> bytes:
        stream = stream_of(api, CHANGES)
        await next_events(stream)
        return await anext(stream)

    assert asyncio.run(story()) == b": heartbeat\n\n"


@pytest.mark.parametrize("end", ["expiry", "sign-out", "disabled"])
def test_a_stream_ends_with_its_token(api: Api, end: str) -> None:
    admin, browser = signed_in(api, "ada@example.com"), signed_in(api, "bob@example.com", Role.AGENT)
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    token = browser.token()

    async def story() -> list[Event]:
        stream = stream_of(api, CHANGES, authorization=f"Bearer {token}")
        await next_events(stream)
        if end == "expiry":
            assert isinstance(api.clock, Clock)
            api.clock.at += ACCESS_LIFE
        elif end == "sign-out":
            browser.call("DELETE", SESSION)
        else:
            admin.bearer("PATCH", f"/spokedesk/v1/users/{user_id}", {"disabled": True})
        found = await next_events(stream)
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        return found

    assert asyncio.run(story()) == [Event("end", {"reason": "token"})]
    assert api.store.streams.holders == {}


def test_streams_are_few_and_give_their_place_back(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_STREAMS", 10)

    async def story() -> None:
        mine = [stream_of(api, CHANGES) for _ in range(8)]
        for stream in mine:
            await next_events(stream)
        refused = open_stream(api, CHANGES)
        assert (refused.status, dict(refused.headers)[b"retry-after"]) == (503, b"5")
        assert refused.stream is None
        other = api.grant("other", ["tickets"])
        others = [stream_of(api, CHANGES, authorization=f"Bearer {other}") for _ in range(2)]
        for stream in others:
            await next_events(stream)
        assert open_stream(api, CHANGES, authorization=f"Bearer {other}").status == 503
        for stream in (*mine, *others):
            await stream.aclose()
        assert api.store.streams.holders == {}
        again = stream_of(api, CHANGES)
        await next_events(again)

    asyncio.run(story())


def test_a_write_by_another_process_is_found_too(api: Api) -> None:
    async def story() -> list[Event]:
        stream = stream_of(api, CHANGES)
        await next_events(stream)
        monkey = api.store.streams.wake
        api.store.streams.wake = lambda topic: None  # type: ignore[method-assign]
        create(api)
        api.store.streams.wake = monkey  # type: ignore[method-assign]
        return await next_events(stream)

    assert [event.name for event in asyncio.run(story())] == ["change"]


def test_a_look_that_is_run_twice_misses_nothing(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database may run a read again before it answers."""
    real = api.database.read

    def twice(account_id: int, work: Work[Any], done: Done) -> None:
        real(account_id, work, lambda result, error: None)
        real(account_id, work, done)

    made = [create(api, str(number)) for number in range(3)]

    async def story() -> list[Event]:
        stream = stream_of(api, CHANGES, "after=0")
        monkeypatch.setattr(api.database, "read", twice)
        return await next_events(stream)

    found = asyncio.run(story())
    assert [event.name for event in found] == ["ready", "change", "change", "change"]
    assert [event.data["id"] for event in found[1:]] == made
