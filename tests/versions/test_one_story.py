"""The same story in every API version: one engine below, and above it the differences of one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from spokedesk.api.versions import ALL, OWN, ApiVersion
from tests.support.api import Api
from tests.versions.story import MIDNIGHT, NOON, Story

NAMES = [version.name for version in ALL]
V3, V4, D2509, D2603, D2609, BETA = NAMES
NEWEST = (D2609, BETA)
DATED = (D2509, D2603, D2609, BETA)
KEYS = "id properties createdAt updatedAt archived url"
DAY = "2026-01-02"


def same(value: Any, **_: Any) -> dict[str, Any]:
    return dict.fromkeys(NAMES, value)


def but(value: Any, *others: tuple[Any, Any]) -> dict[str, Any]:
    """One value for all, others for the versions named with them."""
    found = dict.fromkeys(NAMES, value)
    for names, other in others:
        found.update(dict.fromkeys((names,) if isinstance(names, str) else names, other))
    return found


def warned(raw: str) -> tuple[int, str, list[dict[str, str]]]:
    return 200, DAY, [{"propertyName": "due_day", "rawValue": raw, "normalizedValue": str(MIDNIGHT)}]


# what each step answers: the common value, and the versions that differ. v4 has no writes of records.
NO_PATH, NO_METHOD = 404, 405
TABLE: dict[str, dict[str, Any]] = {
    "create": but(201, (V4, NO_METHOD)),
    "keys of a record": same(KEYS),
    "read": same(200),
    "read gives the created stage": same("1"),
    "list": same(200),
    "update": but(200, (V4, NO_METHOD)),
    "wrong method": same(405),
    "archive": but(204, (V4, NO_METHOD)),
    "batch create tickets": but(201, (D2509, 200), (V4, NO_PATH)),
    "batch create contacts": but(201, (V4, NO_PATH)),
    "batch create, one bad": but(207, (V4, NO_PATH)),
    "errors of that": same(1),
    "batch read, one missing": but(207, (V4, NO_PATH)),
    "category of that": same("OBJECT_NOT_FOUND"),
    "batch update, one missing": but(207, (V4, NO_PATH)),
    "batch upsert": but(200, (V4, NO_PATH)),
    "new ones of that": same([False, True]),
    "batch archive": but(204, (V4, NO_PATH)),
    "search": but(200, (V4, NO_METHOD)),
    "found": same(1),
    "link by three segments": but(NO_PATH, (V3, 200)),
    "link": but(201, (V3, NO_PATH)),
    "link by default": but(200, (V3, NO_PATH)),
    "a listed link": but("toObjectId: str", (V3, "id: str"), (V4, "toObjectId: int")),
    "batch of links": but(201, (V3, NO_PATH), (NEWEST, 200)),
    "a link read in a batch": but("str", (V3, NO_PATH), (V4, "int")),
    "batch that removes labels": but((200, True), (V3, (NO_PATH, True)), (V4, (204, False))),
    "batch that removes links": but((200, True), (V3, (NO_PATH, True)), (V4, (204, False))),
    "batch of named links": but(NO_PATH, (V3, 201)),
    "batch that removes named links": but(NO_PATH, (V3, 204)),
    "types": but(NO_PATH, (V3, 200)),
    "unlink": but(204, (V3, NO_PATH)),
    "create label": but(200, (V3, NO_PATH)),
    "labels": but(200, (V3, NO_PATH)),
    "rename label": but(204, (V3, None)),
    "delete label": but(204, (V3, None)),
    "merge": but(200, (V4, NO_METHOD)),
    "the first id survives": same(True),
    "the other id leads to it": same(True),
    "a moment for a date": but((400, None, []), (NEWEST, warned(NOON)), (V4, (405, None, []))),
    "a moment in ms for a date": but((400, None, []), (NEWEST, warned(str(MIDNIGHT + 1))), (V4, (405, None, []))),
    "a day in seconds for a date": but((400, None, []), (NEWEST, warned(str(MIDNIGHT // 1000))), (V4, (405, None, []))),
    "a day in ms for a date": but((200, DAY, []), (V4, (405, None, []))),
    "a day for a date": but((200, DAY, []), (V4, (405, None, []))),
    "warnings in a batch": but(400, (NEWEST, ["PROPERTY_VALUE_NORMALIZED"]), (V4, NO_PATH)),
    "create pipeline": but(201, (V4, NO_PATH)),
    "delete a stage in use, asking for a check": but(400, (V4, NO_PATH)),
    "delete a stage in use": but(204, (NEWEST, 400), (V4, NO_PATH)),
    "delete a stage": but(204, (V4, NO_PATH)),
    "create a pipeline without a closed stage": but(201, (NEWEST, 400), (V4, NO_PATH)),
    "create against a rule": but((201, []), (NEWEST, (400, ["MISSING_REQUIRED_PROPERTY"])), (V4, (405, []))),
    "batch create against a rule": but(201, (D2509, 200), (NEWEST, 400), (V4, NO_PATH)),
    "set a validation rule": but(204, (V4, NO_PATH)),
    "break a validation rule": but(["INVALID_MAX_LENGTH"], (V4, [])),
    "subscribe to events": but(201, (V4, NO_PATH)),
    "list lifecycles": but(200, (V4, NO_PATH)),
    "erase contacts": but(204, (V4, NO_METHOD)),
    "erase tickets": but(NO_PATH, ((D2509, BETA), 204), (V4, NO_METHOD)),
}


@pytest.fixture(scope="module")
def stories() -> Mapping[str, Story]:
    """The story in every version, told once."""
    told = {version.name: Story(version) for version in ALL}
    for story in told.values():
        story.tell()
    return told


@pytest.mark.parametrize("version", ALL, ids=lambda version: version.name)
def test_a_version_answers_as_the_table_says(stories: Mapping[str, Story], version: ApiVersion) -> None:
    seen = stories[version.name].seen
    wanted = {step: values[version.name] for step, values in TABLE.items() if values[version.name] is not None}
    different = {
        step: {"wanted": wanted.get(step), "seen": seen.get(step)}
        for step in {**wanted, **seen}
        if wanted.get(step) != seen.get(step)
    }
    assert different == {}


def test_the_state_at_the_end_is_the_same_whatever_the_version(stories: Mapping[str, Story]) -> None:
    states = {name: story.state() for name, story in stories.items()}
    assert len(states[V3]["/crm/v3/objects/tickets"]) == 3
    for name, state in states.items():
        assert (name, state) == (name, states[V3])


def test_what_one_version_wrote_every_other_reads(stories: Mapping[str, Story]) -> None:
    for story in stories.values():
        reads = [
            story.api.get(f"{prefix}/tickets", properties="subject,due_day").json["results"]
            for version in ALL
            for family in ("objects", "object_reads")
            for prefix in version.prefixes(family)
        ]
        assert len(reads) == 7
        assert all(found == reads[0] for found in reads)


# --- paths ---------------------------------------------------------------------------------------------------------

DATED_FAMILIES = {
    "objects": "/crm/objects/{}",
    "properties": "/crm/properties/{}",
    "pipelines": "/crm/pipelines/{}",
    "owners": "/crm/owners/{}",
    "links": "/crm/objects/{}",
    "default_links": "/crm/objects/{}",
    "associations": "/crm/associations/{}",
    "account_info": "/account-info/{}",
}
PATHS: dict[tuple[str, str], set[str]] = {
    (V3, "objects"): {"/crm/v3/objects", "/crm/objects/v3"},
    (V3, "object_links"): {"/crm/v3/objects", "/crm/objects/v3"},
    (V3, "properties"): {"/crm/v3/properties", "/crm/properties/v3"},
    (V3, "pipelines"): {"/crm/v3/pipelines", "/crm/pipelines/v3"},
    (V3, "owners"): {"/crm/v3/owners"},
    (V3, "associations_v3"): {"/crm/v3/associations"},
    (V4, "object_reads"): {"/crm/v4/objects"},
    (V4, "links"): {"/crm/v4/objects"},
    (V4, "default_links"): {"/crm/v4/objects", "/crm/v3/objects"},
    (V4, "associations"): {"/crm/v4/associations", "/crm/associations/v4"},
    **{(name, family): {pattern.format(name)} for name in DATED for family, pattern in DATED_FAMILIES.items()},
}


def test_families_of_calls_are_found_under_their_documented_paths() -> None:
    found = {
        (version.name, family): set(version.prefixes(family))
        for version in ALL
        for name, family in PATHS
        if name == version.name
    }
    missing = {key: paths - found[key] for key, paths in PATHS.items() if paths - found[key]}
    assert missing == {}


@pytest.mark.parametrize("version", ["2025-03", "2026-10", "2026-09-alpha", "v2", "v5", "latest"])
def test_an_unknown_version_is_not_found_as_json(version: str) -> None:
    api = Api()
    for path in (f"/crm/objects/{version}/tickets", f"/crm/{version}/objects/tickets"):
        answer = api.get(path)
        assert (answer.status, answer.json["status"]) == (404, "error")


@pytest.mark.parametrize("spelling", ["tickets", "ticket", "TICKET", "Tickets", "0-5"])
def test_every_spelling_of_a_type_is_understood_in_every_version(spelling: str) -> None:
    api = Api()
    bases = [prefix for version in ALL for family in ("objects", "object_reads") for prefix in version.prefixes(family)]
    assert {api.get(f"{base}/{spelling}").status for base in bases} == {200}


def test_every_route_belongs_to_a_version_of_the_table() -> None:
    versions = {route.version.name for _, route in Api().service.routes.rows}
    assert versions == {*NAMES, OWN.name}
