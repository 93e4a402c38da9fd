"""Every route of the table with every kind of token that must not open it: no wrong grant, and nothing written."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from spokedesk import catalog
from spokedesk.api import call_log
from spokedesk.api.auth import Scope
from spokedesk.api.routes import Endpoint, Route
from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.engine.accounts import open_account
from spokedesk.engine.tokens import create_token, every_scope, hash_token
from spokedesk.storage.database import Transaction, read_and_wait
from spokedesk.storage.tokens import find_token, mark_hash_revoked, mark_revoked
from tests.fuzz.seeds import BODIES, fill, item_of, make_account
from tests.support.api import ACCOUNT_ID, START, Answer, Api, Clock
from tests.support.factories import insert_token
from tests.support.stores import table_names

OTHER_ID = 20_000_002
OTHER_TOKEN = "pat-na1-test-other"
NOW = START + 10**9
OPEN_FAMILIES = {"consent", "oauth", "oauth_v1", "private_apps"}
OPEN_PATHS = {"/", "/openapi.json", "/docs", "/healthz", "/readyz"}
# these look for a cookie, a password or a link: tests/api/test_sessions.py
OPEN_PATHS |= {f"/spokedesk/v1/session{tail}" for tail in ("", "/demo", "/token", "/link", "/link/read")}
MALFORMED = (
    "",
    "Bearer",
    "Bearer  ",
    "Basic cGF0LWRlbW86",
    "Token pat-na1-test-full",
    "pat-na1-test-full",
    "Bearer pat-na1-test-full extra",
    "Bearer pat-na1-test-ful",
    "Bearer PAT-NA1-TEST-FULL",
    "Bearer \u00fc\u00e9",
    "Bearer " + "x" * 5000,
    "Bearer ' OR '1'='1",
)
# which scopes are about a route, told by their names alone
ABOUT: Mapping[Scope, Callable[[str], bool]] = {
    Scope.OWNERS: lambda name: name == "crm.objects.owners.read",
    Scope.ANY_RECORDS: lambda name: name == "tickets" or ("objects" in name.split(".") and "owners" not in name),
    Scope.DEVELOPER_READ: lambda name: name.startswith("developers-"),
    Scope.DEVELOPER_WRITE: lambda name: name.startswith("developers-"),
    Scope.CUSTOM_READ: lambda name: name.startswith("crm.schemas.custom."),
    Scope.CUSTOM_WRITE: lambda name: name.startswith("crm.schemas.custom."),
    Scope.ADMIN: lambda name: name == "spokedesk.admin",
    Scope.PERSONAL: lambda name: name == "spokedesk.personal.write",
}


@dataclass(frozen=True)
class Attempt:
    """One request to a guarded route."""

    route: Route
    method: str
    path: str
    body: bytes
    types: tuple[str, ...]


def pairs_of(path: str) -> list[dict[str, str]]:
    """The object types to put into a path."""
    if "{object_type}" in path:
        return [{"object_type": name} for name in ("tickets", "contacts", "companies", "deals")]
    if "{from_type}" in path:
        pairs = (("tickets", "contacts"), ("contacts", "companies"), ("deals", "tickets"))
        return [{"from_type": start, "to_type": end} for start, end in pairs]
    return [{}]


def types_of(endpoint: Endpoint, given: Mapping[str, str]) -> tuple[str, ...]:
    """What a call is about; activities are opened by the scopes of contacts too."""
    if endpoint.object_type is None:
        return tuple(given.values())
    return ("notes", "contacts") if endpoint.object_type == "notes" else (endpoint.object_type,)


def attempts() -> Iterator[Attempt]:
    for path, route in Api().service.routes.rows:
        endpoint = route.endpoint
        if endpoint.scope is Scope.PUBLIC:
            assert endpoint.family in OPEN_FAMILIES or path in OPEN_PATHS, f"{path} asks for no token"
            continue
        bodies: list[Any] = [None]
        if endpoint.body is not None:
            bodies = BODIES.get(endpoint.body) or BODIES.get(item_of(endpoint.body)) or [{}]
        for types in pairs_of(path):
            named = fill(path, **types)
            for body in bodies:
                raw = b"" if body is None else json.dumps(body).encode()
                yield Attempt(route, endpoint.method, named, raw, types_of(endpoint, types))


ATTEMPTS = tuple(attempts())


def is_about(scope: Scope, types: tuple[str, ...], name: str) -> bool:
    test = ABOUT.get(scope)
    return test(name) if test else any(kind in name.split(".") for kind in types)


def contents(api: Api, account_id: int) -> dict[str, list[Any]]:
    """Every row of an account."""

    async def work(tx: Transaction) -> dict[str, list[Any]]:
        found = {}
        for table in await table_names(tx):
            found[table] = sorted(await tx.rows(f"SELECT * FROM {table} WHERE account_id = :account_id"), key=repr)
        return found

    rows: dict[str, list[Any]] = read_and_wait(api.database, account_id, work)
    return rows


def settled(api: Api) -> Api:
    """An account whose time and ids stand still, so that two of them answer alike."""
    assert isinstance(api.clock, Clock)
    api.clock.at, api.clock.step = NOW, 0
    api.service.new_id = lambda: "0" * 36
    return api


@pytest.fixture
def api() -> Api:
    return settled(make_account())


def call(api: Api, attempt: Attempt, authorization: str | None) -> Answer:
    headers = {} if authorization is None else {"authorization": authorization}
    return api.call(attempt.method, attempt.path, body=attempt.body, headers=headers)


def wrong(attempt: Attempt, answer: Answer, status: int, category: str) -> str | None:
    """What is said about an answer that is none of the expected refusals."""
    if (answer.status, (answer.json or {}).get("category")) == (status, category):
        return None
    return f"{attempt.method} {attempt.path}: {answer.status} {answer.raw[:200]!r}"


def refused_all(api: Api, authorizations: Mapping[str, str | None], status: int, category: str) -> Counter[str]:
    """Try everything; returns how many attempts there were by class. All must be refused and change nothing."""
    before = contents(api, ACCOUNT_ID)
    counts: Counter[str] = Counter()
    grants = []
    for attempt in ATTEMPTS:
        for name, authorization in authorizations.items():
            counts[name] += 1
            grants.append(wrong(attempt, call(api, attempt, authorization), status, category))
    assert [grant for grant in grants if grant] == []
    assert contents(api, ACCOUNT_ID) == before
    return counts


def test_without_a_token_and_with_malformed_ones_nothing_opens(api: Api) -> None:
    cases: dict[str, str | None] = {"none": None, **{f"malformed {text[:24]!r}": text for text in MALFORMED}}
    counts = refused_all(api, cases, 401, "INVALID_AUTHENTICATION")
    malformed = sum(count for name, count in counts.items() if name != "none")
    print(f"\n{len(ATTEMPTS)} attempts: none {counts['none']}, malformed {malformed}, wrong grants 0")
    assert counts["none"] > 400
    assert malformed > 4000


def test_expired_tokens_open_nothing(api: Api) -> None:
    for kind in ("private_app", "oauth", "client_credentials"):
        insert_token(api, f"old-{kind}", every_scope(), kind, expires_at=NOW)
    cases: dict[str, str | None] = {
        f"expired {kind}": f"Bearer old-{kind}" for kind in ("private_app", "oauth", "client_credentials")
    }
    counts = refused_all(api, cases, 401, "EXPIRED_AUTHENTICATION")
    print(f"\nexpired {dict(counts)}, wrong grants 0")
    assert min(counts.values()) > 400


def test_revoked_tokens_open_nothing(api: Api) -> None:
    insert_token(api, "gone", every_scope(), "private_app")
    insert_token(api, "gone-oauth", every_scope(), "oauth", expires_at=NOW + 10**9)

    async def revoke(tx: Transaction) -> None:
        row = await find_token(tx, hash_token("gone"))
        assert row is not None
        assert await mark_revoked(tx, row.id, tx.now) == 1
        await mark_hash_revoked(tx, hash_token("gone-oauth"))

    assert call(api, ATTEMPTS[0], "Bearer gone").status == 200
    api.write(revoke)
    counts = refused_all(
        api, {"revoked": "Bearer gone", "revoked oauth": "Bearer gone-oauth"}, 401, "INVALID_AUTHENTICATION"
    )
    print(f"\nrevoked {dict(counts)}, wrong grants 0")
    assert min(counts.values()) > 400


def test_all_scopes_but_those_of_the_route_open_nothing(api: Api) -> None:
    """The token has every scope whose name is not about the object types of the path."""
    before = contents(api, ACCOUNT_ID)
    tokens: dict[frozenset[str], str] = {}
    counts: Counter[str] = Counter()
    grants = []
    for attempt in ATTEMPTS:
        scope = attempt.route.endpoint.scope
        if scope is Scope.ANY_TOKEN:
            continue
        held = frozenset(name for name in every_scope() if not is_about(scope, attempt.types, name))
        assert len(held) >= 10, "the token is good for other things"
        if held not in tokens:
            tokens[held] = api.grant(f"but-{len(tokens)}", held)
            before = contents(api, ACCOUNT_ID)
        counts[scope.value] += 1
        grants.append(wrong(attempt, call(api, attempt, f"Bearer {tokens[held]}"), 403, "MISSING_SCOPES"))
    assert [grant for grant in grants if grant] == []
    assert contents(api, ACCOUNT_ID) == before
    print(f"\nwrong scope {dict(counts)}, wrong grants 0")
    assert set(counts) == {scope.value for scope in Scope} - {"any token", "public"}


def test_scopes_to_read_do_not_write(api: Api) -> None:
    held = [name for name in every_scope() if name.endswith(".read")]
    token = api.grant("reader", held)
    before = contents(api, ACCOUNT_ID)
    writing = [item for item in ATTEMPTS if item.route.endpoint.writes]
    grants = [wrong(item, call(api, item, f"Bearer {token}"), 403, "MISSING_SCOPES") for item in writing]
    assert [grant for grant in grants if grant] == []
    assert contents(api, ACCOUNT_ID) == before
    print(f"\nreading token {len(writing)} writes, wrong grants 0")
    assert len(writing) > 200


def test_with_all_scopes_every_route_opens(api: Api) -> None:
    """The control: the same attempts are refused for their tokens only."""
    statuses = Counter(call(api, attempt, f"Bearer {api.token}").status for attempt in ATTEMPTS)
    print(f"\nall scopes {dict(sorted(statuses.items()))}")
    assert not {401, 403, 500, 503} & set(statuses)
    assert statuses[200] + statuses[201] + statuses[204] + statuses[207] > len(ATTEMPTS) // 3


# --- another account -----------------------------------------------------------------------------------------------


def add_account(api: Api) -> Api:
    """A second account in the same store."""
    account = Account(OTHER_ID, FIDELITIES["documented"], AccountSettings())
    settled(api)

    async def work(tx: Transaction) -> None:
        await open_account(tx, account, "Other")
        await create_token(tx, OTHER_TOKEN, name="other", scopes=every_scope())

    api.database.write(OTHER_ID, work, lambda result, error: None)
    return api


def test_the_token_of_another_account_sees_and_changes_nothing_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request is made in a store that holds this account too and in one where it is empty: the answers are the
    same to the letter, and not a row of this account changes.
    """
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: "s" * size)
    monkeypatch.setattr(secrets, "token_bytes", lambda size: b"s" * size)
    monkeypatch.setattr(call_log, "clock", float)
    shared, alone = add_account(make_account()), add_account(Api("documented"))
    for attempt in ATTEMPTS:
        if attempt.method == "GET":
            call(shared, attempt, f"Bearer {shared.token}")  # so that something of it is remembered
    before = contents(shared, ACCOUNT_ID)
    assert len(before["record"]) > 5
    statuses: Counter[int] = Counter()
    different = []
    for attempt in ATTEMPTS:
        here, there = (call(store, attempt, f"Bearer {OTHER_TOKEN}") for store in (shared, alone))
        statuses[here.status] += 1
        if (here.status, here.raw, here.headers) != (there.status, there.raw, there.headers):
            different.append(f"{attempt.method} {attempt.path}: {here.raw[:300]!r} or {there.raw[:300]!r}")
    assert different == []
    assert contents(shared, ACCOUNT_ID) == before
    assert contents(shared, OTHER_ID) == contents(alone, OTHER_ID)
    print(f"\nother account {sum(statuses.values())} {dict(sorted(statuses.items()))}, differences 0")
    assert statuses[200] > 50
    assert statuses[404] > 50


