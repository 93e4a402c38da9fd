"""The page at the root. A browser gets the web interface; other clients, and browsers of an installation without it, a
page that says what this is: a call to try, how much there is. Plain HTML, no script.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape

from spokedesk import __version__
from spokedesk.api.calls import Call, Reply
from spokedesk.api.ui import read_page
from spokedesk.engine.object_types import standard_type
from spokedesk.storage.accounts import list_account_ids
from spokedesk.storage.records import count_records

COUNTED = ("tickets", "contacts", "companies", "notes")
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:46rem;padding:0 1rem;color:#1c2430;"
    "background:#fff}pre{background:#f1f4f8;padding:1rem;overflow-x:auto;border-radius:.4rem}"
    "td,th{padding:.2rem 1.2rem .2rem 0;text-align:right}td:first-child,th:first-child{text-align:left}"
    "@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}pre{background:#222933}a{color:#8ab4ff}}"
)
STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'".encode(),
    ),
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Spokedesk</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body><h1>Spokedesk {version}</h1>
<p>A ticket server that speaks the HubSpot CRM API.
Point a client at <code>{url}</code> in place of the vendor's host.</p>
<pre>curl -s -H "Authorization: Bearer {token}" "{url}/crm/v3/objects/tickets?limit=2"</pre>
<table><thead><tr><th>records</th><th>live</th><th>in the recycle bin</th></tr></thead><tbody>{rows}</tbody></table>
<p><a href="/docs">API reference</a> · <a href="/openapi.json">OpenAPI document</a> ·
<a href="/healthz">health</a> · <a href="/readyz">readiness</a></p>
</body></html>
"""


async def read_front_page(call: Call) -> Reply:
    """GET the page; the demo token is named only to who could use it."""
    built = read_page(call.request)
    if built is not None:
        return Reply(built.status, built.body, headers=tuple(built.headers))
    rows = []
    for account_id in (await list_account_ids(call.tx))[:1]:
        await call.tx.enter(account_id)
        for name in COUNTED:
            object_type = standard_type(name).id
            live = await count_records(call.tx, object_type)
            archived = await count_records(call.tx, object_type, archived=True)
            rows.append(f"<tr><td>{name}</td><td>{live:,}</td><td>{archived:,}</td></tr>")
    page = PAGE.format(
        style=STYLE,
        version=__version__,
        url=escape(call.request.base_url),
        token=escape(call.demo_token or "TOKEN"),
        rows="".join(rows),
    )
    return Reply(200, page.encode(), headers=HEADERS)
