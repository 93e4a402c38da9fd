"""The call with which clients test a connection."""

from __future__ import annotations

import pytest

from spokedesk.crm.account import AccountSettings
from tests.support.api import ACCOUNT_ID, Api, Clock

pytestmark = pytest.mark.fidelity("documented", source="spec", of="account_info.*")

PATH = "/account-info/v3/details"
WINTER, SUMMER = 1_768_000_000_000, 1_784_000_000_000


def test_call_without_a_token_is_refused() -> None:
    assert Api().call("GET", PATH, headers={}).status == 401


def test_token_of_any_scope_will_do() -> None:
    api = Api()
    api.token = api.grant("pat-na1-narrow", [])
    assert api.get(PATH).status == 200


def test_details_cannot_be_changed() -> None:
    assert Api().post(PATH, {}).status == 405


@pytest.mark.parametrize("version", ["v3", "2025-09", "2026-03", "2026-09"])
def test_account_describes_itself(version: str) -> None:
    assert Api().get(f"/account-info/{version}/details").json == {
        "portalId": ACCOUNT_ID,
        "accountType": "STANDARD",
        "timeZone": "UTC",
        "companyCurrency": "USD",
        "additionalCurrencies": [],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "spokedesk.test",
        "dataHostingLocation": "na1",
    }


@pytest.mark.parametrize(
    ("zone", "at", "offset", "millis"),
    [
        ("Europe/Berlin", WINTER, "+01:00", 3_600_000),
        ("Europe/Berlin", SUMMER, "+02:00", 7_200_000),
        ("America/St_Johns", WINTER, "-03:30", -12_600_000),
        ("Nowhere/Land", WINTER, "+00:00", 0),
        ("../etc/passwd", WINTER, "+00:00", 0),
    ],
)
def test_offset_is_that_of_the_accounts_time_zone_now(zone: str, at: int, offset: str, millis: int) -> None:
    api = Api(settings=AccountSettings(time_zone=zone, currency="EUR"), clock=Clock(at))
    found = api.get(PATH).json
    assert (found["timeZone"], found["companyCurrency"]) == (zone, "EUR")
    assert (found["utcOffset"], found["utcOffsetMilliseconds"]) == (offset, millis)