def test_the_same_requests_do_find_something_in_their_own_account() -> None:
    """The control: with the right token the answers are others, so a mixed-up account would have been noticed."""
    shared = add_account(make_account())
    differing: Counter[str] = Counter()
    for attempt in ATTEMPTS:
        if attempt.route.endpoint.writes:
            continue
        mine, other = (call(shared, attempt, f"Bearer {token}") for token in (shared.token, OTHER_TOKEN))
        differing[attempt.route.endpoint.family] += mine.raw != other.raw
    print(f"\nreads that differ between the accounts {dict(differing)}")
    found = {family for family, count in differing.items() if count}
    assert found >= {"objects", "properties", "pipelines", "schemas", "owners", "links", "associations", "object_links"}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/crm/v3/objects/tickets/1", None),
        ("PATCH", "/crm/v3/objects/tickets/1", {"properties": {"subject": "stolen"}}),
        ("POST", "/crm/v3/objects/tickets/merge", {"primaryObjectId": "1", "objectIdToMerge": "2"}),
        ("POST", "/spokedesk/v1/objects/tickets/6/restore", None),
        ("GET", "/crm/v3/owners/101", None),
        ("GET", "/crm/v3/pipelines/tickets/support", None),
        ("GET", "/crm/v3/properties/tickets/ext_id", None),
        ("GET", "/crm/v3/schemas/p_machine", None),
        ("GET", "/webhooks/v3/1000001/settings", None),
        ("POST", "/webhooks/v3/1000001/subscriptions", {"eventType": "ticket.creation"}),
    ],
)
def test_what_belongs_to_another_account_is_not_there(method: str, path: str, body: Any) -> None:
    api = add_account(make_account())
    assert api.get("/crm/v3/objects/tickets/1").status == 200
    api.token = OTHER_TOKEN
    assert api.call(method, path, json=body).status in (400, 404)


