"""Whether the web interface is being built, and the page that browsers get until it is there.

A checkout builds it beside the running server (`webui/build.py`); an installation
carries the files, and nothing of this.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

FILE_NAME = "ui-state.txt"
"""Beside the folder of the built files. A build that is at work locks it; it says how far that is, or how it ended."""

BUILDING = "building: "
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:34rem;padding:0 1rem;color:#1c2430;"
    "background:#fff}code{background:#f1f4f8;padding:.1rem .3rem;border-radius:.2rem}"
    "@media(prefers-color-scheme:dark){body{background:#14181f;color:#e6e9ee}code{background:#222933}a{color:#8ab4ff}}"
)
SCRIPT = """const main = () => document.querySelector("main");
const look = async () => {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok) return location.reload();
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
    if (fresh && fresh.innerHTML !== main().innerHTML) main().replaceWith(fresh);
  } catch {}  // the server is being started again, perhaps
  setTimeout(look, 1000 * main().dataset.seconds);
};
setTimeout(look, 1000 * main().dataset.seconds);"""


def policy_hash(text: str) -> str:
    """How a policy names something inline."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {policy_hash(STYLE)}; script-src {policy_hash(SCRIPT)}; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Spokedesk</title>
<meta name="viewport" content="width=device-width"><style>{style}</style></head>
<body><main data-seconds="{seconds}"><h1>{title}</h1>
{content}
<p>The API is at work: <a href="/docs">what it can do</a>.</p>
</main><script>{script}</script></body></html>
"""
AT_WORK = """<p role="status">Step: {step}.</p>
<p>The first time this takes less than a minute. The interface opens here by itself.</p>"""
ENDED = """<p role="status">{reason}</p>
<p>The terminal in which the server was started tells more. Build it again with <code>python3 run.py webui</code>; the
interface opens here by itself.</p>"""


@dataclass(frozen=True, slots=True)
class UiState:
    """`text`: the step of a build that is at work, or why one has ended without files."""

    is_at_work: bool
    text: str


def read_state(ui: Path) -> UiState | None:
    """What is known of a build of the files in this folder; None if there is none, or the last one made them."""
    try:
        file = ui.with_name(FILE_NAME).open("rb")
    except FileNotFoundError:
        return None
    with file:
        text = file.read().decode(errors="replace")
        if not text:
            return None
        if is_locked(file.fileno()):
            return UiState(True, text.removeprefix(BUILDING))
    return UiState(False, "It was interrupted." if text.startswith(BUILDING) else text)


def is_locked(handle: int) -> bool:
    """Whether a build is at work, which may be a program that it has started."""
    import fcntl  # only a checkout gets here

    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def render_page(state: UiState) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A page that looks until the interface is there and then opens it, with its headers."""
    seconds, title, content = (
        (0.3, "The web interface is being built", AT_WORK.format(step=escape(state.text)))
        if state.is_at_work
        else (3, "There is no web interface", ENDED.format(reason=escape(state.text)))
    )
    page = PAGE.format(title=title, seconds=seconds, style=STYLE, content=content, script=SCRIPT)
    return page.encode(), [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", POLICY.encode()),
        (b"cache-control", b"no-store"),
        (b"retry-after", b"3"),
        (b"vary", b"accept"),
        (b"x-content-type-options", b"nosniff"),
    ]
