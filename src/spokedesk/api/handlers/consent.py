"""The consent page: who asks for what, and two buttons. Real HTML that works without script.

Nothing is ever sent to an address that is not registered for the app, so problems are shown here. That a form was made
by this page for this request is proven by a cookie and a field that is derived from it and from the request: another
site can neither read nor set the cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64encode
from dataclasses import asdict
from hashlib import sha256
from html import escape
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlencode, urlsplit

from spokedesk.api.bodies.oauth import ConsentForm
from spokedesk.api.calls import Call, Reply, Request
from spokedesk.api.query import text
from spokedesk.api.sessions import session_cookie
from spokedesk.crm.oauth import App, ConsentRequest, consent_problem, granted_scopes, origin_of, redirect_to
from spokedesk.crm.users import Role, User
from spokedesk.engine.oauth import find_live_app, issue_code, may_consent
from spokedesk.engine.sessions import find_session
from spokedesk.engine.tokens import every_scope

COOKIE = "spokedesk_consent"
NONCE = re.compile(r"[A-Za-z0-9_-]{43}")
FIELDS = tuple(ConsentRequest.__dataclass_fields__)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:34rem;padding:0 1rem;color:#1c2430;"
    "background:#fff}code{background:#f1f4f8;padding:.1rem .3rem;border-radius:.2rem;overflow-wrap:anywhere}"
    "label,input{display:block;width:100%;box-sizing:border-box}input{font:inherit;padding:.5rem;margin:.3rem 0 1rem}"
    "button{font:inherit;padding:.5rem 1.2rem;margin-right:.6rem}.problem{border-left:.3rem solid #b3261e;"
    "padding-left:.8rem}@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}"
    "code{background:#222933}}"
)
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} · Spokedesk</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body><main><h1>{title}</h1>
{content}
</main></body></html>
"""
QUESTION = """<p>It asks for access to account <strong>{account}</strong>, until somebody ends it.</p>
<h2>It will be allowed to use</h2>
<ul>{scopes}</ul>
<p>You will be sent to <code>{redirect}</code>.</p>
{problem}<form method="post" action="/oauth/authorize">
{fields}{question}<p><button name="decision" value="approve">Allow</button>
<button name="decision" value="refuse" formnovalidate>Refuse</button></p>
</form>"""
SIGNED_IN = """<p>You are signed in as <strong>{name}</strong>.</p>
"""
UNSIGNED = """<p><a href="{sign_in}">Sign in</a> as an admin of this account, then press Allow. An access token will do,
too.</p>
<label for="access_token">Access token of a private app with all scopes</label>
<input type="password" id="access_token" name="access_token" autocomplete="off">
"""
WRONG_TOKEN = """<p class="problem" role="alert">{reason}</p>
"""
NOT_SIGNED_IN = "No admin of this account is signed in here. Please sign in."
NOT_THE_TOKEN = "This is not the token of a private app of this account with all scopes."


async def show(call: Call) -> Reply:
    """GET the page."""
    asked = ConsentRequest(**{name: text(call.query, name) for name in FIELDS})
    app = await find_live_app(call.tx, asked.client_id)
    problem = request_problem(call, app, asked)
    if app is None or problem is not None:
        return error_page(problem or "")
    return question_page(call, app, asked, await find_admin(call))


async def decide(call: Call) -> Reply:
    """POST of the page's form: to the app with a code, or with the news that it was refused."""
    form: ConsentForm = call.body
    asked = ConsentRequest(**{name: getattr(form, name) for name in FIELDS})
    app = await find_live_app(call.tx, asked.client_id)
    problem = request_problem(call, app, asked)
    if app is None or problem is not None:
        return error_page(problem or "")
    nonce = nonce_of(call.request)
    if (
        nonce is None
        or not is_from_here(call.request)
        or not hmac.compare_digest(proof(nonce, asked), form.check or "")
    ):
        return error_page("The form is not the one that this server made for you. Please start again.", 403)
    if form.decision != "approve":
        return refusal(asked)
    admin = await find_admin(call)
    if call.demo_token is None and admin is None and not await is_administrator(call, form.access_token or ""):
        return question_page(call, app, asked, reason=NOT_THE_TOKEN if form.access_token else NOT_SIGNED_IN)
    code = await issue_code(call.tx, app, asked, user_id=None if admin is None else admin.id)
    return redirect(asked, {"code": code, "state": asked.state})


async def find_admin(call: Call) -> User | None:
    """The admin of the account of the app who is signed in in this browser.

    The cookie does not come along when another site sent the browser here, only from a page of ours, as the form is.
    """
    account_id = call.tx.account_id
    found = await find_session(call.tx, session_cookie(call.request))
    is_here = call.tx.account_id == account_id
    await call.tx.enter(account_id)
    return found.user if found is not None and is_here and found.user.role is Role.ADMIN else None


