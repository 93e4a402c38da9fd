"""The consent page for people who signed in: an admin decides with one press, others are asked to become one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from spokedesk.crm.account import FIDELITIES, Account, AccountSettings
from spokedesk.crm.users import Role
from spokedesk.engine.accounts import open_account
from spokedesk.engine.sessions import open_session
from spokedesk.engine.users import accept_link, create_user, make_link
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api
from tests.support.oauth import REDIRECT, answer_at_app, exchange_code, form_of, make_app, open_page, submit
from tests.support.users import Browser, cheap_passwords, signed_in

pytestmark = pytest.mark.fidelity("own", source="own", of="consent.*")

OTHER_ID = 20_000_002


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def api() -> Api:
    made = Api()
    make_app(made)
    return made


def press(api: Api, browser: Browser, page: Answer, decision: str = "approve", **fields: str) -> Answer:
    """Press a button with the page's cookie and the browser's own."""
    own = page.headers["set-cookie"].partition(";")[0]
    cookies = "; ".join([own, *(f"{name}={value}" for name, value in browser.cookies.items())])
    form = form_of(page.raw)
    return submit(api, form.action, {**form.fields, "decision": decision, **fields}, {"cookie": cookies})


def open_in(browser: Browser) -> Answer:
    query = f"client_id=11111111-1111-4111-a111-111111111111&redirect_uri={REDIRECT}&scope=tickets&state=a%26b"
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return browser.api.call("GET", "/oauth/authorize", query=query, headers={"cookie": cookies})


def test_an_admin_is_named_and_decides_without_a_token(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    page = open_in(browser)
    assert b"ada@example.com" in page.raw
    assert "access_token" not in form_of(page.raw).fields
    found = answer_at_app(press(api, browser, page))
    assert found["state"] == "a&b"
    user_id = browser.bearer("GET", "/spokedesk/v1/me").json["user"]["id"]
    tokens = exchange_code(api, found["code"], "/oauth/v3/token").json
    assert tokens["user_id"] == int(user_id)
    assert answer_at_app(press(api, browser, open_in(browser), "refuse"))["error"] == "access_denied"


def test_the_cookie_counts_when_the_form_is_sent_though_it_was_missing_before(api: Api) -> None:
    """Browsers leave a strict cookie out when another site sends them here."""
    browser = signed_in(api, "ada@example.com")
    assert "code" in answer_at_app(press(api, browser, open_page(api)))


def test_whoever_is_not_signed_in_finds_the_way_there_and_back(api: Api) -> None:
    page = open_page(api, state="a&b").raw.decode()
    href = page.partition('<a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert urlsplit(href).path == "/sign-in"
    back = urlsplit(parse_qs(urlsplit(href).query)["next"][0])
    assert (back.scheme, back.netloc, back.path) == ("", "", "/oauth/authorize")
    assert parse_qs(back.query)["state"] == ["a&b"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.READ_ONLY])
def test_only_admins_decide(api: Api, role: Role) -> None:
    browser = signed_in(api, "bob@example.com", role)
    refused = press(api, browser, open_in(browser))
    assert refused.status == 403
    assert b"No admin of this account is signed in here" in refused.raw
    assert "location" not in refused.headers


def test_after_signing_out_nothing_is_decided(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    page, cookies = open_in(browser), dict(browser.cookies)
    browser.call("DELETE", "/spokedesk/v1/session")
    browser.cookies = cookies
    assert press(api, browser, page).status == 403
    assert press(api, browser, page, access_token="pat-na1-wrong").status == 403


def test_an_admin_of_another_account_decides_nothing_here(api: Api) -> None:
    async def work(tx: Transaction) -> str:
        await tx.enter(OTHER_ID)
        await open_account(tx, Account(OTHER_ID, FIDELITIES["observed"], AccountSettings()), "Other")
        user = await create_user(tx, email="eve@example.com", role=Role.ADMIN)
        user = await accept_link(tx, (await make_link(tx, user)).token, "a hash")
        return await open_session(tx, user)

    browser = Browser(api, cookies={"spokedesk_session": api.write(work)})
    page = open_in(browser)
    assert b"eve@example.com" not in page.raw
    assert press(api, browser, page).status == 403


def test_a_press_that_another_site_made_decides_nothing(api: Api) -> None:
    browser = signed_in(api, "ada@example.com")
    page = open_in(browser)
    fields = {**form_of(page.raw).fields, "decision": "approve"}
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    assert submit(api, "/oauth/authorize", fields, {"cookie": cookies}).status == 403
