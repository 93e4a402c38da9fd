"""Dates in versions that read them leniently: what is stored, and what the answer says was made of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.api import Api
from tests.support.factories import define_properties, make_property

STRICT = ("/crm/v3/objects", "/crm/objects/v3", "/crm/objects/2025-09", "/crm/objects/2026-03")
LENIENT = ("/crm/objects/2026-09", "/crm/objects/2026-09-beta")
DAY_MS = 86_400_000
NEW_YEAR_1990 = 631_152_000_000


@pytest.fixture
def api() -> Api:
    api = Api()
    for name in ("day", "other_day"):
        define_properties(api, make_property(name, "date", "date"))
    define_properties(api, make_property("moment", "datetime", "date"))
    define_properties(api, make_property("code", has_unique_value=True))
    return api


def new(**values: Any) -> dict[str, Any]:
    return {"properties": {"subject": "s", "hs_pipeline_stage": "1", **values}}


def warning(name: str, raw: str, normalized: int) -> dict[str, Any]:
    return {
        "category": "PROPERTY_VALUE_NORMALIZED",
        "message": f"{name} was normalized",
        "context": {"propertyName": name, "rawValue": raw, "normalizedValue": str(normalized)},
    }


@pytest.mark.parametrize("base", LENIENT)
@pytest.mark.parametrize(
    "raw",
    [
        "1990-01-01T13:01:00Z",
        "1990-01-01T00:00:00Z",
        "1990-01-01T00:30:00+00:30",
        "1990-01-01 10:00",
        str(NEW_YEAR_1990 + 1),
        str(NEW_YEAR_1990 + DAY_MS - 1),
        str(NEW_YEAR_1990 // 1000),
        str(NEW_YEAR_1990 // 1000 + 86_399),
    ],
)
def test_a_moment_for_a_date_is_stored_as_its_day_and_reported(api: Api, base: str, raw: str) -> None:
    answer = api.post(f"{base}/tickets", new(day=raw))
    assert answer.status == 201, answer.json
    assert answer.json["properties"]["day"] == "1990-01-01"
    assert answer.json["warnings"] == [warning("day", raw, NEW_YEAR_1990)]


@pytest.mark.parametrize("base", LENIENT)
@pytest.mark.parametrize("raw", ["1990-01-01", str(NEW_YEAR_1990), "", "0"])
def test_a_proper_date_is_nothing_to_warn_of(api: Api, base: str, raw: str) -> None:
    answer = api.post(f"{base}/tickets", new(day=raw, moment="1990-01-01T13:01:00Z"))
    assert answer.status == 201
    assert "warnings" not in answer.json


@pytest.mark.parametrize("base", LENIENT)
@pytest.mark.parametrize(("raw", "day"), [("-1", "1969-12-31"), ("86400000", "1970-01-02"), ("1", "1970-01-01")])
def test_days_around_the_epoch_are_read_as_well(api: Api, base: str, raw: str, day: str) -> None:
    assert api.post(f"{base}/tickets", new(day=raw)).json["properties"]["day"] == day


@pytest.mark.parametrize("base", LENIENT)
@pytest.mark.parametrize("raw", ["soon", "1990-13-01", "1990-01-01T25:00:00Z", "31.12.2026", "1e9"])
def test_what_is_no_date_at_all_is_refused_everywhere(api: Api, base: str, raw: str) -> None:
    answer = api.post(f"{base}/tickets", new(day=raw))
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "INVALID_DATE")


@pytest.mark.parametrize("base", STRICT)
@pytest.mark.parametrize("raw", ["1990-01-01T13:01:00Z", str(NEW_YEAR_1990 + 1), str(NEW_YEAR_1990 // 1000)])
def test_other_versions_refuse_a_moment_and_never_warn(api: Api, base: str, raw: str) -> None:
    answer = api.post(f"{base}/tickets", new(day=raw))
    assert (answer.status, answer.json["errors"][0]["code"]) == (400, "INVALID_DATE")
    assert "warnings" not in api.post(f"{base}/tickets", new(day=str(NEW_YEAR_1990))).json


def test_every_write_reports_what_it_normalised(api: Api) -> None:
    """Create, update, and each kind of batch; every result its own."""
    base, raw = f"{LENIENT[0]}/tickets", "1990-01-01T13:01:00Z"
    expected = [warning("day", raw, NEW_YEAR_1990)]
    made = api.post(base, new(day=raw, code="x")).json
    assert made["warnings"] == expected
    assert api.patch(f"{base}/{made['id']}", {"properties": {"day": raw}}).json["warnings"] == expected
    update = {"inputs": [{"id": made["id"], "properties": {"day": raw}}]}
    assert api.post(f"{base}/batch/update", update).json["results"][0]["warnings"] == expected
    create = api.post(f"{base}/batch/create", {"inputs": [new(day=raw), new(day="1990-01-01"), new()]})
    assert [item.get("warnings") for item in create.json["results"]] == [expected, None, None]
    inputs = [
        {"idProperty": "code", "id": "x", "properties": {"day": raw}},
        {"idProperty": "code", "id": "y", "properties": new(day=raw)["properties"]},
    ]
    upsert = api.post(f"{base}/batch/upsert", {"inputs": inputs})
    assert [(item["new"], item["warnings"]) for item in upsert.json["results"]] == [(False, expected), (True, expected)]


def test_there_is_one_warning_for_each_value_in_the_order_of_the_request(api: Api) -> None:
    raw = "1990-01-01T13:01:00Z"
    answer = api.post(f"{LENIENT[0]}/tickets", new(other_day=raw, moment=raw, day=raw))
    assert [item["context"]["propertyName"] for item in answer.json["warnings"]] == ["other_day", "day"]


def test_warnings_are_not_repeated_by_reads(api: Api) -> None:
    base = f"{LENIENT[0]}/tickets"
    made = api.post(base, new(day="1990-01-01T13:01:00Z")).json["id"]
    assert "warnings" not in api.get(f"{base}/{made}", properties="day").json
    assert "warnings" not in api.post(f"{base}/search", {}).json["results"][0]
    assert "warnings" not in api.post(f"{base}/batch/read", {"inputs": [{"id": made}]}).json["results"][0]


def test_the_context_of_a_warning_holds_plain_texts(api: Api) -> None:
    """Even when the value was sent as a number."""
    answer = api.post(f"{LENIENT[0]}/tickets", new(day=NEW_YEAR_1990 + 5))
    assert answer.json["warnings"] == [warning("day", str(NEW_YEAR_1990 + 5), NEW_YEAR_1990)]