def test_records_of_another_account_are_not_linked_or_restored_in_batches() -> None:
    api = add_account(make_account())
    before = contents(api, ACCOUNT_ID)
    api.token = OTHER_TOKEN
    mine = api.post("/crm/v3/objects/tickets", {"properties": {"subject": "s", "hs_pipeline_stage": "1"}}).json["id"]
    spec = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}]
    assert api.put(f"/crm/v4/objects/tickets/{mine}/associations/contacts/11", spec).status == 400
    new = {
        "properties": {"subject": "s", "hs_pipeline_stage": "1"},
        "associations": [{"to": {"id": "11"}, "types": spec}],
    }
    assert api.post("/crm/v3/objects/tickets", new).status == 400
    restored = api.post("/spokedesk/v1/objects/tickets/batch/restore", {"inputs": [{"id": "6"}]})
    assert (restored.status, restored.json["results"]) == (207, [])
    assert api.post("/crm/v3/objects/tickets/search", {"query": "printer"}).json["total"] == 0
    assert contents(api, ACCOUNT_ID) == before


# --- calls that find out for themselves what they are about --------------------------------------------------------

# further words by which scopes are about a type
ALSO = {
    **{kind.plural: ("contacts", "sales-email-read") for kind in catalog.object_types() if kind.is_activity},
    **dict.fromkeys(("discounts", "fees", "taxes"), ("line_items",)),
    "line_items": ("e-commerce",),
    "products": ("e-commerce",),
    "deal_splits": ("deals",),
    "goal_targets": ("goals",),
    "payments": ("commercepayments",),
}
ENGAGEMENTS = {7: "companies", 8: "companies", 9: "contacts", 10: "contacts", 11: "deals", 12: "deals"}
ENGAGEMENTS |= {17: "tickets", 18: "tickets"}


