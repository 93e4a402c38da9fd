"""The built web interface: one page for every address that a browser asks for and the API does not have, and its files.

Files are read when they are asked for, so a server that nobody opens in a browser pays nothing for them. Their names
carry a hash of their content, the page itself is always fetched anew. An installation without built files has none.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

from spokedesk.api.calls import Request, Response
from spokedesk.api.ui_state import read_state, render_page

FOLDER = Path(__file__).resolve().parent.parent / "ui"
NONCE = b"%NONCE%"
ASSET = re.compile(r"/assets/([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.(js|css|svg|png|woff2))")
PAGE = re.compile(r"/[^.]*")
CONTENT_TYPES = {
    "js": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "svg": b"image/svg+xml",
    "png": b"image/png",
    "woff2": b"font/woff2",
}
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""In the order of preference; a file with this ending lies beside each."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
EVERY_FILE = [
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"vary", b"accept, accept-encoding"),
]
EVERY_PAGE = [
    *EVERY_FILE,
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]

Headers = list[tuple[bytes, bytes]]


def wants_page(request: Request) -> bool:
    """Whether a browser asks for a page: clients of the API do not name HTML."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def read_page(request: Request) -> Response | None:
    """The page with a policy of its own, for a browser; None for others or when it has not been built.

    Style elements that it makes at run time carry the nonce; nothing else inline is allowed. While it is being built,
    and when that has failed and there is no older one, a page that says so.
    """
    if not wants_page(request):
        return None
    state = read_state(FOLDER)
    try:
        page = None if state is not None and state.is_at_work else (FOLDER / "index.html").read_bytes()
    except FileNotFoundError:
        page = None
    if page is not None:
        nonce = secrets.token_urlsafe(18)
        policy = (b"content-security-policy", POLICY.format(nonce=nonce).encode())
        return Response(200, [*EVERY_PAGE, policy], page.replace(NONCE, nonce.encode()))
    if state is None:
        return None
    waiting, headers = render_page(state)
    return Response(503, headers, waiting)


def accepts(request: Request, coding: str) -> bool:
    """Whether a client names a content coding and does not rule it out."""
    for item in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, weight = item.replace(" ", "").partition(";q=")
        if name == coding:
            return weight.strip("0.") != "" or weight == ""
    return False


def read_asset(request: Request) -> tuple[bytes, Headers] | None:
    """A file of the page, compressed if the browser takes that; None if there is no such file."""
    found = ASSET.fullmatch(request.path)
    if found is None or request.method != "GET":
        return None
    name, kind = found.groups()
    headers = [
        *EVERY_FILE,
        (b"content-type", CONTENT_TYPES[kind]),
        (b"cache-control", b"public, max-age=31536000, immutable"),
    ]
    file = FOLDER / "assets" / name
    try:
        for coding, suffix in ENCODINGS:
            compressed = file.with_name(name + suffix)
            if accepts(request, coding) and compressed.exists():
                return compressed.read_bytes(), [*headers, (b"content-encoding", coding.encode())]
        return file.read_bytes(), headers
    except FileNotFoundError:
        return None


def answer(request: Request, is_api: bool) -> Response | None:
    """What a browser gets where the API has nothing. `is_api`: the path begins as paths of the API do, so a page there
    would hide a mistake of the client.
    """
    found = read_asset(request)
    if found is not None:
        return Response(200, found[1], found[0])
    return read_page(request) if not is_api and PAGE.fullmatch(request.path) else None
