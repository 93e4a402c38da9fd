"""The account that is searched: tickets with every type of property, full of awkward values."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.oracle.evaluator import Known, millis
from tests.support.api import Api
from tests.support.factories import (
    define_pipeline,
    define_properties,
    insert_owner,
    make_pipeline,
    make_property,
)

TICKETS = "/crm/v3/objects/tickets"
COUNT = 160
OPTIONS = ("red", "Red", "dark blue", "a_b", "50%", "grün", "青", "x*y")
SHAPES = {
    "text": ("string", "textarea"),
    "phone": ("phone_number", "phonenumber"),
    "number": ("number", "number"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
    "select": ("enumeration", "select"),
    "multi": ("enumeration", "checkbox"),
    "flag": ("bool", "booleancheckbox"),
}
# custom properties that some, all or none of the records have a value for
CUSTOM = {f"o_{kind}_{fill}": kind for kind in SHAPES for fill in ("some", "all", "none")}
BUILT_IN = {
    "subject": "text",
    "content": "text",
    "hs_pipeline": "select",
    "hs_pipeline_stage": "select",
    "hs_ticket_priority": "select",
    "hubspot_owner_id": "select",
    "hs_ticket_category": "multi",
    "hs_is_closed": "flag",
    "createdate": "datetime",
    "hs_lastmodifieddate": "datetime",
    "hs_object_id": "number",
}
KINDS: Mapping[str, str] = {**CUSTOM, **BUILT_IN}
LINKS = "associations.contact"

WORDS = (
    *("printer", "Printer", "PRINTER", "toner", "paper jam", "a", "42", "3rd", "foo_bar", "don't", "e-mail"),
    *("Grüße", "GRÜSSE", "grüsse", "Straße", "STRASSE", "Ärger", "naïve", "İstanbul", "ﬁle", "Ωmega", "ΣΑΣ"),
    *("プリンタ", "プリ", "プ", "印刷機", "印", "打印机故障", "한국어", "abcプリンタdef", "ｱｲｳ"),
    *("100%", "a_b", "c:\\temp\\*", "*", "**", "%", "_", "'quoted'", '"double"', "<b>bold</b>", "😀", "a;b", ""),
    *("bob@hubspot.com", "Bob.Smith+x@Example.COM", "--", "...", "x" * 300, "tab\there", "line\nbreak"),
)
NUMBERS = ("0", "1", "-1", "17", "17.5", "170", "-3.25", "0.1", "100", "12345678901234567", "12345678901234568", "9")
DAYS = ("2026-01-01", "2026-01-02", "2026-02-28", "2024-02-29", "1970-01-01", "1969-12-31", "1931-05-06", "2031-12-31")
MOMENTS = (
    *("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.001Z", "2026-01-01T12:30:00Z", "1969-12-31T23:59:59.999Z"),
    *("2026-01-02T00:00:00Z", "2030-06-01T08:00:00Z", "1970-01-01T00:00:00Z"),
)


@dataclass
class Searched:
    """The account and what is known of its live tickets."""

    api: Api
    records: list[Known]
    contacts: list[int]


def some_text(random_: random.Random) -> str:
    return random_.choice((" ", ", ", " ", "-", "")).join(random_.choices(WORDS, k=random_.choice((1, 1, 2, 3))))


def some_options(random_: random.Random, options: tuple[str, ...] = OPTIONS) -> str:
    return ";".join(random_.sample(options, random_.choice((1, 1, 2, 3))))


def some_value(kind: str, random_: random.Random) -> str:
    """A value as it is stored; never empty."""
    if kind == "text":
        return some_text(random_) or "text"
    if kind == "phone":
        return random_.choice(("+49 30 1234", "030/1234-56", "(555) 010-9999", "5550109999", "ext. 7"))
    if kind == "multi":
        return some_options(random_)
    pools = {"number": NUMBERS, "date": DAYS, "datetime": MOMENTS, "select": OPTIONS, "flag": ("true", "false")}
    return random_.choice(pools[kind])


def new_values(random_: random.Random) -> dict[str, str]:
    """What a new ticket is given."""
    values = {"subject": some_text(random_) or "subject", "createdate": random_.choice(MOMENTS)}
    values["hs_pipeline"], values["hs_pipeline_stage"] = random_.choice(
        (("0", "1"), ("0", "2"), ("0", "4"), ("Desk_B", "Open_1"), ("Desk_B", "done"))
    )
    optional = {
        "content": some_text(random_),
        "hs_ticket_priority": random_.choice(("LOW", "MEDIUM", "HIGH", "URGENT")),
        "hubspot_owner_id": random_.choice(("101", "102", "1011")),
        "hs_ticket_category": some_options(random_, ("PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST")),
    }
    values |= {name: value for name, value in optional.items() if random_.random() < 0.6}
    for name, kind in CUSTOM.items():
        if name.endswith("_all") or (name.endswith("_some") and random_.random() < 0.6):
            values[name] = some_value(kind, random_)
    return values


def make_searched(seed: int) -> Searched:
    """An account full of tickets, some of them changed, cleared or archived, some linked to contacts."""
    random_ = random.Random(seed)
    api = Api()
    for name, kind in CUSTOM.items():
        options = OPTIONS if kind in ("select", "multi") else ()
        define_properties(api, make_property(name, *SHAPES[kind], options=options))
    define_pipeline(api, make_pipeline("Desk_B", "B", [("Open_1", "Open", False), ("done", "Done", True)]))
    for owner in (101, 102, 1011):
        insert_owner(api, owner, f"{owner}@example.com")
    contacts = [
        int(api.post("/crm/v3/objects/contacts", {"properties": {"firstname": "c"}}).json["id"]) for _ in range(5)
    ]
    ids = []
    for start in range(0, COUNT, 80):
        inputs = [{"properties": new_values(random_)} for _ in range(start, start + 80)]
        ids += [int(item["id"]) for item in made(api.post(f"{TICKETS}/batch/create", {"inputs": inputs}))["results"]]
    linked: dict[int, set[int]] = {}
    for ticket in random_.sample(ids, COUNT // 2):
        for contact in random_.sample(contacts[:-1], random_.choice((1, 1, 2))):
            api.put(f"/crm/v4/objects/tickets/{ticket}/associations/default/contacts/{contact}")
            linked.setdefault(ticket, set()).add(contact)
    change_some(api, random_, ids)
    for ticket in random_.sample(ids, COUNT // 10):
        api.delete(f"{TICKETS}/{ticket}")
    api.delete(f"/crm/v3/objects/contacts/{contacts[0]}")
    for targets in linked.values():
        targets.discard(contacts[0])
    return Searched(api, list(read_all(api, linked)), contacts)


def change_some(api: Api, random_: random.Random, ids: list[int]) -> None:
    for ticket in random_.sample(ids, COUNT // 3):
        name = random_.choice([name for name in CUSTOM if name.endswith("_some")])
        value = random_.choice(("", some_value(CUSTOM[name], random_)))
        made(
            api.patch(f"{TICKETS}/{ticket}", {"properties": {name: value, "content": random_.choice(("", "changed"))}})
        )


def made(answer: Any) -> Any:
    assert answer.status < 300, answer.json
    return answer.json


def read_all(api: Api, linked: Mapping[int, set[int]]) -> list[Known]:
    """The live tickets as the list of records gives them, which is not what is tested here."""
    found: list[Known] = []
    after = "0"
    while after:
        page = api.get(TICKETS, limit=100, after=after, properties=",".join(KINDS)).json
        for item in page["results"]:
            values = {name: value for name, value in item["properties"].items() if value}
            number = int(item["id"])
            links = frozenset(linked.get(number, ()))
            found.append(Known(number, values, millis(item["createdAt"]), links))
        after = page.get("paging", {}).get("next", {}).get("after")
    return found


def spellings(kind: str, stored: str, random_: random.Random) -> Any:
    """Another way to write a stored value that means the same."""
    if kind == "number":
        return random_.choice((stored, stored, f" {stored}", f"{stored}.0" if stored.lstrip("-").isdigit() else stored))
    if kind in ("date", "datetime"):
        at = millis(stored)
        iso = datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds")
        return random_.choice((stored, at, str(at), iso))
    if kind in ("text", "phone"):
        return random_.choice((stored, stored.upper(), stored.lower(), stored.casefold()))
    return stored