async def is_administrator(call: Call, token: str) -> bool:
    """Whether a token opens everything here: one of a private app, or the one that this process was started with."""
    if await may_consent(call.tx, token):
        return True
    grant = call.unstored_grant(token) if token else None
    return grant is not None and grant.account_id == call.tx.account_id and every_scope() <= grant.scopes


def request_problem(call: Call, app: App | None, asked: ConsentRequest) -> str | None:
    """Why nobody can be asked, in a sentence; None when the page can be shown."""
    if app is None:
        return "There is no app with this client_id."
    if call.path.get("portal_id", str(app.account_id)) != str(app.account_id):
        return "The app does not belong to this account."
    if asked.redirect_uri not in app.redirect_uris:
        return "The redirect_uri is not one that is registered for the app."
    return consent_problem(app, asked)


def question_page(
    call: Call, app: App, asked: ConsentRequest, admin: User | None = None, reason: str | None = None
) -> Reply:
    nonce = nonce_of(call.request) or secrets.token_urlsafe(32)
    fields = {name: value for name, value in asdict(asked).items() if value is not None}
    fields["check"] = proof(nonce, asked)
    content = QUESTION.format(
        account=app.account_id,
        scopes="".join(f"<li><code>{escape(scope)}</code></li>" for scope in granted_scopes(app, asked)),
        redirect=escape(asked.redirect_uri or ""),
        problem="" if reason is None else WRONG_TOKEN.format(reason=reason),
        fields="".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">\n' for name, value in fields.items()
        ),
        question=who_answers(call, asked, admin),
    )
    # browsers hold the address that a form leads to against this list, too
    targets = f"'self' {form_target(asked.redirect_uri or '')}"
    cookie = f"{COOKIE}={nonce}; Path=/oauth; Max-Age=3600; HttpOnly; SameSite=Strict"
    if call.request.scheme == "https":
        cookie += "; Secure"
    return page(f"Connect {app.name}", content, 200 if reason is None else 403, targets, cookie)


def who_answers(call: Call, asked: ConsentRequest, admin: User | None) -> str:
    """As whom the visitor decides, or how to become somebody who may."""
    if admin is not None:
        return SIGNED_IN.format(name=escape(admin.email))
    if call.demo_token is not None:
        return ""
    values = {name: value for name, value in asdict(asked).items() if value is not None}
    back = f"/oauth/authorize?{urlencode(values)}"
    return UNSIGNED.format(sign_in=escape(f"/sign-in?{urlencode({'next': back})}"))


def form_target(redirect_uri: str) -> str:
    """An address as a policy names it; policies have no word for an IPv6 host, so there its scheme must do."""
    origin = origin_of(redirect_uri)
    return f"{origin.partition(':')[0]}:" if "[" in origin else origin


def error_page(problem: str, status: int = 400) -> Reply:
    content = f'<p class="problem" role="alert">{escape(problem)}</p>\n<p>Nothing was allowed.</p>'
    return page("This app cannot be connected", content, status)


def page(title: str, content: str, status: int, form_targets: str = "'none'", cookie: str | None = None) -> Reply:
    policy = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action {form_targets}"
    )
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", policy.encode()),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"same-origin"),
        (b"cache-control", b"no-store"),
    ]
    if cookie is not None:
        headers.append((b"set-cookie", cookie.encode()))
    text = PAGE.format(title=escape(title), style=STYLE, content=content)
    return Reply(status, text.encode(), headers=tuple(headers))


def refusal(asked: ConsentRequest) -> Reply:
    answer = {"error": "access_denied", "error_description": "The request was refused.", "state": asked.state}
    return redirect(asked, answer)


def redirect(asked: ConsentRequest, answer: dict[str, str | None]) -> Reply:
    """To the app; the browser must not tell it where it came from, nor keep the answer."""
    headers = (
        (b"location", redirect_to(asked.redirect_uri or "", answer).encode()),
        (b"referrer-policy", b"no-referrer"),
        (b"cache-control", b"no-store"),
    )
    return Reply(303, b"", headers=headers)


def proof(nonce: str, asked: ConsentRequest) -> str:
    """What the hidden field must hold for this cookie and exactly this request."""
    request = urlencode([(name, value) for name, value in asdict(asked).items() if value is not None])
    return hmac.new(nonce.encode(), request.encode(), hashlib.sha256).hexdigest()


def nonce_of(request: Request) -> str | None:
    """The page's cookie, if there is a whole one."""
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return cookie.value if cookie is not None and NONCE.fullmatch(cookie.value) else None


def is_from_here(request: Request) -> bool:
    """What browsers say of where a form was sent from; older ones and programs say nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.named_host
