"""The settings, their dialogs, and what they show once; over an account of the test alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.scenes.scene import Scene, Visit

PIPELINES = "/settings/pipelines/:objectType?"
PROPERTIES = "/settings/properties/:objectType?"
GROUPS = "/settings/groups/:objectType?"
LABELS = "/settings/labels/:from?/:to?"
FIELDS = {"name": "looked_at", "label": "Looked at", "type": "enumeration", "fieldType": "select"}
TEXT = {"name": "looked_at_text", "label": "Looked at text", "type": "string", "fieldType": "text"}
INSTANT = {"name": "looked_at_instant", "label": "Looked at instant", "type": "datetime", "fieldType": "date"}
FORMULA = {
    "name": "looked_at_twice",
    "label": "Looked at twice",
    "type": "number",
    "fieldType": "calculation_equation",
    "calculationFormula": "1 + 1",
}
IN_GROUP = {"groupName": "ticketinformation"}


def furnish(visit: Visit) -> None:
    """One of everything that the settings list."""
    option = {"label": "One", "value": "one", "displayOrder": 0}
    with visit.desk.http() as http:
        for path, body in (
            ("/crm/v3/properties/tickets", {**FIELDS, **IN_GROUP, "options": [option]}),
            ("/crm/v3/properties/tickets", {**FORMULA, **IN_GROUP}),
            ("/crm/v3/properties/tickets", {**TEXT, **IN_GROUP}),
            ("/crm/v3/properties/tickets", {**INSTANT, **IN_GROUP}),
            ("/crm/v3/properties/tickets/groups", {"name": "looked_at", "label": "Looked at"}),
            ("/crm/v4/associations/tickets/contacts/labels", {"label": "Looked at", "name": "looked_at"}),
            ("/spokedesk/v1/tokens", {"name": "Looked at", "scopes": ["tickets"]}),
            ("/spokedesk/v1/users", {"email": "lou@example.com", "firstName": "Lou", "role": "agent"}),
            ("/webhooks/v3/4711/subscriptions", {"eventType": "ticket.creation", "active": True}),
        ):
            http.post(path, json=body).raise_for_status()
        target = {"targetUrl": "https://hooks.example/in", "throttling": {"maxConcurrentRequests": 12}}
        http.put("/webhooks/v3/4711/settings", json=target).raise_for_status()
        for rule, arguments in (("WHITESPACE", ["TRIM"]), ("REGEX", ["^A", "An A"]), ("EMAIL", [])):
            path = f"/crm/v3/property-validations/tickets/{TEXT['name']}/rule-type/{rule}"
            http.put(path, json={"ruleArguments": arguments}).raise_for_status()
        app = {"name": "Looked at", "redirectUris": ["https://portal.example/back"], "scopes": ["tickets"]}
        visit.made["app"] = http.post("/spokedesk/v1/apps", json=app).raise_for_status().json()["id"]


def go(visit: Visit, page: str, **query: str) -> None:
    visit.at(f"/settings/{page}", **query)
    visit.desk.settle()


def search(visit: Visit, label: str, text: str) -> None:
    visit.page.get_by_label(label).fill(text)


def pressed(page: str, button: str, **query: str) -> Callable[[Visit], None]:
    """A page of the settings after a button of it was pressed."""

    def opened(visit: Visit) -> None:
        go(visit, page, **query)
        visit.press(button)

    return opened


def shown(page: str, **query: str) -> Callable[[Visit], None]:
    return lambda visit: go(visit, page, **query)


def refused(visit: Visit) -> None:
    """What is wrong stands at the fields, and below them."""
    pressed("tokens", "New access token")(visit)
    visit.press("Create", visit.dialog())
    visit.dialog().get_by_text("A token needs a name").first.wait_for()


def page_refused(visit: Visit) -> None:
    visit.refuse("**/spokedesk/v1/tokens")
    go(visit, "tokens")
    visit.wait_for_refusal()


def page_awaited(visit: Visit) -> None:
    visit.withhold("**/spokedesk/v1/users")
    visit.at("/settings/users")


def secret(visit: Visit) -> None:
    pressed("tokens", "New access token")(visit)
    visit.dialog().get_by_label("Name").fill("Shown once")
    visit.press("Read everything", visit.dialog())
    visit.press("Create", visit.dialog())
    visit.page.get_by_test_id("secret").wait_for()


def app_made(visit: Visit) -> None:
    pressed("apps", "New app")(visit)
    visit.dialog().get_by_label("Name").fill("Shown once")
    visit.dialog().get_by_label("Redirect addresses").fill("https://portal.example/back")
    visit.press("Create", visit.dialog())
    visit.page.get_by_test_id("secret").wait_for()


def found_properties(visit: Visit) -> None:
    """Few rows: each of many costs time, and is like the others."""
    go(visit, "properties")
    search(visit, "Search properties", "looked")
    expect(visit.page.locator("[data-property]")).to_have_count(4)


def own_property(button: str) -> Callable[[Visit], None]:
    def opened(visit: Visit) -> None:
        found_properties(visit)
        visit.press(button)

    return opened


def no_property(visit: Visit) -> None:
    go(visit, "properties")
    search(visit, "Search properties", "nosuchwordatall")
    visit.page.get_by_role("heading", name="Nothing matches").wait_for()


def less_for_an_app(visit: Visit) -> None:
    pressed("apps", "Edit “Looked at”")(visit)
    visit.press("Read everything", visit.dialog())
    visit.dialog().get_by_text("loses at once").wait_for()


def new_property_with_options(visit: Visit) -> None:
    pressed("properties", "New property")(visit)
    visit.dialog().get_by_label("Type").select_option("Dropdown")
    visit.press("Add an option", visit.dialog())


def no_custom_properties(visit: Visit) -> None:
    go(visit, "properties")
    visit.page.get_by_role("radiogroup").get_by_text("Custom").click()
    visit.page.get_by_role("heading", name="No properties of your own").wait_for()


def formula_refused(visit: Visit) -> None:
    pressed("properties", "New property")(visit)
    visit.dialog().get_by_label("Type").select_option("Calculated by a formula")
    visit.dialog().get_by_label("Label").first.fill("Twice")
    visit.dialog().get_by_label("Formula").last.fill("2 *")
    visit.press("Create", visit.dialog())
    visit.wait_for_refusal(visit.dialog())


def rule_of_days(visit: Visit) -> None:
    own_property("Rules for “Looked at instant”")(visit)
    visit.dialog().get_by_label("Rule", exact=True).select_option("Days of the week")
    visit.dialog().get_by_label("Monday").check()


def rule_refused(visit: Visit) -> None:
    go(visit, "properties")
    search(visit, "Search properties", "subject")
    visit.press("Rules for “Ticket name”")
    visit.press("Set the rule", visit.dialog())
    visit.wait_for_refusal(visit.dialog())


def dragged_by_keys(visit: Visit) -> None:
    go(visit, "pipelines")
    visit.page.get_by_role("button", name="drag it, or use the arrow keys").first.focus()


def owner(button: str) -> Callable[[Visit], None]:
    def opened(visit: Visit) -> None:
        go(visit, "owners")
        search(visit, "Search by name", "lou")
        visit.page.get_by_role("button", name=button).last.click()

    return opened


SETTINGS = {
    "pipelines": (
        Scene("settings", lambda visit: visit.at("/settings"), "/settings"),
        Scene("stages by keys", dragged_by_keys, PIPELINES),
        Scene("pipelines of deals", shown("pipelines/deals"), PIPELINES, is_again=True),
        Scene("new pipeline", pressed("pipelines", "New pipeline"), PIPELINES, "PipelineDialogs"),
        Scene("new stage", pressed("pipelines", "Add a stage"), PIPELINES, "PipelineDialogs"),
        Scene(
            "a stage of deals", pressed("pipelines/deals", "Add a stage"), PIPELINES, "PipelineDialogs", is_again=True
        ),
        Scene("deleting a pipeline", pressed("pipelines", "Delete “Support Pipeline”"), PIPELINES, "PipelineSettings"),
        Scene("deleting a stage", pressed("pipelines", "Delete “New”"), PIPELINES, "Stages"),
    ),
    "properties": (
        Scene("properties", found_properties, PROPERTIES),
        Scene("all properties of tickets", shown("properties"), PROPERTIES, is_again=True),
        Scene("properties without matches", no_property, PROPERTIES, is_again=True),
        Scene("new property", new_property_with_options, PROPERTIES, "PropertyDialog"),
        Scene("editing a property", own_property("Edit “Looked at”"), PROPERTIES, "PropertyDialog"),
        Scene("archiving a property", own_property("Archive “Looked at”"), PROPERTIES, "PropertySettings"),
        Scene("new formula, refused", formula_refused, PROPERTIES, "PropertyDialog", is_again=True),
        Scene("editing a formula", own_property("Edit “Looked at twice”"), PROPERTIES, "PropertyDialog", is_again=True),
        Scene("rules", own_property("Rules for “Looked at text”"), PROPERTIES, "RuleDialog"),
        Scene("rule of days", rule_of_days, PROPERTIES, "RuleDialog", is_again=True),
        Scene("new rule, refused", rule_refused, PROPERTIES, "RuleDialog", is_again=True),
    ),
    "groups, labels, tokens and apps": (
        Scene("groups", shown("groups"), GROUPS),
        Scene("new group", pressed("groups", "New group"), GROUPS, "GroupSettings"),
        Scene("deleting a group", pressed("groups", "Delete “Looked at”"), GROUPS, "GroupSettings"),
        Scene("labels", shown("labels/tickets/contacts"), LABELS),
        Scene("new label", pressed("labels/tickets/contacts", "New label"), LABELS, "LabelSettings"),
        Scene("deleting a label", pressed("labels/tickets/contacts", "Delete “Looked at”"), LABELS, "LabelSettings"),
        Scene("tokens", shown("tokens"), "/settings/tokens"),
        Scene("new token, refused", refused, "/settings/tokens", "TokenDialog"),
        Scene("token that is shown once", secret, "/settings/tokens", "Secret"),
        Scene("revoking a token", pressed("tokens", "Revoke “Looked at”"), "/settings/tokens", "TokenSettings"),
        Scene("tokens, refused", page_refused, "/settings/tokens", is_again=True),
        Scene("apps", shown("apps"), "/settings/apps"),
        Scene("new app", pressed("apps", "New app"), "/settings/apps", "AppDialog"),
        Scene("editing an app", less_for_an_app, "/settings/apps", "AppDialog"),
        Scene("app that is shown once", app_made, "/settings/apps", "Secret", is_again=True),
        Scene("revoking an app", pressed("apps", "Revoke “Looked at”"), "/settings/apps", "AppSettings"),
    ),
    "people and webhooks": (
        Scene("users", shown("users"), "/settings/users"),
        Scene("users, awaited", page_awaited, "/settings/users", is_loading=True, is_again=True),
        Scene("inviting somebody", pressed("users", "Invite somebody"), "/settings/users", "UserSettings"),
        Scene("disabling somebody", pressed("users", "Disable Lou"), "/settings/users", "UserSettings"),
        Scene("owners", shown("owners"), "/settings/owners"),
        Scene("new owner", pressed("owners", "New owner"), "/settings/owners", "OwnerSettings"),
        Scene("archiving an owner", owner("Archive"), "/settings/owners", "OwnerSettings"),
        Scene("whose webhooks", shown("webhooks"), "/settings/webhooks"),
        Scene("webhooks", shown("webhooks", app="4711"), "/settings/webhooks"),
        Scene("no such app", shown("webhooks", app="1"), "/settings/webhooks", is_again=True),
        Scene(
            "target", pressed("webhooks", "Change where events go", app="4711"), "/settings/webhooks", "WebhookDialogs"
        ),
        Scene(
            "subscribing", pressed("webhooks", "New subscription", app="4711"), "/settings/webhooks", "WebhookDialogs"
        ),
        Scene(
            "no target",
            pressed("webhooks", "Remove where events go", app="4711"),
            "/settings/webhooks",
            "WebhookSettings",
        ),
        Scene(
            "unsubscribing",
            pressed("webhooks", "Remove “ticket.creation”", app="4711"),
            "/settings/webhooks",
            "WebhookSettings",
        ),
    ),
}
"""One group per test, each over an account of its own."""
UNFURNISHED = (
    Scene("no tokens", shown("tokens"), "/settings/tokens", is_again=True),
    Scene("no apps", shown("apps"), "/settings/apps", is_again=True),
    Scene("no users", shown("users"), "/settings/users", is_again=True),
    Scene("no owners", shown("owners"), "/settings/owners", is_again=True),
    Scene("no custom properties", no_custom_properties, PROPERTIES, is_again=True),
    Scene("no labels", shown("labels/tickets/contacts"), LABELS, is_again=True),
    Scene("no webhooks", shown("webhooks", app="4711"), "/settings/webhooks", is_again=True),
)


def for_administrators(path: str, heading: str) -> Callable[[Visit], None]:
    def opened(visit: Visit) -> None:
        visit.at(path)
        visit.page.get_by_role("heading", name=heading).wait_for()

    return opened


READER = (
    Scene(
        "settings, not for all",
        for_administrators("/settings", "Settings are for administrators"),
        "/settings",
        is_again=True,
    ),
    Scene(
        "calls, not for all", for_administrators("/calls", "The API log is for administrators"), "/calls", is_again=True
    ),
    Scene("ticket to read", lambda visit: visit.at(f"/tickets/{visit.made['ticket']}"), "/tickets/:id", is_again=True),
    Scene("bin to read", lambda visit: visit.at("/bin"), "/bin", is_again=True),
    Scene("board to read", lambda visit: visit.at("/board", text="looked at"), "/board", is_again=True),
)
