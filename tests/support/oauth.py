"""OAuth as clients and browsers do it: apps, forms, the consent page, codes and tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit

from spokedesk.crm.oauth import App
from spokedesk.engine.oauth import create_app
from spokedesk.storage.database import Transaction
from tests.support.api import Answer, Api

REDIRECT = "https://app.example.com/oauth-callback"
CLIENT_ID, CLIENT_SECRET = "11111111-1111-4111-a111-111111111111", "secret-of-the-test-app"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"  # base64url(sha256(VERIFIER))


@dataclass(slots=True)
class Form(HTMLParser):
    """The fields and buttons of the one form of a page."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = values["action"]
        elif tag == "input":
            self.fields[values["name"]] = values.get("value", "")
            self.kinds[values["name"]] = values["type"]
        elif tag == "button":
            self.buttons.append(values["value"])


def form_of(page: bytes) -> Form:
    found = Form()
    found.feed(page.decode())
    return found


def make_app(
    api: Api, client_id: str = CLIENT_ID, *, redirects: tuple[str, ...] = (REDIRECT,), scopes: tuple[str, ...] = ()
) -> App:
    async def work(tx: Transaction) -> App:
        return await create_app(tx, client_id, CLIENT_SECRET, name="App", redirect_uris=redirects, scopes=scopes)

    app: App = api.write(work)
    return app


def submit(api: Api, path: str, fields: Mapping[str, str | None], headers: Mapping[str, str] | None = None) -> Answer:
    """POST a form; None leaves a field out."""
    given = {name: value for name, value in fields.items() if value is not None}
    sent = {"content-type": "application/x-www-form-urlencoded", **(headers or {})}
    return api.call("POST", path, body=urlencode(given).encode(), headers=sent)


def asked(**changes: str | None) -> dict[str, str | None]:
    """The query of the consent page."""
    return {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "scope": "tickets", **changes}


def open_page(api: Api, path: str = "/oauth/authorize", /, **changes: str | None) -> Answer:
    query = {name: value for name, value in asked(**changes).items() if value is not None}
    return api.call("GET", path, query=query, headers={})


def decide(api: Api, page: Answer, decision: str = "approve", **changes: str | None) -> Answer:
    """Press a button of a page as a browser would, with the full token typed in unless another is given."""
    form = form_of(page.raw)
    fields: dict[str, str | None] = {**form.fields, "decision": decision}
    if "access_token" in form.fields:
        fields["access_token"] = api.token
    cookie = page.headers["set-cookie"].partition(";")[0]
    return submit(api, form.action, fields | changes, {"cookie": cookie})


def answer_at_app(answer: Answer) -> dict[str, str]:
    """What the app gets to know from a redirect to it."""
    assert answer.status == 303, answer.raw
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == REDIRECT
    return dict(parse_qsl(parts.query))


def get_code(api: Api, **changes: str | None) -> str:
    return answer_at_app(decide(api, open_page(api, "/oauth/authorize", **changes)))["code"]


def exchange(api: Api, path: str = "/oauth/v1/token", **fields: str | None) -> Answer:
    """A token call of the test app."""
    given = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields}
    return submit(api, path, given)


def exchange_code(api: Api, code: str, path: str = "/oauth/v1/token", /, **changes: str | None) -> Answer:
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    return exchange(api, path, **{**given, **changes})


def refresh(api: Api, token: str, path: str = "/oauth/v1/token", **changes: str | None) -> Answer:
    return exchange(api, path, **{"grant_type": "refresh_token", "refresh_token": token, **changes})


def install(api: Api, **changes: str | None) -> dict[str, str]:
    """The tokens of an app that was allowed something."""
    answer = exchange_code(api, get_code(api, **changes))
    assert answer.status == 200, answer.raw
    found: dict[str, str] = answer.json
    return found