def definitions() -> dict[int, tuple[str, str]]:
    """Every definition id of a link and the object types that it joins."""
    plurals = {kind.id: kind.plural for kind in catalog.object_types()}
    found = {item.type_id: (plurals[item.from_type], plurals[item.to_type]) for item in catalog.association_types()}
    return found | {number: ("notes", plural) for number, plural in ENGAGEMENTS.items()}


def test_links_named_by_a_definition_need_a_scope_of_what_it_joins(api: Api) -> None:
    """The paths do not say it, so the edge cannot ask. The token has the scopes of everything else."""
    links, grants, tokens = "/crm-associations/v1/associations", [], 0
    for number, ends in definitions().items():
        words = {*ends, *(word for end in ends for word in ALSO.get(end, ()))}
        held = [name for name in every_scope() if not words & {name, *name.split(".")}]
        api.token = api.grant(f"but-{number}", held)
        tokens += 1
        body = {"fromObjectId": 1, "toObjectId": 11, "category": "HUBSPOT_DEFINED", "definitionId": number}
        for answer in (
            api.get(f"{links}/1/HUBSPOT_DEFINED/{number}"),
            api.put(links, body),
            api.put(f"{links}/create-batch", [body]),
            api.put(f"{links}/delete", body),
            api.put(f"{links}/delete-batch", [body]),
        ):
            if (answer.status, (answer.json or {}).get("category")) != (403, "MISSING_SCOPES"):
                grants.append((number, ends, answer.status, answer.raw[:200]))
    assert grants == []
    print(f"\ndefinitions {tokens}, wrong grants 0")
    assert tokens > 180
