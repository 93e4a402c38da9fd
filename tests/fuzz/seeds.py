"""Valid requests over every call of the route table: what the fuzzer starts from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from spokedesk.api.bodies import (
    apps,
    associations,
    deal_splits,
    oauth,
    object_schemas,
    older_companies,
    older_contacts,
    older_engagements,
    older_paths,
    pipelines,
    properties,
    property_validations,
    records,
    search,
    users,
    views,
    webhooks,
)
from spokedesk.api.endpoints import ENDPOINTS
from spokedesk.api.routes import Endpoint, paths_of
from spokedesk.api.service import Store
from spokedesk.crm.views import View
from spokedesk.crm.webhooks import Subscription, WebhookSettings
from spokedesk.storage.database import Database, Transaction
from spokedesk.storage.sqlite import MemoryDatabase
from spokedesk.storage.views import insert_view
from spokedesk.storage.webhooks import replace_settings, replace_subscriptions
from tests.support.api import FULL_TOKEN, Api
from tests.support.factories import (
    archive_record,
    define_pipeline,
    define_properties,
    insert_owner,
    insert_record,
    link_records,
    make_pipeline,
    make_property,
)
from tests.support.oauth import make_app
from tests.support.users import add_user

WEAK_TOKEN = "pat-na1-test-weak"

PARAMETERS = {
    "object_type": "tickets",
    "from_type": "tickets",
    "to_type": "contacts",
    "record_id": "1",
    "to_id": "11",
    "association_type": "16",
    "association_id": "16",
    "name": "ext_id",
    "group_name": "ours",
    "rule_type": "REGEX",
    "pipeline_id": "support",
    "stage_id": "first",
    "owner_id": "101",
    "user_id": "102",
    "type_id": "1",
    "app_id": "1000001",
    "subscription_id": "5001",
    "category": "HUBSPOT_DEFINED",
    "definition_id": "16",
    "token_id": "2",
    "contact_id": "11",
    "email": "11@example.com",
    "domain": "acme.example",
    "kind": "CONTACT",
    "call_id": "1",
    "view_id": "9001",
}
# the same for calls in whose path this stands
OTHERS = {
    "/restore": {"record_id": "6"},
    "/gdpr-delete": {"object_type": "contacts"},
    "/schemas/": {"name": "p_machine"},
    "/purge": {"name": "p_retired"},
    "/splits/": {"object_type": "deals"},
    "/contacts/v1/": {"record_id": "11"},
    "/companies/v2/": {"record_id": "21"},
    "/deals/v1/": {"record_id": "41", "pipeline_id": "default"},
    "/engagements/v1/": {"record_id": "31"},
}
SPEC = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}
PAIR = {"from": {"id": "1"}, "to": {"id": "11"}}
TICKET = {"subject": "Printer", "hs_pipeline_stage": "1"}
OLDER_LINK = {"fromObjectId": 1, "toObjectId": 11, "category": "HUBSPOT_DEFINED", "definitionId": 16}
STAGE = {"label": "Next", "displayOrder": 1, "metadata": {"ticketState": "OPEN"}}
PROPERTY = {"label": "New", "type": "string", "fieldType": "text", "groupName": "ticketinformation"}

SCHEMA = {
    "labels": {"singular": "Machine", "plural": "Machines"},
    "properties": [{"name": "serial", "label": "Serial", "type": "string", "fieldType": "text"}],
    "primaryDisplayProperty": "serial",
    "requiredProperties": ["serial"],
    "associatedObjects": ["TICKET"],
}

BODIES: dict[Any, list[Any]] = {
    older_paths.OlderLinkBody: [OLDER_LINK],
    list[older_paths.OlderLinkBody]: [[OLDER_LINK, OLDER_LINK]],
    list[older_paths.NameValueInput]: [[{"name": name, "value": value} for name, value in TICKET.items()]],
    older_contacts.OlderContactBody: [{"properties": [{"property": "firstname", "value": "Ada"}]}],
    list[older_contacts.OlderContactInput]: [
        [
            {"vid": 11, "properties": [{"property": "lastname", "value": "L"}]},
            {"email": "new@example.com", "properties": [{"property": "firstname", "value": None}]},
        ]
    ],
    older_companies.OlderCompanyBody: [{"properties": [{"name": "name", "value": "Acme"}]}],
    older_companies.DomainBody: [
        {"limit": 2, "requestOptions": {"properties": ["domain"]}, "offset": {"isPrimary": True, "companyId": 0}}
    ],
    older_companies.OlderDealBody: [
        {
            "properties": [{"name": "dealname", "value": "Big"}, {"name": "dealstage", "value": "closedwon"}],
            "associations": {"associatedVids": [11], "associatedCompanyIds": ["21"]},
        }
    ],
    older_engagements.OlderEngagementBody: [
        {"engagement": {"ownerId": 101, "timestamp": 1790000000000}, "metadata": {"body": "called"}},
    ],
    older_engagements.NewEngagementBody: [
        {
            "engagement": {"active": True, "type": "EMAIL", "timestamp": 1790000000000},
            "associations": {"contactIds": [11], "companyIds": [21], "dealIds": [], "ticketIds": [1]},
            "metadata": {"from": {"email": "a@example.com"}, "to": [{"email": "b@example.com"}], "subject": "Hi"},
        },
        {
            "engagement": {"type": "TASK"},
            "attachments": [{"id": 4}],
            "metadata": {"subject": "s", "status": "NOT_STARTED", "reminders": [1790000000000]},
        },
        {"engagement": {"type": "MEETING"}, "metadata": {"title": "t", "startTime": 1790000000000}},
    ],
    older_paths.OlderIdsBody: [{"ids": [1, "2", 999]}],
    records.CreateBody: [
        {"properties": {**TICKET, "weight": 17, "flag": True, "tags": "a;b"}},
        {"properties": TICKET, "associations": [{"to": {"id": "11"}, "types": [SPEC]}]},
        {"properties": TICKET, "associations": [{"toObjectId": 21, "associationTypeId": 339}]},
    ],
    records.UpdateBody: [{"properties": {"hs_pipeline_stage": "4", "due": "2026-10-01", "seen_at": 1790000000000}}],
    records.BatchCreateBody: [
        {"inputs": [{"properties": TICKET, "objectWriteTraceId": "a"}, {"properties": {}, "objectWriteTraceId": "b"}]},
        {"inputs": [{"properties": TICKET}]},
    ],
    records.BatchUpdateBody: [
        {"inputs": [{"id": "A", "idProperty": "ext_id", "properties": {"subject": "x", "hs_pipeline_stage": "2"}}]},
        {"inputs": [{"id": "A", "idProperty": "ext_id", "properties": {"weight": "9"}, "objectWriteTraceId": "t"}]},
    ],
    records.BatchReadBody: [
        {"inputs": [{"id": "1"}, {"id": "2"}, {"id": "999"}], "properties": ["subject"]},
        {"inputs": [{"id": "A"}], "idProperty": "ext_id", "propertiesWithHistory": ["subject"]},
    ],
    records.BatchIdsBody: [{"inputs": [{"id": "5"}, {"id": "6"}]}],
    deal_splits.DealSplitsBody: [
        {"inputs": [{"id": "41", "splits": [{"ownerId": 101, "percentage": 1}]}, {"id": 999, "splits": []}]},
    ],
    records.MergeBody: [{"primaryObjectId": "2", "objectIdToMerge": "3"}],
    search.SearchBody: [
        {
            "filterGroups": [
                {"filters": [{"propertyName": "subject", "operator": "CONTAINS_TOKEN", "value": "pri*"}]},
                {"filters": [{"propertyName": "weight", "operator": "BETWEEN", "value": "1", "highValue": "9"}]},
            ],
            "sorts": ["-createdate"],
            "limit": 5,
        },
        {
            "filters": [
                {"propertyName": "hs_pipeline_stage", "operator": "IN", "values": ["1", "2"]},
                {"propertyName": "associations.contact", "operator": "EQ", "value": "11"},
            ],
            "query": "printer",
            "properties": ["subject", "due"],
            "after": "0",
        },
    ],
    associations.PairsBody: [{"inputs": [PAIR]}],
    associations.LinksBody: [{"inputs": [{**PAIR, "types": [SPEC]}]}],
    associations.NamedLinksBody: [{"inputs": [{**PAIR, "type": "ticket_to_contact"}]}],
    associations.FansBody: [{"inputs": [{"from": {"id": "1"}, "to": [{"id": "11"}, {"id": "12"}]}]}],
    associations.PagesBody: [{"inputs": [{"id": "1"}, {"id": "2", "after": "MTE="}]}],
    associations.NewLabelBody: [{"name": "reporter", "label": "Reporter", "inverseLabel": "Reported"}],
    associations.LabelBody: [{"associationTypeId": 1, "label": "Other", "inverseLabel": "Way"}],
    associations.SpecInput: [[SPEC]],
    associations.LimitsBody: [{"inputs": [{"category": "HUBSPOT_DEFINED", "typeId": 16, "maxToObjectIds": 3}]}],
    associations.LimitTypesBody: [{"inputs": [{"category": "HUBSPOT_DEFINED", "typeId": 16}]}],
    pipelines.PipelineBody: [{"label": "Sales", "displayOrder": 2, "stages": [{**STAGE, "stageId": "s"}]}],
    pipelines.PipelineUpdateBody: [{"label": "Support", "displayOrder": 3}],
    pipelines.StageBody: [STAGE],
    pipelines.StageUpdateBody: [{"label": "First", "metadata": {"ticketState": "CLOSED"}}],
    properties.PropertyCreateBody: [
        {"name": "brand_new", **PROPERTY},
        {
            "name": "shade",
            **PROPERTY,
            "type": "enumeration",
            "fieldType": "select",
            "options": [{"label": "Red", "value": "red", "displayOrder": 0, "hidden": False}],
        },
    ],
    properties.PropertyUpdateBody: [{"label": "Renamed", "description": "what", "displayOrder": 2}],
    properties.PropertyBatchCreateBody: [{"inputs": [{"name": "one_more", **PROPERTY}]}],
    properties.PropertyBatchReadBody: [{"inputs": [{"name": "ext_id"}, {"name": "none"}], "archived": False}],
    properties.PropertyBatchNamesBody: [{"inputs": [{"name": "weight"}]}],
    property_validations.RuleBody: [
        {"ruleArguments": ["^[A-Z]{1,8}(?i:x|y)*$", "Capitals"], "shouldApplyNormalization": True},
    ],
    properties.GroupCreateBody: [{"name": "others", "label": "Others", "displayOrder": 1}],
    properties.GroupUpdateBody: [{"label": "Ours too"}],
    records.EraseBody: [{"objectId": "12"}],
    object_schemas.SchemaCreateBody: [{"name": "robot", **SCHEMA}],
    object_schemas.SchemaUpdateBody: [{"labels": {"singular": "Engine", "plural": "Engines"}}],
    object_schemas.SchemaBatchReadBody: [{"inputs": ["p_machine", {"id": "p_none"}]}],
    object_schemas.SchemaAssociationBody: [{"fromObjectTypeId": "p_machine", "toObjectTypeId": "0-2", "name": "x"}],
    webhooks.WebhookSettingsBody: [
        {"targetUrl": "https://hooks.example.com/in?a=b", "throttling": {"maxConcurrentRequests": 10}}
    ],
    webhooks.SubscriptionBody: [
        {"eventType": "ticket.propertyChange", "propertyName": "subject", "active": True},
        {"eventType": "object.creation", "objectTypeId": "0-1"},
    ],
    webhooks.SubscriptionUpdateBody: [{"active": False}],
    webhooks.SubscriptionBatchBody: [{"inputs": [{"id": 5001, "active": True}, {"id": "9", "active": False}]}],
    oauth.TokenForm: [b"grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c"],
    oauth.OneTokenForm: [b"token=a&token_type_hint=access_token&client_id=a&client_secret=b"],
    oauth.ConsentForm: [b"client_id=a&redirect_uri=http%3A%2F%2Flocalhost%2F&scope=tickets&decision=allow"],
    oauth.TokenKeyBody: [{"tokenKey": FULL_TOKEN}],
    users.SignInBody: [{"email": "an@example.com", "password": "wrong password"}],
    users.LinkBody: [{"link": "10000001.nothing"}],
    users.AcceptLinkBody: [{"link": "10000001.nothing", "password": "a good password", "email": "a@example.com"}],
    users.PasswordBody: [{"currentPassword": "wrong password", "newPassword": "a good password"}],
    users.UserCreateBody: [{"email": "bob@example.com", "role": "agent", "firstName": "Bob", "lastName": "Ray"}],
    users.UserUpdateBody: [{"role": "read-only", "disabled": True}],
    users.OwnerCreateBody: [{"email": "queue@example.com", "type": "QUEUE"}],
    users.OwnerUpdateBody: [{"lastName": "Night", "archived": True}],
    views.ViewCreateBody: [{"name": "Urgent", "shared": True, "definition": {"sorts": ["-createdate"], "zoom": 1.5}}],
    views.ViewUpdateBody: [{"name": "Very urgent", "definition": {}}],
    users.TokenCreateBody: [{"name": "Billing", "scopes": ["tickets"]}],
    apps.AppCreateBody: [
        {"name": "Portal", "redirectUris": ["https://portal.example/back"], "scopes": ["tickets"], "publicKey": ""}
    ],
}
QUERIES = {
    "/{object_type}": [
        "",
        "limit=2&after=2&properties=subject,due&associations=contacts,companies",
        "archived=true&propertiesWithHistory=subject&limit=50",
    ],
    "/{object_type}/{record_id}": ["", "properties=subject&properties=ext_id&associations=contact&archived=false"],
    "/spokedesk/v1/find": ["q=printer&limit=3"],
    "/spokedesk/v1/statistics/{object_type}": ["", "days=3&offset=-60&pipeline=support"],
    "": ["", "email=101@example.com&limit=100&archived=false"],
}


@dataclass(frozen=True)
class Seed:
    """One valid request. `route` names the call it belongs to."""

    route: str
    method: str
    path: str
    query: str
    body: bytes


def route_name(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.family} {endpoint.tail}"


def make_seeds() -> list[Seed]:
    """Every body and query of every call, the versions taken in turn."""
    seeds: list[Seed] = []
    for endpoint in ENDPOINTS:
        paths = [path for path, _ in paths_of(endpoint)]
        bodies = [b""]
        if endpoint.body is not None:
            known = BODIES.get(endpoint.body) or BODIES.get(item_of(endpoint.body)) or [{}]
            bodies = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in known]
        queries = QUERIES.get(endpoint.tail, [""]) if endpoint.method == "GET" else [""]
        for index, (body, query) in enumerate((body, query) for body in bodies for query in queries):
            path = fill(paths[index % len(paths)])
            seeds.append(Seed(route_name(endpoint), endpoint.method, path, query, body))
    return seeds


def fill(path: str, **given: str) -> str:
    """A path with its parameters: those given, else what makes sense there."""
    special = {name: value for part, values in OTHERS.items() if part in path for name, value in values.items()}
    return path.format_map(OrOne({**PARAMETERS, **special, **given}))


class OrOne(dict[str, str]):
    """Path parameters; one that has no row above stands for 1."""

    def __missing__(self, name: str) -> str:
        return "1"


def item_of(shape: Any) -> Any:
    """The element type of a body that is a list."""
    return getattr(shape, "__args__", (None,))[0]


def make_account(database: Database | None = None) -> Api:
    """A small account in which the seeds have something to find."""
    api = Api("documented", database=database)
    define_properties(
        api,
        make_property("ext_id", has_unique_value=True),
        make_property("weight", "number", "number"),
        make_property("due", "date", "date"),
        make_property("seen_at", "datetime", "date"),
        make_property("flag", "bool", "booleancheckbox"),
        make_property("tags", "enumeration", "checkbox", options=("a", "b", "c")),
    )
    define_pipeline(api, make_pipeline("support", "Support", [("first", "First", False), ("done", "Done", True)]))
    insert_owner(api, 101, "101@example.com")
    add_user(api, "101@example.com", password=None)
    add_user(api, "102@example.com", password=None)
    keep_view(api)
    for record_id in range(1, 7):
        values = {**TICKET, "hs_pipeline": "0", "ext_id": "ABCDEF"[record_id - 1], "weight": str(record_id)}
        insert_record(api, "tickets", record_id, values)
    for record_id in (11, 12):
        insert_record(api, "contacts", record_id, {"email": f"{record_id}@example.com"})
    insert_record(api, "companies", 21, {"name": "Acme"})
    insert_record(api, "deals", 41, {"dealname": "Big", "amount": "1000", "dealstage": "closedwon"})
    insert_record(api, "notes", 31, {"hs_note_body": "called", "hs_timestamp": "2026-09-01T00:00:00Z"})
    link_records(api, "tickets", 1, "11", 16)
    link_records(api, "tickets", 1, "21", 339)
    archive_record(api, "tickets", 6)
    api.post("/crm/v3/properties/tickets/groups", {"name": "ours", "label": "Ours"})
    rule = {"ruleArguments": ["^[A-Z]*$"]}
    api.put("/crm/v3/property-validations/tickets/ext_id/rule-type/REGEX", rule)
    api.post("/crm/v4/associations/tickets/contacts/labels", {"name": "asker", "label": "Asker"})
    api.post("/crm-object-schemas/v3/schemas", {"name": "machine", **SCHEMA})
    api.post("/crm-object-schemas/v3/schemas", {"name": "retired", **SCHEMA})
    api.delete("/crm-object-schemas/v3/schemas/p_retired")
    make_hooks(api)
    api.grant(WEAK_TOKEN, ["crm.objects.owners.read"])
    return api


def keep_view(api: Api) -> None:
    """A view for everybody: 9001."""

    async def work(tx: Transaction) -> None:
        await insert_view(tx, "0-5", View(9001, None, "Open", is_shared=True, definition={}))

    api.write(work)


def make_hooks(api: Api) -> None:
    """An app that is told of new tickets: subscription 5001."""
    make_app(api)

    async def work(tx: Transaction) -> None:
        await replace_settings(tx, 1_000_001, WebhookSettings("https://hooks.example.com/", 10, 1, 1))
        await replace_subscriptions(
            tx, 1_000_001, [Subscription(5001, "ticket.creation", None, None, active=False, created_at=1, updated_at=1)]
        )

    api.write(work)


def copy_account(template: Api) -> Api:
    """The same account in a database of its own."""
    assert isinstance(template.database, MemoryDatabase)
    api = object.__new__(Api)
    api.clock, api.account, api.token = template.clock, template.account, template.token
    api.database = MemoryDatabase(api.clock, parent=template.database)
    api.store = Store(api.database)
    api.service = template.service
    api.service.stores = api.store
    api.get("/spokedesk/v1/me")  # so that there is a call in its log
    return api


def headers_of(token: str = FULL_TOKEN) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "content-type": "application/json", "x-spokedesk-csrf": "1"}
