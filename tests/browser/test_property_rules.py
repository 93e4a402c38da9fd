"""Validation rules in the settings of properties: set, shown, kept by writes, refused, removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PSEUDO, Desk
from tests.browser.test_property_settings import create, remove
from tests.browser.test_settings import dialog, press, read

RULES = "/crm/v3/property-validations/tickets"
KINDS = {
    "set_text": ("string", "text"),
    "set_number": ("number", "number"),
    "set_day": ("date", "date"),
    "set_instant": ("datetime", "date"),
    "set_phone": ("string", "phonenumber"),
}


@pytest.fixture
def properties(desk: Desk) -> Iterator[None]:
    """One property of each type that has rules, all called by their names, alone in the list."""
    for name, (kind, field) in KINDS.items():
        create(desk, name=name, label=name, type=kind, fieldType=field)
    desk.go("/settings/properties/tickets")
    desk.page.get_by_label("Search properties").fill("set_")
    expect(desk.page.locator("[data-property]")).to_have_count(len(KINDS))
    yield
    with desk.http() as http:
        # they would come back with the properties
        for name in KINDS:
            for rule in rules_of(desk, name):
                http.delete(f"/spokedesk/v1/property-validations/tickets/{name}/rule-type/{rule}").raise_for_status()
    remove(desk, *KINDS)


def open_rules(desk: Desk, name: str) -> Locator:
    press(desk, f"Rules for “{name}”")
    dialog(desk).wait_for()
    return dialog(desk)


def set_rule(desk: Desk, rule: str) -> None:
    form = dialog(desk)
    form.get_by_role("button", name="Set the rule").click()
    expect(form.locator(f"[data-rule='{rule}']")).to_be_visible()


def rules_of(desk: Desk, name: str) -> dict[str, Any]:
    return {one["ruleType"]: one["ruleArguments"] for one in read(desk, f"{RULES}/{name}")["results"]}


def test_rules_are_set_kept_and_removed(desk: Desk, properties: None) -> None:
    form = open_rules(desk, "set_text")
    expect(form).to_contain_text("Every value of its type is taken so far.")
    form.get_by_label("Rule", exact=True).select_option("Most characters")
    form.get_by_label("Number").fill("4")
    set_rule(desk, "MAX_LENGTH")
    form.get_by_label("Rule", exact=True).select_option("Upper and lower case")
    form.get_by_label("Allowed").select_option("CAPITALS")
    form.get_by_label("Bring values into this form").check()
    set_rule(desk, "FORMAT")
    expect(form.locator("[data-rule=FORMAT]")).to_contain_text("Upper and lower caseCAPITALSCorrects")
    assert rules_of(desk, "set_text") == {"MAX_LENGTH": ["4"], "FORMAT": ["UPPER"]}
    form.get_by_role("button", name="Done").click()
    expect(desk.page.locator("[data-property=set_text]")).to_contain_text("2 rules")
    with desk.http() as http:
        ticket = {"subject": "Rules", "hs_pipeline_stage": "1", "set_text": "ab"}
        made = http.post("/crm/v3/objects/tickets", json={"properties": ticket}).json()
        assert made["properties"]["set_text"] == "AB"
        http.delete(f"/crm/v3/objects/tickets/{made['id']}")
        assert http.post("/crm/v3/objects/tickets", json={"properties": {**ticket, "set_text": "abcde"}}).is_error
    form = open_rules(desk, "set_text")
    form.get_by_role("button", name="Remove “Most characters”").click()
    expect(form.locator("[data-rule=MAX_LENGTH]")).to_have_count(0)
    assert rules_of(desk, "set_text") == {"FORMAT": ["UPPER"]}


@pytest.mark.parametrize(
    ("name", "rule", "fields", "kind", "expected", "shown"),
    [
        (
            "set_text",
            "Regular expression",
            {"Regular expression": "^[A-Z]{3}-", "What is said": "Like ABC-1"},
            "REGEX",
            ["^[A-Z]{3}-", "Like ABC-1"],
            "^[A-Z]{3}- · Like ABC-1",
        ),
        (
            "set_text",
            "No e-mail addresses of these domains",
            {"Domains": "a.example, b.example"},
            "EMAIL_BLOCKED_DOMAINS",
            ["a.example", "b.example"],
            "a.example, b.example",
        ),
        ("set_text", "No special characters", {}, "SPECIAL_CHARACTERS", ["NOT_ALLOWED"], "No special characters"),
        ("set_number", "Largest number", {"Number": "-2.5"}, "MAX_NUMBER", ["-2.5"], "-2.5"),
        ("set_day", "Earliest", {"Date": "2026-02-03"}, "START_DATE", ["1770076800000"], "3 Feb 2026"),
        ("set_day", "At least so long ago", {"Period": "P7D"}, "BEFORE_DURATION", ["P7D"], "P7D"),
        ("set_phone", "Phone number with country code", {"Country": "DE"}, None, ["de"], "de"),
    ],
)
def test_every_kind_of_argument_can_be_given(
    desk: Desk,
    properties: None,
    name: str,
    rule: str,
    fields: dict[str, str],
    kind: str | None,
    expected: list[str],
    shown: str,
) -> None:
    kind = kind or "PHONE_NUMBER_WITH_EXPLICIT_COUNTRY_CODE"
    form = open_rules(desk, name)
    form.get_by_label("Rule", exact=True).select_option(rule)
    for label, text in fields.items():
        form.get_by_role("textbox", name=label).or_(form.locator("input[type=date]")).first.fill(text)
    set_rule(desk, kind)
    expect(form.locator(f"[data-rule='{kind}']")).to_contain_text(shown)
    assert rules_of(desk, name) == {kind: expected}


def test_days_and_instants_are_chosen(desk: Desk, properties: None) -> None:
    form = open_rules(desk, "set_instant")
    form.get_by_label("Rule", exact=True).select_option("Days of the week")
    for day in ("Sunday", "Monday"):
        form.get_by_label(day).check()
    set_rule(desk, "DAYS_OF_WEEK")
    expect(form.locator("[data-rule=DAYS_OF_WEEK]")).to_contain_text("Monday, Sunday")
    form.get_by_label("Rule", exact=True).select_option("Latest")
    form.locator("input[type=datetime-local]").fill("2026-02-03T10:30")
    set_rule(desk, "END_DATETIME")
    at = desk.page.evaluate("Date.parse('2026-02-03T10:30')")
    assert rules_of(desk, "set_instant") == {"DAYS_OF_WEEK": ["MONDAY", "SUNDAY"], "END_DATETIME": [str(at)]}


def test_arguments_that_are_refused_are_told_at_their_field(desk: Desk, properties: None) -> None:
    form = open_rules(desk, "set_text")
    field = form.get_by_label("Number")
    form.get_by_label("Rule", exact=True).select_option("Most characters")
    field.fill("many")
    form.get_by_role("button", name="Set the rule").click()
    expect(field).to_have_accessible_description(re.compile("one whole number from 1 to"))
    form.get_by_label("Rule", exact=True).select_option("Regular expression")
    pattern = form.get_by_role("textbox", name="Regular expression")
    pattern.fill("(")
    form.get_by_role("button", name="Set the rule").click()
    expect(pattern).to_have_accessible_description(re.compile("the regular expression cannot be used"))
    assert rules_of(desk, "set_text") == {}


def test_a_rule_that_is_gone_already_is_told(desk: Desk, properties: None) -> None:
    with desk.http() as http:
        http.put(f"{RULES}/set_text/rule-type/EMAIL", json={"ruleArguments": []}).raise_for_status()
        desk.page.reload()
        desk.page.get_by_label("Search properties").fill("set_")
        form = open_rules(desk, "set_text")
        expect(form.locator("[data-rule=EMAIL]")).to_be_visible()
        http.delete("/spokedesk/v1/property-validations/tickets/set_text/rule-type/EMAIL").raise_for_status()
    form.get_by_role("button", name="Remove “E-mail address”").click()
    expect(form.get_by_role("alert")).to_contain_text("has no validation rule of the type EMAIL")
    expect(form.locator("[data-rule=EMAIL]")).to_have_count(0)


def test_values_that_nobody_writes_have_no_rules(desk: Desk) -> None:
    desk.go("/settings/properties/tickets")
    desk.page.get_by_label("Search properties").fill("hs_lastmodifieddate")
    shown = desk.page.locator("[data-property='hs_lastmodifieddate']")
    expect(shown.get_by_role("button", name=re.compile("^Edit"))).to_be_visible()
    expect(shown.get_by_role("button", name=re.compile("^Rules"))).to_have_count(0)


def test_the_rules_are_translated(desk: Desk, properties: None) -> None:
    with desk.http() as http:
        for rule, arguments in (("WHITESPACE", ["TRIM"]), ("REGEX", ["^A", "An A"]), ("EMAIL", [])):
            body = {"ruleArguments": arguments}
            http.put(f"{RULES}/set_text/rule-type/{rule}", json=body).raise_for_status()
    desk.use_language(PSEUDO)
    desk.go("/settings/properties/tickets")
    desk.page.locator("main input[placeholder]").first.fill("set_")
    for name in ("set_text", "set_instant"):
        desk.page.locator(f"[data-property={name}] td:last-child button").first.click()
        dialog(desk).wait_for()
        for ask in dialog(desk).locator("select").first.locator("option").all():
            dialog(desk).locator("select").first.select_option(ask.get_attribute("value"))
            assert desk.untranslated() == []
        desk.page.keyboard.press("Escape")
        expect(dialog(desk)).to_have_count(0)
