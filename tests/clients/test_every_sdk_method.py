"""Every method of the official Python SDK around tickets is called once and gives its typed model back.

The methods are found by looking at the SDK, so that one which a later version adds is red until it has a call here.
"""

from __future__ import annotations

import inspect
import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hubspot import HubSpot

from spokedesk.crm.owners import Owner
from spokedesk.storage import owners
from spokedesk.storage.database import Transaction, write_and_wait
from spokedesk.storage.sqlite import FileDatabase, system_clock
from tests.support.oauth import form_of
from tests.support.server import Server, make_token, run_command, start_server

ROOTS = (
    *(f"crm.{noun}" for noun in ("tickets", "objects", "contacts", "companies", "deals", "properties", "pipelines")),
    *(f"crm.{noun}" for noun in ("products", "line_items", "quotes")),
    *(f"crm.{noun}" for noun in ("associations", "owners", "schemas")),
    "oauth",
    "webhooks",
)
REDIRECT = "http://localhost:3000/oauth-callback"
OWNER_ID = 4711
ACTIVITY = {"hs_timestamp": "2026-10-01T12:00:00Z"}
VALUES: Mapping[str, Mapping[str, str]] = {
    "tickets": {"subject": "SDK", "hs_pipeline_stage": "1"},
    "contacts": {"firstname": "Ada"},
    "companies": {"name": "SDK Ltd"},
    "deals": {"dealname": "Big", "dealstage": "appointmentscheduled", "pipeline": "default"},
    "communications": {**ACTIVITY, "hs_communication_channel_type": "SMS", "hs_communication_logged_from": "CRM"},
    "goals": {"hs_goal_name": "More", "hs_target_amount": "10"},
    "leads": {"hs_lead_name": "Ada"},
    "taxes": {"hs_label": "VAT", "hs_type": "PERCENT", "hs_value": "19"},
    "feedback_submissions": {"hs_survey_name": "How was it?"},
    "products": {"name": "Toner"},
    "line_items": {"name": "Toner", "quantity": "2"},
    "quotes": {"hs_title": "Offer", "hs_expiration_date": "2026-12-31"},
    **dict.fromkeys(("calls", "emails", "meetings", "notes", "postal_mail", "tasks"), ACTIVITY),
}
MERGEABLE = ("tickets", "contacts", "companies", "deals")
OF_THEIR_OWN = (*MERGEABLE, "products", "line_items", "quotes")
"""Object types with a class beside `crm.objects`."""
READ_ONLY = {"basic_api.get_by_id", "basic_api.get_page", "batch_api.read", "search_api.do_search"}
"""What the SDK has for feedback; Spokedesk takes new ones all the same, so that there is something to read."""


