"""The session cookie: its name, its flags, and who may send it along."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from spokedesk.api.auth import DemoAccess
from spokedesk.api.calls import Request
from spokedesk.crm.users import SESSION_LIFE
from spokedesk.errors import Forbidden

COOKIE = "spokedesk_session"
CSRF_HEADER = "x-spokedesk-csrf"
DEMO_PREFIX = "demo-"
SIGN_IN_PAGE = "/sign-in#link="
DEMO_PATH = "/spokedesk/v1/session/demo"
ABOUT_COOKIE = {("DELETE", "/spokedesk/v1/session"), ("POST", "/spokedesk/v1/session/token")}


def cookie_name(request: Request) -> str:
    """Browsers do not tell the ports of a host apart: two servers on one machine must not sign each other out."""
    port = request.named_host.rpartition(":")[2]
    return f"{COOKIE}_{port}" if port.isascii() and port.isdigit() else COOKIE


def session_cookie(request: Request) -> str | None:
    """What the cookie holds, if there is one."""
    header = request.headers.get("cookie")
    if not header:
        return None
    try:
        cookie = SimpleCookie(header).get(cookie_name(request))
    except CookieError:
        return None
    return cookie.value if cookie is not None else None


def set_cookie(request: Request, value: str) -> tuple[bytes, bytes]:
    """The header that keeps a session; an empty value ends it."""
    age = SESSION_LIFE // 1000 if value else 0
    text = f"{cookie_name(request)}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict"
    # a proxy in front may speak TLS: then the page says so, whose origin was held against the host before
    if request.scheme == "https" or request.headers.get("origin", "").startswith("https://"):
        text += "; Secure"
    return b"set-cookie", text.encode("latin-1", "replace")


def check_from_here(request: Request) -> None:
    """Raise unless the request was made by a page of this server, or by a program that says so on purpose.

    A page of another site cannot send the header without being asked about first, and its origin is told.
    """
    if request.headers.get(CSRF_HEADER, "") != "1":
        raise Forbidden("This call needs the header X-Spokedesk-CSRF: 1")
    if not is_from_here(request):
        raise Forbidden("This call can be made by pages of this server only")


def is_from_here(request: Request) -> bool:
    """What browsers say of where a request comes from; programs say nothing, which is no reason to refuse."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit_netloc(origin) == request.named_host


def urlsplit_netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def demo_of(demo: DemoAccess | None, request: Request, path: str) -> DemoAccess | None:
    """The demo, whose sessions are in a database of its own, when a call is about one of them and may be."""
    if demo is None or not demo.may_sign_in(request):
        return None
    if path == DEMO_PATH:
        return demo
    is_about_cookie = (request.method, path) in ABOUT_COOKIE
    return demo if is_about_cookie and (session_cookie(request) or "").startswith(DEMO_PREFIX) else None