@dataclass(slots=True)
class Desk:
    """A server with an owner and an app; makes whatever a call needs, under names that nobody used before."""

    server: Server
    app: dict[str, Any]
    sdk: Any
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    keyed: set[str] = field(default_factory=set)

    def name(self, stem: str) -> str:
        return f"{stem}_{next(self.numbers)}"

    def record(self, noun: str) -> str:
        return str(self.sdk.crm.objects.basic_api.create(noun, {"properties": VALUES[noun]}).id)

    def key_property(self, noun: str) -> str:
        """A unique property of a type, which upserts need."""
        if noun not in self.keyed:
            groups = self.sdk.crm.properties.groups_api.get_all(noun).results
            body = {**new_property("sdk_key", groups[0].name), "hasUniqueValue": True}
            self.sdk.crm.properties.core_api.create(noun, body)
            self.keyed.add(noun)
        return "sdk_key"

    def property(self) -> str:
        body = new_property(self.name("property"))
        return str(self.sdk.crm.properties.core_api.create("tickets", body).name)

    def group(self) -> str:
        name = self.name("group")
        return str(self.sdk.crm.properties.groups_api.create("tickets", {"name": name, "label": name}).name)

    def pipeline(self) -> Any:
        return self.sdk.crm.pipelines.pipelines_api.create("tickets", new_pipeline(self.name("Pipeline")))

    def pair(self) -> tuple[str, str]:
        """A ticket and a contact that are linked."""
        ticket, contact = self.record("tickets"), self.record("contacts")
        self.sdk.crm.associations.v4.basic_api.create_default("tickets", ticket, "contacts", contact)
        return ticket, contact

    def link(self) -> dict[str, Any]:
        """The input of batches of named associations."""
        ticket, contact = self.pair()
        return {"from": {"id": ticket}, "to": {"id": contact}, "type": "ticket_to_contact"}

    def typed_link(self) -> dict[str, Any]:
        ticket, contact = self.pair()
        return {"from": {"id": ticket}, "to": {"id": contact}, "types": [SPEC]}

    def label(self) -> int:
        """The type id of a label from tickets to contacts."""
        body = {"name": self.name("label"), "label": self.name("Label")}
        made = self.sdk.crm.associations.v4.schema.definitions_api.create("tickets", "contacts", body)
        return int(made.results[0].type_id)

    def schema(self) -> str:
        return str(self.sdk.crm.schemas.core_api.create(new_schema(self.name("car"))).object_type_id)

    def schema_link(self) -> tuple[str, str]:
        """A custom object and the id of its link to tickets."""
        name = self.schema()
        body = {"fromObjectTypeId": name, "toObjectTypeId": "0-5", "name": self.name("link")}
        return name, str(self.sdk.crm.schemas.core_api.create_association(name, body).id)

    def tokens(self) -> Any:
        """What the app gets after somebody allowed it something."""
        with self.server.http() as http:
            query = {"client_id": self.app["client_id"], "redirect_uri": REDIRECT, "scope": "tickets"}
            page = http.get("/oauth/authorize", params=query)
            fields = form_of(page.content).fields | {"access_token": self.server.token, "decision": "approve"}
            answer = http.post("/oauth/authorize", data=fields)
        code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
        given = {"code": code, "redirect_uri": REDIRECT, "grant_type": "authorization_code"}
        keys = {name: self.app[name] for name in ("client_id", "client_secret")}
        return self.sdk.oauth.tokens_api.create(**given, **keys)


Call = Callable[[Any, Desk], Any]
SPEC = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 16}
ENDS = ("tickets", "contacts")


def new_property(name: str, group: str = "ticketinformation") -> dict[str, Any]:
    return {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": group}


def new_stage(label: str = "Open") -> dict[str, Any]:
    return {"label": label, "displayOrder": 0, "metadata": {"ticketState": "OPEN"}}


def new_pipeline(label: str) -> dict[str, Any]:
    return {"label": label, "displayOrder": 9, "stages": [new_stage("Open"), new_stage("Waiting")]}


def new_schema(name: str) -> dict[str, Any]:
    own = {"name": "model", "label": "Model", "type": "string", "fieldType": "text"}
    labels = {"singular": name, "plural": name}
    return {"name": name, "labels": labels, "primaryDisplayProperty": "model", "properties": [own]} | {
        "requiredProperties": []
    }


def inputs(*items: Any) -> dict[str, Any]:
    return {"inputs": list(items)}


def record_calls(noun: str, *first: str) -> dict[str, Call]:
    """The calls that every object type has; `first` is the type where the method asks for it."""
    values = {"properties": VALUES[noun]}

    def upsert(api: Any, desk: Desk) -> Any:
        key = desk.key_property(noun)
        item = {"id": desk.name("key"), "idProperty": key, **values}
        return api.upsert(*first, inputs(item))

    def read(api: Any, desk: Desk) -> Any:
        wanted: dict[str, Any] = {"properties": [], "propertiesWithHistory": []}
        return api.read(*first, inputs({"id": desk.record(noun)}) | wanted)

    return {
        "basic_api.archive": lambda api, desk: api.archive(*first, desk.record(noun)),
        "basic_api.create": lambda api, desk: api.create(*first, values),
        "basic_api.get_by_id": lambda api, desk: api.get_by_id(*first, desk.record(noun)),
        "basic_api.get_page": lambda api, desk: api.get_page(*first, limit=1),
        "basic_api.update": lambda api, desk: api.update(*first, desk.record(noun), values),
        "batch_api.archive": lambda api, desk: api.archive(*first, inputs({"id": desk.record(noun)})),
        "batch_api.create": lambda api, desk: api.create(*first, inputs(values)),
        "batch_api.read": read,
        "batch_api.update": lambda api, desk: api.update(*first, inputs({"id": desk.record(noun), **values})),
        "batch_api.upsert": upsert,
        "search_api.do_search": lambda api, desk: api.do_search(*first, {"limit": 1}),
    }


def merge(noun: str) -> Call:
    def call(api: Any, desk: Desk) -> Any:
        return api.merge({"primaryObjectId": desk.record(noun), "objectIdToMerge": desk.record(noun)})

    return call


def share(api: Any, desk: Desk) -> Any:
    split = {"ownerId": OWNER_ID, "percentage": 1.0}
    return api.upsert(inputs({"id": desk.record("deals"), "splits": [split]}))


DEAL_SPLITS: dict[str, Call] = {
    "batch_api.read": lambda api, desk: api.read(inputs({"id": desk.record("deals")})),
    "batch_api.upsert": share,
}

PROPERTIES: dict[str, Call] = {
    "core_api.archive": lambda api, desk: api.archive("tickets", desk.property()),
    "core_api.create": lambda api, desk: api.create("tickets", new_property(desk.name("property"))),
    "core_api.get_all": lambda api, desk: api.get_all("tickets"),
    "core_api.get_by_name": lambda api, desk: api.get_by_name("tickets", "subject"),
    "core_api.update": lambda api, desk: api.update("tickets", desk.property(), {"label": "Other"}),
    "batch_api.archive": lambda api, desk: api.archive("tickets", inputs({"name": desk.property()})),
    "batch_api.create": lambda api, desk: api.create("tickets", inputs(new_property(desk.name("property")))),
    "batch_api.read": lambda api, desk: api.read("tickets", inputs({"name": "subject"}) | {"archived": False}),
    "groups_api.archive": lambda api, desk: api.archive("tickets", desk.group()),
    "groups_api.create": lambda api, desk: api.create("tickets", {"name": desk.name("group"), "label": "Group"}),
    "groups_api.get_all": lambda api, desk: api.get_all("tickets"),
    "groups_api.get_by_name": lambda api, desk: api.get_by_name("tickets", "ticketinformation"),
    "groups_api.update": lambda api, desk: api.update("tickets", desk.group(), {"label": "Other"}),
}


def stage_call(step: Callable[[Any, str, str], Any]) -> Call:
    """A call about the first stage of a new pipeline."""

    def call(api: Any, desk: Desk) -> Any:
        pipeline = desk.pipeline()
        return step(api, pipeline.id, pipeline.stages[0].id)

    return call


def audit_stage(api: Any, desk: Desk) -> Any:
    """The SDK does not ask for the pipeline and sends the text `{pipelineId}` in its place."""
    return api.get_audit("tickets", desk.pipeline().stages[0].id)


PIPELINES: dict[str, Call] = {
    "pipelines_api.archive": lambda api, desk: api.archive("tickets", desk.pipeline().id),
    "pipelines_api.create": lambda api, desk: api.create("tickets", new_pipeline(desk.name("Pipeline"))),
    "pipelines_api.get_all": lambda api, desk: api.get_all("tickets"),
    "pipelines_api.get_by_id": lambda api, desk: api.get_by_id("tickets", "0"),
    "pipelines_api.replace": lambda api, desk: api.replace(
        "tickets", desk.pipeline().id, new_pipeline(desk.name("Pipeline"))
    ),
    "pipelines_api.update": lambda api, desk: api.update("tickets", desk.pipeline().id, {"displayOrder": 3}),
    "pipeline_stages_api.archive": stage_call(lambda api, *ids: api.archive("tickets", *ids)),
    "pipeline_stages_api.create": lambda api, desk: api.create("tickets", desk.pipeline().id, new_stage("Third")),
    "pipeline_stages_api.get_all": lambda api, desk: api.get_all("tickets", "0"),
    "pipeline_stages_api.get_by_id": lambda api, desk: api.get_by_id("tickets", "0", "1"),
    "pipeline_stages_api.replace": stage_call(lambda api, *ids: api.replace("tickets", *ids, new_stage("Third"))),
    "pipeline_stages_api.update": stage_call(lambda api, *ids: api.update("tickets", *ids, {"label": "Other"})),
    "pipeline_audits_api.get_audit": lambda api, desk: api.get_audit("tickets", desk.pipeline().id),
    "pipeline_stage_audits_api.get_audit": audit_stage,
}


def update_label(api: Any, desk: Desk) -> Any:
    return api.update(*ENDS, {"associationTypeId": desk.label(), "label": desk.name("Label")})


ASSOCIATIONS: dict[str, Call] = {
    "batch_api.archive": lambda api, desk: api.archive(*ENDS, inputs(desk.link())),
    "batch_api.create": lambda api, desk: api.create(*ENDS, inputs(desk.link())),
    "batch_api.read": lambda api, desk: api.read(*ENDS, inputs({"id": desk.pair()[0]})),
    "schema.types_api.get_all": lambda api, desk: api.get_all(*ENDS),
    "v4.basic_api.archive": lambda api, desk: api.archive(*alternate(desk.pair())),
    "v4.basic_api.create": lambda api, desk: api.create(*alternate(desk.pair()), [SPEC]),
    "v4.basic_api.create_default": lambda api, desk: api.create_default(*alternate(desk.pair())),
    "v4.basic_api.get_page": lambda api, desk: api.get_page(*alternate(desk.pair())[:3]),
    "v4.batch_api.archive": lambda api, desk: api.archive(*ENDS, inputs(fan(desk.pair()))),
    "v4.batch_api.archive_labels": lambda api, desk: api.archive_labels(*ENDS, inputs(desk.typed_link())),
    "v4.batch_api.create": lambda api, desk: api.create(*ENDS, inputs(desk.typed_link())),
    "v4.batch_api.create_default": lambda api, desk: api.create_default(*ENDS, inputs(desk.link())),
    "v4.batch_api.get_page": lambda api, desk: api.get_page(*ENDS, inputs({"id": desk.pair()[0]})),
    "v4.report_api.request": lambda api, desk: api.request(1),
    "v4.schema.definitions_api.create": lambda api, desk: api.create(
        *ENDS, {"name": desk.name("label"), "label": desk.name("Label")}
    ),
    "v4.schema.definitions_api.get_all": lambda api, desk: api.get_all(*ENDS),
    "v4.schema.definitions_api.remove": lambda api, desk: api.remove(*ENDS, desk.label()),
    "v4.schema.definitions_api.update": update_label,
}


def configurations(step: str, *, limited: bool = True, known: bool = False) -> Call:
    """A batch about the limit of a new label; `known` ones have a limit before."""

    def call(api: Any, desk: Desk) -> Any:
        spec = {"category": "USER_DEFINED", "typeId": desk.label()}
        limit = {**spec, "maxToObjectIds": 5}
        if known:
            api.batch_create(*ENDS, inputs(limit))
        return getattr(api, step)(*ENDS, inputs(limit if limited else spec))

    return call


CONFIGURATIONS: dict[str, Call] = {
    "definition_configurations_api.batch_create": configurations("batch_create"),
    "definition_configurations_api.batch_remove": configurations("batch_remove", limited=False, known=True),
    "definition_configurations_api.batch_update": configurations("batch_update", known=True),
    "definition_configurations_api.get_all": lambda api, desk: api.get_all(),
    "definition_configurations_api.get_all_between_two_object_types": lambda api, desk: (
        api.get_all_between_two_object_types(*ENDS)
    ),
}


def alternate(pair: tuple[str, str]) -> tuple[str, str, str, str]:
    """Types and ids in the order of the single calls."""
    return ENDS[0], pair[0], ENDS[1], pair[1]


def fan(pair: tuple[str, str]) -> dict[str, Any]:
    return {"from": {"id": pair[0]}, "to": [{"id": pair[1]}]}


def create_schema_link(api: Any, desk: Desk) -> Any:
    name = desk.schema()
    return api.create_association(name, {"fromObjectTypeId": name, "toObjectTypeId": "0-5", "name": desk.name("link")})


SCHEMAS: dict[str, Call] = {
    "core_api.archive": lambda api, desk: api.archive(desk.schema()),
    "core_api.archive_association": lambda api, desk: api.archive_association(*desk.schema_link()),
    "core_api.create": lambda api, desk: api.create(new_schema(desk.name("car"))),
    "core_api.create_association": create_schema_link,
    "core_api.get_all": lambda api, desk: api.get_all(),
    "core_api.get_by_id": lambda api, desk: api.get_by_id(desk.schema()),
    "core_api.update": lambda api, desk: api.update(desk.schema(), {"description": "On wheels"}),
}


def refresh(api: Any, desk: Desk) -> Any:
    keys = {name: desk.app[name] for name in ("client_id", "client_secret")}
    return api.create(grant_type="refresh_token", refresh_token=desk.tokens().refresh_token, **keys)


OAUTH: dict[str, Call] = {
    "access_tokens_api.get": lambda api, desk: api.get(desk.tokens().access_token),
    "refresh_tokens_api.archive": lambda api, desk: api.archive(desk.tokens().refresh_token),
    "refresh_tokens_api.get": lambda api, desk: api.get(desk.tokens().refresh_token),
    "tokens_api.create": refresh,
}
OWNERS: dict[str, Call] = {
    "owners_api.get_by_id": lambda api, desk: api.get_by_id(OWNER_ID),
    "owners_api.get_page": lambda api, desk: api.get_page(),
}


def subscription(api: Any, desk: Desk) -> tuple[int, int]:
    """App and id of a new subscription; no two may be alike."""
    event = {"eventType": "ticket.propertyChange", "propertyName": desk.name("property")}
    return desk.app["app_id"], int(api.create(desk.app["app_id"], event).id)


HOOKS = {"targetUrl": "https://hooks.example.com/", "throttling": {"maxConcurrentRequests": 10}}


def with_settings(step: str) -> Call:
    def call(api: Any, desk: Desk) -> Any:
        api.configure(desk.app["app_id"], HOOKS)
        return getattr(api, step)(desk.app["app_id"])

    return call


def switch_subscriptions(api: Any, desk: Desk) -> Any:
    app, made = subscription(api, desk)
    return api.update_batch(app, inputs({"id": made, "active": True}))


WEBHOOKS: dict[str, Call] = {
    "settings_api.clear": with_settings("clear"),
    "settings_api.configure": lambda api, desk: api.configure(desk.app["app_id"], HOOKS),
    "settings_api.get_all": with_settings("get_all"),
    "subscriptions_api.archive": lambda api, desk: api.archive(*reversed(subscription(api, desk))),
    "subscriptions_api.create": lambda api, desk: api.create(
        desk.app["app_id"], {"eventType": "ticket.propertyChange", "propertyName": desk.name("property")}
    ),
    "subscriptions_api.get_all": lambda api, desk: api.get_all(desk.app["app_id"]),
    "subscriptions_api.get_by_id": lambda api, desk: api.get_by_id(*reversed(subscription(api, desk))),
    "subscriptions_api.update": lambda api, desk: api.update(*reversed(subscription(api, desk)), {"active": True}),
    "subscriptions_api.update_batch": switch_subscriptions,
}


def under(prefix: str, calls: Mapping[str, Call]) -> dict[str, Call]:
    return {f"{prefix}.{name}": call for name, call in calls.items()}


def every_call() -> dict[str, Call]:
    """The calls by the name of their method."""
    found = under("crm.objects", record_calls("tickets", "tickets"))
    for noun in VALUES:
        place = f"crm.{noun}" if noun in OF_THEIR_OWN else f"crm.objects.{noun}"
        calls = record_calls(noun)
        if noun == "feedback_submissions":
            calls = {name: call for name, call in calls.items() if name in READ_ONLY}
        found |= under(place, calls)
    found |= under("crm.objects.deal_splits", DEAL_SPLITS)
    found |= {f"crm.{noun}.basic_api.merge": merge(noun) for noun in MERGEABLE}
    found["crm.contacts.basic_api.purge"] = lambda api, desk: api.purge({"objectId": desk.record("contacts")})
    found |= under("crm.properties", PROPERTIES) | under("crm.pipelines", PIPELINES)
    found |= (
        under("crm.associations", ASSOCIATIONS)
        | under("crm.associations.v4.schema", CONFIGURATIONS)
        | under("crm.schemas", SCHEMAS)
    )
    return found | under("crm.owners", OWNERS) | under("oauth", OAUTH) | under("webhooks", WEBHOOKS)


CALLS = every_call()


RECORD = "SimplePublicObjectWithAssociations"
# calls that collect every page by themselves: what the list that they give back holds
COLLECTING: dict[str, tuple[Call, str]] = {
    "crm.objects.get_all": (lambda api, desk: api.get_all("tickets"), RECORD),
    "crm.objects.fetch_all": (lambda api, desk: api.fetch_all("tickets", properties=["subject"]), RECORD),
    "crm.owners.get_all": (lambda api, desk: api.get_all(), "PublicOwner"),
    **{f"crm.{noun}.get_all": (lambda api, desk: api.get_all(), RECORD) for noun in OF_THEIR_OWN},
}


def follow(root: Any, path: str) -> Any:
    for part in path.split("."):
        root = getattr(root, part)
    return root


def methods_of(node: Any, path: str) -> Iterator[str]:
    """The methods of the generated classes below a part of the SDK, and those that collect pages for them."""
    for name, value in inspect.getmembers(type(node)):
        if inspect.isfunction(value) and not name.startswith("_"):
            yield f"{path}.{name}"
        if not isinstance(value, property):
            continue
        child = getattr(node, name)
        if hasattr(child, "api_client"):
            own = (method for method, _ in inspect.getmembers(child, inspect.ismethod) if not method.startswith("_"))
            yield from (f"{path}.{name}.{method}" for method in own if not method.endswith("_with_http_info"))
        else:
            yield from methods_of(child, f"{path}.{name}")


def methods_of_sdk() -> set[str]:
    sdk = HubSpot(access_token="nobody")
    return {method for root in ROOTS for method in methods_of(follow(sdk, root), root)}


def promised_model(method: Any) -> str | None:
    """The model that a method makes of a success, as its source says; None for an empty answer."""
    source = inspect.getsource(getattr(method.__self__, f"{method.__name__}_with_http_info"))
    found = re.search(r"response_types_map = \{(.*?)\}", source, re.DOTALL)
    assert found is not None, "every generated method has such a table"
    models = dict(re.findall(r'(\d+): "(\w+)"', found[1]))
    return models.get("201") or models.get("200")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("methods") / "data"
    token = make_token(data)
    app = run_command("app", "create", "--data", str(data), "--name", "Shop", "--redirect-uri", REDIRECT)
    insert_owner(data, app["account_id"])
    server = start_server(token=token, data=data)
    yield Desk(server, app, server.client())
    server.stop()


def insert_owner(data: Any, account_id: int) -> None:
    async def work(tx: Transaction) -> None:
        owner = Owner(OWNER_ID, 1, "a@example.com", "An", "Agent", "PERSON", (), tx.now, tx.now, None)
        await owners.insert_owners(tx, [owner])

    database = FileDatabase(data, system_clock)
    try:
        write_and_wait(database, account_id, work)
    finally:
        database.close()


def test_every_method_of_the_sdk_has_a_call() -> None:
    expected = methods_of_sdk()
    called = CALLS.keys() | COLLECTING.keys()
    assert expected - called == set(), "methods without a call"
    assert called - expected == set(), "calls of methods that do not exist"
    assert len(CALLS) > 260


@pytest.mark.parametrize("path", sorted(CALLS))
def test_a_method_gives_its_model_back(desk: Desk, path: str) -> None:
    method = follow(desk.sdk, path)
    answer = CALLS[path](method.__self__, desk)
    assert (None if answer is None else type(answer).__name__) == promised_model(method)


@pytest.mark.parametrize("path", sorted(COLLECTING))
def test_a_method_that_collects_pages_gives_every_record_back(desk: Desk, path: str) -> None:
    call, model = COLLECTING[path]
    noun = path.split(".")[1].replace("objects", "tickets")
    made = {desk.record(noun) for _ in range(101)} if noun != "owners" else {str(OWNER_ID)}
    found = call(follow(desk.sdk, path).__self__, desk)
    assert made <= {item.id for item in found}
    assert {type(item).__name__ for item in found} == {model}
